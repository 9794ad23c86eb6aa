"""Makes the next items while the last one is still being used."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from types import TracebackType
from typing import Generic, Self, TypeVar

_T = TypeVar("_T")


class Prefetch(Generic[_T]):
    """Iterates over ``items``, once, and is a certain amount of them ahead.

    The first item is begun at once, and each other one as soon as those that were made and not taken weigh less than
    ``ahead``. Leaving the context ends what is under way.

    Args:
        items: what is made. None of them is None.
        weight: how much an item weighs, in the unit of ``ahead``.
    """

    def __init__(self, items: AsyncGenerator[_T, None], weight: Callable[[_T], float], ahead: float) -> None:
        self._items = items
        self._weight = weight
        self._ahead = ahead
        self._waiting = 0.0  # the weight of what was made and not taken
        self._made: asyncio.Queue[_T | None] = asyncio.Queue()
        self._taken = asyncio.Event()
        self._making = asyncio.create_task(self._make(), name="prefetch")

    async def _make(self) -> None:
        try:
            async for item in self._items:
                self._waiting += self._weight(item)
                self._made.put_nowait(item)
                while self._waiting >= self._ahead:
                    self._taken.clear()
                    await self._taken.wait()
        finally:
            self._made.put_nowait(None)

    async def __aiter__(self) -> AsyncIterator[_T]:
        """Raises what ``items`` raises, in its place."""
        while (item := await self._made.get()) is not None:
            self._waiting -= self._weight(item)
            self._taken.set()
            yield item
        await self._making

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._making.cancel()
        await asyncio.wait([self._making])
        _ = self._making.cancelled() or self._making.exception()  # nobody will take it
        await self._items.aclose()
