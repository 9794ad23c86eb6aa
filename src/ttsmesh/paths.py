"""The user's home, and where ttsmesh keeps its files, by the XDG base directory specification.

Each function raises ``ConfigError`` if it needs a home directory and there is none. The ones that `say` may need give
text, because it must start quickly and does without ``pathlib``.
"""

import os
from typing import TYPE_CHECKING

from ttsmesh.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


def cache_dir() -> "Path":
    """The directory of files that can be made again: the prepared model."""
    return _own("XDG_CACHE_HOME", ".cache")


def data_dir() -> "Path":
    """The directory of the installed voices."""
    return _own("XDG_DATA_HOME", ".local", "share")


def config_dir() -> "Path":
    """The directory of ``config.toml``."""
    return _own("XDG_CONFIG_HOME", ".config")


def state_dir() -> "Path":
    """The directory of logs and measurements."""
    return _own("XDG_STATE_HOME", ".local", "state")


def _own(variable: str, *fallback: str) -> "Path":
    from pathlib import Path  # reason: `say` may import this module, and must start quickly

    return Path(base_dir(variable, *fallback), "ttsmesh")


def base_dir(variable: str, *fallback: str) -> str:
    """The directory that the environment's ``variable`` names, or else ``fallback`` in the home directory."""
    # The specification: a relative path in these variables is to be ignored.
    given = os.environ.get(variable, "")
    return given if os.path.isabs(given) else os.path.join(home(variable), *fallback)


def home(instead: str = "") -> str:
    """The user's home directory: HOME, or else what the system's list of users says.

    Without one, the error also names ``instead``, a variable that would do as well.
    """
    given = os.environ.get("HOME", "")
    if os.path.isabs(given):
        return given
    import pwd  # reason: hardly anybody needs it

    try:
        known = pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        known = ""
    if not os.path.isabs(known):
        raise ConfigError(f"no home directory; set HOME{' or ' if instead else ''}{instead}")
    return known


def nearest(path: "Path") -> "Path":
    """``path``, or the nearest directory above it that exists."""
    return next(place for place in (path, *path.parents) if place.exists())


def expanded(path: str) -> str:
    """``path`` with a home directory in the place of ``~``, or of ``~USER``, at its beginning."""
    first, slash, rest = path.partition("/")
    if first == "~":
        return home() + slash + rest
    whole = os.path.expanduser(path)
    if whole == path and first.startswith("~"):
        raise ConfigError(f"{path}: no user {first[1:]}")
    return whole
