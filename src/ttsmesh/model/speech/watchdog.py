"""The watchdog over a voice process: how long it may be silent while it owes something."""

import asyncio
import contextlib
import time
from collections.abc import Callable


class Overdue(Exception):
    """The process has been silent for too long; the message says what it owes."""


class Watchdog:
    """Waits for what a process owes. A sign of life gives the process its whole time again.

    While ``paused`` the process owes nothing. The end of a pause counts as a sign of life.
    """

    def __init__(self, paused: Callable[[], bool]) -> None:
        self._paused = paused
        self._alive_at = time.monotonic()

    def alive(self) -> None:
        """Note a sign of life."""
        self._alive_at = time.monotonic()

    async def expect(self, event: asyncio.Event, patience: float, complaint: str) -> None:
        """Wait until ``event`` is set.

        Raises:
            Overdue: there was no sign of life for ``patience`` seconds, counted from now.
        """
        self.alive()
        while (left := self._left(patience)) > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await event.wait()
                    return
        raise Overdue(complaint)

    def _left(self, patience: float) -> float:
        return patience if self._paused() else self._alive_at + patience - time.monotonic()
