"""Most of the silence at a chunk's edges is left out, and nothing that is heard is lost."""

import pytest
from hypothesis import given, strategies as st

from ttsmesh.model.engine.edges import (
    LEAD_FRAMES,
    MARKS,
    TAIL_FRAMES,
    first_heard,
    heard_durations,
    silent_from,
)
from ttsmesh.model.g2p.tokens import encode, table


@st.composite
def utterances(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    inner = draw(st.lists(st.integers(1, 177), min_size=1, max_size=60))
    durations = draw(st.lists(st.integers(1, 30), min_size=len(inner) + 2, max_size=len(inner) + 2))
    return [0, *inner, 0], durations


@given(utterances())
def test_only_silence_is_left_out(utterance: tuple[list[int], list[int]]) -> None:
    tokens, durations = utterance
    first = first_heard(durations)
    assert first == max(0, durations[0] - LEAD_FRAMES)
    end = first + sum(heard_durations(tokens, durations))
    spoken = sum(durations[: silent_from(tokens)])
    assert end == min(sum(durations), spoken + TAIL_FRAMES)


@given(utterances())
def test_what_is_spoken_lasts_as_long_as_the_model_wants(utterance: tuple[list[int], list[int]]) -> None:
    tokens, durations = utterance
    shorter = heard_durations(tokens, durations)
    assert all(0 <= less <= whole for less, whole in zip(shorter, durations, strict=True))
    inside = slice(1, silent_from(tokens))
    assert shorter[inside] == durations[inside]


@pytest.mark.parametrize(("phonemes", "spoken"), [("ab", 2), ("ab.", 2), ("ab?!”", 2), ("a, b. ", 4), ("…", 1)])
def test_marks_at_the_end_are_silent(phonemes: str, spoken: int) -> None:
    assert silent_from(encode(phonemes)) == spoken + 1


def test_the_marks_are_those_of_the_models_table() -> None:
    assert {symbol for symbol, token in table().items() if token in MARKS} == set(';:,.!?—…"()“” ')
