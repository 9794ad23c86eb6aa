"""Where ttsmesh keeps its files, by the XDG base directory rules. Pure but for reading the environment."""

import os
from pathlib import Path


def _base(variable: str, *fallback: str) -> Path:
    # The specification: a relative path in these variables is to be ignored.
    given = os.environ.get(variable, "")
    root = Path(given) if Path(given).is_absolute() else Path.home().joinpath(*fallback)
    return root / "ttsmesh"


def cache_dir() -> Path:
    """Prepared model files: can be made again."""
    return _base("XDG_CACHE_HOME", ".cache")


def data_dir() -> Path:
    """Installed voices."""
    return _base("XDG_DATA_HOME", ".local", "share")


def config_dir() -> Path:
    """``config.toml``."""
    return _base("XDG_CONFIG_HOME", ".config")


def state_dir() -> Path:
    """Logs and measurements."""
    return _base("XDG_STATE_HOME", ".local", "state")
