"""A text made of pieces of its source: which characters stand where, and how it is cut into passages. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from ttsmesh.model.text.formats.lines import cut_place
from ttsmesh.model.text.passages import Passage, Pause, Piece


class Traced:
    """The text of ``pieces``, joined, each part of which can be had as pieces of the source again."""

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self.pieces = [piece for piece in pieces if piece.text]
        self.text = "".join(piece.text for piece in self.pieces)
        self._ends = list(accumulate(len(piece.text) for piece in self.pieces))

    def part(self, start: int, end: int) -> list[Piece]:
        """``text[start:end]`` as pieces. A part of what is no copy stands for the whole of its span."""
        found = []
        number = bisect_right(self._ends, start)
        while start < end and number < len(self.pieces):
            piece = self.pieces[number]
            first = self._ends[number] - len(piece.text)
            stop = min(end, self._ends[number])
            if start == first and stop == self._ends[number]:
                found.append(piece)
            elif copies(piece):
                at = piece.start - first
                found.append(Piece(piece.text[start - first : stop - first], at + start, at + stop))
            else:
                found.append(Piece(piece.text[start - first : stop - first], piece.start, piece.end))
            start = stop
            number += 1
        return found

    def place(self, at: int) -> int:
        """Where in the source ``text[at]`` is, or the end of the last piece."""
        number = bisect_right(self._ends, at)
        if number >= len(self.pieces):
            return self.pieces[-1].end if self.pieces else 0
        piece = self.pieces[number]
        inside = at - self._ends[number] + len(piece.text)
        return piece.start + inside if copies(piece) else piece.start

    def whole_piece(self, at: int) -> int:
        """``at``, or the end of the piece that it is inside of, if that is no copy and so cannot be cut."""
        number = bisect_right(self._ends, at)
        if number >= len(self.pieces):
            return at
        piece = self.pieces[number]
        first = self._ends[number] - len(piece.text)
        return at if at == first or (copies(piece) and not piece.phonemes) else self._ends[number]


def _merged(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """``pieces``, with copies that follow one another in the source as one."""
    last = Piece("", 0, 0)
    for piece in pieces:
        follows = last.end == piece.start and copies(last) and copies(piece) and not last.phonemes + piece.phonemes
        if follows:
            last = Piece(last.text + piece.text, last.start, piece.end)
        else:
            yield last
            last = piece
    yield last


def copies(piece: Piece) -> bool:
    """Whether each character of ``piece`` stands for one of the source."""
    return len(piece.text) == piece.end - piece.start


def in_words(text: str, start: int, end: int) -> Piece:
    """``text`` said for ``start:end`` as a whole: a space keeps it from being as long as they are, like a copy."""
    return Piece(text + " " if len(text) == end - start else text, start, end)


def cut(pieces: Sequence[Piece], most: int, pause: Pause) -> list[Passage]:
    """Passages of about ``most`` characters of ``pieces``; none if they have nothing but white space."""
    traced = Traced(_merged(pieces))
    text = traced.text
    if not text.strip():
        return []
    found = []
    at = 0
    while len(text) - at > most:
        place = min(traced.whole_piece(at + cut_place(text[at : at + most + 32], most)), len(text))
        if text[place:].isspace() or place == len(text):
            break
        found.append(Passage(tuple(traced.part(at, place))))
        at = place
    found.append(Passage(tuple(traced.part(at, len(text))), pause))
    return found
