"""Small graphs for tests of the pipeline's steps."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from ttsmesh.model.build.graph import IR_VERSION, Array, Graph, Node
from ttsmesh.model.openvino_import import import_openvino


def make_graph(
    nodes: list[Node],
    constants: Mapping[str, Array],
    inputs: Mapping[str, list[int | None]],
    outputs: list[str],
) -> Graph:
    def info(name: str, shape: list[int | None] | None) -> Any:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    opsets = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
    given = [info(name, shape) for name, shape in inputs.items()]
    return Graph(nodes, constants, given, [info(name, None) for name in outputs], opsets)


def run(graph: Graph, **inputs: Array) -> list[Array]:
    tensors = [numpy_helper.from_array(array, name) for name, array in graph.constants.items()]
    whole = helper.make_graph(graph.nodes, "test", graph.inputs, graph.outputs, tensors)
    model = helper.make_model(whole, opset_imports=graph.opsets, ir_version=IR_VERSION)
    return [np.asarray(result) for result in ReferenceEvaluator(model).run(None, inputs)]


def run_on_openvino(graph: Graph, directory: Path, x: Array) -> tuple[Array, list[str]]:
    """The result, and which kernels made the convolutions. ``graph`` is saved in ``directory``, and has one input."""
    settings: dict[str, Any] = {"INFERENCE_PRECISION_HINT": "f32", "PERF_COUNT": True}
    compiled = import_openvino().Core().compile_model(graph.save(directory), "CPU", settings)
    request = compiled.create_infer_request()
    request.infer({"x": x})
    kernels = [node.exec_type for node in request.profiling_info if node.node_type == "Convolution"]
    return np.array(request.get_output_tensor(0).data), kernels


def broken(graph: Graph, op_type: str, replacement: Node) -> Graph:
    nodes = [replacement if n.op_type == op_type else n for n in graph.nodes]
    return Graph(nodes, graph.constants, graph.inputs, graph.outputs, graph.opsets)
