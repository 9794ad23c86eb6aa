"""What ``ttsmesh setup`` does: check the weights, install the voices, make the model. Only here is anything fetched."""

import subprocess
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TextIO

from ttsmesh.errors import ConfigError
from ttsmesh.model import parts, voice_pack, voices, weights
from ttsmesh.voicefiles import OFFICIAL_NAME

PACKAGE = "kokoro-js@1.2.1"
PACKAGE_SHA256 = "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"
"""An npm package that carries all 54 official voices (Apache-2.0), and nothing of which is run."""

MEMBER = "package/voices/"

HUB_REPOSITORY = "onnx-community/Kokoro-82M-v1.0-ONNX"
"""On the Hugging Face hub: the same files as in the npm package."""

OFFICIAL = voices.OFFICIAL

ALTERNATIVE = "or take them from elsewhere: ttsmesh setup --voices-from DIR"

UNFINISHED = ".unfinished"

NPM_TIMEOUT = 600.0
"""Seconds to fetch 27 MB; npm itself tries again a few times."""

PLAIN_INTERVAL = 2.0
"""Seconds between lines of progress where they stay, in a pipe or a log."""

Pack = tuple[str, str, bytes]
"""A voice's name, where it came from (for messages), and its bytes."""

Download = Callable[[str, str], str]
"""Repository and file name to the path of the local copy: ``huggingface_hub.hf_hub_download``."""


class Progress:
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


def run_setup(voices_from: str | None, progress: weights.Progress) -> None:
    """Make this user's installation complete. ``voices_from``: ``None`` for npm, ``hub``, or a directory of .bin files.

    Does nothing that is already done. Raises ``ConfigError`` saying what to do.
    """
    try:
        parts.check_parts()
    except parts.PartError as error:  # its advice is to run what runs here
        wanted = " ".join(f"{name}=={parts.PART_VERSION}" for name in error.distributions)
        advice = f"pip install --force-reinstall --no-deps {wanted}"
        raise ConfigError(f"{error.problem}; run: {advice}") from error
    directory = voices.default_directory()
    if voices_from is not None or not all_official(directory):
        install(_packs(voices_from, progress), directory, progress)
    weights.prepare(weights.default_directory(), progress)
    progress("ready", 1.0)


def all_official(directory: Path) -> bool:
    """Whether every official voice is in ``directory``, undamaged (0.1 s)."""
    try:
        for name in OFFICIAL:
            voice_pack.read_pack(directory / f"{name}.bin")
    except ConfigError:
        return False
    return True


def install(packs: Iterable[Pack], directory: Path, progress: weights.Progress) -> None:
    """Put voice packs into ``directory``, each whole or not at all, and none if one of them is damaged."""
    sound = []
    for name, origin, data in packs:
        try:
            voice_pack.parse_pack(data)
        except ValueError as error:
            raise ConfigError(f"voice {origin} is damaged: {error}") from error
        sound.append((name, data))
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with weights.locked(directory.with_name(f"{directory.name}.lock"), progress):
            for leftover in directory.glob(f"*{UNFINISHED}"):  # of a set-up that was interrupted
                leftover.unlink()
            for number, (name, data) in enumerate(sound):
                progress("installing the voices", number / len(sound))
                _write(directory / f"{name}.bin", data)
            weights.sync(directory)
    except OSError as error:
        raise ConfigError(f"cannot install voices in {directory}: {error.strerror}") from error


def _write(path: Path, data: bytes) -> None:
    temporary = path.with_suffix(UNFINISHED)
    temporary.write_bytes(data)
    weights.sync(temporary)
    temporary.replace(path)


def _packs(voices_from: str | None, progress: weights.Progress) -> Iterable[Pack]:
    if voices_from is None:
        return from_npm(progress)
    if voices_from == "hub":
        return from_hub(_hub_download(), progress)
    return from_directory(Path(voices_from))


def from_directory(directory: Path) -> Iterator[Pack]:
    """The voices in ``directory``, ``NAME.bin`` each; other files are not looked at."""
    paths = [path for path in sorted(directory.glob("*.bin")) if OFFICIAL_NAME.fullmatch(path.stem) and path.is_file()]
    if not paths:
        raise ConfigError(f"no voices in {directory}: want files like {voices.DEFAULT_VOICE}.bin")
    for path in paths:
        try:
            with path.open("rb") as file:
                yield path.stem, str(path), file.read(voice_pack.PACK_BYTES + 1)
        except OSError as error:
            raise ConfigError(f"cannot read voice {path}: {error.strerror}") from error


def from_hub(download: Download, progress: weights.Progress) -> Iterator[Pack]:
    """The official voices, by ``download``."""
    for number, name in enumerate(OFFICIAL):
        progress("fetching the voices from the hub", number / len(OFFICIAL))
        try:
            path = Path(download(HUB_REPOSITORY, f"voices/{name}.bin"))
            data = path.read_bytes()
        except Exception as error:  # reason: the hub's client raises its own, requests' and the system's errors
            raise ConfigError(f"cannot fetch voice {name} from {HUB_REPOSITORY}: {_one_line(str(error))}") from error
        yield name, str(path), data


def _hub_download() -> Download:
    try:
        from huggingface_hub import hf_hub_download
    except ImportError as error:
        raise ConfigError("--voices-from hub needs huggingface_hub; run: pip install 'ttsmesh[hub]'") from error
    download: Download = hf_hub_download
    return download


def from_npm(progress: weights.Progress, npm: str = "npm") -> list[Pack]:
    """The official voices out of the npm package, which is fetched into a temporary directory and not installed."""
    progress("fetching the voices (27 MB)", 0.0)
    try:
        with tempfile.TemporaryDirectory(prefix="ttsmesh-") as temporary:
            return read_package(_fetch_package(Path(temporary), npm))
    except OSError as error:
        raise ConfigError(f"cannot fetch the voices: {error.strerror or error}") from error


def _fetch_package(directory: Path, npm: str) -> Path:
    command = [npm, "pack", PACKAGE, "--ignore-scripts", "--loglevel=error", f"--pack-destination={directory}"]
    try:
        done = subprocess.run(
            command, cwd=directory, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=NPM_TIMEOUT
        )
    except FileNotFoundError as error:
        raise ConfigError(f"npm is not installed, and it fetches the voices; {ALTERNATIVE}") from error
    except subprocess.TimeoutExpired as error:
        raise ConfigError(f"npm did not fetch {PACKAGE} within {NPM_TIMEOUT:.0f} s; {ALTERNATIVE}") from error
    fetched = list(directory.glob("*.tgz"))
    if done.returncode or len(fetched) != 1:
        raise ConfigError(f"npm could not fetch {PACKAGE}: {_one_line(done.stderr)}; {ALTERNATIVE}")
    return fetched[0]


def read_package(path: Path, sha256: str = PACKAGE_SHA256) -> list[Pack]:
    """The voices in the npm package at ``path``. Raises ``ConfigError`` unless it is the one with this ``sha256``.

    Members are read, never extracted to the paths they name, and only voices are looked at.
    """
    if weights.sha256(path) != sha256:
        raise ConfigError(f"{PACKAGE} is not the expected file (its sha256 differs); {ALTERNATIVE}")
    packs = []
    with tarfile.open(path, "r:gz") as archive:
        for member in archive:
            name = member.name.removeprefix(MEMBER).removesuffix(".bin")
            if member.name != f"{MEMBER}{name}.bin" or not OFFICIAL_NAME.fullmatch(name) or not member.isreg():
                continue
            file = archive.extractfile(member)
            if file is not None:
                packs.append((name, member.name, file.read(voice_pack.PACK_BYTES + 1)))
    return packs


def _one_line(text: str) -> str:
    """The first line of another program's complaint, short."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0][:200] if lines else "no reason given"
