"""Numbers that name things in English."""

import pytest

from ttsmesh.model.text.rules import Context
from ttsmesh.model.text.verbalise.choose import verbaliser
from ttsmesh.model.text.verbalise.english_rules import written_short


def said(before: str, text: str, language: str = "en-us") -> str | None:
    """What is said of the first thing of ``text``, which stands behind ``before``."""
    previous = before.split()[-1].lower() if before.split() else ""
    answer = written_short(before + text, len(before), Context(verbaliser(language), previous=previous))
    return answer[1] if answer else None


@pytest.mark.parametrize(
    ("before", "text", "expected"),
    [
        ("Genesis ", "1:1", "one one"),
        ("1 Cor. ", "13:4-7", "thirteen four to seven"),
        ("genesis ", "1:1", None),
        ("Mark ", "10:05", None),
        ("Room ", "101", "one oh one"),
        ("Room ", "300", "three hundred"),
        ("Room ", "1204", "twelve oh four"),
        ("flight BA ", "249", "two forty-nine"),
        ("a Boeing ", "737-800", "seven thirty-seven eight hundred"),
        ("the ", "A380 flew", "A three eighty"),
        ("on ", "I-405", "I four oh five"),
        ("bus ", "12", None),
        ("Form ", "1040", "ten forty"),
        ("a route ", "250 km long", None),
        ("Beverly Hills, ", "CA 90210", "California nine zero two one zero"),
        ("Boston, ", "MA 02134-1234", "Massachusetts zero two one three four, one two three four"),
        ("Foo, ", "XX 90210", None),
        ("€5", "/month", "per month"),
        ("20 GB", "/user", "per user"),
        ("$3", "/lb", "per pound"),
        ("src", "/month", None),
        ("2", "/3", None),
        ("in ", "km/h", "kilometers per hour"),
        ("the ", "MB/s figure", "megabytes per second"),
        ("the ", "a/s", None),
        ("the ", "src/s", None),
        ("70 ", "beats/min", "beats per minute"),
        ("two ", "F-16s", "F sixteens"),
        ("over-", "65s", "sixty-fives"),
        ("two ", "10s", "tens"),
        ("wait ", "10s", None),
        ("at ", "0600 hours", "zero six hundred"),
        ("6.5 L", "/100 km", "per"),
        ("85kg", "/187lb", None),
        ("", "8/10 would go", "eight out of ten"),
        ("rated ", "4.5/5", "four point five out of five"),
        ("", "3/10 of it", None),
        ("", "1/5 left", None),
        ("", "1600 Pennsylvania Ave.", "sixteen hundred"),
        ("at ", "221 Baker Street", "two twenty-one"),
        ("in ", "1600 Pennsylvania was", None),
        ("Gen ", "X", None),
    ],
    ids=lambda value: str(value),
)
def test_a_number_that_names_something(before: str, text: str, expected: str | None) -> None:
    assert said(before, text) == expected


@pytest.mark.parametrize(
    ("before", "text", "expected"),
    [
        ("the ", "file(s) here", "files"),
        ("two ", "box(es)", "boxes"),
        ("call ", "f(s)", None),
        ("Rock ", "'n' roll", "and"),
        ("Guns ", "N' Roses", "and"),
        ("", "+/- 5", "plus or minus"),
        ("2", "^n", "to the"),
        ("see ", "¶ 3", "paragraph"),
        ("an ", "on/off switch", "on off"),
        ("parts I, ", "II and III", "two"),
        ("I, ", "II and III", None),
        ("open ", "Monday–Friday", "Monday to Friday"),
    ],
    ids=lambda value: str(value),
)
def test_a_short_way_of_writing(before: str, text: str, expected: str | None) -> None:
    assert said(before, text) == expected
