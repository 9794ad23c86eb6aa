"""Finds the files that are voices, by name and place only, without opening any.

The catalogue of the model server (``model/voices/catalogue``) builds on it, and so does a shell's completion, which has
no time to load more. The process that sounds is another thing: the voice server (``voice/``).
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from ttsmesh.paths import data_dir, expanded

EXTENSIONS = (".bin", ".npy", ".npz", ".safetensors", ".pt")
"""Extensions of voice files. Of files in one folder that differ in nothing else, the first in this order counts."""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
"""A voice's name. It cannot be taken for a path, a formula or an option, and a file can always have it."""

OFFICIAL_NAME = re.compile(r"[abefhijpz][fm]_[a-z0-9]{1,32}")
"""A name in Kokoro's way: the first letter is the language's, the second the gender's."""


def default_folder() -> Path:
    """``$XDG_DATA_HOME/ttsmesh/voices``."""
    return data_dir() / "voices"


def own_folder(setting: str) -> Path | None:
    """The folder that the setting ``voices_folder`` names, None if it is empty. Raises ``ConfigError``."""
    return Path(expanded(setting)) if setting else None


def folders(setting: str) -> list[Path]:
    """The folders in which voices are looked for, that of the setting first. Raises ``ConfigError``."""
    own = own_folder(setting)
    return [default_folder()] if own is None else [own, default_folder()]


def scan(folders: Iterable[Path]) -> dict[str, Path]:
    """The files of the voices in ``folders``, by name, sorted. If two folders have a name, the first one counts.

    The folders are listed each time (0.1 ms). By a folder's mtime, which has steps of some ms, a file could be missed.
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
