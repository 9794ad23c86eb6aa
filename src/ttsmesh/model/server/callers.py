"""The names of callers, by which each of them can stop its own texts and no others."""

import os
from pathlib import Path

from ttsmesh.wire.sockets import Peer


def caller_name(given: str | None, peer: Peer) -> str:
    """The name that a caller gave itself, or else its POSIX session, which all commands of a terminal or editor share.

    The session's number is followed by the name of its leader's program, without the arguments, which may be private.
    """
    if given is not None:
        return given
    try:
        session = os.getsid(peer.pid)
    except ProcessLookupError:
        return f"pid {peer.pid}"
    try:
        program = Path(f"/proc/{session}/comm").read_text(errors="replace").strip()
    except OSError:
        program = "ended"
    return f"session {session} ({program})"
