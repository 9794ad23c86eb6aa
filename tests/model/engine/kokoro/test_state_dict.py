"""The shipped graph has all weights of the official model. Whether PyTorch takes them: ``test_engine``."""

import numpy as np
import pytest
from bench.stages import shipped

from ttsmesh.model.build.graph import Array, Graph, GraphMismatch
from ttsmesh.model.build.steps import dequantise
from ttsmesh.model.engine.kokoro.state_dict import state_dict

NUMBERS = 81_172_818
"""Kokoro-82M's numbers, less those of a part of ALBERT that nothing uses, of which there are 590,592."""


@pytest.fixture(scope="module")
def graph() -> Graph:
    return shipped()


@pytest.fixture(scope="module")
def weights(graph: Graph) -> dict[str, Array]:
    return state_dict(graph)


def test_every_weight_is_there_once_and_finite(weights: dict[str, Array]) -> None:
    assert all(array.dtype == np.float32 and np.isfinite(array).all() for array in weights.values())
    assert sum(array.size for array in weights.values()) == NUMBERS


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("bert.embeddings.word_embeddings.weight", (178, 128)),
        ("bert.encoder.albert_layer_groups.0.albert_layers.0.ffn.weight", (2048, 768)),
        ("text_encoder.cnn.0.0.weight_v", (512, 512, 5)),
        ("predictor.lstm.weight_ih_l0_reverse", (1024, 640)),
        ("predictor.F0.1.pool.weight_v", (512, 1, 3)),
        ("predictor.F0_proj.weight", (1, 256, 1)),
        ("decoder.asr_res.0.weight_g", (64, 1, 1)),
        ("decoder.generator.m_source.l_linear.weight", (1, 9)),
        ("decoder.generator.resblocks.5.alpha2.2", (1, 128, 1)),
    ],
)
def test_weights_have_the_names_and_shapes_of_the_official_modules(
    weights: dict[str, Array], name: str, shape: tuple[int, ...]
) -> None:
    assert weights[name].shape == shape


def test_direction_and_length_of_a_convolution_make_its_weights(graph: Graph, weights: dict[str, Array]) -> None:
    module, channels_rounded_to_nothing = "predictor.F0.2.conv1", 52
    direction, length = (weights[f"{module}.weight_{part}"].astype(np.float64) for part in "vg")
    assert (length == 0).sum() == channels_rounded_to_nothing
    made = direction / np.sqrt((direction**2).sum((1, 2), keepdims=True)) * length
    floats = dequantise(graph)
    (node,) = (node for node in floats.nodes if node.name == "/encoder/F0.2/conv1/Conv_quant")
    np.testing.assert_allclose(made, floats.constant(node.input[1]), atol=1e-6)


def test_another_graph_is_refused(graph: Graph) -> None:
    with pytest.raises(GraphMismatch):
        state_dict(dequantise(graph))
