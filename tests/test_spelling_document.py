"""``docs/spelling.md`` says what is said: its examples, and the marks of each level."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.reading import say
from ttsmesh.model.text.punctuation import SETS

TEXT = (Path(__file__).resolve().parent.parent / "docs/spelling.md").read_text(encoding="utf-8")
LEAST = 20


def options(column: str, cell: str) -> dict[str, Any]:
    """What is asked for in a row whose first cell is below ``column``."""
    match column:
        case "Level":
            return {"punctuation": cell}
        case "Capitals":
            return {"capitals": cell}
        case "Key":
            return {"read_as": "key", "language": cell}
        case _:
            return {"spell": True, "language": cell}


def examples() -> Iterator[tuple[str, str, str, str]]:
    """The column, its cell, the text and the words of each row of a table with the columns "Written" and "Said"."""
    header: list[str] = []
    for line in TEXT.splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if not cells or set(line) <= set("|-"):
            header = header if cells else []
        elif not header:
            header = cells
        elif header[1:] == ["Written", "Said"]:
            yield header[0], cells[0].strip("`"), cells[1].removeprefix("`").removesuffix("`"), cells[2]


@pytest.mark.parametrize(("column", "cell", "written", "said"), list(examples()))
def test_each_example_is_true(column: str, cell: str, written: str, said: str) -> None:
    assert say(written, **options(column, cell)) == (said, 0)


def test_there_are_examples() -> None:
    assert len(list(examples())) >= LEAST


@pytest.mark.parametrize("level", ["some", "most", "all"])
def test_the_marks_that_are_listed_are_named(level: str) -> None:
    row = re.search(rf"^\| `{level}` \| (.*[`‡】].*) \|$", TEXT, re.MULTILINE)
    assert row is not None
    listed = [mark for code in re.findall(r"`([^`]+)`", row[1]) for mark in code.split()]
    assert len(listed) > 5
    assert set(listed) <= set(SETS[level])  # type: ignore[index]
