"""The generator in windows makes the samples of the whole chunk, and what it goes by is known before it runs."""

import contextlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.phonemes import phonemes_of
from ttsmesh.model.build.cut.generator import (
    AFFINE,
    HIDDEN,
    MEAN,
    ROWS,
    SOURCE_MEAN,
    SOURCE_VARIANCE,
    VARIANCE,
    cut_decoder,
    exact,
    find_norms,
    local,
    source_statistics,
)
from ttsmesh.model.build.cut.stages import SOURCE
from ttsmesh.model.build.cut.windows import windowed
from ttsmesh.model.build.graph import Array, Graph, GraphMismatch
from ttsmesh.model.build.pipeline import float_stages
from ttsmesh.model.build.quantise import quantise, ranges
from ttsmesh.model.build.recipe import HIDDEN_SPAN, SOURCE_CHANNELS, SOURCE_SPAN
from ttsmesh.model.build.weights_packages import find_installed, read_weights
from ttsmesh.model.engine.openvino.norms import Statistics, affine
from ttsmesh.model.engine.protocol import Floats
from ttsmesh.model.g2p.tokens import encode
from ttsmesh.model.kokoro import FRAME_SAMPLES
from ttsmesh.model.openvino_import import import_openvino

HEARD_FROM = 10
"""Frames of silence at the beginning, where the whole chunk's convolutions reach beyond it."""

Run = Callable[..., dict[str, Array]]


class Model:
    """The stages of the real model in float32, what they made of one sentence, and its generator in int8."""

    def __init__(self, directory: Path, pack: Floats) -> None:
        self._directory = directory
        with contextlib.redirect_stdout(io.StringIO()):
            text, source, decoder = float_stages(Graph.from_bytes(read_weights(find_installed())))
        trunk, self.generator = cut_decoder(decoder)
        self.int8 = cut_decoder(quantise(decoder, ranges()))[1]
        tokens = encode(phonemes_of("The build failed, and nobody knows why.").text)
        style = pack[len(tokens) - 3].reshape(1, -1)
        said = self.compiled(text)(tokens=np.array([tokens], np.int64), style=style, speed=np.ones(1, np.float32))
        prosody = {name: said[name] for name in ("features", "pitch", "energy")}
        self.source = self.compiled(source_statistics(source, self.generator))(pitch=said["pitch"])
        self.trunk = self.compiled(trunk)(**prosody, style=style)
        self.whole = self.compiled(decoder)(**prosody, source=self.source[SOURCE], style=style)["audio"].reshape(-1)
        self.frames = self.trunk[HIDDEN].shape[-1] // 2
        given = {name: self.trunk[name] for name in (HIDDEN, ROWS)}
        self.exact = self.compiled(exact(self.generator))(**given, source=self.source[SOURCE])

    def compiled(self, graph: Graph) -> Run:
        """A function that runs ``graph`` and gives its outputs by name."""
        directory = self._directory / str(len(list(self._directory.iterdir())))
        directory.mkdir()
        settings: dict[str, Any] = {"INFERENCE_PRECISION_HINT": "f32"}
        request = import_openvino().Core().compile_model(graph.save(directory), "CPU", settings).create_infer_request()

        def run(**inputs: Array) -> dict[str, Array]:
            request.infer(inputs)
            made: dict[str, Array] = {}
            for output in request.model_outputs:
                made.update(dict.fromkeys(output.names, np.array(request.get_tensor(output).data)))
            return made

        return run

    def in_windows(self, run: Run, frames: int) -> Array:
        """The whole sound, ``frames`` at a time."""
        statistics = Statistics(self.exact[MEAN].reshape(-1), self.exact[VARIANCE].reshape(-1), 0.0)
        given = affine(self.trunk[ROWS], statistics)
        sounds = []
        for first in range(0, self.frames, frames):
            hidden = part(self.trunk[HIDDEN], 2 * first, 2 * frames, HIDDEN_SPAN)
            source = part(self.source[SOURCE], 120 * first, 120 * frames, SOURCE_SPAN)
            sounds.append(run(**{HIDDEN: hidden, SOURCE: source, AFFINE: given})["audio"])
        return np.concatenate(sounds)[: self.frames * FRAME_SAMPLES]


def part(sequence: Array, begin: int, length: int, span: tuple[int, int]) -> Array:
    """The span of a window, with zeros where ``sequence`` has nothing."""
    first, end = begin + span[0], begin + length + span[1]
    inside = sequence[..., max(0, first) : max(0, end)]
    before = max(0, -first)
    after = end - first - before - inside.shape[-1]
    return np.pad(inside, [(0, 0)] * (sequence.ndim - 1) + [(before, after)])


def decibels(error: Array, of: Array) -> float:
    return float(10 * np.log10(np.mean(error**2) / np.mean(of**2) + 1e-30))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory, heart: Floats) -> Model:
    return Model(tmp_path_factory.mktemp("model"), heart)


@pytest.mark.parametrize("kind", ["f32", "int8"])
def test_windows_of_any_length_join_without_a_seam(model: Model, kind: str) -> None:
    run = model.compiled(windowed(local(model.generator if kind == "f32" else model.int8)))
    at_once = model.in_windows(run, model.frames)
    for frames in (1, 5, 8, 16):
        assert decibels(model.in_windows(run, frames) - at_once, at_once) < -60, frames


def test_with_the_statistics_of_the_whole_chunk_windows_sound_as_the_whole(model: Model) -> None:
    heard = slice(HEARD_FROM * FRAME_SAMPLES, -HEARD_FROM * FRAME_SAMPLES)
    sound = model.in_windows(model.compiled(windowed(local(model.generator))), 8)
    assert sound.shape == model.whole.shape
    assert decibels((sound - model.whole)[heard], model.whole[heard]) < -60


def test_what_only_the_source_goes_into_is_known_before_the_generator_runs(model: Model) -> None:
    for told, measured in ((SOURCE_MEAN, MEAN), (SOURCE_VARIANCE, VARIANCE)):
        np.testing.assert_allclose(model.source[told], model.exact[measured][:, :SOURCE_CHANNELS], rtol=1e-3, atol=1e-5)


def test_a_generator_whose_norms_look_at_the_whole_chunk_is_refused(model: Model) -> None:
    with pytest.raises(GraphMismatch, match="is not local"):
        windowed(model.generator)


def test_a_graph_without_a_generator_is_refused(model: Model) -> None:
    norm = find_norms(model.generator)[0]
    cut = [node for node in model.generator.nodes if node.op_type != "ConvTranspose"]
    outputs = [value for value in model.generator.outputs if value.name == norm.x]
    with pytest.raises(GraphMismatch, match="no generator"):
        find_norms(Graph(cut, model.generator.constants, model.generator.inputs, outputs, model.generator.opsets))
