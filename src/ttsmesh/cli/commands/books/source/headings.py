"""Finds the headings of a text, line by line, so that a long book takes no more memory than its headings. Pure.

A Markdown heading is one by its marks. In plain text a heading is a short paragraph that says "Chapter" and a number,
or one like it; or if there are none of these, short paragraphs that begin with 1, 2, 3 or I, II, III in this order.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple, Protocol

TITLE_CHARACTERS = 100
"""Characters of a heading in plain text, at most. What is longer is a paragraph."""


class Heading(NamedTuple):
    """A heading from byte ``start`` to byte ``end`` of its text, both included lines as a whole. ``level``: 1 is the
    highest."""

    start: int
    end: int
    level: int
    title: str


class Finder(Protocol):
    """Is given all lines of a text in their order."""

    def add(self, line: str, start: int, end: int) -> None:
        """The next line, with its line feed, and the bytes at which it starts and ends."""

    def found(self) -> list[Heading]:
        """The headings at which chapters begin. No more lines come."""


# --- Markdown ---------------------------------------------------------------------------------------------------------

_LINE_CHARACTERS = 1000
"""Characters of a line that is a heading, at most: patterns take long to fail on longer ones."""

_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_SETEXT = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_NO_PARAGRAPH = re.compile(r"\s*$| {4}|\t| {0,3}(?:[-+*>|#]|\d{1,9}[.)] |```|~~~)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)$")
_INLINE = re.compile(r"[*_`]+|!?\[([^\]]*)\]\([^)]*\)")


class Fences:
    """Tells which lines are inside of fenced code, or are a fence."""

    def __init__(self) -> None:
        self._fence = ""

    def inside(self, line: str) -> bool:
        """Whether the next line belongs to fenced code."""
        found = _FENCE.match(line.rstrip("\r\n"))
        if self._fence:
            closes = found and found[1].startswith(self._fence) and not found[2].strip()
            if closes:
                self._fence = ""
            return True
        if found and not ("`" in found[1] and "`" in found[2]):
            self._fence = found[1]
            return True
        return False


class MarkdownFinder:
    """Chapters begin at the highest level that has at least two headings, and at the headings above that."""

    def __init__(self) -> None:
        self._all: list[Heading] = []
        self._fences = Fences()
        self._paragraph: tuple[str, int] | None = None  # the line before, if it may be underlined

    def add(self, line: str, start: int, end: int) -> None:
        text = line.rstrip("\r\n")
        if self._fences.inside(line) or len(text) > _LINE_CHARACTERS:
            self._paragraph = None
        elif found := _ATX.match(text):
            self._heading(len(found[1]), found[2] or "", start, end)
        elif self._paragraph is not None and (under := _SETEXT.match(text)):
            self._heading(1 if under[1][0] == "=" else 2, self._paragraph[0], self._paragraph[1], end)
        elif self._paragraph is not None or _NO_PARAGRAPH.match(text):
            # A second line of a paragraph may be underlined as well, but then the heading would be two lines long.
            self._paragraph = None
        elif line.endswith("\n"):
            self._paragraph = (text, start)

    def _heading(self, level: int, title: str, start: int, end: int) -> None:
        self._paragraph = None
        self._all.append(Heading(start, end, level, _one_line(_INLINE.sub(r"\1", title))))

    def found(self) -> list[Heading]:
        levels = [heading.level for heading in self._all]
        several = [level for level in range(1, 7) if levels.count(level) > 1]
        lowest = several[0] if several else min(levels, default=0)
        return [heading for heading in self._all if heading.level <= lowest]


# --- plain text -------------------------------------------------------------------------------------------------------

_COUNTED = (
    "chapter|part|book|volume|section|act|canto|letter|kapitel|teil|buch|chapitre|partie|livre|cap[íi]tulo|parte|libro"
    "|livro|capitolo|अध्याय"
)
_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen|nineteen|twenty|thirty|forty|fifty|the (?:first|second|third|fourth|fifth|last)|first|second|third|last"
)
_NUMBER = rf"(?:\d{{1,4}}|[ivxlcdm]{{1,9}}|(?:{_WORDS})(?:[- ](?:{_WORDS}))?)"
_ALONE = (
    "prologue?|epilogue?|prolog|epilog|introduction|preface|foreword|afterword|interlude|conclusion"
    "|appendix(?: [a-z0-9]{1,4})?"
    "|vorwort|nachwort|einleitung|anhang|avant-propos|préface|épilogue|postface|prólogo|epílogo|introducción|prefacio"
    "|prologo|epilogo|introduzione|prefazione|introdução|prefácio"
)
_NAMED = re.compile(
    rf"(?:(?:{_COUNTED})\s+{_NUMBER}(?![\w'’])|(?:{_ALONE})(?=\s*$|\s*[.:—–-])"
    r"|第\s*[0-9０-９一二三四五六七八九十百千〇零两]+\s*[章回部節节話话巻卷])",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?:(\d{1,3})|([IVXLC]{1,8}))[.):]?(?:\s+(\S.*))?$")
_SENTENCE_END = re.compile(r"[.,;!?…]['\"”’)]?$")

_LINES = 3
"""Lines of a heading, at most: what counts it, and its title."""


class PlainFinder:
    """Looks at paragraphs of a few short lines."""

    def __init__(self) -> None:
        self._named: list[Heading] = []
        self._numbered: list[tuple[int, Heading]] = []
        self._lines: list[str] = []
        self._more = False  # the paragraph has more lines than a heading, or a longer one
        self._start = self._end = 0

    def add(self, line: str, start: int, end: int) -> None:
        text = line.strip()
        if not text:
            self._paragraph()
            return
        if not self._lines:
            self._start = start
        if len(self._lines) == _LINES or len(text) > TITLE_CHARACTERS:
            self._more = True
        if not self._more:
            self._lines.append(text)
        self._end = end

    def found(self) -> list[Heading]:
        self._paragraph()
        if self._named:
            return self._named
        counted: list[Heading] = []
        for number, heading in self._numbered:
            if number == len(counted) + 1:
                counted.append(heading)
        return counted if len(counted) > 1 else []

    def _paragraph(self) -> None:
        lines, more = self._lines, self._more
        self._lines, self._more = [], False
        if not lines or more:
            return
        heading = Heading(self._start, self._end, 1, _one_line(_joined(lines)))
        if _NAMED.match(lines[0]):
            self._named.append(heading)
        elif found := _NUMBERED.match(lines[0]):
            title = found[3] or ""
            if not (_SENTENCE_END.search(title) or len(title.split()) > 12):
                self._numbered.append((int(found[1]) if found[1] else _roman(found[2]), heading))


def _joined(lines: Sequence[str]) -> str:
    """The lines of a heading as one: a mark at the end of a line is a mark between them."""
    first, *others = lines
    for line in others:
        first += (" " if first[-1] in ".:;,-—–" else ": ") + line
    return first


def _roman(numeral: str) -> int:
    digits = [{"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}[letter] for letter in numeral]
    return sum(-digit if digit < max(digits[at:]) else digit for at, digit in enumerate(digits))


def _one_line(title: str) -> str:
    return " ".join(title.split())
