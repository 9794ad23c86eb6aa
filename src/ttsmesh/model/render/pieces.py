"""What synthesis gives: the sound of a text, piece by piece, and with a chunk's first piece all that is known of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

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
        sentences: with which frames sentences begin.
        frame: the frame of the text's sound with which the chunk begins.
    """

    start: int
    end: int
    text: str = ""
    words: tuple[WordTime, ...]
    marks: tuple[tuple[int, str], ...]
    said: tuple[SaidFrom, ...] = ()
    paces: tuple[PaceFrom, ...] = ()
    sentences: tuple[int, ...] = ()
    frame: int = 0

    def cut(self, frames: int) -> "ChunkHead":
        """The same of a chunk without its first ``frames``. The listener's pace is the usual one before it."""
        before = [(0, rate, pitch) for frame, rate, pitch in self.paces if frame <= frames][-1:]
        later = [(frame - frames, rate, pitch) for frame, rate, pitch in self.paces if frame > frames]
        words = tuple(
            word._replace(first_frame=max(0, word.first_frame - frames), last_frame=word.last_frame - frames)
            for word in self.words
            if word.last_frame > frames
        )
        return replace(
            self,
            start=words[0].start if words else self.end,
            words=words,
            marks=tuple((frame - frames, name) for frame, name in self.marks if frame >= frames),
            said=tuple((frame - frames, start, end) for frame, start, end in self.said if frame >= frames),
            paces=(*before, *later),
            sentences=tuple(frame - frames for frame in self.sentences),
        )


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
