"""How a chapter is cut into parts."""

import pytest
from hypothesis import given, strategies as st

from ttsmesh.cli.commands.books.parts import HELD, MOST, Kind, cut, last_voice
from ttsmesh.limits import BOOK_PART

PARAGRAPH = "It was a dark night. " * 20 + "\n\n"


def parts(text: str, kind: Kind = "text") -> list[tuple[str, str]]:
    return list(cut(text.splitlines(keepends=True), kind))


def test_parts_end_with_paragraphs() -> None:
    found = parts(PARAGRAPH * 30)
    assert len(found) > 3
    for text, end in found:
        assert text.endswith("\n\n") and end == "paragraph"
        assert len(text) < BOOK_PART + len(PARAGRAPH)
    assert all(len(text) >= BOOK_PART for text, _ in found[:-1])


def test_a_paragraph_that_is_too_long_ends_with_a_sentence_or_else_a_word() -> None:
    found = parts("It was a dark night, said Dr. Who. " * 400)
    assert {end for _, end in found[:-1]} == {"sentence"}
    assert all(text.endswith("Who. ") and len(text) <= MOST for text, _ in found[:-1])
    found = parts("word " * 4000)
    assert {end for _, end in found[:-1]} == {"word"}
    assert all(text.endswith("word ") and len(text) <= MOST for text, _ in found)
    assert [len(text) for text, _ in parts("x" * (2 * MOST))] == [MOST, MOST]
    assert {end for _, end in parts("雨が降る。" * 3000)[:-1]} == {"sentence"}


def test_code_tables_and_what_is_indented_stay_whole_in_markdown() -> None:
    code = "```\n" + "x = 1\n\n" * BOOK_PART + "```\n\n"
    found = parts(PARAGRAPH + code + PARAGRAPH * 20, "markdown")
    assert found[0][0].startswith((PARAGRAPH + code).rstrip())
    table = "| a | b |\n" * 3000 + "\n"
    assert parts(PARAGRAPH + table + PARAGRAPH, "markdown")[0][0].startswith((PARAGRAPH + table).rstrip())
    item = "- an item\n\n  and more of it\n\n" * 200
    assert not [text for text, _ in parts(item, "markdown") if text.startswith(" ")]
    assert max(len(text) for text, _ in parts("```\n" + "x = 1\n" * HELD, "markdown")) <= HELD


@given(st.text(st.sampled_from("ab .!?\n`|#雨。")), st.sampled_from(("text", "markdown")), st.integers(1, 4000))
def test_nothing_is_lost_however_it_is_cut(text: str, kind: Kind, times: int) -> None:
    text *= min(times, 1 + 20_000 // (len(text) + 1))
    assert "".join(part for part, _ in parts(text, kind)) == text


@pytest.mark.parametrize(
    ("text", "before", "expected"),
    [
        ("a", "", ""),
        ("a", "[voice:af_sky]", "[voice:af_sky]"),
        ("[voice:bm_george]a [voice:af_heart]b [pause:1s]", "", "[voice:af_heart]"),
        ("[voice:default]a", "[voice:af_sky]", "[voice:default]"),
    ],
)
def test_the_voice_that_speaks_at_the_end(text: str, before: str, expected: str) -> None:
    assert last_voice(text, before) == expected
