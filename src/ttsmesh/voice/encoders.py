"""The formats that speech is saved in: one encoder for each extension in ``audio.OUTPUT_FORMATS``.

To add a format, write its encoder here, name it in ``ENCODERS``, and add its extension to ``OUTPUT_FORMATS``. Encoders
read and write no files, so that each can be tested on bytes.
"""

import struct
from collections.abc import Callable, Mapping
from typing import Protocol

from ttsmesh.audio import BYTES_PER_FRAME, SAMPLE_RATE, output_format

UNKNOWN_LENGTH = 0xFFFFFFFF
"""Bytes that a WAV header declares where a length has more than 32 bits (24.8 hours): players read on to the end."""


class Encoder(Protocol):
    """Turns the samples of one utterance into the bytes of a file: ``header``, then ``encode``..., then ``finish``."""

    @property
    def header(self) -> bytes:
        """The first bytes of the file, as far as they are known by now. Their number never changes.

        They are written before the samples, and once more over the first ones after ``finish``.
        """

    def encode(self, pcm: bytes) -> bytes:
        """Take mono s16le samples, and return the bytes that can be written by now."""

    def finish(self) -> bytes:
        """Return the bytes that were kept back. No more samples come."""


class Wav:
    """The samples as they are, after a header."""

    def __init__(self) -> None:
        self._data_bytes = 0

    @property
    def header(self) -> bytes:
        return wav_header(self._data_bytes)

    def encode(self, pcm: bytes) -> bytes:
        self._data_bytes += len(pcm)
        return pcm

    def finish(self) -> bytes:
        return b""


def wav_header(data_bytes: int) -> bytes:
    """The 44 bytes before ``data_bytes`` of mono s16le samples.

    They are made by hand, because ``wave`` writes to files only and refuses lengths above 4 GiB.
    """
    riff = data_bytes + 36
    if riff > UNKNOWN_LENGTH:
        riff = data_bytes = UNKNOWN_LENGTH
    byte_rate = SAMPLE_RATE * BYTES_PER_FRAME
    fmt = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, SAMPLE_RATE, byte_rate, BYTES_PER_FRAME, 8 * BYTES_PER_FRAME)
    return struct.pack("<4sI4s", b"RIFF", riff, b"WAVE") + fmt + struct.pack("<4sI", b"data", data_bytes)


ENCODERS: Mapping[str, Callable[[], Encoder]] = {".wav": Wav}


def encoder_for(path: str) -> Encoder:
    """A new encoder for the format that the extension of ``path`` names; RejectedError if there is none."""
    return ENCODERS[output_format(path)]()
