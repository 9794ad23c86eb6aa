"""Keeps OpenVINO's compiled models between runs, so that loading takes 0.4 s instead of 2.

OpenVINO notices when such a file is truncated, but not when it is garbled, as after a power failure: then it makes
noise or NaN. So a seal beside the files holds their sha256, and OpenVINO gets only files that match it.
"""

import json
import os
import shutil
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from ttsmesh.host import files, locks
from ttsmesh.host.files import sha256
from ttsmesh.limits import COMPILING_TIMEOUT


def compile_with_cache(directory: Path, compile_model: Callable[[Path | None], Any]) -> Any:
    """The result of ``compile_model(directory)``, or of ``compile_model(None)`` if no cache can be kept there.

    One process at a time uses the cache; one that has waited too long compiles without it. Damaged files are unlinked,
    never overwritten, since another process may have mapped them.
    """
    seal = directory.with_suffix(".json")
    with ExitStack() as held:
        try:
            if not held.enter_context(locks.locked(directory.with_suffix(".lock"), COMPILING_TIMEOUT, os.O_RDONLY)):
                return compile_model(None)
            if not _is_sealed(directory, seal):
                shutil.rmtree(directory, ignore_errors=True)
            directory.mkdir(exist_ok=True)
        except OSError:  # a read-only or full disk only makes starting slower
            return compile_model(None)
        before = _listing(directory)
        try:
            compiled = compile_model(directory)
        except RuntimeError:
            return compile_model(None)
        if _listing(directory) != before:
            _seal(directory, seal)
        return compiled


def _listing(directory: Path) -> list[tuple[str, int, int]]:
    return sorted((path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in directory.iterdir())


def _digests(directory: Path) -> dict[str, str]:
    return {path.name: sha256(path) for path in directory.iterdir()}


def _is_sealed(directory: Path, seal: Path) -> bool:
    try:
        return bool(json.loads(seal.read_bytes()) == _digests(directory))
    except (OSError, ValueError, RecursionError):
        return False


def _seal(directory: Path, seal: Path) -> None:
    """Write the seal, whole or not at all. Without it the files are not used again, which only costs time."""
    with suppress(OSError):
        files.write(seal, json.dumps(_digests(directory)).encode(), durable=False)
