"""Who asked: so that one can take back only one's own."""

import os
from pathlib import Path

from ttsmesh.wire.sockets import Peer


def caller_name(given: str | None, peer: Peer) -> str:
    """The name a caller gave itself, else its POSIX session: the same for all commands of one terminal or editor.

    With the session comes the name of its leader's program, never its arguments: those may be somebody's mail.
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
