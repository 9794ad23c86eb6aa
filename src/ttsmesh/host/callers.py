"""The names of callers, by which each of them can stop and mute its own texts and no others."""

import os
import re
from pathlib import Path

_OF_A_PROCESS = re.compile(r"session (\d+) \(.*\)|pid \d+")
"""The name of a caller that gave itself none."""


def caller_name(given: str | None, pid: int) -> str:
    """The name that a caller gave itself, or else its POSIX session, which all commands of a terminal or editor share.

    The session's number is followed by the name of its leader's program, without the arguments, which may be private.
    """
    if given is not None:
        return given
    try:
        session = os.getsid(pid)
    except ProcessLookupError:
        return f"pid {pid}"
    return _name(session)


def has_left(name: str) -> bool:
    """Whether the caller called ``name`` gave itself no name, and its session is over. The number of one that is over
    may be another one's some day."""
    match = _OF_A_PROCESS.fullmatch(name)
    return match is not None and (match[1] is None or _name(int(match[1])) != name)


def _name(session: int) -> str:
    try:
        program = Path(f"/proc/{session}/comm").read_text(errors="replace").strip()
    except OSError:
        program = "ended"
    return f"session {session} ({program})"
