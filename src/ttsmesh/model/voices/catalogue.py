"""The voice catalogue: which voices there are, what is known of them, and the style table of each."""

import difflib
import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ttsmesh.config import Settings
from ttsmesh.errors import Code, ConfigError, RejectedError, quoted
from ttsmesh.host.offload import Worker
from ttsmesh.languages import language_code
from ttsmesh.model.engine.protocol import Floats
from ttsmesh.model.voices import blend as blends, loudness as levels
from ttsmesh.model.voices.pack import metadata, read_pack
from ttsmesh.voice_files import OFFICIAL_NAME, default_folder, own_folder, scan

PACKS_KEPT = 16
"""Packs in memory, 0.5 MB each."""

DEFAULT_VOICE = "af_heart"

LANGUAGES = {
    "a": "en-us",
    "b": "en-gb",
    "e": "es",
    "f": "fr-fr",
    "h": "hi",
    "i": "it",
    "j": "ja",
    "p": "pt-br",
    "z": "zh",
}
"""A voice's language by the first letter of its name."""

GENDERS = {"f": "female", "m": "male"}
"""By the second letter."""

DEFAULT_VOICES = {
    "en-us": DEFAULT_VOICE,
    "en-gb": "bf_emma",
    "es": "ef_dora",
    "fr-fr": "ff_siwis",
    "hi": "hf_alpha",
    "it": "if_sara",
    "ja": "jf_alpha",
    "pt-br": "pf_dora",
    "zh": "zf_xiaobei",
}
"""By language: the best graded of its official voices."""

_NAMES = {
    "af": "alloy aoede bella heart jessica kore nicole nova river sarah sky",
    "am": "adam echo eric fenrir liam michael onyx puck santa",
    "bf": "alice emma isabella lily",
    "bm": "daniel fable george lewis",
    "ef": "dora",
    "em": "alex santa",
    "ff": "siwis",
    "hf": "alpha beta",
    "hm": "omega psi",
    "if": "sara",
    "im": "nicola",
    "jf": "alpha gongitsune nezumi tebukuro",
    "jm": "kumo",
    "pf": "dora",
    "pm": "alex santa",
    "zf": "xiaobei xiaoni xiaoxiao xiaoyi",
    "zm": "yunjian yunxi yunxia yunyang",
}

OFFICIAL = tuple(f"{kind}_{name}" for kind, names in _NAMES.items() for name in names.split())
"""Kokoro-82M v1.0's 54 voices."""


@dataclass(frozen=True, slots=True)
class VoiceInfo:
    """What is known of a voice. ``language`` and ``gender`` may be empty; ``official``: one of Kokoro's 54."""

    name: str
    language: str
    gender: str
    official: bool = True
    path: str = ""


_Version = tuple[int, int, int]


class Catalogue:
    """The voices in some folders. Files that come or go are noticed. Methods are thread-safe, and all but the
    constructor ask the file system: an event loop has them called by ``files``.

    Args:
        directory: where set-up installs the official ones; the user's own may be there too.
        folder: another one, which goes first.
        languages: of voices whose names do not say it.
    """

    def __init__(
        self, directory: Path | None = None, folder: Path | None = None, languages: Mapping[str, str] | None = None
    ) -> None:
        self.directory = directory or default_folder()
        self._folders = [self.directory] if folder is None else [folder, self.directory]
        self._languages = languages or {}
        self.files = Worker("the disk with the voices")
        self._lock = threading.Lock()
        self._packs: OrderedDict[Path, tuple[_Version, Floats]] = OrderedDict()
        self._faults: dict[Path, tuple[_Version, str | None]] = {}

    def names(self) -> tuple[str, ...]:
        """All voices, sorted; empty when none is installed. Their files may yet be damaged."""
        return tuple(scan(self._folders))

    def check(self, name: str) -> None:
        """Raise ``RejectedError``, with the nearest names, for a voice that is not there; ``ConfigError`` without voices."""
        for part, _ in self._parts(name):
            self._path(part)

    def path(self, name: str) -> Path | None:
        """The file of a voice, None where there is none."""
        return scan(self._folders).get(name)

    def canonical(self, name: str) -> str:
        """``name``, or the one way to write the blend that it is. Raises as ``check`` does."""
        self.check(name)
        return blends.canonical_name(name)

    def info(self, name: str) -> VoiceInfo:
        """Of a blend: the language of its heaviest voice. Raises as ``check`` does."""
        infos = [self._info(part, self._path(part)) for part, _ in self._parts(name)]
        if not blends.is_formula(name):
            return infos[0]
        return VoiceInfo(name, infos[0].language, blends.common(info.gender for info in infos), official=False)

    def load(self, name: str) -> Floats:
        """The style table of ``name``, float32 [510, 256], read-only.

        Raises as ``check`` does, and ``ConfigError`` naming a file that is damaged or cannot be read.
        """
        parts = [(share, self._load(self._path(part))) for part, share in self._parts(name)]
        if len(parts) == 1:
            return parts[0][1]
        table: Floats = np.sum([np.float32(share) * pack for share, pack in parts], axis=0, dtype=np.float32)
        table.flags.writeable = False
        return table

    def version(self, name: str) -> Hashable:
        """Another one whenever what ``load`` gives may be another. Raises as ``check`` does."""
        return tuple(_version(self._path(part)) for part, _ in self._parts(name))

    def loudness(self, name: str) -> float | None:
        """LUFS of an official voice, unlevelled, as measured; None of a blend and of any other. Raises as ``check``
        does."""
        if blends.is_formula(name) or not self._is_official(self._path(name)):
            return None
        return levels.measured()[name]

    def entries(self) -> Iterator[tuple[VoiceInfo, str | None]]:
        """Every voice, and what is wrong with it if anything. Reads each file that has changed: 1 ms."""
        for name, path in scan(self._folders).items():
            try:
                version = _version(path)
                known = self._faults.get(path)
                if known is None or known[0] != version:
                    known = self._faults[path] = (version, self._fault(path))
                yield self._info(name, path), known[1]
            except ConfigError:  # it has just gone
                continue

    def _parts(self, name: str) -> blends.Blend:
        return blends.parse(name) if blends.is_formula(name) else ((name, 1.0),)

    def _path(self, name: str) -> Path:
        files = scan(self._folders)
        if name in files:
            return files[name]
        if not files:
            raise ConfigError(f"no voices in {self.directory}; run: ttsmesh setup")
        near = difflib.get_close_matches(name[:64], files, n=3, cutoff=0.5) or [DEFAULT_VOICE]
        raise RejectedError(
            f"no voice {quoted(name)}; nearest: {', '.join(near)} (ttsmesh voices lists all)", Code.VOICE
        )

    def _info(self, name: str, path: Path) -> VoiceInfo:
        language, gender = self._languages.get(name, ""), ""
        if OFFICIAL_NAME.fullmatch(name):
            language, gender = language or LANGUAGES[name[0]], GENDERS[name[1]]
        said = metadata(path)
        language = language or _known_language(said.get("language", ""))
        if said.get("gender") in GENDERS.values():
            gender = gender or said["gender"]
        return VoiceInfo(name, language, gender, self._is_official(path), str(path))

    def _is_official(self, path: Path) -> bool:
        return path.parent == self.directory and path.suffix == ".bin" and path.stem in OFFICIAL

    def _load(self, path: Path) -> Floats:
        version = _version(path)
        with self._lock:
            kept = self._packs.get(path)
            if kept is None or kept[0] != version:
                kept = self._packs[path] = (version, self._read(path))
            self._packs.move_to_end(path)
            while len(self._packs) > PACKS_KEPT:
                self._packs.popitem(last=False)
            return kept[1]

    def _read(self, path: Path) -> Floats:
        try:
            return read_pack(path)
        except ConfigError as error:
            advice = "; run: ttsmesh setup" if self._is_official(path) else ""
            raise ConfigError(error.message + advice) from error

    def _fault(self, path: Path) -> str | None:
        try:
            self._read(path)
        except ConfigError as error:
            return error.message
        return None


def _known_language(name: str) -> str:
    """The code that a file means; empty where it means none of ours."""
    try:
        return language_code(name)
    except RejectedError:
        return ""


def _version(path: Path) -> _Version:
    try:
        stat = path.stat()
    except OSError as error:
        raise ConfigError(f"cannot read voice {path}: {error.strerror}") from error
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def catalogue(settings: Settings) -> Catalogue:
    """The voices that these settings mean."""
    return Catalogue(folder=own_folder(settings.voices_folder), languages=settings.languages())
