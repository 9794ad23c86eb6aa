"""What was rendered of a book, kept in the cache directory until its files are complete.

A part is a file of samples (mono s16le) that appears whole, under a name that stands for everything its sound depends
on. So a render that was killed goes on with what is there, and what has changed since then is rendered again.
"""

import contextlib
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ttsmesh.errors import Code, TtsmeshError, os_reason
from ttsmesh.host import locks
from ttsmesh.host.files import UNFINISHED
from ttsmesh.host.publishing import NO_ROOM, UnpublishedFile
from ttsmesh.paths import cache_dir

ABANDONED = 30 * 24 * 3600.0
"""Seconds after which a render that nobody went on with is forgotten."""

_LOCK = "lock"


def key_of(*of: object) -> str:
    """A name that stands for ``of``, which are values of JSON."""
    return hashlib.sha256(json.dumps(of, sort_keys=True).encode()).hexdigest()[:32]


class Replaced(Exception):
    """A part that was being rendered failed, and was rendered again."""


@contextlib.contextmanager
def kept_faults() -> Iterator[None]:
    """Within it, an error of the system is about the directory of what is kept."""
    try:
        yield
    except OSError as error:
        code = Code.NO_SPACE if error.errno in NO_ROOM else Code.IO
        raise TtsmeshError(f"what was rendered cannot be kept in {cache_dir()}: {os_reason(error)}", code) from None


class Kept:
    """What is kept of one book for one target. One process at a time has it."""

    def __init__(self, source: str, target: str) -> None:
        """Both paths are absolute.

        Raises:
            TtsmeshError: another process renders it, or nothing can be kept.
        """
        with kept_faults():
            root = cache_dir() / "render"
            root.mkdir(parents=True, exist_ok=True, mode=0o700)
            _sweep(root)
            self._directory = root / key_of(source, target)
            while True:
                self._directory.mkdir(exist_ok=True, mode=0o700)
                lock = locks.lock_file(self._directory / _LOCK, 0.0)
                if lock is None:
                    raise TtsmeshError("another render makes the same file", Code.BUSY)
                if (self._directory / _LOCK).exists():
                    break
                os.close(lock)  # the other process has ended, and removed everything
            self._lock: int | None = lock
            os.utime(self._directory)
            for left in self._directory.glob(f"*{UNFINISHED}"):
                left.unlink()

    def part(self, key: str) -> Path:
        """The file of a part, which may not be there."""
        return self._directory / f"{key}.raw"

    def has(self, key: str) -> bool:
        return self.part(key).exists()

    def forget(self, key: str) -> None:
        """Remove a part whose sound is in a file now."""
        with kept_faults():
            self.part(key).unlink(missing_ok=True)

    def begin(self, key: str) -> "Unfinished":
        return Unfinished(self.part(key))

    def open(self, key: str) -> BinaryIO | None:
        """What there is of a part, which may be growing; None if nothing is."""
        for path in (self.part(key), _unfinished(self.part(key))):
            with kept_faults(), contextlib.suppress(FileNotFoundError):
                return open(path, "rb", buffering=0)
        return None

    def holds(self, key: str, file: BinaryIO) -> bool:
        """Whether the part is complete in ``file``.

        Raises:
            Replaced: it is complete in another file.
        """
        with kept_faults():
            try:
                found = self.part(key).stat()
            except FileNotFoundError:
                return False
            if not os.path.samestat(found, os.fstat(file.fileno())):
                raise Replaced
        return True

    def draft(self) -> UnpublishedFile:
        """A file that is never published."""
        return UnpublishedFile(os.fspath(self._directory / "draft"), force=False, mode=0o600)

    # --- the files that were made -------------------------------------------------------------------------------------

    def note_target(self, key: str, descriptor: int) -> None:
        """Note which file, still without a name, is about to become the target called ``key``."""
        with kept_faults():
            noted = self._directory / f"{key}.made"
            unfinished = _unfinished(noted)
            with open(unfinished, "w", encoding="ascii") as file:
                json.dump(_identity(os.fstat(descriptor)), file)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(noted)

    def made(self, key: str, target: str) -> bool:
        """Whether ``target`` is the file that was made as ``key``."""
        with contextlib.suppress(OSError, ValueError):
            noted: list[int] = json.loads((self._directory / f"{key}.made").read_text())
            return noted == _identity(os.stat(target, follow_symlinks=False))
        return False

    def remove(self) -> None:
        """Everything is in its files: nothing needs to be kept."""
        with kept_faults():
            shutil.rmtree(self._directory)
        self._unlock()

    def close(self) -> None:
        """Let another process have it, unless it is removed. Nothing is left if nothing is kept."""
        if self._lock is None:
            return
        if any(path.name != _LOCK for path in self._directory.iterdir()):
            self._unlock()
        else:
            self.remove()

    def _unlock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


class Unfinished:
    """A part that is being rendered."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._unfinished = _unfinished(path)
        with kept_faults():
            self._file = os.open(self._unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        with kept_faults():
            while rest:
                rest = rest[os.write(self._file, rest) :]

    def keep(self) -> None:
        """It is complete."""
        with kept_faults():
            os.fsync(self._file)
            os.close(self._file)
            self._unfinished.replace(self._path)

    def drop(self) -> None:
        """It is not to be had, or will be rendered again."""
        os.close(self._file)
        with contextlib.suppress(OSError):
            self._unfinished.unlink()


def _unfinished(path: Path) -> Path:
    return path.with_suffix(UNFINISHED)


def _identity(found: os.stat_result) -> list[int]:
    """What stays the same when the machine starts again, which the number of a device does not."""
    return [found.st_ino, found.st_size, found.st_mtime_ns]


def _sweep(root: Path) -> None:
    """Remove what nobody went on with."""
    for directory in root.iterdir():
        with contextlib.suppress(OSError):
            if directory.stat().st_mtime > time.time() - ABANDONED:
                continue
            with locks.locked(directory / _LOCK, 0.0) as ours:
                if ours:
                    shutil.rmtree(directory)
