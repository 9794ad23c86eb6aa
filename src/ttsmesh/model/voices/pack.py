"""Reads a voice pack: the style table of one voice, in any format that people keep it in. Nothing in it is executed."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ttsmesh.errors import ConfigError, failure_line, os_reason
from ttsmesh.limits import MAX_PHONEMES
from ttsmesh.model.engine.protocol import Floats
from ttsmesh.model.kokoro import STYLE_SIZE
from ttsmesh.model.voices.torch_file import read_tensor

PACK_BYTES = MAX_PHONEMES * STYLE_SIZE * 4
"""Bytes of a ``.bin`` file: float32 [510, 1, 256], little endian, without a header. Row n - 1 is for n phonemes."""

MAX_FILE = 4 * PACK_BYTES
"""Bytes of a file in another format at most: double precision and a header fit."""

MAX_HEADER = 64 * 1024
"""Bytes at most of the header of a ``.safetensors`` file, which has its metadata."""

STYLE_MAX = 100.0
"""The largest number in a style. The official packs stay within 3.2, so a file with a larger one is not a voice."""

_SHAPES = ((MAX_PHONEMES, 1, STYLE_SIZE), (MAX_PHONEMES, STYLE_SIZE))


def read_pack(path: Path) -> Floats:
    """The style table in ``path``, float32 [510, 256], read-only. Raises ``ConfigError`` naming a bad file."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        raise ConfigError(f"cannot read voice {path}: {os_reason(error)}") from error
    try:
        return parse_pack(data, path.suffix)
    except ValueError as error:
        raise ConfigError(f"voice {path} is damaged: {error}") from error


def parse_pack(data: bytes, extension: str = ".bin") -> Floats:
    """The style table in the bytes of a file. Raises ``ValueError`` that says what is wrong."""
    if extension == ".bin":
        if len(data) != PACK_BYTES:
            raise ValueError(f"its size is not {PACK_BYTES} bytes")
        table: NDArray[Any] = np.frombuffer(data, "<f4").reshape(_SHAPES[0])
    elif len(data) > MAX_FILE:
        raise ValueError(f"it has more than {MAX_FILE} bytes")
    else:
        try:
            table = _READERS[extension](data)
        except ValueError as error:
            raise ValueError(failure_line(str(error), 0)[:120]) from error
        except (
            Exception
        ) as error:  # reason: whatever exception a damaged file causes in a library, the file is at fault
            raise ValueError(f"it cannot be read ({type(error).__name__})") from error
    if table.shape not in _SHAPES or table.dtype.kind != "f":
        raise ValueError(f"it is {table.dtype} {list(table.shape)}, not float32 {list(_SHAPES[0])}")
    pack: Floats = table.astype(np.float32, copy=False).reshape(MAX_PHONEMES, STYLE_SIZE)
    if not (np.isfinite(pack).all() and np.abs(pack).max() <= STYLE_MAX and pack.any()):
        raise ValueError("its numbers are no style")
    pack.flags.writeable = False
    return pack


def metadata(path: Path) -> dict[str, str]:
    """The metadata of a ``.safetensors`` file; empty for other files, and for one that has none or cannot be read."""
    if path.suffix != ".safetensors":
        return {}
    try:
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            said = json.loads(file.read(size) if size <= MAX_HEADER else b"{}").get("__metadata__", {})
    except (OSError, ValueError, AttributeError, RecursionError):
        return {}
    return {key: value for key, value in said.items() if isinstance(value, str)} if isinstance(said, dict) else {}


def _npy(data: bytes) -> NDArray[Any]:
    file = io.BytesIO(data)
    # The header is checked first, since numpy allocates the array that it announces before it reads the data.
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(file)
    if shape not in _SHAPES or dtype.kind != "f":
        raise ValueError(f"it is {dtype} {list(shape)[:4]}, not float32 {list(_SHAPES[0])}")
    file.seek(0)
    table: NDArray[Any] = np.lib.format.read_array(file, allow_pickle=False)
    return table


def _npz(data: bytes) -> NDArray[Any]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        if len(members) != 1 or members[0].file_size > MAX_FILE:
            raise ValueError("it must hold one array, that of one voice")
        return _npy(archive.read(members[0]))


def _safetensors(data: bytes) -> NDArray[Any]:
    from safetensors.numpy import load

    tensors = load(data)
    if len(tensors) != 1:
        raise ValueError("it must hold one tensor, that of one voice")
    table: NDArray[Any] = next(iter(tensors.values()))
    return table


_READERS = {".npy": _npy, ".npz": _npz, ".safetensors": _safetensors, ".pt": read_tensor}
