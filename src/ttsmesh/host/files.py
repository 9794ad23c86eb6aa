"""Files that appear whole or not at all, that last, and that are known by their hash; and damaged ones. Blocking."""

import hashlib
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

logger = logging.getLogger(__name__)

_Kept = TypeVar("_Kept")

UNFINISHED = ".unfinished"
"""The end of the names of files that are being written, or that a killed process has left."""


def write(path: Path, data: bytes, *, mode: int = 0o666, durable: bool = True, replace: bool = True) -> None:
    """Make ``data`` the content of ``path`` as a whole, or leave everything as it is.

    Args:
        mode: permissions of the file, less those in the process's umask.
        durable: the file is on the disk when this returns, so it survives a power failure.
        replace: the file may take the place of another one. Otherwise that raises ``FileExistsError``.
    """
    unfinished = path.with_name(f"{path.name}.{os.urandom(4).hex()}{UNFINISHED}")
    # O_EXCL: a file of this name, such as a link that somebody has put there, is not written to.
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(descriptor)
        if replace:
            os.replace(unfinished, path)
        else:
            os.link(unfinished, path)
        if durable:
            sync(path.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def text(path: Path, most: int) -> str:
    """What ``path`` says.

    Raises:
        OSError: it cannot be read.
        ValueError: it has more than ``most`` bytes, or is not UTF-8.
    """
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise ValueError("too large")
    return content.decode()


def kept(path: Path, read: Callable[[Path], _Kept], nothing: _Kept) -> _Kept:
    """What ``read`` finds in ``path``; ``nothing`` where there is no file, or a damaged one, which is set aside.

    Raises:
        OSError: there is a file, and it cannot be read.
    """
    try:
        return read(path)
    except FileNotFoundError:
        return nothing
    except ValueError as error:
        aside = path.with_suffix(".damaged")
        logger.warning("%s is damaged (%s): set aside as %s", path.name, type(error).__name__, aside.name)
        os.replace(path, aside)
        return nothing


def sync(path: Path) -> None:
    """Have a file's content, or the names in a directory, on the disk when this returns."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256(path: Path) -> str:
    """The sha256 of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
