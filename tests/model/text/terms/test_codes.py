"""Hashes are shortened, other codes said digit by digit."""

import pytest

from tests.model.text.terms.reading import first

WHOLE = [
    ("a1b2c3d", "hash A one B two C three D"),
    ("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b", "hash nine F eight six D zero eight"),
    ("A1B2C3D4", "hash A one B two C three D"),
    ("a1b2c3d..e4f5a6b", "hash A one B two C three D to E four F five A six B"),
    ("123e4567-e89b-12d3-a456-426614174000", "U U I D one two three E"),
    ("sha256:9f86d081884c7d659a2feaa0c55ad015", "shah two fifty-six nine F eight six D zero eight"),
    ("0x1F", "hex one F"),
    ("0xDEADBEEF", "hex D E A D B E E F"),
    ("0b1010", "binary one zero one zero"),
    ("0o755", "octal seven five five"),
    ("0x7fff5fbff8c0", "hex seven F F F five F B F F eight C zero"),
    ("#ff8800", "color F F eight eight zero zero"),
    ("#FFF", "color F F F"),
    ("#000000", "color zero zero zero zero zero zero"),
    ("#1e1e1e", "color one E one E one E"),
]
"""What one rule takes as a whole, and what it says."""


@pytest.mark.parametrize(("text", "words"), WHOLE, ids=[text for text, _ in WHOLE])
def test_it_is_said_as_a_colleague_says_it(text: str, words: str) -> None:
    assert first(text) == (text, words)


@pytest.mark.parametrize("text", ["1234567", "deadbee", "1e10000000", "#123", "#facade", "1000000d", "0x"])
def test_numbers_and_words_are_no_codes(text: str) -> None:
    said = str(first(text))
    assert "hash A" not in said
    assert "color" not in said
    assert "hex" not in said


def test_nobody_says_hash_behind_the_word_commit() -> None:
    assert first("a1b2c3d", previous="commit") == ("a1b2c3d", "A one B two C three D")


@pytest.mark.parametrize(
    ("text", "words"),
    [("full (19/20)", "nineteen of twenty"), ("(1/2)", None), ("about (1/2)", None)],
)
def test_a_share_in_brackets_is_so_many_of_all(text: str, words: str | None) -> None:
    found = first(text, at=text.index("(") + 1)
    assert (found[1] if found else None) == words


def test_a_step_is_one_of_so_many() -> None:
    assert first(" 2/3", previous="step", at=1) == ("2/3", "two of three")
