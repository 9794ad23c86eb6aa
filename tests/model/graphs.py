"""Small graphs for tests of the pipeline's steps."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

from ttsmesh.model.graph import Array, Graph, Node


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
    return [np.asarray(result) for result in ReferenceEvaluator(graph.to_model()).run(None, inputs)]


def broken(graph: Graph, op_type: str, replacement: Node) -> Graph:
    nodes = [replacement if n.op_type == op_type else n for n in graph.nodes]
    return Graph(nodes, graph.constants, graph.inputs, graph.outputs, graph.opsets)
