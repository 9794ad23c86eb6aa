"""An ONNX graph that can be searched and rewritten. The pipeline's steps (``steps``) work on it.

A ``Graph`` is never changed. It shares its arrays with the graphs made from it, so a step does not copy 300 MB.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from ttsmesh.errors import ConfigError

Array = NDArray[Any]
Node = Any  # onnx.NodeProto: onnx ships no types that mypy could use

CONSTANTS_FILE = "constants.bin"

EXTERNAL_BYTES = 1024
"""Bytes from which a constant is saved outside of the model. Many smaller ones are shapes, which readers need while
they read the model."""

IR_VERSION = 10
"""The version of the file's format: new enough for everything in it, and old enough for today's runtimes."""

ALIGNMENT = 64
"""Bytes of a cache line. A mapped constant that begins at a multiple of it can be used where it lies."""


class GraphMismatch(ConfigError):
    """The graph is not the one that a step was written for, so the step must not change it."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the model's graph is not the expected one: {what}")


def attributes(node: Node) -> dict[str, Any]:
    return {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}


class Graph:
    """Nodes in topological order, constants by name, and inputs and outputs (``ValueInfoProto``)."""

    def __init__(
        self,
        nodes: Iterable[Node],
        constants: Mapping[str, Array],
        inputs: Sequence[Any],
        outputs: Sequence[Any],
        opsets: Sequence[Any],
    ) -> None:
        """Keep those of ``nodes`` and ``constants`` that the outputs need, so that replaced parts drop out."""
        needed = {output.name for output in outputs}
        kept = []
        for node in reversed(list(nodes)):
            if not needed.isdisjoint(node.output):
                kept.append(node)
                needed.update(node.input)
        self.nodes: list[Node] = kept[::-1]
        self.constants = {name: array for name, array in constants.items() if name in needed}
        self.inputs = list(inputs)
        self.outputs = list(outputs)
        self.opsets = list(opsets)
        self._producers = {output: node for node in self.nodes for output in node.output if output}
        self._consumers: dict[str, list[Node]] = {}
        for node in self.nodes:
            for name in dict.fromkeys(node.input):
                self._consumers.setdefault(name, []).append(node)

    @classmethod
    def from_bytes(cls, serialised: bytes) -> "Graph":
        model = onnx.load_from_string(serialised)
        constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
        return cls(model.graph.node, constants, model.graph.input, model.graph.output, model.opset_import)

    def save(self, directory: Path) -> Path:
        """Write ``model.onnx``, whose path is returned, and beside it the large constants as raw bytes.

        As one file of protobuf, every constant would be in memory three times: 2 GB at the peak for this model.
        """
        tensors = []
        with (directory / CONSTANTS_FILE).open("wb") as file:
            for name, array in self.constants.items():
                if array.nbytes < EXTERNAL_BYTES:
                    tensors.append(numpy_helper.from_array(array, name))
                    continue
                file.write(bytes(-file.tell() % ALIGNMENT))
                tensors.append(_external(name, array, file.tell()))
                file.write(np.ascontiguousarray(array).data)
        path = directory / "model.onnx"
        graph = helper.make_graph(self.nodes, "kokoro", self.inputs, self.outputs, tensors)
        model = helper.make_model(graph, opset_imports=self.opsets, ir_version=IR_VERSION)
        path.write_bytes(model.SerializeToString())
        return path

    def of_type(self, *op_types: str) -> list[Node]:
        return [node for node in self.nodes if node.op_type in op_types]

    def producer(self, name: str, *op_types: str) -> Node:
        """The node that makes ``name``. Raises ``GraphMismatch`` unless there is one and it is of ``op_types``."""
        node = self._producers.get(name)
        if node is None or (op_types and node.op_type not in op_types):
            raise GraphMismatch(f"{name} does not come from {' or '.join(op_types) or 'a node'}")
        return node

    def maker(self, name: str) -> Node | None:
        """The node that makes ``name``. ``None`` if that is a constant or an input."""
        return self._producers.get(name)

    def consumers(self, name: str) -> list[Node]:
        return self._consumers.get(name, [])

    def only_consumer(self, name: str, *op_types: str) -> Node:
        """The one node that uses ``name``. Raises ``GraphMismatch`` if there are more, or ``name`` is an output."""
        users = self.consumers(name)
        if len(users) != 1 or any(output.name == name for output in self.outputs):
            raise GraphMismatch(f"{name} is used {len(users)} times, not once")
        if op_types and users[0].op_type not in op_types:
            raise GraphMismatch(f"{name} goes to {users[0].op_type}, not {' or '.join(op_types)}")
        return users[0]

    def constant(self, name: str) -> Array:
        if name not in self.constants:
            raise GraphMismatch(f"{name} is not a constant")
        return self.constants[name]

    def part(self, inputs: Sequence[Any], outputs: Sequence[Any]) -> "Graph":
        """The nodes that make ``outputs`` of ``inputs``. Raises ``GraphMismatch`` if they need other inputs as well."""
        given = {value.name for value in inputs}
        nodes = [node for node in self.nodes if given.isdisjoint(node.output)]
        result = Graph(nodes, self.constants, inputs, outputs, self.opsets)
        known = {"", *given, *result.constants, *result._producers}
        missing = {name for node in result.nodes for name in node.input} | {value.name for value in outputs}
        if missing - known:
            raise GraphMismatch(f"it also takes {', '.join(sorted(missing - known)[:3])}")
        return result

    def rewritten(
        self,
        replacements: Mapping[str, Sequence[Node]],
        constants: Mapping[str, Array],
        outputs: Sequence[Any] = (),
        *,
        absent: str = "it has nothing to replace",
    ) -> "Graph":
        """A graph in which other nodes replace the one that made each output named in ``replacements``.

        The new nodes take its place, so they may use everything that was made before it, and they must make that
        output. ``constants`` and ``outputs`` are added. Raises ``GraphMismatch`` with the text ``absent`` if there are
        no replacements: the step has not found what it was written for.
        """
        if not replacements:
            raise GraphMismatch(absent)
        unknown = replacements.keys() - self._producers.keys()
        clash = constants.keys() & (self.constants.keys() | self._producers.keys())
        if unknown or clash:
            raise GraphMismatch(f"no node makes {sorted(unknown)}; already there {sorted(clash)}")
        nodes: list[Node] = []
        for node in self.nodes:
            name = next((output for output in node.output if output in replacements), None)
            nodes += [node] if name is None else replacements[name]
        return Graph(nodes, {**self.constants, **constants}, self.inputs, [*self.outputs, *outputs], self.opsets)


def _external(name: str, array: Array, offset: int) -> Any:
    """A ``TensorProto`` whose bytes are in ``CONSTANTS_FILE`` from ``offset`` on."""
    tensor = onnx.TensorProto(name=name, dims=array.shape, data_location=onnx.TensorProto.EXTERNAL)
    tensor.data_type = helper.np_dtype_to_tensor_dtype(array.dtype)
    for key, value in (("location", CONSTANTS_FILE), ("offset", offset), ("length", array.nbytes)):
        tensor.external_data.add(key=key, value=str(value))
    return tensor


def other(node: Node, name: str) -> str:
    """The input of ``node`` that is not ``name``. Raises ``GraphMismatch`` unless it has these two."""
    names = list(node.input)
    if len(names) != 2 or names.count(name) != 1:
        raise GraphMismatch(f"{node.name or node.op_type} does not take {name} and one more")
    return str(names[1 - names.index(name)])


def named_node(op_type: str, inputs: Sequence[str], output: str, **attributes: Any) -> Node:
    """A node with one output, and with that output's name."""
    return helper.make_node(op_type, inputs, [output], name=output, **attributes)


def chain(value: str, steps: Sequence[tuple[str, str]], output: str) -> list[Node]:
    """Nodes in a row that make ``output`` of ``value``. Each step is an operator and its other operand, or ""."""
    nodes: list[Node] = []
    for number, (op_type, operand) in enumerate(steps, start=1):
        made = output if number == len(steps) else f"{output}_{number}"
        more = {"fmod": 1} if op_type == "Mod" else {}  # without it, Mod takes whole numbers only
        nodes.append(named_node(op_type, [value, operand] if operand else [value], made, **more))
        value = made
    return nodes


def float_array(values: Any) -> Array:
    """``values`` as contiguous float32, the only type that the rewritten graph computes with."""
    return np.ascontiguousarray(values, np.float32)
