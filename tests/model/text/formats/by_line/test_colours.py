"""The escape sequences of a terminal change nothing in what is read, and stand in the spans of empty pieces."""

import re

import pytest
from hypothesis import given, strategies as st

from tests.model.text.formats import test_diff, test_log, test_results, test_traces
from tests.model.text.formats.read_aloud import aloud, assert_pieces_fit, lines_like, said
from ttsmesh.model.text.formats import code, diff, log, results, traces

RED, BOLD, OFF, CLEAR = "\x1b[31m", "\x1b[1m", "\x1b[0m", "\x1b[K"


def coloured(text: str) -> str:
    """``text`` as a program colours it: whole lines, and digits in them."""
    lines = re.sub("[0-9]+", lambda digits: BOLD + digits.group() + OFF, text).split("\n")
    return "".join(f"{RED}{line}{OFF}{CLEAR}\n" for line in lines)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        pytest.param(diff, test_diff.SHOW, id="diff"),
        pytest.param(log, test_log.PYTHON, id="log"),
        pytest.param(traces, test_traces.PYTHON, id="trace"),
        pytest.param(results, test_results.PYTEST, id="results"),
        pytest.param(code, "x = 10  # ten of them\n", id="code"),
    ],
)
def test_colours_change_nothing_in_what_is_read(form: object, text: str) -> None:
    assert said(form, coloured(text)) == said(form, text)


def test_each_side_of_an_escape_sequence_is_a_copy() -> None:
    (passage,) = code.read(f"ab{RED}cd", 10, {}, str)
    assert [(piece.text, piece.start, piece.end) for piece in passage.pieces] == [
        ("ab", 10, 12),
        ("", 12, 17),
        ("cd", 17, 19),
    ]


def test_a_text_of_escape_sequences_says_nothing() -> None:
    assert aloud(code.read(RED + OFF, 0, {}, str)) == []


@given(
    st.sampled_from([code, diff, log, traces, results]),
    lines_like(test_diff.SHOW, *test_log.ALL, *test_traces.ALL, *test_results.ALL),
    st.lists(st.tuples(st.integers(0, 400), st.sampled_from([RED, BOLD, OFF, CLEAR, "\x1b", " [0m"])), max_size=6),
    st.integers(0, 99),
)
def test_pieces_fit_wherever_escape_sequences_stand(
    form: object, lines: list[str], escapes: list[tuple[int, str]], offset: int
) -> None:
    text = "".join(f"{line}\n" for line in lines)
    for at, escape in escapes:
        text = text[:at] + escape + text[at:]
    assert_pieces_fit(text, offset, form.read(text, offset, {}, str))  # type: ignore[attr-defined]
