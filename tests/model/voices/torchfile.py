"""A ``.pt`` file as ``torch.save`` writes it for one tensor: an archive, a pickle of protocol 2, raw numbers.

Written by hand, since torch is not installed here: opcode by opcode what torch 2.x writes (torch/serialization.py).
"""

import io
import pickle
import struct
import zipfile
from typing import Any

import numpy as np


def torch_file(table: Any, storage: str = "FloatStorage", program: bytes | None = None) -> bytes:
    """``table`` in a file. ``program``: another pickle instead of the tensor's."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("voice/data.pkl", _tensor(table.shape, storage) if program is None else program)
        archive.writestr("voice/byteorder", "little")
        archive.writestr("voice/data/0", np.ascontiguousarray(table).tobytes())
        archive.writestr("voice/version", "3\n")
    return file.getvalue()


def _text(text: str) -> bytes:
    return pickle.BINUNICODE + struct.pack("<I", len(text)) + text.encode()


def _number(number: int) -> bytes:
    return pickle.BININT + struct.pack("<i", number)


def _numbers(numbers: tuple[int, ...]) -> bytes:
    return pickle.MARK + b"".join(map(_number, numbers)) + pickle.TUPLE


def _tensor(shape: tuple[int, ...], storage: str) -> bytes:
    strides = tuple(int(np.prod(shape[axis + 1 :])) for axis in range(len(shape)))
    return b"".join(
        [
            *(pickle.PROTO, b"\x02", b"ctorch._utils\n_rebuild_tensor_v2\n", pickle.BINPUT, b"\x00", pickle.MARK),
            *(pickle.MARK, _text("storage"), b"ctorch\n", storage.encode(), b"\n", _text("0"), _text("cpu")),
            *(_number(int(np.prod(shape))), pickle.TUPLE, pickle.BINPERSID),
            *(_number(0), _numbers(shape), _numbers(strides), pickle.NEWFALSE),
            *(b"ccollections\nOrderedDict\n", pickle.EMPTY_TUPLE, pickle.REDUCE, pickle.TUPLE, pickle.REDUCE, b"."),
        ]
    )
