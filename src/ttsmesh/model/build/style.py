"""What the style does to every norm, a number a channel, worked out at once: it is the same all through a sequence."""

from dataclasses import dataclass

import numpy as np
from onnx import helper

from ttsmesh.model.build.graph import Array, Graph, GraphMismatch, Node, attributes, float_array, other

_PARTS = ("scale", "shift")
"""Of what the style gives a norm, in the order of ``_Styled``'s weights and biases."""


@dataclass(frozen=True, slots=True, eq=False)
class _Styled:
    """output = norm * scale + shift, and the layer that makes both of the style: weights [style, C], biases [C]."""

    norm: str
    output: str
    style: str
    row: str
    weights: tuple[Array, Array]
    biases: tuple[Array, Array]


def one_style_layer(graph: Graph) -> Graph:
    """All the small layers between the style and the instance norms become one.

    The text's stage and the decoder have a style each. The constants that follow in a snake become part of it, and the
    1 of 1 + scale of its biases. It is a convolution, so that what it gives comes channels-last as the sequences do:
    else the plugin reorders these, which takes longer than the norms. And biases are added to its parts, one by one,
    for the plugin makes one pass of a product and a sum only if neither takes what comes straight from a ``Split``.
    """
    styled: dict[str, list[_Styled]] = {}
    for norm in graph.of_type("InstanceNormalization"):
        for product in graph.consumers(norm.output[0]):
            for found in _styled(graph, norm.output[0], product):
                styled.setdefault(found.style, []).append(found)
    if not styled:
        raise GraphMismatch("it has no norm with a style")
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
            helper.make_node("Unsqueeze", [style, "style_axis"], [column], name=column),
            helper.make_node("Conv", [column, f"{name}_weight"], [product], name=product, kernel_shape=[1]),
            helper.make_node("Split", [product, f"{name}_sizes"], parts, axis=1, name=f"{name}_split"),
        ]
        rows = {one.row for one in group}
        first = next(node for node in graph.nodes if not rows.isdisjoint(node.output))
        replacements[first.output[0]] = [*layer, first]
        for one in group:
            replacements[one.output] = _scaled_and_shifted(one, constants)
    return graph.rewritten(replacements, constants)


def _convolution(weights: list[Array]) -> Array:
    """[style, C] of each -> [all C, style, 1]."""
    return float_array(np.concatenate(weights, axis=1).T[:, :, None])


def _scaled_and_shifted(one: _Styled, constants: dict[str, Array]) -> list[Node]:
    nodes = []
    for part, bias in zip(_PARTS, one.biases, strict=True):
        made = f"{one.output}_{part}"
        constants[f"{made}_bias"] = float_array(bias).reshape(1, -1, 1)
        nodes.append(helper.make_node("Add", [made, f"{made}_bias"], [f"{made}_biased"], name=f"{made}_biased"))
    scale, shift = (f"{one.output}_{part}_biased" for part in _PARTS)
    scaled = f"{one.output}_scaled"
    return [
        *nodes,
        helper.make_node("Mul", [one.norm, scale], [scaled], name=scaled),
        helper.make_node("Add", [scaled, shift], [one.output], name=one.output),
    ]


def _styled(graph: Graph, norm: str, product: Node) -> list[_Styled]:
    """What ``product`` begins; raises ``GraphMismatch`` if that is not an adaptive instance norm."""
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
        raise GraphMismatch(f"{layer.name} is no layer for two numbers a channel")
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
    """The products of ``name`` and a constant for each channel where it is used for nothing else; else itself, by 1."""
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
