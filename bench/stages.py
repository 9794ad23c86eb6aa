"""The model's stages in float32, for measurements of what the engine does not show."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ttsmesh.model.build.graph import Graph
from ttsmesh.model.build.weights_packages import find_installed, read_weights
from ttsmesh.model.engine.protocol import Floats
from ttsmesh.model.g2p.tokens import encode
from ttsmesh.model.openvino_import import import_openvino

Array = NDArray[Any]


def shipped() -> Graph:
    """The model as it comes."""
    return Graph.from_bytes(read_weights(find_installed()))


class Stages:
    """``graphs``, each of which takes what is given to ``run`` and what the ones before it make, by name."""

    def __init__(self, graphs: Sequence[Graph]) -> None:
        core = import_openvino().Core()
        settings = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
        self._requests = []
        for graph in graphs:
            with tempfile.TemporaryDirectory() as directory:
                compiled = core.compile_model(graph.save(Path(directory)), "CPU", settings)
            self._requests.append(compiled.create_infer_request())

    def run(self, given: Mapping[str, Array]) -> dict[str, Array]:
        """``given``, and all outputs of all stages."""
        made = dict(given)
        for request in self._requests:
            request.infer({taken.any_name: made[taken.any_name] for taken in request.model_inputs})
            for output in request.model_outputs:
                made |= dict.fromkeys(output.names, np.array(request.get_tensor(output).data))
        return made

    def render(self, phonemes: str, styles: Floats) -> dict[str, Array]:
        """As ``run``: all of the chunk ``phonemes`` with a voice's table of ``styles``."""
        tokens, style = encode(phonemes), styles[len(phonemes) - 1].reshape(1, -1)
        return self.run({"tokens": np.array([tokens], np.int64), "style": style, "speed": np.ones(1, np.float32)})
