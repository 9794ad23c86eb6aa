"""The sound of one text, chunk by chunk as it is asked for, and once more from any of its sentences."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ttsmesh.audio import BYTES_PER_FRAME, SAMPLE_RATE, frames
from ttsmesh.model.g2p.phonemes import Phonemes
from ttsmesh.model.render.gaps import Gap
from ttsmesh.model.render.performance import Performance
from ttsmesh.model.render.pieces import ChunkHead, Piece
from ttsmesh.model.render.script import Losses, Script
from ttsmesh.model.render.spacing import RAMP_SAMPLES
from ttsmesh.model.text.chunking import TextChunk

CHUNKS = 1000
"""The last chunks of a text, to which one can go back: more than an hour."""

WELL_INTO = 3 * SAMPLE_RATE // 2
"""Frames of a sentence after which going back means its own beginning, and before which it means the sentence
before."""


class Place(NamedTuple):
    """Where sentence number ``sentence`` of those begins that begin in chunk number ``chunk``: at a ``frame`` of the
    text's sound and a ``character`` of the text."""

    chunk: int
    sentence: int
    frame: int
    character: int


@dataclass(slots=True)
class _Line:
    """A chunk of the script. ``gap`` is before it, and its ``sentences`` begin at these frames of the text's sound,
    once it began to sound."""

    chunk: TextChunk
    phonemes: Phonemes
    gap: Gap | None = None
    sentences: tuple[int, ...] = ()


class Rendition:
    """The sound of a text, as the ``performance`` of its ``script``. ``close`` ends it.

    Only the script is kept, so that one can go back in it. The sound of what is said once more may be kept by the
    performance, and is rendered anew otherwise.

    Frames count from the beginning of the text's sound. Where sentences were left out, they count as far as these were
    rendered. ``rendered_s`` counts seconds of sound that were given, ``render_s`` seconds of work for it.

    Args:
        begun: is called with each chunk when its sound is given for the first time.
    """

    def __init__(
        self, script: Script, performance: Performance, begun: Callable[[ChunkHead], None] | None = None
    ) -> None:
        self.rendered_s = 0.0
        self.render_s = 0.0
        self._said = script
        self._script = aiter(script)
        self._performance = performance
        self._begun = begun
        self._lines: deque[_Line] = deque(maxlen=CHUNKS)
        self._count = 0  # of the chunks that came out of the script
        self._complete = False  # no more will come
        self._next: asyncio.Task[tuple[TextChunk, Phonemes] | None] | None = None
        self._new = 0  # the number of the first chunk that has not begun to sound
        self._first = self._last = 0  # the numbers of the chunks that were begun since it was last gone to a place
        self._begin: Place | None = None  # that place
        self._end = 0  # the frame with which their sound ends

    @property
    def losses(self) -> Losses:
        """What was left out so far."""
        return self._said.losses

    @property
    def real_time_factor(self) -> float | None:
        """Seconds of work for a second of sound; None where nothing had to be rendered."""
        return self.render_s / self.rendered_s if self.rendered_s and self.render_s else None

    async def pieces(self, place: Place | None = None) -> AsyncGenerator[Piece, None]:
        """The sound from ``place`` on, or all of it. Nothing is rendered before it is asked for.

        One iteration must have ended, and be closed, before another one begins.

        Raises:
            SynthesisError: this text cannot be rendered.
            ConfigError: the model, a voice or the language cannot be used.
        """
        number = self._first = place.chunk if place is not None else 0
        self._last, self._begin = number - 1, place
        line = await self._line(number)
        least = 0
        if place is not None and line is not None:
            self._end = place.frame
            # Of a chunk that begins to sound in its middle, what is before that is nowhere.
            least = 0 if line.sentences else place.frame
            self._performance.go_to(line.gap)
        while line is not None:
            line.gap = self._performance.gap()
            new = number >= self._new
            sound = self._performance.say(line.chunk, line.phonemes)
            if place is not None:
                sound, place = _from_sentence(sound, place.sentence), None
            async for piece in sound:
                given = self._given(piece)
                if (head := given.head) is not None:
                    if new and self._begun is not None:
                        self._begun(head)
                    if len(head.sentences) == len(line.chunk.sentences):  # else it is silence before the chunk
                        line.sentences = tuple(max(least, head.frame + frame) for frame in head.sentences)
                        self._last, self._new = number, max(self._new, number + 1)
                yield given
            number += 1
            line = await self._line(number)
        for piece in self._performance.finish():
            yield self._given(piece)

    def _given(self, piece: Piece) -> Piece:
        begin, length = self._end, frames(piece.pcm)
        self._end += length
        self.rendered_s += length / SAMPLE_RATE
        self.render_s += piece.render_s
        return piece if piece.head is None else replace(piece, head=replace(piece.head, frame=begin))

    async def sentence(self, heard: int, by: int) -> Place | None:
        """The place so many sentences after the one in which the frame ``heard`` is, or before it where ``by`` is
        negative; None if the text ends before. The first sentence is as far back as one can go.

        Raises as ``pieces``, which must not be iterated over meanwhile.
        """
        places = self._places()
        now, begun = self._sentence_at(heard, places)
        if by < 0 and heard - begun > WELL_INTO:
            by += 1
        wanted = max(0, now + by)
        if wanted < len(places):
            return places[wanted]
        missing = wanted + 1 - len(places)
        while (line := await self._line(self._count)) is not None:
            begun = len(line.chunk.sentences)
            if missing <= begun:
                return self._place(self._count - 1, line, missing - 1)
            missing -= begun
        return None

    def _places(self) -> list[Place]:
        """All sentences that are known."""
        return [
            self._place(number, line, sentence)
            for number, line in enumerate(self._lines, self._count - len(self._lines))
            for sentence in range(len(line.chunk.sentences))
        ]

    def _place(self, number: int, line: _Line, sentence: int) -> Place:
        frame = line.sentences[sentence] if line.sentences else self._end
        return Place(number, sentence, frame, line.chunk.words[line.chunk.sentences[sentence]].start)

    def _sentence_at(self, heard: int, places: list[Place]) -> tuple[int, int]:
        """The number of the one of ``places`` that sounds at the frame ``heard``, and the frame with which it
        begins."""
        found: tuple[int, int] | None = None
        for number, place in enumerate(places):
            if self._first <= place.chunk <= self._last and (found is None or place.frame <= heard):
                found = number, place.frame
            elif found is None and self._begin is not None and place[:2] == self._begin[:2]:  # nothing was begun there
                found = number, heard
        return found or (0, 0)

    async def _line(self, number: int) -> _Line | None:
        """The chunk with this number; None if the text has fewer."""
        while number >= self._count and not self._complete:
            if self._next is None:
                self._next = asyncio.ensure_future(_following(self._script))
            # It goes on when the iteration is cancelled, or else a chunk would be lost.
            await asyncio.wait([self._next])
            following, self._next = self._next.result(), None
            if following is None:
                self._complete = True
            else:
                chunk, phonemes = following
                if not self._count and chunk.words and 0 not in chunk.sentences:  # it may begin where hearing ended
                    chunk = replace(chunk, sentences=(0, *chunk.sentences))
                self._lines.append(_Line(chunk, phonemes))
                self._count += 1
        place = number - self._count + len(self._lines)
        return self._lines[place] if 0 <= place < len(self._lines) else None

    async def close(self) -> None:
        """End what is under way."""
        if self._next is not None:
            self._next.cancel()
            await asyncio.wait([self._next])
            _ = self._next.cancelled() or self._next.exception()  # nobody will hear it


async def _following(
    script: AsyncIterator[tuple[TextChunk, Phonemes]],
) -> tuple[TextChunk, Phonemes] | None:
    return await anext(script, None)


async def _from_sentence(pieces: AsyncIterator[Piece], number: int) -> AsyncIterator[Piece]:
    """``pieces`` of a chunk, from the beginning of its sentence ``number`` on."""
    drop = None
    head: ChunkHead | None = None
    async for piece in pieces:
        if drop is None:
            if piece.head is None or not piece.head.sentences:
                continue  # the silence before it
            drop = piece.head.sentences[number]
            head = piece.head.cut(drop)
        length = frames(piece.pcm)
        if drop < length or piece.ends_chunk:
            samples = piece.pcm[drop * BYTES_PER_FRAME :]
            yield replace(piece, pcm=samples if head is None else _faded_in(samples), head=head)
            head = None
        drop = max(0, drop - length)


def _faded_in(pcm: bytes) -> bytes:
    """``pcm`` with a soft beginning: the model's silence is not digital, so a cut in it can click."""
    samples = np.frombuffer(pcm, "<i2").copy()
    ramp = np.arange(min(RAMP_SAMPLES, len(samples))) / RAMP_SAMPLES
    samples[: len(ramp)] = samples[: len(ramp)] * ramp
    return samples.tobytes()
