"""The prepared model: what ``pipeline`` made of the weights, kept in the user's cache.

A prepared model is a directory that appears whole, by one rename. Its manifest says what it was made from, and lists
its files with their hashes. So an interrupted build leaves nothing that could be taken for a model, and a damaged model
is noticed and made again.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ttsmesh.errors import ConfigError, os_reason
from ttsmesh.host import locks
from ttsmesh.host.files import sha256, sync
from ttsmesh.limits import MIB, PREPARING_TIMEOUT
from ttsmesh.model.build.recipe import FILES, MODELS, PIPELINE_VERSION, RANGES
from ttsmesh.model.build.weights_packages import WEIGHTS_SHA256, find_installed
from ttsmesh.paths import cache_dir

MANIFEST = "manifest.json"
COMPILED = "compiled"
"""The directory for OpenVINO's cache, beside the files of the model."""

MANIFEST_FAULTS = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""The exceptions of reading a manifest that is missing, is not JSON, or is some other JSON."""

BUILD_BYTES = 600 * MIB
"""Bytes of free disk space that a build needs, for the temporary float32 constants and for the models."""

OnProgress = Callable[[str, float], None]
"""Is called with what is being done, in words, and with the fraction of the whole work that is done, 0 to 1."""

Builder = Callable[[Path, OnProgress], None]
"""Writes ``recipe.FILES`` into an empty directory."""


def default_directory() -> Path:
    """``$XDG_CACHE_HOME/ttsmesh/model-VERSION``, with the version of this pipeline."""
    return cache_dir() / f"model-{PIPELINE_VERSION}"


def quick_check(directory: Path) -> bool:
    """Whether there is a model of this version, by its manifest and the sizes of its files (0.1 ms)."""
    try:
        files = _manifest(directory)
        return all((directory / name).stat().st_size == entry["size"] for name, entry in files.items())
    except MANIFEST_FAULTS:
        return False


def prepare(
    directory: Path, progress: OnProgress, builder: Builder | None = None, *, models: Collection[str] = MODELS
) -> None:
    """Check every byte of ``models`` in ``directory`` (0.1 s). Make all of them first if they are not there or damaged.

    One process makes it while others wait. Raises ``ConfigError`` when weights are missing or damaged, and when the
    cache cannot be written.
    """
    if _is_intact(directory, models):
        return
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        with locked(directory.with_name(f"{directory.name}.lock"), progress):
            if not _is_intact(directory, models):  # else another process made it in the meantime
                _make(directory, progress, builder or build_from_packages)
    except OSError as error:
        raise ConfigError(f"cannot prepare the model in {directory}: {os_reason(error)}") from error
    progress("model ready", 1.0)


def build_from_packages(directory: Path, progress: OnProgress) -> None:
    """Build from the installed packages; nothing is downloaded. Raises ``ConfigError`` if one is missing or damaged."""
    progress("checking the weights", 0.0)
    build_from_files(find_installed(read=True), directory, progress)


def build_from_files(paths: Sequence[Path], directory: Path, progress: OnProgress) -> None:
    """Run ``pipeline`` in a process and pass its progress on. Raises ``ConfigError`` with its reason when it fails.

    ``paths`` are the files that the weights consist of, in order.
    """
    free = shutil.disk_usage(directory).free
    if free < BUILD_BYTES:
        raise ConfigError(f"no space in {directory.parent}: {free // MIB} MiB free, {BUILD_BYTES // MIB} needed")
    command = [sys.executable, "-Pm", "ttsmesh.model.build.pipeline", str(directory), *map(str, paths)]
    problem = ""
    # The child ends at the end of its standard input, so it also ends when this process is killed.
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            fraction, _, activity = line.rstrip("\n").partition(" ")
            if line.startswith("!"):
                problem = line[1:].strip()
            else:
                progress(activity, 0.05 + 0.9 * float(fraction))
        status = child.wait()
    if status:
        raise ConfigError(problem or f"building the model in {directory.parent} failed (status {status})")


def _make(directory: Path, progress: OnProgress, builder: Builder) -> None:
    """Build beside ``directory`` and put the result in its place. The lock is held."""
    for leftover in directory.parent.glob(f"{directory.name}.*"):
        if leftover.is_dir():  # from an interrupted build, since this process holds the lock and has not begun
            shutil.rmtree(leftover)
    temporary = Path(tempfile.mkdtemp(prefix=f"{directory.name}.build-", dir=directory.parent))
    try:
        builder(temporary, progress)
        progress("checking the model", 0.95)
        _write_manifest(temporary)
        if directory.exists():
            directory.rename(temporary.with_suffix(".damaged"))
        temporary.rename(directory)
        sync(directory.parent)
        _remove_older(directory)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        shutil.rmtree(temporary.with_suffix(".damaged"), ignore_errors=True)


def _remove_older(directory: Path) -> None:
    """Remove the models of earlier versions. A server that runs one has its files mapped, and keeps them."""
    stem, _, version = directory.name.rpartition("-")
    for path in directory.parent.glob(f"{stem}-*"):
        other = path.name.removeprefix(f"{stem}-")
        if other.isdecimal() and version.isdecimal() and int(other) < int(version):
            shutil.rmtree(path, ignore_errors=True)


@cache
def _made_from() -> dict[str, Any]:
    return {
        "pipeline": PIPELINE_VERSION,
        "openvino": version("openvino"),
        "source_sha256": WEIGHTS_SHA256,
        "ranges_sha256": sha256(RANGES),
    }


def _manifest(directory: Path) -> dict[str, dict[str, Any]]:
    """The manifest's files. Raises one of ``MANIFEST_FAULTS`` unless exactly these versions of everything made them."""
    manifest = json.loads((directory / MANIFEST).read_bytes())
    files: dict[str, dict[str, Any]] = manifest.pop("files")
    if manifest != _made_from() or files.keys() != set(FILES):
        raise ValueError("made by another version")
    return files


def _write_manifest(directory: Path) -> None:
    """Write the manifest of ``directory``, and sync everything to the disk, so that the rename cannot overtake it."""
    files = {}
    for name in FILES:
        sync(directory / name)
        files[name] = {"size": (directory / name).stat().st_size, "sha256": sha256(directory / name)}
    (directory / MANIFEST).write_text(json.dumps({**_made_from(), "files": files}, indent=1))
    sync(directory / MANIFEST)
    (directory / COMPILED).mkdir()
    sync(directory)


def _is_intact(directory: Path, models: Collection[str]) -> bool:
    """Whether the model is complete, and the files of ``models`` are as they were made."""
    if not quick_check(directory):
        return False
    try:
        files = {name: entry for name, entry in _manifest(directory).items() if Path(name).stem in models}
        with ThreadPoolExecutor(2) as pool:
            found = pool.map(lambda name: sha256(directory / name), files)
            return all(entry["sha256"] == digest for entry, digest in zip(files.values(), found, strict=True))
    except MANIFEST_FAULTS:
        return False


@contextmanager
def locked(path: Path, progress: OnProgress) -> Iterator[None]:
    """Hold the lock file ``path``. Raises ``ConfigError`` when another process does not let it go in time."""
    with ExitStack() as stack:
        if not stack.enter_context(locks.locked(path, 0.0, os.O_RDONLY)):
            progress("waiting for another set-up", 0.0)
            if not stack.enter_context(locks.locked(path, PREPARING_TIMEOUT, os.O_RDONLY)):
                what = f"another set-up has not finished within {PREPARING_TIMEOUT:g} s"
                raise ConfigError(f"{what}; end the process that holds {path} if it hangs")
        yield
