"""Shows on a terminal how far the books are."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

from ttsmesh.cli.commands.books.plan import Book, Planned
from ttsmesh.cli.commands.books.rendering import Watcher
from ttsmesh.errors import printable

BYTES_S = 15.0
"""Bytes of text that are said in a second, as long as nothing of it was said."""


class _Row:
    """One book: its parts that are kept, and how much of the others is rendered."""

    def __init__(self, book: Book, task: TaskID) -> None:
        self.task = task
        missing = {part.key for target in book.unmade() for part in book.missing(target).values()}
        self.chapters = [{part.key for part in chapter} & missing for chapter in book.chapters]
        self.size = sum(part.size for target in book.targets for part in target.parts)
        self.left = {part.key: part.size for target in book.unmade() for part in target.parts if part.key in missing}
        self.said: dict[str, float] = {}  # bytes of the parts that are being rendered
        self.seconds = 0.0
        self.bytes = 0

    @property
    def completed(self) -> float:
        return self.size - sum(self.left.values()) + sum(self.said.values())

    @property
    def chapter(self) -> str:
        done = sum(not chapter for chapter in self.chapters)
        return f"chapter {min(done + 1, len(self.chapters))} of {len(self.chapters)}" if len(self.chapters) > 1 else ""


class Bars(Watcher):
    """Shows a line for each book, with its chapter, how fast it is rendered, and the time that is left."""

    def __init__(self, books: Sequence[Book]) -> None:
        super().__init__()
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=30),
            TaskProgressColumn(),
            TextColumn("{task.fields[chapter]}"),
            TextColumn("{task.fields[speed]}"),
            TimeRemainingColumn(),
            TextColumn("left"),
            console=Console(stderr=True),
            speed_estimate_period=120.0,
        )
        self._rows: dict[int, _Row] = {}
        for book in books:
            title = printable(book.manuscript.title)
            shown = title if len(title) <= 32 else title[:31] + "…"
            task = self._progress.add_task(shown, chapter="", speed="")
            row = self._rows[id(book)] = _Row(book, task)
            self._progress.update(task, total=row.size, completed=row.completed, chapter=row.chapter)

    def rendered(self, book: Book, part: Planned, seconds: float) -> None:
        super().rendered(book, part, seconds)
        row = self._rows[id(book)]
        row.seconds += seconds
        rate = row.bytes / row.seconds if row.bytes else BYTES_S
        row.said[part.key] = min(row.said.get(part.key, 0.0) + seconds * rate, 0.99 * part.size)
        self._show(row)

    def kept(self, book: Book, part: Planned) -> None:
        row = self._rows[id(book)]
        row.said.pop(part.key, None)
        row.left.pop(part.key, None)
        row.bytes += part.size
        for chapter in row.chapters:
            chapter.discard(part.key)
        self._show(row)

    def _show(self, row: _Row) -> None:
        self._progress.update(row.task, completed=row.completed, chapter=row.chapter, speed=f"{self.speed:.1f}x")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._progress.stop()
