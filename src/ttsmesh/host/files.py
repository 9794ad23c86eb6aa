"""Files that appear whole or not at all, that last, and that are known by their content. Blocking, stdlib."""

import hashlib
import os
from pathlib import Path

UNFINISHED = ".unfinished"
"""How the names of files end that are being written, and of those that a killed process has left."""


def write(path: Path, data: bytes, *, mode: int = 0o666, durable: bool = True, replace: bool = True) -> None:
    """Make ``data`` the content of ``path`` as a whole, or leave everything as it is.

    Args:
        mode: permissions of the file, as far as the process's umask leaves them.
        durable: it is on the disk when this returns, so that it survives a power failure.
        replace: it may take the place of another file. Otherwise ``FileExistsError`` is raised.
    """
    unfinished = path.with_name(f"{path.name}.{os.urandom(4).hex()}{UNFINISHED}")
    # O_EXCL: what somebody else has put there, a link to another file for one, is not written to.
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


def sync(path: Path) -> None:
    """Bring a file's content, or a directory's names, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256(path: Path) -> str:
    """The sha256 of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
