"""A transposed convolution of single channels becomes products and sums that give the same."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import helper

from tests.model.build.graphs import make_graph, run_on_openvino
from ttsmesh.model.build.graph import Array, Graph, GraphMismatch
from ttsmesh.model.build.upsampling import interleave

RANDOM = np.random.default_rng(3)
CHANNELS = 4


def upsampling(*, group: int = CHANNELS, stride: int = 2, bias: bool = True, **more: Any) -> Graph:
    weight = RANDOM.normal(size=(CHANNELS, CHANNELS // group, 3)).astype(np.float32)
    constants: dict[str, Array] = {"weight": weight, "bias": RANDOM.normal(size=CHANNELS).astype(np.float32)}
    node = helper.make_node(
        "ConvTranspose",
        ["x", "weight", *(["bias"] if bias else [])],
        ["y"],
        name="pool",
        kernel_shape=[3],
        strides=[stride],
        pads=[1, 1],
        output_padding=[stride - 1],
        group=group,
        **more,
    )
    return make_graph([node], constants, {"x": [1, CHANNELS, None]}, ["y"])


@pytest.mark.parametrize("length", [1, 2, 7])
def test_it_gives_twice_as_many_frames_and_the_same_ones(length: int, tmp_path: Path) -> None:
    """Run by OpenVINO, since ONNX's own reference mixes up the biases of grouped channels (1.23)."""
    graph = upsampling()
    x = RANDOM.normal(size=(1, CHANNELS, length)).astype(np.float32)
    result = interleave(graph)
    assert not result.of_type("ConvTranspose")
    (expected, _), (made, _) = run_on_openvino(graph, tmp_path, x), run_on_openvino(result, tmp_path, x)
    assert made.shape == (1, CHANNELS, 2 * length)
    np.testing.assert_allclose(made, expected, atol=1e-5)


@pytest.mark.parametrize(
    "other",
    [{"stride": 3}, {"dilations": [2]}, {"bias": False}, {"output_shape": [9]}],
    ids=lambda other: next(iter(other)),
)
def test_one_that_makes_other_than_twice_as_many_is_refused(other: dict[str, Any]) -> None:
    with pytest.raises(GraphMismatch, match=r"pool does not make twice as many frames of 3 weights$"):
        interleave(upsampling(**other))


def test_one_that_mixes_channels_is_not_taken_for_it() -> None:
    with pytest.raises(GraphMismatch, match=r"no upsampling by channel$"):
        interleave(upsampling(group=1))
