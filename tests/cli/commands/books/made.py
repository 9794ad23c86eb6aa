"""Books and what is kept of them, for tests."""

from collections.abc import Mapping, Sequence

from ttsmesh.cli.commands.books.kept import Kept
from ttsmesh.cli.commands.books.plan import Book, Target, plan_parts
from ttsmesh.cli.commands.books.source.headings import MarkdownFinder
from ttsmesh.cli.commands.books.source.manuscript import Manuscript


def manuscript(text: str, title: str = "A Book") -> Manuscript:
    """A book in Markdown."""
    book = Manuscript(title, "markdown")
    book.write(text)
    finder = MarkdownFinder()
    for line in book.lines():
        finder.add(*line)
    book.divide(finder.found())
    return book


def parts(book: Manuscript, manner: Mapping[str, object] | None = None, *, tags: bool = False) -> list[list[str]]:
    """The keys of the parts of each chapter."""
    return [[part.key for part in chapter] for chapter in plan_parts(book, manner or {}, tags=tags)]


def book(manuscript: Manuscript, targets: Sequence[Target], sounds: Mapping[str, bytes]) -> Book:
    """A book of whose parts ``sounds`` are kept, by their keys."""
    kept = Kept("/source", targets[0].path)
    for key, sound in sounds.items():
        part = kept.begin(key)
        part.write(sound)
        part.keep()
    return Book("source", manuscript, targets, kept)
