"""What holds for any text: nothing crashes, goes back or gets lost, and windows and time make no difference."""

import re
import time

import pytest
from hypothesis import given, settings, strategies as st

from tests.few import few
from tests.model.text.formats.reader import read, text_of
from ttsmesh.model.text.formats.lines import LOOKAHEAD
from ttsmesh.model.text.formats.reading import State, passages
from ttsmesh.model.text.passages import Passage, ReadAs

MODES: tuple[ReadAs, ...] = ("auto", "text", "markdown", "code", "diff", "log")

FRAGMENTS = (
    *(
        "# ",
        "## ",
        "- ",
        "* ",
        "1. ",
        "> ",
        "```",
        "```py\n",
        "~~~",
        "---",
        "***",
        "===",
        "**",
        "*",
        "_",
        "__",
        "`",
        "~~",
    ),
    *(
        "[",
        "](",
        ")",
        "![",
        "][",
        "]",
        "<",
        ">",
        "</b>",
        "<br>",
        "<!--",
        "-->",
        "<https://x.org>",
        "&amp;",
        "\\*",
        "$",
        "$$",
    ),
    *("|", "|---|---|\n", "+---+\n", "│", "NAME   READY\n", "a   b\n", "\n", "\n\n", "  \n", "\r\n", " ", "\t", "    "),
    *(
        "diff --git a/x b/x\n",
        "@@ -1,2 +1,2 @@\n",
        "+a\n",
        "-b\n",
        "Traceback (most recent call last):\n",
        "ERROR: ",
        "$ ls\n",
    ),
    *(
        "word",
        "Word",
        "a",
        "5",
        "é",
        "日本",
        "e\u0301",
        "👍🏽",
        "\ud800",
        "\x00",
        "\x1b[31m",
        "nega-\n",
        "--",
        ".",
        "!",
        ":",
        "[^1]",
    ),
)
SOURCES = st.one_of(
    st.lists(st.sampled_from(FRAGMENTS), max_size=60).map("".join),
    st.text(max_size=300),
    st.lists(st.sampled_from(FRAGMENTS), max_size=8).map(lambda parts: "".join(parts) * 60),
)
WORDS = st.lists(st.from_regex(r"[a-z]{2,9}[,;]?", fullmatch=True), min_size=1, max_size=12).map(" ".join)
SENTENCES = WORDS.map(lambda words: words.rstrip(",;").capitalize() + ".")
PROSE = st.lists(st.lists(SENTENCES, min_size=1, max_size=9).map(" ".join), min_size=1, max_size=6)


@settings(deadline=None, max_examples=150)
@given(SOURCES, st.sampled_from(MODES), st.integers(1, 2000))
def test_any_text_is_read_to_its_end_in_order(source: str, mode: ReadAs, most: int) -> None:
    last = (0, 0)
    for passage in read(source, mode, most):
        for piece in passage.pieces:
            assert 0 <= piece.start <= piece.end <= len(source)
            assert piece.start >= last[0]
            assert piece.end >= last[1]
            last = (piece.start, piece.end)


@settings(deadline=None, max_examples=100)
@given(SOURCES, st.sampled_from(MODES), st.integers(1, 500))
def test_how_much_is_read_at_a_time_changes_nothing_that_is_said(source: str, mode: ReadAs, most: int) -> None:
    """A word that is longer than what is read at a time is cut, so white space is not looked at."""
    assert "".join(words(read(source, mode, most))) == "".join(words(read(source, mode, 100_000)))


@settings(deadline=None, max_examples=20)
@given(
    st.lists(st.sampled_from(FRAGMENTS), max_size=8).map(lambda parts: "".join(parts) * 3000), st.sampled_from(MODES)
)
def test_windows_change_no_word(source: str, mode: ReadAs) -> None:
    assert words(read(source, mode, window=LOOKAHEAD * 2)) == words(read(source, mode, window=len(source) + 1))


@settings(deadline=None, max_examples=30)
@given(PROSE, st.sampled_from(("auto", "text", "markdown")), st.integers(20, 3000))
def test_plain_prose_comes_out_unchanged(paragraphs: list[str], mode: ReadAs, most: int) -> None:
    source = "\n\n".join(paragraphs)
    found = read(source, mode, most)
    assert " ".join(text_of(passage) for passage in found) == " ".join(paragraphs)
    assert [passage.pause for passage in found].count("paragraph") == len(paragraphs)
    assert all(piece.text == source[piece.start : piece.end] for passage in found for piece in passage.pieces)


@settings(deadline=None, max_examples=100)
@given(SOURCES)
def test_no_letter_of_a_text_is_lost(source: str) -> None:
    """In text mode nothing is markup."""
    covered = [False] * len(source)
    for passage in read(source, "text"):
        for piece in passage.pieces:
            covered[piece.start : piece.end] = [True] * (piece.end - piece.start)
    lost = [source[at] for at, said in enumerate(covered) if source[at].isalnum() and not said]
    # The target of a word with its phonemes is no text.
    assert not lost or re.search(r"\]\(/", source)


@settings(deadline=None)
@given(SOURCES)
def test_passages_are_as_long_as_they_are_asked_to_be(source: str) -> None:
    for passage in read(source, "text", most=100):
        copied = [piece for piece in passage.pieces if len(piece.text) == piece.end - piece.start]
        assert sum(len(piece.text) for piece in copied) <= 200 + 64


HOSTILE = {
    **{
        mark: mark * 25_000
        for mark in ("[", "*", "`", "|", "_", "<", "$", "&", "(", "\\", "#", "\n", " ", "😀", "\u0301")
    },
    **{pair: pair * 12_000 for pair in ("> ", "- ", "![", "](", "**", "~~", "a\n", "-\n", "|\n", "| ")},
    **{
        line: line * 5_000
        for line in ("- a\n", "a  b\n", "<!--\n", "```\n", "+---+\n", "|-|-|\n", "$ ls\n", "a:\n", "# a\n")
    },
    "deep list": "\n".join("  " * (number % 300) + "- a" for number in range(500)),
    "long words": "a" * 25_000,
    "deep links": "[a](" * 6_000,
    "rows": "NAME  X  Y\n" * 2_500,
    "labels": "[a][b] " * 4_000,
}


@pytest.mark.parametrize("mode", ["auto", "markdown"])
@pytest.mark.parametrize("name", few({"[", "`", "<", "> ", "](", "- a\n", "deep list", "rows"}, of=HOSTILE))
def test_time_is_linear_in_hostile_texts(name: str, mode: ReadAs) -> None:
    begin = time.process_time()
    read(HOSTILE[name], mode, most=2000)
    assert time.process_time() - begin < 8, "25,000 characters"


def test_the_first_piece_of_a_big_text_is_as_quick_as_that_of_a_small_one() -> None:
    source = "This is a sentence of plain prose, and it goes on. " * 100_000
    found, consumed = passages(source[:32_768], 0, State(), most=400, final=False, term=str)
    assert found[0].pieces[0].start == 0
    assert 400 <= consumed <= 2048


def test_a_big_block_of_code_is_passed_over_window_by_window() -> None:
    source = "Look:\n\n```py\n" + "x = 1\n" * 100_000 + "```\n\nThat was it."
    found = read(source)
    assert [text_of(passage) for passage in found] == ["Look:", "code, Python, 100000 lines", "That was it."]
    begin, end = found[1].pieces[0].start, found[1].pieces[0].end
    assert source[begin:end].startswith("```py")
    assert source[begin:end].endswith("```")


def test_what_a_reading_knows_between_windows_is_small() -> None:
    source = (
        "| "
        + " | ".join(f"Header {number}" for number in range(20))
        + " |\n"
        + "|---" * 20
        + "|\n"
        + "| cell " * 20
        + "|\n"
    )
    state = State()
    passages(source + "| cell " * 20_000, 0, state, most=1, final=False, term=str)
    assert len(repr(state.to_map())) < 4096


def words(found: list[Passage]) -> list[str]:
    return " ".join(text_of(passage) for passage in found).split()
