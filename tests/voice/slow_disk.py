"""A stand-in for a disk that makes its writers wait: the file that is saved is a full pipe."""

import asyncio
import contextlib
import os
import threading
from types import TracebackType
from typing import Self

import pytest

from ttsmesh.voice import encoders

PATIENCE = 10.0
"""Seconds after which a write that blocks is let go on: what blocks an event loop would block the test as well."""


class FakeSlowDisk:
    """Writes of a ``FileSink`` block until ``relieve``; then they fail. ``file``: the descriptor it writes to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.relieved = False
        self._blocked = threading.Event()
        self._reading, self.file = os.pipe()
        os.set_blocking(self.file, False)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(self.file, bytes(4096))
        os.set_blocking(self.file, True)
        self._watchdog = threading.Timer(PATIENCE, self.relieve)
        monkeypatch.setattr(encoders, "_nameless_file", self._open)

    def relieve(self) -> None:
        if not self.relieved:
            self.relieved = True
            os.close(self._reading)

    async def until_blocked(self) -> None:
        """Wait until somebody is about to write."""
        assert await asyncio.to_thread(self._blocked.wait, 2 * PATIENCE)

    def _open(self, directory: int) -> int:
        self._blocked.set()
        return self.file

    def __enter__(self) -> Self:
        self._watchdog.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._watchdog.cancel()
        self.relieve()
