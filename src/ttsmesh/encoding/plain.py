"""The formats that hold the samples as they are: WAV, and samples by themselves."""

import struct
from collections.abc import Sequence

from ttsmesh.encoding.encoder import Tags
from ttsmesh.output_formats import Encoding

UNKNOWN_LENGTH = 0xFFFFFFFF
"""Bytes that a WAV header declares where the length is not known, or has more than 32 bits: players read on to the
end."""


class Raw:
    """The samples and nothing else."""

    def __init__(self, bits: int) -> None:
        self._bits = bits

    def begin(self, tags: Tags) -> bytes:
        return b""

    def encode(self, samples: bytes) -> bytes:
        return samples if self._bits != 24 else _without_lowest_bytes(samples)

    def finish(self) -> bytes:
        return b""

    def corrections(self) -> Sequence[tuple[int, bytes]]:
        return ()


class Wav(Raw):
    """The samples after a header. A ``stream`` has no room for corrections, so its length stays unknown."""

    def __init__(self, encoding: Encoding, *, stream: bool) -> None:
        super().__init__(encoding.bits)
        self._encoding = encoding
        self._stream = stream
        self._tags = Tags()
        self._data_bytes = 0

    def begin(self, tags: Tags) -> bytes:
        if self._stream:
            return wav_header(self._encoding, None)
        self._tags = tags
        return self._header()

    def encode(self, samples: bytes) -> bytes:
        data = super().encode(samples)
        self._data_bytes += len(data)
        return data

    def finish(self) -> bytes:
        return bytes(0 if self._stream else self._data_bytes % 2)

    def corrections(self) -> Sequence[tuple[int, bytes]]:
        return ((0, self._header()),)

    def _header(self) -> bytes:
        return wav_header(self._encoding, self._data_bytes, self._tags)


def wav_header(encoding: Encoding, data_bytes: int | None, tags: Tags | None = None) -> bytes:
    """What stands before ``data_bytes`` of mono samples, or before as many as come. Its length depends on the tags.

    It is made by hand, because ``wave`` writes to files only, has no tags, and refuses lengths above 4 GiB.
    """
    sample_bytes = encoding.bits // 8
    rate = encoding.sample_rate
    fmt = struct.pack("<HHIIHH", 1, 1, rate, rate * sample_bytes, sample_bytes, encoding.bits)
    before = b"WAVE" + _chunk(b"fmt ", fmt) + _info(tags or Tags())
    riff = UNKNOWN_LENGTH if data_bytes is None else len(before) + 8 + data_bytes + data_bytes % 2
    if data_bytes is None or riff > UNKNOWN_LENGTH:
        riff = data_bytes = UNKNOWN_LENGTH
    return b"RIFF" + struct.pack("<I", riff) + before + b"data" + struct.pack("<I", data_bytes)


def _info(tags: Tags) -> bytes:
    entries = ((b"INAM", tags.title), (b"IART", tags.artist), (b"IPRD", tags.album))
    info = b"".join(_chunk(name, value.encode() + b"\0") for name, value in entries if value)
    return _chunk(b"LIST", b"INFO" + info) if info else b""


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def _without_lowest_bytes(samples: bytes) -> bytes:
    import numpy as np

    return np.frombuffer(samples, np.uint8).reshape(-1, 4)[:, 1:].tobytes()
