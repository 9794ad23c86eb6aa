"""What of a text that is still being written may be read by now. Pure.

The reader reads block by block. A block that has ended is read as a whole. Of a paragraph that is still being written,
and of a list or a log, whole sentences, items and lines are certain before. A table, or code between fences, is read
once it has ended: its first lines do not tell what it will be.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from ttsmesh.model.text import marks
from ttsmesh.model.text.formats import fences
from ttsmesh.model.text.formats.items import is_item
from ttsmesh.model.text.formats.lines import LOOKAHEAD, UNIT, Line, Window
from ttsmesh.model.text.sentences import sentence_ends

_HALF_MARK = re.compile(
    r"[ \t>]{0,20}(?:(?:[-*+]|\d{1,3}[.)])[ \t]+)?(?:`+|~+)[^`~\s]*$|[ \t>]{0,20}-{3,}[A-Z -]*$|[ \t]*<!"
)
"""The beginning of a line that may become a fence, the first line of a key, or a comment."""


class Quiet(IntEnum):
    """For how long nothing was added: not at all, for so long that a whole line or sentence is taken for ended, or for
    so long that whatever waits is said."""

    NO = 0
    SETTLED = 1
    STALLED = 2


@dataclass(frozen=True, slots=True)
class Certain:
    """The first ``end`` characters may be read. Of what is made of them, only what ends before ``until`` is certain,
    and the rest is read once more; all of it if there is no ``until``. ``counted``: these are lines that are only
    counted."""

    end: int
    until: int | None = None
    counted: bool = False


def certain(text: str, format_state: Mapping[str, Any], said: int, quiet: Quiet) -> Certain | None:
    """What of ``text`` may be read; None if nothing.

    Args:
        text: what follows the place up to which the text was read. It may go on.
        format_state: what the reader of formats knows there (``State.to_map``); empty at the text's beginning.
        said: characters of ``text`` that were certain before.
    """
    lines_end = text.rfind("\n") + 1
    if format_state.get("counting") in ("fence", "key"):
        return Certain(lines_end, counted=True) if lines_end else None
    fence = str(format_state.get("fence", ""))
    goes_on = bool(format_state.get("mid_line"))
    block = _Block(text, fence, goes_on)
    if not block.lines:
        return None
    if block.opens and not block.closes_fence:
        return Certain(lines_end) if block.long or quiet is Quiet.STALLED else None
    if block.is_comment and quiet is not Quiet.STALLED and len(text) < LOOKAHEAD:
        return Certain(len(text)) if "-->" in text else None
    if block.ended or block.long:
        return Certain(len(text))
    if quiet is Quiet.STALLED:
        return Certain(len(text))
    if block.is_table or block.half_mark:
        return None
    until = block.certain(by_line=bool(format_state.get("format")))
    if until > said:
        return Certain(len(text), until)
    return Certain(len(text)) if quiet is Quiet.SETTLED and block.pauses else None


class _Block:
    """The first block of ``text``, which may go on. ``fence``: it stands between fences with this mark; ``goes_on``: it
    is the rest of a long line."""

    def __init__(self, text: str, fence: str, goes_on: bool) -> None:
        self._text = text
        self._fence = fence
        window = Window(text, 0)
        self.lines: list[Line] = []
        self.ended = False
        at = 0
        while at < len(text) and not goes_on and not (line := window.line(at)).text and self._whole(line):
            at = line.after
        self._start = at
        while at < len(text) and not self.ended and not self.long:
            line = window.line(at)
            if not line.text and not self._whole(line) and not self.lines:
                return
            if self.lines and self._whole(line) and (not line.text or self._ends(line)):
                self.ended = True
            else:
                self.lines.append(line)
                at = line.after
        if not self.lines:
            return
        first = self.lines[0]
        if fence and not goes_on and self._whole(first) and fences.closes(first, fence):
            self.ended = True
        self.opens = not fence and not goes_on and self._whole(first) and fences.opening(first) is not None
        if not goes_on and self._whole(first) and fences.key(first):
            self.ended = True
        self.is_comment = not goes_on and not fence and first.text.lstrip().startswith("<!--")

    def _whole(self, line: Line) -> bool:
        return not line.goes_on and self._text[line.after - 1 : line.after] == "\n"

    def _ends(self, line: Line) -> bool:
        """Whether ``line`` is of another block than those before it."""
        if self._fence:
            return fences.closes(line, self._fence)
        return fences.opening(line) is not None or bool(fences.key(line)) or line.text.lstrip().startswith("<!--")

    @property
    def _end(self) -> int:
        return self.lines[-1].after if self.lines else self._start

    @property
    def long(self) -> bool:
        """Whether the reader reads it in parts anyway."""
        return self._end - self._start > UNIT

    @property
    def closes_fence(self) -> bool:
        """Whether the fence that it opens is closed by now."""
        found = fences.opening(self.lines[0])
        window, at = Window(self._text, 0), self.lines[0].after
        while found is not None and at < len(self._text):
            line = window.line(at)
            if self._whole(line) and fences.closes(line, found[0]):
                return True
            at = line.after
        return False

    @property
    def is_table(self) -> bool:
        """Whether it may be a table."""
        return any(line.text.lstrip("> \t").startswith("|") or " | " in line.text for line in self.lines[:3])

    @property
    def half_mark(self) -> bool:
        """Whether its last line is not whole, and may become one that begins another block."""
        return not self._whole(self.lines[-1]) and _HALF_MARK.match(self.lines[-1].text) is not None

    @property
    def pauses(self) -> bool:
        """Whether it may end where it ends by now: behind a line, or a sentence."""
        text = self._text[self._start : self._end].rstrip(" \t\r")
        return text.endswith("\n") or len(text) in sentence_ends(text)

    def certain(self, *, by_line: bool) -> int:
        """Up to where all is certain. ``by_line``: each line stands for itself."""
        text = self._text[self._start : self._end]
        ends = [end for end in sentence_ends(text) if text[end:].strip(marks.CLOSERS + " \t\r\n*_~`")]
        found = [self._start + ends[-1]] if ends else []
        last = self.lines[-1]
        if is_item(last) and len(self.lines) > 1:
            found.append(last.start)
        if by_line:
            found.append(last.after if self._whole(last) else last.start)
        return max(found, default=0)
