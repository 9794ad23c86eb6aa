"""Where numbers may begin and end between the letters of several scripts."""

import pytest

from ttsmesh.model.text.classify.tokens import begins, ends, may_be_signed


@pytest.mark.parametrize(
    ("text", "end", "may"),
    [
        ("10km", 2, False),
        ("10km走る", 4, True),
        ("14:30开会", 5, True),
        ("17:00まで", 5, True),
        ("1.2.3", 3, False),
        ("5", 1, True),
        ("5_a", 1, False),
    ],
)
def test_a_number_ends_before_a_letter_of_a_script_without_spaces(text: str, end: int, may: bool) -> None:
    assert ends(text, end) is may


@pytest.mark.parametrize(
    ("text", "at", "may"), [("日5", 1, True), ("a5", 1, False), ("²5", 1, False), (",5", 1, False)]
)
def test_a_number_begins_behind_such_a_letter(text: str, at: int, may: bool) -> None:
    assert begins(text, at) is may


@pytest.mark.parametrize(
    ("text", "at", "may"),
    [
        ("気温は-5", 3, True),
        ("कोविड-19", 5, False),
        ("Covid-19", 5, False),
        ("से -5", 3, True),
        ("(-5", 1, True),
        ("3-1", 1, False),
    ],
)
def test_a_hyphen_is_a_sign_where_no_word_is_glued_before_it(text: str, at: int, may: bool) -> None:
    assert may_be_signed(text, at) is may
