"""Sines and cosines as polynomials: the plugin has scalar kernels for them, and makes one pass of a chain of products
and sums (see ``graph_snake``)."""

import numpy as np

from ttsmesh.model.build.graph import Array, Graph, GraphMismatch, Node, chain, float_array
from ttsmesh.model.build.snake import cosine_coefficients


def sine_polynomial(graph: Graph) -> Graph:
    """With v the distance of x / (2 pi) to the next half between two whole numbers, cos x = -cos(2 pi v). That is two
    doublings away from an angle of at most pi / 4, whose cosine is a polynomial in v^2. The error is at most 2e-04,
    and what float32 does not know of large angles: 7e-03 of the hundred thousand radians that the source comes to."""
    values = {
        **cosine_coefficients(np.pi / 2),
        "turn": 1 / (2 * np.pi),
        "quarter": -0.25,
        "half": -0.5,
        "one": 1.0,
        "less_one": -1.0,
        "two": 2.0,
        "less_two": -2.0,
    }
    constants: dict[str, Array] = {f"sine_{name}": float_array(value) for name, value in values.items()}
    replacements: dict[str, list[Node]] = {}
    for node in graph.of_type("Sin", "Cos"):
        replacements[node.output[0]] = _polynomial(node)
    if not replacements:
        raise GraphMismatch("it has no sine")
    return graph.rewritten(replacements, constants)


def _polynomial(node: Node) -> list[Node]:
    quarter = [("Add", "sine_quarter")] if node.op_type == "Sin" else []
    steps = (
        ("Mul", "sine_turn"),
        *quarter,
        ("Mod", "sine_one"),
        ("Abs", ""),
        ("Add", "sine_half"),
        ("Pow", "sine_two"),
        ("Add", "sine_h"),
        ("Pow", "sine_two"),
        ("Add", "sine_s"),
        ("Mul", "sine_k"),
        ("Pow", "sine_two"),
        ("Mul", "sine_two"),
        ("Add", "sine_less_one"),
        ("Pow", "sine_two"),
        ("Mul", "sine_less_two"),
        ("Add", "sine_one"),
    )
    return chain(node.input[0], steps, node.output[0])
