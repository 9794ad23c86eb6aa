"""Finds tables drawn with bars or laid out in columns, and the cells of their rows. Pure.

Some have bars ("| a | b |", "a | b"), some a box of lines ("┌──┬──┐"), and some only columns (kubectl, docker, df).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, Literal

from ttsmesh.model.text.formats.lines import Line

Span = tuple[int, int]

MOST_COLUMNS = 64

_BAR = re.compile(r"(?<!\\)[|│┃║]")
_RULE_CELL = re.compile(r"\s*:?[-─━═]+:?\s*")
_BORDER = re.compile(r"[\s+|│┃║─━═\-=:┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬┏┓┗┛┣┫┳┻╋╭╮╯╰╞╡╪╤╧╟╢╫╥╨┠┨┯┷┿]{3,}")
_GAP = re.compile(r" {2,}|\t+")
_DASHES = re.compile(r"[-=─]{2,}(?:[ \t]+[-=─]{2,})+")
_TITLE = re.compile(r"[A-Za-z%#(][\w %#()/.:-]{0,39}")
_FILE = re.compile(
    r"([-dlbcps][-rwxsStT]{9}[+@.]?[ \t]+\d{1,6}[ \t]+\S{1,64}[ \t]+\S{1,64})[ \t]+(\d[\d.,]{0,15}[BKMGTP]?)[ \t]+"
    r"(\w{3,10}\.?[ \t]+\d{1,2}[ \t]+[\d:]{4,5}|\d{1,2}[ \t]+\w{3,10}\.?[ \t]+[\d:]{4,5}"
    r"|\d{4}-\d\d-\d\d[ \t]+\d\d:\d\d)"
    r"[ \t]+(\S.*)"
)
_LIST_MARK = re.compile(r"(?:[-*+•>]|\d{1,3}[.)])\s")


@dataclass(slots=True)
class Table:
    """``headers`` of its columns. ``bounds``: where the columns begin in a line, if they are laid out by spaces.
    The listing of files that "ls -l" makes has no headers, and cells for the kind, size, time and name.

    ``unread``: where the header stands, until the first row is read.
    """

    kind: Literal["bars", "columns", "files"]
    headers: list[str] = field(default_factory=list)
    bounds: list[int] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)

    def to_map(self) -> dict[str, Any]:
        return {"kind": self.kind, "headers": self.headers, "bounds": self.bounds, "unread": self.unread}


def bars_at(lines: Sequence[Line]) -> tuple[Table, int] | None:
    """The table with bars that begins with the first of ``lines``, three of which are enough, and how many lines its
    header has; None if there is none."""
    first = lines[0]
    if is_border(first) and len(lines) > 1 and _BAR.search(lines[1].text):
        header = 1
    elif len(lines) > 1 and is_border(lines[1]) and _BAR.search(first.text):
        header = 0
    else:
        return None
    cells = list(_cells_between_bars(lines[header]))
    ruled = len(lines) > header + 1 and is_border(lines[header + 1])
    if header == 0 and (not ruled or len(_rule_cells(lines[1].text)) != len(cells)):
        return None
    if not ruled or not any(start < end for start, end in cells):
        return Table("bars"), header
    titles = [_slice(lines[header], cell) for cell in cells]
    return Table("bars", titles, unread=[lines[header].start, lines[header].end]), header + 2


def is_border(line: Line) -> bool:
    """Whether ``line`` only draws a table: "|---|:--|", "---+---", "├──┼──┤"."""
    return bool(_BORDER.fullmatch(line.text)) and len(_rule_cells(line.text)) > 0


def _rule_cells(text: str) -> list[str]:
    cells = re.split(r"[|+│┃║┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬┏┓┗┛┣┫┳┻╋╭╮╯╰╞╡╪╤╧╟╢╫╥╨┠┨┯┷┿]", text.strip())
    if len(cells) < 2:
        return []
    cells = [cell for number, cell in enumerate(cells) if cell.strip() or 0 < number < len(cells) - 1]
    return cells if all(_RULE_CELL.fullmatch(cell) for cell in cells) else []


def _cells_between_bars(line: Line) -> Iterator[Span]:
    text = line.text
    at = len(text) - len(text.lstrip())
    if _BAR.match(text, at):
        at += 1
    for bar in _BAR.finditer(text, at):
        yield _trimmed(line, at, bar.start())
        at = bar.end()
    if at < len(text):
        yield _trimmed(line, at, len(text))


def _trimmed(line: Line, start: int, end: int) -> Span:
    """The part of ``line`` without white space around it, in characters of the source."""
    part = line.text[start:end]
    first = start + len(part) - len(part.lstrip())
    return line.start + first, line.start + max(first, start + len(part.rstrip()))


def _slice(line: Line, cell: Span) -> str:
    return line.text[cell[0] - line.start : cell[1] - line.start]


def columns_at(lines: Sequence[Line]) -> tuple[Table, int] | None:
    """The same for a table in columns: all of its lines have to be seen. Each must have a wide gap, and the header
    titles only, so prose never looks like that."""
    first = lines[0].text
    if not _GAP.search(first.strip()) or "\t" in first.strip() or _LIST_MARK.match(first):
        return None
    ruled = len(lines) > 1 and bool(_DASHES.fullmatch(lines[1].text.strip()))
    rows = [line.text for line in takewhile(lambda line: _GAP.search(line.text.strip()), lines[1 + ruled :])]
    if not rows:
        return None
    bounds = _bounds([first, *rows])
    if not 2 <= len(bounds) <= MOST_COLUMNS:
        return None
    gaps = [found.span() for text in (first, *rows) for found in _GAP.finditer(text)]
    wide = {at for at in bounds[1:] if any(start < at <= end for start, end in gaps)}
    if 2 * len(wide) < len(bounds) - 1:
        return None
    titles = [first[start:end].strip() for start, end in _stretches(bounds, len(first))]
    shouted = first.upper() == first
    named = titles if titles[0] else titles[1:]  # the rows' names may have no title
    if not all(_TITLE.fullmatch(title) for title in named) or not (shouted or ruled or len(titles) >= 3):
        return None
    filled = [sum(bool(row[start:end].strip()) for start, end in _stretches(bounds, len(row))) for row in rows]
    if min(filled) < 2:
        return None
    return Table("columns", titles, bounds, [lines[0].start, lines[0].end]), 1 + ruled


def _bounds(texts: Sequence[str]) -> list[int]:
    """Where columns begin: behind each column of spaces that no line interrupts. One without a title, or with nothing
    else, belongs to the column before it."""
    width = max(map(len, texts))
    used = bytearray(width)
    for text in texts:
        for word in re.finditer(r"\S+", text):
            used[word.start() : word.end()] = b"\1" * len(word.group())
    bounds = [at for at in range(width) if used[at] and (at == 0 or not used[at - 1])]
    kept: list[int] = []
    for start, end in _stretches(bounds, width):
        titled, filled = texts[0][start:end].strip(), any(text[start:end].strip() for text in texts[1:])
        if (titled and filled) or not kept:
            kept.append(start)
    return kept


def _stretches(bounds: Sequence[int], end: int) -> Iterator[Span]:
    yield from zip(bounds, [*bounds[1:], max(end, bounds[-1])], strict=True)


def files_at(lines: Sequence[Line]) -> tuple[Table, int] | None:
    """The same for the listing of a directory: one line is enough."""
    return (Table("files"), 0) if lines and _FILE.fullmatch(lines[0].text) else None


def row_of(table: Table, line: Line) -> list[Span] | None:
    """The cells of ``line``, empty ones too, in characters of the source; [] if it draws a line only; None if it is no
    row of ``table``."""
    if not line.text:
        return None
    if table.kind == "bars":
        if is_border(line):
            return []
        return list(_cells_between_bars(line)) if _BAR.search(line.text) else None
    text = line.text
    if table.kind == "files":
        found = _FILE.fullmatch(text)
        return (
            [(line.start + found.start(group), line.start + found.end(group)) for group in (1, 2, 3, 4)]
            if found
            else None
        )
    if not _GAP.search(text.strip()):
        return None
    bounds = [0, *table.bounds[1:]]
    for number in range(1, len(bounds)):
        place = max(bounds[number], bounds[number - 1])
        while 0 < place < len(text) and not text[place - 1].isspace():
            place += 1  # a cell that is too long for its column
        bounds[number] = place
    return [_trimmed(line, start, end) for start, end in _stretches(bounds, len(text))]
