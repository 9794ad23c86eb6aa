"""One item ahead of whoever takes them: the next is being made while the last is still on its way."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from types import TracebackType
from typing import Generic, Self, TypeVar

_T = TypeVar("_T")


class Ahead(Generic[_T]):
    """Iterates over ``items``, once. From the moment this is made the first is being made, and from when one is taken
    the next: never more than one. Leaving the context ends what is under way."""

    def __init__(self, items: AsyncGenerator[_T, None]) -> None:
        self._items = items
        self._next = self._begin()

    def _begin(self) -> asyncio.Task[_T]:
        return asyncio.create_task(self._step(), name="render ahead")

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
