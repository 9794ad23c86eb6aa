"""Which files are voices: by name and place only, none is opened. For the catalogue, and for a shell's completion."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from ttsmesh import xdg
from ttsmesh.paths import data_dir

EXTENSIONS = (".bin", ".npy", ".npz", ".safetensors", ".pt")
"""In the order in which they are looked for, when files of one folder differ in nothing else."""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
"""What a voice's name looks like: no path, no formula, no option; what no file may be called, no voice can be."""

OFFICIAL_NAME = re.compile(r"[abefhijpz][fm]_[a-z0-9]{1,32}")
"""Names in Kokoro's way: the first letter is the language, the second the gender."""


def default_folder() -> Path:
    """``$XDG_DATA_HOME/ttsmesh/voices``."""
    return data_dir() / "voices"


def own_folder(setting: str) -> Path | None:
    """The folder that the setting ``voices_folder`` names, if it names one. Raises ``ConfigError``."""
    return Path(xdg.expanded(setting)) if setting else None


def folders(setting: str) -> list[Path]:
    """Where voices are looked for, the folder of the setting first. Raises ``ConfigError``."""
    own = own_folder(setting)
    return [default_folder()] if own is None else [own, default_folder()]


def scan(folders: Iterable[Path]) -> dict[str, Path]:
    """The voices in ``folders`` by name, sorted. A name that is found twice is the first folder's.

    Lists the folders each time (0.1 ms): a folder's mtime has steps of some ms, so by it a file could go unnoticed.
    """
    found: dict[str, Path] = {}
    for folder in folders:
        try:
            with os.scandir(folder) as entries:
                files = sorted(entry.name for entry in entries if entry.is_file())
        except OSError:
            continue
        here: dict[str, str] = {}
        for file in files:
            name, extension = os.path.splitext(file)
            if extension not in EXTENSIONS or not NAME.fullmatch(name):
                continue
            if name not in here or EXTENSIONS.index(extension) < EXTENSIONS.index(os.path.splitext(here[name])[1]):
                here[name] = file
        for name, file in here.items():
            found.setdefault(name, folder / file)
    return dict(sorted(found.items()))
