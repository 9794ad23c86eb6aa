"""Where the weights for PyTorch are: the official file, or the one that all engines can use.

The official file is the better one, since nothing in it was rounded to 8 bits. Nothing here downloads anything.
"""

import os
import zipfile
from dataclasses import dataclass
from pathlib import Path

from ttsmesh.errors import ConfigError
from ttsmesh.model.build.weights_packages import WEIGHTS_FILE, WeightsError, find_installed, read_weights
from ttsmesh.paths import cache_dir, expanded, home

REPOSITORY = "hexgrad/Kokoro-82M"
"""The official repository on the Hugging Face hub."""

OFFICIAL_FILE = "kokoro-v1_0.pth"


@dataclass(frozen=True, slots=True)
class Weights:
    """Files, and whether they are one official file, or together the one that is shipped in packages."""

    paths: list[Path]
    official: bool

    def __str__(self) -> str:
        place = str(self.paths[0]) if len(self.paths) == 1 else "the installed packages"
        return f"{'official' if self.official else 'shipped, from 8 bits'}: {place}"


def find(setting: str = "") -> Weights:
    """The weights to use: those in the file ``setting``, the hub's in its client's cache, or the shipped ones.

    It looks at names and sizes only. Raises ``ConfigError`` with advice.
    """
    if setting:
        path = Path(expanded(setting))
        if not path.is_file():
            raise ConfigError(f"no file {path}; it is kokoro_weights in config.toml")
        return Weights([path], official=True)
    if (official := in_hub_cache()) is not None:
        return Weights([official], official=True)
    try:
        return Weights(find_installed(), official=False)
    except WeightsError as error:
        if kept().is_file():
            return Weights([kept()], official=False)
        raise ConfigError(f"{error.problem}; run: ttsmesh setup --engine kokoro") from error


def examine(found: Weights) -> None:
    """Raise ``ConfigError`` if ``found`` is damaged. Of the official file only PyTorch sees more than a cut one."""
    if not found.official:
        read_weights(found.paths)
    elif not zipfile.is_zipfile(found.paths[0]):
        raise ConfigError(f"{found.paths[0]} is not a file of Kokoro's weights, or it is cut short")


def kept() -> Path:
    """Where ``ttsmesh setup`` keeps the shipped weights that it had to fetch. They are checked when they are read."""
    return cache_dir() / WEIGHTS_FILE


def in_hub_cache() -> Path | None:
    """The official file that the hub's client has downloaded last, if any. The client takes a second to import."""
    cache = os.environ.get("HF_HUB_CACHE") or os.path.join(_hub_home(), "hub")
    repository = Path(cache, f"models--{REPOSITORY.replace('/', '--')}")
    found = [path for path in repository.glob(f"snapshots/*/{OFFICIAL_FILE}") if path.is_file()]
    return max(found, key=lambda path: path.stat().st_mtime, default=None)


def _hub_home() -> str:
    """As the client finds it."""
    given = os.environ.get("HF_HOME")
    return given or os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.join(home(), ".cache"), "huggingface")
