"""The voice catalogue: which voices are installed, what is known about them, and the style table of each.

Its neighbours: ``voice_files`` (at the root) finds the files by name and place, ``pack`` reads one, ``blend`` parses
formulas, ``save`` writes a blend as a new voice. A voice *server* is something else: the process that sounds.
"""

import difflib
import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ttsmesh.config import Settings
from ttsmesh.errors import Code, ConfigError, RejectedError, os_reason, quoted
from ttsmesh.host.offload import Worker
from ttsmesh.languages import BY_LETTER, language_code
from ttsmesh.model.engine.protocol import Floats, Speaker
from ttsmesh.model.voices import blend as blends, loudness
from ttsmesh.model.voices.pack import metadata, read_pack
from ttsmesh.voice_files import OFFICIAL_NAME, default_folder, own_folder, scan

PACKS_KEPT = 16
"""Packs that are kept in memory, 0.5 MB each."""

DEFAULT_VOICE = "af_heart"

GENDERS = {"f": "female", "m": "male"}
"""Genders by the second letter of an official voice's name. The first one is the language's."""

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
"""The voice of each language: the best graded of its official ones."""

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
"""The 54 voices of Kokoro-82M v1.0."""


@dataclass(frozen=True, slots=True)
class VoiceInfo:
    """What is known about a voice. ``language`` is one of ``LANGUAGES``, or empty, and ``gender`` may be empty, too.

    ``official``: it is one of Kokoro's 54.
    """

    name: str
    language: str
    gender: str
    official: bool = True
    path: str = ""


@dataclass(frozen=True, slots=True)
class FoundVoice:
    """A voice, or a blend, and where its files were when it was looked for.

    ``name``: of a blend the one way to write it. ``parts``: the voices of the blend, the heaviest first, each with its
    file and its weight.
    """

    name: str
    parts: tuple[tuple[Path, float], ...]


_Version = tuple[int, int, int]


class Catalogue:
    """The voices in some folders. Files that come or go are noticed.

    Methods are thread-safe. All but the constructor ask the file system, so an event loop calls them through ``files``.
    Each call that gets a name lists the folders. A caller that needs several answers calls ``find`` once, and passes
    its result on.

    Args:
        directory: the folder where set-up installs the official voices, and where a user's own may be, too.
        folder: another folder, whose voices take precedence.
        languages: the languages of voices whose names do not tell it.
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
        """The names of all voices, sorted. Their files may be damaged."""
        return tuple(scan(self._folders))

    def path(self, name: str) -> Path | None:
        """The file of a voice; None where it has none."""
        return scan(self._folders).get(name)

    def find(self, voice: str | FoundVoice) -> FoundVoice:
        """The voice or blend of that name; ``voice`` itself if it was found before.

        Raises ``RejectedError``, with the nearest names, for an unknown voice; ``ConfigError`` if none is installed.
        """
        if isinstance(voice, FoundVoice):
            return voice
        files = scan(self._folders)
        blend = blends.parse(voice) if blends.is_formula(voice) else ((voice, 1.0),)
        return FoundVoice(blends.canonical(blend), tuple((self._file(name, files), share) for name, share in blend))

    def info(self, voice: str | FoundVoice) -> VoiceInfo:
        """What is known about ``voice``. The language of a blend is that of its heaviest voice. Raises as ``find``."""
        found = self.find(voice)
        infos = [self._info(path) for path, _ in found.parts]
        if len(infos) == 1:
            return infos[0]
        genders = {info.gender for info in infos}
        return VoiceInfo(found.name, infos[0].language, genders.pop() if len(genders) == 1 else "", official=False)

    def load(self, voice: str | FoundVoice) -> Floats:
        """The style table of ``voice``, float32 [510, 256], read-only.

        Raises as ``find`` does, and ``ConfigError`` naming a file that is damaged or cannot be read.
        """
        packs = [(share, self._load(path)) for path, share in self.find(voice).parts]
        if len(packs) == 1:
            return packs[0][1]
        table: Floats = np.sum([np.float32(share) * pack for share, pack in packs], axis=0, dtype=np.float32)
        table.flags.writeable = False
        return table

    def speaker(self, voice: str | FoundVoice) -> Speaker:
        """``voice`` as engines take it, with its shares where all of its parts are official voices. Raises as ``load``
        does."""
        found = self.find(voice)
        official = all(self._is_official(path) for path, _ in found.parts)
        return Speaker(self.load(found), {path.stem: share for path, share in found.parts} if official else {})

    def version(self, voice: str | FoundVoice) -> Hashable:
        """A value that changes whenever what ``load`` gives may have changed. Raises as ``load`` does."""
        return tuple(_version(path) for path, _ in self.find(voice).parts)

    def loudness(self, voice: str | FoundVoice) -> float | None:
        """The measured LUFS of an official voice; None for a blend and for any other voice. Raises as ``find`` does."""
        found = self.find(voice)
        official = len(found.parts) == 1 and self._is_official(found.parts[0][0])
        return loudness.measured()[found.name] if official else None

    def entries(self) -> Iterator[tuple[VoiceInfo, str | None]]:
        """Every voice, and the fault of its file if it has one. Each file that has changed is read, in 1 ms."""
        for path in scan(self._folders).values():
            try:
                version = _version(path)
                known = self._faults.get(path)
                if known is None or known[0] != version:
                    known = self._faults[path] = (version, self._fault(path))
                yield self._info(path), known[1]
            except ConfigError:  # the file has just gone
                continue

    def _file(self, name: str, files: Mapping[str, Path]) -> Path:
        if name in files:
            return files[name]
        if not files:
            raise ConfigError(f"no voices in {self.directory}; run: ttsmesh setup")
        near = difflib.get_close_matches(name[:64], files, n=3, cutoff=0.5) or [DEFAULT_VOICE]
        raise RejectedError(
            f"no voice {quoted(name)}; nearest: {', '.join(near)} (ttsmesh voices lists all)", Code.VOICE
        )

    def _info(self, path: Path) -> VoiceInfo:
        name = path.stem
        language, gender = self._languages.get(name, ""), ""
        if OFFICIAL_NAME.fullmatch(name):
            language, gender = language or BY_LETTER[name[0]], GENDERS[name[1]]
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
    """The code of the language that a file names; empty if the mesh does not speak it."""
    try:
        return language_code(name)
    except RejectedError:
        return ""


def _version(path: Path) -> _Version:
    try:
        stat = path.stat()
    except OSError as error:
        raise ConfigError(f"cannot read voice {path}: {os_reason(error)}") from error
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def catalogue(settings: Settings) -> Catalogue:
    """The catalogue of the voices in the folders that the settings name."""
    return Catalogue(folder=own_folder(settings.voices_folder), languages=settings.languages())
