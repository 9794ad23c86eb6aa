"""The snake activation, x + sin(a x)^2 / a, in as few passes over the sequence as the plugin can make of it.

As exported it is nine passes, among them ``Sin``, for which the plugin has a scalar kernel only. The plugin makes one
pass of a chain of simple nodes when nothing but the chain's end is used twice, so that is how these are laid out.
"""

import numpy as np
from onnx import helper

from ttsmesh.model.build.graph import Array, Graph, GraphMismatch, Node, chain, float_array, other

INVERSE_ERROR = 1e-3
"""Relative error of the 1/a that was exported: it is 1 / (a + 1e-9), or went through float16."""


def snake_polynomial(graph: Graph) -> Graph:
    """It is (a x + sin(a x)^2) / a. With t = a x / pi and v the distance of t to the next half between two whole
    numbers, the squared sine is a squared polynomial in v^2: one chain from t on, in which nothing is used twice."""
    constants: dict[str, Array] = {
        f"snake_{name}": float_array(value)
        for name, value in {**cosine_coefficients(np.pi), "one": 1.0, "half": -0.5, "two": 2.0}.items()
    }
    replacements: dict[str, list[Node]] = {}
    for sine in graph.of_type("Sin"):
        users = graph.consumers(sine.output[0])
        if [user.op_type for user in users] != ["Pow"]:
            continue  # there are others, which are not squared: see ``graph_sines``
        x, alpha, output = _snake(graph, sine, users[0])
        columns = {"turns": alpha / np.pi, "alpha": alpha, "inverse": 1 / alpha}
        constants |= {f"{output}_{name}": float_array(value) for name, value in columns.items()}
        replacements[output] = _snake_nodes(x, output)
    if not replacements:
        raise GraphMismatch("it has no snake activation")
    return graph.rewritten(replacements, constants)


def _snake(graph: Graph, sine: Node, power: Node) -> tuple[str, Array, str]:
    """Of the activation around ``sine``: its input, its a for each channel [1, C, 1], and its output."""
    if graph.constant(power.input[1]).tolist() != 2:
        raise GraphMismatch(f"{power.name} is not a square")
    product = graph.producer(sine.input[0], "Mul")
    alpha = next((name for name in product.input if name in graph.constants), "")
    x = other(product, alpha)
    scaled = graph.only_consumer(power.output[0], "Mul")
    inverse = graph.constant(other(scaled, power.output[0]))
    if not np.allclose(inverse * graph.constant(alpha), 1, atol=INVERSE_ERROR):
        raise GraphMismatch(f"{scaled.name} does not divide by what {product.name} multiplies with")
    total = graph.only_consumer(scaled.output[0], "Add")
    if other(total, scaled.output[0]) != x:
        raise GraphMismatch(f"{total.name} does not add a snake's own input")
    return x, graph.constant(alpha), str(total.output[0])


def cosine_coefficients(angle: float) -> dict[str, float]:
    """``k``, ``h`` and ``s`` of cos(angle v) = k ((v^2 + h)^2 + s), |v| <= 1/2; of pi, the error is at most 6e-04."""
    v = 0.5 * np.cos(np.pi * (np.arange(64) + 0.5) / 128)
    series = np.polynomial.Chebyshev.fit(v * v, np.cos(angle * v), 2, domain=[0, 0.25])
    c0, c1, c2 = (float(c) for c in series.convert(kind=np.polynomial.Polynomial).coef)
    return {"k": c2, "h": c1 / c2 / 2, "s": c0 / c2 - (c1 / c2 / 2) ** 2}


def _snake_nodes(x: str, output: str) -> list[Node]:
    """A chain to the squared sine, another one to the sum, which weights can take the division from."""
    wave, line, total = f"{output}_wave", f"{output}_line", f"{output}_total"
    squared_sine = (
        ("Mul", f"{output}_turns"),
        ("Mod", "snake_one"),
        ("Abs", ""),
        ("Add", "snake_half"),
        ("Pow", "snake_two"),
        ("Add", "snake_h"),
        ("Pow", "snake_two"),
        ("Add", "snake_s"),
        ("Mul", "snake_k"),
        ("Pow", "snake_two"),
    )
    ends = (
        ("Mul", [x, f"{output}_alpha"], line),
        ("Add", [line, wave], total),
        ("Mul", [total, f"{output}_inverse"], output),
    )
    return [
        *chain(x, squared_sine, wave),
        *(helper.make_node(op_type, inputs, [made], name=made) for op_type, inputs, made in ends),
    ]


def scale_weights(graph: Graph) -> Graph:
    """A constant for each channel that only convolutions see multiplied becomes part of their weights."""
    constants: dict[str, Array] = {}
    replacements: dict[str, list[Node]] = {}
    for product in graph.of_type("Mul"):
        columns = next((name for name in product.input if _is_columns(graph, name)), "")
        users = graph.consumers(product.output[0])
        if not columns or not users or any(not _is_plain_convolution(user, product.output[0]) for user in users):
            continue
        for user in users:
            weight = graph.constant(user.input[1])
            name = f"{user.output[0]}_weight"
            constants[name] = float_array(weight * graph.constant(columns))
            scaled = helper.make_node("Conv", [other(product, columns), name, *user.input[2:]], user.output)
            scaled.name = user.name
            scaled.attribute.extend(user.attribute)
            replacements[user.output[0]] = [scaled]
    if not replacements:
        raise GraphMismatch("no weights can be scaled")
    return graph.rewritten(replacements, constants)


def _is_plain_convolution(node: Node, x: str) -> bool:
    groups = [attribute.i for attribute in node.attribute if attribute.name == "group"]
    return bool(node.op_type == "Conv" and node.input[0] == x and x not in node.input[1:] and groups in ([], [1]))


def _is_columns(graph: Graph, name: str) -> bool:
    """Whether it is a constant [1, C, 1]."""
    array = graph.constants.get(name)
    return array is not None and array.ndim == 3 and array.shape[0] == array.shape[2] == 1 < array.shape[1]
