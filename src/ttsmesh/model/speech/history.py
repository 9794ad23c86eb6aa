"""What became of the utterances: the last ones one by one, and days of measurements that outlive this process.

Only outcomes and numbers are kept, in memory and in the file: never a text.
"""

import asyncio
import json
import logging
import os
import time
from collections import deque
from datetime import UTC, datetime
from pathlib import Path

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.host import files
from ttsmesh.limits import HISTORY_DAYS, HISTORY_WRITE_INTERVAL, MAX_HISTORY
from ttsmesh.model.speech.measures import Day, summarise, total
from ttsmesh.model.speech.utterance import Outcome, Utterance
from ttsmesh.wire.messages import MEASURES, Failed, HistoryEntry, Interrupted, Summary

logger = logging.getLogger(__name__)

FILE = "measurements.json"
"""In the state directory."""

_FORMAT = 1

MAX_BYTES = 1024 * 1024
"""Of the file: ten times what so many days can come to."""

Days = dict[str, Day]
"""By date (UTC), in the order in which they were begun."""


class History:
    """Takes every outcome. Until ``open`` it keeps them in memory only."""

    def __init__(self, write_interval: float = HISTORY_WRITE_INTERVAL) -> None:
        """``write_interval``: seconds from a new measurement to its place in the file, at most."""
        self.entries: deque[HistoryEntry] = deque(maxlen=MAX_HISTORY)
        self._write_interval = write_interval
        self._since_start = Day()
        self._days: Days = {}
        self._untold: str | None = None
        self._path: Path | None = None
        self._reading: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.Task[None] | None = None

    # --- what happened ------------------------------------------------------------------------------------------------

    def add(self, entry: HistoryEntry) -> None:
        """One more outcome."""
        self.entries.append(entry)
        self._since_start.add(entry)
        _begin(self._days, _date(entry)).add(entry)
        if entry.outcome == "failed":
            self._untold = entry.message
        self._write_later()

    def last(self, count: int) -> list[HistoryEntry]:
        """The last ``count`` entries, oldest first."""
        return list(self.entries)[-count:]

    def take_notice(self) -> str | None:
        """Why the last failed utterance failed, once: whoever calls this will tell."""
        notice, self._untold = self._untold, None
        return notice

    def summaries(self) -> list[Summary]:
        """Every measure since the start, against the days before the last entry's."""
        today = _date(self.entries[-1]) if self.entries else ""
        usual = total(day for date, day in self._days.items() if date != today)
        return [summarise(measure, self.entries, self._since_start, usual) for measure in MEASURES]

    # --- the file -----------------------------------------------------------------------------------------------------

    def open(self, path: Path, group: asyncio.TaskGroup) -> None:
        """Go on from what ``path`` holds, and keep it up to date, in threads: a disk may take its time."""
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
            logger.warning("measurements cannot be read: %s", error.strerror)
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
        self._timer = None  # what comes from here on is for the next time
        if self._reading is not None:
            await self._reading
        text = to_text(self._days)
        try:
            await asyncio.to_thread(write, path, text)
        except OSError as error:
            logger.warning("measurements cannot be written: %s", error.strerror)


def history_entry(utterance: Utterance, outcome: Outcome) -> HistoryEntry:
    """What is worth remembering of an utterance that has just ended."""
    order = utterance.order
    heard = utterance.heard if isinstance(outcome, Failed) else outcome.heard
    age_s = asyncio.get_running_loop().time() - utterance.accepted_at
    return HistoryEntry(
        id=order.id,
        when=max(0.0, time.time() - age_s),
        voice=order.key.voice,
        language=order.key.language,
        saved=order.output is not None,
        outcome=outcome.type,
        reason=outcome.reason if isinstance(outcome, Interrupted) else None,
        code=outcome.code if isinstance(outcome, Failed) else None,
        message=outcome.message if isinstance(outcome, Failed) else None,
        waited_ms=utterance.waited_ms,
        first_audio_ms=utterance.first_audio_ms,
        real_time_factor=utterance.real_time_factor,
        rendered_s=utterance.feed.rendered_s,
        heard_s=heard / SAMPLE_RATE,
    )


def _date(entry: HistoryEntry) -> str:
    return datetime.fromtimestamp(min(entry.when, 2.0**37), UTC).date().isoformat()


def _begin(days: Days, date: str) -> Day:
    """The day of ``date``. The first begun leaves when there are too many: dates prove nothing, clocks are set."""
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
    """The days in the file's content. Raises ValueError for any other."""
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
    """The days that ``path`` holds. A damaged file is set aside, and measuring begins anew. Blocking."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise ValueError("too large")
        return from_text(content.decode())
    except FileNotFoundError:
        return {}
    except ValueError as error:  # malformed UTF-8 and JSON too
        aside = path.with_suffix(".damaged")
        logger.warning("measurements are damaged (%s): set aside as %s", type(error).__name__, aside.name)
        os.replace(path, aside)
        return {}


def write(path: Path, text: str) -> None:
    """Replace ``path`` as a whole or not at all, for its owner's eyes only. Blocking."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    files.write(path, text.encode(), mode=0o600)
