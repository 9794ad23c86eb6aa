"""What of a text is handed to G2P, and where it came from."""

import pytest

from ttsmesh.limits import MAX_WORD
from ttsmesh.model.text.speakable import DIGITS_AS_NUMBER, speakable

LATIN = frozenset({"LATIN", "GREEK"})


def said(text: str) -> str:
    return speakable(text, LATIN).text


@pytest.mark.parametrize(
    "text", ["Hello, world!", "It's $5.50 (50%) at 10:30; a_b C:\\x #1 a@b.c", "naïve café — “so”…"]
)
def test_ordinary_text_passes_unchanged(text: str) -> None:
    spoken = speakable(text, LATIN)
    assert (spoken.text, spoken.unsayable) == (text, 0)
    assert all(spoken.span(i, i + 1) == (i, i + 1) for i, c in enumerate(text) if c != " ")


def test_white_space_becomes_single_spaces() -> None:
    assert said("  a \n\n b\u00a0c  ") == "a b c"


@pytest.mark.parametrize(
    ("text", "plain", "unsayable"),
    [
        ("hi 你好 there", "hi there", 2),
        ("привет", "", 6),
        ("καλημέρα", "", 8),
        ("5 µm", "5 μm", 0),
        ("done 👍", "done", 1),
        ("👩‍👩‍👧 hi", "hi", 5),
        ("a\u0301\u0301\u0301", "á", 0),
        ("\u0301\u0301", "", 2),
        ("co\u00adoperate", "cooperate", 0),
        ("\ufeffhi\u200b", "hi", 0),
        ("ﬁne Ｆｕｌｌ，", "fine Full,", 0),
        ("٣", "3", 0),
        ("「x」。", "“x”.", 0),
        ("• item", "item", 0),
    ],
)
def test_what_cannot_be_said_is_left_out_and_counted(text: str, plain: str, unsayable: int) -> None:
    spoken = speakable(text, LATIN)
    assert (spoken.text, spoken.unsayable) == (plain, unsayable)


def test_devanagari_keeps_its_vowel_signs() -> None:
    assert speakable("नमस्ते", LATIN | {"DEVANAGARI"}).text == "नमस्ते"


def test_letters_in_pieces_are_put_together_and_still_point_home() -> None:
    spoken = speakable("cafe\u0301 x", LATIN)
    assert spoken.text == "café x"
    assert spoken.span(0, 4) == (0, 5)
    assert spoken.span(5, 6) == (6, 7)


@pytest.mark.parametrize("character", ["a", "é", "s'", "%", "ü\u0308"])
def test_no_word_is_longer_than_espeak_can_bear(character: str) -> None:
    for length in (MAX_WORD - 1, MAX_WORD, MAX_WORD + 1, 1000):
        spoken = speakable(character * length, LATIN)
        assert max(len(word.encode()) for word in spoken.text.split()) <= MAX_WORD
        assert spoken.text.replace(" ", "") == speakable(character, LATIN).text * length


def test_a_word_at_the_limit_is_left_whole() -> None:
    assert " " not in said("a" * MAX_WORD)
    assert said("a" * (MAX_WORD + 1)) == "a" * MAX_WORD + " a"


def test_a_very_long_number_is_said_digit_by_digit() -> None:
    assert said("1" * DIGITS_AS_NUMBER) == "1" * DIGITS_AS_NUMBER
    assert said("x" + "1" * (DIGITS_AS_NUMBER + 1) + "y") == "x1 " + "1 " * DIGITS_AS_NUMBER + "y"
