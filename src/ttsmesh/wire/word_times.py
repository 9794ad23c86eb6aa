"""The times of a chunk's words as bytes, for ``Chunk.words``: a frame may not hold an array of so many."""

import struct
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_WORD = struct.Struct("!4I")

MAX_WORD_TIMES = 510 * _WORD.size
"""Bytes of the times of all words of one chunk: each has a phoneme at least."""


class WordTime(NamedTuple):
    """Characters ``start:end`` of the text are heard from ``first_frame`` to ``last_frame`` of the chunk's sound."""

    first_frame: int
    last_frame: int
    start: int
    end: int


def pack(words: Iterable[WordTime]) -> bytes:
    """``words`` as bytes."""
    return b"".join(_WORD.pack(*word) for word in words)


def unpack(packed: bytes) -> Iterator[WordTime]:
    """The words in what ``pack`` made. Raises ``struct.error`` for bytes that are no whole number of words."""
    return (WordTime(*values) for values in _WORD.iter_unpack(packed))
