"""From the int8 Kokoro graph that ships to a float graph that OpenVINO's CPU plugin runs fast, step by step.

``graph_quantise`` makes its large products int8 again, in a way that is fast.

Each step takes a ``Graph`` and returns another that computes the same. Patterns are matched, not names; a graph that
does not match raises ``GraphMismatch`` (a ``ConfigError``), so a wrongly transformed model never exists. To add a step,
write a function, put it among the steps below and change ``build.PIPELINE_VERSION``, for prepared models go by it.
"""

from collections.abc import Callable

import numpy as np
from onnx import TensorProto, helper

from ttsmesh.model.build.graph import Array, Graph, GraphMismatch, Node, attributes, float_array, other
from ttsmesh.model.build.layout import four_dimensions, instance_norm
from ttsmesh.model.build.sines import sine_polynomial
from ttsmesh.model.build.snake import scale_weights, snake_polynomial
from ttsmesh.model.build.style import one_style_layer
from ttsmesh.model.build.upsampling import interleave

SINE_ERROR = 1e-9
"""Sines smaller than this are zeros that rounding missed, by about 1e-14."""


def dequantise(graph: Graph) -> Graph:
    """Int8 weights and run-time quantised activations become float: measuring ranges at run time is slow.

    The graph is that of ONNX Runtime's dynamic quantisation: a ``ConvInteger`` or ``MatMulInteger`` and what scales its
    integer result back, and ``DynamicQuantizeLSTM``. Weights stay exactly the quantised ones.
    """
    constants: dict[str, Array] = {}
    replacements: dict[str, list[Node]] = {}
    for node in graph.of_type("ConvInteger", "MatMulInteger"):
        output, nodes = _float_product(graph, node, constants)
        replacements[output] = nodes
    for node in graph.of_type("DynamicQuantizeLSTM"):
        replacements[node.output[0]] = [_float_lstm(graph, node, constants)]
    if not replacements:
        raise GraphMismatch("nothing in it is quantised")
    result = graph.rewritten(replacements, constants)
    left = sorted({node.op_type for node in result.nodes if node.op_type.startswith(("Dynamic", "QLinear"))})
    if left:
        raise GraphMismatch(f"{', '.join(left)} cannot be made float")
    return result


def _float_product(graph: Graph, node: Node, constants: dict[str, Array]) -> tuple[str, list[Node]]:
    """``node`` and what follows it up to the float result: that result's name, and the float node that makes it.

    Integer product, for convolutions often an addition of the bias quantised at run time, cast, times both scales.
    """
    quantise = graph.producer(node.input[0], "DynamicQuantizeLinear")
    tail = graph.only_consumer(node.output[0], "Add", "Cast")
    bias = []
    if tail.op_type == "Add":
        bias = [_unquantised_bias(graph, other(tail, node.output[0]))]
        tail = graph.only_consumer(tail.output[0], "Cast")
    scaled, scale = _scaled(graph, tail, quantise)
    zero = _zero(graph, node)
    weight = graph.constant(node.input[1])
    if node.op_type == "ConvInteger" and scale.size > 1:  # one for each output channel, which comes first
        per_channel = (-1, *[1] * (weight.ndim - 1))
        scale, zero = scale.reshape(per_channel), zero.reshape(per_channel)
    name = _float_name(node)
    constants[name] = float_array((weight.astype(np.int32) - zero.astype(np.int32)) * scale)
    inputs = [quantise.input[0], name, *bias]
    op_type = node.op_type.removesuffix("Integer")
    output = scaled.output[0]
    return output, [helper.make_node(op_type, inputs, [output], name=node.name, **attributes(node))]


def _scaled(graph: Graph, cast: Node, quantise: Node) -> tuple[Node, Array]:
    """What makes the float result of a cast product, and by which scale of its weights."""
    scaled = graph.only_consumer(cast.output[0], "Mul")
    scales = graph.producer(other(scaled, cast.output[0]), "Mul")
    return scaled, float_array(graph.constant(other(scales, quantise.output[1])))


def _zero(graph: Graph, node: Node) -> Array:
    """What stands for zero in the weights of an integer product."""
    return graph.constant(node.input[3]) if len(node.input) > 3 and node.input[3] else np.zeros((), np.uint8)


def _float_name(node: Node) -> str:
    return f"{node.input[1]}_float"


def int8_matrices(graph: Graph) -> dict[str, tuple[Array, Array]]:
    """The matrices of ``graph``, as it ships, that are int8 by column: what ``dequantise`` calls them as float, and
    them, [in, out], with their scales, [out]."""
    matrices: dict[str, tuple[Array, Array]] = {}
    for node in graph.of_type("MatMulInteger"):
        weight, zero = graph.constant(node.input[1]), _zero(graph, node)
        _, scale = _scaled(
            graph,
            graph.only_consumer(node.output[0], "Cast"),
            graph.producer(node.input[0], "DynamicQuantizeLinear"),
        )
        if weight.ndim == 2 and weight.dtype == np.int8 and not zero.any() and scale.size == weight.shape[1]:
            matrices[_float_name(node)] = weight, scale.reshape(-1)
    return matrices


def _unquantised_bias(graph: Graph, name: str) -> str:
    """The float bias behind ``Reshape(Cast(Floor(bias / scale)))``."""
    for op_type in ("Reshape", "Cast", "Floor", "Div"):
        name = graph.producer(name, op_type).input[0]
    graph.constant(name)
    return name


def _float_lstm(graph: Graph, node: Node, constants: dict[str, Array]) -> Node:
    """``DynamicQuantizeLSTM`` (com.microsoft) as the standard ``LSTM``, whose weights lie the other way round."""
    inputs = [*node.input, *[""] * (12 - len(node.input))]
    for position, (scale, zero) in {1: (8, 9), 2: (10, 11)}.items():
        name = inputs[position] + "_float"
        constants[name] = _lstm_weight(*(graph.constant(inputs[i]) for i in (position, scale, zero)))
        inputs[position] = name
    inputs = inputs[:8]
    while not inputs[-1]:
        inputs.pop()
    return helper.make_node("LSTM", inputs, list(node.output), name=node.name, **attributes(node))


def _lstm_weight(quantised: Array, scale: Array, zero: Array) -> Array:
    """[directions, inputs, 4 hidden], quantised by direction or by column as well -> [directions, 4 hidden, inputs]."""
    shape = (-1, 1, 1) if scale.ndim == 1 else (scale.shape[0], 1, -1)
    weight = (quantised.astype(np.int32) - zero.astype(np.int32).reshape(shape)) * float_array(scale).reshape(shape)
    return float_array(weight.transpose(0, 2, 1))


def stft_as_convolution(graph: Graph) -> Graph:
    """``STFT`` of one real signal as a strided convolution with the windowed Fourier basis: 32 ms -> 1 ms of 290 ms.

    [1, n] or [1, n, 1] -> [1, frames, bins, 2], as ``STFT`` with ``onesided`` gives.
    """
    transforms = graph.of_type("STFT")
    if not transforms:
        raise GraphMismatch("it has no STFT")
    constants: dict[str, Array] = {}
    replacements: dict[str, list[Node]] = {}
    for number, node in enumerate(transforms):
        if attributes(node).get("onesided", 1) != 1:
            raise GraphMismatch(f"{node.name} is not one-sided")
        hop, window = int(graph.constant(node.input[1])), graph.constant(node.input[2])
        size, bins = window.size, window.size // 2 + 1
        if len(node.input) > 3 and node.input[3] and int(graph.constant(node.input[3])) != size:
            raise GraphMismatch(f"{node.name}: frame length differs from its window's")
        angle = 2 * np.pi * np.arange(bins)[:, None] * np.arange(size) / size
        basis, signal, spectrum, flat, split = (
            f"stft_{number}_{part}" for part in ("basis", "signal", "spectrum", "flat", "split")
        )
        sine = np.where(
            np.abs(np.sin(angle)) < SINE_ERROR, 0.0, -np.sin(angle)
        )  # exactly real at zero and at half the rate
        constants[basis] = float_array(np.concatenate([np.cos(angle), sine]) * window)[:, None, :]
        constants[flat] = np.array([1, 1, -1], np.int64)
        constants[split] = np.array([1, 2, bins, -1], np.int64)
        replacements[node.output[0]] = [
            helper.make_node("Reshape", [node.input[0], flat], [signal]),
            helper.make_node("Conv", [signal, basis], [spectrum], strides=[hop], kernel_shape=[size]),
            helper.make_node("Reshape", [spectrum, split], [spectrum + "_parts"]),
            helper.make_node("Transpose", [spectrum + "_parts"], [node.output[0]], perm=[0, 3, 2, 1]),
        ]
    return graph.rewritten(replacements, constants)


def total_phase(graph: Graph) -> Graph:
    """Makes the exported atan2(y, x) - atan(y / x), corrected by +-pi where x < 0 - defined everywhere, as torch's is.

    As exported, 0 / 0 gives a NaN that the generator's norms spread over the whole sound (seen with bf16), and y = 0
    is -pi where x < 0, while the model was trained on +pi.
    """
    constants = {"phase_zero": float_array(0.0), "phase_tiny": float_array(1e-30)}
    replacements: dict[str, list[Node]] = {}
    for arctangent in graph.of_type("Atan"):
        quotient = graph.producer(arctangent.input[0], "Div")
        y, x = quotient.input
        signs = [node for node in graph.consumers(y) if node.op_type == "Greater" and node.input[0] == y]
        if len(signs) != 1 or graph.constant(signs[0].input[1]) != 0:
            raise GraphMismatch(f"{arctangent.name} is not part of an atan2")
        name = quotient.output[0]
        replacements[name] = [
            helper.make_node("Equal", [x, "phase_zero"], [name + "_none"]),
            helper.make_node("Where", [name + "_none", "phase_tiny", x], [name + "_x"]),
            helper.make_node("Div", [y, name + "_x"], [name]),
        ]
        upper = signs[0].output[0]
        replacements[upper] = [helper.make_node("GreaterOrEqual", [y, "phase_zero"], [upper])]
    if not replacements:
        raise GraphMismatch("it has no Atan")
    return graph.rewritten(replacements, constants)


def expose_durations(graph: Graph) -> Graph:
    """Adds the output ``durations``, float [1, tokens]: frames of 25 ms for each token.

    They are what is divided by the input ``speed``, rounded, and clipped to at least one frame.
    """
    name = "speed"
    for op_type in ("Div", "Round", "Clip"):
        name = graph.only_consumer(name, op_type).output[0]
    clip = graph.producer(name)
    output = helper.make_tensor_value_info("durations", TensorProto.FLOAT, [1, None])
    return graph.rewritten({name: [clip, helper.make_node("Identity", [name], ["durations"])]}, {}, [output])


STEPS: tuple[Callable[[Graph], Graph], ...] = (
    dequantise,
    instance_norm,
    snake_polynomial,
    sine_polynomial,
    scale_weights,
    one_style_layer,
    stft_as_convolution,
    total_phase,
    expose_durations,
)
"""Of the whole model."""

TEXT_STEPS: tuple[Callable[[Graph], Graph], ...] = (interleave,)
"""Of its first stage; in the last one, of rank 4, there is no gain."""

DECODER_STEPS: tuple[Callable[[Graph], Graph], ...] = (four_dimensions,)
"""Of its last stage."""
