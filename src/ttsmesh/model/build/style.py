"""One layer for everything that the style gives to the norms.

The style scales and shifts each channel of each norm. These numbers are the same all through a sequence.
"""

from dataclasses import dataclass

import numpy as np
from onnx import helper

from ttsmesh.model.build.graph import Array, Graph, GraphMismatch, Node, attributes, float_array, named_node, other

_PARTS = ("scale", "shift")
"""What the style gives to a norm, in the order of ``_Styled``'s weights and biases."""


@dataclass(frozen=True, slots=True, eq=False)
class _Styled:
    """output = norm * scale + shift, and the layer that makes scale and shift: weights [style, C], biases [C].

    ``row`` is the output of the exported layer.
    """

    norm: str
    output: str
    style: str
    row: str
    weights: tuple[Array, Array]
    biases: tuple[Array, Array]


def one_style_layer(graph: Graph) -> Graph:
    """Join the many small layers between a style and the instance norms into one layer.

    The text's stage and the decoder have a style each. The layer takes in the constants that follow in a snake
    activation, and its biases the 1 of 1 + scale. It is a convolution, so that its outputs are channels-last, as the
    sequences are; otherwise the plugin reorders the sequences, which takes longer than the norms. The biases are added
    to each output by itself: the plugin makes one pass of a product and a sum only if neither takes an output of a
    ``Split`` directly.
    """
    styled: dict[str, list[_Styled]] = {}
    for norm in graph.of_type("InstanceNormalization"):
        for product in graph.consumers(norm.output[0]):
            for found in _styled(graph, norm.output[0], product):
                styled.setdefault(found.style, []).append(found)
    constants: dict[str, Array] = {"style_axis": np.array([2], np.int64)}
    replacements: dict[str, list[Node]] = {}
    for number, (style, group) in enumerate(styled.items()):
        name = f"style_{number}"
        constants |= {
            f"{name}_weight": _convolution([half for one in group for half in one.weights]),
            f"{name}_sizes": np.array([half.size for one in group for half in one.biases], np.int64),
        }
        column, product = f"{name}_column", f"{name}_product"
        parts = [f"{one.output}_{part}" for one in group for part in _PARTS]
        layer = [
            named_node("Unsqueeze", [style, "style_axis"], column),
            named_node("Conv", [column, f"{name}_weight"], product, kernel_shape=[1]),
            helper.make_node("Split", [product, f"{name}_sizes"], parts, axis=1, name=f"{name}_split"),
        ]
        rows = {one.row for one in group}
        first = next(node for node in graph.nodes if not rows.isdisjoint(node.output))
        replacements[first.output[0]] = [*layer, first]
        for one in group:
            replacements[one.output] = _scaled_and_shifted(one, constants)
    return graph.rewritten(replacements, constants, absent="it has no norm with a style")


def _convolution(weights: list[Array]) -> Array:
    """The weights of a convolution, [all C, style, 1], of ``weights``, [style, C] each."""
    return float_array(np.concatenate(weights, axis=1).T[:, :, None])


def _scaled_and_shifted(one: _Styled, constants: dict[str, Array]) -> list[Node]:
    nodes = []
    for part, bias in zip(_PARTS, one.biases, strict=True):
        made = f"{one.output}_{part}"
        constants[f"{made}_bias"] = float_array(bias).reshape(1, -1, 1)
        nodes.append(named_node("Add", [made, f"{made}_bias"], f"{made}_biased"))
    scale, shift = (f"{one.output}_{part}_biased" for part in _PARTS)
    scaled = f"{one.output}_scaled"
    return [
        *nodes,
        named_node("Mul", [one.norm, scale], scaled),
        named_node("Add", [scaled, shift], one.output),
    ]


def _styled(graph: Graph, norm: str, product: Node) -> list[_Styled]:
    """The uses of the adaptive instance norm that ``product`` begins. Raises ``GraphMismatch`` if it begins none."""
    if product.op_type != "Mul":
        raise GraphMismatch(f"{norm} goes to {product.op_type}, not Mul")
    total = graph.only_consumer(product.output[0], "Add")
    one_more = graph.producer(other(product, norm), "Add")
    shift = other(total, product.output[0])
    halves = graph.producer(shift, "Split")
    scale, one = one_more.input if one_more.input[1] in graph.constants else one_more.input[::-1]
    if [scale, shift] != list(halves.output) or graph.constant(one).tolist() != 1 or attributes(halves)["axis"] != 1:
        raise GraphMismatch(f"{total.name} is not part of an adaptive instance norm")
    columns = graph.producer(halves.input[0], "Unsqueeze")
    row = graph.producer(columns.input[0], "Add")
    layer = next((maker for name in row.input if (maker := graph.maker(name)) is not None), None)
    if layer is None or layer.op_type != "MatMul" or graph.constant(columns.input[1]).tolist() != [2]:
        raise GraphMismatch(f"{halves.name} does not halve a layer")
    weight, bias = graph.constant(layer.input[1]), graph.constant(other(row, layer.output[0]))
    channels = bias.size // 2
    if bias.shape != (2 * channels,) or weight.shape[1:] != bias.shape:
        raise GraphMismatch(f"{layer.name} does not make two numbers for each channel")
    scales, shifts = slice(channels), slice(channels, None)
    return [
        _Styled(
            norm=norm,
            output=output,
            style=str(layer.input[0]),
            row=str(row.output[0]),
            weights=(weight[:, scales] * factor, weight[:, shifts] * factor),
            biases=((bias[scales] + 1) * factor, bias[shifts] * factor),
        )
        for output, factor in _constant_factors(graph, str(total.output[0]), channels)
    ]


def _constant_factors(graph: Graph, name: str, channels: int) -> list[tuple[str, Array]]:
    """The products of ``name`` and a constant [1, C, 1], if it has no other use: their outputs and the constants.

    Otherwise ``name`` itself with factors of 1.
    """
    unchanged = [(name, np.ones(channels, np.float32))]
    if any(value.name == name for value in graph.outputs):
        return unchanged
    found = []
    for user in graph.consumers(name):
        factor = graph.constants.get(other(user, name)) if user.op_type == "Mul" else None
        if factor is None or factor.shape != (1, channels, 1):
            return unchanged
        found.append((str(user.output[0]), factor.reshape(-1)))
    return found or unchanged
