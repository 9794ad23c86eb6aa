"""What is remembered of utterances, and the file that keeps days of measurements."""

import asyncio
import contextlib
import functools
import json
import os
import stat
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from ttsmesh.limits import HISTORY_DAYS, MAX_HISTORY
from ttsmesh.model.speech import history as module
from ttsmesh.model.speech.history import MAX_BYTES, Days, History, from_text, read, to_text, write
from ttsmesh.model.speech.measures import RECENT_LEAST, USUAL_LEAST, Day
from ttsmesh.wire.messages import HistoryEntry, Summary

DAY_S = 86_400.0
NOON = 20_000 * DAY_S + 12 * 3600.0
"""Of 2024-10-04."""

TODAY = "2024-10-04"


def on_a_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    @functools.wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        asyncio.run(test(*args, **kwargs))

    return run


def entry(outcome: str = "finished", when: float = NOON, **more: Any) -> HistoryEntry:
    return HistoryEntry(id="a-1", when=when, voice="v", language="l", saved=False, outcome=outcome, **more)


def filled(*dates: str, count: int = 1) -> Days:
    days: Days = {}
    for date in dates:
        days[date] = Day()
        for _ in range(count):
            days[date].add(entry(first_audio_ms=100.0))
    return days


def first_audio(history: History) -> Summary:
    return next(summary for summary in history.summaries() if summary.measure == "first_audio_ms")


# --- in memory -----------------------------------------------------------------------------------------------------


def test_the_last_entries_are_kept_oldest_first_and_no_more_than_the_limit() -> None:
    history = History()
    for number in range(MAX_HISTORY + 1):
        history.add(entry(when=NOON + number))
    assert [each.when for each in history.last(2)] == [NOON + MAX_HISTORY - 1, NOON + MAX_HISTORY]
    assert len(history.last(MAX_HISTORY)) == MAX_HISTORY
    assert history.last(MAX_HISTORY)[0].when == NOON + 1


def test_a_failure_is_told_once() -> None:
    history = History()
    assert history.take_notice() is None
    history.add(entry("failed", message="no audio"))
    history.add(entry("finished"))
    assert history.take_notice() == "no audio"
    assert history.take_notice() is None
    assert history.last_failure == "no audio"


def test_of_several_failures_the_last_is_told() -> None:
    history = History()
    history.add(entry("failed", message="first"))
    history.add(entry("failed", message="second"))
    assert history.take_notice() == "second"


def test_today_is_no_habit_yet() -> None:
    history = History()
    for _ in range(USUAL_LEAST):
        history.add(entry(when=NOON, first_audio_ms=100.0))
    assert first_audio(history).usual_count == 0
    for _ in range(RECENT_LEAST):
        history.add(entry(when=NOON + DAY_S, first_audio_ms=100.0))
    assert first_audio(history).usual_count == USUAL_LEAST
    assert first_audio(history).verdict == "usual"


def test_slower_than_the_days_before_is_seen() -> None:
    history = History()
    for _ in range(USUAL_LEAST):
        history.add(entry(when=NOON, first_audio_ms=100.0))
    for _ in range(USUAL_LEAST):
        history.add(entry(when=NOON + DAY_S, first_audio_ms=400.0))
    assert first_audio(history).verdict == "slower"
    assert first_audio(history).worst == 400.0


@pytest.mark.parametrize("jump_s", [DAY_S, -DAY_S, 10 * 365 * DAY_S, -NOON, 2.0**53])
def test_e8_a_clock_that_is_set_begins_another_day_and_nothing_else(jump_s: float) -> None:
    history = History()
    history.add(entry(when=NOON, first_audio_ms=100.0))
    history.add(entry(when=min(NOON + jump_s, 2.0**53), first_audio_ms=100.0))
    summary = first_audio(history)
    assert (summary.count, summary.usual_count) == (2, 1)


# --- the file ------------------------------------------------------------------------------------------------------


@pytest.fixture
def path(private: Path) -> Path:
    return private / "state" / "ttsmesh" / module.FILE


@contextlib.asynccontextmanager
async def opened(path: Path, write_interval: float = 3600.0) -> Any:
    async with asyncio.TaskGroup() as group:
        history = History(write_interval)
        history.open(path, group)
        yield history


@on_a_loop
async def test_measurements_outlive_the_process(path: Path) -> None:
    async with opened(path) as history:
        for _ in range(USUAL_LEAST):
            history.add(entry(when=NOON, first_audio_ms=100.0))
        await history.close()
    async with opened(path) as history:
        history.add(entry(when=NOON + DAY_S, first_audio_ms=100.0))
        await history.close()
        assert first_audio(history).usual_count == USUAL_LEAST
        assert first_audio(history).count == 1
        assert len(history.last(MAX_HISTORY)) == 1


@on_a_loop
async def test_what_ends_while_the_file_is_being_read_is_counted(path: Path) -> None:
    write(path, to_text(filled(TODAY)))
    async with opened(path) as history:
        history.add(entry(when=NOON, first_audio_ms=100.0))  # nothing was awaited since it was opened
        await history.close()
    assert read(path)[TODAY].outcomes == {"finished": 2}


def keep(path: Path, *entries: HistoryEntry) -> None:
    """A process's life."""

    async def live() -> None:
        async with opened(path) as history:
            for each in entries:
                history.add(each)
            await history.close()

    asyncio.run(live())


def test_only_the_owner_may_read_it(path: Path) -> None:
    keep(path, entry())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_it_holds_dates_and_numbers_only(path: Path) -> None:
    keep(path, entry("failed", message="a secret", code="io", reason="another"))
    content = path.read_text()
    assert "secret" not in content
    assert "another" not in content
    assert json.loads(content)["days"][TODAY]["outcomes"] == {"failed": 1}


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], threading.Semaphore]:
    """The threads that have written, and a permit for each write that was done."""
    threads: list[str] = []
    done = threading.Semaphore(0)

    def counted(path: Path, text: str, write: Callable[[Path, str], None] = write) -> None:
        threads.append(threading.current_thread().name)
        write(path, text)
        done.release()

    monkeypatch.setattr(module, "write", counted)
    return threads, done


@on_a_loop
async def test_nothing_is_written_before_its_time_but_at_the_end_everything(
    path: Path, writes: tuple[list[str], threading.Semaphore]
) -> None:
    threads, _ = writes
    async with opened(path) as history:
        for _ in range(100):
            history.add(entry())
        assert threads == []
        await history.close()
        assert len(threads) == 1
    assert read(path)[TODAY].outcomes == {"finished": 100}


@on_a_loop
async def test_when_its_time_has_come_it_is_written_once_and_off_the_loop(
    path: Path, writes: tuple[list[str], threading.Semaphore]
) -> None:
    threads, done = writes
    async with opened(path, write_interval=0.01) as history:
        history.add(entry())
        history.add(entry())
        assert await asyncio.to_thread(done.acquire, timeout=30)
        await history.close()
    assert len(threads) == 1
    assert threads[0] != threading.main_thread().name
    assert read(path)[TODAY].outcomes == {"finished": 2}


def test_without_anything_new_nothing_is_written(path: Path, writes: tuple[list[str], threading.Semaphore]) -> None:
    keep(path)
    assert writes[0] == []
    assert not path.exists()


def test_a_history_without_a_file_stays_in_memory(path: Path) -> None:
    history = History()
    history.add(entry())
    asyncio.run(history.close())
    assert not path.exists()


def test_only_so_many_days_are_kept_and_the_oldest_leave() -> None:
    dates = [f"2024-01-{number:02}" for number in range(1, HISTORY_DAYS + 4)]
    assert list(from_text(to_text(filled(*dates)))) == dates[3:]


def test_the_file_cannot_become_too_large_to_be_read_again() -> None:
    days: Days = {}
    for number in range(HISTORY_DAYS):
        day = days[f"2024-01-{number + 1:02}"] = Day()
        for exponent in range(-2000, 2000):
            milliseconds = 1.02**exponent
            day.add(entry(first_audio_ms=min(milliseconds, 1e9), real_time_factor=min(milliseconds, 1e9)))
    assert len(to_text(days)) < MAX_BYTES / 5


DAMAGED = {
    "empty": b"",
    "cut off": to_text(filled(TODAY)).encode()[:-10],
    "no text": b"\xff\xfe\x00",
    "no object": b"[]",
    "another format": b'{"format": 99, "days": {}}',
    "no days": b'{"format": 1}',
    "a day that is none": b'{"format": 1, "days": {"2024-01-01": 5}}',
    "too deep": b"[" * 100_000,
    "too large": b'{"format": 1, "days": {}}' + b" " * MAX_BYTES,
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=list(DAMAGED))
def test_a_damaged_file_is_set_aside_and_measuring_goes_on(
    path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    keep(path, entry())
    assert path.with_suffix(".damaged").read_bytes() == content
    assert read(path)[TODAY].outcomes == {"finished": 1}
    assert "set aside" in caplog.text


@on_a_loop
async def test_a_place_that_cannot_be_written_costs_the_measurements_only(
    private: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (private / "state" / "ttsmesh").write_text("a file where a directory should be")
    async with opened(private / "state" / "ttsmesh" / module.FILE) as history:
        history.add(entry())
        await history.close()
        assert len(history.last(1)) == 1
    assert "cannot be written" in caplog.text


def test_a_write_that_fails_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path, to_text(filled(TODAY)))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write(path, "half")
    assert read(path)[TODAY].outcomes == {"finished": 1}
