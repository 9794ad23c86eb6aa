"""Logging for the servers: one line an event, to stderr (the journal) or a size-capped file. Never the spoken text.

Messages of unexpected exceptions may quote their input, so tracebacks are logged as types and frames only.
"""

import logging
import logging.handlers
import os
import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

LOG_BYTES = 1024 * 1024
"""Of each of the two log files kept."""

LINE_BYTES = 1000
"""Of one captured line."""

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


logger = logging.getLogger(__name__)


class _Formatter(logging.Formatter):
    def formatMessage(self, record: logging.LogRecord) -> str:
        # asyncio adds lines with the representation of a failed task, and so with its exception's message.
        record.message = record.message.partition("\n")[0]
        return super().formatMessage(record)

    def formatException(self, ei: ExcInfo) -> str:
        _, error, trace = ei
        return "\n".join(_frames(error, trace)) if error is not None else ""


def _frames(error: BaseException, trace: TracebackType | None, indent: str = "  ") -> list[str]:
    lines = [f"{indent}{type(error).__module__}.{type(error).__qualname__}"]
    lines += [f"{indent}  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            lines += _frames(inner, inner.__traceback__, indent + "  ")
    elif error.__cause__ is not None:
        lines += _frames(error.__cause__, error.__cause__.__traceback__, indent)
    return lines


def _log_the_end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logger.critical("ended by an unexpected error", exc_info=(kind, error, trace))


def capture_stderr(loop: "AbstractEventLoop") -> None:
    """Log what this process's libraries and its children write to stderr, so that the log's size cap holds for all.

    Read by ``loop``, for as long as the process lasts.
    """
    ours, theirs = os.pipe()
    os.dup2(theirs, sys.stderr.fileno())
    os.close(theirs)
    os.set_blocking(ours, False)
    rest = bytearray()

    def read() -> None:
        rest.extend(os.read(ours, 65536))
        *lines, last = rest.split(b"\n")
        rest[:] = last[-LINE_BYTES:]
        for line in lines:
            if line.strip():
                logger.info("stderr: %s", line[:LINE_BYTES].decode(errors="replace"))

    loop.add_reader(ours, read)


def set_up(file: Path | None = None) -> None:
    """Send this process's log to ``file``, or to stderr."""
    handler: logging.Handler
    if file is None:
        handler = logging.StreamHandler(sys.stderr)
    else:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = logging.handlers.RotatingFileHandler(file, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8")
    handler.setFormatter(_Formatter("%(asctime)s.%(msecs)03d %(levelname)s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # Python's own hook prints the message as well.
    sys.excepthook = _log_the_end
