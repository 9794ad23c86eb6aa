"""What ``ttsmesh setup`` does: install the voices and make the model. Only here is anything fetched."""

import tarfile
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TextIO

from ttsmesh.errors import ConfigError
from ttsmesh.host import files
from ttsmesh.model.build import prepared_model
from ttsmesh.model.install import download, weights
from ttsmesh.model.voices import catalogue, pack
from ttsmesh.voice_files import OFFICIAL_NAME, default_folder

PACKAGE = "kokoro-js@1.2.1"
PACKAGE_SHA256 = "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"
"""An npm package that carries all 54 official voices (Apache-2.0), and nothing of which is run."""

MEMBER = "package/voices/"

HUB_REPOSITORY = "onnx-community/Kokoro-82M-v1.0-ONNX"
"""On the Hugging Face hub: the same files as in the npm package."""

OFFICIAL = catalogue.OFFICIAL

ALTERNATIVE = "or take them from elsewhere: ttsmesh setup --voices-from DIR"

PLAIN_INTERVAL = 2.0
"""Seconds between lines of progress where they stay, in a pipe or a log."""

Pack = tuple[str, str, bytes]
"""A voice's name, where it came from (for messages), and its bytes."""


class ProgressPrinter:
    """Tells of the stages on ``stream``: a percentage that changes in place on a terminal, plain lines elsewhere."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._in_place = stream.isatty()
        self._stage = ""
        self._told_at = 0.0

    def __call__(self, stage: str, fraction: float) -> None:
        """``fraction`` of the whole, 0 to 1. A new stage is always told."""
        now = self._clock()
        if self._in_place:
            end = "\n" if fraction >= 1 else ""
            self._stream.write(f"\r\x1b[K{stage} {fraction:.0%}{end}")
        elif stage != self._stage or now - self._told_at >= PLAIN_INTERVAL:
            self._stream.write(f"{stage}\n" if stage != self._stage else f"{stage} {fraction:.0%}\n")
            self._told_at = now
        self._stage = stage
        self._stream.flush()


def run_setup(voices_from: str | None, weights_from: str, progress: prepared_model.OnProgress) -> None:
    """Make this user's installation complete.

    Does nothing that is already done, but for voices that were asked for. Raises ``ConfigError`` saying what to do.

    Args:
        voices_from: ``None`` for npm, ``hub``, or a directory of .bin files.
        weights_from: see ``weights.find``, which is only asked where no model is prepared.
    """
    directory = default_folder()
    if voices_from is not None or not all_official(directory):
        install(_packs(voices_from, progress), directory, progress)
    prepared_model.prepare(prepared_model.default_directory(), progress, _builder(weights_from))
    progress("ready", 1.0)


def _builder(weights_from: str) -> prepared_model.Builder:
    def build(directory: Path, progress: prepared_model.OnProgress) -> None:
        # Beside the model: that disk has room, and leftovers of an interrupted build are swept there.
        with tempfile.TemporaryDirectory(prefix=f"{directory.name}.", dir=directory.parent) as fetched:
            paths = weights.find(weights_from, Path(fetched), progress)
            prepared_model.build_from_files(paths, directory, progress)

    return build


def all_official(directory: Path) -> bool:
    """Whether every official voice is in ``directory``, undamaged (0.1 s)."""
    try:
        for name in OFFICIAL:
            pack.read_pack(directory / f"{name}.bin")
    except ConfigError:
        return False
    return True


def install(packs: Iterable[Pack], directory: Path, progress: prepared_model.OnProgress) -> None:
    """Put voice packs into ``directory``, each whole or not at all, and none if one of them is damaged."""
    sound = []
    for name, origin, data in packs:
        try:
            pack.parse_pack(data)
        except ValueError as error:
            raise ConfigError(f"voice {origin} is damaged: {error}") from error
        sound.append((name, data))
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with prepared_model.locked(directory.with_name(f"{directory.name}.lock"), progress):
            for leftover in directory.glob(f"*{files.UNFINISHED}"):  # of a set-up that was interrupted
                leftover.unlink()
            for number, (name, data) in enumerate(sound):
                progress("installing the voices", number / len(sound))
                files.write(directory / f"{name}.bin", data)
    except OSError as error:
        raise ConfigError(f"cannot install voices in {directory}: {error.strerror}") from error


def _packs(voices_from: str | None, progress: prepared_model.OnProgress) -> Iterable[Pack]:
    if voices_from is None:
        return from_npm(progress)
    if voices_from == "hub":
        return from_hub(download.hub_download(), progress)
    return from_directory(Path(voices_from))


def from_directory(directory: Path) -> Iterator[Pack]:
    """The voices in ``directory``, ``NAME.bin`` each; other files are not looked at."""
    paths = [path for path in sorted(directory.glob("*.bin")) if OFFICIAL_NAME.fullmatch(path.stem) and path.is_file()]
    if not paths:
        raise ConfigError(f"no voices in {directory}: want files like {catalogue.DEFAULT_VOICE}.bin")
    for path in paths:
        yield path.stem, str(path), _read(path)


def from_hub(hub: download.Download, progress: prepared_model.OnProgress) -> Iterator[Pack]:
    """The official voices, by ``hub``."""
    for number, name in enumerate(OFFICIAL):
        progress("fetching the voices from the hub", number / len(OFFICIAL))
        path = download.from_hub(hub, HUB_REPOSITORY, f"voices/{name}.bin", f"voice {name}")
        yield name, str(path), _read(path)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(pack.PACK_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"cannot read voice {path}: {error.strerror}") from error


def from_npm(progress: prepared_model.OnProgress, npm: str = "npm") -> list[Pack]:
    """The official voices out of the npm package, which is fetched into a temporary directory and not installed."""
    progress("fetching the voices (27 MB)", 0.0)
    try:
        with tempfile.TemporaryDirectory(prefix="ttsmesh-") as temporary:
            return read_package(_fetch_package(Path(temporary), npm))
    except OSError as error:
        raise ConfigError(f"cannot fetch the voices: {error.strerror or error}") from error


def _fetch_package(directory: Path, npm: str) -> Path:
    command = [npm, "pack", PACKAGE, "--ignore-scripts", "--loglevel=error", f"--pack-destination={directory}"]
    download.fetch("npm", command, directory, f"the voices ({PACKAGE})", ALTERNATIVE)
    fetched = list(directory.glob("*.tgz"))
    if len(fetched) != 1:
        raise ConfigError(f"npm fetched no {PACKAGE}; {ALTERNATIVE}")
    return fetched[0]


def read_package(path: Path, sha256: str = PACKAGE_SHA256) -> list[Pack]:
    """The voices in the npm package at ``path``. Raises ``ConfigError`` unless it is the one with this ``sha256``.

    Members are read, never extracted to the paths they name, and only voices are looked at.
    """
    if files.sha256(path) != sha256:
        raise ConfigError(f"{PACKAGE} is not the expected file (its sha256 differs); {ALTERNATIVE}")
    packs = []
    with tarfile.open(path, "r:gz") as archive:
        for member in archive:
            name = member.name.removeprefix(MEMBER).removesuffix(".bin")
            if member.name != f"{MEMBER}{name}.bin" or not OFFICIAL_NAME.fullmatch(name) or not member.isreg():
                continue
            file = archive.extractfile(member)
            if file is not None:
                packs.append((name, member.name, file.read(pack.PACK_BYTES + 1)))
    return packs
