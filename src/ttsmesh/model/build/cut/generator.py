"""Cuts the decoder into a trunk and a generator, and makes the generator local, so that it can run window by window.

The trunk, a small part of the work, sees the whole chunk. Of the generator only its instance norms look at the whole
chunk, by the mean and the variance of each channel over time. Where those are known beforehand, a norm, and what the
style makes of it, is one product and one sum for each channel, and a sample depends on 0.2 s of sound around it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from onnx import TensorProto, helper

from ttsmesh.model.build.cut.stages import SOURCE
from ttsmesh.model.build.graph import Array, Graph, GraphMismatch, Node, attributes, named_node, other
from ttsmesh.model.build.recipe import SOURCE_CHANNELS

HIDDEN = "hidden"
"""The trunk's sound for the generator: float [1, 512, 1, 2 frames]."""

ROWS = "rows"
"""What the style makes of the generator's norms: float [1, 4 C, 1, 1], for C channels of all norms in order. First a
scale for each of a norm's two uses, then a shift for each."""

AFFINE = "affine"
"""Scales and shifts as in ``ROWS``, of what goes into a norm instead of what comes out of it."""

MEAN, VARIANCE = "mean", "variance"
"""Of what goes into the norms, over the whole chunk: float [1, C, 1, 1]."""

SOURCE_MEAN, SOURCE_VARIANCE = "source_mean", "source_variance"
"""The first ``SOURCE_CHANNELS`` of those, which only the source goes into."""

_USES = 2
"""A snake activation takes its input twice, each time with other factors, which the style's layer has taken in."""

TIME = 3
"""The axis of time in rank 4."""


@dataclass(frozen=True, slots=True)
class Norm:
    """An instance norm of ``x``. ``uses``: for each, its product, its sum, and the names of its scale and shift."""

    x: str
    channels: int
    uses: tuple[tuple[str, str, str, str], ...]


def cut_decoder(decoder: Graph) -> tuple[Graph, Graph]:
    """Trunk and generator of ``decoder``, which is of rank 4.

    The trunk takes features, pitch, energy and style, and gives ``HIDDEN`` and ``ROWS``. The generator takes those two
    and the source, and gives audio.
    """
    hidden = _hidden(decoder)
    norms = find_norms(decoder)
    rows = [use[part] for part in (2, 3) for number in range(_USES) for use in (norm.uses[number] for norm in norms)]
    sizes = [norm.channels for norm in norms] * 2 * _USES
    inputs = {value.name: value for value in decoder.inputs}
    between = {
        HIDDEN: helper.make_tensor_value_info(HIDDEN, TensorProto.FLOAT, [1, 512, 1, "halves"]),
        ROWS: helper.make_tensor_value_info(ROWS, TensorProto.FLOAT, [1, sum(sizes), 1, 1]),
    }
    joined = Graph(
        [
            *decoder.nodes,
            named_node("Concat", rows, ROWS, axis=1),
            named_node("Identity", [hidden], HIDDEN),
        ],
        decoder.constants,
        decoder.inputs,
        [*decoder.outputs, *between.values()],
        decoder.opsets,
    )
    trunk = joined.part([value for name, value in inputs.items() if name != SOURCE], list(between.values()))
    nodes = [
        helper.make_node("Split", [ROWS, f"{ROWS}_sizes"], rows, axis=1, name=f"{ROWS}_split"),
        helper.make_node("Identity", [HIDDEN], [hidden]),
        *(node for node in decoder.nodes if {*rows, hidden}.isdisjoint(node.output)),
    ]
    constants = {**decoder.constants, f"{ROWS}_sizes": np.array(sizes, np.int64)}
    generator = Graph(nodes, constants, decoder.inputs, decoder.outputs, decoder.opsets)
    return trunk, generator.part([*between.values(), inputs[SOURCE]], decoder.outputs)


def find_norms(graph: Graph) -> list[Norm]:
    """The norms of the generator in ``graph``, a decoder or a generator, in order.

    What goes to several snake activations, as at the beginning of parallel blocks, is a norm for each of them.
    """
    known = after(graph, (_hidden(graph), SOURCE))
    found = []
    for node in graph.of_type("InstanceNormalization"):
        if node.output[0] not in known:
            continue
        uses = []
        for product in graph.consumers(node.output[0]):
            total = graph.only_consumer(product.output[0], "Add")
            scale, shift = other(product, node.output[0]), other(total, product.output[0])
            uses.append((str(product.output[0]), str(total.output[0]), scale, shift))
        if len(uses) % _USES:
            raise GraphMismatch(f"{node.name} is used {len(uses)} times")
        channels = graph.constant(node.input[1]).size
        x = str(node.input[0])
        found += [Norm(x, channels, tuple(uses[first : first + _USES])) for first in range(0, len(uses), _USES)]
    return found


def exact(generator: Graph) -> Graph:
    """``generator``, which also gives ``MEAN`` and ``VARIANCE``."""
    return _measured(generator, [(norm.x, norm.channels) for norm in find_norms(generator)], (MEAN, VARIANCE))


def source_statistics(source: Graph, generator: Graph) -> Graph:
    """``source``, which also gives ``SOURCE_MEAN`` and ``SOURCE_VARIANCE``.

    They are exact, since what goes into these norms depends on the source only.
    """
    others = after(generator, (HIDDEN, ROWS))
    found = [(norm.x, norm.channels) for norm in find_norms(generator) if norm.x not in others]
    if sum(channels for _, channels in found) != SOURCE_CHANNELS:
        raise GraphMismatch(f"the source alone goes into {len(found)} norms")
    values = [helper.make_tensor_value_info(x, TensorProto.FLOAT, None) for x, _ in found]
    branch = generator.part([value for value in generator.inputs if value.name == SOURCE], values)
    joined = Graph(
        [*source.nodes, *branch.nodes],
        {**source.constants, **branch.constants},
        source.inputs,
        [*source.outputs, *values],
        source.opsets,
    )
    measured = _measured(joined, found, (SOURCE_MEAN, SOURCE_VARIANCE))
    outputs = [output for output in measured.outputs if output not in values]
    return Graph(measured.nodes, measured.constants, measured.inputs, outputs, measured.opsets)


def _measured(graph: Graph, sequences: Sequence[tuple[str, int]], names: tuple[str, str]) -> Graph:
    """``graph``, which also gives the mean and the variance over time of ``sequences``, names and channels."""
    nodes: list[Node] = []
    constants = {
        **graph.constants,
        "measured_time": np.array([TIME], np.int64),
        "measured_space": np.array([TIME - 1], np.int64),
        "measured_last": np.array(TIME - 1, np.int64),
    }
    for x in dict.fromkeys(x for x, _ in sequences):
        maker = graph.producer(x)
        if maker.op_type == "Conv" and attributes(maker)["kernel_shape"] == [1, 1]:
            nodes += _moments_of_product(graph, maker, constants)
        else:
            nodes += [
                named_node("ReduceMean", [x, "measured_time"], f"{x}_mean", keepdims=1),
                named_node("Sub", [x, f"{x}_mean"], f"{x}_centred"),
                named_node("Mul", [f"{x}_centred", f"{x}_centred"], f"{x}_square"),
                named_node("ReduceMean", [f"{x}_square", "measured_time"], f"{x}_variance", keepdims=1),
            ]
    channels = sum(channels for _, channels in sequences)
    outputs = []
    for name, kind in zip(names, ("mean", "variance"), strict=True):
        nodes.append(named_node("Concat", [f"{x}_{kind}" for x, _ in sequences], name, axis=1))
        outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, channels, 1, 1]))
    return Graph([*graph.nodes, *nodes], constants, graph.inputs, [*graph.outputs, *outputs], graph.opsets)


def _moments_of_product(graph: Graph, product: Node, constants: dict[str, Array]) -> list[Node]:
    """The mean and the variance of what ``product``, a convolution with one tap, makes of a sequence of few channels.

    They follow from the mean and the covariance of these, so that the many channels need not be computed.
    """
    x, (taken, weights) = product.output[0], product.input[:2]
    rows = graph.constant(weights)
    constants[f"{x}_rows"] = rows.reshape(1, rows.shape[0], 1, rows.shape[1])
    return [
        named_node("ReduceMean", [taken, "measured_time"], f"{x}_taken_mean", keepdims=1),
        named_node("Conv", [f"{x}_taken_mean", *product.input[1:]], f"{x}_mean", kernel_shape=[1, 1]),
        named_node("Sub", [taken, f"{x}_taken_mean"], f"{x}_centred"),
        named_node("Squeeze", [f"{x}_centred", "measured_space"], f"{x}_flat"),
        named_node("Transpose", [f"{x}_flat"], f"{x}_turned", perm=[0, 2, 1]),
        named_node("MatMul", [f"{x}_flat", f"{x}_turned"], f"{x}_sums"),
        named_node("Shape", [f"{x}_flat"], f"{x}_shape"),
        named_node("Gather", [f"{x}_shape", "measured_last"], f"{x}_count"),
        named_node("Cast", [f"{x}_count"], f"{x}_steps", to=TensorProto.FLOAT),
        named_node("Div", [f"{x}_sums", f"{x}_steps"], f"{x}_covariance"),
        named_node("Unsqueeze", [f"{x}_covariance", "measured_space"], f"{x}_columns"),
        named_node("Conv", [f"{x}_columns", weights], f"{x}_half", kernel_shape=[1, 1]),
        named_node("Mul", [f"{x}_half", f"{x}_rows"], f"{x}_parts"),
        named_node("ReduceSum", [f"{x}_parts", "measured_time"], f"{x}_variance", keepdims=1),
    ]


def local(generator: Graph) -> Graph:
    """``generator`` with ``AFFINE`` in place of its norms and of ``ROWS``.

    OpenVINO's plugin makes one pass of a product, a sum and what follows only if neither operand comes from a ``Split``
    directly, so each part of it has a zero added.
    """
    norms = find_norms(generator)
    split = generator.producer(norms[0].uses[0][2], "Split")
    sizes = generator.constant(split.input[1])
    names = [f"{AFFINE}_{number}" for number in range(sizes.size)]
    zeros = {f"{AFFINE}_zero_{size}": np.zeros((1, size, 1, 1), np.float32) for size in map(int, np.unique(sizes))}
    replacements: dict[str, list[Node]] = {}
    for number, norm in enumerate(norms):
        for use, (product, total, _, _) in enumerate(norm.uses):
            scale, shift = (names[part * len(norms) + number] for part in (use, _USES + use))
            replacements[product] = [named_node("Mul", [norm.x, scale], product)]
            replacements[total] = [named_node("Add", [product, shift], total)]
    nodes = [
        helper.make_node("Split", [AFFINE, split.input[1]], [f"{name}_part" for name in names], axis=1, name="affine"),
        *(
            named_node("Add", [f"{name}_part", f"{AFFINE}_zero_{size}"], name)
            for name, size in zip(names, sizes, strict=True)
        ),
    ]
    for node in generator.nodes:
        nodes += replacements.get(node.output[0], [node])
    inputs = [value for value in generator.inputs if value.name != ROWS]
    inputs.append(helper.make_tensor_value_info(AFFINE, TensorProto.FLOAT, [1, int(sizes.sum()), 1, 1]))
    return Graph(nodes, {**generator.constants, **zeros}, inputs, generator.outputs, generator.opsets)


def after(graph: Graph, names: Collection[str]) -> set[str]:
    """``names``, and everything in ``graph`` that depends on them."""
    found = set(names)
    for node in graph.nodes:
        if not found.isdisjoint(node.input):
            found.update(node.output)
    return found


def _hidden(graph: Graph) -> str:
    """What goes into the first upsampling of many channels, before its activation."""
    for node in graph.of_type("ConvTranspose"):
        if attributes(node).get("group", 1) == 1:
            return str(graph.producer(node.input[0], "LeakyRelu").input[0])
    raise GraphMismatch("it has no generator")
