"""A lock for the most urgent first, which tells its holder when something more urgent waits."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable


class _Place:
    """In the line for the lock. ``ours`` is done when it is, ``wanted`` as soon as something more urgent waits."""

    def __init__(self, rank: Callable[[], int]) -> None:
        loop = asyncio.get_running_loop()
        self.rank = rank
        self.ours: asyncio.Future[None] = loop.create_future()
        self.wanted: asyncio.Future[None] = loop.create_future()


class PriorityLock:
    """Among equals the first to come is the first to hold it. Every method belongs to one loop."""

    def __init__(self) -> None:
        self._holder: _Place | None = None
        self._waiting: list[_Place] = []

    @property
    def free(self) -> bool:
        """Whether nobody holds it, and so nobody waits for it."""
        return self._holder is None

    @contextlib.asynccontextmanager
    async def held(self, rank: Callable[[], int], *, again: bool = False) -> AsyncIterator[asyncio.Future[None]]:
        """Hold the lock; gives a future that is done as soon as something more urgent waits.

        Args:
            rank: the lowest goes first. It is asked for when the lock becomes free, since it may change meanwhile.
            again: the lock was given up for something more urgent, so it is held before its equals hold it.
        """
        place = _Place(rank)
        if self._holder is None:
            self._holder = place
        else:
            self._waiting.insert(0 if again else len(self._waiting), place)
            if rank() < self._holder.rank() and not self._holder.wanted.done():
                self._holder.wanted.set_result(None)
            try:
                await place.ours
            except asyncio.CancelledError:
                if place in self._waiting:
                    self._waiting.remove(place)
                elif not place.ours.cancelled():
                    self._pass_on()  # the lock had just been handed to us
                raise
        try:
            yield place.wanted
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        # A cancelled waiter's future is dead at once, its task only notices in its next turn.
        self._waiting = [place for place in self._waiting if not place.ours.cancelled()]
        self._holder = min(self._waiting, key=lambda place: place.rank(), default=None)
        if self._holder is not None:
            self._waiting.remove(self._holder)
            self._holder.ours.set_result(None)
