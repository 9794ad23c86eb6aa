"""A worker that renders with kokoro-onnx and plays as its example does, in a virtual environment of its own."""

import json
import sys
from importlib import import_module, metadata
from typing import Any

from bench.worker import Replies


def main() -> None:
    replies = Replies()
    voice, warm_up, model, voices = sys.argv[1:]
    kokoro: Any = import_module("kokoro_onnx").Kokoro(model, voices)  # not installed where types are checked
    sounddevice: Any = import_module("sounddevice")
    kokoro.create(warm_up, voice=voice, lang="en-us")
    replies.send(name=f"kokoro-onnx {metadata.version('kokoro-onnx')}")
    for line in sys.stdin:
        if text := json.loads(line)["text"]:
            sounddevice.play(*kokoro.create(text, voice=voice, lang="en-us"))
        else:
            sounddevice.stop()
        replies.send()


if __name__ == "__main__":
    main()
