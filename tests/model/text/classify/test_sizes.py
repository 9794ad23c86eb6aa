"""Lengths of sides, feet and inches, angles, and times as much."""

import pytest

from tests.model.text.classify.recording import reading


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en-us", "5'10\"", "FeetAndInches(5 Number(10))"),
        ("en-us", "5′10″", "FeetAndInches(5 Number(10))"),
        ("en-us", "5' 4½\"", "FeetAndInches(5 Fraction(4 1 2))"),
        ("en-us", "5’10”", "FeetAndInches(5 Number(10))"),
        ("en-us", "6'2\"", "FeetAndInches(6 Number(2))"),
        ("en-us", "6′", "Measure(Number(6) ft)"),
        ("en-us", "6' tall", "Measure(Number(6) ft) tall"),
        ("en-us", '27" monitor', "Measure(Number(27) in) monitor"),
        ("en-us", '"I saw 27" he', '"I saw Number(27)" he'),
        ("en-us", '7/8" pipe', "Measure(Fraction(0 7 8) in) pipe"),
        ("en-us", "40°26′46″ N", "Angle(Number(40) Number(26) Number(46) compass=N)"),
        ("en-us", "40.7128° N", "Angle(Number(40.7128) _ _ compass=N)"),
        ("en-us", "90°", "Measure(Number(90) °)"),
        ("en-us", "1920x1080", "Dimensions(Number(1920)/Number(1080))"),
        ("en-us", "5 × 3 m", "Dimensions(Number(5)/Number(3) unit=m)"),
        ("en-us", "2 x 4 x 6 cm", "Dimensions(Number(2)/Number(4)/Number(6) unit=cm)"),
        ("en-us", "8.5 x 11 in", "Dimensions(Number(8.5)/Number(11) unit=in)"),
        ("en-us", "4x4", "Dimensions(Number(4)/Number(4))"),
        ("en-us", "3x faster", "Number(3) times faster"),
        ("en-us", "5'x7' rug", "Dimensions(Number(5)/Number(7) unit=ft) rug"),
        ("en-us", '2" × 4"', "Dimensions(Number(2)/Number(4) unit=in)"),
        ("en-us", "y = 3x", "y = Number(3) X"),
        ("en-us", "2.5×", "Number(2.5) times"),
        ("en-us", "10-15x", "Range(Number(10) Number(15)) times"),
        ("en-us", "10x-15x", "Range(Number(10) Number(15)) times"),
        ("en-us", "3x+5", "Number(3) X+Number(5)"),
        ("en-us", "5 × 3 = 15", "Number(5) times Number(3) = Number(15)"),
        ("en-us", "0x10", "Number(0) X Number(10)"),
    ],
    ids=lambda value: value,
)
def test_is_read_as_its_kind(language: str, text: str, expected: str) -> None:
    assert reading(text, language) == expected
