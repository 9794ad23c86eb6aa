"""Makes of the local generator a graph that computes a window of any number of frames, and nothing beyond it."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from onnx import TensorProto, helper

from ttsmesh.model.build.cut.generator import HIDDEN, TIME, after
from ttsmesh.model.build.cut.stages import SOURCE
from ttsmesh.model.build.graph import Array, Graph, GraphMismatch, Node, attributes, float_array, named_node
from ttsmesh.model.build.recipe import HIDDEN_SPAN, SOURCE_SPAN

AUDIO = "audio"

_POINTWISE = {
    *("Abs", "Add", "Concat", "Cos", "Div", "Exp", "FakeQuantize", "Identity", "LeakyRelu", "Mod", "Mul", "Pow"),
    *("Sin", "Slice", "Split", "Squeeze", "Sub", "Unsqueeze"),
}
"""Operators that make a value of what is at the same time in their inputs."""

_END = 2**31 - 1


class Span(NamedTuple):
    """Steps of a sequence, at its own rate: from ``first``, counted from the window's beginning, to before ``end``,
    counted from the window's end. So it holds for a window of any length."""

    first: int
    end: int

    def joined(self, other: "Span") -> "Span":
        return Span(min(self.first, other.first), max(self.end, other.end))


def windowed(generator: Graph) -> Graph:
    """The local ``generator`` for windows: it pads nothing, so a window's samples are those of the whole chunk.

    It takes ``HIDDEN_SPAN`` of hidden and ``SOURCE_SPAN`` of the source, with zeros where the chunk has nothing, and
    gives 600 samples for each of the window's frames.
    """
    inverse = _inverse_transform(generator)
    spectra = str(inverse.input[0])
    value = helper.make_tensor_value_info(spectra, TensorProto.FLOAT, None)
    body = Graph(generator.nodes, generator.constants, generator.inputs, [value], generator.opsets)
    scale, trimmed = _tail(generator, inverse)
    wanted = _transposed_input(inverse, Span(0, 0), trimmed)
    spans, taken = _spans(body, spectra, wanted)
    if (spans[HIDDEN], spans[SOURCE]) != (HIDDEN_SPAN, SOURCE_SPAN):
        raise GraphMismatch(f"a window takes {spans[HIDDEN]} and {spans[SOURCE]}, not {HIDDEN_SPAN} and {SOURCE_SPAN}")
    constants: dict[str, Array] = {
        "window_time": np.array([TIME], np.int64),
        "window_sound": np.array([2], np.int64),
        "window_scale": float_array(scale),
        "window_flat": np.array([-1], np.int64),
    }
    cutting = _Cutting(spans, constants)
    nodes: list[Node] = []
    for node in body.nodes:
        nodes += cutting.node(node, taken) if node.output[0] in spans else [node]
    whole = f"{AUDIO}_whole"
    part = _transposed_part(inverse, wanted, Span(0, 0), trimmed)
    nodes.append(helper.make_node("ConvTranspose", inverse.input, [whole], name=inverse.name, **attributes(inverse)))
    nodes += cutting.slice(whole, part, f"{AUDIO}_window", "window_sound")
    nodes.append(named_node("Mul", [f"{AUDIO}_window", "window_scale"], f"{AUDIO}_scaled"))
    nodes.append(named_node("Reshape", [f"{AUDIO}_scaled", "window_flat"], AUDIO))
    return Graph(nodes, {**generator.constants, **constants}, body.inputs, generator.outputs, generator.opsets)


def _inverse_transform(graph: Graph) -> Node:
    """The transposed convolution that makes the sound of its spectra."""
    found = [node for node in graph.of_type("ConvTranspose") if graph.constant(node.input[1]).ndim == 3]
    if len(found) != 1 or graph.constant(found[0].input[1]).shape[1] != 1:
        raise GraphMismatch("it does not end with an inverse Fourier transform")
    return found[0]


def _tail(graph: Graph, inverse: Node) -> tuple[Array, int]:
    """The factor of the sound, and the number of samples that are left out at either end of it.

    As exported, the first 20 samples are also divided by the sum of the transform's windows. They are silent.
    """
    name, trimmed = str(graph.outputs[0].name), 0
    while (node := graph.producer(name)).op_type in ("Gather", "Reshape", "Slice"):
        if node.op_type == "Slice":
            trimmed += max(0, int(graph.constant(node.input[1])[0]))
        name = str(node.input[0])
    factor = next((graph.constants[name] for name in node.input if name in graph.constants), None)
    if node.op_type != "Mul" or factor is None or 2 * trimmed != attributes(inverse)["kernel_shape"][0]:
        raise GraphMismatch(f"{node.name} is not the sound's factor")
    return factor, trimmed


def _spans(graph: Graph, spectra: str, wanted: Span) -> tuple[dict[str, Span], dict[tuple[str, str], Span]]:
    """The span of each sequence, and of each node's output and input the span that the node takes of that input."""
    sequences = after(graph, (HIDDEN, SOURCE))
    spans, taken = {spectra: wanted}, dict[tuple[str, str], Span]()
    for node in reversed(graph.nodes):
        made = [spans[name] for name in node.output if name in spans]
        if not made:
            continue
        span = made[0]
        for other in made[1:]:
            span = span.joined(other)
        spans.update(dict.fromkeys(node.output, span))
        for name in node.input:
            if name in sequences:
                part = _input(node, span)
                taken[node.output[0], name] = part
                spans[name] = part.joined(spans.get(name, part))
    return spans, taken


def _input(node: Node, made: Span) -> Span:
    """What ``node`` takes of its input to make the span ``made``."""
    kept = attributes(node)
    if node.op_type == "Conv":
        stride, taps = kept.get("strides", [1])[-1], kept["kernel_shape"][-1]
        reach = kept.get("dilations", [1])[-1] * (taps - 1)
        before = _pads(node)[0]
        return Span(stride * made.first - before, stride * (made.end - 1) - before + reach + 1)
    if node.op_type == "ConvTranspose":
        return _transposed_input(node, made, _pads(node)[0])
    if node.op_type == "Pad" and kept.get("mode") == b"reflect":  # one step at the beginning
        return Span(made.first - 1, made.end - 1)
    if node.op_type not in _POINTWISE:
        raise GraphMismatch(f"{node.name or node.op_type} is not local")
    return made


def _pads(node: Node) -> tuple[int, int]:
    pads = attributes(node).get("pads", [0, 0])
    return pads[len(pads) // 2 - 1], pads[-1]


def _transposed_input(node: Node, made: Span, before: int) -> Span:
    """What the transposed convolution ``node``, without its first ``before`` steps, takes to make the span ``made``."""
    kept = attributes(node)
    stride, taps = kept["strides"][-1], kept["kernel_shape"][-1]
    return Span(-((taps - 1 - before - made.first) // stride), (made.end - 1 + before) // stride + 1)


def _transposed_part(node: Node, taken: Span, made: Span, before: int) -> Span:
    """Where the span ``made`` lies in what ``node`` gives for ``taken``, which is padded with nothing."""
    kept = attributes(node)
    stride, taps = kept["strides"][-1], kept["kernel_shape"][-1]
    return Span(made.first + before - taken.first * stride, made.end + before - (taken.end - 1) * stride - taps)


class _Cutting:
    """Makes nodes that take of each sequence just what they need. ``constants`` grows with them."""

    def __init__(self, spans: Mapping[str, Span], constants: dict[str, Array]) -> None:
        self._spans = spans
        self._constants = constants
        self._cut: set[str] = set()

    def node(self, node: Node, taken: Mapping[tuple[str, str], Span]) -> list[Node]:
        """``node`` for a window, after the cuts that it needs."""
        nodes, inputs = [], []
        for name in node.input:
            part = taken.get((node.output[0], name))
            if part is not None and part != (held := self._spans[name]):
                cut = f"{name}_from_{part.first}_to_{part.end}".replace("-", "minus_")
                if cut not in self._cut:
                    self._cut.add(cut)
                    nodes += self.slice(name, Span(part.first - held.first, part.end - held.end), cut, "window_time")
                name = cut
            inputs.append(name)
        output, kept = node.output[0], attributes(node)
        if node.op_type == "Pad":
            return [*nodes, named_node("Identity", inputs[:1], output)]
        if node.op_type in ("Conv", "ConvTranspose") and "pads" in kept:
            kept["pads"] = [0] * len(kept["pads"])
        if node.op_type != "ConvTranspose":
            return [
                *nodes,
                helper.make_node(node.op_type, inputs, node.output, name=node.name, domain=node.domain, **kept),
            ]
        kept.pop("output_padding", None)
        part = _transposed_part(node, taken[output, node.input[0]], self._spans[output], _pads(node)[0])
        whole = f"{output}_whole"
        return [
            *nodes,
            helper.make_node(node.op_type, inputs, [whole], name=node.name, **kept),
            *self.slice(whole, part, output, "window_time"),
        ]

    def slice(self, name: str, part: Span, output: str, axis: str) -> list[Node]:
        """Cut ``part`` out of ``name``: from its first step on, and up to its end, counted from the end of ``name``."""
        if part.first < 0 or part.end > 0:
            raise GraphMismatch(f"{name} is too short for a window")
        begin, end = f"{output}_begin", f"{output}_end"
        self._constants[begin] = np.array([part.first], np.int64)
        self._constants[end] = np.array([part.end or _END], np.int64)
        return [named_node("Slice", [name, begin, end, axis], output)]
