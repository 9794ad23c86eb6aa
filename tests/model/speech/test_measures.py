"""What is measured, what is usual, and what is slower than usual."""

from typing import Any

import pytest
from hypothesis import given, strategies as st

from ttsmesh.model.speech.measures import (
    BUCKETS_PER_OCTAVE,
    RECENT,
    RECENT_LEAST,
    SLOWER,
    USUAL_LEAST,
    Day,
    Histogram,
    measurements,
    summarise,
    total,
    verdict,
)
from ttsmesh.wire.messages import MEASURES, HistoryEntry

VALUES = st.floats(0.001, 1e7)
PRECISION = 2 ** (0.5 / BUCKETS_PER_OCTAVE) * 1.0001


def entry(outcome: str = "finished", *, saved: bool = False, **more: Any) -> HistoryEntry:
    return HistoryEntry(id="a-1", when=0.0, voice="v", language="l", saved=saved, outcome=outcome, **more)


def histogram(*values: float) -> Histogram:
    result = Histogram()
    for value in values:
        result.add(value)
    return result


def usual(value: float, count: int = USUAL_LEAST) -> Histogram:
    return histogram(*[value] * count)


# --- what is measured ----------------------------------------------------------------------------------------------


def test_speech_and_saves_begin_in_measures_of_their_own() -> None:
    numbers: dict[str, Any] = {"first_audio_ms": 180.0, "real_time_factor": 0.2}
    assert dict(measurements(entry(**numbers))) == numbers
    assert dict(measurements(entry(saved=True, **numbers))) == {"first_chunk_ms": 180.0, "real_time_factor": 0.2}


@pytest.mark.parametrize("outcome", ["failed", "interrupted"])
def test_what_never_began_measures_nothing(outcome: str) -> None:
    assert dict(measurements(entry(outcome))) == {}


def test_every_measure_is_one_that_messages_know() -> None:
    both = [*measurements(entry(first_audio_ms=1.0, real_time_factor=1.0)), *measurements(entry(saved=True))]
    both += measurements(entry(saved=True, first_audio_ms=1.0))
    assert {measure for measure, _ in both} == set(MEASURES)


# --- histograms ----------------------------------------------------------------------------------------------------


def test_of_nothing_there_is_no_median() -> None:
    assert Histogram().median() is None
    assert Histogram().count == 0


@given(st.lists(VALUES, min_size=1, max_size=50))
def test_a_median_is_right_within_its_bucket_and_never_above_the_worst(values: list[float]) -> None:
    median, exact = histogram(*values).median(), sorted(values)[(len(values) - 1) // 2]
    assert median is not None
    assert exact / PRECISION <= median <= exact * PRECISION
    assert median <= histogram(*values).worst == max(values)


@given(st.lists(VALUES, max_size=20), st.lists(VALUES, max_size=20))
def test_merged_histograms_are_as_if_measured_together(some: list[float], others: list[float]) -> None:
    merged = histogram(*some)
    merged.merge(histogram(*others))
    assert merged.to_map() == histogram(*some, *others).to_map()
    assert merged.count == len(some) + len(others)


@pytest.mark.parametrize("value", [0.0, 1e-9, 1e15])
def test_values_outside_the_scale_are_counted_at_its_end(value: float) -> None:
    assert histogram(value).count == 1
    assert Histogram.from_map(histogram(value).to_map() | {"worst": 1.0}).count == 1


@given(st.lists(VALUES, max_size=20))
def test_a_histogram_survives_being_stored(values: list[float]) -> None:
    assert Histogram.from_map(histogram(*values).to_map()).to_map() == histogram(*values).to_map()


def test_a_histogram_stays_small_however_much_is_measured() -> None:
    whole = Histogram()
    for exponent in range(-2000, 2000):
        whole.add(1.02**exponent)
    assert len(whole.to_map()["buckets"]) <= 34 * BUCKETS_PER_OCTAVE + 1


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"worst": 1.0},
        {"worst": -1.0, "buckets": {}},
        {"worst": True, "buckets": {}},
        {"worst": float("nan"), "buckets": {}},
        {"worst": float("inf"), "buckets": {}},
        {"worst": 1e300, "buckets": {}},
        {"worst": 1.0, "buckets": []},
        {"worst": 1.0, "buckets": {"x": 1}},
        {"worst": 1.0, "buckets": {"9999": 1}},
        {"worst": 1.0, "buckets": {"-9999": 1}},
        {"worst": 1.0, "buckets": {"1": -1}},
        {"worst": 1.0, "buckets": {"1": 1.5}},
        {"worst": 1.0, "buckets": {"1": True}},
        {"worst": 1.0, "buckets": {"1": 10**300}},
    ],
)
def test_a_damaged_histogram_is_refused(body: object) -> None:
    with pytest.raises(ValueError):
        Histogram.from_map(body)


# --- days ----------------------------------------------------------------------------------------------------------


def test_a_day_counts_outcomes_and_measures_and_survives_being_stored() -> None:
    day = Day()
    day.add(entry(first_audio_ms=180.0, real_time_factor=0.2))
    day.add(entry("failed"))
    day.add(entry("interrupted", saved=True, first_audio_ms=20.0))
    assert day.outcomes == {"finished": 1, "failed": 1, "interrupted": 1}
    assert {measure: histogram.count for measure, histogram in day.measures.items()} == dict.fromkeys(MEASURES, 1)
    assert Day.from_map(day.to_map()).to_map() == day.to_map()


def test_several_days_add_up() -> None:
    days = [Day(), Day()]
    for day in days:
        day.add(entry(first_audio_ms=100.0))
    assert total(days).outcomes == {"finished": 2}
    assert total(days).measures["first_audio_ms"].count == 2
    assert days[0].outcomes == {"finished": 1}


def test_measures_of_another_release_are_dropped_and_missing_ones_are_empty() -> None:
    day = Day.from_map({"outcomes": {}, "measures": {"loudness": {"worst": 1.0, "buckets": {}}}})
    assert all(not histogram.count for histogram in day.measures.values())


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        {"outcomes": {}},
        {"outcomes": [], "measures": {}},
        {"outcomes": {"vanished": 1}, "measures": {}},
        {"outcomes": {"finished": -1}, "measures": {}},
        {"outcomes": {}, "measures": {"first_audio_ms": {}}},
    ],
)
def test_a_damaged_day_is_refused(body: object) -> None:
    with pytest.raises(ValueError):
        Day.from_map(body)


# --- the verdict ---------------------------------------------------------------------------------------------------


def test_slower_is_a_median_over_one_and_a_half_times_the_usual() -> None:
    habit = usual(100.0).median()
    assert habit is not None
    assert verdict([SLOWER * habit] * RECENT_LEAST, usual(100.0)) == "usual"
    assert verdict([SLOWER * habit * 1.001] * RECENT_LEAST, usual(100.0)) == "slower"
    assert verdict([1.0] * RECENT_LEAST, usual(100.0)) == "usual"


def test_one_bad_moment_is_not_slower_than_usual() -> None:
    assert verdict([100.0] * (RECENT_LEAST - 1) + [60_000.0], usual(100.0)) == "usual"


@pytest.mark.parametrize(
    ("recent", "before"),
    [(RECENT_LEAST - 1, USUAL_LEAST), (RECENT_LEAST, USUAL_LEAST - 1), (0, 0), (RECENT_LEAST, 0), (0, USUAL_LEAST)],
)
def test_too_little_to_compare_gives_no_verdict(recent: int, before: int) -> None:
    assert verdict([1e6] * recent, usual(100.0, before)) == "unknown"


def test_a_summary_has_now_beside_the_usual() -> None:
    since_start, before = Day(), Day()
    entries = [entry(first_audio_ms=milliseconds) for milliseconds in (900.0, 400.0, 300.0, 400.0, 400.0)]
    for each in entries:
        since_start.add(each)
    for _ in range(USUAL_LEAST):
        before.add(entry(first_audio_ms=128.0))
    summary = summarise("first_audio_ms", entries, since_start, before)
    assert (summary.count, summary.median, summary.worst) == (5, 400.0, 900.0)
    assert (summary.usual_count, summary.usual_median, summary.usual_worst) == (USUAL_LEAST, 128.0, 128.0)
    assert summary.verdict == "slower"


def test_a_summary_of_nothing_has_no_numbers() -> None:
    summary = summarise("real_time_factor", [], Day(), Day())
    assert (summary.count, summary.median, summary.worst, summary.verdict) == (0, None, None, "unknown")
    assert (summary.usual_count, summary.usual_median, summary.usual_worst) == (0, None, None)


def test_only_the_newest_count_as_now() -> None:
    since_start, before = Day(), Day()
    entries = [entry(first_audio_ms=9000.0)] * RECENT + [entry(first_audio_ms=128.0)] * RECENT
    for each in entries:
        since_start.add(each)
    for _ in range(USUAL_LEAST):
        before.add(entry(first_audio_ms=128.0))
    assert summarise("first_audio_ms", entries, since_start, before).verdict == "usual"
    assert summarise("first_audio_ms", entries[:-1], since_start, before).verdict == "usual"
    assert summarise("first_audio_ms", entries[:RECENT], since_start, before).verdict == "slower"
