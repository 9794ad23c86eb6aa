"""Sines and cosines as polynomials, of angles as large as the model's phases."""

import numpy as np
import pytest
from onnx import helper

from tests.model.build.graphs import make_graph, run
from ttsmesh.model.build.graph import Graph, GraphMismatch
from ttsmesh.model.build.sines import sine_polynomial


def waves() -> Graph:
    nodes = [helper.make_node("Sin", ["x"], ["sine"]), helper.make_node("Cos", ["x"], ["cosine"])]
    return make_graph(nodes, {}, {"x": [None]}, ["sine", "cosine"])


@pytest.mark.parametrize(("largest", "error"), [(7.0, 2e-4), (3000.0, 1e-3), (100_000.0, 1e-2)])
def test_polynomials_give_nearly_what_sines_and_cosines_do(largest: float, error: float) -> None:
    """Float32 itself is no more exact for such large angles."""
    x = np.linspace(-largest, largest, 9_999, dtype=np.float32)
    result = sine_polynomial(waves())
    assert not result.of_type("Sin", "Cos")
    sine, cosine = run(result, x=x)
    np.testing.assert_allclose(sine, np.sin(x.astype(float)), atol=error)
    np.testing.assert_allclose(cosine, np.cos(x.astype(float)), atol=error)


def test_a_graph_without_a_sine_is_refused() -> None:
    with pytest.raises(GraphMismatch, match=r"it has no sine$"):
        sine_polynomial(make_graph([helper.make_node("Abs", ["x"], ["y"])], {}, {"x": [None]}, ["y"]))
