"""Frames: a big-endian u32 length, then one msgpack map. Sans-IO: bytes in, maps out, within limits.

Each limit is checked before the memory that it protects is used: the length before the body is collected, the number of
containers while they are built. A hostile frame costs its own bytes and a few milliseconds, and nothing else.
"""

import struct
from collections.abc import Mapping
from typing import Any

import msgpack

from ttsmesh.errors import RemoteProtocolError
from ttsmesh.limits import MAX_ARRAY, MAX_DEPTH, MAX_MAP

HEADER = struct.Struct("!I")
"""The length of the body that follows."""

_MAX_CONTAINERS = 256
"""Maps and arrays in one frame. The limits on elements alone would still allow 64**3 of them."""


def pack(body: Mapping[str, Any]) -> bytes:
    """The frame that holds ``body``."""
    payload: bytes = msgpack.packb(body, use_bin_type=True)
    return HEADER.pack(len(payload)) + payload


def body_length(header: bytes | bytearray, limit: int) -> int:
    """The length in bytes of the body that follows ``header``.

    Raises:
        RemoteProtocolError: the length is zero, or more than ``limit``.
    """
    length: int = HEADER.unpack_from(header)[0]
    if not 0 < length <= limit:
        raise RemoteProtocolError(f"a frame of {length} bytes (allowed: 1 to {limit})")
    return length


def unpack(payload: bytes | bytearray) -> dict[str, Any]:
    """The map in a frame's body.

    Raises:
        RemoteProtocolError: it is not exactly one map with distinct text keys, within the limits.
    """
    containers = 0

    def count() -> None:
        nonlocal containers
        containers += 1
        if containers > _MAX_CONTAINERS:
            raise ValueError("too many containers")

    def finished_map(pairs: list[tuple[Any, Any]]) -> dict[str, Any]:
        count()
        result = dict(pairs)
        if len(result) != len(pairs):
            raise ValueError("duplicate key")
        return result

    def finished_list(items: list[Any]) -> list[Any]:
        count()
        return items

    try:
        body = msgpack.unpackb(
            payload,
            raw=False,
            strict_map_key=True,
            object_pairs_hook=finished_map,
            list_hook=finished_list,
            max_map_len=MAX_MAP,
            max_array_len=MAX_ARRAY,
            max_ext_len=0,
        )
    except (ValueError, TypeError, msgpack.UnpackException) as error:
        # ValueError is also that of msgpack's format and stack errors, and of invalid UTF-8. It may quote the input.
        raise RemoteProtocolError(f"not a valid frame ({type(error).__name__})") from None
    if not isinstance(body, dict):
        raise RemoteProtocolError("a frame must hold a map")
    if not _is_plain(body, MAX_DEPTH):
        raise RemoteProtocolError("a frame must be shallow, with text keys and plain values")
    return body


class FrameReader:
    """Collects bytes as they come, and gives the maps of whole frames. A body may have at most ``limit`` bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._buffer = bytearray()

    def feed(self, data: bytes) -> None:
        """Take what the peer sent. The length of a frame is checked as soon as its four bytes have come."""
        self._buffer += data
        self._length()

    def next(self) -> dict[str, Any] | None:
        """The map of the next frame, or None while more bytes are needed."""
        length = self._length()
        if length is None or len(self._buffer) < HEADER.size + length:
            return None
        payload = bytes(memoryview(self._buffer)[HEADER.size : HEADER.size + length])
        del self._buffer[: HEADER.size + length]
        return unpack(payload)

    @property
    def partial(self) -> bool:
        """Whether part of a frame has come, and its rest has not."""
        return bool(self._buffer)

    def _length(self) -> int | None:
        if len(self._buffer) < HEADER.size:
            return None
        try:
            return body_length(self._buffer, self._limit)
        except RemoteProtocolError:
            self._buffer.clear()
            raise


def _is_plain(value: Any, levels: int) -> bool:
    """Whether ``value`` has at most so many ``levels`` of nesting, text keys and plain values."""
    if isinstance(value, dict):
        # strict_map_key lets keys of bytes through as well as of text.
        return levels > 0 and all(isinstance(key, str) and _is_plain(item, levels - 1) for key, item in value.items())
    if isinstance(value, list):
        return levels > 0 and all(_is_plain(item, levels - 1) for item in value)
    return value is None or isinstance(value, (bool, int, float, str, bytes))
