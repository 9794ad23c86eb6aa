"""Nothing is lost, nothing goes back and nothing is silent, where characters are named."""

import re
import time
import unicodedata
from typing import Any

import pytest
from hypothesis import given, strategies as st

from tests.few import few
from tests.fuzz.test_text_fuzz import LANGUAGES, SPOKEN_MARKS, TEXTS, checked, words_of
from tests.reading import say, segments
from ttsmesh.limits import MAX_TEXT
from ttsmesh.model.text.clusters import joins
from ttsmesh.model.text.punctuation import SETS
from ttsmesh.text_input import check_text
from ttsmesh.wire.client_messages import CAPITALS, PUNCTUATION, READ_AS

OPTIONS = st.fixed_dictionaries(
    {"punctuation": st.sampled_from(PUNCTUATION), "capitals": st.sampled_from(CAPITALS), "spell": st.booleans()}
)
FORMATS = st.sampled_from(READ_AS)


@given(TEXTS, LANGUAGES, FORMATS, OPTIONS)
def test_c12_what_is_said_is_words_and_the_marks_of_speech(
    text: str, language: str, read_as: str, options: dict[str, Any]
) -> None:
    said, _ = say(checked(text), language, read_as, **options)
    for character in said:
        letter = unicodedata.category(character)[0] in "LM"
        assert letter or character == " " or character in SPOKEN_MARKS, (character, said)


@given(TEXTS, LANGUAGES, FORMATS, OPTIONS)
def test_spans_never_go_back_and_lie_in_the_text(
    text: str, language: str, read_as: str, options: dict[str, Any]
) -> None:
    text = checked(text)
    start = end = 0
    for segment in segments(text, language, read_as, most=60, **options):
        for word in segment.words:
            assert start <= word.start <= word.end <= len(text)
            assert end <= word.end
            start, end = word.start, word.end


@given(TEXTS, LANGUAGES, st.sampled_from(CAPITALS))
def test_each_character_that_is_spelled_is_a_word_of_its_own(text: str, language: str, capitals: str) -> None:
    """But for the end of the text's last line, and what a terminal would not show."""
    text = checked(re.sub("[\x08\x1b\x9b]", "", text)).rstrip("\r\n")
    words = [
        word
        for segment in segments(text, language, spell=True, capitals=capitals)
        for word in segment.words
        if word.kind != "mark"
    ]
    assert {place for word in words for place in range(word.start, word.end)} == set(range(len(text)))
    for word in words:
        source = text[word.start : word.end]
        emoji = "\u200d" in source or "\u20e3" in source or unicodedata.category(source[0]) == "So"
        assert emoji or source == "\r\n" or all(map(joins, source[1:])), source


@given(TEXTS, LANGUAGES, OPTIONS)
def test_each_digit_and_letter_is_said_or_counted(text: str, language: str, options: dict[str, Any]) -> None:
    text = checked(re.sub("[\x08\x1b\x9b]", " ", text))
    found = list(segments(text, language, "text", **options))
    covered = {place for segment in found for word in segment.words for place in range(word.start, word.end)}
    missing = [c for place, c in enumerate(text) if c.isalnum() and place not in covered]
    assert len(missing) <= sum(segment.unsayable for segment in found), missing


@given(st.text(st.sampled_from("ab c.d,'(e)f-g?! \"h;"), max_size=60), LANGUAGES)
def test_no_mark_is_silent_where_all_are_named(text: str, language: str) -> None:
    """But for apostrophes in words, and what a format makes of a line: an item, a rule."""
    text = "x " + checked(text) + " x"
    found = [word for part in segments(text, language, "text", punctuation="all") for word in part.words]
    named = {place for word in found if word.kind != "mark" for place in range(word.start, word.end)}
    silent = [place for place, c in enumerate(text) if c in SETS["all"] and c != "'" and place not in named]
    assert not silent, (text, silent, found)


@given(TEXTS, LANGUAGES, OPTIONS)
def test_it_does_not_matter_how_a_text_is_cut_into_blocks(text: str, language: str, options: dict[str, Any]) -> None:
    text = checked(text)
    cuts = [list(segments(text, language, most=most, **options)) for most in (2000, 400)]
    whole, parts = ([word.text for part in cut for word in part.words if word.kind != "mark"] for cut in cuts)
    assert whole == parts


@given(TEXTS, LANGUAGES)
def test_a_text_without_marks_is_said_alike_at_every_level(text: str, language: str) -> None:
    letters = re.sub(r"[^\w\s]|_", " ", checked(text))
    assert words_of(say(letters, language, "text")[0]) == words_of(say(letters, language, "text", punctuation="all")[0])


@pytest.mark.parametrize(
    "options", [{"spell": True}, {"punctuation": "all", "capitals": "spell"}], ids=["spell", "all"]
)
@pytest.mark.parametrize(
    "unit",
    few(
        {"-="},
        of=(
            *("a", "A", " ", "-", "-=", "a-", "a_", "a.b.", "(", "'", '"', ". . ", "...", "?!", "<", "<b>", "->", "'a"),
            *("😀", "e\u0301", "\u0301", "$", "{", "x()", "\n", "a.b("),
        ),
    ),
)
def test_the_time_is_linear(unit: str, options: dict[str, Any]) -> None:
    """64 KiB in seconds; anything quadratic would take many minutes."""
    text = check_text(unit * ((MAX_TEXT // 64 - 1) // len(unit.encode())) + "z")
    began = time.monotonic()
    assert sum(segment.end >= segment.start for segment in segments(text, **options)) >= 0
    assert time.monotonic() - began < 60
