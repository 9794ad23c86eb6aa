"""Changing one entry of a lexicon's file; its comments and its order stay. Blocking."""

import contextlib
import os
from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from ttsmesh.errors import Code, ConfigError, TtsmeshError, system_faults
from ttsmesh.host import files as host_files, locks
from ttsmesh.lexicon.entries import checked_word, section_name
from ttsmesh.lexicon.files import MAX_FILE, decoded, parsed, read
from ttsmesh.wire.sockets import runtime_dir

_LOCK = "lexicon.lock"
"""In the runtime directory, held while a lexicon is changed: a file beside the lexicon would be in a project's way."""

_LOCK_TIMEOUT = 5.0
"""Seconds to wait for another change, which takes some milliseconds."""


def add(path: Path, section: str, word: str, said: str) -> None:
    """Have ``word`` said as ``said`` in the table ``section`` of the file ``path``, which is made if need be.

    The three are as ``section_name``, ``checked_word`` and ``checked_saying`` give them.

    Raises:
        ConfigError: the file is no lexicon that could be changed.
        TtsmeshError: the file cannot be read or written, or another process changes a lexicon and does not end.
    """

    def change(tables: MutableMapping[str, Any]) -> bool:
        name = next((name for name in tables if _means(name, section)), section)
        if name not in tables:
            tables[name] = tomlkit.table()
        table = tables[name]
        if not isinstance(table, MutableMapping):
            raise ConfigError(f"{path}: {name} is no table")
        places = list(_places(table, word))
        for inner, key in places:
            inner[key] = said
        if not places:
            table[word] = said
        return True

    _change(path, change)


def remove(path: Path, section: str | None, word: str) -> bool:
    """Take ``word`` out of the table ``section``, or out of all tables. False if it is in none.

    Raises the same errors as ``add``.
    """

    def change(tables: MutableMapping[str, Any]) -> bool:
        found = False
        for name, table in tables.items():
            if section is None or _means(name, section):
                for inner, key in list(_places(table, word)):
                    del inner[key]
                    found = True
        return found

    return _change(path, change)


def _change(path: Path, change: Callable[[MutableMapping[str, Any]], bool]) -> bool:
    """Write the file anew if ``change`` says that it has changed its tables."""
    # A link, as those who keep their settings in a repository have, stays one.
    path = Path(os.path.realpath(path))
    with _locked(), system_faults(f"cannot change {path}"):
        try:
            data, found = read(path)
            mode = found.st_mode & 0o777
        except FileNotFoundError:
            data, mode = b"", 0o666
        source = decoded(path, data)
        parsed(path, source)  # raises what is to be said about a file that is no lexicon
        try:
            document = tomlkit.parse(source)
            if not change(document):
                return False
            changed = tomlkit.dumps(document)
        except TOMLKitError as error:
            raise ConfigError(f"{path}: {error}") from None
        parsed(path, changed)
        if len(changed.encode()) > MAX_FILE:
            raise ConfigError(f"{path} would be too large")
        path.parent.mkdir(parents=True, exist_ok=True)
        host_files.write(path, changed.encode(), mode=mode)
    return True


@contextlib.contextmanager
def _locked() -> Iterator[None]:
    with locks.locked(os.path.join(runtime_dir(), _LOCK), _LOCK_TIMEOUT) as held:
        if not held:
            raise TtsmeshError("another process is changing a lexicon", Code.BUSY)
        yield


def _means(name: str, section: str) -> bool:
    try:
        return section_name(name) == section
    except TtsmeshError:
        return False


def _places(table: Any, word: str, prefix: str = "") -> Iterator[tuple[MutableMapping[str, Any], str]]:
    """Where ``word`` stands in ``table``. Without quotes, a key with a dot is a table in it."""
    if not isinstance(table, MutableMapping):
        return
    for key, value in table.items():
        if isinstance(value, MutableMapping):
            yield from _places(value, word, f"{prefix}{key}.")
            continue
        with contextlib.suppress(TtsmeshError):
            if checked_word(prefix + key) == word:
                yield table, key
