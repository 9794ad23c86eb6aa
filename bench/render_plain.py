"""A worker that renders tokens on a runtime with its defaults, with the same weights as float, loaded beforehand.

Its first argument is the runtime. It is given tokens, while the other workers also make phonemes.
"""

import json
import sys
import time
from importlib import import_module, metadata
from typing import Any

import numpy as np

from bench.worker import Replies


def _onnxruntime(model: str) -> Any:
    session: Any = import_module("onnxruntime").InferenceSession(model, providers=["CPUExecutionProvider"])
    return lambda given: session.run(["audio"], given)[0]


def _openvino(model: str) -> Any:
    sys.modules.setdefault("openvino.tools.ovc", None)  # type: ignore[arg-type]  # it reports imports over the network
    openvino: Any = import_module("openvino")
    compiled = openvino.Core().compile_model(model, "CPU", {"PERFORMANCE_HINT": "LATENCY"})
    return lambda given: compiled(given)["audio"]


def main() -> None:
    replies = Replies()
    runtime, model, voices, voice = sys.argv[1:]
    infer = {"onnxruntime": _onnxruntime, "openvino": _openvino}[runtime](model)
    pack = np.load(voices)[voice]
    speed = np.ones(1, np.float32)
    replies.send(name=f"{runtime} {metadata.version(runtime)}")
    for line in sys.stdin:
        begun = time.perf_counter()
        for tokens in json.loads(line)["chunks"]:
            style = np.asarray(pack[len(tokens) - 3], np.float32).reshape(1, -1)
            infer({"tokens": np.array([tokens], np.int64), "style": style, "speed": speed})
        replies.send(whole=time.perf_counter() - begun)


if __name__ == "__main__":
    main()
