"""How fast the mesh is: what is measured of each utterance, what is usual, and what is slower than usual. Pure.

The measurements of a day are kept as counts in the buckets of a logarithmic scale. These are a few hundred numbers,
however much was said, and give medians, also of many days together.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from ttsmesh.wire.messages import MEASURES, OUTCOMES, HistoryEntry, Summary

BUCKETS_PER_OCTAVE = 8
"""Buckets for each doubling of a value. A median is right within 5 %, and what people call slower is far more."""

_LEAST, _MOST = 2.0**-10, 2.0**24
"""Values that can be told apart, in any unit: factors from 0.001, and milliseconds up to four hours."""

_FIRST_BUCKET, _LAST_BUCKET = (round(math.log2(bound) * BUCKETS_PER_OCTAVE) for bound in (_LEAST, _MOST))

_LARGEST = 10**12
"""Any unit: the largest number that a file may hold. The sum of many such still fits into a message."""

RECENT = 20
"""Utterances, at most, that show how fast the mesh is now."""

RECENT_LEAST = 5
"""Utterances, at least, that show how fast the mesh is now. One alone may have had to load the model."""

USUAL_LEAST = 20
"""Utterances of earlier days, at least, that show what is usual."""

SLOWER = 1.5
"""Times the usual median, above which the median of the recent utterances is called slower."""


def measurements(entry: HistoryEntry) -> Iterator[tuple[str, float]]:
    """What an utterance adds to the statistics, as (measure, value). An utterance that was never heard adds little.

    The beginning of speech and that of a save are two measures, because a save waits for no device.
    """
    if entry.first_audio_ms is not None:
        yield "first_chunk_ms" if entry.saved else "first_audio_ms", entry.first_audio_ms
    if entry.real_time_factor is not None:
        yield "real_time_factor", entry.real_time_factor


class Histogram:
    """How often each value was measured. All but the worst value are rounded to their bucket."""

    def __init__(self) -> None:
        self.worst = 0.0
        self._buckets: Counter[int] = Counter()

    @property
    def count(self) -> int:
        return self._buckets.total()

    def add(self, value: float) -> None:
        self._buckets[round(math.log2(min(max(value, _LEAST), _MOST)) * BUCKETS_PER_OCTAVE)] += 1
        self.worst = max(self.worst, value)

    def merge(self, other: "Histogram") -> None:
        self._buckets.update(other._buckets)
        self.worst = max(self.worst, other.worst)

    def median(self) -> float | None:
        """The middle value, or the lower one of two; None when nothing was measured."""
        passed, count = 0, self.count
        for bucket in sorted(self._buckets):
            passed += self._buckets[bucket]
            if passed * 2 >= count:
                return min(math.exp2(bucket / BUCKETS_PER_OCTAVE), self.worst)
        return None

    def to_map(self) -> dict[str, Any]:
        return {"worst": self.worst, "buckets": {str(bucket): count for bucket, count in self._buckets.items()}}

    @classmethod
    def from_map(cls, body: object) -> "Histogram":
        """Raises ValueError for anything that ``to_map`` would not have made."""
        histogram = cls()
        histogram.worst = _number(_field(body, "worst"))
        for bucket, count in _mapping(_field(body, "buckets")).items():
            if not _FIRST_BUCKET <= int(bucket) <= _LAST_BUCKET:
                raise ValueError("a bucket outside the scale")
            histogram._buckets[int(bucket)] = _count(count)
        return histogram


class Day:
    """The sums of one day: how often each outcome came, and a histogram for each measure."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.measures = {measure: Histogram() for measure in MEASURES}

    def add(self, entry: HistoryEntry) -> None:
        self.outcomes[entry.outcome] += 1
        for measure, value in measurements(entry):
            self.measures[measure].add(value)

    def merge(self, other: "Day") -> None:
        self.outcomes.update(other.outcomes)
        for measure, histogram in self.measures.items():
            histogram.merge(other.measures[measure])

    def to_map(self) -> dict[str, Any]:
        return {
            "outcomes": dict(self.outcomes),
            "measures": {measure: histogram.to_map() for measure, histogram in self.measures.items()},
        }

    @classmethod
    def from_map(cls, body: object) -> "Day":
        """Raises ValueError for anything that ``to_map`` would not have made; drops measures of other releases."""
        day = cls()
        for outcome, count in _mapping(_field(body, "outcomes")).items():
            if outcome not in OUTCOMES:
                raise ValueError("an unknown outcome")
            day.outcomes[outcome] = _count(count)
        measures = _mapping(_field(body, "measures"))
        for measure in day.measures.keys() & measures.keys():
            day.measures[measure] = Histogram.from_map(measures[measure])
        return day


def total(days: Iterable[Day]) -> Day:
    """Several days as if they were one."""
    whole = Day()
    for day in days:
        whole.merge(day)
    return whole


def verdict(recent: Sequence[float], usual: Histogram) -> str:
    """``slower`` or ``usual``; ``unknown`` while there are too few utterances on either side."""
    usual_median = usual.median()
    if len(recent) < RECENT_LEAST or usual.count < USUAL_LEAST or usual_median is None:
        return "unknown"
    return "slower" if median(recent) > SLOWER * usual_median else "usual"


def summarise(measure: str, entries: Iterable[HistoryEntry], since_start: Day, usual: Day) -> Summary:
    """Median and worst value of ``measure`` since the server started, beside those of the days before.

    Args:
        entries: the last entries, oldest first, of which the median is taken.
    """
    values = [value for entry in entries for name, value in measurements(entry) if name == measure]
    now, before = since_start.measures[measure], usual.measures[measure]
    return Summary(
        measure=measure,
        count=now.count,
        median=median(values) if values else None,
        worst=now.worst if now.count else None,
        usual_count=before.count,
        usual_median=before.median(),
        usual_worst=before.worst if before.count else None,
        verdict=verdict(values[-RECENT:], before),
    )


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise ValueError("not a map")
    return value


def _field(body: object, name: str) -> object:
    mapping = _mapping(body)
    if name not in mapping:
        raise ValueError(f"no {name}")
    return mapping[name]


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LARGEST:
        raise ValueError("not a measurement")
    return float(value)


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST:
        raise ValueError("not a count")
    return value
