"""Reads the tensor in a ``.pt`` file, without torch and without executing anything.

The format is a pickle, and a pickle is a program. The reader here knows only what torch writes for a tensor: a few
harmless opcodes, and three names that stand for plain data. It calls no code of others. torch/serialization.py and
torch/_utils.py define what torch writes: a zip archive, stored and not compressed, with ``NAME/data.pkl`` and the
numbers in ``NAME/data/KEY``.
"""

import io
import math
import pickle
import pickletools
import zipfile
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

MAX_PICKLE = 4096
"""Bytes of the pickle at most. That of a tensor has some 200."""

_WRITTEN = (
    "PROTO GLOBAL BINPUT LONG_BINPUT BINGET LONG_BINGET MARK BINUNICODE SHORT_BINUNICODE BININT BININT1 BININT2 "
    "EMPTY_TUPLE TUPLE TUPLE1 TUPLE2 TUPLE3 BINPERSID NEWFALSE NEWTRUE EMPTY_DICT REDUCE STOP MEMOIZE FRAME"
)
_OPCODES = frozenset(_WRITTEN.split())
_DTYPES = {"FloatStorage": "<f4", "HalfStorage": "<f2", "DoubleStorage": "<f8"}


class _Storage(NamedTuple):
    dtype: str
    key: str
    size: int


class _Tensor(NamedTuple):
    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def _rebuild(storage: Any, offset: Any, shape: Any, strides: Any, *_: Any) -> _Tensor:
    return _Tensor(storage, offset, shape, strides)


class _Dtype(str):
    """The numpy name of the numbers in one of torch's storage classes. It stands for the class, and is none."""


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _rebuild
        if module == "torch" and name in _DTYPES:
            return _Dtype(_DTYPES[name])
        if (module, name) == ("collections", "OrderedDict"):
            return dict  # the tensor's hooks: always empty
        raise ValueError("it holds more than a tensor of numbers")

    def persistent_load(self, pid: Any) -> _Storage:
        kind, dtype, key, _, size = pid
        if kind != "storage" or not isinstance(dtype, _Dtype) or not isinstance(size, int):
            raise ValueError("its storage is not of numbers")
        return _Storage(str(dtype), str(key), size)


def read_tensor(data: bytes) -> NDArray[Any]:
    """The one tensor in the bytes of a file. Raises ``ValueError`` that says what is wrong."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise ValueError("it is not an archive as torch writes it") from error
    with archive:
        members = {member.filename: member for member in archive.infolist()}
        if any(member.compress_type != zipfile.ZIP_STORED for member in members.values()):
            raise ValueError("it is compressed, which torch's files are not")
        pickled = [name for name in members if name.endswith("data.pkl")]
        if len(pickled) != 1 or members[pickled[0]].file_size > MAX_PICKLE:
            raise ValueError("it holds more than a tensor of numbers")
        root = pickled[0].removesuffix("data.pkl")
        order = f"{root}byteorder"
        if order in members and archive.read(order) != b"little":
            raise ValueError("its byte order is foreign")
        tensor = _unpickled(archive.read(pickled[0]))
        name = f"{root}data/{tensor.storage.key}"
        if name not in members:
            raise ValueError("its numbers are missing")
        return _array(tensor, archive.read(name))


def _unpickled(program: bytes) -> _Tensor:
    for opcode, argument, _ in pickletools.genops(program):
        if opcode.name not in _OPCODES:
            raise ValueError("it holds more than a tensor of numbers")
        if opcode.name == "LONG_BINPUT" and (argument or 0) > MAX_PICKLE:
            raise ValueError("it is no pickle of torch's")  # the reader would allocate a list of that length
    tensor = _Reader(io.BytesIO(program)).load()
    if not isinstance(tensor, _Tensor) or not isinstance(tensor.storage, _Storage):
        raise ValueError("it is not a tensor")
    return tensor


def _array(tensor: _Tensor, raw: bytes) -> NDArray[Any]:
    numbers = np.frombuffer(raw, tensor.storage.dtype)
    sizes = (*tensor.shape, tensor.offset)
    if len(numbers) != tensor.storage.size or not all(isinstance(size, int) and size >= 0 for size in sizes):
        raise ValueError("its size is not what it says")
    count = math.prod(tensor.shape)
    dense = tuple(math.prod(tensor.shape[axis + 1 :]) for axis in range(len(tensor.shape)))
    if tensor.strides != dense or tensor.offset + count > len(numbers):
        raise ValueError("its numbers are not in order")
    return numbers[tensor.offset : tensor.offset + count].reshape(tensor.shape)
