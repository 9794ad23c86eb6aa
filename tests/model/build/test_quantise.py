"""Large convolutions become int8 ones that give nearly what the float ones do, on the real runtime."""

from pathlib import Path

import numpy as np
import pytest
from onnx import helper

from tests.model.build.graphs import make_graph, run, run_on_openvino
from ttsmesh.model.build.graph import Array, Graph, GraphMismatch, attributes
from ttsmesh.model.build.quantise import MANY, int8_products, observed, quantise, ranges
from ttsmesh.model.engine.openvino.precision import VNNI, cpu_flags
from ttsmesh.model.openvino_import import import_openvino

RANDOM = np.random.default_rng(5)
LOUD = np.geomspace(0.01, 30, MANY).astype(np.float32).reshape(1, -1, 1, 1)
"""The largest values of the channels, which differ widely, as the model's do."""


INT8_ERROR = 0.01 if not VNNI.isdisjoint(cpu_flags()) else 0.08
"""The error of int8, as a share of the result's standard deviation. Without VNNI the runtime has 7 bits for a weight.
These weights are spread evenly, while the model's are mostly small, so they show it."""


def error(result: Array, expected: Array) -> float:
    return float(np.sqrt(np.mean((result - expected) ** 2)) / expected.std())


def convolution(channels: int = MANY, dilation: int = 1, pads: int | None = None) -> Graph:
    weight = RANDOM.normal(size=(MANY, channels, 1, 3)).astype(np.float32) / LOUD[:, :channels]
    constants: dict[str, Array] = {"weight": weight, "bias": RANDOM.normal(size=MANY).astype(np.float32)}
    pads = dilation if pads is None else pads
    conv = helper.make_node(
        "Conv",
        ["x", "weight", "bias"],
        ["y"],
        name="conv",
        kernel_shape=[1, 3],
        dilations=[1, dilation],
        pads=[0, pads, 0, pads],
    )
    return make_graph([conv], constants, {"x": [1, channels, 1, None]}, ["y"])


def sequence(length: int = 50) -> Array:
    return (RANDOM.uniform(-1, 1, size=(1, MANY, 1, length)) * LOUD).astype(np.float32)


def largest(graph: Graph, x: Array) -> Array:
    return run(observed(graph), x=x)[1]


@pytest.mark.parametrize("dilation", [1, 3, 5])
def test_an_int8_convolution_gives_nearly_what_the_float_one_does(tmp_path: Path, dilation: int) -> None:
    graph, x = convolution(dilation=dilation), sequence()
    (expected,) = run(graph, x=x)
    result, kernels = run_on_openvino(quantise(graph, largest(graph, x)), tmp_path, x)
    assert kernels and all(kernel.upper().endswith("I8") for kernel in kernels)
    assert result.shape == expected.shape
    assert error(result, expected) < INT8_ERROR


def test_what_goes_beyond_its_range_stays_at_its_end(tmp_path: Path) -> None:
    graph, x = convolution(), sequence()
    (expected,) = run(graph, x=np.clip(x, -LOUD / 2, LOUD / 2))
    result, _ = run_on_openvino(quantise(graph, LOUD.reshape(-1) / 2), tmp_path, x)
    assert error(result, expected) < INT8_ERROR


def test_a_channel_that_was_always_silent_is_no_division_by_zero(tmp_path: Path) -> None:
    graph, x = convolution(), sequence()
    x[:, :3] = 0
    (expected,) = run(graph, x=x)
    result, _ = run_on_openvino(quantise(graph, largest(graph, x)), tmp_path, x)
    assert error(result, expected) < INT8_ERROR


def test_what_the_style_takes_stays_float() -> None:
    graph = convolution()
    style = [
        helper.make_node("Unsqueeze", ["style", "axis"], ["column"]),
        helper.make_node("Conv", ["column", "matrix"], ["scale"]),
        helper.make_node("Add", ["y", "scale"], ["z"]),
    ]
    constants: dict[str, Array] = {
        **graph.constants,
        "axis": np.array([3], np.int64),
        "matrix": RANDOM.normal(size=(MANY, MANY, 1, 1)).astype(np.float32),
    }
    inputs: dict[str, list[int | None]] = {"x": [1, MANY, 1, None], "style": [1, MANY, 1]}
    whole = make_graph([*graph.nodes, *style], constants, inputs, ["z"])
    assert len(quantise(whole, LOUD.reshape(-1)).of_type("FakeQuantize")) == 1


def test_weights_are_kept_as_int8() -> None:
    graph = quantise(convolution(), LOUD.reshape(-1))
    (conv,) = graph.of_type("Conv")
    weight = graph.constant(graph.producer(conv.input[1], "DequantizeLinear").input[0])
    assert (str(weight.dtype), weight.shape) == ("int8", (MANY, MANY, 1, 3))
    assert np.abs(weight.astype(int)).max() == 127
    assert attributes(conv)["kernel_shape"] == [1, 3]


def test_the_largest_of_each_channel_is_observed() -> None:
    x = sequence()
    np.testing.assert_array_equal(largest(convolution(), x), np.abs(x).max(axis=(0, 2, 3)))


def test_ranges_of_another_graph_are_refused() -> None:
    with pytest.raises(GraphMismatch, match=f"take {MANY} channels, not 5$"):
        quantise(convolution(), np.ones(5, np.float16))


def test_a_graph_without_large_convolutions_is_refused() -> None:
    with pytest.raises(GraphMismatch, match=r"no convolutions of many channels$"):
        quantise(convolution(channels=22), np.ones(22, np.float16))


def test_the_ranges_that_we_bring_are_finite_and_not_all_silent() -> None:
    values = ranges()
    assert np.isfinite(values).all()
    assert (values >= 0).all() and np.median(values) > 1


def product(matrix: Array, scale: Array) -> Graph:
    nodes = [helper.make_node("MatMul", ["x", "matrix_float"], ["y"], name="product")]
    return make_graph(nodes, {"matrix_float": matrix * scale}, {"x": [1, None, matrix.shape[0]]}, ["y"])


def int8_matrix(rows: int = MANY) -> tuple[Array, Array]:
    scale = RANDOM.uniform(0.001, 0.1, MANY).astype(np.float32)
    return RANDOM.integers(-127, 128, (rows, MANY)).astype(np.int8), scale


def test_a_large_matrix_stays_the_int8_that_it_was(tmp_path: Path) -> None:
    matrix, scale = int8_matrix()
    graph = int8_products(product(matrix, scale), {"matrix_float": (matrix, scale)})
    assert graph.of_type("DequantizeLinear")
    assert [str(array.dtype) for array in graph.constants.values() if array.ndim == 2] == ["int8"]
    x = RANDOM.normal(size=(1, 7, MANY)).astype(np.float32)
    (expected,) = run(product(matrix, scale), x=x)
    settings = {"INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": 0}
    request = import_openvino().Core().compile_model(graph.save(tmp_path), "CPU", settings).create_infer_request()
    request.infer({"x": x})
    assert error(np.array(request.get_output_tensor(0).data), expected) < 1e-4


def test_without_a_large_matrix_a_graph_is_refused() -> None:
    matrix, scale = int8_matrix(rows=50)
    with pytest.raises(GraphMismatch, match=r"no large int8 matrices$"):
        int8_products(product(matrix, scale), {"matrix_float": (matrix, scale)})
