"""A worker that renders with kokoro-onnx as its users do, in a virtual environment of its own, loaded beforehand."""

import json
import sys
import time
from importlib import import_module, metadata
from typing import Any

from bench.worker import Replies


def main() -> None:
    replies = Replies()
    voice, warm_up, model, voices = sys.argv[1:]
    kokoro: Any = import_module("kokoro_onnx").Kokoro(model, voices)  # not installed where types are checked
    kokoro.create(warm_up, voice=voice, lang="en-us")
    replies.send(name=f"kokoro-onnx {metadata.version('kokoro-onnx')}")
    for line in sys.stdin:
        text = json.loads(line)["text"]
        begun = time.perf_counter()
        kokoro.create(text, voice=voice, lang="en-us")
        replies.send(whole=time.perf_counter() - begun)


if __name__ == "__main__":
    main()
