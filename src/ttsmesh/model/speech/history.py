"""What became of the utterances: the last ones one by one, and measurements of some days that outlive this process.

Only outcomes and numbers are kept, in memory and in the file, never a text.
"""

import asyncio
import json
import logging
from collections import Counter, deque
from datetime import UTC, datetime
from pathlib import Path

from ttsmesh.errors import os_reason
from ttsmesh.host import files
from ttsmesh.limits import HISTORY_DAYS, HISTORY_WRITE_INTERVAL, MAX_HISTORY
from ttsmesh.model.speech.measures import Day, summarise, total
from ttsmesh.wire.messages import MEASURES, HistoryEntry, Summary

logger = logging.getLogger(__name__)

FILE = "measurements.json"
"""The file's name in the state directory."""

_FORMAT = 1

MAX_BYTES = 1024 * 1024
"""Bytes of the file that are read: ten times what so many days can come to."""

Days = dict[str, Day]
"""Days by their date (UTC), in the order in which they were begun."""


class History:
    """Takes every outcome. Until it is opened, it keeps them in memory only.

    ``last_failure`` is why the last failed utterance failed.
    """

    def __init__(self, write_interval: float = HISTORY_WRITE_INTERVAL) -> None:
        """``write_interval``: seconds from a new measurement to its place in the file, at most."""
        self.last_failure: str | None = None
        self.entries: deque[HistoryEntry] = deque(maxlen=MAX_HISTORY)
        self._write_interval = write_interval
        self._since_start = Day()
        self._days: Days = {}
        self._failure_told = True
        self._path: Path | None = None
        self._reading: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.Task[None] | None = None

    # --- what happened ------------------------------------------------------------------------------------------------

    def add(self, entry: HistoryEntry) -> None:
        """Take one more outcome."""
        self.entries.append(entry)
        self._since_start.add(entry)
        _begin(self._days, _date(entry)).add(entry)
        if entry.outcome == "failed":
            self.last_failure, self._failure_told = entry.message, False
        self._write_later()

    @property
    def outcomes(self) -> Counter[str]:
        """How many utterances had which outcome, since the start."""
        return self._since_start.outcomes

    def last(self, count: int) -> list[HistoryEntry]:
        """The last ``count`` entries, oldest first."""
        return list(self.entries)[-count:]

    def take_notice(self) -> str | None:
        """Why the last failed utterance failed, for a caller that tells its user: a failure is given once."""
        notice = None if self._failure_told else self.last_failure
        self._failure_told = True
        return notice

    def summaries(self) -> list[Summary]:
        """Compare every measure since the start with the days before the last entry's."""
        today = _date(self.entries[-1]) if self.entries else ""
        usual = total(day for date, day in self._days.items() if date != today)
        return [summarise(measure, self.entries, self._since_start, usual) for measure in MEASURES]

    # --- the file -----------------------------------------------------------------------------------------------------

    def open(self, path: Path, group: asyncio.TaskGroup) -> None:
        """Go on from what ``path`` holds, and keep that file up to date. Threads do it, because a disk may be slow."""
        self._path = path
        self._reading = group.create_task(self._read(path), name="read measurements")

    async def close(self) -> None:
        """Write what has not been written yet."""
        if self._path is None or self._reading is None:
            return
        await self._reading
        if self._writing is not None:
            await self._writing
        if self._timer is not None:
            self._timer.cancel()
            await self._write(self._path)

    async def _read(self, path: Path) -> None:
        try:
            days = await asyncio.to_thread(read, path)
        except OSError as error:
            logger.warning("measurements cannot be read: %s", os_reason(error))
            return
        for date, day in self._days.items():  # of utterances that ended meanwhile
            _begin(days, date).merge(day)
        self._days = days

    def _write_later(self) -> None:
        if self._path is not None and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._write_interval, self._write_now, self._path)

    def _write_now(self, path: Path) -> None:
        self._writing = asyncio.create_task(self._write(path), name="write measurements")

    async def _write(self, path: Path) -> None:
        self._timer = None  # later measurements wait for the next write
        if self._reading is not None:
            await self._reading
        text = to_text(self._days)
        try:
            await asyncio.to_thread(write, path, text)
        except OSError as error:
            logger.warning("measurements cannot be written: %s", os_reason(error))


def _date(entry: HistoryEntry) -> str:
    return datetime.fromtimestamp(min(entry.when, 2.0**37), UTC).date().isoformat()


def _begin(days: Days, date: str) -> Day:
    """The day of ``date``, which may begin now.

    When there are too many days, the one begun first leaves. Its date may be the latest, because clocks are set.
    """
    if date not in days:
        days[date] = Day()
        while len(days) > HISTORY_DAYS:
            del days[next(iter(days))]
    return days[date]


def to_text(days: Days) -> str:
    """The file's content."""
    body = {"format": _FORMAT, "days": {date: day.to_map() for date, day in days.items()}}
    return json.dumps(body, separators=(",", ":")) + "\n"


def from_text(text: str) -> Days:
    """The days in the file's content. Raises ValueError for any other content."""
    try:
        body = json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(body, dict) or body.get("format") != _FORMAT or not isinstance(body.get("days"), dict):
        raise ValueError("not measurements")
    days: Days = {}
    for date, day in body["days"].items():
        _begin(days, date).merge(Day.from_map(day))
    return days


def read(path: Path) -> Days:
    """The days that ``path`` holds. A damaged file is set aside, and none are left of it. Blocking; raises OSError."""
    return files.kept(path, lambda path: from_text(files.text(path, MAX_BYTES)), {})


def write(path: Path, text: str) -> None:
    """Replace ``path`` as a whole or not at all, readable by its owner only. Blocking."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    files.write(path, text.encode(), mode=0o600)
