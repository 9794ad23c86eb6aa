"""The stream sink: one utterance as the bytes of a file, given away as they are made."""

from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import TypeVar

from ttsmesh.audio import frames
from ttsmesh.encoding.encoder import Tags
from ttsmesh.encoding.recorder import Recorder
from ttsmesh.errors import SinkError
from ttsmesh.host.offload import NoResponse, Worker
from ttsmesh.limits import SAVE_TIMEOUT
from ttsmesh.output_formats import Encoding
from ttsmesh.voice.pace import Pace
from ttsmesh.voice.sink import Unheard

Result = TypeVar("Result")


class StreamSink(Unheard):
    """Gives the bytes of one utterance to ``send``, which sets the pace; see ``Sink``.

    A thread of its own encodes, as for a file: the first time, libraries are loaded.
    """

    _pace: Pace
    _recorder: Recorder
    _opening: Future[None]

    def __init__(
        self, send: Callable[[bytes], Awaitable[None]], *, encoding: Encoding, tags: Callable[[], Tags]
    ) -> None:
        """``tags`` are asked for when there is sound."""
        self._send = send
        self._encoding = encoding
        self._tags = tags
        self._thread = Worker("the encoder")
        self.position = 0

    def start(self, pace: Pace) -> None:
        self._pace = pace
        self._opening = self._thread.submit(self._open)

    async def ready(self) -> None:
        await self._result(self._opening)

    async def feed(self, pcm: bytes) -> None:
        await self._send(await self._result(self._thread.submit(lambda: self._encode(pcm))))
        self.position += frames(pcm)

    async def drain(self) -> int:
        await self._send(await self._result(self._thread.submit(self._finish)))
        return self.position

    async def cancel(self) -> int:
        return self.position

    async def _result(self, call: Future[Result]) -> Result:
        try:
            return await self._thread.result(call, SAVE_TIMEOUT)
        except NoResponse as error:
            raise SinkError(error.message, error.code) from None

    # --- in the thread ------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        self._pace.prepare()
        self._recorder = Recorder(self._encoding, stream=True)

    def _encode(self, pcm: bytes) -> bytes:
        return self._recorder.encode(self._pace.change(pcm), self._tags())

    def _finish(self) -> bytes:
        return self._recorder.finish(self._pace.finish(), self._tags())
