"""Cuts the model's graph into its three stages: text to prosody, the source, and the decoder.

The text's stage says which sounds come when, in frames of 25 ms. The source makes of pitch what vocal cords would. The
decoder, by far the greater part, makes the sound. Between the first and the others silence can be left out; left out
before prosody, it makes the model lose the first word. The decoder then also gets few different lengths to be prepared
for. The source adds up phases to a hundred thousand radians, so it is float32 whatever the others are: in bfloat16 it
is off by whole turns, and every voice is hoarse.
"""

from collections.abc import Mapping

from onnx import TensorProto, helper

from ttsmesh.model.build.graph import Graph, GraphMismatch, Node, attributes

FEATURES, PITCH, ENERGY = "features", "pitch", "energy"
"""Outputs of the text's stage: float [1, 512, frames], and float [1, 2 frames] for the other two."""

SOURCE = "source"
"""The output of the source: magnitudes and phases, float [1, 22, spectra]."""


def cut_into_stages(graph: Graph) -> tuple[Graph, Graph, Graph]:
    """Text, source and decoder of ``graph``, which must have the output ``durations``. Raises ``GraphMismatch``.

    The text's stage takes tokens, style and speed, and gives features, pitch, energy and durations. The source takes
    pitch. The decoder takes features, pitch, energy, the source's output and style, and gives audio.
    """
    features, pitch, energy = _borders(graph)
    renamed = _renamed(graph, {features: FEATURES, pitch: PITCH, energy: ENERGY, _source(graph): SOURCE})
    inputs = {value.name: value for value in graph.inputs}
    outputs = {value.name: value for value in graph.outputs}
    shapes: dict[str, list[int | str | None]] = {
        FEATURES: [1, 512, "frames"],
        PITCH: [1, "halves"],
        ENERGY: [1, "halves"],
        SOURCE: [1, "magnitudes and phases", "spectra"],
    }
    between = {name: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()}
    prosody = [between[name] for name in (FEATURES, PITCH, ENERGY)]
    try:
        text = renamed.part(graph.inputs, [*prosody, outputs["durations"]])
        source = renamed.part([between[PITCH]], [between[SOURCE]])
        decoder = renamed.part([*between.values(), inputs["style"]], [outputs["audio"]])
    except KeyError as error:
        raise GraphMismatch(f"it has no {error}") from None
    return text, source, decoder


def _borders(graph: Graph) -> tuple[str, str, str]:
    """The names of features, pitch and energy. The decoder begins by halving the rate of pitch and energy, and joins
    all three."""
    found: set[tuple[str, ...]] = set()
    for join in graph.of_type("Concat"):
        makers = [graph.maker(name) for name in join.input]
        curves = [_curve(graph, node) for node in makers[1:]]
        if len(join.input) == 3 and attributes(join).get("axis") == 1 and all(curves):
            found.add((str(join.input[0]), *(str(curve) for curve in curves)))
    if len(found) != 1:
        raise GraphMismatch(f"{len(found)} places look like the decoder's beginning, not one")
    features, pitch, energy = found.pop()
    return features, pitch, energy


def _curve(graph: Graph, node: Node | None) -> str | None:
    """The input of ``node``, a convolution of one channel and stride 2, before the axis of channels was added to it."""
    if node is None or node.op_type != "Conv" or attributes(node).get("strides") != [2]:
        return None
    widening = graph.maker(node.input[0])
    if graph.constant(node.input[1]).shape[:2] != (1, 1) or widening is None or widening.op_type != "Unsqueeze":
        return None
    return str(widening.input[0])


def _source(graph: Graph) -> str:
    """The output of the node that joins magnitudes, which are roots, and phases."""
    found = []
    for join in graph.of_type("Concat"):
        first = graph.maker(join.input[0])
        if len(join.input) == 2 and attributes(join).get("axis") == 1 and first is not None and first.op_type == "Sqrt":
            found.append(str(join.output[0]))
    if len(found) != 1:
        raise GraphMismatch(f"{len(found)} places look like the source's end, not one")
    return found[0]


def _renamed(graph: Graph, names: Mapping[str, str]) -> Graph:
    nodes = []
    for node in graph.nodes:
        if names.keys().isdisjoint([*node.input, *node.output]):
            nodes.append(node)
            continue
        inputs, outputs = ([names.get(name, name) for name in side] for side in (node.input, node.output))
        nodes.append(
            helper.make_node(node.op_type, inputs, outputs, name=node.name, domain=node.domain, **attributes(node))
        )
    return Graph(nodes, graph.constants, graph.inputs, graph.outputs, graph.opsets)
