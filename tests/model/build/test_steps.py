"""Each step of the pipeline computes what the graph before it did, and refuses a graph it was not written for."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper

from tests.model.build.graphs import broken, make_graph, run
from ttsmesh.errors import ConfigError
from ttsmesh.model.build.graph import Array, Graph, GraphMismatch
from ttsmesh.model.build.steps import (
    DECODER_STEPS,
    STEPS,
    TEXT_STEPS,
    dequantise,
    expose_durations,
    int8_matrices,
    stft_as_convolution,
    total_phase,
)

RANDOM = np.random.default_rng(7)
node = helper.make_node


def quantised_product(op_type: str, *, with_bias: bool) -> tuple[Graph, Array, Array, Array]:
    """One dynamically quantised layer as ONNX Runtime writes it, and the float weight and bias it stands for."""
    shape = (6, 4, 3) if op_type == "ConvInteger" else (8, 5)
    weight = RANDOM.integers(0, 255, shape, np.uint8)
    per_column = op_type == "MatMulInteger"
    scale = RANDOM.uniform(0.01, 0.02, shape[-1] if per_column else ()).astype(np.float32)
    zero = RANDOM.integers(110, 140, shape[-1] if per_column else (), np.uint8)
    bias = RANDOM.normal(size=6).astype(np.float32)
    padding: dict[str, Any] = {} if per_column else {"pads": [1, 1]}
    nodes = [
        node("DynamicQuantizeLinear", ["x"], ["xq", "xs", "xz"]),
        node("Mul", ["xs", "scale"], ["scales"]),
        node(op_type, ["xq", "w", "xz", "zero"], ["integers"], **padding),
    ]
    last = "integers"
    if with_bias:
        nodes += [
            node("Div", ["bias", "scales"], ["b0"]),
            node("Floor", ["b0"], ["b1"]),
            node("Cast", ["b1"], ["b2"], to=TensorProto.INT32),
            node("Reshape", ["b2", "b_shape"], ["b3"]),
            node("Add", [last, "b3"], ["biased"]),
        ]
        last = "biased"
    nodes += [node("Cast", [last], ["floats"], to=TensorProto.FLOAT), node("Mul", ["floats", "scales"], ["y"])]
    constants = {"w": weight, "scale": scale, "zero": zero, "bias": bias, "b_shape": np.array([1, 6, 1], np.int64)}
    inputs: dict[str, list[int | None]] = {"x": [1, 4, None] if not per_column else [None, 8]}
    real = (weight.astype(np.float32) - zero) * scale
    return make_graph(nodes, constants, inputs, ["y"]), real, bias, scale


@pytest.mark.parametrize("with_bias", [False, True])
def test_a_quantised_convolution_becomes_the_float_one_it_stood_for(with_bias: bool) -> None:
    graph, weight, bias, _ = quantised_product("ConvInteger", with_bias=with_bias)
    result = dequantise(graph)
    assert [n.op_type for n in result.nodes] == ["Conv"]
    x = RANDOM.normal(size=(1, 4, 9)).astype(np.float32)
    padded = np.pad(x[0], ((0, 0), (1, 1)))
    expected = np.stack([np.tensordot(weight, padded[:, i : i + 3], 2) for i in range(9)], axis=-1)
    expected += bias[:, None] if with_bias else 0
    np.testing.assert_allclose(run(result, x=x)[0][0], expected, rtol=1e-4, atol=1e-4)
    assert np.abs(run(graph, x=x)[0][0] - expected).max() < 0.05 * np.abs(expected).max()


def test_a_quantised_matrix_product_becomes_the_float_one_column_by_column() -> None:
    graph, weight, _, _ = quantised_product("MatMulInteger", with_bias=False)
    result = dequantise(graph)
    assert [n.op_type for n in result.nodes] == ["MatMul"]
    x = RANDOM.normal(size=(3, 8)).astype(np.float32)
    np.testing.assert_allclose(run(result, x=x)[0], x @ weight, rtol=1e-4, atol=1e-4)


def test_int8_matrices_are_found_under_their_float_names_and_others_are_not() -> None:
    graph, _, _, scale = quantised_product("MatMulInteger", with_bias=False)
    assert int8_matrices(graph) == {}, "uint8, with other zeros"
    signed = RANDOM.integers(-127, 128, (8, 5)).astype(np.int8)
    constants = {**graph.constants, "w": signed, "zero": np.zeros(5, np.int8)}
    graph = Graph(graph.nodes, constants, graph.inputs, graph.outputs, graph.opsets)
    ((name, (matrix, scales)),) = int8_matrices(graph).items()
    assert matrix is signed
    np.testing.assert_array_equal(scales, scale)
    np.testing.assert_array_equal(dequantise(graph).constants[name], signed * scale)


def test_a_quantised_lstm_gets_its_weights_the_standard_way_round() -> None:
    hidden, size = 3, 4
    w = RANDOM.integers(-127, 127, (2, size, 4 * hidden), np.int8)
    r = RANDOM.integers(-127, 127, (2, hidden, 4 * hidden), np.int8)
    constants = {
        "w": w,
        "r": r,
        "b": np.zeros((2, 8 * hidden), np.float32),
        "ws": np.array([0.01, 0.02], np.float32),
        "rs": np.array([0.03, 0.04], np.float32),
        "zero": np.zeros(2, np.int8),
    }
    inputs = ["x", "w", "r", "b", "", "", "", "", "ws", "zero", "rs", "zero"]
    lstm = node("DynamicQuantizeLSTM", inputs, ["y"], domain="com.microsoft", direction="bidirectional", hidden_size=3)
    result = dequantise(make_graph([lstm], constants, {"x": [None, 1, size]}, ["y"]))
    assert [(n.op_type, n.domain) for n in result.nodes] == [("LSTM", "")]
    _, weight, recurrence, *_ = result.nodes[0].input
    for direction in range(2):
        expected = w[direction].T * constants["ws"][direction]
        np.testing.assert_allclose(result.constants[weight][direction], expected, rtol=1e-6)
        expected = r[direction].T * constants["rs"][direction]
        np.testing.assert_allclose(result.constants[recurrence][direction], expected, rtol=1e-6)
    assert run(result, x=RANDOM.normal(size=(5, 1, size)).astype(np.float32))[0].shape == (5, 2, 1, hidden)


def transform(size: int, hop: int, onesided: int = 1) -> Graph:
    window = np.hanning(size).astype(np.float32)
    constants: dict[str, Array] = {"hop": np.array(hop, np.int64), "window": window, "size": np.array(size, np.int64)}
    stft = node("STFT", ["x", "hop", "window", "size"], ["y"], onesided=onesided)
    return make_graph([stft], constants, {"x": [1, None, 1]}, ["y"])


@pytest.mark.parametrize(("size", "hop"), [(20, 5), (16, 4)])
def test_the_convolution_gives_the_spectrum_that_stft_gave(size: int, hop: int) -> None:
    x = RANDOM.normal(size=(1, 200, 1)).astype(np.float32)
    (spectrum,) = run(stft_as_convolution(transform(size, hop)), x=x)
    window = np.hanning(size)
    frames = [np.fft.rfft(x[0, i : i + size, 0] * window) for i in range(0, 200 - size + 1, hop)]
    expected = np.stack([np.real(frames), np.imag(frames)], axis=-1)
    np.testing.assert_allclose(spectrum[0], expected, atol=1e-4)
    assert not spectrum[0, :, [0, -1], 1].any(), "zero frequency and half the rate have no imaginary part at all"


def exported_arctangent() -> Graph:
    nodes = [
        node("Div", ["y", "x"], ["quotient"]),
        node("Greater", ["y", "zero"], ["upper"]),
        node("Less", ["x", "zero"], ["left"]),
        node("Atan", ["quotient"], ["angle"]),
        node("Add", ["angle", "pi"], ["more"]),
        node("Sub", ["angle", "pi"], ["less"]),
        node("Where", ["upper", "more", "less"], ["turned"]),
        node("Where", ["left", "turned", "angle"], ["phase"]),
    ]
    constants = {"zero": np.array(0, np.float32), "pi": np.array(np.pi, np.float32)}
    return make_graph(nodes, constants, {"y": [None], "x": [None]}, ["phase"])


def test_the_phase_is_that_of_arctan2_everywhere() -> None:
    corners = np.array([0.0, 1.0, -1.0, 1e-20], np.float32)
    y, x = (
        np.append(grid.ravel(), RANDOM.normal(size=50)).astype(np.float32) for grid in np.meshgrid(corners, corners)
    )
    np.testing.assert_allclose(run(total_phase(exported_arctangent()), y=y, x=x)[0], np.arctan2(y, x), atol=1e-5)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")  # reason: the warning is the fault this step mends
def test_the_exported_phase_was_undefined_where_there_is_no_sound() -> None:
    nothing = np.zeros(1, np.float32)
    assert np.isnan(run(exported_arctangent(), y=nothing, x=nothing)[0]).all()
    assert run(total_phase(exported_arctangent()), y=nothing, x=nothing)[0] == 0


def timing() -> Graph:
    nodes = [
        node("ReduceSum", ["x", "axes"], ["total"], keepdims=0),
        node("Div", ["total", "speed"], ["slowed"]),
        node("Round", ["slowed"], ["rounded"]),
        node("Clip", ["rounded", "one"], ["clipped"]),
        node("Identity", ["clipped"], ["audio"]),
    ]
    constants: dict[str, Array] = {"axes": np.array([2], np.int64), "one": np.array(1, np.float32)}
    return make_graph(nodes, constants, {"x": [1, None, 3], "speed": [1]}, ["audio"])


def test_durations_become_an_output_beside_the_sound() -> None:
    x = RANDOM.uniform(0, 4, (1, 7, 3)).astype(np.float32)
    audio, durations = run(expose_durations(timing()), x=x, speed=np.array([1.25], np.float32))
    np.testing.assert_array_equal(durations, np.maximum(1, np.round(x.sum(2) / 1.25)))
    np.testing.assert_array_equal(audio, durations)


def foreign() -> Graph:
    return make_graph([node("Relu", ["x"], ["y"])], {}, {"x": [None]}, ["y"])


@pytest.mark.parametrize("step", [*STEPS, *TEXT_STEPS, *DECODER_STEPS], ids=lambda step: step.__name__)
def test_a_graph_without_the_pattern_is_refused(step: Callable[[Graph], Graph]) -> None:
    with pytest.raises(GraphMismatch, match="not the expected one"):
        step(foreign())


@pytest.mark.parametrize(
    ("step", "graph"),
    [
        (
            dequantise,
            broken(quantised_product("ConvInteger", with_bias=True)[0], "Floor", node("Ceil", ["b0"], ["b1"])),
        ),
        (
            dequantise,
            broken(
                quantised_product("MatMulInteger", with_bias=False)[0], "Cast", node("Abs", ["integers"], ["floats"])
            ),
        ),
        (stft_as_convolution, transform(20, 5, onesided=0)),
        (total_phase, broken(exported_arctangent(), "Greater", node("Greater", ["y", "pi"], ["upper"]))),
        (expose_durations, broken(timing(), "Round", node("Floor", ["slowed"], ["rounded"]))),
    ],
    ids=["bias", "cast", "two-sided", "threshold", "rounding"],
)
def test_a_graph_that_only_resembles_the_pattern_is_refused(step: Callable[[Graph], Graph], graph: Graph) -> None:
    with pytest.raises(ConfigError, match="not the expected one"):
        step(graph)


def test_what_nothing_needs_any_more_falls_away() -> None:
    graph = make_graph(
        [node("Relu", ["x"], ["y"]), node("Add", ["x", "c"], ["z"])], {"c": np.ones(1)}, {"x": [None]}, ["y"]
    )
    assert [n.op_type for n in graph.nodes] == ["Relu"]
    assert not graph.constants


def test_a_rewriting_that_names_what_is_not_there_is_refused() -> None:
    with pytest.raises(GraphMismatch, match="no node makes"):
        foreign().rewritten({"z": []}, {})


def test_large_constants_are_saved_beside_the_model_and_read_back(tmp_path: Any) -> None:
    from ttsmesh.model.openvino_import import import_openvino

    large = RANDOM.normal(size=(40, 50)).astype(np.float32)
    nodes = [node("MatMul", ["x", "large"], ["y0"]), node("Add", ["y0", "small"], ["y"])]
    constants = {"large": large, "small": np.array([0.5], np.float32)}
    graph = make_graph(nodes, constants, {"x": [1, 40]}, ["y"])
    path = graph.save(tmp_path)
    assert path.stat().st_size < large.nbytes <= (tmp_path / "constants.bin").stat().st_size
    x = RANDOM.normal(size=(1, 40)).astype(np.float32)
    compiled = import_openvino().Core().compile_model(path, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    np.testing.assert_allclose(compiled({"x": x})[0], x @ large + 0.5, rtol=1e-4, atol=1e-4)
