"""Addresses of machines are said number by number."""

import pytest

from tests.model.text.terms.reading import first

WHOLE = [
    ("192.168.0.1", "one hundred ninety-two dot one hundred sixty-eight dot zero dot one"),
    ("10.0.0.0/8", "ten dot zero dot zero dot zero slash eight"),
    ("127.0.0.1:8080", "one hundred twenty-seven dot zero dot zero dot one port eight thousand eighty"),
    (
        "255.255.255.255",
        "two hundred fifty-five dot two hundred fifty-five dot two hundred fifty-five dot two hundred fifty-five",
    ),
    ("2001:db8::1", "two zero zero one colon D B eight colon colon one"),
    ("::1", "colon colon one"),
    ("fe80::1%eth0", "F E eight zero colon colon one percent E T H zero"),
    ("2001:db8::/32", "two zero zero one colon D B eight colon colon slash thirty-two"),
    ("[::1]:8080", "colon colon one port eight thousand eighty"),
    ("00:1A:2B:3C:4D:5E", "zero zero, one A, two B, three C, four D, five E"),
    ("00-1a-2b-3c-4d-5e", "zero zero, one A, two B, three C, four D, five E"),
]
"""What one rule takes as a whole, and what it says."""


@pytest.mark.parametrize(("text", "words"), WHOLE, ids=[text for text, _ in WHOLE])
def test_it_is_said_as_a_colleague_says_it(text: str, words: str) -> None:
    assert first(text) == (text, words)


@pytest.mark.parametrize("text", ["10:30", "10:30:15", "1:02:33", "16:9", "256.1.1.1", "3.14"])
def test_times_and_numbers_are_no_addresses(text: str) -> None:
    said = str(first(text))
    assert "colon" not in said
    assert " dot " not in said
