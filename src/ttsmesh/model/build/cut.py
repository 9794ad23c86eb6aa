"""The model in three stages: what is said and when (text to prosody), what vocal cords make of pitch (source), and how
it sounds (decoder).

Behind the first lie frames of 25 ms, so silence can be left out there, after prosody: leaving it out before makes the
model lose the first word. And the decoder, by far the greater part, then has few different lengths to be prepared for.
The source adds up phases to a hundred thousand radians, so it is float32 whatever the others are: in bfloat16 it is off
by whole turns, and every voice hoarse.
"""

from collections.abc import Mapping

from onnx import TensorProto, helper

from ttsmesh.model.build.graph import Graph, GraphMismatch, Node, attributes

FEATURES, PITCH, ENERGY = "features", "pitch", "energy"
"""What the text's stage gives: float [1, 512, frames], and [1, 2 frames] twice."""

SOURCE = "source"
"""What the decoder gets of the source: magnitudes and phases, float [1, 22, spectra]."""


def stages(graph: Graph) -> tuple[Graph, Graph, Graph]:
    """``graph``, which has the output ``durations``, cut where the decoder takes features, pitch and energy, and behind
    what it makes of pitch alone.

    The first stage makes these, and durations, of tokens, style and speed; the second one the source, of pitch; the
    third one audio, of them all and style.
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


def _source(graph: Graph) -> str:
    """The name of what joins magnitudes, which are roots, to their phases."""
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
