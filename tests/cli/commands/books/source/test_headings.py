"""Which lines of a text are headings at which chapters begin."""

import pytest

from ttsmesh.cli.commands.books.source.headings import Finder, Heading, MarkdownFinder, PlainFinder


def headings(finder: Finder, text: str) -> list[Heading]:
    start = 0
    for line in text.splitlines(keepends=True):
        end = start + len(line.encode())
        finder.add(line, start, end)
        start = end
    return finder.found()


def titles(finder: Finder, text: str) -> list[str]:
    return [heading.title for heading in headings(finder, text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# One\n\na\n\n# Two\n\nb\n", ["One", "Two"]),
        ("# The Book\n\n## One ##\n\na\n\n## Two\n\nb\n", ["The Book", "One", "Two"]),
        ("# The Book\n\n## One\n\na\n\n### Deeper\n\n## Two\n\n### Deeper\n", ["The Book", "One", "Two"]),
        ("# Only one\n\nand a text\n", ["Only one"]),
        ("One\n===\n\na\n\nTwo\n---\nb\n\nThree\n===\n", ["One", "Three"]),
        ("a paragraph\nof two lines\n---\n\n# One\n\n# Two\n", ["One", "Two"]),
        ("- a list\n---\n\n# One\n# Two\n", ["One", "Two"]),
        ("# One\n\n```sh\n# a comment\n```\n\n~~~\n# another\n```\n~~~\n\n# Two\n", ["One", "Two"]),
        ("# *One* and [two](http://example.org)\n# `Three`\n", ["One and two", "Three"]),
        ("#no heading\n\n####### nor this\n\n    # nor this\n", []),
        ("# " + "[" * 10_000 + "\n", []),
        ("", []),
    ],
)
def test_markdown(text: str, expected: list[str]) -> None:
    assert titles(MarkdownFinder(), text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Chapter 1\n\nIt was a dark night.\n\nChapter 2\n\nIt rained.\n", ["Chapter 1", "Chapter 2"]),
        ("CHAPTER I.\nThe Storm\n\na\n\nCHAPTER II. Rain\n\nb\n", ["CHAPTER I. The Storm", "CHAPTER II. Rain"]),
        ("Chapter Twenty-One: Rain\n\na\n", ["Chapter Twenty-One: Rain"]),
        ("PROLOGUE\n\na\n\nPart Two\n\nb\n\nEpilogue\n\nc\n", ["PROLOGUE", "Part Two", "Epilogue"]),
        ("Chapter 3\nRain\n\na", ["Chapter 3: Rain"]),
        ("Kapitel 4\n\na\n\nVorwort\n\nb\n", ["Kapitel 4", "Vorwort"]),
        ("Chapitre IV\n\na\n\nCapítulo 2\n\nb\n\nCapitolo 3\n", ["Chapitre IV", "Capítulo 2", "Capitolo 3"]),
        ("第一章 雨\n\na\n\n第２章\n\nb\n", ["第一章 雨", "第２章"]),
        ("1\n\na\n\n2\n\nb\n\n3\n\nc\n", ["1", "2", "3"]),
        ("I. A SCANDAL\n\na\n\nII. THE LEAGUE\n\nb\n", ["I. A SCANDAL", "II. THE LEAGUE"]),
        ("1. First\n\na\n\n7. Seventh\n\nb\n\n2) Second\n\nc\n", ["1. First", "2) Second"]),
    ],
)
def test_plain_text(text: str, expected: list[str]) -> None:
    assert titles(PlainFinder(), text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Part of me wants to go.\n\nChapter and verse.\n",
        "Chapter 1 was long, and it was the one in which they went to the sea, " * 2,
        "Introduction to what comes.\n",
        "Chapter 1\nis what he had read\nwhen she came in\nand sat down.\n",
        "He read\nChapter 1\n",
        "1\n\na single number\n",
        "2\n\na\n\n3\n\nb\n",
        "1 man came in.\n\n2 men went out.\n",
        "A text without any heading.\n\nAt all.\n",
    ],
)
def test_prose_is_no_heading(text: str) -> None:
    assert titles(PlainFinder(), text) == []


def test_a_heading_knows_its_bytes() -> None:
    text = "Ünd so weiter.\n\nKapitel 1\nRegen\n\na\n"
    (found,) = headings(PlainFinder(), text)
    assert text.encode()[found.start : found.end].decode() == "Kapitel 1\nRegen\n"
    text = "é\n\nOne\n===\n\na\n"
    (found,) = headings(MarkdownFinder(), text)
    assert text.encode()[found.start : found.end].decode() == "One\n===\n"
