"""The names of output files."""

import pytest

from ttsmesh.cli.commands.books.names import MOST, chapter_name, file_name


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("The Storm", "The Storm.opus"),
        ("a/b\\c\0d\n e", "a-b-c d e.opus"),
        ("../../etc/passwd", "-..-etc-passwd.opus"),
        ("...", "untitled.opus"),
        ("", "untitled.opus"),
        ('Chapter 1: "What?"', "Chapter 1 - What.opus"),
        ("雨", "雨.opus"),
    ],
)
def test_any_title_is_a_name(title: str, expected: str) -> None:
    assert file_name(title, ".opus") == expected


def test_a_long_title_is_cut_between_characters() -> None:
    name = file_name("雨" * 200, ".opus")
    assert len(name.encode()) <= MOST + 5
    assert name == "雨" * (MOST // 3) + ".opus"
    assert len(file_name("a" * 400_000, ".opus")) == MOST + 5, "at once"


def test_chapters_are_numbered_so_that_they_sort() -> None:
    assert chapter_name(3, 12, "Rain", ".mp3") == "03 Rain.mp3"
    assert chapter_name(3, 120, "", ".mp3") == "003 Untitled.mp3"
