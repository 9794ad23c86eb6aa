"""File locks, above all those of the runtime directory: the right to start a server, and to be it. Blocking, stdlib."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator

from ttsmesh.wire.sockets import SERVER_LOCK, START_LOCK

_RETRY = 0.02


def attempt(lock: int, kind: int = fcntl.LOCK_EX) -> bool:
    """Lock an open file; False when another process holds it."""
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def acquire(path: str | os.PathLike[str], timeout: float, access: int = os.O_RDWR) -> int | None:
    """The locked file's descriptor, or None when another process held it for ``timeout`` seconds. Closing it unlocks.

    The file is never unlinked: two processes could then hold one each.
    """
    # Close-on-exec: a lock lives as long as any copy of its descriptor, so no child may inherit one.
    lock = os.open(path, access | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    deadline = time.monotonic() + timeout
    while not attempt(lock):
        if time.monotonic() >= deadline:
            os.close(lock)
            return None
        time.sleep(_RETRY)
    return lock


def starting(directory: str, timeout: float) -> contextlib.AbstractContextManager[bool]:
    """Hold the right to bind and unlink the model server's socket; False when it was not to be had in time."""
    return held(os.path.join(directory, START_LOCK), timeout)


@contextlib.contextmanager
def held(path: str | os.PathLike[str], timeout: float, access: int = os.O_RDWR) -> Iterator[bool]:
    """Hold the lock file ``path``; False when it was not to be had in time."""
    lock = acquire(path, timeout, access)
    try:
        yield lock is not None
    finally:
        if lock is not None:
            os.close(lock)


def become_server(directory: str, timeout: float) -> int | None:
    """Hold the server's lifetime lock, with our pid in it; None when another server lives on past ``timeout``."""
    lock = acquire(os.path.join(directory, SERVER_LOCK), timeout)
    if lock is not None:
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
    return lock


def server_pid(directory: str) -> int | None:
    """The pid of the model server that lives, if one does. Starts nothing, disturbs nothing."""
    try:
        lock = os.open(os.path.join(directory, SERVER_LOCK), os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    try:
        # Shared: others may ask at the same time, and must not take us for a server.
        if attempt(lock, fcntl.LOCK_SH):
            return None
        text = os.pread(lock, 32, 0)
        return int(text) if text.isdigit() else None
    finally:
        os.close(lock)
