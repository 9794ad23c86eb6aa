"""Where ttsmesh keeps its files, by the XDG base directory rules. Each raises ``ConfigError`` without a home directory
that it needs."""

from pathlib import Path

from ttsmesh import xdg


def _base(variable: str, *fallback: str) -> Path:
    return Path(xdg.base(variable, *fallback), "ttsmesh")


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
