"""One holder at a time, the most urgent first, and no claim lost, whatever is cancelled when."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager

import pytest

from ttsmesh.model.priority_lock import PriorityLock, Turns

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

    async def come(self, name: str, rank: int) -> asyncio.Task[None]:
        """A task that waits for the lock by now."""
        return await begun(self._hold(name, self.lock.held(lambda: rank)))

    async def go_on(self, name: str, turns: Turns) -> asyncio.Task[None]:
        """A task that waits for its next turn by now, or has it."""
        return await begun(self._hold(name, turns.held()))

    async def _hold(self, name: str, turn: AbstractAsyncContextManager[asyncio.Future[None]]) -> None:
        async with turn:
            self.held.append(name)
            await asyncio.sleep(0)

    async def is_free(self) -> bool:
        """Whether the least urgent gets the lock at once."""
        task = await self.come("last", sys.maxsize)
        free = self.held[-1:] == ["last"]
        task.cancel()
        await asyncio.wait([task])
        return free


async def begun(coroutine: Coroutine[None, None, None]) -> asyncio.Task[None]:
    task = asyncio.create_task(coroutine)
    await asyncio.sleep(0)
    return task


@on_a_loop
async def test_the_most_urgent_is_first_and_of_equals_the_first_to_come() -> None:
    line = Line()
    async with line.lock.held(lambda: 0):
        tasks = [await line.come(name, rank) for name, rank in (("c", 2), ("a", 1), ("d", 2), ("b", 1))]
        assert line.held == []
        assert not await line.is_free()
    await asyncio.gather(*tasks)
    assert line.held == ["a", "b", "c", "d"]
    assert await line.is_free()


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
    assert await line.is_free()


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
        assert await line.is_free()

    on_a_loop(scenario)()


# --- several turns -------------------------------------------------------------------------------------------------

LONG = 3600.0
"""Seconds, so that only what else happens can end them."""


@on_a_loop
async def test_the_lock_is_kept_from_one_turn_to_the_next_and_equals_do_not_come_in_between() -> None:
    line = Line()
    turns = Turns(line.lock, lambda: 1, LONG)
    async with turns.held():
        equal = await line.come("equal", 1)
    for _ in range(5):
        await asyncio.sleep(0)
    async with turns.held() as preempt:
        assert line.held == []
        assert not preempt.done()
        turns.end()
    await equal
    assert await line.is_free()


@on_a_loop
async def test_something_more_urgent_gets_the_lock_after_the_turn_and_then_come_those_who_go_on() -> None:
    line = Line()
    turns = Turns(line.lock, lambda: 2, LONG)
    async with turns.held() as preempt:
        tasks = [await line.come("equal", 2), await line.come("urgent", 1)]
        assert preempt.done()
    turns.end()
    tasks.append(await line.go_on("goes on", turns))
    await asyncio.gather(*tasks)
    assert line.held == ["urgent", "goes on", "equal"]


@on_a_loop
async def test_something_more_urgent_gets_the_lock_at_once_between_two_turns() -> None:
    line = Line()
    turns = Turns(line.lock, lambda: 2, LONG)
    async with turns.held():
        tasks = [await line.come("equal", 2)]
    async with line.lock.held(lambda: 1):
        assert line.held == []
        turns.end()
        tasks.append(await line.go_on("goes on", turns))
    await asyncio.gather(*tasks)
    assert line.held == ["goes on", "equal"]


@on_a_loop
async def test_one_that_becomes_more_urgent_while_it_waits_is_next_after_the_turn() -> None:
    line = Line()
    ranks = {"moves up": 3}
    turns = Turns(line.lock, lambda: 2, LONG)
    async with turns.held():
        task = await begun(line._hold("moves up", line.lock.held(lambda: ranks["moves up"])))
        ranks["moves up"] = 0
    await task
    assert line.held == ["moves up"]


@on_a_loop
async def test_the_lock_is_not_kept_for_long() -> None:
    line = Line()
    async with Turns(line.lock, lambda: 1, 0.001).held():
        waiting = await line.come("equal", 1)
    await waiting
    assert await line.is_free()


@on_a_loop
async def test_of_those_who_go_on_the_first_to_come_is_the_first_to_go() -> None:
    line = Line()
    several = {name: Turns(line.lock, lambda: 1, 0.001) for name in ("a", "b", "c")}
    for turns in several.values():
        async with turns.held():
            pass
        assert line.held == []
    async with line.lock.held(lambda: 0):
        tasks = [await line.come("new", 1)]
        tasks += [await line.go_on(name, turns) for name, turns in several.items()]
    await asyncio.gather(*tasks)
    assert line.held == ["a", "b", "c", "new"]


@on_a_loop
async def test_the_lock_is_not_kept_after_a_turn_that_fails() -> None:
    line = Line()
    turns = Turns(line.lock, lambda: 1, LONG)
    with pytest.raises(ZeroDivisionError):
        async with turns.held():
            raise ZeroDivisionError
    assert await line.is_free()


@on_a_loop
async def test_each_turn_is_told_anew_of_something_more_urgent() -> None:
    line = Line()
    turns = Turns(line.lock, lambda: 1, LONG)
    async with turns.held() as preempt:
        urgent = await line.come("urgent", 0)
        assert preempt.done()
        urgent.cancel()
        await asyncio.wait([urgent])
    async with turns.held() as preempt:
        assert not preempt.done()
        again = await line.come("again", 0)
        assert preempt.done()
    await again
