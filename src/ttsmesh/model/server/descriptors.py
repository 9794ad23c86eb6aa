"""How many file descriptors the model server may open, and for how many clients they are enough."""

import contextlib
import resource

from ttsmesh.limits import MAX_CLIENTS, RESERVED_FDS

_CLIENT_FDS = 4
"""Descriptors that a client may cost: its connection, two to its voice process, and that one's socket."""


def raise_limit() -> None:
    """Allow this process as many descriptors as ``MAX_CLIENTS`` need, or as the system permits."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _CLIENT_FDS * MAX_CLIENTS + RESERVED_FDS
    if soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))


def client_limit() -> int:
    """Clients, at most, for which there are enough descriptors."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(1, min(MAX_CLIENTS, (soft - RESERVED_FDS) // _CLIENT_FDS))
