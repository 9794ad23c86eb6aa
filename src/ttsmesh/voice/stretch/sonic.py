"""Speech faster or slower at the same pitch, with Sonic: 30 KB of C made for listeners at up to four times the pace.

The library is the distribution's libsonic, or else the copy in espeak-ng, which the mesh has for G2P. It is loaded only
when speech is to be heard at another pace than the model's.
"""

import contextlib
import ctypes
import functools
import importlib.util
from collections.abc import Iterator
from pathlib import Path

from ttsmesh.audio import BYTES_PER_FRAME, SAMPLE_RATE, frames
from ttsmesh.errors import Code, SinkError

INSIDE = 2 * SAMPLE_RATE // 65
"""Frames that Sonic may keep back (31 ms): two periods of the lowest pitch that it looks for, 65 Hz."""

_SYSTEM_LIBRARY = "libsonic.so.0"


class Sonic:
    """One stream of mono s16le. It stays one sound without clicks when the pace changes."""

    def __init__(self) -> None:
        """Raises SinkError when the library cannot be loaded."""
        self._library = library()
        self._stream = self._library.sonicCreateStream(SAMPLE_RATE, 1)
        if not self._stream:
            raise SinkError("no memory to stretch speech", Code.INTERNAL)

    def __del__(self) -> None:
        if stream := getattr(self, "_stream", None):
            self._library.sonicDestroyStream(stream)

    def set_speed(self, speed: float) -> None:
        """Make the sound ``speed`` times as fast, from the next samples on."""
        self._library.sonicSetSpeed(self._stream, speed)

    def write(self, pcm: bytes) -> bytes:
        """Take ``pcm``. Returns what can be played by now."""
        self._library.sonicWriteShortToStream(self._stream, pcm, frames(pcm))
        return self._read()

    def flush(self) -> bytes:
        """Return all that was kept back. What is written next begins anew."""
        self._library.sonicFlushStream(self._stream)
        return self._read()

    def _read(self) -> bytes:
        count = self._library.sonicSamplesAvailable(self._stream)
        if count <= 0:
            return b""
        buffer = ctypes.create_string_buffer(count * BYTES_PER_FRAME)
        taken = self._library.sonicReadShortFromStream(self._stream, buffer, count)
        return buffer.raw[: taken * BYTES_PER_FRAME]


@functools.cache
def library() -> ctypes.CDLL:
    """Sonic's functions. Loading them takes 1-10 ms the first time."""
    for path in places():
        with contextlib.suppress(OSError, AttributeError):  # it is not there, or it is an espeak-ng without Sonic
            return _declared(ctypes.CDLL(path))
    raise SinkError("cannot change the pace of speech: install libsonic0", Code.CONFIG)


def places() -> Iterator[str]:
    """The shared libraries that may have Sonic, the best first."""
    yield _SYSTEM_LIBRARY
    spec = importlib.util.find_spec("espeakng_loader")
    if spec is not None and spec.origin is not None:
        yield str(Path(spec.origin).parent / "libespeak-ng.so")


def _declared(sonic: ctypes.CDLL) -> ctypes.CDLL:
    stream, buffer, number, real = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_float
    sonic.sonicCreateStream.argtypes, sonic.sonicCreateStream.restype = (number, number), stream
    sonic.sonicDestroyStream.argtypes, sonic.sonicDestroyStream.restype = (stream,), None
    sonic.sonicSetSpeed.argtypes, sonic.sonicSetSpeed.restype = (stream, real), None
    sonic.sonicWriteShortToStream.argtypes = (stream, buffer, number)
    sonic.sonicReadShortFromStream.argtypes = (stream, buffer, number)
    sonic.sonicFlushStream.argtypes = (stream,)
    sonic.sonicSamplesAvailable.argtypes = (stream,)
    return sonic
