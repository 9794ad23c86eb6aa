"""The snake activation, x + sin(a x)^2 / a, in as few passes over the sequence as possible.

As exported it takes nine passes. ``sines`` says which nodes OpenVINO's plugin makes one pass of.
"""

import numpy as np
from onnx import helper

from ttsmesh.model.build.graph import Array, Graph, GraphMismatch, Node, chain, float_array, named_node, other
from ttsmesh.model.build.sines import polynomial_constants, polynomial_steps

INVERSE_ERROR = 1e-3
"""Relative error of the exported 1/a, which is 1 / (a + 1e-9) or was rounded to float16."""


def snake_polynomial(graph: Graph) -> Graph:
    """Compute the activation as (a x + sin(a x)^2) / a, with a polynomial for the squared sine.

    With t = a x / pi and v the distance of t to the next half between two whole numbers, sin(a x)^2 = cos(pi v)^2.
    """
    constants = polynomial_constants("snake", np.pi)
    replacements: dict[str, list[Node]] = {}
    for sine in graph.of_type("Sin"):
        users = graph.consumers(sine.output[0])
        if [user.op_type for user in users] != ["Pow"]:
            continue  # a sine that is not squared is left to ``sine_polynomial``
        x, alpha, output = _snake(graph, sine, users[0])
        columns = {"turns": alpha / np.pi, "alpha": alpha, "inverse": 1 / alpha}
        constants |= {f"{output}_{name}": float_array(value) for name, value in columns.items()}
        replacements[output] = _snake_nodes(x, output)
    return graph.rewritten(replacements, constants, absent="it has no snake activation")


def _snake(graph: Graph, sine: Node, power: Node) -> tuple[str, Array, str]:
    """Input, a for each channel [1, C, 1], and output of the activation that ``sine`` and ``power`` belong to."""
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


def _snake_nodes(x: str, output: str) -> list[Node]:
    """A chain to the squared sine, and the sum, whose division by a ``scale_weights`` can move into weights."""
    wave, line, total = f"{output}_wave", f"{output}_line", f"{output}_total"
    return [
        *chain(x, (("Mul", f"{output}_turns"), *polynomial_steps("snake")), wave),
        named_node("Mul", [x, f"{output}_alpha"], line),
        named_node("Add", [line, wave], total),
        named_node("Mul", [total, f"{output}_inverse"], output),
    ]


def scale_weights(graph: Graph) -> Graph:
    """Move factors for each channel, of products that only convolutions take, into the weights of these."""
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
    return graph.rewritten(replacements, constants, absent="no weights can be scaled")


def _is_plain_convolution(node: Node, x: str) -> bool:
    groups = [attribute.i for attribute in node.attribute if attribute.name == "group"]
    return bool(node.op_type == "Conv" and node.input[0] == x and x not in node.input[1:] and groups in ([], [1]))


def _is_columns(graph: Graph, name: str) -> bool:
    """Whether ``name`` is a constant [1, C, 1]."""
    array = graph.constants.get(name)
    return array is not None and array.ndim == 3 and array.shape[0] == array.shape[2] == 1 < array.shape[1]
