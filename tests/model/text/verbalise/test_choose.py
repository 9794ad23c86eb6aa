"""What holds for the verbalisers of all languages."""

import re
import subprocess
import sys

import pytest

from tests.model.text.verbalise.said import n
from ttsmesh.languages import LANGUAGES
from ttsmesh.model.text.classify.units import UNITS
from ttsmesh.model.text.kinds import (
    Angle,
    Clock,
    Date,
    Decade,
    Digits,
    Dimensions,
    Duration,
    FeetAndInches,
    Fraction,
    Kind,
    Measure,
    Money,
    Number,
    Ordinal,
    Percent,
    Power,
    Range,
    Ratio,
    Roman,
    Scientific,
    Timestamp,
    Year,
)
from ttsmesh.model.text.rules import Context
from ttsmesh.model.text.terms.tables.vocabulary import TERMS
from ttsmesh.model.text.verbalise.choose import verbaliser
from ttsmesh.model.text.verbalise.romance.spanish import Spanish

_WORDS = re.compile(r"(?:[^\W\d_]|[\u0900-\u0965\u30fc' -])+(?:[,.、] ?(?:[^\W\d_]|[\u0900-\u0965\u30fc' -])+)*")
"""Words, with no digit and no symbol; a mark only between two of them."""

OTHERS = [language for language in LANGUAGES if not language.startswith("en-")]

KINDS: list[Kind] = [
    *(n(digits) for digits in ("0", "1", "-1", "+2.05", "±800", "12.3456", "999999999999999.9", "0.5 million")),
    *(Number("1" * length) for length in (16, 5000)),
    Number("3", scale="trillion", about=True),
    Digits(("007", "4f"), plus=True),
    *(Money(n(digits), code) for digits in ("0", "-1", "1.5", "0.01", "2.345", "7 billion") for code in ("EUR", "QQQ")),
    *(Measure(n("1.5"), "m", per, power) for per in ("", "s", "d") for power in (1, 2, 3)),
    Measure(Fraction(2, 1, 3, "-"), "in"),
    Measure(Range(Fraction(0, 1, 2), n("1")), "h"),
    Percent(n("-0.5")),
    Percent(Range(n("1"), n("2")), 1000),
    *(Fraction(whole, 3, below) for whole in (0, 7) for below in (0, 1, 2, 5, 11, 64, 100, 1000, 12345)),
    Fraction(0, 0, 5),
    *(Ordinal(value, feminine) for value in (0, 1, 12, 1_000_000, 10**16) for feminine in (False, True)),
    *(Roman(value, ordinal) for value in (1, 11, 1999) for ordinal in (False, True)),
    *(Clock(hour, 5, second, half) for hour in (0, 1, 12) for second in (None, 0) for half in ("", "am", "pm")),
    Duration(None, None, n("0.25")),
    Duration(100, 0, None),
    Date(None, 2, 29, 6),
    Date(476, None, None),
    Timestamp(Date(2024, 2, 29), Clock(23, 59, 59), "-03:30"),
    *(Year(value) for value in (1000, 1900, 2005, 2099)),
    *(Decade(value, short) for value in (1900, 1960, 2000, 2020) for short in (False, True)),
    *(Power(n("-2"), n(digits)) for digits in ("0", "2", "3", "-2", "0.5")),
    Scientific(n("-6.02"), n("23")),
    Dimensions((n("2"), n("3.5"), n("4")), "cm"),
    FeetAndInches(6, n("0.5")),
    *(Angle(n("1"), None, n("2.5"), compass) for compass in ("", "N", "S", "E", "W")),
    Ratio(n("2.5"), n("1")),
    Range(Date(None, 1, 1), Date(None, 1, 5)),
    Range(Money(n("1"), "EUR"), Money(n("2"), "USD")),
    Range(Percent(n("1")), Percent(n("2"), 1000)),
]


@pytest.mark.parametrize("language", OTHERS)
def test_every_kind_becomes_words_without_digits_and_symbols(language: str) -> None:
    for kind in KINDS:
        assert _WORDS.fullmatch(verbaliser(language).say(kind)), (kind, verbaliser(language).say(kind)[:200])


@pytest.mark.parametrize("language", OTHERS)
def test_every_unit_has_a_name_in_every_language(language: str) -> None:
    named = verbaliser(language)
    for unit in UNITS:
        said = named.say(Measure(n("5"), unit))
        assert _WORDS.fullmatch(said), said
        letters = " ".join(c.upper() for c in unit if c.isalpha())
        assert unit in ("em", "rem", "vh", "vw", "°") or not said.endswith(f" {letters}"), f"{unit}: {said}"


@pytest.mark.parametrize("language", OTHERS)
def test_every_term_has_a_word_in_every_language(language: str) -> None:
    assert set(verbaliser(language).terms) >= TERMS | set(Spanish.terms)


@pytest.mark.parametrize("language", OTHERS)
def test_symbols_and_terms_are_said_in_words(language: str) -> None:
    named = verbaliser(language)
    for called in (named.symbols, named.terms):
        for key, said in called.items():
            assert _WORDS.fullmatch(said), f"{key}: {said}"


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_names_the_symbols_that_another_one_names(language: str) -> None:
    assert set(verbaliser(language).symbols) >= set(Spanish.symbols) - set("·")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_verbaliser_of_a_language_says_whose_it_is(language: str) -> None:
    assert verbaliser(language).language == language
    assert verbaliser(language) is verbaliser(language)


@pytest.mark.parametrize("language", OTHERS)
def test_rules_take_no_ordinary_word_and_no_empty_rest(language: str) -> None:
    context = Context(verbaliser(language))
    for text in (
        "casa",
        "Mer",
        "CD",
        "I",
        "X",
        "env",
        "min",
        "maximum",
        "L",
        "漢字",
        "घर",
        "( )",
        "1",
        ".",
        "IIII",
        "IVI",
    ):
        assert all(rule(text, 0, context) is None for rule in context.verbaliser.rules), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_whole_numbers_and_characters_are_said(language: str) -> None:
    named = verbaliser(language)
    assert named.cardinal("15") == named.say(Number("15"))
    assert named.one_by_one("4a").split()[1] == "A"
    assert named.cardinal("007") == named.one_by_one("007")


def test_only_the_language_that_is_asked_for_is_loaded() -> None:
    program = (
        "import sys; from ttsmesh.model.text.verbalise.choose import verbaliser; verbaliser('es').cardinal('12');"
        "print(*(name for name in sys.modules if name.startswith('ttsmesh.model.text.verbalise.')))"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert "spanish" in loaded.stdout
    assert not re.search("french|italian|english|hindi|japanese", loaded.stdout)
