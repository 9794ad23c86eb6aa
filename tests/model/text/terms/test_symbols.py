"""Symbols are called by their names, decoration is silent."""

import pytest

from tests.model.text.terms.reading import first
from tests.reading import say

WHOLE = [
    ("&&", "and"),
    ("||", "or"),
    ("|", ""),
    ("->", "arrow"),
    ("=>", "arrow"),
    ("==", "equals"),
    ("!=", "not equal to"),
    ("<=", "less than or equal to"),
    (">=", "greater than or equal to"),
    ("+=", "plus equals"),
    ("++", "plus plus"),
    ("+", "plus"),
    ("=", "equals"),
    ("<", "less than"),
    (">", "greater than"),
    ("&", "and"),
    ("%", "percent"),
    ("@", "at"),
    ("~", "tilde"),
    ("^", "caret"),
    ("*", "asterisk"),
    ("→", "arrow"),
    ("≤", "less than or equal to"),
    ("×", "times"),
    ("-----", ""),
    ("=====", ""),
    ("─────", ""),
    ("•", ""),
    ("`", ""),
    (")", ""),
    ("';'", "semicolon"),
    ("`{`", "opening brace"),
    ("‘,’", "comma"),
]
"""What one rule takes as a whole, and what it says."""


@pytest.mark.parametrize(("text", "words"), WHOLE, ids=[text for text, _ in WHOLE])
def test_it_is_said_as_a_colleague_says_it(text: str, words: str) -> None:
    assert first(text) == (text, words)


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("one ----- two", 4, "."),
        ("one ==== two", 4, ","),
        ("one • two", 4, ","),
        ("one ─────── two", 4, "."),
        ("a -- b", 2, "—"),
        ("a - b", 2, "minus"),
        ("a * b", 2, "times"),
        ("5 * 3", 2, "times"),
        ("*bold*", 0, ""),
        ("*bold*", 5, ""),
        ("~~gone~~", 0, ""),
        ("a (b) c", 2, ","),
        ("a (b) c", 4, ","),
        ("(b)", 0, ""),
        ("a | b", 2, ","),
        ("ls | grep foo", 3, "pipe"),
        ("x > y", 2, "greater than"),
        ("<https://x.org>", 0, ""),
        ("<b>bold</b>", 0, ""),
        ("<branch>", 0, "branch"),
        ("well-known", 4, ""),
        ("a B- in", 3, "minus"),
        ("pre- and", 3, ""),
        ("for j-- in", 5, "minus minus"),
        ("it is O(n log n) here", 6, "O of"),
        ("so f(x) = 2", 3, "F of X"),
        ("1.2 GB → 340 MB", 7, "to"),
        ("5->3", 1, "to"),
        ("main → dev", 5, "arrow"),
        ("y ** 2", 2, "to the power of"),
        ("n - 1", 2, "minus"),
        ("x - y is", 2, "minus"),
        ("pre - war", 4, "—"),
        ("a | sort | uniq", 2, "pipe"),
    ],
)
def test_a_symbol_means_what_stands_around_it(text: str, at: int, words: str) -> None:
    found = first(text, at=at)
    assert found is not None
    assert found[1] == words


@pytest.mark.parametrize(
    ("text", "words"),
    [("|", "pipe"), ("!", "not"), ("**", "to the power of"), (";", ","), ("//", ",")],
)
def test_in_code_marks_are_said(text: str, words: str) -> None:
    assert first(f"{text} x", style="code") == (text, words)


@pytest.mark.parametrize(("language", "words"), [("es", "mayor o igual que"), ("ja", "以上"), ("zh", "大于等于")])
def test_operators_are_called_by_the_words_of_the_language(language: str, words: str) -> None:
    assert first(">= x", language) == (">=", words)


@pytest.mark.parametrize("text", ["$ docker build", ">>> import os"])
def test_the_prompt_of_a_shell_is_silent(text: str) -> None:
    found = first(text)
    assert found is not None
    assert found[1] == ""


def test_a_header_in_brackets_is_a_file() -> None:
    assert first("<stdio.h>", style="code") == ("<stdio.h>", "stdio dot H")


def test_letters_and_spaces_are_no_symbols() -> None:
    assert first("word") is None
    assert first(" ") is None


def test_a_hyphen_between_spaces_is_a_minus_in_code() -> None:
    assert first("total - tax", style="code", at=6) == ("-", "minus")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("if a<b and c>d", "if A less than B and C greater than D"),
        ("i<a and b>c", "I less than A and B greater than C"),
        ("1<b>2", "one less than B greater than two"),
        ("<b>bold</b>", "bold"),
        ("H<sub>2</sub>O", "H two O"),
        ("a === b", "A equals B"),
        ("=== Title ===", "Title"),
        ("AA-", "A A minus"),
        ("x = -inf", "X equals minus inf"),
        ("UTC-8.", "U T C minus eight."),
        ("at UTC-05:00", "at U T C minus five o'clock"),
        ("n-1", "N minus one"),
    ],
)
def test_no_comparison_and_no_minus_is_lost(text: str, words: str) -> None:
    assert say(text)[0] == words
    assert say(text, read_as="text")[0] == words
