"""Emoji are called by their names, each once."""

import pytest

from tests.model.text.terms.reading import first

WHOLE = [
    ("🎉", "party popper"),
    ("🎉🎉🎉", "party popper"),
    ("🎉🚀", "party popper, rocket"),
    ("🎉 🚀 🎉", "party popper, rocket"),
    ("👍🏽", "thumbs up"),
    ("🇫🇷", "France flag"),
    ("🇺🇸", "United States flag"),
    ("👨\u200d👩\u200d👧", "family man woman girl"),
    ("🧑🏽\u200d💻", "technologist"),
    ("❤️", "red heart"),
    ("⚠️", "warning"),
    ("1️⃣", "one"),
    ("🥇", "first place medal"),
    ("💯", "hundred points"),
    (":tada:", "party popper"),
    (":+1:", "thumbs up"),
    (":rocket:", "rocket"),
    (":)", "smiling face"),
    (":-(", "frowning face"),
    (";)", "winking face"),
    ("<3", "red heart"),
    ("¯\\_(ツ)_/¯", "person shrugging"),
    ("🏴\u200d☠️", "pirate flag"),
    ("🤷\u200d♂️", "man shrugging"),
]
"""What one rule takes as a whole, and what it says."""


@pytest.mark.parametrize(("text", "words"), WHOLE, ids=[text for text, _ in WHOLE])
def test_it_is_said_as_a_colleague_says_it(text: str, words: str) -> None:
    assert first(text) == (text, words)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en-us", "party popper, rocket"),
        ("es", "cañón de confeti, cohete"),
        ("fr-fr", "cotillons, fusée"),
        ("ja", "クラッカー, ロケット"),
        ("zh", "拉炮彩带, 火箭"),
        ("hi", "जश्न, रॉकेट"),
    ],
)
def test_they_have_names_in_each_language(language: str, words: str) -> None:
    assert first("🎉🚀", language) == ("🎉🚀", words)


def test_of_a_long_row_the_first_ones_are_named() -> None:
    found = first("😀😂🚀🎉🔥👍👎")
    assert found is not None
    assert found[1] == "grinning face, face with tears of joy, rocket, party popper, fire, and two more"


def test_one_without_a_name_in_hindi_is_called_an_emoji() -> None:
    assert first("🦄", "hi") == ("🦄", "इमोजी")


def test_they_are_parted_from_the_words_around_them() -> None:
    assert first("done 🎉 and", at=5) == ("🎉", ", party popper,")
    assert first("done 🎉.", at=5) == ("🎉", ", party popper")
    assert first("🎉 done") == ("🎉", "party popper,")


@pytest.mark.parametrize("text", ["a:b:c", ":nothing_like_this:", "10:30:15", "©", "→", "1"])
def test_other_things_are_none(text: str) -> None:
    found = first(text)
    assert found is None or found[1] in ("copyright", "arrow")


def test_a_check_is_called_a_check() -> None:
    assert first("✓ passed") == ("✓", "check,")
    assert first("⚠️ careful") == ("⚠️", "warning,")


def test_there_are_no_smileys_in_code() -> None:
    found = first(":)", style="code")
    assert found is None or "face" not in found[1]
