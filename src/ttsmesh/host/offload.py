"""Blocking calls away from the event loop, such as those of a file system: on a dead network mount they never return.

They have threads of their own. The threads of ``asyncio.to_thread`` are few and shared, and a call that hangs keeps
its thread.
"""

import asyncio
import collections
import functools
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from ttsmesh.errors import Code, TtsmeshError
from ttsmesh.limits import FILE_TIMEOUT, MAX_CLIENTS, MAX_HANGING

LINGER = 5.0
"""Seconds that a thread waits for its next call before it ends. A call takes 0.03 ms with a thread that waits, and
0.1 ms more with a new one."""

Result = TypeVar("Result")


class NoResponse(TtsmeshError):
    """A blocking call has not returned in time. It may still have its effect later."""

    code = Code.IO


class Worker:
    """Makes blocking calls one after the other, in the order in which they were given, in a thread while there are any.

    The thread is a daemon, so a call that hangs does not keep the process from ending. ``subject`` is what does not
    respond, in an error's words.
    """

    def __init__(self, subject: str) -> None:
        self._subject = subject
        self._given = threading.Condition()
        self._calls: collections.deque[tuple[Future[Any], Callable[[], Any]]] = collections.deque()
        self._unfinished = 0
        self._runs = False

    @property
    def busy(self) -> bool:
        """Whether a call is in flight or waits for its turn."""
        return self._unfinished > 0

    def submit(self, call: Callable[[], Result]) -> Future[Result]:
        """Make ``call`` in its turn, unless its future is cancelled before that.

        Raises:
            NoResponse: as many calls wait as there may be clients.
        """
        future: Future[Result] = Future()
        with self._given:
            if self._unfinished >= MAX_CLIENTS:
                raise self._no_response()
            self._unfinished += 1
            self._calls.append((future, call))
            self._given.notify()
            if not self._runs:
                self._runs = True
                threading.Thread(target=self._work, name=f"worker: {self._subject}", daemon=True).start()
        return future

    async def result(self, future: Future[Result], limit: float) -> Result:
        """What the call of ``future`` returns or raises.

        Raises:
            NoResponse: the call has done neither within ``limit`` seconds.
        """
        try:
            async with asyncio.timeout(limit) as scope:
                return await asyncio.wrap_future(future)
        except TimeoutError:
            if not scope.expired():
                raise  # it is the call's own, as file systems over a network raise one
            raise self._no_response() from None

    async def run(self, call: Callable[[], Result], limit: float = FILE_TIMEOUT) -> Result:
        """``submit`` and ``result`` at once."""
        return await self.result(self.submit(call), limit)

    def _no_response(self) -> NoResponse:
        return NoResponse(f"{self._subject} does not respond")

    def _work(self) -> None:
        while self._next():
            pass

    def _next(self) -> bool:
        """Make the next call. Returns False if none came, and the thread is to end."""
        with self._given:
            if not self._calls and not self._given.wait(LINGER) and not self._calls:
                self._runs = False
                return False
            future, call = self._calls.popleft()
        settle = _outcome(future, call) if future.set_running_or_notify_cancel() else None
        with self._given:
            self._unfinished -= 1
        if settle is not None:
            settle()  # last: whoever waits for the result must not find the worker busy with it
        return True


class Workers:
    """A worker for each place on a disk, so that a place that does not respond holds up no other one."""

    def __init__(self, subject: str) -> None:
        self._subject = subject
        self._workers: dict[str, Worker] = {}

    async def run(self, place: str, call: Callable[[], Result], limit: float = FILE_TIMEOUT) -> Result:
        """Make ``call``, which is about ``place``, and give what it returns or raises.

        Raises:
            NoResponse: the call has done neither within ``limit`` seconds, or ``MAX_HANGING`` other places hang.
        """
        self._workers = {known: worker for known, worker in self._workers.items() if worker.busy}
        if place not in self._workers and len(self._workers) >= MAX_HANGING:
            raise NoResponse(f"{self._subject} cannot be looked at: {MAX_HANGING} others do not respond")
        return await self._workers.setdefault(place, Worker(self._subject)).run(call, limit)


def _outcome(future: Future[Result], call: Callable[[], Result]) -> Callable[[], None]:
    """Make ``call``. What is returned gives the outcome to ``future``."""
    try:
        return functools.partial(future.set_result, call())
    except BaseException as error:  # reason: whatever it is, it is for the caller
        return functools.partial(future.set_exception, error)
