"""``docs/reading.md`` says what the reader says: its examples, its snippets and its links."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench.side_by_side import BEGIN, DOCUMENT, END, Snippet, ours, plain, snippets

TEXT = DOCUMENT.read_text(encoding="utf-8")
SECTION = TEXT.partition(BEGIN)[2].partition(END)[0]
LEAST = 30
_CELLS = re.compile(r"(?<!\\)\|")


def examples() -> Iterator[tuple[str, str, str, str]]:
    """The language, format, text and words of each row of a table with the columns "Written" and "Said"."""
    headers: list[str] = []
    for line in TEXT.partition(BEGIN)[0].splitlines():
        cells = [cell.strip() for cell in _CELLS.split(line)[1:-1]]
        if not cells or set(line) <= set("|-"):
            headers = headers if cells else []
        elif not headers:
            headers = cells
        elif headers[1:] == ["Written", "Said"]:
            written = cells[1].strip("`").replace("\\|", "|").replace("⏎", "\n").replace("~~~", "```")
            language = cells[0] if headers[0] == "Language" else "en-us"
            yield language, cells[0] if headers[0] == "Read as" else "auto", written, cells[2]


@pytest.mark.parametrize(("language", "read_as", "written", "said"), list(examples()))
def test_each_example_is_true(language: str, read_as: str, written: str, said: str) -> None:
    assert ours(Snippet("", language, written), read_as) == said


def test_the_tables_have_examples_of_every_format() -> None:
    found = list(examples())
    assert len(found) >= 80
    assert {read_as for _, read_as, _, _ in found} == {"auto", "text", "markdown", "code", "diff", "log"}


@pytest.mark.parametrize("snippet", snippets(), ids=lambda snippet: snippet.name)
def test_what_is_said_of_a_snippet_is_what_the_reader_says(snippet: Snippet) -> None:
    assert f"````text\n{snippet.text.rstrip()}\n````\n\n**ttsmesh:** {plain(ours(snippet))}\n\n**misaki:** " in SECTION


def test_there_are_snippets_enough_and_no_others() -> None:
    assert len(snippets()) >= LEAST
    assert len(re.findall(r"\n### \d+\. ", SECTION)) == SECTION.count("\n**misaki:** ") == len(snippets())


def test_its_links_lead_somewhere() -> None:
    text = re.sub(r"`+[^`]*`+", "", TEXT.partition(BEGIN)[0])
    headings = {
        re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in re.findall(r"^#+ (.*)$", text, re.M)
    }
    for target in re.findall(r"\]\(([^)]+)\)", text):
        path, _, anchor = target.partition("#")
        assert not path or path.startswith("https://") or (Path(DOCUMENT).parent / path).exists(), target
        assert not anchor or path or anchor in headings, target
