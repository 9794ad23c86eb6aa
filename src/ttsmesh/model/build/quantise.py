"""Makes the large products int8.

``quantise`` does so with the decoder's convolutions: 2.7 times as fast as float32 where the CPU has VNNI, 1.7 times
with AVX2. Weights are int8 with a scale for each output channel. Inputs are int8 as well, on a scale that is fixed
beforehand: the largest value that each input channel was seen to take (``ranges.npy``, made by ``bench.ranges``). The
weights take in that scale, so that the runtime has one scale for all channels. Everything between the convolutions
stays float.

``int8_products`` leaves the matrices of the text's stage the int8 that they are shipped as. The runtime finds the
scales of their inputs while it runs, which takes VNNI. A text of a new length then takes 2/3 of the time.
"""

from collections.abc import Mapping

import numpy as np
from onnx import TensorProto, helper

from ttsmesh.model.build.graph import Array, Graph, GraphMismatch, Node, attributes, float_array, named_node
from ttsmesh.model.build.recipe import RANGES

MANY = 128
"""Channels, in and out, from which int8 is worth it. Such convolutions are all but 2 % of the work."""

LARGEST = 127
"""The largest number of int8 that has a negative counterpart."""

_DOMAIN = "org.openvinotoolkit"
"""The domain of ``FakeQuantize``, which rounds to a number of levels within a range. OpenVINO makes int8 of it."""

_SILENT = 1e-3
"""The smallest range of a channel: one that was silent in all measurements may not be silent for ever."""


def ranges() -> Array:
    """The largest values of all input channels of the convolutions, in order; float16."""
    values: Array = np.load(RANGES)
    return values


def quantise(graph: Graph, largest: Array) -> Graph:
    """``graph``, of rank 4, with int8 convolutions. ``largest`` has the largest value of each input channel, in order.

    What comes of it is quick where nothing is padded, as in ``windowed``: without AMX, the plugin's int8 kernel takes
    almost twice as long when it has to both dilate and pad.
    """
    convolutions = _convolutions(graph)
    sizes = [graph.constant(node.input[1]).shape[1] for node in convolutions]
    if sum(sizes) != largest.size:
        raise GraphMismatch(f"its convolutions take {sum(sizes)} channels, not {largest.size}")
    constants: dict[str, Array] = {
        "int8_least": float_array(-(LARGEST + 1) / LARGEST),
        "int8_most": float_array(1.0),
    }
    replacements: dict[str, list[Node]] = {}
    for node, part in zip(convolutions, np.split(largest, np.cumsum(sizes)[:-1]), strict=True):
        replacements[node.output[0]] = _quantised(graph, node, part, constants)
    rewritten = graph.rewritten(replacements, constants)
    opsets = [*graph.opsets, helper.make_opsetid(_DOMAIN, 1)]
    return Graph(rewritten.nodes, rewritten.constants, rewritten.inputs, rewritten.outputs, opsets)


def observed(graph: Graph) -> Graph:
    """``graph`` with a second output, ``largest``: the largest values of one run, as ``quantise`` takes them."""
    constants = {"observed_axes": np.array([0, 2, 3], np.int64)}
    names = [node.input[0] for node in _convolutions(graph)]
    nodes = []
    for name in dict.fromkeys(names):
        nodes.append(helper.make_node("Abs", [name], [f"{name}_abs"]))
        nodes.append(helper.make_node("ReduceMax", [f"{name}_abs", "observed_axes"], [f"{name}_largest"], keepdims=0))
    nodes.append(helper.make_node("Concat", [f"{name}_largest" for name in names], ["largest"], axis=0))
    output = helper.make_tensor_value_info("largest", TensorProto.FLOAT, [None])
    return Graph(
        [*graph.nodes, *nodes],
        {**graph.constants, **constants},
        graph.inputs,
        [*graph.outputs, output],
        graph.opsets,
    )


def _convolutions(graph: Graph) -> list[Node]:
    """The convolutions that are worth it, in order.

    One whose input comes from ``Unsqueeze`` is the style's layer: wide sequences have been through other nodes first.
    """
    found = []
    for node in graph.of_type("Conv"):
        shape = graph.constant(node.input[1]).shape
        many = len(shape) == 4 and min(shape[:2]) >= MANY and attributes(node).get("group", 1) == 1
        taken = graph.maker(node.input[0])
        if many and not (taken is not None and taken.op_type == "Unsqueeze"):
            found.append(node)
    if not found:
        raise GraphMismatch("it has no convolutions of many channels")
    return found


def _quantised(graph: Graph, node: Node, largest: Array, constants: dict[str, Array]) -> list[Node]:
    name = node.output[0]
    columns = float_array(np.maximum(largest.astype(np.float32), _SILENT)).reshape(1, -1, 1, 1)
    weight = graph.constant(node.input[1]) * columns
    scale = float_array(np.abs(weight).max(axis=(1, 2, 3)) / LARGEST)
    scale[scale == 0] = 1.0
    constants |= {
        f"{name}_least": columns * constants["int8_least"],
        f"{name}_most": columns,
        f"{name}_int8": np.rint(weight / scale.reshape(-1, 1, 1, 1)).astype(np.int8),
        f"{name}_scale": scale,
    }
    limits = [f"{name}_least", f"{name}_most", "int8_least", "int8_most"]
    levels = 2 * (LARGEST + 1)
    weights = [f"{name}_int8", f"{name}_scale"]
    return [
        named_node("FakeQuantize", [node.input[0], *limits], f"{name}_rounded", domain=_DOMAIN, levels=levels),
        named_node("DequantizeLinear", weights, f"{name}_weight", axis=0),
        helper.make_node(
            "Conv",
            [f"{name}_rounded", f"{name}_weight", *node.input[2:]],
            [name],
            name=node.name,
            **attributes(node),
        ),
    ]


def int8_products(graph: Graph, matrices: Mapping[str, tuple[Array, Array]]) -> Graph:
    """``graph`` with its large ``matrices`` in int8: by the name of the constant, [in, out] and the scales [out]."""
    constants: dict[str, Array] = {}
    replacements: dict[str, list[Node]] = {}
    for node in graph.of_type("MatMul"):
        weight, output = node.input[1], node.output[0]
        if weight not in matrices or min(matrices[weight][0].shape) < MANY:
            continue
        matrix, scale = matrices[weight]
        constants |= {f"{weight}_int8": matrix, f"{weight}_scale": scale}
        weights = [f"{weight}_int8", f"{weight}_scale"]
        replacements[output] = [
            named_node("DequantizeLinear", weights, f"{output}_weight", axis=1),
            helper.make_node("MatMul", [node.input[0], f"{output}_weight"], [output], name=node.name),
        ]
    return graph.rewritten(replacements, constants, absent="it has no large int8 matrices")
