"""Dates and timestamps."""

import pytest

from tests.model.text.classify.recording import reading


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en-us", "2024-01-31", "Date(2024 1 31)"),
        ("en-us", "2024/01/31", "Date(2024 1 31)"),
        ("en-us", "2024.01.31", "Date(2024 1 31)"),
        ("en-us", "2024.1.3", "Number(2024) dot Number(1) dot Number(3)"),
        ("en-us", "5/6/2024", "Date(2024 5 6)"),
        ("en-us", "12/31/2024", "Date(2024 12 31)"),
        ("en-us", "31/12/2024", "Date(2024 12 31)"),
        ("en-us", "31.12.2024", "Date(2024 12 31)"),
        ("en-us", "31-12-2024", "Date(2024 12 31)"),
        ("en-us", "10/12/14", "Date(2014 10 12)"),
        ("en-us", "99/99/9999", "Number(99)/Number(99)/Number(9999)"),
        ("en-us", "on 12/31", "on Date(_ 12 31)"),
        ("en-us", "by 6/15", "by Date(_ 6 15)"),
        ("en-us", "by 1/2", "by Fraction(0 1 2)"),
        ("en-us", "12/31", "Fraction(0 12 31)"),
        ("en-us", "Jan 5, 2024", "Date(2024 1 5)"),
        ("en-us", "January 5", "Date(_ 1 5)"),
        ("en-us", "January 5th, 2024", "Date(2024 1 5)"),
        ("en-us", "5 January 2024", "Date(2024 1 5)"),
        ("en-us", "5th of May", "Date(_ 5 5)"),
        ("en-us", "31-Jan-2024", "Date(2024 1 31)"),
        ("en-us", "Dec. 25 and", "Date(_ 12 25) and"),
        ("en-us", "5 Jan.", "Date(_ 1 5)."),
        ("en-us", "March 2024", "Date(2024 3 _)"),
        ("en-us", "march 5", "march Number(5)"),
        ("en-us", "May 5", "Date(_ 5 5)"),
        ("en-us", "may 5", "may Number(5)"),
        ("en-us", "Sept. 5-7", "Range(Date(_ 9 5) Ordinal(7))"),
        ("en-us", "2024-01", "Date(2024 1 _)"),
        ("en-us", "2024-01-31T12:34:56Z", "Timestamp(Date(2024 1 31) Clock(12 34 second=56) zone=UTC)"),
        (
            "en-us",
            "2024-01-31T12:34:56.789Z",
            "Timestamp(Date(2024 1 31) Clock(12 34) zone=UTC), Measure(Number(56.789) s)",
        ),
        ("en-us", "2024-01-31T12:34:56+02:00", "Timestamp(Date(2024 1 31) Clock(12 34 second=56) zone=+02:00)"),
        ("en-us", "2024-01-31 12:34", "Timestamp(Date(2024 1 31) Clock(12 34))"),
        ("en-us", "2024-01-31 12:34:56,789", "Timestamp(Date(2024 1 31) Clock(12 34)), Measure(Number(56.789) s)"),
        ("en-us", "Jan 31 12:34:56", "Timestamp(Date(_ 1 31) Clock(12 34 second=56))"),
        ("en-us", "05/Jan/2024:12:34:56 +0000", "Timestamp(Date(2024 1 5) Clock(12 34 second=56) zone=+00:00)"),
        ("en-gb", "5/6/2024", "Date(2024 6 5)"),
        ("en-gb", "31/12/2024", "Date(2024 12 31)"),
        ("es", "5/6/2024", "Date(2024 6 5)"),
        ("es", "5 de enero de 2024", "Number(5) de enero de Year(2024)"),
        ("fr-fr", "le 31/12", "le Date(_ 12 31)"),
        ("fr-fr", "5 janvier 2024", "Number(5) janvier Year(2024)"),
        ("it", "31.12.2024", "Date(2024 12 31)"),
        ("pt-br", "dia 5/6", "dia Date(_ 6 5)"),
        ("zh", "2024年1月31日", "Year(2024)年Number(1)月Number(31)日"),
        ("ja", "2024年1月31日", "Year(2024)年Number(1)月Number(31)日"),
    ],
    ids=lambda value: value,
)
def test_is_read_as_its_kind(language: str, text: str, expected: str) -> None:
    assert reading(text, language) == expected
