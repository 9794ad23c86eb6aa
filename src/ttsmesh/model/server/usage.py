"""The memory and the age of a process, as the kernel knows them."""

import os
import time
from typing import NamedTuple

_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")

_START_TIME = 19
"""Index of the field ``starttime`` in /proc/PID/stat, counted after the name in parentheses, which may contain anything
(proc_pid_stat(5))."""


class Usage(NamedTuple):
    """Resident memory, shared pages included, and time since the start."""

    memory_bytes: int
    uptime_s: float


def usage(pid: int | None) -> Usage | None:
    """What process ``pid`` uses now; None when there is no such process."""
    if pid is None:
        return None
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:
            resident = int(file.read().split()[1])
        with open(f"/proc/{pid}/stat", "rb") as file:
            started = int(file.read().rpartition(b")")[2].split()[_START_TIME]) / _TICKS
    except (OSError, IndexError):
        return None  # it is gone, perhaps since the first file was read, or is a zombie
    return Usage(resident * _PAGE, max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - started))
