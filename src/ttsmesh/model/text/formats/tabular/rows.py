"""Reads the rows of a table, each cell with its column's header: "Name: web, Status: running." Pure."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from ttsmesh.model.text.formats.align import Traced, cut, in_words
from ttsmesh.model.text.formats.lines import Line
from ttsmesh.model.text.formats.tabular.tables import Span, Table
from ttsmesh.model.text.passages import Passage, Piece
from ttsmesh.model.text.terms.credentials.keys import is_key, is_secret

_SHARE = re.compile(r"\d{1,5}/\d{1,5}")

_OF_TIMES = {"m": "min"}
_OF_SIZES = {letter: f"{letter}B" for letter in "KMGTP"}
_AGES = ("AGE", "DURATION", "UPTIME", "RESTARTS", "LAST SEEN", "LAST SCHEDULE", "STATUS", "CREATED")
_SIZES = ("SIZE", "USED", "AVAIL", "AVAILABLE", "CAPACITY")
_UNITS = dict.fromkeys(_AGES, _OF_TIMES) | dict.fromkeys(_SIZES, _OF_SIZES)
"""Columns by their header, and what letters behind their numbers mean."""
_UNIT = re.compile(r"(?<=\d)[mKMGTP](?![^\W\d_])")
_VALUES = frozenset({"value", "wert", "valor", "valeur", "valore", "値", "值", "मान"})

Lines = Callable[[Traced], Iterator[list[Piece]]]
"""Reads the text of a cell."""


def row_passages(
    table: Table, line: Line, cells: Sequence[Span], lines: Lines, most: int, term: Callable[[str], str]
) -> list[Passage]:
    """The row that stands on ``line``. The first one stands for the header too, which is read with its cells only."""
    pieces: list[Piece] = []
    filled = [(number, cell) for number, cell in enumerate(cells) if cell[0] < cell[1]]
    for number, (start, end) in filled:
        if not line.text[start - line.start : end - line.start].strip("-–—"):
            pieces.append(Piece("", start, end))  # nothing in this column
            continue
        if pieces:
            mark = "" if pieces[-1].text.endswith(tuple(",;:.")) else ","
            pieces.append(Piece(mark + " ", pieces[-1].end, pieces[-1].end))
        title = read_title(table.headers[number], lines) if number < len(table.headers) else ""
        pieces += _titled(table, title, start)
        copied = Piece(line.text[start - line.start : end - line.start], start, end)
        if _is_secret(line, filled, number, title, copied.text):
            pieces.append(in_words(term("a secret"), start, end))
            continue
        if table.kind == "columns" and (units := _UNITS.get(title.upper())):
            pieces += _with_units(copied, units)
            continue
        if table.kind == "columns" and _SHARE.fullmatch(copied.text):
            pieces += _share(copied, term)
            continue
        pieces += [piece for part in lines(Traced([copied])) for piece in part]
    if pieces and any(character.isalnum() for character in pieces[-1].text[-1:]):
        pieces.append(Piece(".", pieces[-1].end, pieces[-1].end))
    return cut(pieces, most, "item")


def _is_secret(line: Line, filled: Sequence[tuple[int, Span]], number: int, title: str, cell: str) -> bool:
    """Whether ``cell`` is a password, by the title of its column, or by the cell before it, as in "password | x7"."""
    written = cell.strip("*_`\"'")
    if not written or " " in written:
        return False
    if is_key(title):
        return is_secret(title, written)
    first, (start, end) = filled[0]
    name = line.text[start - line.start : end - line.start].strip("*_`\"' ")
    if number == first or len(filled) != 2 or not is_key(name) or not is_secret(name, written):
        return False
    return title.lower() in _VALUES or re.search(r"[0-9]|[^\w.,]", written) is not None


def _with_units(cell: Piece, units: Mapping[str, str]) -> Iterator[Piece]:
    """The m of "17 (2m ago)" is minutes where a column has ages, and the M of "2.1M" megabytes where it has sizes."""
    at = 0
    for found in _UNIT.finditer(cell.text):
        if found.group() in units:
            yield Piece(cell.text[at : found.start()], cell.start + at, cell.start + found.start())
            yield in_words(f" {units[found.group()]}", cell.start + found.start(), cell.start + found.end())
            at = found.end()
    if at < len(cell.text):
        yield Piece(cell.text[at:], cell.start + at, cell.end)


def _share(cell: Piece, term: Callable[[str], str]) -> Iterator[Piece]:
    """How many of all: "1/2" in a column of kubectl is one of two, and no half."""
    slash = cell.text.index("/")
    yield Piece(cell.text[:slash], cell.start, cell.start + slash)
    yield in_words(f" {term('of')} ", cell.start + slash, cell.start + slash + 1)
    yield Piece(cell.text[slash + 1 :], cell.start + slash + 1, cell.end)


def file_passages(line: Line, cells: Sequence[Span], most: int, term: Callable[[str], str]) -> list[Passage]:
    """A file of a directory's listing: what it is, for its rights and owners too, its size, time and name."""
    kind, *rest = cells
    what = {"d": "folder", "l": "link"}.get(line.text[kind[0] - line.start], "file")
    pieces = [in_words(term(what), *kind)]
    for start, end in rest:
        pieces.append(Piece(", ", pieces[-1].end, pieces[-1].end))
        copied = Piece(line.text[start - line.start : end - line.start], start, end)
        pieces += _with_units(copied, _OF_SIZES) if (start, end) == rest[0] else [copied]
    return cut(pieces, most, "item")


def _titled(table: Table, title: str, start: int) -> list[Piece]:
    """The header of a cell that begins at ``start``."""
    unread, table.unread = table.unread, []
    if unread:
        return [in_words(f"{title}: " if title else " ", unread[0], unread[1])]
    return [Piece(f"{title}: ", start, start)] if title else []


def read_title(title: str, lines: Lines) -> str:
    """A header's text, without markup."""
    pieces = [piece for part in lines(Traced([Piece(title, 0, len(title))])) for piece in part]
    return "".join(piece.text for piece in pieces).strip()


def header_passage(table: Table) -> list[Passage]:
    """The header of a table without rows."""
    unread, table.unread = table.unread, []
    if not unread:
        return []
    titles = ", ".join(title for title in table.headers if title)
    return [Passage((in_words(f"{titles}.", unread[0], unread[1]),), "paragraph")] if titles else []
