"""The text of a book, in a file, and its chapters."""

import contextlib
from collections.abc import Iterator

import pytest

from ttsmesh.cli.commands.books.source import manuscript
from ttsmesh.cli.commands.books.source.headings import Heading
from ttsmesh.cli.commands.books.source.manuscript import LINE, Manuscript
from ttsmesh.errors import RejectedError


@contextlib.contextmanager
def of(text: str) -> Iterator[Manuscript]:
    with contextlib.closing(Manuscript("a")) as book:
        book.write(text)
        yield book


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\nb\n",
        "a\n\n\nb",
        "é" * LINE,
        "a" * (LINE - 1) + "\n" + "b\n",
        "a" * LINE + "\nb",
        "short\n" + "雨" * (2 * LINE) + "\nshort\n",
        "x\n" * LINE,
    ],
)
def test_lines_are_the_text_in_order(text: str) -> None:
    with of(text) as book:
        lines = list(book.lines())
        assert "".join(line for line, _, _ in lines) == text
        place = 0
        for line, start, end in lines:
            assert (start, end) == (place, place + len(line.encode()))
            assert book.read(start, end) == line
            assert end - start <= LINE
            place = end
        whole = {line for line in text.splitlines(keepends=True) if len(line.encode()) <= LINE}
        assert whole <= {line for line, _, _ in lines}


def test_chapters_begin_at_headings_and_those_without_a_text_join_the_next() -> None:
    text = "before\nONE\n\nTWO\nsecond\nTHREE\nthird\nFOUR\n"
    headings = [
        Heading(text.index(title), text.index(title) + len(title) + 1, 1, title)
        for title in ("ONE", "TWO", "THREE", "FOUR")
    ]
    with of(text) as book:
        book.divide(headings)
        assert [(chapter.title, book.read(chapter.start, chapter.end)) for chapter in book.chapters] == [
            ("", "before\n"),
            ("TWO", "ONE\n\nTWO\nsecond\n"),
            ("THREE", "THREE\nthird\n"),
            ("FOUR", "FOUR\n"),
        ]


def test_a_book_without_headings_is_one_chapter() -> None:
    with of("a\n") as book:
        book.divide([])
        assert [(chapter.title, chapter.start, chapter.end) for chapter in book.chapters] == [("", 0, 2)]


def test_a_book_may_not_be_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manuscript, "MAX_BOOK", 10)
    with of("0123456789") as book, pytest.raises(RejectedError, match="the text is longer than"):
        book.write("x")
