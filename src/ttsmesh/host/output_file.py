"""Whether an output file can be made, before anything is rendered. It asks the file system, some 20 us on a local disk.

``ttsmesh.cli.output_path`` is the client's part: the path itself.
"""

import os
import stat

from ttsmesh.errors import Code, RejectedError, os_reason


def check_target(path: str, force: bool) -> None:
    """Refuse a ``path`` that cannot become a new file, or with ``force`` a replaced one, in a writable directory.

    The reason does not repeat the path. Much may change until the file is published, so it is looked at again then.
    """
    if not path.startswith("/") or "\0" in path:
        raise RejectedError("the output path is not an absolute file name", Code.OUTPUT)
    if path.endswith(("/", "/.", "/..")):
        raise RejectedError("the output path names a directory", Code.OUTPUT)
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        _check_directory(os.path.dirname(path))
        return
    except OSError as error:
        raise RejectedError(f"the output file cannot be made: {os_reason(error)}", Code.OUTPUT) from None
    refuse_special(path, found)
    if not force:
        raise RejectedError("the output file exists; --force replaces it", Code.EXISTS)
    _check_directory(os.path.dirname(path))


def refuse_special(path: str, found: os.stat_result) -> None:
    """Refuse to replace anything but a plain file: no directory, FIFO, socket or device, nor a symbolic link to one."""
    mode = found.st_mode
    if stat.S_ISLNK(mode):
        try:
            mode = os.stat(path).st_mode
        except OSError:
            return  # it leads nowhere: the link itself would be replaced
    if stat.S_ISDIR(mode):
        raise RejectedError("the output path is a directory", Code.OUTPUT)
    if stat.S_ISFIFO(mode) or stat.S_ISCHR(mode):
        kind = "FIFO" if stat.S_ISFIFO(mode) else "device"
        raise RejectedError(
            f"the output path is a {kind}: say -o - writes to the standard output, so > leads there", Code.OUTPUT
        )
    if not stat.S_ISREG(mode):
        raise RejectedError("the output path is not a regular file", Code.OUTPUT)


def _check_directory(directory: str) -> None:
    try:
        found = os.stat(directory)
    except FileNotFoundError:
        raise RejectedError("the output file's directory does not exist", Code.OUTPUT) from None
    except OSError as error:
        raise RejectedError(f"the output file's directory cannot be used: {os_reason(error)}", Code.OUTPUT) from None
    if not stat.S_ISDIR(found.st_mode):
        raise RejectedError("the output file's directory is not a directory", Code.OUTPUT)
    if not os.access(directory, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids):
        read_only = os.statvfs(directory).f_flag & os.ST_RDONLY
        reason = "is on a read-only file system" if read_only else "is not writable"
        raise RejectedError(f"the output file's directory {reason}", Code.OUTPUT)
