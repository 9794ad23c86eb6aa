"""What a book says, chapter by chapter: its text as UTF-8 in a file without a name, and where its chapters begin.

The text of a book is kept there while the book is rendered. So its own file may change meanwhile, and no more of it is
in memory than is looked at.
"""

import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ttsmesh.cli.commands.books.parts import Kind
from ttsmesh.cli.commands.books.source.headings import Heading
from ttsmesh.errors import Code, RejectedError, system_faults
from ttsmesh.limits import MAX_BOOK, MIB

TITLE = 200
"""Characters of a title, at most."""

LINE = 16 * 1024
"""Bytes of a line that are read at once, at most."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Chapter(NamedTuple):
    """Bytes ``start`` to ``end`` of the manuscript, with the chapter's heading among them. ``title`` is empty where it
    has none."""

    title: str
    start: int
    end: int


@dataclass
class Manuscript:
    """A book. ``title``: what the book says, or else the name of its file, as ``one_title`` gives it."""

    title: str
    kind: Kind = "text"
    author: str = ""
    chapters: Sequence[Chapter] = ()
    size: int = 0
    _file: int = field(default=-1, repr=False)

    def __post_init__(self) -> None:
        with system_faults("the text cannot be kept"), tempfile.TemporaryFile() as file:
            self._file = os.dup(file.fileno())

    def write(self, text: str) -> None:
        """Add ``text`` at the end. Raises ``RejectedError`` when the book is too long."""
        data = text.encode()
        self.size += len(data)
        if self.size > MAX_BOOK:
            raise RejectedError(f"the text is longer than {MAX_BOOK // MIB} MiB", Code.TEXT)
        with system_faults("the text cannot be kept"):
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._file, rest) :]

    def read(self, start: int, end: int) -> str:
        """The text from byte ``start`` to byte ``end``."""
        with system_faults("the text cannot be read again"):
            return os.pread(self._file, end - start, start).decode()

    def lines(self, start: int = 0, end: int | None = None) -> Iterator[tuple[str, int, int]]:
        """Its lines with their line feeds, and where each starts and ends. One that is long comes in pieces."""
        end = self.size if end is None else end
        while start < end:
            with system_faults("the text cannot be read again"):
                data = os.pread(self._file, min(LINE, end - start), start)
            for line in data.splitlines(keepends=True) if data.endswith(b"\n") else _whole(data, start + LINE < end):
                yield line.decode(), start, start + len(line)
                start += len(line)

    def divide(self, headings: Iterable[Heading]) -> None:
        """Make chapters that begin at ``headings``. A heading without a text of its own begins the next chapter."""
        chapters: list[Chapter] = []
        begun, title = 0, ""
        body = 0  # where the text behind the last heading begins
        for heading in headings:
            if self.has_text(body, heading.start):
                chapters.append(Chapter(title, begun, heading.start))
                begun = heading.start
            title, body = one_title(heading.title), heading.end
        self.chapters = [*chapters, Chapter(title, begun, self.size)]

    def has_text(self, start: int, end: int) -> bool:
        """Whether there is more than white space from byte ``start`` to byte ``end``."""
        return any(line.strip() for line, _, _ in self.lines(start, end))

    def close(self) -> None:
        os.close(self._file)


def one_title(text: str) -> str:
    """``text`` as a title: in one line, without controls, and not longer than ``TITLE``."""
    title = " ".join(_CONTROLS.sub(" ", text).split())
    return title if len(title) <= TITLE else title[: TITLE - 1] + "…"


def _whole(data: bytes, more: bool) -> Iterator[bytes]:
    """The lines of ``data``, the last of which is cut. ``more``: it goes on, so it is given only if it is the only
    one, and without the beginning of a character."""
    *lines, last = data.splitlines(keepends=True)
    yield from lines
    if not more:
        yield last
    elif not lines:
        yield last.decode(errors="ignore").encode()
