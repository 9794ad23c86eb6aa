"""Installs the official voices: from an npm package, from the hub, or from a directory."""

import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from ttsmesh.errors import ConfigError, os_reason
from ttsmesh.host import files
from ttsmesh.model.build import download
from ttsmesh.model.build.prepared_model import OnProgress, locked
from ttsmesh.model.voices import pack
from ttsmesh.model.voices.catalogue import DEFAULT_VOICE, OFFICIAL
from ttsmesh.voice_files import OFFICIAL_NAME

NPM_PACKAGE = "kokoro-js@1.2.1"
NPM_SHA256 = "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"
"""An npm package that contains all 54 official voices (Apache-2.0). None of its code is run."""

NPM_FOLDER = "package/voices/"
"""The folder of the voices in the npm package's archive."""

HUB_REPOSITORY = "onnx-community/Kokoro-82M-v1.0-ONNX"
"""The repository on the Hugging Face hub with the same files as the npm package."""

ALTERNATIVE = "or take them from elsewhere: ttsmesh setup --voices-from DIR"

VoiceFile = tuple[str, str, bytes]
"""A voice's name, where it comes from (for messages), and its content."""


def all_official(directory: Path) -> bool:
    """Whether every official voice is in ``directory`` and undamaged (0.1 s)."""
    try:
        for name in OFFICIAL:
            pack.read_pack(directory / f"{name}.bin")
    except ConfigError:
        return False
    return True


def install(voices: Iterable[VoiceFile], directory: Path, progress: OnProgress) -> None:
    """Write ``voices`` to ``directory``, each whole or not at all, and none if one of them is damaged."""
    sound = []
    for name, origin, data in voices:
        try:
            pack.parse_pack(data)
        except ValueError as error:
            raise ConfigError(f"voice {origin} is damaged: {error}") from error
        sound.append((name, data))
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with locked(directory.with_name(f"{directory.name}.lock"), progress):
            for leftover in directory.glob(f"*{files.UNFINISHED}"):  # from an interrupted set-up
                leftover.unlink()
            for number, (name, data) in enumerate(sound):
                progress("installing the voices", number / len(sound))
                files.write(directory / f"{name}.bin", data)
    except OSError as error:
        raise ConfigError(f"cannot install voices in {directory}: {os_reason(error)}") from error


def find(source: str | None, progress: OnProgress) -> Iterable[VoiceFile]:
    """The voices from ``source``: ``None`` for npm, ``hub``, or a directory of .bin files."""
    if source is None:
        return from_npm(progress)
    if source == "hub":
        return from_hub(download.hub_client(), progress)
    return from_directory(Path(source))


def from_directory(directory: Path) -> Iterator[VoiceFile]:
    """The files ``NAME.bin`` in ``directory`` that have a voice's name. No other file is opened."""
    paths = [path for path in sorted(directory.glob("*.bin")) if OFFICIAL_NAME.fullmatch(path.stem) and path.is_file()]
    if not paths:
        raise ConfigError(f"no voices in {directory}: want files like {DEFAULT_VOICE}.bin")
    for path in paths:
        yield path.stem, str(path), _read(path)


def from_hub(client: download.HubClient, progress: OnProgress) -> Iterator[VoiceFile]:
    for number, name in enumerate(OFFICIAL):
        progress("fetching the voices from the hub", number / len(OFFICIAL))
        path = download.from_hub(client, HUB_REPOSITORY, f"voices/{name}.bin", f"voice {name}")
        yield name, str(path), _read(path)


def _read(path: Path) -> bytes:
    """The content of ``path``, and no more of it than shows that it is too long."""
    try:
        with path.open("rb") as file:
            return file.read(pack.PACK_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"cannot read voice {path}: {os_reason(error)}") from error


def from_npm(progress: OnProgress, npm: str = "npm") -> list[VoiceFile]:
    """The voices in the npm package, which is downloaded to a temporary directory and not installed."""
    progress("fetching the voices (27 MB)", 0.0)
    try:
        with tempfile.TemporaryDirectory(prefix="ttsmesh-") as temporary:
            return read_package(_download_package(Path(temporary), npm))
    except OSError as error:
        raise ConfigError(f"cannot fetch the voices: {os_reason(error)}") from error


def _download_package(directory: Path, npm: str) -> Path:
    command = [npm, "pack", NPM_PACKAGE, "--ignore-scripts", "--loglevel=error", f"--pack-destination={directory}"]
    download.run("npm", command, directory, f"the voices ({NPM_PACKAGE})", ALTERNATIVE)
    fetched = list(directory.glob("*.tgz"))
    if len(fetched) != 1:
        raise ConfigError(f"npm fetched no {NPM_PACKAGE}; {ALTERNATIVE}")
    return fetched[0]


def read_package(path: Path, sha256: str = NPM_SHA256) -> list[VoiceFile]:
    """The voices in the npm package at ``path``. Raises ``ConfigError`` unless the file has this ``sha256``.

    Only voices are read, and no member is extracted to the path that it names.
    """
    if files.sha256(path) != sha256:
        raise ConfigError(f"{NPM_PACKAGE} is not the expected file (its sha256 differs); {ALTERNATIVE}")
    voices = []
    with tarfile.open(path, "r:gz") as archive:
        for member in archive:
            name = member.name.removeprefix(NPM_FOLDER).removesuffix(".bin")
            if member.name != f"{NPM_FOLDER}{name}.bin" or not OFFICIAL_NAME.fullmatch(name) or not member.isreg():
                continue
            file = archive.extractfile(member)
            if file is not None:
                voices.append((name, member.name, file.read(pack.PACK_BYTES + 1)))
    return voices
