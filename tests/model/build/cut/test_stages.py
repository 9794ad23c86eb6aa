"""The three stages together compute what the whole model did, and no other value passes between them."""

import numpy as np
import pytest
from onnx import helper

from tests.model.build.graphs import broken, make_graph, run
from ttsmesh.model.build.cut.stages import cut_into_stages
from ttsmesh.model.build.graph import Array, Graph, GraphMismatch

RANDOM = np.random.default_rng(3)
node = helper.make_node


def whole(*, leak: bool = False) -> Graph:
    """Prosody from tokens and style, and a decoder that takes prosody. With ``leak`` it takes tokens as well."""
    constants: dict[str, Array] = {
        "axis": np.array([1], np.int64),
        "frames": RANDOM.normal(size=(5, 512)).astype(np.float32),
        "curve": RANDOM.normal(size=(5, 2)).astype(np.float32),
        "flat": np.array([1, -1], np.int64),
        "w": RANDOM.normal(size=(1, 1, 3)).astype(np.float32),
        "all": np.array([1, 2], np.int64),
        "durations_axis": np.array([2], np.int64),
    }
    nodes = [
        node("Div", ["tokens", "speed"], ["spoken"]),
        node("MatMul", ["spoken", "frames"], ["m"]),
        node("Transpose", ["m"], ["the features"], perm=[0, 2, 1]),
        node("MatMul", ["spoken", "curve"], ["c"]),
        node("Reshape", ["c", "flat"], ["the pitch"]),
        node("Neg", ["the pitch"], ["the energy"]),
        node("ReduceSum", ["spoken", "durations_axis"], ["durations"], keepdims=0),
        node("Unsqueeze", ["the pitch", "axis"], ["p"]),
        node("Unsqueeze", ["the energy", "axis"], ["e"]),
        node("Conv", ["p", "w"], ["p2"], kernel_shape=[3], pads=[1, 1], strides=[2]),
        node("Conv", ["e", "w"], ["e2"], kernel_shape=[3], pads=[1, 1], strides=[2]),
        node("Concat", ["the features", "p2", "e2"], ["joined"], axis=1),
        node("ReduceMean", ["joined", "all"], ["mean"], keepdims=0),
        node("Abs", ["p"], ["strength"]),
        node("Sqrt", ["strength"], ["magnitudes"]),
        node("Sin", ["p"], ["phases"]),
        node("Concat", ["magnitudes", "phases"], ["spectra"], axis=1),
        node("ReduceMax", ["spectra", "all"], ["loudest"], keepdims=0),
        node("Mul", ["mean", "loudest"], ["voiced"]),
        node("Add", ["voiced", "durations" if leak else "style"], ["audio"]),
    ]
    given: dict[str, list[int | None]] = {"tokens": [1, None, 5], "style": [1], "speed": [1]}
    return make_graph(nodes, constants, given, ["audio", "durations"])


def test_the_stages_together_make_what_the_whole_did() -> None:
    graph = whole()
    text, source, decoder = cut_into_stages(graph)
    tokens = RANDOM.normal(size=(1, 7, 5)).astype(np.float32)
    style, speed = np.array([2.0], np.float32), np.array([1.5], np.float32)
    audio, durations = run(graph, tokens=tokens, style=style, speed=speed)
    features, pitch, energy, timed = run(text, tokens=tokens, style=style, speed=speed)
    assert features.shape == (1, 512, 7)
    assert pitch.shape == energy.shape == (1, 14)
    np.testing.assert_array_equal(timed, durations)
    (spectra,) = run(source, pitch=pitch)
    assert spectra.shape == (1, 2, 14)
    (again,) = run(decoder, features=features, pitch=pitch, energy=energy, source=spectra, style=style)
    np.testing.assert_allclose(again, audio, rtol=1e-5)
    assert {value.name for value in decoder.inputs} == {"features", "pitch", "energy", "source", "style"}
    assert {value.name for value in source.inputs} == {"pitch"}


def test_a_decoder_that_takes_more_from_the_text_is_refused() -> None:
    with pytest.raises(GraphMismatch, match="it also takes"):
        cut_into_stages(whole(leak=True))


def test_a_graph_without_such_a_place_is_refused() -> None:
    graph = make_graph([node("Relu", ["x"], ["audio"])], {}, {"x": [None]}, ["audio"])
    with pytest.raises(GraphMismatch, match="0 places"):
        cut_into_stages(graph)


def test_a_graph_whose_source_is_not_found_is_refused() -> None:
    with pytest.raises(GraphMismatch, match="0 places look like the source's end"):
        cut_into_stages(broken(whole(), "Sqrt", node("Neg", ["strength"], ["magnitudes"])))


def test_a_source_that_takes_more_than_pitch_is_refused() -> None:
    with pytest.raises(GraphMismatch, match="it also takes"):
        cut_into_stages(broken(whole(), "Sin", node("Mul", ["p", "style"], ["phases"])))
