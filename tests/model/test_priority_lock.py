"""One holder at a time, the most urgent first, and no claim lost, whatever is cancelled when."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from ttsmesh.model.priority_lock import PriorityLock

Scenario = Callable[[], Awaitable[None]]


def on_a_loop(scenario: Scenario) -> Callable[[], None]:
    def test() -> None:
        async def main() -> None:
            async with asyncio.timeout(10):
                await scenario()

        asyncio.run(main())

    test.__name__ = scenario.__name__
    return test


class Line:
    """A lock, and what happened to those who want it."""

    def __init__(self) -> None:
        self.lock = PriorityLock()
        self.held: list[str] = []

    async def come(self, name: str, rank: int, *, preempted: bool = False) -> asyncio.Task[None]:
        """A task that waits for the lock by now."""
        task = asyncio.create_task(self._hold(name, rank, preempted))
        await asyncio.sleep(0)
        return task

    async def _hold(self, name: str, rank: int, preempted: bool) -> None:
        async with self.lock.held(lambda: rank, preempted=preempted):
            self.held.append(name)
            await asyncio.sleep(0)


@on_a_loop
async def test_the_most_urgent_is_first_and_of_equals_the_first_to_come() -> None:
    line = Line()
    async with line.lock.held(lambda: 0):
        tasks = [await line.come(name, rank) for name, rank in (("c", 2), ("a", 1), ("d", 2), ("b", 1))]
        tasks.append(await line.come("first of the last", 2, preempted=True))
        assert line.held == []
        assert not line.lock.free
    await asyncio.gather(*tasks)
    assert line.held == ["a", "b", "first of the last", "c", "d"]
    assert line.lock.free


@on_a_loop
async def test_the_holder_is_told_of_the_more_urgent_only() -> None:
    line = Line()
    async with line.lock.held(lambda: 1) as preempt:
        tasks = [await line.come("equal", 1), await line.come("less urgent", 2)]
        assert not preempt.done()
        tasks += [await line.come("more urgent", 0), await line.come("another", 0)]
        assert preempt.done()
    await asyncio.gather(*tasks)


@on_a_loop
async def test_a_task_that_comes_while_the_lock_is_handed_over_does_not_slip_in_but_is_told_of() -> None:
    lock = PriorityLock()
    told: list[bool] = []

    async def next_one() -> None:
        async with lock.held(lambda: 2) as preempt:
            told.append(preempt.done())

    async with lock.held(lambda: 0):
        waiting = asyncio.create_task(next_one())
        await asyncio.sleep(0)
    async with lock.held(lambda: 1):  # asked for before the other task could run
        assert told == [True]
    await waiting


@on_a_loop
async def test_a_cancel_in_the_same_turn_as_the_lock_becomes_free_loses_nobody() -> None:
    line = Line()
    async with line.lock.held(lambda: 0):
        cancelled, last = await line.come("cancelled", 1), await line.come("last", 2)
        cancelled.cancel()
    await asyncio.wait([cancelled, last])
    assert cancelled.cancelled()
    assert line.held == ["last"]
    assert line.lock.free


@pytest.mark.parametrize("later", range(6))
def test_a_cancel_at_any_moment_of_the_handover_loses_nobody(later: int) -> None:
    async def scenario() -> None:
        line = Line()
        async with line.lock.held(lambda: 0):
            cancelled, last = await line.come("cancelled", 1), await line.come("last", 2)
        for _ in range(later):
            await asyncio.sleep(0)
        cancelled.cancel()
        await asyncio.wait([cancelled, last])
        assert line.held[-1] == "last"
        assert line.lock.free

    on_a_loop(scenario)()
