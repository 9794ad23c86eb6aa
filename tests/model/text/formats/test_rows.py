"""How tables in Markdown are read: row by row, each cell with its header."""

import pytest

from tests.model.text.formats.reader import shown

CASES = {
    "table": (
        "| Name | Status |\n|------|:-----:|\n| foo | running |\n| bar | |",
        "Name: foo, Status: running. |\nName: bar. ¶",
    ),
    "table without outer bars": ("Name | Age\n--- | ---\nBob | 5", "Name: Bob, Age: 5. ¶"),
    "table with markup": ("| A | B |\n|---|---|\n| **x** | [y](z) |", "A: x, B: y. ¶"),
    "table with a bar in a cell": ("| A | B |\n|---|---|\n| x \\| y | z |", "A: x | y, B: z. ¶"),
    "table without rows": ("| A | B |\n|---|---|", "A, B. ¶"),
    "table without corner": ("|  | Mon | Tue |\n|---|---|---|\n| Bob | 1 | 2 |", "Bob, Mon: 1, Tue: 2. ¶"),
    "table then text": ("| A |\n|---|\n| x |\nText", "A: x. ¶\nText ¶"),
    "no table": ("a | b\nc | d", "a | b c | d ¶"),
    "table in columns": ("| a | b | c |\n|:--|--:|:-:|\n| 1 | 2 | 3 |\n\nText", "a: 1, b: 2, c: 3. ¶\nText ¶"),
    "table in a fence": (
        "```\nNAME    READY   STATUS\nweb-1   1/1     Running\n```",
        "NAME: web-1, READY: 1 of 1, STATUS: Running. ¶",
    ),
}


@pytest.mark.parametrize(("source", "said"), CASES.values(), ids=CASES)
def test_rows_are_read_with_their_headers(source: str, said: str) -> None:
    assert shown(source, "markdown") == said
