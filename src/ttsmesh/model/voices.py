"""The voice catalogue: which voices there are, and the style table of each."""

import difflib
import os
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ttsmesh.errors import Code, ConfigError, Rejected
from ttsmesh.limits import ECHO, MAX_PHONEMES
from ttsmesh.model.engine import STYLE_SIZE, Floats
from ttsmesh.paths import data_dir

PACK_BYTES = MAX_PHONEMES * STYLE_SIZE * 4
"""A voice pack is float32 [510, 1, 256], little endian, without a header: row n - 1 for n phonemes."""

STYLE_MAX = 100.0
"""The official packs stay within 3.2; what is beyond this is no style."""

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

NAME = re.compile(r"[abefhijpz][fm]_[a-z0-9]{1,32}")
"""What a voice's name looks like; no file of another name is a voice, and so no path can be one either."""


@dataclass(frozen=True, slots=True)
class VoiceInfo:
    """What a voice's name tells about it."""

    name: str
    language: str
    gender: str


class Catalogue:
    """The voices in one directory, ``NAME.bin`` each. Files that come or go are noticed. Methods are thread-safe."""

    def __init__(self, directory: Path | None = None) -> None:
        self.directory = directory or default_directory()
        self._lock = threading.Lock()
        self._packs: OrderedDict[str, tuple[tuple[int, int], Floats]] = OrderedDict()

    def names(self) -> tuple[str, ...]:
        """All voices, sorted; empty when none is installed.

        Lists the directory each time (0.1 ms): its mtime has steps of some ms, so by it a file could go unnoticed.
        """
        try:
            with os.scandir(self.directory) as entries:
                files = [entry.name for entry in entries if entry.name.endswith(".bin") and entry.is_file()]
        except OSError:
            return ()
        return tuple(sorted(name for file in files if NAME.fullmatch(name := file.removesuffix(".bin"))))

    def check(self, name: str) -> None:
        """Raise ``Rejected`` for a voice that is not there, with the nearest ones; ``ConfigError`` if there is none."""
        names = self.names()
        if name in names:
            return
        if not names:
            raise ConfigError(f"no voices in {self.directory}; run: ttsmesh setup")
        near = difflib.get_close_matches(name[:64], names, n=3, cutoff=0.5) or [DEFAULT_VOICE]
        shown = "".join(c if c.isprintable() else "?" for c in name[:ECHO])
        raise Rejected(f"no voice {shown!r}; nearest: {', '.join(near)} (ttsmesh voices lists all)", Code.VOICE)

    def info(self, name: str) -> VoiceInfo:
        """Raises as ``check`` does."""
        self.check(name)
        return VoiceInfo(name, LANGUAGES[name[0]], GENDERS[name[1]])

    def load(self, name: str) -> Floats:
        """The style table of ``name``, float32 [510, 256], read-only.

        Raises as ``check`` does, and ``ConfigError`` naming a file that is damaged or cannot be read.
        """
        self.check(name)
        path = self.directory / f"{name}.bin"
        try:
            stat = path.stat()
        except OSError as error:
            raise ConfigError(f"cannot read voice {path}: {error.strerror}") from error
        version = (stat.st_mtime_ns, stat.st_size)
        with self._lock:
            kept = self._packs.get(name)
            if kept is None or kept[0] != version:
                kept = self._packs[name] = (version, read_pack(path))
            self._packs.move_to_end(name)
            while len(self._packs) > PACKS_KEPT:
                self._packs.popitem(last=False)
            return kept[1]


def default_directory() -> Path:
    """``$XDG_DATA_HOME/ttsmesh/voices``."""
    return data_dir() / "voices"


def read_pack(path: Path) -> Floats:
    """The style table in ``path``, float32 [510, 256], read-only. Raises ``ConfigError`` naming a bad file."""
    try:
        with path.open("rb") as file:
            data = file.read(PACK_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"cannot read voice {path}: {error.strerror}") from error
    try:
        return parse_pack(data)
    except ValueError as error:
        raise ConfigError(f"voice {path} is damaged: {error}; run: ttsmesh setup") from error


def parse_pack(data: bytes) -> Floats:
    """The style table in a file's bytes, of which nothing is ever executed. ``ValueError`` says what is wrong."""
    if len(data) != PACK_BYTES:
        raise ValueError(f"its size is not {PACK_BYTES} bytes")
    pack = np.frombuffer(data, "<f4").reshape(MAX_PHONEMES, STYLE_SIZE)
    if not (np.isfinite(pack).all() and np.abs(pack).max() <= STYLE_MAX and pack.any()):
        raise ValueError("its numbers are no style")
    return pack
