"""Books in files of plain text and Markdown."""

import contextlib
import os
from pathlib import Path

import pytest

from ttsmesh.cli.commands.books.parts import Kind
from ttsmesh.cli.commands.books.source.manuscript import Manuscript
from ttsmesh.cli.commands.books.source.reading import read_book
from ttsmesh.errors import RejectedError

MARKDOWN = "# The Book\n\n## One\n\na\n\n## Two\n\nb\n"
PLAIN = "Chapter 1\n\n# a hash\n\nChapter 2\n\nb\n"


def read(path: Path, content: bytes, kind: Kind | None = None) -> Manuscript:
    path.write_bytes(content)
    book = read_book(str(path), kind)
    book.close()
    return book


@pytest.mark.parametrize(
    ("name", "content", "kind", "expected", "titles"),
    [
        ("a.md", MARKDOWN, None, "markdown", ["One", "Two"]),
        ("a.txt", MARKDOWN, None, "markdown", ["One", "Two"]),
        ("a.txt", PLAIN, None, "text", ["Chapter 1", "Chapter 2"]),
        ("a.md", PLAIN, None, "markdown", ["", "a hash"]),
        ("a.md", PLAIN, "text", "text", ["Chapter 1", "Chapter 2"]),
        ("a.txt", "a\n\n# one\n\nb", "markdown", "markdown", ["", "one"]),
        ("a", "no heading", None, "text", [""]),
    ],
)
def test_what_a_file_is(
    tmp_path: Path, name: str, content: str, kind: Kind | None, expected: Kind, titles: list[str]
) -> None:
    book = read(tmp_path / name, content.encode(), kind)
    assert book.kind == expected
    assert [chapter.title for chapter in book.chapters] == titles


def test_the_title_is_the_only_heading_of_the_first_level_or_the_files_name(tmp_path: Path) -> None:
    assert read(tmp_path / "a.md", MARKDOWN.encode()).title == "The Book"
    assert read(tmp_path / "a.md", b"# One\n\na\n\n# Two\n\nb\n").title == "a"
    assert read(tmp_path / "my book.txt", b"text").title == "my book"


def test_a_name_that_is_not_utf_8_is_a_title_that_can_be_written(tmp_path: Path) -> None:
    assert read(tmp_path / os.fsdecode(b"gr\xfc\xdfe.txt"), b"text").title == "gr\ufffd\ufffde"


@pytest.mark.parametrize("at", [0, 1, 2])
def test_line_ends_and_byte_order_marks_and_controls_are_nothing_to_say(
    tmp_path: Path, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ttsmesh.cli.commands.books.source.reading._BLOCK", 4 + at)  # so that pairs are cut somewhere
    path = tmp_path / "a.txt"
    path.write_bytes("\ufeffa\r\nb\rc\n\x00d\r\n\r\n".encode())
    with contextlib.closing(read_book(str(path), None)) as book:
        assert book.read(0, book.size) == "a\nb\nc\n d\n\n"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no text"),
        (b" \n\n", "no text"),
        (b"ab\xff", "not valid UTF-8 (near byte 2)"),
        (b"ab\xc3", "not valid UTF-8"),
        (b"%PDF-1.7\n\xe2\xe3\xcf\xd3", "not valid UTF-8"),
    ],
)
def test_what_has_no_text_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(RejectedError) as refused:
        read(tmp_path / "a.txt", content)
    assert reason in refused.value.message


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RejectedError, match="cannot read it: no such file or directory"):
        read_book(str(tmp_path / "none.txt"), None)
    with pytest.raises(RejectedError, match="cannot read it: is a directory"):
        read_book(str(tmp_path), None)
