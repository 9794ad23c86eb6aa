"""Logging for the servers: one line for each event, to stderr (the journal) or to a file of bounded size.

No log has the spoken text. Messages of unexpected exceptions may quote their input, so tracebacks are logged as types
and frames only.
"""

import contextlib
import fcntl
import logging
import logging.handlers
import os
import queue
import sys
import threading
import traceback
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType

LOG_BYTES = 1024 * 1024
"""Bytes of each of the two log files that are kept, at most."""

WRITE_TIMEOUT = 0.25
"""Seconds that a thread which logs waits until its line is written. Then it leaves that to the log's own thread."""

MAX_WAITING = 1000
"""Lines that wait for a disk that does not respond, at most. Further ones are lost, and counted."""

LINE_BYTES = 1000
"""Bytes of one captured line that are logged. The rest is dropped."""

PIPE_BYTES = 1024 * 1024
"""Bytes that a native library may write to stderr in one call. It may hold Python's lock, so nobody reads meanwhile."""

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


logger = logging.getLogger(__name__)


class _Formatter(logging.Formatter):
    def formatMessage(self, record: logging.LogRecord) -> str:
        # asyncio adds lines with the representation of a failed task, in which its exception's message is.
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


class _LogFile(logging.handlers.RotatingFileHandler):
    """A log file that loses lines if the disk is full, and tells afterwards how many.

    It makes itself, and its directory, again when they were removed.
    """

    def __init__(self, file: Path) -> None:
        super().__init__(file, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8", delay=True)
        self.lost = 0

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return super()._open()

    def emit(self, record: logging.LogRecord) -> None:
        if self.stream is not None and not self._finds_itself(self.stream):
            self._release()
        if lost := self.lost:
            message = "%d lines of this log could not be written"
            super().emit(logging.LogRecord(__name__, logging.WARNING, __file__, 0, message, (lost,), None))
            self.lost = 0 if self.lost == lost else lost
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:
        # Python's own method prints a traceback to stderr, which `capture_stderr` has logged, and so on for ever.
        self.lost += 1
        self._release()  # not used again, because its buffer may hold part of the line

    def _finds_itself(self, stream: TextIOWrapper) -> bool:
        """Whether the open file is still the one that a reader of the log finds."""
        try:
            return os.path.samestat(os.stat(self.baseFilename), os.fstat(stream.fileno()))
        except OSError:
            return False

    def _release(self) -> None:
        stream, self.stream = self.stream, None
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()


class _OwnThread(logging.Handler):
    """Writes into a log file in a thread of its own: an event loop that logs does not wait for a disk that has died.

    The caller waits for its line, unless the disk is late already, so a log that can be written is never behind.
    """

    def __init__(self, file: _LogFile) -> None:
        super().__init__()
        self._file = file
        self._late = False
        self._lines: queue.Queue[tuple[logging.LogRecord, threading.Event] | None] = queue.Queue(MAX_WAITING)
        self._thread = threading.Thread(target=self._write, name="log", daemon=True)
        self._thread.start()

    def setFormatter(self, fmt: logging.Formatter | None) -> None:
        super().setFormatter(fmt)
        self._file.setFormatter(fmt)

    def emit(self, record: logging.LogRecord) -> None:
        written = threading.Event()
        try:
            self._lines.put_nowait((record, written))
        except queue.Full:
            self._file.lost += 1
            return
        if not self._late:
            self._late = not written.wait(WRITE_TIMEOUT)

    def close(self) -> None:
        with contextlib.suppress(queue.Full):
            self._lines.put_nowait(None)
            self._thread.join(WRITE_TIMEOUT)
        super().close()

    def _write(self) -> None:
        while (line := self._lines.get()) is not None:
            record, written = line
            self._file.emit(record)
            written.set()
            if self._lines.empty():
                self._late = False
        self._file.close()


def capture_stderr() -> None:
    """Log what libraries of this process and its children write to stderr, so that the log's bound holds for all.

    A thread reads it for as long as the process lasts, because the event loop itself may be what writes.
    """
    ours, theirs = os.pipe()
    with contextlib.suppress(OSError):  # the user has too many large pipes already
        fcntl.fcntl(theirs, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    os.dup2(theirs, sys.stderr.fileno())
    os.close(theirs)
    threading.Thread(target=_log_lines, args=(ours,), name="stderr", daemon=True).start()


def _log_lines(descriptor: int) -> None:
    rest = b""
    while data := os.read(descriptor, 65536):
        *lines, rest = (rest + data).split(b"\n")
        rest = rest[-LINE_BYTES:]
        for line in lines:
            if line.strip():
                logger.info("stderr: %s", line[:LINE_BYTES].decode(errors="replace"))


def set_up(file: Path | None = None) -> None:
    """Log to ``file``, or to stderr."""
    handler = logging.StreamHandler(sys.stderr) if file is None else _OwnThread(_LogFile(file))
    handler.setFormatter(_Formatter("%(asctime)s.%(msecs)03d %(levelname)s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # Python's own hook prints the message of the exception as well.
    sys.excepthook = _log_the_end
