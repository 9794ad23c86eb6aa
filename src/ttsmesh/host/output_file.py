"""What can be known of an output file before anything is rendered. Asks the file system: some 20 us on a local disk."""

import os
import stat
from pathlib import PurePath

from ttsmesh.audio import output_format
from ttsmesh.errors import Code, RejectedError


def check_target(path: str, force: bool) -> None:
    """Refuse a ``path`` that cannot become a new file (with ``force``: a replaced one) in a directory we may write to.

    Rejected with ``exists`` or ``output``, and a reason that does not repeat the path. It promises nothing: whoever
    publishes the file looks again.
    """
    if not path.startswith("/") or "\0" in path:
        raise RejectedError("the output path is not an absolute file name", Code.OUTPUT)
    if path.endswith(("/", "/.", "/..")):
        raise RejectedError("the output path names a directory", Code.OUTPUT)
    output_format(path)
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        _check_directory(os.fspath(PurePath(path).parent))
        return
    except OSError as error:
        raise RejectedError(f"the output file cannot be made: {error.strerror}", Code.OUTPUT) from None
    refuse_special(path, found)
    if not force:
        raise RejectedError("the output file exists; --force replaces it", Code.EXISTS)
    _check_directory(os.fspath(PurePath(path).parent))


def refuse_special(path: str, found: os.stat_result) -> None:
    """Only plain files are ever replaced: no directory, FIFO, socket or device, nor a symbolic link to one of them."""
    mode = found.st_mode
    if stat.S_ISLNK(mode):
        try:
            mode = os.stat(path).st_mode
        except OSError:
            return  # dangling: the link itself is what would be replaced
    if stat.S_ISDIR(mode):
        raise RejectedError("the output path is a directory", Code.OUTPUT)
    if not stat.S_ISREG(mode):
        raise RejectedError("the output path is not a regular file", Code.OUTPUT)


def _check_directory(directory: str) -> None:
    try:
        found = os.stat(directory)
    except FileNotFoundError:
        raise RejectedError("the output file's directory does not exist", Code.OUTPUT) from None
    except OSError as error:
        raise RejectedError(f"the output file's directory cannot be used: {error.strerror}", Code.OUTPUT) from None
    if not stat.S_ISDIR(found.st_mode):
        raise RejectedError("the output file's directory is not a directory", Code.OUTPUT)
    if not os.access(directory, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids):
        read_only = os.statvfs(directory).f_flag & os.ST_RDONLY
        reason = "is on a read-only file system" if read_only else "is not writable"
        raise RejectedError(f"the output file's directory {reason}", Code.OUTPUT)
