"""Files that appear under their names whole, or not at all.

Where the file system has files without a name (O_TMPFILE), a file has no name until it is published. If it is given up,
or its writer is killed, it vanishes by itself. Elsewhere it has a hidden name until then, and so it has everywhere for
the moment in which it replaces another one. What a killed writer has left under such a name is removed by the next one
in the same directory.
"""

import contextlib
import errno
import logging
import os
import secrets
from collections.abc import Iterator
from pathlib import PurePath

from ttsmesh.errors import Code, RejectedError, SinkError, os_reason
from ttsmesh.host import locks
from ttsmesh.host.output_file import refuse_special

logger = logging.getLogger(__name__)

HIDDEN_PREFIX, HIDDEN_SUFFIX = ".ttsmesh-", ".part"
"""The ends of the hidden names of unfinished files."""

NO_NAMELESS_FILES = {errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL}
"""What O_TMPFILE says on file systems (or kernels) that do not have it."""

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class UnpublishedFile:
    """One file from ``open`` to ``publish`` or ``discard``. Every method may block, and may raise OSError."""

    def __init__(self, path: str, *, force: bool, mode: int) -> None:
        """``path`` is absolute. With ``force`` the file may replace another one. ``mode`` is its permissions."""
        self._path = PurePath(path)
        self._force = force
        self._mode = mode
        self._held = contextlib.ExitStack()
        self._directory = -1
        self._file = -1
        self._hidden_name: str | None = None

    def open(self) -> None:
        with contextlib.ExitStack() as opening:
            self._directory = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            opening.callback(os.close, self._directory)
            _sweep(self._directory)
            self._file = _nameless_file(self._directory)
            if self._file < 0:
                self._hidden_name, self._file = _hidden_file(self._directory)
                opening.callback(_unlink, self._hidden_name, self._directory)
            opening.callback(os.close, self._file)
            os.fchmod(self._file, self._mode)
            self._held = opening.pop_all()

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._file, rest) :]

    def write_over(self, place: int, data: bytes) -> None:
        """Write ``data`` over what the file has from byte ``place`` on."""
        rest = memoryview(data)
        while rest:
            written = os.pwrite(self._file, rest, place)
            place, rest = place + written, rest[written:]

    def publish(self) -> None:
        """Bring the content to the disk, then give the file its name.

        Raises:
            FileExistsError: there is something else of that name by now, and no ``force``.
            RejectedError: what ``force`` would replace is no plain file.
        """
        with self._held:
            os.fsync(self._file)
            if self._force:
                self._replace()
            else:
                self._link(self._path.name)  # unlike rename, refuses whatever has appeared there, symbolic links too
            self._sync_directory()

    def discard(self) -> None:
        """Close the file, and leave nothing of it unless it is published."""
        self._held.close()

    def _sync_directory(self) -> None:
        """Bring the new name to the disk, so that it survives a power failure.

        Some file systems do not know this call. Its failure is only logged, since the file is published by now.
        """
        try:
            os.fsync(self._directory)
        except OSError as error:
            logger.warning("the directory of a saved file: %s", os_reason(error))

    def _replace(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            refuse_special(str(self._path), os.lstat(self._path))
        hidden = self._hidden_name
        if hidden is None:  # a nameless file can only be linked, and linking never replaces
            locks.try_lock(self._file)  # nobody else has it yet; once it has a name, no sweep takes it
            hidden = _new_hidden_name()
            self._link(hidden)
            self._held.callback(_unlink, hidden, self._directory)
        os.replace(hidden, self._path.name, src_dir_fd=self._directory, dst_dir_fd=self._directory)

    def _link(self, name: str) -> None:
        if self._hidden_name is None:
            # Given a directory descriptor, CPython uses linkat(AT_SYMLINK_FOLLOW); link() would not follow /proc.
            os.link(f"/proc/self/fd/{self._file}", name, dst_dir_fd=self._directory)
        else:
            os.link(self._hidden_name, name, src_dir_fd=self._directory, dst_dir_fd=self._directory)


@contextlib.contextmanager
def write_errors(name: str) -> Iterator[None]:
    """Turn refusals, the operating system's and ours, into SinkErrors with one line of reason and no path.

    ``name``: what cannot be written.
    """
    try:
        yield
    except FileExistsError:
        raise SinkError(f"{name} has appeared meanwhile", Code.EXISTS) from None
    except RejectedError as refusal:
        raise SinkError(refusal.message, refusal.code) from None
    except OSError as error:
        code = Code.NO_SPACE if error.errno in NO_ROOM else Code.IO
        raise SinkError(f"{name} cannot be written: {os_reason(error)}", code) from None


def _nameless_file(directory: int) -> int:
    """A file that vanishes with its last descriptor, kill -9 included; -1 where the file system has none."""
    try:
        return os.open(".", os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600, dir_fd=directory)
    except OSError as error:
        if error.errno in NO_NAMELESS_FILES:
            return -1
        raise


def _new_hidden_name() -> str:
    return f"{HIDDEN_PREFIX}{secrets.token_hex(8)}{HIDDEN_SUFFIX}"


def _hidden_file(directory: int) -> tuple[str, int]:
    """A new file under a hidden name, locked for as long as it is open."""
    while True:
        name = _new_hidden_name()
        file = os.open(name, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600, dir_fd=directory)
        if locks.try_lock(file) and os.fstat(file).st_nlink:
            return name, file
        os.close(file)  # another process's sweep came between the creation and the lock


def _sweep(directory: int) -> None:
    """Remove the hidden files whose writers were killed: those that no process has locked."""
    for name in os.listdir(directory):
        if name.startswith(HIDDEN_PREFIX) and name.endswith(HIDDEN_SUFFIX):
            with contextlib.suppress(OSError):
                file = os.open(name, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=directory)
                try:
                    if locks.try_lock(file):
                        os.unlink(name, dir_fd=directory)
                finally:
                    os.close(file)


def _unlink(name: str, directory: int) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(name, dir_fd=directory)
