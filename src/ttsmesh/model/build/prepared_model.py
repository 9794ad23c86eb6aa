"""The prepared model: what ``build`` made of the installed parts, kept in the user's cache.

A prepared model is a directory that appears whole, by one rename, and says in its manifest what it was made from and
of. So an interrupted build leaves nothing that could be taken for a model, and a damaged one is noticed and made again.
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
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ttsmesh.errors import ConfigError
from ttsmesh.host import locks
from ttsmesh.host.files import sha256, sync
from ttsmesh.limits import MIB, PREPARING_TIMEOUT
from ttsmesh.model.build.recipe import FILES, MODELS, PIPELINE_VERSION, RANGES
from ttsmesh.model.build.weights_packages import SOURCE_SHA256, check_parts
from ttsmesh.paths import cache_dir

MANIFEST = "manifest.json"
COMPILED = "compiled"

NO_MANIFEST = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What reading a manifest raises that is missing or is any other JSON, or no JSON."""

BUILD_BYTES = 600 * MIB
"""Free disk space a build needs: the float32 constants on their way, and the models."""

OnProgress = Callable[[str, float], None]
"""Told the stage, and the fraction done of the whole work, 0 to 1."""

Builder = Callable[[Path, OnProgress], None]
"""Writes ``build.FILES`` into an empty directory."""


@dataclass(frozen=True, slots=True)
class PreparedModel:
    """A valid model: OpenVINO's files of ``MODELS``, weights beside them, and a directory for what they compile to."""

    directory: Path

    def file(self, model: str) -> Path:
        return self.directory / f"{model}.xml"

    @property
    def compiled(self) -> Path:
        return self.directory / COMPILED


def default_directory() -> Path:
    """``$XDG_CACHE_HOME/ttsmesh/model-VERSION`` of this pipeline's version."""
    return cache_dir() / f"model-{PIPELINE_VERSION}"


def quick_check(directory: Path) -> bool:
    """Whether a model for this version is there, by its manifest and its files' sizes: 0.1 ms."""
    try:
        files = _manifest(directory)
        return all((directory / name).stat().st_size == entry["size"] for name, entry in files.items())
    except NO_MANIFEST:
        return False


def prepare(
    directory: Path, progress: OnProgress, builder: Builder | None = None, *, models: Collection[str] = MODELS
) -> PreparedModel:
    """The model in ``directory``, after reading every byte of ``models`` (0.1 s), and making all of it first where that
    is needed.

    One process makes it while others wait. Raises ``ConfigError`` when parts are missing or damaged, and when the cache
    cannot be written.
    """
    prepared = PreparedModel(directory)
    if _is_intact(directory, models):
        return prepared
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        with locked(directory.with_name(f"{directory.name}.lock"), progress):
            if not _is_intact(directory, models):  # else another process made it in the meantime
                _make(directory, progress, builder or build_from_parts)
    except OSError as error:
        raise ConfigError(f"cannot prepare the model in {directory}: {error.strerror or error}") from error
    progress("model ready", 1.0)
    return prepared


def build_from_parts(directory: Path, progress: OnProgress) -> None:
    """Build from the installed parts. Raises ``ConfigError`` where they are missing or damaged, and fetches nothing."""
    progress("checking the weights", 0.0)
    build_from(check_parts(), directory, progress)


def build_from(paths: Sequence[Path], directory: Path, progress: OnProgress) -> None:
    """Run ``pipeline`` and pass its progress on. Raises ``ConfigError`` with its reason when it fails.

    ``paths``: the weights, in one file or in parts.
    """
    free = shutil.disk_usage(directory).free
    if free < BUILD_BYTES:
        raise ConfigError(f"no space in {directory.parent}: {free // MIB} MiB free, {BUILD_BYTES // MIB} needed")
    command = [sys.executable, "-Pm", "ttsmesh.model.build.pipeline", str(directory), *map(str, paths)]
    problem = ""
    # It ends by itself at the end of its standard input, so it goes when this process is killed.
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            word, _, rest = line.rstrip("\n").partition(" ")
            if word.startswith("!"):
                problem = line[1:].strip()
            else:
                progress(rest, 0.05 + 0.9 * float(word))
        status = child.wait()
    if status:
        raise ConfigError(problem or f"building the model in {directory.parent} failed (status {status})")


def _make(directory: Path, progress: OnProgress, builder: Builder) -> None:
    """Build beside ``directory`` and put the result in its place. The lock is held."""
    for leftover in directory.parent.glob(f"{directory.name}.*"):
        if leftover.is_dir():  # of a build that was interrupted: whoever makes one holds the lock
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
    """What earlier versions made; a server that runs one has it mapped, and so keeps it."""
    stem, _, version = directory.name.rpartition("-")
    for path in directory.parent.glob(f"{stem}-*"):
        other = path.name.removeprefix(f"{stem}-")
        if other.isdecimal() and version.isdecimal() and int(other) < int(version):
            shutil.rmtree(path, ignore_errors=True)


def _made_from() -> dict[str, Any]:
    return {
        "pipeline": PIPELINE_VERSION,
        "openvino": _openvino_version(),
        "source_sha256": SOURCE_SHA256,
        "ranges_sha256": _ranges_sha256(),
    }


@cache
def _ranges_sha256() -> str:
    return sha256(RANGES)


@cache
def _openvino_version() -> str:
    return version("openvino")


def _manifest(directory: Path) -> dict[str, dict[str, Any]]:
    """The manifest's files; raises ``ValueError`` and the like unless this very version of everything made them."""
    manifest = json.loads((directory / MANIFEST).read_bytes())
    files: dict[str, dict[str, Any]] = manifest.pop("files")
    if manifest != _made_from() or files.keys() != set(FILES):
        raise ValueError("made by another version")
    return files


def _write_manifest(directory: Path) -> None:
    """Describe what is in ``directory`` and bring it all to the disk, so that the rename cannot overtake it."""
    files = {}
    for name in FILES:
        sync(directory / name)
        files[name] = {"size": (directory / name).stat().st_size, "sha256": sha256(directory / name)}
    (directory / MANIFEST).write_text(json.dumps({**_made_from(), "files": files}, indent=1))
    sync(directory / MANIFEST)
    (directory / COMPILED).mkdir()
    sync(directory)


def _is_intact(directory: Path, models: Collection[str]) -> bool:
    """Whether all is there, and the files of ``models`` are as they were made."""
    if not quick_check(directory):
        return False
    try:
        files = {name: entry for name, entry in _manifest(directory).items() if Path(name).stem in models}
        with ThreadPoolExecutor(2) as pool:
            found = pool.map(lambda name: sha256(directory / name), files)
            return all(entry["sha256"] == digest for entry, digest in zip(files.values(), found, strict=True))
    except NO_MANIFEST:
        return False


@contextmanager
def locked(path: Path, progress: OnProgress) -> Iterator[None]:
    """Hold the lock file ``path``. Raises ``ConfigError`` when another process does not let it go in time."""
    with ExitStack() as stack:
        if not stack.enter_context(locks.held(path, 0.0, os.O_RDONLY)):
            progress("waiting for another set-up", 0.0)
            if not stack.enter_context(locks.held(path, PREPARING_TIMEOUT, os.O_RDONLY)):
                what = f"another set-up has not finished within {PREPARING_TIMEOUT:g} s"
                raise ConfigError(f"{what}; end the process that holds {path} if it hangs")
        yield
