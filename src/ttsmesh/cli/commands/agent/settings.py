"""The files of an agent's settings, changed as a whole or not at all. Blocking."""

import errno
import os
import stat
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ttsmesh.cli.commands.agent.hooks import NotSettings
from ttsmesh.cli.commands.agent.jsonc import NotJson
from ttsmesh.errors import ConfigError, system_faults
from ttsmesh.host import files
from ttsmesh.limits import MIB

_T = TypeVar("_T")

MOST = 4 * MIB
"""Bytes of a file of settings, at most."""

_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""With which some editors begin a file."""


def text(path: str) -> str | None:
    """What the file says; None if there is none.

    Raises:
        ConfigError: it is too large, not UTF-8, or no regular file, which nobody can replace.
        TtsmeshError: it cannot be read.
    """
    with system_faults(path):
        try:
            # O_NONBLOCK: a FIFO would wait for somebody who writes.
            with open(path, "rb", opener=lambda path, flags: os.open(path, flags | os.O_NONBLOCK)) as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise ConfigError(f"{path} is no regular file")
                data = file.read(MOST + 1)
        except FileNotFoundError:
            return None
    if len(data) > MOST:
        raise ConfigError(f"{path} is too large")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not valid UTF-8 (byte {error.start})") from None


def change(path: str, edit: Callable[[str | None], str | None]) -> bool:
    """Make of the file what ``edit`` makes of its text; None stands for no file. False if that changes nothing.

    A link stays one, and the file keeps its mode. A file that its owner may not write is not changed.

    Raises:
        ConfigError: the file is not what its agent has for settings.
        TtsmeshError: it cannot be read or written.
    """
    before = text(path)
    mark = _MARK if before is not None and before.startswith(_MARK) else ""
    after = _understood(path, lambda: edit(None if before is None else before.removeprefix(mark)))
    if after is not None:
        after = mark + after
    if after == before:
        return False
    target = Path(os.path.realpath(path))
    with system_faults(f"cannot change {path}"):
        mode = stat.S_IMODE(target.stat().st_mode) if before is not None else 0o600
        if not mode & stat.S_IWUSR:  # to replace it would need none, but somebody wants it to stay as it is
            raise PermissionError(errno.EACCES, "it is read-only")
        if after is None:
            target.unlink()
            return True
        target.parent.mkdir(parents=True, exist_ok=True)
        umask = os.umask(0)
        try:
            files.write(target, after.encode(), mode=mode)
        finally:
            os.umask(umask)
    return True


def look(path: str, read: Callable[[str], _T]) -> _T | None:
    """What ``read`` finds in the file's text; None if there is none. Raises as ``change``."""
    found = text(path)
    return None if found is None else _understood(path, lambda: read(found.removeprefix(_MARK)))


def _understood(path: str, act: Callable[[], _T]) -> _T:
    """What ``act`` returns. Of settings that it does not understand it raises a ``ConfigError``."""
    try:
        return act()
    except (NotJson, NotSettings) as error:
        raise ConfigError(f"{path}: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from None
