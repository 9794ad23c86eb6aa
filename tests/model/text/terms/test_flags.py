"""Options of commands are said with their dashes."""

import pytest

from tests.model.text.terms.reading import first

WHOLE = [
    ("--no-cache", "dash dash no cache"),
    ("--verbose", "dash dash verbose"),
    ("--opt=", "dash dash opt equals"),
    ("-rf", "dash R F"),
    ("-n", "dash N"),
    ("-v", "dash V"),
    ("-xzf", "dash X Z F"),
    ("-Xmx512m", "dash X M X five twelve M"),
    ("2>&1", "standard error to standard output"),
    ("2>", "standard error to"),
    ("&>", "standard output to"),
]
"""What one rule takes as a whole, and what it says."""


@pytest.mark.parametrize(("text", "words"), WHOLE, ids=[text for text, _ in WHOLE])
def test_it_is_said_as_a_colleague_says_it(text: str, words: str) -> None:
    assert first(text) == (text, words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Use -Wall here", "dash W all"),
        ("it says -Force here", "dash force"),
        ("a man. -Twain", None),
        ("ls -la", "dash L A"),
    ],
)
def test_an_option_may_begin_with_a_capital_inside_a_sentence(text: str, words: str | None) -> None:
    found = first(text, at=text.index("-"))
    assert (found[1] if found and "dash" in found[1] else None) == words


@pytest.mark.parametrize(("previous", "words"), [("kill", "dash nine"), ("minus", None)])
def test_a_number_is_an_option_of_some_commands(previous: str, words: str | None) -> None:
    found = first(" -9", previous=previous, at=1)
    assert (found[1] if found and "dash" in found[1] else None) == words


def test_the_value_of_an_option_is_left_to_other_rules() -> None:
    assert first("--level=3") == ("--level=", "dash dash level equals")


@pytest.mark.parametrize("text", ["-5", "-Hola, dijo", "--", "-", "- item"])
def test_signs_and_dashes_are_no_options(text: str) -> None:
    assert "dash" not in str(first(text))


def test_an_option_of_a_word_begins_a_line_of_code() -> None:
    assert first("-name x", style="code") == ("-name", "dash name")
