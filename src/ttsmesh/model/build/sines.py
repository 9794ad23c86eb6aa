"""Sines and cosines as polynomials.

OpenVINO's plugin has only scalar kernels for ``Sin`` and ``Cos``, but makes one pass of a chain of products and sums in
which nothing but the end is used twice.
"""

import numpy as np

from ttsmesh.model.build.graph import Array, Graph, Node, chain, float_array

Steps = tuple[tuple[str, str], ...]
"""The nodes of a chain: operators and their other operands, see ``graph.chain``."""


def sine_polynomial(graph: Graph) -> Graph:
    """Replace sines and cosines, those of snake activations excepted.

    With v the distance of x / (2 pi) to the next half between two whole numbers, cos x = -cos(2 pi v). That is two
    doublings away from an angle of at most pi / 4, whose cosine is a polynomial in v^2. The error is at most 2e-04, and
    float32's own for large angles: 7e-03 for the hundred thousand radians that the source adds up.
    """
    values = {"turn": 1 / (2 * np.pi), "quarter": -0.25, "less_one": -1.0, "less_two": -2.0}
    constants = polynomial_constants("sine", np.pi / 2, **values)
    replacements = {node.output[0]: _polynomial(node) for node in graph.of_type("Sin", "Cos")}
    return graph.rewritten(replacements, constants, absent="it has no sine")


def polynomial_constants(prefix: str, angle: float, **values: float) -> dict[str, Array]:
    """The constants of ``polynomial_steps`` for cos(``angle`` v), and ``values``. Their names begin with ``prefix``."""
    values |= {**cosine_coefficients(angle), "one": 1.0, "half": -0.5, "two": 2.0}
    return {f"{prefix}_{name}": float_array(value) for name, value in values.items()}


def polynomial_steps(prefix: str) -> Steps:
    """From t to the square of the cosine of ``polynomial_constants``, with v the distance of t to the next half."""
    return (
        ("Mod", f"{prefix}_one"),
        ("Abs", ""),
        ("Add", f"{prefix}_half"),
        ("Pow", f"{prefix}_two"),
        ("Add", f"{prefix}_h"),
        ("Pow", f"{prefix}_two"),
        ("Add", f"{prefix}_s"),
        ("Mul", f"{prefix}_k"),
        ("Pow", f"{prefix}_two"),
    )


def cosine_coefficients(angle: float) -> dict[str, float]:
    """``k``, ``h`` and ``s`` of cos(angle v) = k ((v^2 + h)^2 + s), |v| <= 1/2. Its error for pi is at most 6e-04."""
    v = 0.5 * np.cos(np.pi * (np.arange(64) + 0.5) / 128)
    series = np.polynomial.Chebyshev.fit(v * v, np.cos(angle * v), 2, domain=[0, 0.25])
    c0, c1, c2 = (float(c) for c in series.convert(kind=np.polynomial.Polynomial).coef)
    return {"k": c2, "h": c1 / c2 / 2, "s": c0 / c2 - (c1 / c2 / 2) ** 2}


def _polynomial(node: Node) -> list[Node]:
    quarter: Steps = (("Add", "sine_quarter"),) if node.op_type == "Sin" else ()
    doublings = (
        ("Mul", "sine_two"),
        ("Add", "sine_less_one"),
        ("Pow", "sine_two"),
        ("Mul", "sine_less_two"),
        ("Add", "sine_one"),
    )
    steps = (("Mul", "sine_turn"), *quarter, *polynomial_steps("sine"), *doublings)
    return chain(node.input[0], steps, node.output[0])
