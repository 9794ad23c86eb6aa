"""What counts as a word that was not understood."""

import pytest

from tests.recogniser import normal, word_errors


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It's 12 o'clock.", "its twelve oclock"),
        ("Twenty-one, 340!", "twenty one three hundred and forty"),
        ("the 2nd", "the two nd"),
        ("...", ""),
    ],
)
def test_spelling_is_not_compared(text: str, words: str) -> None:
    assert normal(text) == words.split()


@pytest.mark.parametrize(
    ("heard", "errors"),
    [
        ("the twelve suitcases", 0),
        ("the 12 suit cases", 0),
        ("the twelve suit", 1),
        ("twelve suitcases", 1),
        ("the the twelve suitcases", 1),
        ("a dozen cases", 3),
        ("", 3),
    ],
)
def test_words_that_are_wrong_missing_or_too_many_are_counted(heard: str, errors: int) -> None:
    assert word_errors(normal("The twelve suitcases."), normal(heard)) == errors
