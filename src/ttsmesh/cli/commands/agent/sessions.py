"""What is known of each session of an agent, in a file of the runtime directory. Blocking."""

import contextlib
import json
import os
import re
import time
from collections.abc import Iterator
from zlib import crc32

from ttsmesh.cli.commands.agent.turn import Turn
from ttsmesh.host import locks
from ttsmesh.limits import MIB
from ttsmesh.wire.sockets import runtime_dir

_FOLDER = "agents"

_MOST = 4 * MIB
"""Bytes of a session's file that are read."""

_FORGOTTEN = 86400.0
"""Seconds after which a session is forgotten."""

_WAIT = 1.5
"""Seconds to wait for the hooks of the same session that came before, which take some milliseconds each."""


class Session:
    """A session of which this process says what happens next. ``turn`` is kept when ``keep`` is called."""

    def __init__(self, file: int) -> None:
        self._file = file
        try:
            self.turn = Turn(json.loads(os.pread(file, _MOST, 0) or b"null"))
        except (ValueError, RecursionError):
            self.turn = Turn()
        if self.turn.hushed > _now():  # of before the machine was started anew: a runtime directory may last
            self.turn = Turn()

    def keep(self) -> None:
        data = json.dumps(self.turn.kept(), separators=(",", ":")).encode()
        os.pwrite(self._file, data, 0)
        os.ftruncate(self._file, len(data))


@contextlib.contextmanager
def session(caller: str) -> Iterator[Session | None]:
    """The session of ``caller``, for this process alone; None if another one has it for too long."""
    folder = os.path.join(runtime_dir(), _FOLDER)
    path = os.path.join(folder, f"{re.sub(r'[^A-Za-z0-9-]', '_', caller)[:80]}-{crc32(caller.encode()):08x}")
    if not os.path.exists(path):
        _tidied(folder)
    file = locks.lock_file(path, _WAIT)
    try:
        yield None if file is None else Session(file)
    finally:
        if file is not None:
            os.close(file)


def began() -> int:
    """When this process began, in the kernel's ticks since the machine has. It is exact also on a busy machine."""
    with open("/proc/self/stat", "rb") as file:
        return int(file.read().rpartition(b")")[2].split()[19])


def _now() -> int:
    """As ``began``, if a process began now."""
    return int(time.clock_gettime(time.CLOCK_BOOTTIME) * os.sysconf("SC_CLK_TCK"))


def _tidied(folder: str) -> None:
    """Make the folder, and forget the sessions of which nothing was heard for long."""
    os.makedirs(folder, mode=0o700, exist_ok=True)
    with os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                if entry.stat().st_mtime < time.time() - _FORGOTTEN:
                    os.unlink(entry)
