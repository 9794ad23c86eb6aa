"""Words in capitals are spelled, or said as words."""

import pytest

from tests.model.text.terms.reading import first
from ttsmesh.model.text.rules import Context
from ttsmesh.model.text.terms.rules import RULES
from ttsmesh.model.text.verbalise.choose import verbaliser

WHOLE = [
    ("HTTP", "H T T P"),
    ("API", "A P I"),
    ("APIs", "A P I's"),
    ("PDFs", "P D F's"),
    ("CPUs", "C P U's"),
    ("URL's", "U R L's"),
    ("NASA", "nasa"),
    ("NASA's", "nasa's"),
    ("JSON", "jason"),
    ("YAML", "yaml"),
    ("GIFs", "gifs"),
    ("SQL", "S Q L"),
    ("RAM", "ram"),
    ("USA", "U S A"),
    ("IBM's", "I B M's"),
    ("WARNING", "warning"),
    ("IMPORTANT", "important"),
    ("ERROR", "error"),
    ("NOT", "not"),
    ("SELECT", "select"),
    ("README", "read me"),
    ("TODO", "to do"),
    ("XYZ", "X Y Z"),
    ("OK", "O K"),
    ("GUI", "gooey"),
    ("IEEE", "I triple E"),
    ("CRUD", "crud"),
    ("UNESCO", "unesco"),
]
"""What one rule takes as a whole, and what it says."""


@pytest.mark.parametrize(("text", "words"), WHOLE, ids=[text for text, _ in WHOLE])
def test_it_is_said_as_a_colleague_says_it(text: str, words: str) -> None:
    assert first(text) == (text, words)


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("DO NOT TOUCH", 0, "do"),
        ("DO NOT TOUCH", 7, "touch"),
        ("NEVER USE THIS API", 15, "A P I"),
        ("ESA and NASA", 0, "E S A"),
        ("the CEO of IBM", 4, "C E O"),
        ("AT&T", 0, "A T"),
        ("an IV drip", 3, "I V"),
    ],
)
def test_the_words_around_tell_whether_someone_is_loud(text: str, at: int, words: str) -> None:
    found = first(text, at=at)
    assert found is not None
    assert found[1] == words


def test_the_who_is_spelled() -> None:
    assert first("WHO said", previous="the") == ("WHO", "W H O")
    assert first("WHO said") == ("WHO", "who")


@pytest.mark.parametrize("text", ["USD 5", "EUR 100", "US$5", "US$ 5", "DEC 25"])
def test_what_begins_an_amount_or_a_date_is_left_to_the_number_rules(text: str) -> None:
    context = Context(verbaliser("en-us"))
    assert all(rule(text, 0, context) is None for rule in RULES)


def test_a_roman_numeral_is_offered_to_the_number_rules_first() -> None:
    context = Context(verbaliser("en-us"))
    assert all(rule("VIII", 0, context) is None for rule in RULES)


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("API", "es", "A P I"),
        ("APIs", "fr-fr", "A P I"),
        ("NASA", "es", "nasa"),
        ("JSON", "it", "json"),
        ("ERROR", "ja", "error"),
        ("HOLA", "es", "hola"),
        ("OCDE", "es", "O C D E"),
        ("SNCF", "fr-fr", "S N C F"),
    ],
)
def test_other_languages_respell_nothing(text: str, language: str, words: str) -> None:
    assert first(text, language) == (text, words)
