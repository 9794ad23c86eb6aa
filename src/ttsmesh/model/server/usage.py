"""What a process costs: its memory and its age, as the kernel knows them."""

import os
import time
from typing import NamedTuple

_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")

_START_TIME = 19
"""Place of starttime in /proc/PID/stat after the parenthesised name, which may contain anything (proc_pid_stat(5))."""


class Usage(NamedTuple):
    """Resident memory, shared pages included, and time since the start."""

    memory_bytes: int
    uptime_s: float


def usage(pid: int | None) -> Usage | None:
    """What process ``pid`` uses now; None when it is gone, or there is none."""
    if pid is None:
        return None
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:
            resident = int(file.read().split()[1])
        with open(f"/proc/{pid}/stat", "rb") as file:
            started = int(file.read().rpartition(b")")[2].split()[_START_TIME]) / _TICKS
    except (OSError, IndexError):
        return None  # it has gone between the two, or is a zombie
    return Usage(resident * _PAGE, max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - started))
