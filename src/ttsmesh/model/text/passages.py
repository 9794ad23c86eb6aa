"""Passages: what a format (Markdown, a diff, a log) leaves of its source to be read, before it becomes words. Pure."""

from dataclasses import dataclass, replace
from typing import Literal

from ttsmesh.model.text.rules import Style

ReadAs = Literal["auto", "text", "markdown", "code", "diff", "log", "ssml", "key"]
"""What a text is read as; "auto" finds out."""

Pause = Literal["", "clause", "sentence", "item", "paragraph"]
"""How long the speech pauses: "" is no longer than between two words, or than the marks there ask for."""


@dataclass(frozen=True, slots=True)
class Piece:
    """``text`` stands for characters ``start:end`` of the source.

    It is a copy of them if it is as long as they are. Else it says in other words what stands there, as a whole:
    "code, Python, 12 lines" for a block of code. It is read like any other text, so it may have digits.

    ``phonemes``: how ``text`` is pronounced, where the source says so: ``[word](/phonemes/)``. ``said``: what is said
    for it, where that is decided, in the form that a ``Rule`` answers in. No rule is asked then.
    """

    text: str
    start: int
    end: int
    phonemes: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, an item, a heading, a row of a table, or a part of one: ``pieces`` in the order of the source.

    Neither ``start`` nor ``end`` ever goes back from one piece to the next. Pieces are joined as they are, so they
    bring their own spaces. ``pause`` follows the last one. ``unsayable``: characters of the source that are left out
    though a reader would miss them.
    """

    pieces: tuple[Piece, ...]
    pause: Pause = ""
    style: Style = "prose"
    unsayable: int = 0

    def part(self, begin: int, end: int) -> "Passage":
        """Characters ``begin:end`` of the joined pieces. The pause and the losses go with the last part."""
        pieces: list[Piece] = []
        at = 0
        for piece in self.pieces:
            first, last = max(begin - at, 0), min(end - at, len(piece.text))
            if first < last:
                start, stop = piece.start, piece.end
                if len(piece.text) == stop - start:
                    start, stop = piece.start + first, piece.start + last
                pieces.append(Piece(piece.text[first:last], start, stop, piece.phonemes, piece.said))
            at += len(piece.text)
        if end < at:
            return replace(self, pieces=tuple(pieces), pause="", unsayable=0)
        return replace(self, pieces=tuple(pieces))
