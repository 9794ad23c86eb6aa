"""A lock that the most urgent waiter gets first, and that tells its holder when something more urgent waits.

The renderer's slot and each G2P process are taken in turn through it. A rank is an urgency: 0 goes first.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable


class _Claim:
    """One claim to the lock. ``granted`` is done when it has it, ``preempt`` once something more urgent waits.

    ``goes_on``: the claimant goes on with what it has begun, so it comes before its equals. ``kept``: it has the lock,
    and does not need it just now; the timer gives it up.
    """

    def __init__(self, rank: Callable[[], int], *, goes_on: bool = False) -> None:
        loop = asyncio.get_running_loop()
        self.rank = rank
        self.goes_on = goes_on
        self.granted: asyncio.Future[None] = loop.create_future()
        self.preempt: asyncio.Future[None] = loop.create_future()
        self.kept: asyncio.TimerHandle | None = None


class PriorityLock:
    """Among equals the first to come is the first to hold it. All methods must be called on one event loop."""

    def __init__(self) -> None:
        self._holder: _Claim | None = None
        self._waiting: list[_Claim] = []

    @contextlib.asynccontextmanager
    async def held(self, rank: Callable[[], int]) -> AsyncIterator[asyncio.Future[None]]:
        """Hold the lock. The context is a future that is done as soon as something more urgent waits.

        ``rank``: the lowest goes first. It is asked for when the lock becomes free, since it may change meanwhile.
        """
        claim = _Claim(rank)
        await self._take(claim)
        try:
            yield claim.preempt
        finally:
            self._pass_on()

    async def _take(self, claim: _Claim) -> None:
        self._waiting.append(claim)
        if self._holder is None:
            self._pass_on()
        elif claim.rank() < self._holder.rank():
            if self._holder.kept is not None:
                self._pass_on()
            elif not self._holder.preempt.done():
                self._holder.preempt.set_result(None)
        try:
            await claim.granted
        except asyncio.CancelledError:
            if claim in self._waiting:
                self._waiting.remove(claim)
            elif not claim.granted.cancelled():
                self._pass_on()  # the lock had just been handed to this claim
            raise

    def _take_again(self, claim: _Claim) -> bool:
        """Whether ``claim`` still has the lock, which was kept for it, and now holds it."""
        if claim.kept is None:
            return False
        claim.kept.cancel()
        claim.kept = None
        claim.preempt = asyncio.get_running_loop().create_future()
        return True

    def _keep(self, claim: _Claim, seconds: float) -> None:
        """Keep the lock for the holder of ``claim``, unless something more urgent waits or comes."""
        if any(other.rank() < claim.rank() for other in self._waiting if not other.granted.cancelled()):
            self._pass_on()
        else:
            claim.kept = asyncio.get_running_loop().call_later(seconds, self._pass_on)

    def _pass_on(self) -> None:
        if self._holder is not None and self._holder.kept is not None:
            self._holder.kept.cancel()
            self._holder.kept = None
        # The future of a cancelled waiter is dead at once, but its task removes the claim only in its next turn.
        self._waiting = [claim for claim in self._waiting if not claim.granted.cancelled()]
        self._holder = min(self._waiting, key=lambda claim: (claim.rank(), not claim.goes_on), default=None)
        if self._holder is not None:
            self._waiting.remove(self._holder)
            self._holder.granted.set_result(None)


class Turns:
    """The turns of one claimant, who goes on in each with what it began in the first.

    From one turn to the next it keeps the lock, so that its equals do not come in between; but not for long, and not
    if something more urgent waits. Where it has lost the lock, it gets it back before its equals.

    ``keep``: the seconds for which it keeps the lock at most.
    """

    def __init__(self, lock: PriorityLock, rank: Callable[[], int], keep: float) -> None:
        self._lock = lock
        self._rank = rank
        self._keep = keep
        self._claim: _Claim | None = None
        self._last = False

    @contextlib.asynccontextmanager
    async def held(self) -> AsyncIterator[asyncio.Future[None]]:
        """Hold the lock, as ``PriorityLock.held``. It is not kept after a turn that raises."""
        claim = self._claim
        if claim is None or not self._lock._take_again(claim):
            claim = _Claim(self._rank, goes_on=claim is not None)
            await self._lock._take(claim)
            self._claim = claim
        try:
            yield claim.preempt
        except BaseException:
            self._lock._pass_on()
            raise
        if self._last:
            self._lock._pass_on()
        else:
            self._lock._keep(claim, self._keep)

    def end(self) -> None:
        """The turn in progress, or else the next one, is the last one. The lock is not kept after it."""
        self._last = True
