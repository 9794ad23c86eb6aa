"""What synthesis gives: the sound of a text, piece by piece, and with a chunk's first piece all that is known of it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ttsmesh.audio import BYTES_PER_FRAME, SAMPLE_RATE
from ttsmesh.model.engine.protocol import Floats
from ttsmesh.model.render.places import PaceFrom, SaidFrom
from ttsmesh.wire.word_times import WordTime

SILENT_PIECE = SAMPLE_RATE
"""Frames of a piece of silence, at most. A long pause is sent bit by bit, as sound is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkHead:
    """What is known of a chunk when its first piece comes: it says characters ``start`` to ``end`` of the text.

    Frames count from the chunk's beginning.

    Attributes:
        text: what is said in it.
        words: when each word and each mark of punctuation is heard. The last ones may be said to end a little behind
            the chunk's sound.
        marks: the frame and the name of each place that the listener is told of.
        said: the frame at which each word begins, and for which characters of the text it is said.
        paces: from which frame on it is heard faster or higher, slower or lower, than before.
    """

    start: int
    end: int
    text: str = ""
    words: tuple[WordTime, ...]
    marks: tuple[tuple[int, str], ...]
    said: tuple[SaidFrom, ...] = ()
    paces: tuple[PaceFrom, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """The next of the sound: ``pcm`` (s16le, 24 kHz, mono). ``head``: the chunk that begins with it, if one does.
    ``ends_chunk``: whether a chunk ends with it.

    ``render_s``: seconds from the request for the piece, or for the chunk that begins with it, until ``pcm`` was ready;
    0 where it comes from the cache. ``rate``: it is heard so many times as fast as its utterance otherwise is, at most.
    """

    pcm: bytes
    head: ChunkHead | None
    ends_chunk: bool
    render_s: float
    rate: float = 1.0


def silence(frames: int, head: ChunkHead | None) -> Iterator[Piece]:
    """A chunk of ``frames`` of silence; at least one piece."""
    while frames > SILENT_PIECE:
        yield Piece(_SILENCE, head, False, 0.0)
        frames, head = frames - SILENT_PIECE, None
    yield Piece(bytes(frames * BYTES_PER_FRAME), head, True, 0.0)


def pcm(samples: Floats) -> bytes:
    """``samples`` (-1..1) in s16le."""
    return (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()


_SILENCE = bytes(SILENT_PIECE * BYTES_PER_FRAME)
