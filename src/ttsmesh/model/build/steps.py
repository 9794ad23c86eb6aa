"""The steps from the int8 Kokoro graph that is shipped to a float graph that OpenVINO's CPU plugin runs fast.

``quantise`` then makes the large products int8 again, in a way that is fast.

Each step takes a ``Graph`` and returns another one that computes the same. Steps match patterns, not names. A graph
that does not match raises ``GraphMismatch`` (a ``ConfigError``), so a wrongly transformed model never exists. To add a
step, write a function, add it to the steps at the end of this module, and raise ``recipe.PIPELINE_VERSION``, so that
prepared models are made again.
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
"""A sine smaller than this is a zero that rounding has missed, by about 1e-14."""


def dequantise(graph: Graph) -> Graph:
    """Turn int8 weights and activations quantised at run time into float, since measuring ranges at run time is slow.

    The graph was made by ONNX Runtime's dynamic quantisation: ``ConvInteger`` or ``MatMulInteger`` with nodes that
    scale their integer results back, and ``DynamicQuantizeLSTM``. The float weights are exactly the quantised ones.
    """
    constants: dict[str, Array] = {}
    replacements: dict[str, list[Node]] = {}
    for node in graph.of_type("ConvInteger", "MatMulInteger"):
        output, nodes = _float_product(graph, node, constants)
        replacements[output] = nodes
    for node in graph.of_type("DynamicQuantizeLSTM"):
        replacements[node.output[0]] = [_float_lstm(graph, node, constants)]
    result = graph.rewritten(replacements, constants, absent="nothing in it is quantised")
    left = sorted({node.op_type for node in result.nodes if node.op_type.startswith(("Dynamic", "QLinear"))})
    if left:
        raise GraphMismatch(f"{', '.join(left)} cannot be made float")
    return result


def _float_product(graph: Graph, node: Node, constants: dict[str, Array]) -> tuple[str, list[Node]]:
    """The name of the float result that ``node`` leads to, and a float node that makes it.

    The integer product is followed by the addition of a bias quantised at run time (in many convolutions), a cast, and
    a product with both scales.
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
    if node.op_type == "ConvInteger" and scale.size > 1:  # a scale for each output channel, which is the first axis
        per_channel = (-1, *[1] * (weight.ndim - 1))
        scale, zero = scale.reshape(per_channel), zero.reshape(per_channel)
    name = _float_name(node)
    constants[name] = float_array((weight.astype(np.int32) - zero.astype(np.int32)) * scale)
    inputs = [quantise.input[0], name, *bias]
    op_type = node.op_type.removesuffix("Integer")
    output = scaled.output[0]
    return output, [helper.make_node(op_type, inputs, [output], name=node.name, **attributes(node))]


def _scaled(graph: Graph, cast: Node, quantise: Node) -> tuple[Node, Array]:
    """The node that makes the float result of an integer product, and the scale of the product's weights."""
    scaled = graph.only_consumer(cast.output[0], "Mul")
    scales = graph.producer(other(scaled, cast.output[0]), "Mul")
    return scaled, float_array(graph.constant(other(scales, quantise.output[1])))


def _zero(graph: Graph, node: Node) -> Array:
    """The integer that stands for zero in the weights of an integer product."""
    return graph.constant(node.input[3]) if len(node.input) > 3 and node.input[3] else np.zeros((), np.uint8)


def _float_name(node: Node) -> str:
    return f"{node.input[1]}_float"


def int8_matrices(graph: Graph) -> dict[str, tuple[Array, Array]]:
    """The matrices of the shipped ``graph`` that are int8 with a scale for each column: [in, out] and scales [out].

    Their keys are the names that ``dequantise`` gives to the float matrices.
    """
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
    """The name of the float bias in ``Reshape(Cast(Floor(bias / scale)))``."""
    for op_type in ("Reshape", "Cast", "Floor", "Div"):
        name = graph.producer(name, op_type).input[0]
    graph.constant(name)
    return name


def _float_lstm(graph: Graph, node: Node, constants: dict[str, Array]) -> Node:
    """``DynamicQuantizeLSTM`` (com.microsoft) as the standard ``LSTM``, whose weights are transposed."""
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
    """Float weights [directions, 4 hidden, inputs] of ``quantised`` [directions, inputs, 4 hidden].

    There is a scale for each direction, or for each column of each direction.
    """
    shape = (-1, 1, 1) if scale.ndim == 1 else (scale.shape[0], 1, -1)
    weight = (quantised.astype(np.int32) - zero.astype(np.int32).reshape(shape)) * float_array(scale).reshape(shape)
    return float_array(weight.transpose(0, 2, 1))


def stft_as_convolution(graph: Graph) -> Graph:
    """Compute ``STFT`` of one real signal as a strided convolution with the windowed Fourier basis.

    That takes 1 ms instead of 32, of 290 ms for the model. From [1, n] or [1, n, 1] it makes [1, frames, bins, 2], as
    ``STFT`` with ``onesided`` does.
    """
    constants: dict[str, Array] = {}
    replacements: dict[str, list[Node]] = {}
    for number, node in enumerate(graph.of_type("STFT")):
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
        # The spectrum is exactly real at zero and at half the rate.
        sine = np.where(np.abs(np.sin(angle)) < SINE_ERROR, 0.0, -np.sin(angle))
        constants[basis] = float_array(np.concatenate([np.cos(angle), sine]) * window)[:, None, :]
        constants[flat] = np.array([1, 1, -1], np.int64)
        constants[split] = np.array([1, 2, bins, -1], np.int64)
        replacements[node.output[0]] = [
            helper.make_node("Reshape", [node.input[0], flat], [signal]),
            helper.make_node("Conv", [signal, basis], [spectrum], strides=[hop], kernel_shape=[size]),
            helper.make_node("Reshape", [spectrum, split], [spectrum + "_parts"]),
            helper.make_node("Transpose", [spectrum + "_parts"], [node.output[0]], perm=[0, 3, 2, 1]),
        ]
    return graph.rewritten(replacements, constants, absent="it has no STFT")


def total_phase(graph: Graph) -> Graph:
    """Define atan2(y, x) everywhere, as torch does. It was exported as atan(y / x), corrected by +-pi where x < 0.

    As exported, 0 / 0 gives a NaN, which the generator's norms spread over the whole sound (seen in bf16). Where y = 0
    and x < 0, it gives -pi, while the model was trained with +pi.
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
    return graph.rewritten(replacements, constants, absent="it has no Atan")


def expose_durations(graph: Graph) -> Graph:
    """Add the output ``durations``, float [1, tokens]: the frames of 25 ms that each token takes.

    The graph divides them by the input ``speed``, rounds them, and clips them to at least one frame.
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
"""Steps for the whole model."""

TEXT_STEPS: tuple[Callable[[Graph], Graph], ...] = (interleave,)
"""Steps for the text's stage. In the decoder, which is of rank 4, they gain nothing."""

DECODER_STEPS: tuple[Callable[[Graph], Graph], ...] = (four_dimensions,)
"""Steps for the decoder."""
