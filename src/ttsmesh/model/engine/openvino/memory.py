"""How this process keeps what memory it needs for the model, and no more."""

import ctypes
from pathlib import Path

_M_MMAP_THRESHOLD = -3
_MADV_DONTNEED = 4

LARGE = 1 << 20
"""Bytes. What is larger goes back to the system when it is freed."""


def return_large_blocks() -> None:
    """Let no large block be a part of the heap, where the next smaller one would keep it from going back.

    Buffers of the model grow with the length of a text, and glibc by itself raises its limit with each that is freed:
    after 8 s of sound, 0.3 GB of 1.2 were holes.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(_M_MMAP_THRESHOLD, LARGE)


def drop_mapped(directory: Path) -> None:
    """Leave mapped files below ``directory`` to the system's page cache; what is read again comes back by itself.

    OpenVINO maps what it has compiled, and computes with copies in another layout. Of mappings only those are meant
    that nobody can have written to.
    """
    libc = ctypes.CDLL(None)
    for begin, end in _mapped(directory.resolve()):
        libc.madvise(ctypes.c_void_p(begin), ctypes.c_size_t(end - begin), _MADV_DONTNEED)


def _mapped(directory: Path) -> list[tuple[int, int]]:
    """From where to where this process has mapped files below ``directory``, shared and for reading only."""
    found = []
    for line in Path("/proc/self/maps").read_text().splitlines():
        span, access, *rest = line.split(maxsplit=5)
        if access.startswith("r-") and access.endswith("s") and Path(rest[-1]).is_relative_to(directory):
            begin, end = (int(address, 16) for address in span.split("-"))
            found.append((begin, end))
    return found
