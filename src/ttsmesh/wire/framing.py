"""Frames: a big-endian u32 length, then one msgpack map. Pure: bytes in, maps out, and never more work than the limits.

Every check is made before the bytes it guards are touched: the length before the body is collected, the containers
while they are built. A hostile frame costs its own bytes and a few milliseconds, nothing else.
"""

import struct
from collections.abc import Mapping
from typing import Any

import msgpack

from ttsmesh.errors import RemoteProtocolError
from ttsmesh.limits import MAX_ARRAY, MAX_DEPTH, MAX_MAP

HEADER = struct.Struct("!I")

_MAX_CONTAINERS = 256
"""Maps and arrays in one frame. The element limits alone would still allow 64**3 of them."""


def pack(body: Mapping[str, Any]) -> bytes:
    """One frame."""
    payload: bytes = msgpack.packb(body, use_bin_type=True)
    return HEADER.pack(len(payload)) + payload


def body_length(header: bytes | bytearray, limit: int) -> int:
    """The bytes of the body that follows ``header``.

    Raises:
        RemoteProtocolError: none, or more than ``limit``.
    """
    length: int = HEADER.unpack_from(header)[0]
    if not 0 < length <= limit:
        raise RemoteProtocolError(f"a frame of {length} bytes (allowed: 1 to {limit})")
    return length


def unpack(payload: bytes | bytearray) -> dict[str, Any]:
    """The map in a frame's body.

    Raises:
        RemoteProtocolError: anything but exactly one map with distinct text keys, within the limits.
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
        # ValueError covers msgpack's format and stack errors, invalid UTF-8 and our own; its text may quote the input.
        raise RemoteProtocolError(f"not a valid frame ({type(error).__name__})") from None
    if not isinstance(body, dict):
        raise RemoteProtocolError("a frame must hold a map")
    if _depth(body) > MAX_DEPTH or not _plain(body):
        raise RemoteProtocolError("a frame must be shallow, with text keys and plain values")
    return body


class FrameReader:
    """Collects bytes as they come and gives whole frames' bodies.

    Args:
        limit: bytes of the largest body this side takes.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._buffer = bytearray()

    def feed(self, data: bytes) -> None:
        """Take what the peer sent. The length is checked as soon as its four bytes are here."""
        self._buffer += data
        self._length()

    def next(self) -> dict[str, Any] | None:
        """The next whole frame's map, or None when more bytes are needed."""
        length = self._length()
        if length is None or len(self._buffer) < HEADER.size + length:
            return None
        payload = bytes(memoryview(self._buffer)[HEADER.size : HEADER.size + length])
        del self._buffer[: HEADER.size + length]
        return unpack(payload)

    @property
    def partial(self) -> bool:
        """Whether part of a frame is here, so that its rest is owed."""
        return bool(self._buffer)

    def _length(self) -> int | None:
        if len(self._buffer) < HEADER.size:
            return None
        try:
            return body_length(self._buffer, self._limit)
        except RemoteProtocolError:
            self._buffer.clear()
            raise


def _depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_depth, value), default=0)
    return 0


def _plain(value: Any) -> bool:
    if isinstance(value, dict):
        # strict_map_key lets bytes through as well as text.
        return all(isinstance(key, str) and _plain(item) for key, item in value.items())
    if isinstance(value, list):
        return all(map(_plain, value))
    return value is None or isinstance(value, (bool, int, float, str, bytes))
