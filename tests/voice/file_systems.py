"""Stand-ins for file systems that are not at hand: one without nameless files, and one on a disk that is too slow."""

import asyncio
import contextlib
import errno
import os
import threading
from types import TracebackType
from typing import Any, Self

import pytest

PATIENCE = 10.0
"""Seconds after which a write that blocks is let go on: what blocks an event loop would block the test as well."""

_open, _write = os.open, os.write


def fake_no_nameless_files(path: Any, flags: int, *arguments: Any, **more: Any) -> int:
    """``os.open`` on a file system that does not know O_TMPFILE."""
    if flags & os.O_TMPFILE == os.O_TMPFILE:
        raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))
    return _open(path, flags, *arguments, **more)


class FakeSlowDisk:
    """Writes to a new file block until ``relieve``, then they fail.

    The file is a full pipe. ``file`` is its descriptor.
    """

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
        monkeypatch.setattr(os, "open", self._open)
        monkeypatch.setattr(os, "write", self._write)

    def relieve(self) -> None:
        if not self.relieved:
            self.relieved = True
            os.close(self._reading)

    async def until_blocked(self) -> None:
        """Wait until the sink is about to write."""
        assert await asyncio.to_thread(self._blocked.wait, 2 * PATIENCE)

    def _open(self, path: Any, flags: int, *arguments: Any, **more: Any) -> int:
        if flags & os.O_TMPFILE != os.O_TMPFILE:
            return _open(path, flags, *arguments, **more)
        return self.file

    def _write(self, file: int, data: Any) -> int:
        if file == self.file:
            self._blocked.set()
        return _write(file, data)

    def __enter__(self) -> Self:
        self._watchdog.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._watchdog.cancel()
        self.relieve()
