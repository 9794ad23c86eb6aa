"""Gives memory that is no longer needed back to the system: glibc keeps more of it than one would think."""

import ctypes
from pathlib import Path

_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8
_MADV_DONTNEED = 4

LARGE = 1 << 20
"""Bytes from which a block goes back to the system when it is freed."""


def keep_no_holes() -> None:
    """Keep large blocks out of the heap, where the next smaller block would keep them from going back.

    The model's buffers grow with the length of a text, and glibc raises its own limit with each large block that is
    freed: after 8 s of sound, 0.3 GB of 1.2 were holes. And one heap is enough for all threads: with one each, what a
    thread frees is a hole for the others, 24 MB after loading.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(_M_MMAP_THRESHOLD, LARGE)
        libc.mallopt(_M_ARENA_MAX, 1)


def return_freed() -> None:
    """Give back what was freed between blocks that are kept, too. For some 5 ms no other thread gets memory."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim"):
        libc.malloc_trim(0)


def drop_mapped(directory: Path) -> None:
    """Leave mapped files below ``directory`` to the system's page cache. Pages that are read again come back.

    OpenVINO maps the compiled model, and computes with copies in another layout. Only mappings that cannot have been
    written to are dropped.
    """
    libc = ctypes.CDLL(None)
    for begin, end in _mapped(directory.resolve()):
        libc.madvise(ctypes.c_void_p(begin), ctypes.c_size_t(end - begin), _MADV_DONTNEED)


def _mapped(directory: Path) -> list[tuple[int, int]]:
    """First and last address of each file below ``directory`` that this process has mapped shared and read-only."""
    found = []
    for line in Path("/proc/self/maps").read_text().splitlines():
        span, access, *rest = line.split(maxsplit=5)
        if access.startswith("r-") and access.endswith("s") and Path(rest[-1]).is_relative_to(directory):
            begin, end = (int(address, 16) for address in span.split("-"))
            found.append((begin, end))
    return found
