"""What every child process of the mesh does first: make sure that it dies with its parent."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int | None = None) -> None:
    """Have the kernel kill this process when its parent's thread ends, also by kill -9.

    Args:
        parent: the parent's pid, as the parent told it. Where another process is the parent by now, it has died.
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent is not None and os.getppid() != parent:
        sys.exit(0)
