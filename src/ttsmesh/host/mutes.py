"""What is muted, and the file that keeps it over restarts. The model server writes it, or a client while none runs."""

import json
from dataclasses import dataclass
from pathlib import Path

from ttsmesh.errors import Code, RejectedError
from ttsmesh.host import files
from ttsmesh.host.callers import has_left
from ttsmesh.limits import KIB, MAX_MUTED, MAX_NAME

FILE = "muted.json"
"""The file's name in the state directory."""

_FORMAT = 1

_MAX_BYTES = 1024 * KIB
"""Bytes of the file that are read: more than all names come to, however JSON writes them."""


@dataclass(frozen=True, slots=True)
class Mutes:
    """Whether ``everyone`` is muted, and which ``callers`` are besides."""

    everyone: bool = False
    callers: tuple[str, ...] = ()

    def silence(self, caller: str) -> bool:
        """Whether what ``caller`` says is muted."""
        return self.everyone or caller in self.callers

    def muted(self, caller: str | None) -> "Mutes":
        """The same, with ``caller``, or with everyone.

        Raises:
            RejectedError: too many callers are muted already.
        """
        if caller is None:
            return Mutes(True, self.callers)
        if caller not in self.callers and len(self.callers) >= MAX_MUTED:
            raise RejectedError(f"busy: {MAX_MUTED} callers are muted already", Code.BUSY)
        return Mutes(self.everyone, tuple(dict.fromkeys((*self.callers, caller))))

    def unmuted(self, caller: str | None) -> "Mutes":
        """The same without ``caller``, or nothing of it."""
        if caller is None:
            return Mutes()
        return Mutes(self.everyone, tuple(name for name in self.callers if name != caller))


def read(path: Path) -> Mutes:
    """What ``path`` keeps, without the sessions that are over. A damaged file is set aside, and mutes nothing.

    Blocking.

    Raises:
        OSError: there is a file, and it cannot be read.
    """
    return files.kept(path, look, Mutes())


def look(path: Path) -> Mutes:
    """The same, but a damaged file stays where it is. Blocking.

    Raises:
        OSError: there is a file, and it cannot be read.
        ValueError: it is damaged.
    """
    try:
        kept = _from_text(files.text(path, _MAX_BYTES))
    except FileNotFoundError:
        return Mutes()
    return Mutes(kept.everyone, tuple(name for name in kept.callers if not has_left(name)))


def write(path: Path, mutes: Mutes) -> None:
    """Replace ``path`` as a whole or not at all, readable by its owner only. Blocking.

    Raises:
        OSError: it stays as it was.
    """
    body = {"format": _FORMAT, "everyone": mutes.everyone, "callers": mutes.callers}
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    files.write(path, json.dumps(body).encode() + b"\n", mode=0o600)


def _from_text(text: str) -> Mutes:
    """What the file's content says. Raises ValueError for any other content."""
    try:
        body = json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(body, dict) or body.get("format") != _FORMAT:
        raise ValueError("not what is muted")
    everyone, callers = body.get("everyone"), body.get("callers")
    if not isinstance(everyone, bool) or not isinstance(callers, list) or len(callers) > MAX_MUTED:
        raise ValueError("not what is muted")
    for name in callers:
        if not isinstance(name, str) or len(name.encode()) > MAX_NAME:
            raise ValueError("not the name of a caller")
    return Mutes(everyone, tuple(callers))
