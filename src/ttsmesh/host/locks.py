"""Locks on files: the two of the runtime directory, which are the right to start a server and to be it, and others.

Blocking, stdlib. A lock lasts as long as its file is open in some process, and ends with that process at the latest.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator

from ttsmesh.wire.sockets import SERVER_LOCK, START_LOCK

_RETRY = 0.02
"""Seconds between two attempts to lock a file."""


def try_lock(file: int, kind: int = fcntl.LOCK_EX) -> bool:
    """Lock an open file, by its descriptor; False when another process holds the lock."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def lock_file(path: str | os.PathLike[str], timeout: float, access: int = os.O_RDWR) -> int | None:
    """Lock the file ``path``, and make it if need be; None when another process held the lock for ``timeout`` seconds.

    Returns the file's descriptor; to close it is to unlock. The file is never unlinked, because two processes could
    then hold a lock each.
    """
    # Close-on-exec: a lock lasts as long as any copy of its descriptor, so no child may inherit one.
    file = os.open(path, access | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    deadline = time.monotonic() + timeout
    while not try_lock(file):
        if time.monotonic() >= deadline:
            os.close(file)
            return None
        time.sleep(_RETRY)
    return file


@contextlib.contextmanager
def locked(path: str | os.PathLike[str], timeout: float, access: int = os.O_RDWR) -> Iterator[bool]:
    """Hold the lock of the file ``path`` within a ``with``, which is given False if it was not to be had in time."""
    file = lock_file(path, timeout, access)
    try:
        yield file is not None
    finally:
        if file is not None:
            os.close(file)


def start_lock(directory: str, timeout: float) -> contextlib.AbstractContextManager[bool]:
    """As ``locked``: the right to bind and unlink the model server's socket."""
    return locked(os.path.join(directory, START_LOCK), timeout)


def server_lock(directory: str, timeout: float) -> int | None:
    """As ``lock_file``: the right to be the model server, which is held for life. The file has our pid in it."""
    file = lock_file(os.path.join(directory, SERVER_LOCK), timeout)
    if file is not None:
        os.ftruncate(file, 0)
        os.pwrite(file, str(os.getpid()).encode(), 0)
    return file


def server_pid(directory: str) -> int | None:
    """The pid of the model server that lives, or None. To ask starts nothing and disturbs nothing."""
    try:
        file = os.open(os.path.join(directory, SERVER_LOCK), os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    try:
        # A shared lock: others may ask at the same time, and must not take this process for a server.
        if try_lock(file, fcntl.LOCK_SH):
            return None
        text = os.pread(file, 32, 0)
        return int(text) if text.isdigit() else None
    finally:
        os.close(file)
