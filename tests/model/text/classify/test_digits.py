"""Digits that are said one by one."""

import pytest

from tests.model.text.classify.recording import reading


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en-us", "416-555-0192", "Digits(416/555/0192)"),
        ("en-us", "(416) 555-0192", "Digits(416/555/0192)"),
        ("en-us", "416.555.0192", "Digits(416/555/0192)"),
        ("en-us", "+1 416-555-0192", "Digits(1/416/555/0192 plus=True)"),
        ("en-us", "+44 20 7946 0958", "Digits(44/20/7946/0958 plus=True)"),
        ("en-us", "1-800-555-0199", "Digits(1/800/555/0199)"),
        ("en-us", "555-0192", "Digits(555/0192)"),
        ("en-us", "call 555-1234", "call Digits(555/1234)"),
        ("en-us", "call 416 555 0192 5 times", "call Digits(416/555/0192) Number(5) times"),
        ("en-us", "0042", "Digits(0042)"),
        ("en-us", "007", "Digits(007)"),
        ("en-us", "4111 1111 1111 1111", "Digits(4111/1111/1111/1111)"),
        ("en-us", "123-45-6789", "Digits(123/45/6789)"),
        ("en-us", "978-3-16-148410-0", "Digits(978/3/16/148410/0)"),
        ("en-us", "1234567890", "Digits(123/456/7890)"),
        ("en-us", "8000000000", "Number(8000000000)"),
        ("en-us", "12345678", "Number(12345678)"),
        ("en-us", "+10 000 000", "Number(10000000 sign=+)"),
        ("en-us", "4-4-2", "Number(4) Number(4) Number(2)"),
        ("en-us", "50-30-20", "Number(50) Number(30) Number(20)"),
        ("en-us", "-05", "minus Digits(05)"),
        ("fr-fr", "01 23 45 67 89", "Digits(01/23/45/67/89)"),
        ("fr-fr", "06.12.34.56.78", "Digits(06/12/34/56/78)"),
        ("fr-fr", "+33 6 12 34 56 78", "Digits(33/6/12/34/56/78 plus=True)"),
        ("es", "612 34 56 78", "Digits(612/34/56/78)"),
        ("pt-br", "(11) 91234-5678", "Digits(11/91234/5678)"),
        ("ja", "03-1234-5678", "Digits(03/1234/5678)"),
        ("zh", "138 0013 8000", "Digits(138/0013/8000)"),
        ("hi", "98765 43210", "Digits(98765/43210)"),
    ],
    ids=lambda value: value,
)
def test_is_read_as_its_kind(language: str, text: str, expected: str) -> None:
    assert reading(text, language) == expected
