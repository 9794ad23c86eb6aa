"""The watchdog over a voice process, on a fake clock: its time passes while something is waited for."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from types import TracebackType
from typing import Any

import pytest

from ttsmesh.model.speech import watchdog as module
from ttsmesh.model.speech.watchdog import Overdue, Watchdog


class FakeTime:
    """A clock that is set to the end of each wait. ``events`` happen at their times, before a wait that ends later."""

    def __init__(self) -> None:
        self.now = 100.0
        self.events: dict[float, Callable[[], object]] = {}

    def monotonic(self) -> float:
        return self.now

    def timeout(self, seconds: float) -> "FakeTimeout":
        return FakeTimeout(self, self.now + seconds)


class FakeTimeout:
    """``asyncio.timeout`` on the fake clock."""

    def __init__(self, time: FakeTime, end: float) -> None:
        self._time = time
        self._end = end

    async def __aenter__(self) -> None:
        for at in sorted(at for at in self._time.events if at <= self._end):
            self._time.now = at
            self._time.events.pop(at)()
        self._task = asyncio.current_task()
        self._timer = asyncio.get_running_loop().call_soon(self._expire)

    def _expire(self) -> None:
        self._time.now = self._end
        assert self._task is not None
        self._task.cancel()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if kind is asyncio.CancelledError:
            assert self._task is not None
            self._task.uncancel()
            raise TimeoutError from error


class Watched:
    """A watchdog with what happens to it: all times are seconds since the start."""

    def __init__(self, time: FakeTime) -> None:
        self.paused = False
        self.event = asyncio.Event()
        self.watchdog = Watchdog(lambda: self.paused)
        self._time = time

    def at(self, seconds: float, what: Callable[[], object]) -> None:
        self._time.events[100.0 + seconds] = what

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False
        self.watchdog.alive()

    async def overdue(self, patience: float) -> float:
        """When the process is found to be late."""
        with pytest.raises(Overdue, match="it does not begin"):
            await self.watchdog.expect(self.event, patience, "it does not begin")
        return self._time.now - 100.0


Test = Callable[[Watched], Awaitable[None]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[[Test], None]:
    time = FakeTime()
    monkeypatch.setattr(module, "time", time)
    monkeypatch.setattr(module.asyncio, "timeout", time.timeout)  # type: ignore[attr-defined]

    def run(test: Test) -> None:
        async def main() -> None:
            await test(Watched(time))

        coroutine: Coroutine[Any, Any, None] = main()
        asyncio.run(coroutine)

    return run


def test_a_silent_process_is_late_after_its_time(run: Callable[[Test], None]) -> None:
    async def test(it: Watched) -> None:
        assert await it.overdue(5.0) == 5.0

    run(test)


def test_what_comes_in_time_is_not_late(run: Callable[[Test], None]) -> None:
    async def test(it: Watched) -> None:
        it.at(4.9, it.event.set)
        await it.watchdog.expect(it.event, 5.0, "it does not begin")

    run(test)


def test_a_sign_of_life_gives_the_whole_time_again(run: Callable[[Test], None]) -> None:
    async def test(it: Watched) -> None:
        it.at(3.0, it.watchdog.alive)
        it.at(7.0, it.watchdog.alive)
        assert await it.overdue(5.0) == 12.0

    run(test)


def test_each_expectation_begins_anew(run: Callable[[Test], None]) -> None:
    async def test(it: Watched) -> None:
        assert await it.overdue(5.0) == 5.0
        assert await it.overdue(2.0) == 7.0

    run(test)


@pytest.mark.parametrize("pause", [0.0, 3.0, 4.9])
@pytest.mark.parametrize("resume", [4.95, 5.0, 100.0, 101.0])
def test_a_paused_process_owes_nothing_and_has_its_whole_time_when_it_goes_on(
    run: Callable[[Test], None], pause: float, resume: float
) -> None:
    async def test(it: Watched) -> None:
        it.at(pause, it.pause)
        it.at(resume, it.resume)
        assert await it.overdue(5.0) == pytest.approx(resume + 5.0)

    run(test)
