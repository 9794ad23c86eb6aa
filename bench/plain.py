"""The model without our pipeline: the same weights as float in one graph, on a runtime with its defaults."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ttsmesh.config import Precision
from ttsmesh.errors import SynthesisError
from ttsmesh.model.build.graph import Graph
from ttsmesh.model.build.steps import dequantise, expose_durations, total_phase
from ttsmesh.model.build.weights_packages import find_installed, read_weights
from ttsmesh.model.engine.protocol import Floats, Rendered
from ttsmesh.model.openvino_import import import_openvino


def save(directory: Path) -> Path:
    """Write the graph as ONNX with its constants beside it, 330 MB in all, and return its path."""
    directory.mkdir(parents=True, exist_ok=True)
    graph = Graph.from_bytes(read_weights(find_installed()))
    for step in (dequantise, total_phase, expose_durations):
        graph = step(graph)
    return graph.save(directory)


class PlainEngine:
    """OpenVINO with ``model``, which ``save`` has written."""

    def __init__(self, model: Path, precision: Precision) -> None:
        settings: dict[str, Any] = {"PERFORMANCE_HINT": "LATENCY"}
        if precision != "auto":
            settings["INFERENCE_PRECISION_HINT"] = precision
        self._request = import_openvino().Core().compile_model(model, "CPU", settings).create_infer_request()

    def render(self, tokens: Sequence[int], style: Floats, speed: float) -> Rendered:
        given = {"tokens": np.array([tokens], np.int64), "style": style, "speed": np.array([speed], np.float32)}
        try:
            self._request.infer(given)
        except RuntimeError as error:
            raise SynthesisError(str(error)) from error
        samples, durations = (
            np.array(self._request.get_tensor(name).data, np.float32).reshape(-1) for name in ("audio", "durations")
        )
        return Rendered(samples, durations)
