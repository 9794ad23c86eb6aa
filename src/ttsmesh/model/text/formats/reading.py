"""Reads a source of any format, window by window, into passages. Pure.

Every step reads one block or construct, and which one does not depend on how much was asked for. So the words are the
same however a text is cut into windows, as long as each has ``LOOKAHEAD`` characters behind what is read.
"""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from ttsmesh.model.text.formats import auto, fences
from ttsmesh.model.text.formats.lines import LOOKAHEAD, UNIT, Line, Window
from ttsmesh.model.text.formats.plain import Known, are_sentences
from ttsmesh.model.text.formats.prose import Prose
from ttsmesh.model.text.formats.tabular.tables import Table, bars_at, columns_at, files_at
from ttsmesh.model.text.passages import Passage, Piece, ReadAs

FEW_LINES = 3
"""Lines of a shell's commands, or of code between paragraphs, that are read; more are only counted."""

_FRONT_MATTER = re.compile(r"[\w.-]{1,60}:|[ \t#-]|$")


@dataclass(slots=True)
class State:
    """What one reading knows between its windows.

    ``mode``: the format that was asked for. ``base``: the one that the text is in, "" before its beginning is read.
    ``format`` and ``carry``: the reader by lines that read last, and what it keeps. ``mid_line``: a long line goes on.
    ``table``: the one that is being read. ``fence``: the mark that opened a block, "" outside one, and in which
    ``fence_format`` it is read. ``counting``: "fence" or "code" while lines are only counted, ``counted`` of them from
    ``begin`` up to ``end``, in ``language``; "key" while those of a key are passed over.
    """

    mode: ReadAs = "auto"
    base: str = ""
    format: str = ""
    carry: dict[str, Any] = field(default_factory=dict)
    mid_line: bool = False
    table: dict[str, Any] | None = None
    fence: str = ""
    fence_format: str = ""
    counting: str = ""
    counted: int = 0
    begin: int = 0
    end: int = 0
    language: str = ""

    def to_map(self) -> dict[str, Any]:
        """The state in plain types, some KiB at most."""
        return asdict(self)

    @classmethod
    def from_map(cls, fields: dict[str, Any]) -> "State":
        """The state that ``to_map`` gave."""
        return cls(**fields)


def passages(
    window: str,
    offset: int,
    state: State,
    *,
    most: int,
    final: bool,
    term: Callable[[str], str],
    known: Known | None = None,
) -> tuple[list[Passage], int]:
    """The passages at the beginning of ``window``, and how many of its characters they take: more than 0.

    ``window`` is the source from character ``offset`` on, to its end if it is ``final``; else it should have
    ``LOOKAHEAD`` characters more than are read. Blocks are read whole, up to ``most`` characters and a passage;
    a window without anything to say has none. ``state`` is changed. ``known``: whether a word is in the dictionary.
    """
    reading = _Reading(Window(window, offset), state, max(most, 1), final, term, known)
    found: list[Passage] = []
    at = offset
    while at < reading.window.end and (at - offset < most or not found):
        if at > offset and not final and reading.window.end - at < LOOKAHEAD:
            break
        read, at = reading.step(at)
        found += read
    if final and at == reading.window.end:
        found += reading.finish()
    if state.mode == "auto" and state.base in auto.READERS and not final and reading.window.end < auto.HEAD:
        state.base = ""  # too few characters have come to tell the format of them all
    return found, at - offset


@dataclass(slots=True)
class _Reading:
    window: Window
    state: State
    most: int
    final: bool
    term: Callable[[str], str]
    known: Known | None

    def step(self, at: int) -> tuple[list[Passage], int]:
        """What the construct at ``at`` says, and where the next one begins."""
        state = self.state
        if not state.base:
            state.base = auto.format_of_text(self._ahead(at, auto.HEAD)) if state.mode == "auto" else state.mode
            if (front := self._front_matter(at)) is not None:
                return front
        line = self.window.line(at)
        if state.counting == "fence":
            return self._count(line)
        if state.counting == "key":
            return self._rest_of_key(line)
        if state.fence and not state.mid_line and fences.closes(line, state.fence):
            state.fence = ""
            return self._end_of_prose(), line.after
        if state.mid_line:
            return self._rest(line)
        begin = at
        while not line.text and not line.goes_on and line.after < self.window.end:
            line = self.window.line(line.after)
            if self.window.end - line.start < LOOKAHEAD and not self.final and line.start - begin > UNIT:
                break
        said = self._end_of_prose() if line.start > begin else []
        if not line.text:
            return said, line.after
        if state.fence and fences.closes(line, state.fence):
            return said, line.start
        if (key := fences.key(line)) and not state.mid_line:
            state.counting = "key"
            piece = Piece(self.term(key), line.start, line.end)
            return [*said, *self._end_of_prose(), Passage((piece,), "sentence")], line.after
        if not state.fence and self._has_markup() and (comment := self._comment_end(line)):
            return [*said, *self._end_of_code()], comment
        if (
            not state.fence
            and state.base not in auto.READERS
            and self._has_markup()
            and (fence := fences.opening(line))
        ):
            passages, after = self._open_fence(line, *fence)
            return [*said, *passages], after
        passages, after = self._block(begin, line)
        return [*said, *passages], after

    def finish(self) -> list[Passage]:
        """What is left to be said at the text's end."""
        return [*self._end_of_prose(), *self._end_of_code()]

    def _ahead(self, at: int, most: int) -> str:
        return self.window.slice(at, at + most)

    def _has_markup(self) -> bool:
        """Whether a fence or a comment may begin."""
        return self.state.base == "markdown" or (self.state.mode == "auto" and self.state.base not in auto.READERS)

    def _block(self, begin: int, first: Line) -> tuple[list[Passage], int]:
        """Read the lines from ``first`` on to an empty one. ``begin``: where the empty lines before them begin."""
        state = self.state
        lines, name = self._format(self.window.block(first.start, self._ends_block))
        after = lines[-1].after
        texts = [line.text for line in lines]
        if state.counting == "code" and name == "code":
            state.counted += len(lines)
            state.end = lines[-1].end
            return [], after
        said = self._end_of_code()
        if name in auto.READERS:
            said += self._end_of_prose()
            counts = name == "code" and state.base != "code" and not state.fence and state.format != "code"
            if counts and len(lines) > FEW_LINES:
                state.counting, state.counted, state.language = "code", len(lines), ""
                state.begin, state.end, state.format = first.start, lines[-1].end, ""
                return said, after
            start = begin if state.format == name else first.start
            if state.format != name:
                state.format, state.carry = name, {}
            state.mid_line = lines[-1].goes_on
            read = auto.READERS[name](self.window.slice(start, after), start, state.carry, self.term)
            return [*said, *read], after
        state.format, state.carry = "", {}
        markup = name == "markdown" or (state.mode == "auto" and not state.fence and auto.is_markdown(texts))
        prose = self._prose(markup)
        said += prose.read(lines, *self._following(lines[-1]))
        state.mid_line = lines[-1].goes_on
        state.table = prose.table.to_map() if prose.table else None
        return said, after

    def _ends_block(self, line: Line) -> bool:
        if fences.key(line):
            return True
        if self.state.fence:
            return fences.closes(line, self.state.fence)
        if not self._has_markup():
            return False
        return fences.opening(line) is not None or line.text.lstrip().startswith("<!--")

    def _format(self, lines: list[Line]) -> tuple[list[Line], str]:
        """The lines of the block that ``lines`` begin with, and in which format they are read."""
        state = self.state
        if state.fence:
            return lines, state.fence_format
        if state.table or state.base in ("code", "diff") or state.mode in ("text", "markdown", "log"):
            return lines, state.base
        texts = [line.text for line in lines]
        before = "code" if state.counting else state.format
        if before and auto.goes_on(before, texts, state.carry):
            return lines, before
        prose = state.base if state.base not in auto.READERS else "text"
        if bars_at(lines) or files_at(lines) or files_at(lines[1:]) or columns_at(lines):
            return lines, prose
        if len(lines) > 1 and auto.is_command(texts[0]) and auto.format_of_block(texts) != "code":
            return lines[:1], "code"
        command = next((number for number, text in enumerate(texts) if number and auto.is_command(text)), 0)
        if command and auto.format_of_block(texts) != "code":
            lines, texts = lines[:command], texts[:command]
        return lines, auto.format_of_block(texts) or state.base

    def _following(self, last: Line) -> tuple[Line | None, bool]:
        """The next line behind a block that is not empty, if one is near, and whether it is of another block."""
        if last.goes_on or last.after >= self.window.end:
            return None, not last.goes_on
        line = self.window.line(last.after)
        apart = not line.text or self._ends_block(line)
        while not line.text and line.after < self.window.end and line.start - last.after < UNIT:
            line = self.window.line(line.after)
        return (line if line.text and not self._ends_block(line) else None), apart

    def _prose(self, markup: bool) -> Prose:
        table = Table(**self.state.table) if self.state.table else None
        return Prose(markup, self.most, self.term, self.known, table)

    def _rest(self, line: Line) -> tuple[list[Passage], int]:
        """Read on in a long line."""
        state = self.state
        state.mid_line = line.goes_on
        if state.format:
            text = self.window.slice(line.start, line.after)
            return auto.READERS[state.format](text, line.start, state.carry, self.term), line.after
        return self._prose((state.fence_format if state.fence else state.base) == "markdown").rest(line), line.after

    def _end_of_prose(self) -> list[Passage]:
        if not self.state.table:
            return []
        prose = self._prose(False)
        self.state.table = None
        return prose.end_table()

    def _end_of_code(self) -> list[Passage]:
        """The block of code whose lines were counted, if there is one."""
        state = self.state
        if state.counting not in ("code", "fence"):
            return []
        state.counting = ""
        return [fences.summary("code", state.language, state.counted, state.begin, state.end, self.term)]

    def _open_fence(self, line: Line, fence: str, language: str, number: Piece | None) -> tuple[list[Passage], int]:
        state = self.state
        said = [*self._end_of_prose(), *self._end_of_code()]
        if number:
            said.append(Passage((number,), "clause"))
        content: list[Line] = []
        closed = None
        at = line.after
        while at < self.window.end and at - line.after <= UNIT and not closed:
            inner = self.window.line(at)
            if fences.closes(inner, fence):
                closed = inner
            else:
                content.append(inner)
            at = inner.after
        filled = [inner for inner in content if inner.text]
        name = fences.format_of(language) or _format_of_content(filled)
        state.format, state.carry, state.language = "", {}, language
        if name != "code":
            state.fence, state.fence_format = fence, name
            return said, line.after
        if closed and len(filled) <= (FEW_LINES if fences.is_shell(language) else 1):
            text = self.window.slice(line.after, closed.start)
            return [*said, *(auto.READERS["code"](text, line.after, {}, self.term) if filled else [])], closed.after
        state.counting, state.counted, state.fence = "fence", 0, fence
        state.begin = state.end = line.start
        return said, line.after

    def _count(self, line: Line) -> tuple[list[Passage], int]:
        """Count lines up to the end of the fence, or of the window."""
        state = self.state
        while True:
            state.end = max(line.end, state.begin)
            if not state.mid_line and fences.closes(line, state.fence):
                state.fence = ""
                return self._end_of_code(), line.after
            state.counted += not state.mid_line
            state.mid_line = line.goes_on
            if line.after >= self.window.end:
                return [], line.after
            if not self.final and self.window.end - line.after < LOOKAHEAD:
                return [], line.after
            line = self.window.line(line.after)

    def _rest_of_key(self, line: Line) -> tuple[list[Passage], int]:
        """Pass over the lines of a key, up to the last one or the end of the window."""
        while not fences.key_ends(line) and line.after < self.window.end:
            line = self.window.line(line.after)
        if fences.key_ends(line) or (self.final and line.after >= self.window.end):
            self.state.counting = ""
        return [], line.after

    def _comment_end(self, line: Line) -> int:
        """Where the comment ends that ``line`` begins; 0 if it begins none that ends."""
        text = line.text.lstrip()
        if not text.startswith("<!--"):
            return 0
        found = self._ahead(line.start, LOOKAHEAD).find("-->", len(line.text) - len(text))
        return line.start + found + 3 if found >= 0 else 0

    def _front_matter(self, at: int) -> tuple[list[Passage], int] | None:
        """What is said for the lines of YAML between "---" at the text's beginning; None if there are none."""
        if at or not self._has_markup() or not self._ahead(at, 4).startswith("---"):
            return None
        first = line = self.window.line(at)
        count = 0
        named = False
        while first.text == "---" and line.after < self.window.end and line.after - at < LOOKAHEAD:
            line = self.window.line(line.after)
            if line.text in ("---", "...") and named:
                self.state.base = "markdown"
                return [fences.summary("front matter", "", count, at, line.end, self.term)], line.after
            if not _FRONT_MATTER.match(line.text):
                break
            named = named or ":" in line.text
            count += 1
        return None


def _format_of_content(lines: list[Line]) -> str:
    """How the block between fences is read that names no language."""
    texts = [line.text for line in lines]
    name = auto.format_of_block(texts)
    if name and name != "code":
        return name
    table = bool(lines) and any(
        bars_at(lines[at:]) or files_at(lines[at:]) or columns_at(lines[at:]) for at in range(2) if lines[at:]
    )
    return "text" if table or (not name and are_sentences(texts)) else "code"
