"""Lines and blocks of a text, found piece by piece. Pure.

A block is the lines up to an empty one, or up to ``UNIT`` characters. All places are characters of the whole source.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from ttsmesh.model.text import marks
from ttsmesh.model.text.clusters import joins

UNIT = 2048
"""Characters of a block that is read at once. A longer one is read in parts, so that the first is soon ready."""

LOOKAHEAD = 8192
"""Characters of the source behind a block that may decide how it is read."""

_SENTENCE_END = re.compile(rf"[{marks.SENTENCE_SPACED}]+[{re.escape(marks.CLOSERS)}]*\s+|[{marks.SENTENCE_UNSPACED}]+")
_CLAUSE_END = re.compile(rf"[{marks.CLAUSE_SPACED}]\s+|\s[-–—]\s|[{marks.CLAUSE_UNSPACED}]+")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Line:
    """``text`` is ``start:end`` of the source, without white space at its end; the next line is at ``after``.

    ``goes_on``: the line is too long, and its rest is at ``after``.
    """

    text: str
    start: int
    after: int
    goes_on: bool = False

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def without(self, prefix: int) -> "Line":
        """The line without its first ``prefix`` characters."""
        return Line(self.text[prefix:], self.start + prefix, self.after, self.goes_on)


@dataclass(frozen=True, slots=True)
class Window:
    """``text`` is the source from character ``offset`` on, or the first part of that."""

    text: str
    offset: int

    @property
    def end(self) -> int:
        return self.offset + len(self.text)

    def slice(self, start: int, end: int) -> str:
        return self.text[start - self.offset : end - self.offset]

    def line(self, at: int) -> Line:
        """The line at ``at``. One that is longer than ``UNIT`` is cut where a reader would breathe."""
        start = at - self.offset
        found = self.text.find("\n", start, start + UNIT + 1)
        if found < 0 and len(self.text) - start <= UNIT:
            found = len(self.text)
        if found < 0:
            text = self.text[start : start + UNIT + 1]
            after = cut_place(text, UNIT)
            return Line(text[:after].rstrip(), at, at + after, goes_on=True)
        after = self.offset + min(found + 1, len(self.text))
        return Line(self.text[start:found].rstrip(), at, after)

    def block(self, at: int, ends: Callable[[Line], bool]) -> list[Line]:
        """The lines from ``at`` to an empty one, or to one that ``ends`` the block; at least one line."""
        lines = [self.line(at)]
        size = lines[0].after - at
        while lines[-1].after < self.end and not lines[-1].goes_on:
            line = self.line(lines[-1].after)
            size += line.after - line.start
            if size > UNIT:
                return _whole_sentences(lines)
            if not line.text or ends(line):
                break
            lines.append(line)
        return lines


def _whole_sentences(lines: list[Line]) -> list[Line]:
    """``lines`` without the last ones, up to a half, if a sentence ends before them."""
    for count in range(len(lines), len(lines) // 2, -1):
        if lines[count - 1].text.endswith(tuple(marks.SENTENCE)):
            return lines[:count]
    return lines


def cut_place(text: str, most: int) -> int:
    """Where to cut ``text``, longer than ``most``: after a sentence, else a clause, else a word, of its second half."""
    for ending in (_SENTENCE_END, _CLAUSE_END, _SPACE):
        ends = [found.end() for found in ending.finditer(text, most // 2, most) if found.end() <= most]
        if ends:
            return ends[-1]
    place = most
    while place < len(text) and place < most + 32 and (joins(text[place]) or text[place - 1] == "\u200d"):
        place += 1
    return place
