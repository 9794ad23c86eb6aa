"""The files of lexicons, which are read again when they have changed. Blocking.

There are a project's, the user's and our own, and the first that has a word counts. A project's file is somebody
else's, so it is read with care: it must be a plain file of at most 256 KiB, and each of its entries is checked.
"""

import hashlib
import os
import stat
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple, TypeVar

from ttsmesh.errors import ConfigError, os_reason, printable
from ttsmesh.lexicon.entries import Lexicon, Saying, parse
from ttsmesh.limits import KIB
from ttsmesh.paths import config_dir

MAX_FILE = 256 * KIB
"""Bytes of a lexicon's file."""

_KEPT = 8
"""Files, and lexicons made of them, that are kept: our own, the user's, and those of some projects."""

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Content(NamedTuple):
    """What a file says, with a line for each fault in it. ``stamp`` and ``hash`` change when the file does."""

    sayings: tuple[Saying, ...] = ()
    faults: tuple[str, ...] = ()
    stamp: tuple[int, ...] = ()
    hash: str = ""


_contents: dict[Path, Content] = {}
_lexicons: dict[str, Lexicon] = {}


def user_lexicon() -> Path:
    """``$XDG_CONFIG_HOME/ttsmesh/lexicon.toml``. Raises ``ConfigError``."""
    return config_dir() / "lexicon.toml"


def shipped_lexicon() -> Path:
    """The technical words that come with ttsmesh."""
    return Path(str(files("ttsmesh.lexicon") / "technical.toml"))


def lexicon_paths(project: str | None = None) -> list[Path]:
    """The files of lexicons, the one that counts most first. Raises ``ConfigError``."""
    return [*([Path(project)] if project else []), user_lexicon(), shipped_lexicon()]


def load(paths: Sequence[Path]) -> tuple[Lexicon, list[str]]:
    """The lexicon of the files ``paths``, the first of which counts most, and a line for each fault in them.

    What has a fault is left out: an entry, or a file that cannot be read. A file that is not there has no words. One
    that has not changed is not read again, so this takes some 10 us.
    """
    contents = [content(path) for path in paths]
    version = "".join(each.hash or "-" for each in contents)
    lexicon = _lexicons.get(version)
    if lexicon is None:
        lexicon = Lexicon([each.sayings for each in contents], version)
        _keep(_lexicons, version, lexicon)
    return lexicon, [fault for each in contents for fault in each.faults]


def content(path: Path) -> Content:
    """What the file ``path`` says, in its order; nothing if there is no such file."""
    try:
        stamp = _stamp(os.stat(path))
        known = _contents.get(path)
        if known is None or known.stamp != stamp:
            known = _read_content(path)
            _keep(_contents, path, known)
        return known
    except FileNotFoundError:
        return Content()
    except OSError as error:
        return Content(faults=(_about(path, os_reason(error)),))


def read(path: Path) -> tuple[bytes, os.stat_result]:
    """The content of the file ``path``, and what the system knows of it. Never waits for a writer, as of a pipe.

    Raises ``ConfigError`` if it is no plain file, or too long, and ``OSError``.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise ConfigError(_about(path, "not a regular file"))
        with open(descriptor, "rb", closefd=False) as file:
            data = file.read(MAX_FILE + 1)
    finally:
        os.close(descriptor)
    if len(data) > MAX_FILE:
        raise ConfigError(_about(path, f"larger than {MAX_FILE // KIB} KiB"))
    return data, found


def decoded(path: Path, data: bytes) -> str:
    """``data`` of the file ``path`` as text, without the byte order mark of some editors. Raises ``ConfigError``."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(_about(path, f"not valid UTF-8 (byte {error.start})")) from None


def parsed(path: Path, source: str) -> tuple[list[Saying], list[str]]:
    """As ``parse``, with ``path`` in every fault."""
    try:
        sayings, faults = parse(source)
    except ConfigError as error:
        raise ConfigError(_about(path, error.message)) from None
    return sayings, [_about(path, fault) for fault in faults]


def _read_content(path: Path) -> Content:
    try:
        data, found = read(path)
    except ConfigError as error:
        return Content(faults=(error.message,), stamp=_stamp(os.stat(path)))
    stamp, digest = _stamp(found), hashlib.sha256(data).hexdigest()
    try:
        sayings, faults = parsed(path, decoded(path, data))
    except ConfigError as error:
        return Content((), (error.message,), stamp, digest)
    return Content(tuple(sayings), tuple(faults), stamp, digest)


def _stamp(found: os.stat_result) -> tuple[int, int, int, int]:
    return found.st_mtime_ns, found.st_size, found.st_ino, found.st_dev


def _about(path: Path, fault: str) -> str:
    return printable(f"{path}: {fault}")


def _keep(kept: dict[_Key, _Value], key: _Key, value: _Value) -> None:
    """Add to ``kept``, and let the oldest go."""
    kept.pop(key, None)
    kept[key] = value
    while len(kept) > _KEPT:
        del kept[next(iter(kept))]
