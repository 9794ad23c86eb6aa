"""Voice packs: the style table of one voice, in any of the formats that people keep them in. Nothing is executed."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ttsmesh.errors import ConfigError
from ttsmesh.limits import MAX_PHONEMES
from ttsmesh.model.engine.protocol import Floats
from ttsmesh.model.kokoro import STYLE_SIZE
from ttsmesh.model.voices.torch_file import read_tensor

PACK_BYTES = MAX_PHONEMES * STYLE_SIZE * 4
"""A ``.bin`` is float32 [510, 1, 256], little endian, without a header: row n - 1 for n phonemes."""

MAX_FILE = 4 * PACK_BYTES
"""Bytes of a file in another format: double precision and a header fit."""

MAX_HEADER = 64 * 1024
"""Bytes of what a ``.safetensors`` file says of itself."""

STYLE_MAX = 100.0
"""The official packs stay within 3.2; what is beyond this is no style."""

_SHAPES = ((MAX_PHONEMES, 1, STYLE_SIZE), (MAX_PHONEMES, STYLE_SIZE))


def read_pack(path: Path) -> Floats:
    """The style table in ``path``, float32 [510, 256], read-only. Raises ``ConfigError`` naming a bad file."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        raise ConfigError(f"cannot read voice {path}: {error.strerror}") from error
    try:
        return parse_pack(data, path.suffix)
    except ValueError as error:
        raise ConfigError(f"voice {path} is damaged: {error}") from error


def parse_pack(data: bytes, extension: str = ".bin") -> Floats:
    """The style table in a file's bytes. ``ValueError`` says what is wrong."""
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
            raise ValueError(_short(error)) from error
        except Exception as error:  # reason: whatever a reader stumbles over, it is the file's fault
            raise ValueError(f"it cannot be read ({type(error).__name__})") from error
    if table.shape not in _SHAPES or table.dtype.kind != "f":
        raise ValueError(f"it is {table.dtype} {list(table.shape)}, not float32 {list(_SHAPES[0])}")
    pack: Floats = table.astype(np.float32, copy=False).reshape(MAX_PHONEMES, STYLE_SIZE)
    if not (np.isfinite(pack).all() and np.abs(pack).max() <= STYLE_MAX and pack.any()):
        raise ValueError("its numbers are no style")
    pack.flags.writeable = False
    return pack


def metadata(path: Path) -> dict[str, str]:
    """What a ``.safetensors`` file says of itself; empty where it says nothing, or cannot be read."""
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
    # The header first: numpy makes room for what it announces before it looks for it.
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


def _short(error: Exception) -> str:
    line = str(error).splitlines()[0] if str(error) else type(error).__name__
    return "".join(c if c.isprintable() else "?" for c in line[:120])
