"""Words as G2P is given them: marks, spaces, and which word a piece of sound belongs to."""

import pytest

from ttsmesh.model.g2p.words import SpokenWord, given, located, looks_roman, plain, spacing, starts


@pytest.mark.parametrize(
    ("written", "mark"),
    [
        (".", "."),
        ("...", "…"),
        ("…", "…"),
        ("--", "—"),
        ("–", "—"),
        ("—", "—"),
        ("«", "“"),
        ("‘", "“"),
        ("[", "("),
        ("。", "."),
        ("？", "?"),
        ("।", "."),
        ("¿", ""),
    ],
)
def test_a_mark_is_the_one_that_the_model_knows(written: str, mark: str) -> None:
    assert given([SpokenWord(written, "mark")], 0) == mark


def test_a_straight_quote_opens_where_a_word_follows_it_at_once_and_else_closes() -> None:
    words = [
        SpokenWord("so"),
        SpokenWord('"', "mark", spaced=False),
        SpokenWord("it", spaced=False),
        SpokenWord('"', "mark"),
        SpokenWord("is"),
    ]
    assert [given(words, index) for index in (1, 3)] == ["“", "”"]


def test_phonemes_that_are_known_are_taken_as_they_are_and_words_without_need_g2p() -> None:
    words = [SpokenWord("kubectl", phonemes="kjˈubkəntɹˌOl"), SpokenWord("PDF", "letters"), SpokenWord("so")]
    assert [given(words, index) for index in range(3)] == ["kjˈubkəntɹˌOl", None, None]


def test_no_space_is_said_before_a_closing_mark_or_after_an_opening_one() -> None:
    words = [SpokenWord("oui"), SpokenWord("!", "mark"), SpokenWord("(", "mark"), SpokenWord("non")]
    assert spacing(words) == [False, True, False, True]


def test_no_words_need_no_spaces() -> None:
    assert spacing([]) == []


def test_a_script_without_spaces_has_words_all_the_same() -> None:
    words = [SpokenWord("你好", spaced=False), SpokenWord("，", "mark", spaced=False), SpokenWord("好", spaced=False)]
    assert spacing(words) == [False, False, False]
    assert spacing(words, written=False) == [False, True, True]


@pytest.mark.parametrize(
    ("start", "end", "places"),
    [
        (0, 2, [(0, 0, 2)]),
        (2, 5, [(1, 0, 3)]),
        (3, 5, [(1, 1, 3)]),
        (1, 6, [(0, 1, 2), (1, 0, 3), (2, 0, 1)]),
    ],
)
def test_characters_are_found_in_their_words(start: int, end: int, places: list[tuple[int, int, int]]) -> None:
    words = [SpokenWord("ab"), SpokenWord("cde", spaced=False), SpokenWord("f")]
    assert starts(words) == [0, 2, 5, 6]
    assert located(words, start, end) == places


@pytest.mark.parametrize("written", ["’", "‘", "´", "`", "ʼ"])
def test_every_apostrophe_is_the_plain_one(written: str) -> None:
    assert plain(f"it{written}s") == "it's"


@pytest.mark.parametrize(
    ("text", "roman"),
    [("XIV", True), ("viii", True), ("ii", True), ("vi", False), ("mil", False), ("I", False), ("mix", False)],
)
def test_what_may_be_taken_for_a_roman_numeral_is_known(text: str, roman: bool) -> None:
    assert looks_roman(text) is roman
