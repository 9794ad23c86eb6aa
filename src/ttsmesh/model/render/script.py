"""The script of one utterance: its chunks in order, each with its phonemes, and none too long for the model."""

import math
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from ttsmesh.errors import RejectedError
from ttsmesh.limits import MAX_PHONEMES
from ttsmesh.model.g2p.client import G2P, check_language
from ttsmesh.model.g2p.phonemes import Phonemes
from ttsmesh.model.text.chunking import TextChunk, chunks, halve, sentences


@dataclass(slots=True)
class Losses:
    """What of a text was left out: ``unsayable`` characters, and ``dropped`` phonemes that the model does not know."""

    unsayable: int = 0
    dropped: int = 0


class Script:
    """An iterable, for one iteration, of pairs of chunk and phonemes. It works nothing out before it is asked for.

    Chunks with nothing to hear in them are left out. ``losses`` counts what was left out so far. ``rank`` tells how
    urgent a request to G2P is at that moment. ``halved`` tells that the text was cut where it is usually not, because a
    chunk was preempted.

    With ``detect``, ``language`` is the language of the first sentence. That of each later one is detected, and where
    it is unsure it is that of the sentence before.
    """

    def __init__(
        self,
        g2p: G2P,
        text: str,
        language: str,
        rank: Callable[[], int] = lambda: 0,
        growth: Callable[[], float] = lambda: math.inf,
        *,
        detect: bool = False,
        losses: Losses | None = None,
    ) -> None:
        self._g2p = g2p
        self._text = text
        self._language = language
        self._rank = rank
        self.losses = losses or Losses()
        self._detect = detect
        self._own = language
        self._growth = growth
        self._pending: list[tuple[TextChunk, str]] = []  # the next one last
        self._given: tuple[TextChunk, str, Phonemes] | None = None
        self.halved = False

    async def __aiter__(self) -> AsyncIterator[tuple[TextChunk, Phonemes]]:
        """Raises ``SynthesisError`` when G2P fails for a chunk. The chunks before it are good."""
        for whole in chunks(self._text, self._growth):
            self._pending = [(whole, self._language)]
            if self._detect:
                self._pending = list(reversed(await self._by_language(whole)))
            while self._pending:
                chunk, language = self._pending.pop()
                phonemes = await self._g2p.phonemise(chunk.text, language, self._rank())
                if len(phonemes.text) > MAX_PHONEMES and len(chunk.text) > 1:
                    self._halve(chunk, language)
                    continue
                self.losses.unsayable += phonemes.unsayable
                self.losses.dropped += phonemes.dropped
                if phonemes.sounds:
                    self._given = chunk, language, phonemes
                    yield chunk, phonemes

    def halve_last(self) -> None:
        """Give the last chunk once more, as two chunks."""
        assert self._given is not None
        self.halved = True
        chunk, language, phonemes = self._given
        self.losses.unsayable -= phonemes.unsayable
        self.losses.dropped -= phonemes.dropped
        self._halve(chunk, language)

    def _halve(self, chunk: TextChunk, language: str) -> None:
        """Put the halves of ``chunk`` next. A single character stays whole, however many phonemes its name has."""
        halves = halve(chunk) if len(chunk.text) > 1 else (chunk,)
        self._pending += [(half, language) for half in reversed(halves)]

    async def _by_language(self, whole: TextChunk) -> list[tuple[TextChunk, str]]:
        """``whole``, cut only where the language changes."""
        spans = list(sentences(whole.text))
        found = await self._g2p.detect([whole.text[start:end] for start, end in spans], self._rank())
        pieces: list[tuple[int, int, str]] = []
        for (start, end), language in zip(spans, found, strict=True):
            self._language = chosen(language, self._language, self._own)
            if pieces and pieces[-1][2] == self._language:
                start = pieces.pop()[0]
            pieces.append((start, end, self._language))
        return [
            (TextChunk(whole.start + start, whole.start + end, whole.text[start:end]), language)
            for start, end, language in pieces
        ]


def chosen(found: str | None, before: str, own: str) -> str:
    """The language to go on in: ``found``, or ``before`` if that is unsure or not installed.

    If it is the language of ``own``, it is spoken in the accent of ``own``.
    """
    if found is None:
        return before
    if found.partition("-")[0] == own.partition("-")[0]:
        return own
    try:
        check_language(found)
    except RejectedError:
        return before
    return found
