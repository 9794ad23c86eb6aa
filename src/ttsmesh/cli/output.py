"""Where a command saves: the output path as the servers need it, and the mode of the file."""

import os

from ttsmesh.audio import output_format
from ttsmesh.errors import Code, RejectedError, os_reason


def absolute(output: str) -> str:
    """``output`` from the caller's directory; the servers have their own."""
    if not output:
        raise RejectedError("the output file has no name", Code.OUTPUT)
    output_format(output)  # refuses what no server could write, before one is started
    path = os.path.join(current_directory(output), output)
    try:
        path.encode()
    except UnicodeEncodeError:
        raise RejectedError("the output path is not valid UTF-8", Code.OUTPUT) from None
    return path


def current_directory(path: str) -> str:
    """Where ``path`` begins, if it is relative; an absolute one needs no directory, and ours may be gone."""
    try:
        return "/" if os.path.isabs(path) else os.getcwd()
    except OSError as error:
        raise RejectedError(f"the current directory cannot be used: {os_reason(error)}", Code.OUTPUT) from None


def umask() -> int:
    """This process's, for the mode of a file that a server makes for us."""
    mask = os.umask(0o077)  # there is no call that only reads it
    os.umask(mask)
    return mask
