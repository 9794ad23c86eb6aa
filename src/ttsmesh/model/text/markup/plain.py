"""The plain text of a source that is marked up, with its notes, and where in the source each character stands. Pure."""

from bisect import bisect_right
from collections import deque
from dataclasses import replace
from typing import NamedTuple

from ttsmesh.model.text.markup.notes import BREAK_MAX_MS, Break, Manner, Note, SentenceEnd


class _Run(NamedTuple):
    """Characters of the plain text from ``at`` on: copies of ``start:end``, or said for all of it."""

    at: int
    start: int
    end: int
    copied: bool


class Plain:
    """Grows at its end as the source is read, and is forgotten from its beginning. Places count from the beginning of
    the whole text."""

    def __init__(self) -> None:
        self.length = 0
        self.last = ""
        """The last character, "" before the first one."""
        self.notes: deque[Note] = deque()
        self._first = 0  # the first character that is kept
        self._kept = ""
        self._added: list[str] = []
        self._runs: list[_Run] = []

    def copy(self, text: str, start: int) -> None:
        """Add ``text``, which stands in the source from ``start`` on."""
        last = self._runs[-1] if self._runs else None
        if last is not None and last.copied and last.end == start:
            self._runs[-1] = last._replace(end=start + len(text))
            self._add(text)
        else:
            self._run(text, start, start + len(text), copied=True)

    def put(self, text: str, start: int, end: int) -> None:
        """Add ``text``, which is said for ``start:end`` of the source as a whole."""
        self._run(text, start, end, copied=False)

    def note(self, note: Note) -> None:
        """Add ``note``. What it makes void, or may be joined with, at the same place is not kept."""
        last = self.notes[-1] if self.notes else None
        if last is not None and last.at == note.at:
            if isinstance(note, Break) and isinstance(last, Break):
                self.notes[-1] = replace(last, ms=min(BREAK_MAX_MS, last.ms + note.ms))
                return
            if isinstance(note, Manner) and isinstance(last, Manner):
                self.notes[-1] = note
                return
            if isinstance(note, SentenceEnd) and isinstance(last, SentenceEnd):
                return
        self.notes.append(note)

    def text(self, start: int, end: int) -> str:
        """Characters ``start:end``, none of which is forgotten, or up to the last one that there is."""
        if self._added:
            self._kept += "".join(self._added)
            self._added.clear()
        return self._kept[start - self._first : end - self._first]

    def forget(self, before: int) -> None:
        """Forget the characters before ``before``. A ``span`` that begins with one then begins a little later."""
        self._kept = self.text(before, self.length)
        self._first = before
        number = bisect_right(self._runs, before - 1, key=lambda run: run.at) - 1
        if number > 0:
            del self._runs[:number]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The characters of the source that ``start:end`` is said for. Neither end ever goes back."""
        if not self._runs:
            return 0, 0
        if start < end:
            return self._place(start)[0], self._place(end - 1)[1]
        if not start:
            return (self._runs[0].start,) * 2
        before, here = self._number(start - 1), self._number(start)
        if before == here and not self._runs[here].copied:
            return self._place(start)
        return (self._place(start - 1)[1],) * 2

    def _place(self, at: int) -> tuple[int, int]:
        run = self._runs[self._number(at)]
        if not run.copied or at < run.at:
            return run.start, run.end
        place = min(run.start + at - run.at, run.end)
        return place, min(place + 1, run.end)

    def _number(self, at: int) -> int:
        return max(0, bisect_right(self._runs, at, key=lambda run: run.at) - 1)

    def _run(self, text: str, start: int, end: int, *, copied: bool) -> None:
        if text:
            self._runs.append(_Run(self.length, start, end, copied))
            self._add(text)

    def _add(self, text: str) -> None:
        self._added.append(text)
        self.length += len(text)
        self.last = text[-1]
