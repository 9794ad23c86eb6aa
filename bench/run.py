"""One run of the benchmark: its texts, its tries, and its results."""

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from bench.texts import Texts

Judged = Literal["median", "p95", "p99", "max"]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table. ``goal`` is an upper limit of the ``judged`` statistic. ``note`` explains the figures."""

    part: str
    what: str
    unit: str
    values: Sequence[float]
    goal: float | None = None
    judged: Judged = "median"
    note: str = ""

    def at(self, judged: Judged) -> float:
        percentile = {"median": 50, "p95": 95, "p99": 99, "max": 100}[judged]
        return float(np.percentile(self.values, percentile)) if self.values else float("nan")

    @property
    def met(self) -> bool | None:
        """Whether the goal was met. None if there is no goal or no measurement."""
        return None if self.goal is None or not self.values else self.at(self.judged) <= self.goal


ALONE = 4.0
"""Times the usual seconds that a part may take for its tries when it runs alone."""


class Run:
    """The run, as every part gets it."""

    def __init__(self, seed: int, *, quick: bool, seconds: float, alone: bool = False) -> None:
        self.seed = seed
        self.quick = quick
        self.alone = alone  # the only part, which may take the time of all
        self.texts = Texts(seed)
        self.rows: list[Row] = []
        self.part = ""
        self._begun = time.monotonic()
        self._deadline = self._begun + seconds

    def say(self, line: str) -> None:
        """Show progress."""
        print(f"bench {time.monotonic() - self._begun:4.0f} s  {self.part}: {line}", file=sys.stderr, flush=True)

    def tries(self, count: int, what: str, *, quick: int = 3, seconds: float = 60) -> Iterator[int]:
        """Numbers of ``count`` tries, or of ``quick`` tries in a quick run.

        There are fewer, but at least ``quick``, if they take longer than ``seconds`` or the run's time is over.
        """
        count = quick if self.quick else count
        seconds *= ALONE if self.alone else 1
        self.say(f"{what} ({count})")
        deadline = min(self._deadline, time.monotonic() + seconds)
        for number in range(count):
            if number >= quick and time.monotonic() > deadline:
                self.say(f"out of time after {number} of {count}")
                return
            yield number

    def add(
        self,
        what: str,
        unit: str,
        values: Sequence[float],
        *,
        goal: float | None = None,
        judged: Judged = "median",
        note: str = "",
    ) -> None:
        row = Row(part=self.part, what=what, unit=unit, values=values, goal=goal, judged=judged, note=note)
        self.rows.append(row)
        self.say(f"{what}: {row.at('median'):.3g} {unit} (worst {row.at('max'):.3g}, n {len(values)}) {note}")
