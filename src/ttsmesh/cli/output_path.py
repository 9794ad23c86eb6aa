"""The output path as the servers need it. Their directories and umasks are not the caller's.

``ttsmesh.host.output_file`` is the servers' part: whether the file can be made.
"""

import os

from ttsmesh.audio import output_format
from ttsmesh.errors import Code, RejectedError, os_reason


def absolute(output: str) -> str:
    """``output`` as an absolute path, from the caller's directory.

    Raises:
        RejectedError: no server could save under that name.
    """
    if not output:
        raise RejectedError("the output file has no name", Code.OUTPUT)
    output_format(output)
    path = os.path.join(current_directory(output), output)
    try:
        path.encode()
    except UnicodeEncodeError:
        raise RejectedError("the output path is not valid UTF-8", Code.OUTPUT) from None
    return path


def current_directory(path: str) -> str:
    """The directory in which a relative ``path`` begins. An absolute one needs none, so the caller's may be gone."""
    try:
        return "/" if os.path.isabs(path) else os.getcwd()
    except OSError as error:
        raise RejectedError(f"the current directory cannot be used: {os_reason(error)}", Code.OUTPUT) from None


def umask() -> int:
    """The caller's umask, by which a server sets the mode of the file that it makes."""
    mask = os.umask(0o077)  # no call only reads it
    os.umask(mask)
    return mask
