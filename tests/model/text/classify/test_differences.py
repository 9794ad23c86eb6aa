"""Tests for minus signs that are no dashes and no ranges."""

import pytest

from tests.model.text.classify.recording import reading


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10-5=5", "Number(10) minus Number(5)=Number(5)"),
        ("y = 5 - 3", "y = Number(5) minus Number(3)"),
        ("9 - 4 - 2 = 3", "Number(9) minus Number(4) minus Number(2) = Number(3)"),
        ("n-1", "n minus Number(1)"),
        ("pages 10-12", "pages Range(Number(10) Number(12))"),
        ("won 3-1", "won Range(Number(3) Number(1))"),
        ("5 - 3", "Number(5) - Number(3)"),
        ("2024-01-31=x", "Date(2024 1 31)=x"),
    ],
    ids=lambda value: value,
)
def test_a_hyphen_is_minus_where_an_equals_sign_or_a_letter_says_so(text: str, expected: str) -> None:
    assert reading(text) == expected
