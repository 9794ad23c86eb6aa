"""A text in rows of a terminal: where rows begin, and what stands in them. Pure.

A row is named by the place of its first character in the text. Rows are worked out where they are looked at, so a text
of any length opens at once.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate

from wcwidth import wcwidth

BLOCK = 4096
"""Characters of a line that are laid out at once. A longer line begins a new row after each of them."""

TAB = 8
"""Columns between two tab stops."""

KEPT = 2048
"""Blocks whose rows are kept, at most."""

_OPENING = frozenset("（〔［｛〈《「『【“‘([{")
_CLOSING = frozenset("、。，．・：；？！）〕］｝〉》」』】”’ー々…)]},.:;?!")
_SOLID = frozenset("\u00a0\u2007\u202f")
"""Blanks at which no row may end."""

_CONTROLS = {"\x1b": "␛", "\x9b": "␛", "\x08": "␈"}
_JOINERS = "\u200c\u200d"
_EMOJI_STYLE = "\ufe0f"
"""It would make the sign before it as wide as some terminals think, and others not."""


@lru_cache(maxsize=4096)
def columns(char: str) -> int:
    """The columns that ``char`` takes, where it is no tab: 0, 1 or 2."""
    shown = _CONTROLS.get(char, char)
    return 0 if _is_hidden(shown) else max(0, wcwidth(shown))


class Layout:
    """The rows of ``text`` for a terminal of ``width`` columns."""

    def __init__(self, text: str, width: int = 80) -> None:
        self.text = text
        self._width = max(1, width)
        lines = text.splitlines(keepends=True)
        self._lines = list(accumulate(map(len, lines[:-1]), initial=0))
        self._blocks = self._lines
        if max(map(len, lines)) > BLOCK:
            ends = [*self._lines[1:], len(text)]
            self._blocks = [
                at for start, end in zip(self._lines, ends, strict=True) for at in _blocks(text, start, end)
            ]
        self._rows: dict[int, list[int]] = {}

    @property
    def width(self) -> int:
        return self._width

    @width.setter
    def width(self, width: int) -> None:
        if max(1, width) != self._width:
            self._width = max(1, width)
            self._rows.clear()

    @property
    def lines(self) -> int:
        """How many lines the text has."""
        return len(self._lines)

    def line_of(self, place: int) -> int:
        """The number of the line with the character at ``place``. The first one is 1."""
        return bisect_right(self._lines, place)

    def row_of(self, place: int) -> int:
        """The row with the character at ``place``."""
        rows = self._rows_of(self._block_of(place))
        return rows[bisect_right(rows, place) - 1]

    def end_of(self, row: int) -> int:
        """The place behind the last character of ``row``."""
        following = self.next(row)
        return len(self.text) if following is None else following

    def next(self, row: int) -> int | None:
        """The row below; None below the last one."""
        block = self._block_of(row)
        rows = self._rows_of(block)
        at = bisect_right(rows, row)
        if at < len(rows):
            return rows[at]
        return self._blocks[block + 1] if block + 1 < len(self._blocks) else None

    def previous(self, row: int) -> int | None:
        """The row above; None above the first one."""
        block = self._block_of(row)
        rows = self._rows_of(block)
        at = bisect_right(rows, row) - 1
        if at > 0:
            return rows[at - 1]
        return self._rows_of(block - 1)[-1] if block else None

    def moved(self, row: int, by: int) -> int:
        """The row so many rows below, or above if ``by`` is negative; the last or first one if there are fewer."""
        step = self.next if by > 0 else self.previous
        for _ in range(abs(by)):
            if (other := step(row)) is None:
                break
            row = other
        return row

    def cells(self, row: int) -> list[str]:
        """What is shown for each character of ``row``: nothing, or something that is as wide as ``columns`` says.

        Nothing in it is a control character, and all of it together is at most ``width`` columns wide.
        """
        shown = []
        column = 0
        before = ""
        for char in self.text[row : self.end_of(row)]:
            cell = " " * (TAB - column % TAB) if char == "\t" else _shown(char, before)
            wide = len(cell) if char == "\t" else columns(char)
            if column + wide > self._width:  # blanks at the end, or a terminal of one column
                cell = cell[: self._width - column] if char == "\t" else ""
                wide = len(cell)
            shown.append(cell)
            column += wide
            before = char
        return shown

    def _block_of(self, place: int) -> int:
        return bisect_right(self._blocks, place) - 1

    def _rows_of(self, block: int) -> list[int]:
        rows = self._rows.get(block)
        if rows is None:
            if len(self._rows) >= KEPT:
                self._rows.clear()
            end = self._blocks[block + 1] if block + 1 < len(self._blocks) else len(self.text)
            rows = self._rows[block] = _wrapped(self.text, self._blocks[block], end, self._width)
        return rows


def _blocks(text: str, start: int, end: int) -> Iterator[int]:
    """Where the blocks of a line begin, which are cut behind a blank if there is one."""
    while end - start > BLOCK:
        yield start
        cut = text.rfind(" ", start + BLOCK // 2, start + BLOCK) + 1 or start + BLOCK
        while cut < end - 1 and not columns(text[cut]) and text[cut] != "\t":
            cut += 1  # marks stay with their letter
        start = cut
    yield start


def _wrapped(text: str, start: int, end: int, width: int) -> list[int]:
    """Where the rows of a block begin: behind blanks, between wide characters, or else where the row is full."""
    rows = [start]
    column = 0
    chance = start  # the last place where a row may begin
    before = ""
    for place in range(start, end):
        char = text[place]
        if char == "\t":
            column += TAB - column % TAB
        elif wide := columns(char):
            blank = _is_blank(char)
            if _may_begin(before, char):
                chance = place
            if column + wide > width and not blank and place > rows[-1]:
                begin = chance if chance > rows[-1] else place
                rows.append(begin)
                column = sum(map(columns, text[begin:place]))
            column += wide
        before = char
    return rows


def _may_begin(before: str, char: str) -> bool:
    """Whether a row may begin with ``char``, which has a width, behind ``before``."""
    if _is_blank(char):
        return False
    if _is_blank(before):
        return True
    wide = columns(char) == 2 or (before != "" and columns(before) == 2)
    return wide and char not in _CLOSING and before not in _OPENING


def _is_blank(char: str) -> bool:
    return char.isspace() and char not in _SOLID


def _shown(char: str, before: str) -> str:
    """What stands for ``char``, which is no tab, behind ``before``."""
    if char in _CONTROLS:
        return _CONTROLS[char]
    if _is_hidden(char) or (char in _JOINERS and before != "" and columns(before) == 2):
        return ""  # terminals differ in what they join
    return char


def _is_hidden(char: str) -> bool:
    """Whether nothing is shown for ``char``: ends of lines, and what changes the direction or the look of others."""
    if char.isprintable():
        return char == _EMOJI_STYLE
    return char not in _JOINERS and unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp", "Cs")
