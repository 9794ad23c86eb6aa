"""The file sink: one utterance into a file."""

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import Future

from ttsmesh.audio import frames
from ttsmesh.encoding.encoder import Tags
from ttsmesh.encoding.recorder import Recorder
from ttsmesh.errors import SinkError
from ttsmesh.host.offload import NoResponse, Worker
from ttsmesh.host.publishing import UnpublishedFile, write_errors
from ttsmesh.limits import CANCEL_TIMEOUT, SAVE_TIMEOUT
from ttsmesh.output_formats import Encoding
from ttsmesh.voice.pace import Pace
from ttsmesh.voice.sink import Unheard

PLAIN_WAV = Encoding()


class FileSink(Unheard):
    """Saves one utterance; see ``Sink``.

    One thread makes every call about the file, in order, because any of them may take long: a slow disk makes writers
    wait, a dead network mount for ever. On the event loop that would delay the report of speech that is interrupted.
    The thread closes the file too, so no descriptor is closed while a write is under way.
    """

    _pace: Pace
    _recorder: Recorder
    _opening: Future[None]

    def __init__(
        self,
        path: str,
        *,
        force: bool,
        umask: int,
        encoding: Encoding = PLAIN_WAV,
        tags: Callable[[], Tags] = Tags,
    ) -> None:
        """``path`` is absolute and has passed ``check_target``. ``umask`` is that of the caller of ``say``.

        ``tags`` are asked for when there is sound.
        """
        self._encoding = encoding
        self._tags = tags
        self._file = UnpublishedFile(path, force=force, mode=0o666 & ~umask)
        self._disk = Worker("the output file's disk")
        self.position = 0

    def start(self, pace: Pace) -> None:
        self._pace = pace
        self._opening = self._disk.submit(self._open)

    async def ready(self) -> None:
        await self._until(self._opening)

    async def feed(self, pcm: bytes) -> None:
        await self._until(self._disk.submit(lambda: self._write(pcm)))
        self.position += frames(pcm)

    async def drain(self) -> int:
        # What the thread publishes cannot be taken back. A caller that cancels now is too late, and is told so. Until
        # then there is no limit, because a slow disk may have the whole file still to write.
        publishing = self._disk.submit(self._finish)
        try:
            await asyncio.shield(asyncio.wrap_future(publishing))
        except asyncio.CancelledError:
            await self._until(publishing)
        return self.position

    async def cancel(self) -> int:
        closing = self._disk.submit(self._file.discard)  # after the call that is under way, if there is one
        with contextlib.suppress(NoResponse):  # the thread will close it, once the disk lets it
            await self._disk.result(closing, CANCEL_TIMEOUT)
        return self.position

    async def _until(self, call: Future[None]) -> None:
        try:
            await self._disk.result(call, SAVE_TIMEOUT)
        except NoResponse as error:
            raise SinkError(error.message, error.code) from None

    # --- in the thread ------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        self._pace.prepare()
        self._recorder = Recorder(self._encoding, stream=False)
        with write_errors("the output file"):
            self._file.open()

    def _write(self, pcm: bytes) -> None:
        data = self._recorder.encode(self._pace.change(pcm), self._tags())
        with write_errors("the output file"):
            self._file.write(data)

    def _finish(self) -> None:
        data = self._recorder.finish(self._pace.finish(), self._tags())
        with write_errors("the output file"):
            self._file.write(data)
            for place, correction in self._recorder.corrections():
                self._file.write_over(place, correction)
            self._file.publish()
