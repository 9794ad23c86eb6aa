"""Steps that change only how sequences are laid out for OpenVINO's plugin, and which nodes normalise them."""

from collections.abc import Callable

import numpy as np
from onnx import helper

from ttsmesh.model.build.graph import Array, Graph, GraphMismatch, Node, attributes, named_node

_POINTWISE = ("Add", "Sub", "Mul", "Div", "LeakyRelu", "Mod", "Abs", "Pow", "InstanceNormalization")
"""Operators that make a sequence of a sequence of any rank. ``_four`` need not change their attributes."""

_SPACE = "layout_space"
"""The name of the constant with the number of the new axis."""


def instance_norm(graph: Graph) -> Graph:
    """Replace mean, variance and division over time, seven nodes, by the one node that the plugin has a kernel for."""
    constants: dict[str, Array] = {}
    replacements: dict[str, list[Node]] = {}
    for division in graph.of_type("Div"):
        pair = [graph.maker(name) for name in division.input]
        if [node.op_type if node else "" for node in pair] != ["Sub", "Sqrt"]:
            continue
        centred, root = pair
        x, epsilon = _normalised(graph, centred, root)
        channels = _channels(graph, division.output[0])
        ones, zeros = f"ones_{channels}", f"zeros_{channels}"
        constants |= {ones: np.ones(channels, np.float32), zeros: np.zeros(channels, np.float32)}
        output = division.output[0]
        replacements[output] = [named_node("InstanceNormalization", [x, ones, zeros], output, epsilon=epsilon)]
    return graph.rewritten(replacements, constants, absent="it has no instance norm")


def _normalised(graph: Graph, centred: Node, root: Node) -> tuple[str, float]:
    """x and epsilon of (x - mean x) / sqrt(mean (x - mean x)^2 + epsilon), whose means are over the last of 3 axes."""
    x, mean = centred.input
    total = graph.producer(root.input[0], "Add")
    variance, epsilon = total.input
    square = graph.producer(_mean_over_time(graph, variance), "Mul")
    if list(square.input) != [centred.output[0]] * 2 or _mean_over_time(graph, mean) != x:
        raise GraphMismatch(f"{centred.name} is not part of an instance norm")
    return x, float(graph.constant(epsilon))


def _mean_over_time(graph: Graph, name: str) -> str:
    """The sequence of which ``name`` is the mean over axis 2, with that axis kept."""
    mean = graph.producer(name, "ReduceMean")
    if attributes(mean).get("keepdims", 1) != 1 or graph.constant(mean.input[1]).tolist() != [2]:
        raise GraphMismatch(f"{mean.name} is no mean over time")
    return str(mean.input[0])


def _channels(graph: Graph, norm: str) -> int:
    """The number of channels of an adaptive instance norm: the size of the style's scale, one half of a ``Split``."""
    for user in graph.consumers(norm):
        if user.op_type == "Mul":
            for name in user.input:
                scale = graph.maker(name)
                halves = graph.maker(scale.input[0]) if scale is not None and scale.op_type == "Add" else None
                if halves is not None and halves.op_type == "Split":
                    return int(graph.constant(halves.input[1])[0])
    raise GraphMismatch(f"{norm} is not scaled by a style")


def four_dimensions(graph: Graph) -> Graph:
    """Turn the sequences [1, C, T] of the convolutions and of all nodes between them into [1, C, 1, T].

    The plugin keeps one channels-last layout for rank 4. For rank 3 it reorders values before and after most nodes.
    """
    constants: dict[str, Array] = {_SPACE: np.array([2], np.int64)}
    sequences = _sequences(graph)
    widened: set[str] = set()
    replacements: dict[str, list[Node]] = {}
    for node in graph.nodes:
        if node.output[0] not in sequences:
            continue
        nodes, inputs = [], []
        for name in node.input:
            foreign = name not in sequences and name not in graph.constants and name != ""
            if foreign and name not in widened:
                _check_widens(node, name)
                widened.add(name)
                nodes.append(helper.make_node("Unsqueeze", [name, _SPACE], [name + "_4d"]))
            inputs.append(name + "_4d" if foreign or name in sequences else name)
        nodes.append(_four(graph, node, inputs, constants))
        # Nodes that stay in rank 3 take this output. If there are none, ``Graph`` drops it.
        nodes += [helper.make_node("Squeeze", [output + "_4d", _SPACE], [output]) for output in node.output]
        replacements[node.output[0]] = nodes
    return graph.rewritten(replacements, constants, absent="it has no convolutions")


def _sequences(graph: Graph) -> set[str]:
    """The names of the values that are certainly [1, C, T] and are made by nodes that ``_four`` can change."""
    sequences: set[str] = set()
    for node in graph.nodes:
        known = any(name in sequences for name in node.input) or any(
            user.op_type == "Conv" and user.input[0] == node.output[0] and _makes_channels(graph, user)
            for user in graph.consumers(node.output[0])
        )
        if (
            (node.op_type in ("Conv", "ConvTranspose") and _makes_channels(graph, node))
            or (node.op_type in _POINTWISE and any(name in sequences for name in node.input))
            or (node.op_type == "Pad" and known and graph.constant(node.input[1]).size == 6)
            or (node.op_type == "Resize" and known and graph.constant(node.input[2]).size == 3)
            or (node.op_type in ("Concat", "Split") and known and attributes(node).get("axis") == 1)
        ):
            sequences.update(node.output)
    return sequences


def _makes_channels(graph: Graph, node: Node) -> bool:
    """Whether ``node`` makes the network's many channels. Transforms of a single signal are as quick in rank 3."""
    shape = graph.constant(node.input[1]).shape
    return bool(len(shape) == 3 and shape[0] > 1 and shape[1] * attributes(node).get("group", 1) > 1)


def _check_widens(node: Node, name: str) -> None:
    """Raise ``GraphMismatch`` unless ``name`` must be of rank 3 since ``node`` takes it."""
    if node.op_type not in ("Conv", "ConvTranspose", "Concat"):
        raise GraphMismatch(f"{node.name or node.op_type} takes {name}, of unknown rank")


def _four(graph: Graph, node: Node, inputs: list[str], constants: dict[str, Array]) -> Node:
    """``node`` with the attributes and constants that it needs in rank 4."""
    kept = attributes(node)
    if node.op_type in ("Conv", "ConvTranspose"):
        inputs[1] = _constant(graph, inputs[1], constants, lambda weight: weight[:, :, None, :])
        for key in ("kernel_shape", "strides", "dilations"):
            if key in kept:
                kept[key] = [1, *kept[key]]
        if "pads" in kept:
            before, after = kept["pads"]
            kept["pads"] = [0, before, 0, after]
        if "output_padding" in kept:
            kept["output_padding"] = [0, *kept["output_padding"]]
    elif node.op_type == "Pad":
        inputs[1] = _constant(graph, inputs[1], constants, lambda pads: np.insert(pads, [2, 5], 0))
    elif node.op_type == "Resize":
        inputs[2] = _constant(graph, inputs[2], constants, lambda scales: np.insert(scales, 2, 1))
    elif node.op_type not in ("InstanceNormalization", "Split"):
        for position, name in enumerate(inputs):
            if name in graph.constants and graph.constants[name].ndim == 3:
                inputs[position] = _constant(graph, name, constants, lambda columns: columns[..., None])
            elif name in graph.constants and graph.constants[name].size != 1:
                raise GraphMismatch(f"{node.name or node.op_type} takes the constant {name}")
    return helper.make_node(node.op_type, inputs, [f"{output}_4d" for output in node.output], name=node.name, **kept)


def _constant(graph: Graph, name: str, constants: dict[str, Array], reshape: Callable[[Array], Array]) -> str:
    """Add the constant ``name`` in another shape to ``constants``, and give its new name."""
    constants[name + "_4d"] = np.ascontiguousarray(reshape(graph.constant(name)))
    return name + "_4d"
