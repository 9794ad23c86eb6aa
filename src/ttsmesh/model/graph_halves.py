"""The model in two halves: what is said and when (text to prosody), and how it sounds (decoder).

Between them lie frames of 25 ms, so silence can be left out there, after prosody: leaving it out before makes the
model lose the first word. And the decoder, by far the greater part, then has few different lengths to be prepared for.
"""

from onnx import TensorProto, helper

from ttsmesh.model.graph import Graph, GraphMismatch, Node, attributes

FEATURES, PITCH, ENERGY = "features", "pitch", "energy"
"""What passes from half to half: float [1, 512, frames], and [1, 2 frames] twice."""


def halves(graph: Graph) -> tuple[Graph, Graph]:
    """``graph``, which has the output ``durations``, cut where the decoder takes features, pitch and energy.

    The first half makes these, and durations, of tokens, style and speed; the second one makes audio of them and style.
    """
    features, pitch, energy = _borders(graph)
    nodes = [_renamed(node, {features: FEATURES, pitch: PITCH, energy: ENERGY}) for node in graph.nodes]
    renamed = Graph(nodes, graph.constants, graph.inputs, graph.outputs, graph.opsets)
    inputs = {value.name: value for value in graph.inputs}
    outputs = {value.name: value for value in graph.outputs}
    shapes: dict[str, list[int | str | None]] = {
        FEATURES: [1, 512, "frames"],
        PITCH: [1, "halves"],
        ENERGY: [1, "halves"],
    }
    between = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()]
    try:
        text = renamed.part(graph.inputs, [*between, outputs["durations"]])
        decoder = renamed.part([*between, inputs["style"]], [outputs["audio"]])
    except KeyError as error:
        raise GraphMismatch(f"it has no {error}") from None
    return text, decoder


def _borders(graph: Graph) -> tuple[str, str, str]:
    """The names of features, pitch and energy: the decoder first halves the latter two's rate and joins all three."""
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
    """What a convolution of one channel that takes every second value gets, before its axis for channels."""
    if node is None or node.op_type != "Conv" or attributes(node).get("strides") != [2]:
        return None
    widening = graph.maker(node.input[0])
    if graph.constant(node.input[1]).shape[:2] != (1, 1) or widening is None or widening.op_type != "Unsqueeze":
        return None
    return str(widening.input[0])


def _renamed(node: Node, names: dict[str, str]) -> Node:
    if names.keys().isdisjoint([*node.input, *node.output]):
        return node
    inputs, outputs = ([names.get(name, name) for name in side] for side in (node.input, node.output))
    return helper.make_node(node.op_type, inputs, outputs, name=node.name, domain=node.domain, **attributes(node))
