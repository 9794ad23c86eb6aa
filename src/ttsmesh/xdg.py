"""The user's home and base directories, by the XDG specification. As text: `say` may need one, and is in a hurry."""

import os

from ttsmesh.errors import ConfigError


def base(variable: str, *fallback: str) -> str:
    """The directory that ``variable`` names, else ``fallback`` in the home directory.

    Raises:
        ConfigError: the variable names none, and there is no home directory.
    """
    # The specification: a relative path in these variables is to be ignored.
    given = os.environ.get(variable, "")
    return given if os.path.isabs(given) else os.path.join(home(variable), *fallback)


def home(instead: str = "") -> str:
    """The user's home directory: HOME, else what the system's list of users says. ``instead`` would do as well.

    Raises:
        ConfigError: neither names one.
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


def expanded(path: str) -> str:
    """``path`` with the home directory for a ``~`` at its beginning. Raises ``ConfigError``."""
    first, slash, rest = path.partition("/")
    if first == "~":
        return home() + slash + rest
    whole = os.path.expanduser(path)
    if whole == path and first.startswith("~"):
        raise ConfigError(f"{path}: no user {first[1:]}")
    return whole
