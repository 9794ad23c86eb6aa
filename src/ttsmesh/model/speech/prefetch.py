"""Makes the next item while the last one is still being used."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from types import TracebackType
from typing import Generic, Self, TypeVar

_T = TypeVar("_T")


class Prefetch(Generic[_T]):
    """Iterates over ``items``, once, and is one item ahead, never more.

    The first item is begun at once, each other one when the item before it is taken. Leaving the context ends what is
    under way.
    """

    def __init__(self, items: AsyncGenerator[_T, None]) -> None:
        self._items = items
        self._next = self._begin()

    def _begin(self) -> asyncio.Task[_T]:
        return asyncio.create_task(self._step(), name="prefetch")

    async def _step(self) -> _T:
        return await anext(self._items)

    async def __aiter__(self) -> AsyncIterator[_T]:
        """Raises what ``items`` raises, in its place."""
        while True:
            try:
                item = await self._next
            except StopAsyncIteration:
                return
            self._next = self._begin()
            yield item

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._next.cancel()
        await asyncio.wait([self._next])
        _ = self._next.cancelled() or self._next.exception()  # nobody will take it
        await self._items.aclose()
