"""Little silence is decoded, in few different numbers of frames, and nothing that is heard is lost."""

import pytest
from hypothesis import given, strategies as st

from ttsmesh.model.engine.openvino.buckets import (
    BUCKETS,
    LEAD_FRAMES,
    LONG_STEP_FRAMES,
    MARGIN_FRAMES,
    MARKS,
    TAIL_FRAMES,
    bucket,
    heard_durations,
    silent_from,
    window,
)
from ttsmesh.model.g2p.tokens import encode, table

BEGIN = 16
SPOKEN = [50, 83, 54]


@st.composite
def utterances(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    inner = draw(st.lists(st.integers(1, 177), min_size=1, max_size=60))
    durations = draw(st.lists(st.integers(1, 30), min_size=len(inner) + 2, max_size=len(inner) + 2))
    return [0, *inner, 0], durations


@given(utterances())
def test_every_frame_that_is_heard_is_decoded_in_a_bucket(utterance: tuple[list[int], list[int]]) -> None:
    tokens, durations = utterance
    part = window(tokens, durations)
    total = sum(durations)
    assert 0 <= part.first <= part.begin < part.end <= part.last <= total
    assert part.fill >= 0
    around = min(MARGIN_FRAMES, part.begin) + min(MARGIN_FRAMES, total - part.end)
    assert part.frames == bucket(part.end - part.begin + around)
    assert not part.fill or (part.first, part.last) == (0, total), "repeating is the last resort"


@given(utterances())
def test_only_silence_is_left_out(utterance: tuple[list[int], list[int]]) -> None:
    tokens, durations = utterance
    part = window(tokens, durations)
    assert part.begin == max(0, durations[0] - LEAD_FRAMES)
    spoken = sum(durations[: silent_from(tokens)])
    assert part.end == min(sum(durations), spoken + TAIL_FRAMES)


@given(utterances())
def test_what_is_heard_lasts_as_long_as_its_tokens(utterance: tuple[list[int], list[int]]) -> None:
    tokens, durations = utterance
    part = window(tokens, durations)
    shorter = heard_durations(tokens, durations)
    assert sum(shorter) == part.end - part.begin
    assert all(0 <= less <= whole for less, whole in zip(shorter, durations, strict=True))
    inside = slice(1, silent_from(tokens))
    assert shorter[inside] == durations[inside]


@given(st.integers(1, 3000))
def test_a_bucket_holds_what_it_is_for(frames: int) -> None:
    size = bucket(frames)
    assert size >= frames
    assert size in BUCKETS or (size > BUCKETS[-1] and size % LONG_STEP_FRAMES == 0)
    assert bucket(size) == size


@given(utterances())
def test_some_silence_around_what_is_heard_is_decoded_where_there_is_any(
    utterance: tuple[list[int], list[int]],
) -> None:
    tokens, durations = utterance
    part = window(tokens, durations)
    assert part.first <= max(0, part.begin - MARGIN_FRAMES)
    assert part.last >= min(sum(durations), part.end + MARGIN_FRAMES)


def test_silence_of_the_begin_token_fills_a_bucket_first() -> None:
    part = window([0, *SPOKEN, 0], [BEGIN, 8, 8, 3, 12])
    assert (part.begin, part.end, part.first, part.last, part.fill) == (12, 37, 3, 43, 0)
    assert part.frames == 40


def test_then_that_of_the_end_and_then_the_last_frame_again() -> None:
    part = window([0, *SPOKEN, 0], [5, 8, 8, 3, 4])
    assert (part.begin, part.end, part.first, part.last, part.fill) == (1, 26, 0, 28, 4)


@pytest.mark.parametrize(("phonemes", "spoken"), [("ab", 2), ("ab.", 2), ("ab?!”", 2), ("a, b. ", 4), ("…", 1)])
def test_marks_at_the_end_are_silent(phonemes: str, spoken: int) -> None:
    assert silent_from(encode(phonemes)) == spoken + 1


def test_the_marks_are_those_of_the_models_table() -> None:
    assert {symbol for symbol, token in table().items() if token in MARKS} == set(';:,.!?—…"()“” ')
