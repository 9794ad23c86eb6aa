"""The weights of the official model, by the names in its PyTorch modules, from the ONNX file that ttsmesh ships.

The export has kept the names of most weights. Those of convolutions, matrices and LSTMs follow from the names of the
nodes that use them, which are paths of modules: ``/encoder/predictor/lstm/LSTM`` is the module ``predictor.lstm``.
"""

import re
from collections.abc import Iterator

import numpy as np

from ttsmesh.model.build.graph import Array, Graph, GraphMismatch, Node, float_array
from ttsmesh.model.build.steps import dequantise

PREDICTOR = ("F0", "N", "shared", "F0_proj", "N_proj")
"""Modules of ``predictor`` whose path in the graph does not say that they are in it."""

ORDER = (0, 2, 3, 1)
"""Where the gates of a torch LSTM (input, forget, cell, output) are in one of ONNX (input, output, forget, cell)."""

_REPEATED = re.compile(r"_\d+$")
"""The end of the name of a node that uses the weights of another one: the layers of ALBERT share theirs."""


def state_dict(shipped: Graph) -> dict[str, Array]:
    """All trained weights of ``KModel``, float32, by their names in its ``state_dict``. Raises ``GraphMismatch``.

    ``shipped`` is the graph as it is shipped. Int8 weights become the float weights that they stand for.
    """
    graph = dequantise(shipped)
    weights = {name.partition(".")[2]: float_array(array) for name, array in graph.constants.items() if _named(name)}
    for node in graph.nodes:
        if _REPEATED.search(node.name.rpartition("/")[0]):
            continue
        if node.op_type == "Gather" and len(graph.consumers(node.output[0])) == 1:
            weights |= _embedding(graph, node)
        elif node.op_type in ("Conv", "ConvTranspose") and node.input[1] in graph.constants:
            weights |= _convolution(graph, node)
        elif node.op_type == "MatMul" and node.input[1] in graph.constants:
            weights[f"{_module(node)}.weight"] = float_array(graph.constant(node.input[1]).T)
        elif node.op_type == "LSTM":
            weights |= _lstm(graph, node)
    return weights


def _named(name: str) -> bool:
    """Whether a constant has the name of its parameter. The inverse Fourier transform's constants are none."""
    return (
        name.startswith(("encoder.", "decoder."))
        and not name.endswith(("_float", "_quantized"))
        and (name.rpartition(".")[2] in ("bias", "weight", "gamma", "beta") or ".alpha" in name)
    )


def _module(node: Node) -> str:
    """The path of the module that ``node`` belongs to, as in the names of parameters."""
    parts: list[str] = []
    for part in node.name.split("/")[2:-1]:
        if parts and part.startswith(f"{parts[-1]}."):
            parts.pop()  # in a sequence, each module's part repeats that of the sequence
        parts.append(part)
    if parts[0].partition(".")[0] in PREDICTOR:
        parts.insert(0, "predictor")
    return ".".join(parts)


def _convolution(graph: Graph, node: Node) -> Iterator[tuple[str, Array]]:
    """Weights, as direction and length where the module keeps them apart: it does where the export has joined them."""
    name, module = node.input[1], _module(node)
    weight = float_array(graph.constant(name))
    if name.startswith(("encoder.", "decoder.")):
        if ".weight" in name:  # else it is the basis of the inverse Fourier transform, which nobody has trained
            yield f"{module}.weight", weight
        return
    lengths = np.sqrt(np.square(weight.astype(np.float64)).sum(axis=(1, 2), keepdims=True))
    yield f"{module}.weight_g", float_array(lengths)
    # A channel whose weights 8 bits have rounded to nothing has no direction; from zeros torch would make NaN.
    yield f"{module}.weight_v", float_array(np.where(lengths > 0, weight, 1.0))


def _embedding(graph: Graph, node: Node) -> Iterator[tuple[str, Array]]:
    """A table of embeddings, of which the graph makes floats row by row."""
    (user,) = graph.consumers(node.output[0])
    if user.op_type != "DequantizeLinear":
        return
    table, scale, zero = (graph.constant(name) for name in (node.input[0], *user.input[1:3]))
    if scale.size != 1:
        raise GraphMismatch(f"{node.name} has a scale for each column")
    name = node.input[0].partition(".")[2].removesuffix("_quantized")
    yield name, float_array((table.astype(np.int32) - zero.astype(np.int32)) * scale)


def _lstm(graph: Graph, node: Node) -> Iterator[tuple[str, Array]]:
    """Both directions of an LSTM of one layer, from [2, 4 hidden, inputs] and biases [2, 8 hidden]."""
    module = _module(node)
    inputs, hidden, biases = (graph.constant(name) for name in node.input[1:4])
    for direction, suffix in enumerate(("l0", "l0_reverse")):
        yield f"{module}.weight_ih_{suffix}", _reordered(inputs[direction])
        yield f"{module}.weight_hh_{suffix}", _reordered(hidden[direction])
        of_inputs, of_hidden = np.split(biases[direction], 2)
        yield f"{module}.bias_ih_{suffix}", _reordered(of_inputs)
        yield f"{module}.bias_hh_{suffix}", _reordered(of_hidden)


def _reordered(gates: Array) -> Array:
    """``gates`` [4 hidden, ...] of an ONNX LSTM, in torch's order."""
    parts = np.split(gates, 4)
    return float_array(np.concatenate([parts[place] for place in ORDER]))
