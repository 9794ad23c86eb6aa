"""Fractions, and what looks like them."""

import pytest

from tests.model.text.classify.recording import reading


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en-us", "1/2 cup", "Fraction(0 1 2) cup"),
        ("en-us", "3/4", "Fraction(0 3 4)"),
        ("en-us", "1 1/2", "Fraction(1 1 2)"),
        ("en-us", "1-1/2 cups", "Fraction(1 1 2) cups"),
        ("en-us", "½", "Fraction(0 1 2)"),
        ("en-us", "2½", "Fraction(2 1 2)"),
        ("en-us", "1 ½", "Fraction(1 1 2)"),
        ("en-us", "⅓", "Fraction(0 1 3)"),
        ("en-us", "-½", "Fraction(0 1 2 sign=-)"),
        ("en-us", "-1/2", "Fraction(0 1 2 sign=-)"),
        ("en-us", "1⁄2", "Fraction(0 1 2)"),
        ("en-us", "¹⁄₂", "Fraction(0 1 2)"),
        ("en-us", "3/0", "Number(3)/Number(0)"),
        ("en-us", "1/2/3", "Number(1)/Number(2)/Number(3)"),
        ("en-us", "24/7", "Number(24) Number(7)"),
        ("en-us", "24/7/365", "Number(24) Number(7) Number(365)"),
        ("en-us", "50/50", "Number(50) Number(50)"),
        ("en-us", "9/11", "Number(9) Number(11)"),
        ("en-us", "1/10th", "Fraction(0 1 10)"),
        ("en-us", "5 1/2-inch", "Fraction(5 1 2)-inch"),
    ],
    ids=lambda value: value,
)
def test_is_read_as_its_kind(language: str, text: str, expected: str) -> None:
    assert reading(text, language) == expected
