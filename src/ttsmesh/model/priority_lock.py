"""A lock that the most urgent waiter gets first, and that tells its holder when something more urgent waits.

The renderer's slot and each G2P process are taken in turn through it. A rank is an urgency: 0 goes first.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable


class _Claim:
    """One claim to the lock. ``granted`` is done when it has it, ``preempt`` once something more urgent waits."""

    def __init__(self, rank: Callable[[], int]) -> None:
        loop = asyncio.get_running_loop()
        self.rank = rank
        self.granted: asyncio.Future[None] = loop.create_future()
        self.preempt: asyncio.Future[None] = loop.create_future()


class PriorityLock:
    """Among equals the first to come is the first to hold it. All methods must be called on one event loop."""

    def __init__(self) -> None:
        self._holder: _Claim | None = None
        self._waiting: list[_Claim] = []

    @property
    def free(self) -> bool:
        """Whether nothing holds the lock, in which case nothing waits for it either."""
        return self._holder is None

    @contextlib.asynccontextmanager
    async def held(self, rank: Callable[[], int], *, preempted: bool = False) -> AsyncIterator[asyncio.Future[None]]:
        """Hold the lock. The context is a future that is done as soon as something more urgent waits.

        Args:
            rank: the lowest goes first. It is asked for when the lock becomes free, since it may change meanwhile.
            preempted: the caller gave the lock up to something more urgent, so it gets it back before its equals.
        """
        claim = _Claim(rank)
        if self._holder is None:
            self._holder = claim
        else:
            self._waiting.insert(0 if preempted else len(self._waiting), claim)
            if rank() < self._holder.rank() and not self._holder.preempt.done():
                self._holder.preempt.set_result(None)
            try:
                await claim.granted
            except asyncio.CancelledError:
                if claim in self._waiting:
                    self._waiting.remove(claim)
                elif not claim.granted.cancelled():
                    self._pass_on()  # the lock had just been handed to this claim
                raise
        try:
            yield claim.preempt
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        # The future of a cancelled waiter is dead at once, but its task removes the claim only in its next turn.
        self._waiting = [claim for claim in self._waiting if not claim.granted.cancelled()]
        self._holder = min(self._waiting, key=lambda claim: claim.rank(), default=None)
        if self._holder is not None:
            self._waiting.remove(self._holder)
            self._holder.granted.set_result(None)
