"""Versions are said part by part."""

import pytest

from tests.model.text.terms.reading import first

WHOLE = [
    ("v1.2.3", "version one point two point three"),
    ("v2", "version two"),
    ("V1.2", "version one point two"),
    ("v1.2.3-rc1", "version one point two point three R C one"),
    ("v2.0.0-beta.1", "version two point zero point zero beta one"),
    ("1.2.3", "one point two point three"),
    ("1.2.3-rc1", "one point two point three R C one"),
    ("10.15.7", "ten point fifteen point seven"),
    ("2.0.0a1", "two point zero point zero A one"),
    ("3.12.0rc2", "three point twelve point zero R C two"),
    ("1.0.0+build5", "one point zero point zero build five"),
    ("1.x", "one point X"),
    ("2.x.x", "two point X point X"),
    ("1.2.*", "one point two point star"),
    ("1.2..1.4", "one point two to one point four"),
    ("1.2.3 - 2.0.0", "one point two point three to two point zero point zero"),
    ("0..10", "zero to ten"),
    (">=3.11", "at least three point eleven"),
    (">=3.11,<4", "at least three point eleven, below four"),
    (">= 1.2, < 2.0", "at least one point two, below two point zero"),
    ("^1.2.3", "compatible with one point two point three"),
    ("~1.2.3", "about one point two point three"),
    ("==2.1.0", "exactly two point one point zero"),
    ("!=1.5.0", "not one point five point zero"),
    ("~=1.4.2", "compatible with one point four point two"),
    ("python3.11", "python three point eleven"),
    ("ruby2.7", "ruby two point seven"),
    ("1.1.1k", "one point one point one K"),
    ("HTTP/1.1", "H T T P one point one"),
    ("HTTP/2", "H T T P two"),
    ("nginx/1.25.3", "engine X one point twenty-five point three"),
    ("Mozilla/5.0", "mozilla five point zero"),
    ("python:3.11-slim", "python three point eleven slim"),
    ("postgres:16", "postgres sixteen"),
    ("ghcr.io/acme/web:v2.1", "G H C R dot I O slash acme slash web two point one"),
    ("redis:latest", "redis latest"),
]
"""What one rule takes as a whole, and what it says."""


@pytest.mark.parametrize(("text", "words"), WHOLE, ids=[text for text, _ in WHOLE])
def test_it_is_said_as_a_colleague_says_it(text: str, words: str) -> None:
    assert first(text) == (text, words)


@pytest.mark.parametrize(
    ("text", "previous", "words"),
    [
        ("3.10", "python", "three point ten"),
        ("22.04", "ubuntu", "twenty-two point zero four"),
        ("17.4", "ios", "seventeen point four"),
        ("2.0", "version", "two point zero"),
        ("v2.0", "version", "two point zero"),
    ],
)
def test_behind_the_name_of_what_has_versions_two_parts_are_one(text: str, previous: str, words: str) -> None:
    assert first(text, previous=previous) == (text, words)


@pytest.mark.parametrize(
    ("text", "previous", "language"),
    [
        ("3.10", "", "en-us"),
        ("3.5 hours", "java", "en-us"),
        ("12.10.2024", "", "en-us"),
        ("12.10.24", "", "fr-fr"),
        ("1.234.567", "", "es"),
        ("1,000.50", "", "en-us"),
        ("24", "version", "en-us"),
    ],
)
def test_numbers_and_dates_are_left_to_their_rules(text: str, previous: str, language: str) -> None:
    assert first(text, language, previous=previous) is None


@pytest.mark.parametrize("text", ["<4", "~1.2", ">5 GB", ">=3.5 GB"])
def test_a_comparison_with_a_number_asks_for_no_version(text: str) -> None:
    found = first(text)
    assert found is not None
    assert not any(character.isdecimal() for character in found[0])


def test_a_requirement_is_said_with_the_words_of_the_language() -> None:
    said = str(first(">=3.11,<4", "es"))
    assert "tres punto once, " in said
    assert "at least" not in said
    assert str(first("v1.2.3", "ja")).startswith("('v1.2.3', 'バージョン 一 ")


def test_the_end_of_the_sentence_is_left_to_it() -> None:
    assert first("v1.2.3.") == ("v1.2.3", "version one point two point three")
    assert first("1.2.3, then") == ("1.2.3", "one point two point three")
