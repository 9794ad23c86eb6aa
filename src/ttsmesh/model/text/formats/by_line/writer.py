"""The lines of a text, and a writer of passages that leaves none of its characters without a piece. Pure."""

import re
from dataclasses import dataclass, replace

from ttsmesh.model.text.passages import Passage, Pause, Piece
from ttsmesh.model.text.rules import Style

_SPACE = re.compile(r"\s*")


@dataclass(frozen=True, slots=True)
class Line:
    """``text`` stands at characters ``start:end`` of the source, without the end of the line and spaces before that."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def indent(self) -> int:
        """How many characters of white space it begins with."""
        return len(self.text) - len(self.text.lstrip())


def lines_of(text: str, offset: int) -> list[Line]:
    """The lines of ``text``, which begins at character ``offset`` of the source. A blank line's text is ""."""
    lines, start = [], offset
    for line in text.split("\n"):
        lines.append(Line(line.rstrip(), start))
        start += len(line) + 1
    if not lines[-1].text:
        lines.pop()
    return lines


class PassageWriter:
    """Writes the passages of ``text``, which begins at character ``offset`` of the source, from its begin to its end.

    Each character that is no white space comes to stand in the span of a piece: what a format leaves out is covered
    by the piece that is written next, or by an empty piece. All places are characters of the source.
    """

    def __init__(self, text: str, offset: int) -> None:
        self._text, self._offset = text, offset
        self._covered = offset
        self._pieces: list[Piece] = []
        self._passages: list[Passage] = []

    def source(self, start: int, end: int) -> str:
        """What stands at characters ``start:end`` of the source."""
        return self._text[start - self._offset : end - self._offset]

    def say(self, words: str, end: int) -> None:
        """``words`` stand for all that is not covered yet up to ``end``."""
        start = self._gap(end)
        end = max(start, end)
        if words and len(words) == end - start and words != self.source(start, end):
            # A single piece would be taken for a copy.
            self._pieces += (Piece(words, start, end - 1), Piece("", end - 1, end))
        else:
            self._pieces.append(Piece(words, start, end))
        self._covered = end

    def copy(self, start: int, end: int) -> None:
        """What stands at ``start:end`` is read; a space is for what is not covered yet before it."""
        start = max(start, self._covered)
        if end <= start:
            return
        spaced = not self._pieces or self._pieces[-1].text[-1:].isspace()
        if self._gap(start) < start:
            self.say("" if spaced else " ", start)
        elif self._covered < start and not spaced:
            self._pieces.append(Piece(" ", start, start))
        self._pieces.append(Piece(self.source(start, end), start, end))
        self._covered = end

    def leave_out(self, end: int) -> None:
        """Nothing is said for what is not covered yet up to ``end``, and what comes next follows without a space."""
        if self._gap(end) < end:
            self.say("", end)

    def close(self, pause: Pause, style: Style = "prose") -> None:
        """End the passage, if anything was written for it."""
        if self._pieces:
            self._passages.append(Passage(tuple(self._pieces), pause, style))
            self._pieces = []

    def lengthen_pause(self, pause: Pause) -> None:
        """The last passage is followed by ``pause``."""
        if self._passages:
            self._passages[-1] = replace(self._passages[-1], pause=pause)

    def passages(self) -> list[Passage]:
        """All passages. What is left of the text belongs to the last one."""
        end = self._offset + len(self._text.rstrip())
        self.leave_out(end)
        if self._pieces and self._passages:
            last = self._passages.pop()
            self._passages.append(replace(last, pieces=(*last.pieces, *self._pieces)))
            self._pieces = []
        self.close("")
        return self._passages

    def _gap(self, end: int) -> int:
        """Where the first character stands that is not covered yet and is no white space, ``end`` at most."""
        match = _SPACE.match(self._text, self._covered - self._offset, max(end, self._covered) - self._offset)
        assert match is not None
        return match.end() + self._offset
