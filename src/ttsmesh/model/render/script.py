"""The script of one utterance: its chunks in order, each with its phonemes, and none too long for the model."""

import logging
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ttsmesh.limits import MAX_PHONEMES
from ttsmesh.model.g2p.client import G2P
from ttsmesh.model.g2p.lane import G2PError
from ttsmesh.model.g2p.phonemes import Phonemes
from ttsmesh.model.render.halving import halve
from ttsmesh.model.text.chunking import Chunker, TextChunk
from ttsmesh.model.text.markup.deliver import skipped
from ttsmesh.model.text.markup.manuscript import manuscript
from ttsmesh.model.text.markup.markup import Markup
from ttsmesh.model.text.reading import WINDOW, Block, Reading
from ttsmesh.model.text.segments import Mark, Segment

_log = logging.getLogger(__name__)

FIRST_BLOCK = 400
"""Characters that are read before the first chunk is made, or a little more: as many as it needs."""

BLOCK = 2000
"""Characters that are read at once after that."""

SAFE_BLOCK = 200
"""Characters of a text that are read as plain text if the reader fails on it; if it fails on them too, they are left
out."""


@dataclass(slots=True)
class Losses:
    """What of a text was left out: ``unsayable`` characters, and ``dropped`` phonemes that the model does not know."""

    unsayable: int = 0
    dropped: int = 0


class Text:
    """A text that is read block by block, as it is asked for. ``rank`` tells how urgent a request is at that moment.

    ``markup``: of a text that has some, and that was examined.
    """

    def __init__(
        self,
        g2p: G2P,
        text: str,
        reading: Reading,
        rank: Callable[[], int] = lambda: 0,
        markup: Markup | None = None,
    ) -> None:
        self._g2p = g2p
        self._text = manuscript(text, markup, reading.language, detect=reading.detect)
        self._reading = reading
        self._rank = rank
        self._at = 0
        self._state: Mapping[str, Any] = {}

    breathes = False
    """Whether what was given by now is to be said, since no more may come for a while."""

    @property
    def ended(self) -> bool:
        """Whether the whole text was given."""
        return self._text.ended(self._at)

    async def next(self) -> list[Segment]:
        """The segments of the next block, of which there may be none."""
        if self.ended:
            return []
        most = BLOCK if self._at else FIRST_BLOCK
        try:
            return await self._read(self._reading, most)
        except G2PError as failure:
            _log.warning("reader %s; trying again as plain text", failure)
        self._state = {}  # of the format in which it failed
        plain = replace(self._reading, read_as="text", directory="")
        try:
            return await self._read(plain, SAFE_BLOCK, size=SAFE_BLOCK)
        except G2PError as failure:
            _log.warning("reader %s; %d characters left out", failure, SAFE_BLOCK)
        return self._lost()

    async def _read(self, reading: Reading, most: int, size: int = WINDOW) -> list[Segment]:
        window = self._text.window(self._at, size)
        block = await self._g2p.read(
            window.text,
            self._at,
            reading,
            self._state,
            most=most,
            final=window.final,
            rank=self._rank(),
            notes=window.notes,
        )
        return self._taken(block)

    def _lost(self) -> list[Segment]:
        """Segments without words for the next characters, which cannot be read. Their pauses and marks are kept."""
        window = self._text.window(self._at, SAFE_BLOCK)
        return self._taken(skipped(window, self._at, self._reading.language))

    def _taken(self, block: Block) -> list[Segment]:
        self._state = block.state
        segments = self._text.placed(block.segments)
        self._at += block.used
        self._text.taken(self._at, block.noted)
        return segments


class Script:
    """An iterable, for one iteration, of pairs of chunk and phonemes. It works nothing out before it is asked for.

    Chunks without a word to hear in them are left out, unless they have a pause or marks. ``losses`` counts what was
    left out so far. ``rank`` tells how urgent a request to G2P is at that moment.
    """

    def __init__(
        self,
        g2p: G2P,
        text: Text,
        rank: Callable[[], int] = lambda: 0,
        *,
        silent: bool = False,
        start: int = 0,
    ) -> None:
        """``silent``: chunks with nothing to hear in them are given as well. ``start``: the first chunk is the one with
        the first word that ends behind this character."""
        self._g2p = g2p
        self._silent = silent
        self._text = text
        self._rank = rank
        self.losses = Losses()
        self._start = start
        self._chunker = Chunker()
        self._pending: list[TextChunk] = []  # the next one last

    async def __aiter__(self) -> AsyncIterator[tuple[TextChunk, Phonemes]]:
        """Raises ``SynthesisError`` when G2P fails for a chunk. The chunks before it are good."""
        while True:
            if not self._pending:
                if (chunk := await self._next()) is None:
                    break
                self._pending.append(chunk)
            chunk = self._pending.pop()
            if self._start:
                if _ends_before(chunk, self._start):
                    continue
                self._start = 0
            if not chunk.words:
                yield chunk, Phonemes("", (), 0)
                continue
            phonemes = await self._g2p.phonemise(chunk.words, chunk.language, self._rank())
            if len(phonemes.text) > MAX_PHONEMES and self._halve(chunk):
                continue
            self.losses.unsayable += chunk.unsayable + phonemes.unsayable
            self.losses.dropped += phonemes.dropped
            if phonemes.sounds or self._silent:
                yield chunk, phonemes
            elif chunk.lead_ms or chunk.pause_ms is not None or chunk.marks:
                marks = tuple(Mark(mark.name, 0) for mark in chunk.marks)
                yield replace(chunk, words=(), deliveries=chunk.deliveries[:1], marks=marks, at=chunk.start), phonemes
        if self._chunker.unsayable and self._silent:
            yield self._chunker.rest(), Phonemes("", (), 0)
        self.losses.unsayable += self._chunker.unsayable

    async def _next(self) -> TextChunk | None:
        while (chunk := self._chunker.next()) is None:
            if self._text.ended:
                self._chunker.finish()
                return self._chunker.next()
            for segment in await self._text.next():
                self._chunker.add(segment)
            if self._text.breathes:
                self._chunker.breathe()
        return chunk

    def _halve(self, chunk: TextChunk) -> bool:
        """Put the halves of ``chunk`` next. A single character stays whole, however many phonemes its name has."""
        try:
            halves = halve(chunk)
        except ValueError:
            return False
        self._pending += reversed(halves)
        return True


def _ends_before(chunk: TextChunk, place: int) -> bool:
    """Whether all of ``chunk`` stands before ``place``. Marks of punctuation do not count."""
    if not chunk.words:
        return chunk.at < place
    return all(word.kind == "mark" or word.end <= place for word in chunk.words)
