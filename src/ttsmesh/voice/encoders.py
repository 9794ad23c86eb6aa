"""The file sink: a WAV file that appears under its name complete, or not at all."""

import asyncio
import contextlib
import errno
import logging
import os
import secrets
import struct
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import PurePath

from ttsmesh.audio import BYTES_PER_FRAME, SAMPLE_RATE, frames
from ttsmesh.errors import Code, RejectedError, SinkError
from ttsmesh.host import locks
from ttsmesh.host.offload import NoResponse, Worker
from ttsmesh.host.output_file import refuse_special
from ttsmesh.limits import CANCEL_TIMEOUT, SAVE_TIMEOUT
from ttsmesh.voice.pace import Pace
from ttsmesh.voice.sink import Began

logger = logging.getLogger(__name__)

HIDDEN_PREFIX, HIDDEN_SUFFIX = ".ttsmesh-", ".part"
"""Names of unfinished files where the file system knows no nameless ones."""

UNKNOWN_LENGTH = 0xFFFFFFFF
"""In a WAV header: read on until the end. Also what a length above 4 GiB (24.8 hours) is left at."""

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
NO_NAMELESS_FILES = {errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL}
"""What O_TMPFILE says on file systems (or kernels) that do not have it."""


def wav_header(data_bytes: int | None) -> bytes:
    """The 44 bytes before mono s16le samples; ``None`` while nobody knows how many bytes of them will come.

    Written by hand: ``wave`` seeks back over every header it writes, and refuses lengths it does not know.
    """
    data = riff = UNKNOWN_LENGTH
    if data_bytes is not None and data_bytes + 36 < UNKNOWN_LENGTH:
        data, riff = data_bytes, data_bytes + 36
    byte_rate = SAMPLE_RATE * BYTES_PER_FRAME
    fmt = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, SAMPLE_RATE, byte_rate, BYTES_PER_FRAME, 8 * BYTES_PER_FRAME)
    return struct.pack("<4sI4s", b"RIFF", riff, b"WAVE") + fmt + struct.pack("<4sI", b"data", data)


class FileSink:
    """Saves one utterance. Nobody hears it, so ``pause`` and ``resume`` mean nothing here.

    One thread makes every call about the file, in order, because any of them may take long: a slow disk makes writers
    wait, a dead network mount for ever, and on the event loop that would delay the report of speech that is
    interrupted. The thread closes the file too, so no descriptor is closed while a write is under way.
    """

    underruns = 0
    began = Began()

    def __init__(self, path: str, *, force: bool, umask: int) -> None:
        """``path`` is absolute and was seen by ``check_target``; ``umask`` is the one of whoever asked for the file."""
        self._path = PurePath(path)
        self._force = force
        self._mode = 0o666 & ~umask
        self._disk = Worker("the output file's disk")
        self._opening: Future[None] | None = None
        self._held = contextlib.ExitStack()
        self._directory = -1
        self._file = -1
        self._hidden_name: str | None = None
        self._data_bytes = 0
        self._pace = Pace()
        self.position = 0

    def start(self, rate: float = 1.0, pitch: float = 1.0) -> None:
        self._pace = Pace(rate, pitch)
        self._opening = self._disk.submit(self._open)

    async def ready(self) -> None:
        assert self._opening is not None, "start() comes first"
        await self._until(self._opening)

    async def feed(self, pcm: bytes) -> None:
        await self._until(self._disk.submit(lambda: self._write(self._pace.change(pcm))))
        self.position += frames(pcm)

    async def drain(self) -> int:
        # A cancelled wait ends neither the thread's work nor its right to the descriptors. What it publishes cannot be
        # taken back: a caller that cancels now is too late, and is told so.
        publishing = asyncio.wrap_future(self._disk.submit(self._finish))
        try:
            await asyncio.shield(publishing)
        except asyncio.CancelledError:
            await asyncio.wait({publishing})
            publishing.result()
        return self.position

    async def cancel(self) -> int:
        closing = self._disk.submit(lambda: self._held.close())  # of what a call that is under way will have opened
        with contextlib.suppress(NoResponse):  # the thread will close it, once the disk lets it
            await self._disk.result(closing, CANCEL_TIMEOUT)
        return self.position

    def pause(self) -> None:
        """Nothing sounds."""

    def resume(self) -> None:
        """Nothing was held."""

    def set_rate(self, rate: float) -> None:
        self._pace.rate = rate

    async def _until(self, call: Future[None]) -> None:
        try:
            await self._disk.result(call, SAVE_TIMEOUT)
        except NoResponse as error:
            raise SinkError(error.message, error.code) from None

    # --- in the thread ------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        self._pace.prepare()
        with _os_errors(), contextlib.ExitStack() as opening:
            self._directory = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            opening.callback(os.close, self._directory)
            self._file = _nameless_file(self._directory)
            if self._file < 0:
                _sweep(self._directory)
                self._hidden_name, self._file = _hidden_file(self._directory)
                opening.callback(_unlink, self._hidden_name, self._directory)
            opening.callback(os.close, self._file)
            os.fchmod(self._file, self._mode)
            _write_all(self._file, wav_header(None))
            self._held = opening.pop_all()

    def _write(self, pcm: bytes) -> None:
        with _os_errors():
            _write_all(self._file, pcm)
        self._data_bytes += len(pcm)

    def _finish(self) -> None:
        with self._held, _os_errors():
            self._write(self._pace.finish())
            os.pwrite(self._file, wav_header(self._data_bytes), 0)
            os.fsync(self._file)
            if self._force:
                self._replace()
            else:
                self._link(self._path.name)  # unlike rename, refuses whatever has appeared there, symbolic links too
            self._keep_name()

    def _keep_name(self) -> None:
        """Have the new name survive a power failure too. What is published stays so, and some file systems do not know
        this call; so its failure is not the save's."""
        try:
            os.fsync(self._directory)
        except OSError as error:
            logger.warning("the directory of a saved file: %s", error.strerror)

    def _replace(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            refuse_special(str(self._path), os.lstat(self._path))
        hidden = self._hidden_name
        if hidden is None:  # a nameless file can only be linked, and linking never replaces
            hidden = _new_hidden_name()
            self._link(hidden)
            self._held.callback(_unlink, hidden, self._directory)
        os.replace(hidden, self._path.name, src_dir_fd=self._directory, dst_dir_fd=self._directory)

    def _link(self, name: str) -> None:
        if self._hidden_name is None:
            # Given a directory descriptor, CPython uses linkat(AT_SYMLINK_FOLLOW); link() would not follow /proc.
            os.link(f"/proc/self/fd/{self._file}", name, dst_dir_fd=self._directory)
        else:
            os.link(self._hidden_name, name, src_dir_fd=self._directory, dst_dir_fd=self._directory)


@contextlib.contextmanager
def _os_errors() -> Iterator[None]:
    """The operating system's refusals as SinkErrors with one line of reason and no path."""
    try:
        yield
    except FileExistsError:
        raise SinkError("the output file has appeared meanwhile", Code.EXISTS) from None
    except RejectedError as refusal:
        raise SinkError(refusal.message, refusal.code) from None
    except OSError as error:
        code = Code.NO_SPACE if error.errno in NO_ROOM else Code.IO
        raise SinkError(f"the output file cannot be written: {error.strerror}", code) from None


def _nameless_file(directory: int) -> int:
    """A file that vanishes with its last descriptor, kill -9 included; -1 where there are none."""
    try:
        return os.open(".", os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600, dir_fd=directory)
    except OSError as error:
        if error.errno in NO_NAMELESS_FILES:
            return -1
        raise


def _new_hidden_name() -> str:
    return f"{HIDDEN_PREFIX}{secrets.token_hex(8)}{HIDDEN_SUFFIX}"


def _hidden_file(directory: int) -> tuple[str, int]:
    """A new file under a hidden name, locked for as long as somebody writes it."""
    while True:
        name = _new_hidden_name()
        file = os.open(name, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600, dir_fd=directory)
        if locks.try_lock(file) and os.fstat(file).st_nlink:
            return name, file
        os.close(file)  # another process's sweep came between the creation and the lock


def _sweep(directory: int) -> None:
    """Remove the hidden files whose writers were killed: those that nobody holds a lock on."""
    for name in os.listdir(directory):
        if name.startswith(HIDDEN_PREFIX) and name.endswith(HIDDEN_SUFFIX):
            with contextlib.suppress(OSError):
                file = os.open(name, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=directory)
                try:
                    if locks.try_lock(file):
                        os.unlink(name, dir_fd=directory)
                finally:
                    os.close(file)


def _unlink(name: str, directory: int) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(name, dir_fd=directory)


def _write_all(file: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]
