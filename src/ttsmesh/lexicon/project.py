"""Finds the lexicon of the project that the caller is in. Blocking."""

import os
import stat

FILE_NAME = ".ttsmesh-lexicon.toml"
"""The name of a project's lexicon, in the project's top directory or in one below it."""

_MOST = 64
"""Directories that are looked in."""


def project_lexicon(directory: str) -> str | None:
    """The absolute path of the nearest project lexicon, in ``directory``, an absolute path, or in one above it.

    The home directory is the last that is looked in, and so is one that may not be read. A file counts only if it
    belongs to the user or to root: anybody may put one into /tmp. Takes one `stat` for each directory.
    """
    home = os.environ.get("HOME") or os.path.expanduser("~")
    for _ in range(_MOST):
        path = os.path.join(directory, FILE_NAME)
        try:
            found = os.stat(path)
        except (FileNotFoundError, NotADirectoryError):
            pass
        except (OSError, ValueError):
            return None
        else:
            return path if stat.S_ISREG(found.st_mode) and found.st_uid in (os.getuid(), 0) else None
        above = os.path.dirname(directory)
        if above == directory or os.path.normpath(directory) == os.path.normpath(home):
            return None
        directory = above
    return None
