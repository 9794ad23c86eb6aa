"""Reads a block of prose: headings, items of lists, quotes, tables and paragraphs, with or without Markdown. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from ttsmesh.model.text.formats.align import Traced, cut, in_words
from ttsmesh.model.text.formats.inline import inline
from ttsmesh.model.text.formats.items import ITEM, is_item, quote_prefix
from ttsmesh.model.text.formats.lines import Line
from ttsmesh.model.text.formats.plain import Known, joined, plain_lines
from ttsmesh.model.text.formats.tabular.rows import file_passages, header_passage, row_passages
from ttsmesh.model.text.formats.tabular.tables import Table, bars_at, columns_at, files_at, row_of
from ttsmesh.model.text.passages import Passage, Pause, Piece

_KEY = re.compile(r"[\w.-]{1,40}:(?: [^\s].{0,200})?")
"""A key of YAML, which ends the list before it."""
_TASK = re.compile(r"\[([ xX])\][ \t]+(?=\S)")
_HEADING = re.compile(r"#{1,6}(?:[ \t]+|$)")
_RULE = re.compile(r"([-=_*~#─━═+^])(?:[ \t]{0,3}\1){2,}|--")
_REFERENCE = re.compile(
    r"\[[^\]\[^][^\]\[]{0,99}\]:[ \t]+<?(?:[a-z]{2,12}:|[/.#])?\S{0,500}[/.#]\S{0,500}(?:[ \t]+[\"'(].*)?"
)
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,40}\]:[ \t]*")
_ALERT = re.compile(r"\[!([A-Za-z]{2,20})\]")
_MARKS_BEFORE_A_LIST = ".:;,!?…。：；"


@dataclass(slots=True)
class Prose:
    """Reads blocks. ``markup``: as Markdown. ``most``: characters of a passage. ``table``: the one that is read."""

    markup: bool
    most: int
    term: Callable[[str], str]
    known: Known | None = None
    table: Table | None = None

    def read(self, block: Sequence[Line], following: Line | None, apart: bool) -> list[Passage]:
        """The passages of ``block``. ``following``: the next line that is not empty, None if there is none. ``apart``:
        it is of another block."""
        lines = list(self._unquoted(block))
        passages: list[Passage] = []
        at = 0
        while at < len(lines):
            at = self._construct(lines, at, following, apart, passages)
        if self.table and apart:
            passages += self.end_table()
            _lengthen(passages)
        return passages

    def rest(self, line: Line) -> list[Passage]:
        """The rest of a line, or a part of it: nothing in it begins a construct."""
        return self._paragraph([line], (), "" if line.goes_on else "paragraph") if line.text.strip() else []

    def end_table(self) -> list[Passage]:
        """What is left to be said of the table that ends: its header, if it had no row."""
        table, self.table = self.table, None
        return header_passage(table) if table else []

    def _unquoted(self, block: Sequence[Line]) -> Iterator[tuple[int, Line]]:
        """Each line without marks of quoting and white space before it, and how deeply it is quoted."""
        prefixes = [quote_prefix(line) for line in block]
        for line, prefix in zip(block, prefixes, strict=True):
            # "> 5" that stands alone is a comparison.
            if (
                prefix
                and line.text[prefix : prefix + 1].isdigit()
                and sum(map(bool, prefixes)) == 1
                and not self.markup
            ):
                prefix = 0
            level = line.text[:prefix].count(">")
            yield level, line.without(prefix)

    def _construct(
        self,
        lines: Sequence[tuple[int, Line]],
        at: int,
        following: Line | None,
        apart: bool,
        passages: list[Passage],
    ) -> int:
        """Read the construct at ``lines[at]``, and answer where the next one begins."""
        level, line = lines[at]
        text = line.text.strip()
        if self.table:
            cells = row_of(self.table, line)
            if cells and self.table.kind == "files":
                passages += file_passages(line, cells, self.most, self.term)
                return at + 1
            if cells is not None:
                passages += row_passages(self.table, line, cells, self._lines, self.most, self.term)
                return at + 1
            _lengthen(passages)
            passages += self.end_table()
        if not text or _RULE.fullmatch(text) or self._is_silent(text):
            _lengthen(passages)
            return at + 1
        near = [line for _, line in lines[at : at + 3]]
        found = bars_at(near) or files_at(near)
        if not found and at < 2:
            found = columns_at([line for _, line in lines[at:]])
        if found:
            self.table, header = found
            return at + header
        start = len(line.text) - len(line.text.lstrip())
        if self.markup and (heading := _HEADING.match(text)):
            title = line.without(start + heading.end())
            passages += self._paragraph([_without_closing_marks(title)], (), "paragraph")
            return at + 1
        if self.markup and level and (alert := _ALERT.fullmatch(text)):
            passages += cut([_copy(line.without(start + 2), len(alert.group(1)))], self.most, "clause")
            return at + 1
        end = at + 1
        item = ITEM.match(line.text)
        while end < len(lines) and not self._interrupts(lines, end, bool(item)):
            end += 1
        content = [line, *(line for _, line in lines[at + 1 : end])]
        after = lines[end][1] if end < len(lines) else following
        goes_on = content[-1].goes_on or (end == len(lines) and not apart and not self._begins(following, line))
        if item:
            said, content[0] = self._mark_of_item(line, item)
            pause: Pause = "item" if after and is_item(after) else "paragraph"
            passages += self._paragraph(content, said, "" if goes_on else pause)
        else:
            if self.markup and (note := _FOOTNOTE.match(line.text, start)):
                content[0] = line.without(note.end())
            passages += self._paragraph(content, (), "" if goes_on else "paragraph")
        return end

    def _is_silent(self, text: str) -> bool:
        return self.markup and (text == "$$" or bool(_REFERENCE.fullmatch(text)))

    def _interrupts(self, lines: Sequence[tuple[int, Line]], at: int, in_list: bool) -> bool:
        """Whether ``lines[at]`` begins something else than the paragraph before it."""
        level, line = lines[at]
        before_level, before = lines[at - 1]
        text = line.text.strip()
        if not text or level != before_level or _RULE.fullmatch(text) or self._is_silent(text):
            return True
        if item := ITEM.match(line.text):
            next_is_item = at + 1 < len(lines) and bool(ITEM.match(lines[at + 1][1].text))
            marked = before.text.rstrip()[-1:] in _MARKS_BEFORE_A_LIST
            first = item.group(1) in ("1", None)
            left = before.text[:1].isspace() and not line.text[:1].isspace()
            if in_list or marked or left or (first and (self.markup or next_is_item)):
                return True
        if in_list and _KEY.fullmatch(text):
            return True
        if self.markup and (_HEADING.match(text) or _FOOTNOTE.match(text)):
            return True
        near = [line for _, line in lines[at : at + 3]]
        return bool(bars_at(near) or files_at(near))

    def _begins(self, line: Line | None, before: Line) -> bool:
        return bool(line and self._interrupts([(0, before), (quote_prefix(line), line)], 1, False))

    def _mark_of_item(self, line: Line, item: re.Match[str]) -> tuple[list[Piece], Line]:
        """What is said for the mark of an item and of its task, and the line without them."""
        said = []
        if item.group(1):
            number = Piece(item.group(1), line.start + item.start(1), line.start + item.end(1))
            said += [number, Piece(", ", number.end, line.start + item.end())]
        rest = line.without(item.end())
        if task := _TASK.match(rest.text):
            done = self.term("to do" if task.group(1) == " " else "done")
            said.append(in_words(f"{done}: ", rest.start, rest.start + 3))
            rest = rest.without(task.end())
        return said, rest

    def _paragraph(self, lines: Sequence[Line], said: Sequence[Piece], pause: Pause) -> list[Passage]:
        stripped = [line.without(len(line.text) - len(line.text.lstrip())) for line in lines]
        filled = [line for line in stripped if line.text]
        parts = [*self._lines(joined(filled, self.known, self.markup))] if filled else []
        if said:
            parts[:1] = [[*said, *parts[0]]] if parts else [list(said)]
        passages = [passage for part in parts for passage in cut(part, self.most, "clause")]
        if passages:
            passages[-1] = replace(passages[-1], pause=pause)
        return passages

    def _lines(self, traced: Traced) -> Iterator[list[Piece]]:
        return inline(traced, self.term) if self.markup else plain_lines(traced)


def _lengthen(passages: list[Passage]) -> None:
    if passages:
        passages[-1] = replace(passages[-1], pause="paragraph")


def _copy(line: Line, length: int) -> Piece:
    return Piece(line.text[:length], line.start, line.start + length)


def _without_closing_marks(line: Line) -> Line:
    """A heading without the number signs that may end it."""
    text = line.text.rstrip("#")
    return replace(line, text=text.rstrip()) if text[-1:].isspace() or not text else line
