"""Norms become one node and sequences get a fourth axis, without a change to what is computed."""

from typing import Any

import numpy as np
import pytest
from onnx import helper

from tests.model.build.graphs import broken, make_graph, run
from ttsmesh.model.build.graph import Array, Graph, GraphMismatch, Node, attributes
from ttsmesh.model.build.layout import four_dimensions, instance_norm
from ttsmesh.model.build.snake import scale_weights, snake_polynomial
from ttsmesh.model.build.style import one_style_layer

RANDOM = np.random.default_rng(11)
CHANNELS, STYLE = 4, 3
ALPHA = RANDOM.uniform(0.3, 6, (1, CHANNELS, 1)).astype(np.float32)
node = helper.make_node


def block(*, second: bool = False) -> Graph:
    """A norm with a style, a snake, and a convolution, as exported. With ``second``, a norm with another style, too."""
    constants: dict[str, Array] = {
        "time": np.array([2], np.int64),
        "epsilon": np.array(1e-5, np.float32),
        "one": np.array(1, np.float32),
        "two": np.array(2, np.float32),
        "sizes": np.array([CHANNELS] * 2, np.int64),
        "alpha": ALPHA,
        "inverse": 1 / ALPHA,
        "weight": RANDOM.normal(size=(5, CHANNELS, 3)).astype(np.float32),
        "bias": RANDOM.normal(size=5).astype(np.float32),
    }
    nodes: list[Node] = []
    for layer in ["a", "b"] if second else ["a"]:
        constants[f"{layer}_weight"] = RANDOM.normal(size=(STYLE, 2 * CHANNELS)).astype(np.float32)
        constants[f"{layer}_bias"] = RANDOM.normal(size=2 * CHANNELS).astype(np.float32)
        nodes += [
            node("MatMul", ["style", f"{layer}_weight"], [f"{layer}_0"]),
            node("Add", [f"{layer}_0", f"{layer}_bias"], [f"{layer}_1"]),
            node("Unsqueeze", [f"{layer}_1", "time"], [f"{layer}_2"]),
            node("Split", [f"{layer}_2", "sizes"], [f"{layer}_scale", f"{layer}_shift"], axis=1),
            node("Add", [f"{layer}_scale", "one"], [f"{layer}_factor"]),
        ]
    nodes += [
        node("ReduceMean", ["x", "time"], ["mean"]),
        node("Sub", ["x", "mean"], ["centred"]),
        node("Mul", ["centred", "centred"], ["square"]),
        node("ReduceMean", ["square", "time"], ["variance"]),
        node("Add", ["variance", "epsilon"], ["more"]),
        node("Sqrt", ["more"], ["deviation"]),
        node("Div", ["centred", "deviation"], ["norm"]),
        node("Mul", ["a_factor", "norm"], ["scaled"]),
        node("Add", ["scaled", "a_shift"], ["y"]),
        node("Mul", ["alpha", "y"], ["ay"]),
        node("Sin", ["ay"], ["s"]),
        node("Pow", ["s", "two"], ["ss"]),
        node("Mul", ["inverse", "ss"], ["y0"]),
        node("Add", ["y", "y0"], ["snake"]),
        node("Conv", ["snake", "weight", "bias"], ["z"], kernel_shape=[3], pads=[1, 1], name="conv"),
    ]
    outputs = ["z"]
    if second:
        nodes += [node("Mul", ["b_factor", "norm"], ["b_scaled"]), node("Add", ["b_scaled", "b_shift"], ["other"])]
        outputs.append("other")
    inputs: dict[str, list[int | None]] = {"x": [1, CHANNELS, None], "style": [1, STYLE]}
    return make_graph(nodes, constants, inputs, outputs)


def after_convolution(graph: Graph) -> Graph:
    """``graph`` with a convolution between its input and ``x``."""
    weight = RANDOM.normal(size=(CHANNELS, CHANNELS, 1)).astype(np.float32)
    nodes = [node("Conv", ["x", "first"], ["x1"], kernel_shape=[1])]
    for n in graph.nodes:
        renamed = ["x1" if name == "x" else name for name in n.input]
        nodes.append(node(n.op_type, renamed, list(n.output), name=n.name, **attributes(n)))
    return Graph(nodes, {**graph.constants, "first": weight}, graph.inputs, graph.outputs, graph.opsets)


def inputs(length: int = 50) -> dict[str, Any]:
    x = RANDOM.normal(2, 3, (1, CHANNELS, length)).astype(np.float32)
    return {"x": x, "style": RANDOM.normal(size=(1, STYLE)).astype(np.float32)}


def types(graph: Graph) -> list[str]:
    return [n.op_type for n in graph.nodes]


def same(graph: Graph, result: Graph, atol: float) -> None:
    given = inputs()
    for expected, got in zip(run(graph, **given), run(result, **given), strict=True):
        np.testing.assert_allclose(got, expected, atol=atol)


def test_seven_nodes_become_one_norm() -> None:
    result = instance_norm(block())
    assert types(result).count("InstanceNormalization") == 1
    assert not {"ReduceMean", "Sqrt", "Div", "Sub"} & set(types(result))
    same(block_again := block(), instance_norm(block_again), 1e-4)


def test_the_snake_becomes_a_chain_without_a_sine() -> None:
    graph = instance_norm(block())
    result = snake_polynomial(graph)
    assert "Sin" not in types(result)
    same(graph, result, 2e-2)


def test_the_snake_of_silence_is_nearly_silence() -> None:
    graph = snake_polynomial(instance_norm(block()))
    snake_only = graph.part(
        [helper.make_tensor_value_info("y", 1, [1, CHANNELS, None])],
        [helper.make_tensor_value_info("snake", 1, None)],
    )
    assert np.abs(run(snake_only, y=np.zeros((1, CHANNELS, 8), np.float32))[0]).max() < 5e-6


def test_what_follows_a_snake_goes_into_the_weights() -> None:
    graph = snake_polynomial(instance_norm(block()))
    result = scale_weights(graph)
    assert types(result).count("Mul") == types(graph).count("Mul") - 1
    same(graph, result, 1e-3)


def test_weights_that_others_use_unscaled_are_not_scaled() -> None:
    graph = snake_polynomial(instance_norm(block()))
    seen = Graph(
        graph.nodes,
        graph.constants,
        graph.inputs,
        [*graph.outputs, helper.make_tensor_value_info("snake", 1, None)],
        graph.opsets,
    )
    same(seen, scale_weights(seen), 1e-3)


def test_one_layer_gives_what_every_norm_is_scaled_and_shifted_by() -> None:
    graph = snake_polynomial(instance_norm(block(second=True)))
    result = one_style_layer(graph)
    assert "MatMul" not in types(result) and types(result).count("Split") == 1
    assert not {"a_0", "b_0"} & {name for n in result.nodes for name in n.output}
    same(graph, result, 1e-3)


def test_neither_a_norms_scale_nor_its_shift_comes_straight_from_a_split() -> None:
    """OpenVINO would make two passes of a product and a sum that take outputs of a ``Split``."""
    result = one_style_layer(snake_polynomial(instance_norm(block(second=True))))
    (split,) = result.of_type("Split")
    users = [user for part in split.output for user in result.consumers(part)]
    assert users and {user.op_type for user in users} == {"Add"}
    assert all(user.input[1] in result.constants for user in users)


def test_sequences_get_a_fourth_axis_and_nobody_outside_sees_it() -> None:
    # The norm of what nothing is known of stays outside: the real model's come from convolutions.
    graph = one_style_layer(scale_weights(snake_polynomial(instance_norm(after_convolution(block(second=True))))))
    result = four_dimensions(graph)
    convolution = result.of_type("Conv")[-1]
    assert attributes(convolution)["kernel_shape"] == [1, 3]
    assert result.constant(convolution.input[1]).ndim == 4
    assert types(result).count("Unsqueeze") == 3, "of the sequence that comes in, and of the style, twice"
    same(graph, result, 1e-4)


def resampling() -> Graph:
    constants: dict[str, Array] = {
        "w": RANDOM.normal(size=(6, 4, 3)).astype(np.float32),
        "up": RANDOM.normal(size=(6, 5, 4)).astype(np.float32),
        "each": RANDOM.normal(size=(5, 1, 3)).astype(np.float32),
        "down": RANDOM.normal(size=(3, 10, 2)).astype(np.float32),
        "pads": np.array([0, 0, 1, 0, 0, 0], np.int64),
        "scales": np.array([1, 1, 2], np.float32),
    }
    nodes = [
        node("Conv", ["x", "w"], ["a"], kernel_shape=[3], dilations=[2], pads=[2, 2]),
        node("LeakyRelu", ["a"], ["b"], alpha=0.1),
        node("ConvTranspose", ["b", "up"], ["c"], strides=[2], kernel_shape=[4], pads=[1, 1]),
        node("Pad", ["c", "pads"], ["d"], mode="reflect"),
        node(
            "ConvTranspose",
            ["d", "each"],
            ["e"],
            strides=[2],
            kernel_shape=[3],
            group=5,
            pads=[1, 1],
            output_padding=[1],
        ),
        node(
            "Resize",
            ["d", "", "scales"],
            ["f"],
            mode="nearest",
            nearest_mode="floor",
            coordinate_transformation_mode="asymmetric",
        ),
        node("Concat", ["e", "f"], ["g"], axis=1),
        node("Conv", ["g", "down"], ["h"], strides=[2], kernel_shape=[2]),
        node("Exp", ["h"], ["y"]),
    ]
    return make_graph(nodes, constants, {"x": [1, 4, None]}, ["y"])


def test_resampling_padding_and_joining_get_it_too() -> None:
    graph = resampling()
    x = RANDOM.normal(size=(1, 4, 21)).astype(np.float32) * 0.1
    result = four_dimensions(graph)
    np.testing.assert_allclose(run(result, x=x)[0], run(graph, x=x)[0], rtol=1e-4)
    assert types(result).count("Unsqueeze") == types(result).count("Squeeze") == 1


@pytest.mark.parametrize(
    ("step", "graph"),
    [
        (instance_norm, broken(block(), "Mul", node("Mul", ["centred", "x"], ["square"]))),
        (snake_polynomial, broken(block(), "Pow", node("Pow", ["s", "one"], ["ss"]))),
        (one_style_layer, broken(instance_norm(block()), "Unsqueeze", node("Unsqueeze", ["a_1", "sizes"], ["a_2"]))),
    ],
    ids=["variance", "square", "axis"],
)
def test_what_only_resembles_the_pattern_is_refused(step: Any, graph: Graph) -> None:
    with pytest.raises(GraphMismatch):
        step(graph)


def test_a_snake_that_divides_by_something_else_is_refused() -> None:
    graph = block()
    other = Graph(graph.nodes, {**graph.constants, "inverse": ALPHA}, graph.inputs, graph.outputs, graph.opsets)
    with pytest.raises(GraphMismatch, match="does not divide"):
        snake_polynomial(other)


def test_a_sequence_of_unknown_rank_is_refused() -> None:
    nodes = [node("Conv", ["x", "w"], ["a"], kernel_shape=[1]), node("Add", ["a", "z"], ["y"])]
    constants = {"w": np.ones((2, 2, 1), np.float32)}
    graph = make_graph(nodes, constants, {"x": [1, 2, None], "z": [None]}, ["y"])
    with pytest.raises(GraphMismatch, match="unknown rank"):
        four_dimensions(graph)
