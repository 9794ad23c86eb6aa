"""The model without our pipeline: the same weights as float in one graph, on a runtime with its defaults."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.stages import shipped
from ttsmesh.config import Precision
from ttsmesh.errors import SynthesisError
from ttsmesh.model.build.steps import dequantise, expose_durations, total_phase
from ttsmesh.model.engine.edges import first_heard, heard_durations
from ttsmesh.model.engine.protocol import Floats
from ttsmesh.model.g2p.tokens import encode
from ttsmesh.model.kokoro import FRAME_SAMPLES
from ttsmesh.model.openvino_import import import_openvino


def save(directory: Path) -> Path:
    """Write the graph as ONNX with its constants beside it, 330 MB in all, and return its path."""
    directory.mkdir(parents=True, exist_ok=True)
    graph = shipped()
    for step in (dequantise, total_phase, expose_durations):
        graph = step(graph)
    return graph.save(directory)


class Sound(NamedTuple):
    """The ``samples`` of a chunk, and the frames that each of its tokens lasts, edges included."""

    samples: Floats
    durations: Floats


def heard(phonemes: str, samples: NDArray[Any], durations: NDArray[Any]) -> Sound:
    """What would be heard of a whole chunk if our pipeline rendered it, which leaves silence at the edges out."""
    frames = [int(each) for each in durations.reshape(-1)]
    begin, left = first_heard(frames), heard_durations(encode(phonemes), frames)
    part = samples.reshape(-1)[begin * FRAME_SAMPLES : (begin + sum(left)) * FRAME_SAMPLES]
    return Sound(np.array(part, np.float32), np.array(left, np.float32))


class PlainEngine:
    """OpenVINO with ``model``, which ``save`` has written."""

    def __init__(self, model: Path, precision: Precision) -> None:
        settings: dict[str, Any] = {"PERFORMANCE_HINT": "LATENCY"}
        if precision != "auto":
            settings["INFERENCE_PRECISION_HINT"] = precision
        self._request = import_openvino().Core().compile_model(model, "CPU", settings).create_infer_request()

    def render(self, phonemes: str, styles: Floats) -> Sound:
        """What would be heard of the chunk ``phonemes``, with a voice's table of ``styles``."""
        tokens, style = encode(phonemes), styles[len(phonemes) - 1].reshape(1, -1)
        given = {"tokens": np.array([tokens], np.int64), "style": style, "speed": np.ones(1, np.float32)}
        try:
            self._request.infer(given)
        except RuntimeError as error:
            raise SynthesisError(str(error)) from error
        return heard(phonemes, *(self._request.get_tensor(name).data for name in ("audio", "durations")))
