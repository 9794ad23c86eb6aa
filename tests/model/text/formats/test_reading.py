"""The interface of reading: spans, phonemes, words of other languages, and what a state keeps between windows."""

import pytest

from tests.model.text.formats.reader import read, text_of
from ttsmesh.model.text.formats.reading import State, passages
from ttsmesh.model.text.passages import Piece


def test_pieces_say_where_they_stand() -> None:
    source = "A **bold** word\nand more"
    (passage,) = read(source, "markdown")
    assert passage.pieces == (
        Piece("A ", 0, 2),
        Piece("bold", 4, 8),
        Piece(" word and more", 10, 24),
    )


def test_a_row_stands_for_its_header_too() -> None:
    source = "| A | B |\n|---|---|\n| 1 | 2 |"
    (passage,) = read(source, "markdown")
    first, cell, *_ = passage.pieces
    assert (first.text.strip(), source[first.start : first.end]) == ("A:", "| A | B |")
    assert cell == Piece("1", 22, 23)


def test_a_block_of_code_is_said_for_all_of_it() -> None:
    source = "Look:\n```py\na\nb\n```\nend"
    _, block, _ = read(source, "markdown")
    assert [source[piece.start : piece.end] for piece in block.pieces] == ["```py\na\nb\n```"]


@pytest.mark.parametrize("mode", ["text", "markdown", "auto"])
def test_phonemes_in_the_text_reach_the_word(mode: str) -> None:
    (passage,) = read("Say [Nguyen](/wˈɪn/) now.", mode)  # type: ignore[arg-type]
    assert passage.pieces[1] == Piece("Nguyen", 5, 11, "wˈɪn")


def test_words_for_what_a_mark_means_are_in_the_language_of_the_text() -> None:
    words = {"code": "código", "lines": "líneas", "image": "imagen", "done": "hecho", "to do": "por hacer"}
    source = "![a](b)\n\n- [x] uno\n- [ ] dos\n\n```py\na\nb\n```\n"
    found, _ = passages(source, 0, State("markdown"), most=1000, final=True, term=lambda word: words.get(word, word))
    assert [text_of(passage) for passage in found] == [
        "imagen: a",
        "hecho: uno",
        "por hacer: dos",
        "código, Python, 2 líneas",
    ]


def test_a_dictionary_decides_which_hyphen_broke_a_word() -> None:
    words = {"fantastic", "coop", "co", "op", "well", "known"}
    source = "a fan-\ntastic co-\nop is well-\nknown"
    found, _ = passages(source, 0, State("text"), most=1000, final=True, term=str, known=words.__contains__)
    assert text_of(found[0]) == "a fantastic co-op is well-known"


def test_a_long_paragraph_is_cut_at_the_ends_of_sentences() -> None:
    source = "This is one sentence. " * 20 + "And, to end it, this is another one."
    found = read(source, most=60)
    assert {text_of(passage) for passage in found[:-1]} <= {"This is one sentence. This is one sentence."}
    assert [passage.pause for passage in found] == [""] * (len(found) - 1) + ["paragraph"]


def test_a_long_sentence_is_cut_at_the_ends_of_clauses_then_words() -> None:
    assert [text_of(passage) for passage in read("one two three, four five six seven", most=20)] == [
        "one two three,",
        "four five six seven",
    ]
    assert [text_of(passage) for passage in read("one two three four five six", most=15)] == [
        "one two three",
        "four five six",
    ]


def test_no_character_is_cut_off_its_marks() -> None:
    found = read("e\u0301" * 100, most=9)
    assert not any(text_of(passage).startswith("\u0301") for passage in found)


def test_blocks_are_read_until_there_is_enough() -> None:
    source = "One.\n\nTwo.\n\nThree."
    state = State()
    first, consumed = passages(source, 0, state, most=4, final=True, term=str)
    assert [text_of(passage) for passage in first] == ["One."]
    rest, more = passages(source[consumed:], consumed, state, most=100, final=True, term=str)
    assert [text_of(passage) for passage in rest] == ["Two.", "Three."]
    assert consumed + more == len(source)


def test_the_header_of_a_table_is_known_in_the_next_window() -> None:
    source = "| A |\n|---|\n" + "| x |\n" * 1000
    found = read(source, "markdown", most=10)
    assert [text_of(passage) for passage in found] == ["A: x."] * 1000


def test_a_diff_goes_on_in_the_next_window() -> None:
    lines = "".join(f"+line {number}\n" for number in range(600))
    source = f"Look:\n\n```diff\n--- a/x\n+++ b/x\n@@ -0,0 +1,600 @@\n{lines}```\n\nThat is all."
    found = read(source, most=300)
    assert text_of(found[-1]) == "That is all."
    assert "line 599" in " ".join(text_of(passage) for passage in found)
