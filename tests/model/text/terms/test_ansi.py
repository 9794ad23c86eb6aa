"""Escape sequences of terminals are found as a whole."""

import pytest

from ttsmesh.model.text.terms.ansi import ESCAPES


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[31m",
        "\x1b[0m",
        "\x1b[m",
        "\x1b[1;31;4m",
        "\x1b[38;5;208m",
        "\x1b[38:2:255:0:0m",
        "\x1b[2K",
        "\x1b[?25l",
        "\x1b[10;20H",
        "\x9b31m",
        "\x1b]0;a title\x07",
        "\x1b]8;;https://example.com\x1b\\",
        "\x1bPq#0;2;0\x1b\\",
        "\x1b(B",
        "\x1b=",
        "\x1bM",
        " [31m",
        " [0m",
        " [1;32m",
    ],
)
def test_a_sequence_is_taken_as_a_whole(text: str) -> None:
    assert ESCAPES.sub("", f"a{text}b") == "ab"


@pytest.mark.parametrize("text", ["a [1] b", "[31m", "x[0m", " [12 months]", " [m]ust", "see [12m] up"])
def test_text_in_brackets_stays(text: str) -> None:
    assert ESCAPES.sub("", text) == text


def test_a_colour_whose_escape_became_a_space_is_taken_before_a_word() -> None:
    assert ESCAPES.sub("", " [31mfailed [0m") == "failed"


def test_a_string_without_an_end_takes_no_more_than_its_line() -> None:
    assert ESCAPES.sub("", "\x1b]0;title\nnext") == "\nnext"
