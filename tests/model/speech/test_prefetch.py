"""So much is made ahead, and no more, and what goes wrong comes in its place."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from typing import Any

import pytest

from ttsmesh.model.speech.prefetch import Prefetch


class Items:
    """Counts what was begun of ``most`` items, the first of which is 1, and fails after them if it is told to."""

    def __init__(self, most: int, error: Exception | None = None) -> None:
        self.begun = 0
        self.closed = False
        self._most = most
        self._error = error

    async def make(self) -> AsyncGenerator[int, None]:
        try:
            for number in range(1, self._most + 1):
                self.begun = number
                await asyncio.sleep(0)
                yield number
            if self._error is not None:
                raise self._error
        finally:
            self.closed = True


def fetch(items: AsyncGenerator[int, None], ahead: float = 1.0) -> Prefetch[int]:
    """One item ahead, or as many as are asked for."""
    return Prefetch(items, lambda _: 1.0, ahead)


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def run(main: Coroutine[Any, Any, None]) -> None:
    asyncio.run(main, debug=True)


def test_the_first_is_made_before_it_is_asked_for_and_only_the_first() -> None:
    async def main() -> None:
        items = Items(5)
        async with fetch(items.make()):
            await settled()
            assert items.begun == 1

    run(main())


def test_while_one_is_used_the_next_is_made_and_all_come_in_order() -> None:
    async def main() -> None:
        items = Items(4)
        taken = []
        async with fetch(items.make()) as ahead:
            async for number in ahead:
                await settled()
                assert items.begun == min(4, number + 1)
                taken.append(number)
        assert taken == [1, 2, 3, 4]
        assert items.closed

    run(main())


def test_the_next_is_made_as_long_as_what_waits_weighs_too_little() -> None:
    async def main() -> None:
        items = Items(9)
        begun = []
        async with Prefetch(items.make(), lambda number: number / 2, 2.5) as ahead:
            await settled()
            begun.append(items.begun)
            async for _ in ahead:
                await settled()
                begun.append(items.begun)
        # 0.5 + 1 + 1.5 is enough, and so is 1 + 1.5, but 1.5 alone is not.
        assert begun == [3, 3, 4, 5, 5, 6, 7, 8, 9, 9]

    run(main())


def test_an_item_that_is_awaited_comes_as_soon_as_it_is_made() -> None:
    async def main() -> None:
        may_end = asyncio.Event()

        async def slow() -> AsyncGenerator[int, None]:
            yield 1
            await may_end.wait()
            yield 2

        async with fetch(slow(), 10.0) as ahead:
            numbers = aiter(ahead)
            assert await anext(numbers) == 1
            second = asyncio.ensure_future(anext(numbers))
            await settled()
            assert not second.done()
            may_end.set()
            assert await second == 2

    run(main())


def test_an_error_comes_after_all_that_was_made_before_it() -> None:
    async def main() -> None:
        taken = []
        async with fetch(Items(2, ValueError("no")).make()) as ahead:
            with pytest.raises(ValueError, match="no"):
                async for number in ahead:
                    await settled()
                    taken.append(number)
        assert taken == [1, 2]

    run(main())


def test_an_error_that_is_not_waited_for_is_dropped() -> None:
    async def main() -> None:
        async with fetch(Items(0, ValueError("no")).make()):
            await settled()

    run(main())


@pytest.mark.parametrize("taken", [0, 1])
def test_leaving_ends_what_is_being_made(taken: int) -> None:
    async def main() -> None:
        ended = asyncio.Event()

        async def slow() -> AsyncGenerator[int, None]:
            for number in range(taken):
                yield number
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

        async with fetch(slow()) as ahead:
            if taken:
                async for _ in ahead:
                    break
            await settled()
        assert ended.is_set()

    run(main())


def test_a_reader_that_is_cancelled_while_waiting_ends_what_is_being_made() -> None:
    async def main() -> None:
        items = Items(1)

        async def take() -> None:
            async with fetch(items.make()) as ahead:
                async for _ in ahead:
                    await asyncio.Event().wait()

        task = asyncio.create_task(take())
        await settled()
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        assert items.closed

    run(main())
