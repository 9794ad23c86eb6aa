"""Text with the escape sequences of a terminal, read as if they were not there. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import wraps
from itertools import accumulate
from typing import Any

from ttsmesh.model.text.passages import Passage, Piece
from ttsmesh.model.text.terms.ansi import ESCAPES

Read = Callable[[str, int, dict[str, Any], Callable[[str], str]], list[Passage]]


def past_colours(read: Read) -> Read:
    """``read`` for text with escape sequences: it gets the text without them, and they get empty pieces."""

    @wraps(read)
    def past(text: str, offset: int, carry: dict[str, Any], term: Callable[[str], str]) -> list[Passage]:
        escapes = [found.span() for found in ESCAPES.finditer(text)] if "\x1b" in text or " [" in text else []
        if not escapes:
            return read(text, offset, carry, term)
        places = _Places(escapes, offset)
        passages = [
            replace(passage, pieces=tuple(places.moved(passage.pieces)))
            for passage in read(ESCAPES.sub("", text), 0, carry, term)
        ]
        rest = tuple(places.escapes_up_to(len(text)))
        if rest and passages:
            passages[-1] = replace(passages[-1], pieces=(*passages[-1].pieces, *rest))
        return passages or ([Passage(rest)] if rest else [])

    return past


class _Places:
    """Where in the source the characters stand of a text from which ``escapes`` were taken."""

    def __init__(self, escapes: list[tuple[int, int]], offset: int) -> None:
        self._escapes, self._offset = escapes, offset
        self._lengths = [0, *accumulate(end - start for start, end in escapes)]
        self._at = [start - length for (start, _), length in zip(escapes, self._lengths, strict=False)]
        self._done = 0

    def moved(self, pieces: tuple[Piece, ...]) -> Iterator[Piece]:
        """``pieces`` with their places in the source, and empty ones for the escape sequences between them."""
        for piece in pieces:
            yield from self.escapes_up_to(piece.start)
            if len(piece.text) != piece.end - piece.start:
                yield from self._in_other_words(piece)
                continue
            at = piece.start
            while self._done < len(self._at) and self._at[self._done] < piece.end:
                cut = self._at[self._done]
                if cut > at:
                    yield self._copy(piece, at, cut)
                    at = cut
                yield from self.escapes_up_to(cut)
            if piece.end > at or piece.start == piece.end:
                yield self._copy(piece, at, piece.end)

    def escapes_up_to(self, at: int) -> Iterator[Piece]:
        """Empty pieces for the escape sequences that are left up to ``at`` of the text without them."""
        until = bisect_right(self._at, at)
        for start, end in self._escapes[self._done : until]:
            yield Piece("", self._offset + start, self._offset + end)
        self._done = max(self._done, until)

    def _copy(self, piece: Piece, start: int, end: int) -> Piece:
        text = piece.text[start - piece.start : end - piece.start]
        return Piece(text, self._start(start), self._end(start, end), piece.phonemes)

    def _in_other_words(self, piece: Piece) -> Iterator[Piece]:
        start, end = self._start(piece.start), self._end(piece.start, piece.end)
        self._done = max(self._done, bisect_left(self._at, piece.end))
        if piece.text and len(piece.text) == end - start:
            # A single piece would be taken for a copy.
            yield replace(piece, start=start, end=end - 1)
            yield Piece("", end - 1, end)
        else:
            yield replace(piece, start=start, end=end)

    def _start(self, at: int) -> int:
        return self._offset + at + self._lengths[bisect_right(self._at, at)]

    def _end(self, start: int, at: int) -> int:
        """Where a piece from ``start`` to ``at`` ends: before an escape sequence that stands there."""
        return self._start(at) if at == start else self._offset + at + self._lengths[bisect_left(self._at, at)]
