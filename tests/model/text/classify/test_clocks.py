"""Times of day, durations and ratios."""

import pytest

from tests.model.text.classify.recording import reading


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en-us", "10:30", "Clock(10 30)"),
        ("en-us", "10:00", "Clock(10 0)"),
        ("en-us", "9:05", "Clock(9 5)"),
        ("en-us", "12:34:56", "Clock(12 34 second=56)"),
        ("en-us", "9am", "Clock(9 0 half=am)"),
        ("en-us", "9 am", "Clock(9 0 half=am)"),
        ("en-us", "9:30 PM", "Clock(9 30 half=pm)"),
        ("en-us", "12:30pm", "Clock(12 30 half=pm)"),
        ("en-us", "9 a.m. on", "Clock(9 0 half=am) on"),
        ("en-us", "5 p.m. She", "Clock(5 0 half=pm). She"),
        ("en-us", "5 p.m. Eastern", "Clock(5 0 half=pm) Eastern"),
        ("en-us", "12:34:56,789", "Clock(12 34), Measure(Number(56.789) s)"),
        ("en-us", "12:34:56.000", "Clock(12 34 second=56)"),
        ("en-us", "1:02:33", "Duration(1 2 Number(33))"),
        ("en-us", "90:05", "Duration(_ 90 Number(5))"),
        ("en-us", "25:30", "Duration(_ 25 Number(30))"),
        ("en-us", "1h30m", "Duration(1 30 _)"),
        ("en-us", "2m15s", "Duration(_ 2 Number(15))"),
        ("en-us", "2m 15s", "Duration(_ 2 Number(15))"),
        ("en-us", "1h2m3s", "Duration(1 2 Number(3))"),
        ("en-us", "5d3h", "Measure(Number(5) d) Duration(3 _ _)"),
        ("en-us", "1h30", "Duration(1 30 _)"),
        ("en-us", "16:9", "Ratio(Number(16) Number(9))"),
        ("en-us", "3:1", "Ratio(Number(3) Number(1))"),
        ("en-us", "1:100", "Ratio(Number(1) Number(100))"),
        ("en-us", "scale 1:10", "scale Ratio(Number(1) Number(10))"),
        ("en-us", "a ratio of 2:10", "a ratio of Ratio(Number(2) Number(10))"),
        ("en-us", "John 3:16", "John Clock(3 16)"),
        ("en-us", "5:3", "Ratio(Number(5) Number(3))"),
        ("en-gb", "9.30am", "Clock(9 30 half=am)"),
        ("fr-fr", "14h30", "Clock(14 30)"),
        ("fr-fr", "9 h", "Clock(9 0)"),
        ("fr-fr", "14 h 30", "Clock(14 30)"),
        ("pt-br", "14h30", "Clock(14 30)"),
        ("pt-br", "9h", "Clock(9 0)"),
        ("zh", "10:30", "Clock(10 30)"),
        ("hi", "10:30 बजे", "Clock(10 30) बजे"),
    ],
    ids=lambda value: value,
)
def test_is_read_as_its_kind(language: str, text: str, expected: str) -> None:
    assert reading(text, language) == expected
