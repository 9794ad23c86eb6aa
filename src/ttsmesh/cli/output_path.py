"""The output path as the servers need it. Their directories and umasks are not the caller's.

``ttsmesh.host.output_file`` is the servers' part: whether the file can be made.
"""

import contextlib
import os

from ttsmesh.errors import Code, RejectedError, os_reason, quoted
from ttsmesh.host.output_file import refuse_special
from ttsmesh.output_formats import format_of

STREAMS = ("/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/self/fd/")
"""How the names of a process's own open files begin: to a server they are files of its own."""


def absolute(output: str, format: str | None = None) -> str:
    """``output`` as an absolute path, from the caller's directory. Without ``format`` its extension is to name one.

    Raises:
        RejectedError: no server could save under that name.
    """
    if not output:
        raise RejectedError("the output file has no name", Code.OUTPUT)
    if output == "-" or output.startswith(STREAMS):
        raise RejectedError(
            f"{quoted(output)} is no file: only say writes to the standard output, with -o -", Code.OUTPUT
        )
    path = os.path.join(current_directory(output), output)
    if format is None:
        _check_name(path)
    try:
        path.encode()
    except UnicodeEncodeError:
        raise RejectedError("the output path is not valid UTF-8", Code.OUTPUT) from None
    return path


def _check_name(path: str) -> None:
    try:
        format_of(path)
    except RejectedError:
        # Of a FIFO or a device the name is not what is wrong.
        with contextlib.suppress(OSError, ValueError):
            refuse_special(path, os.lstat(path))
        raise


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
