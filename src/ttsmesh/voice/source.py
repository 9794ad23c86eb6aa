"""Where the samples of an utterance come from: the model server, which is asked for them."""

import contextlib
from collections.abc import AsyncIterator

from ttsmesh.audio import BYTES_PER_FRAME, SAMPLE_RATE, frames
from ttsmesh.errors import Code, PeerGone, RemoteProtocolError, SynthesisError
from ttsmesh.voice.pace import Pace
from ttsmesh.voice.places import Places
from ttsmesh.wire import word_times
from ttsmesh.wire.messages import Audio, AudioEnd, AudioStart, Chunk, Failed, MarkPlace, PaceChange, Synthesize
from ttsmesh.wire.stream import Channel


class Source:
    """The slices of samples of one utterance.

    Entering the context asks the model server for them, so that rendering begins before the device is free. A slice is
    read only when it is wanted. That is the back-pressure: the socket's buffer fills up, and the renderer waits.

    What comes with a chunk goes, before its samples, to ``pace`` (from where on it is heard faster or higher) and to
    ``places`` (its marks, and with ``words`` where each word begins).
    """

    def __init__(self, model_socket: str, utterance: str, pace: Pace, places: Places, *, words: bool = False) -> None:
        self._model_socket = model_socket
        self._utterance = utterance
        self._pace = pace
        self._places = places
        self._words = words
        self._given = 0  # frames
        self._chunk = 0  # the frame with which the last chunk begins
        self.title = ""  # the first words of what is saved, once they are known

    async def __aenter__(self) -> "Source":
        """Raises SynthesisError when the model server has gone."""
        async with contextlib.AsyncExitStack() as opening:
            try:
                self._channel = await opening.enter_async_context(await Channel.to(self._model_socket))
                await self._channel.send(Synthesize(id=self._utterance))
            except (OSError, PeerGone):
                raise SynthesisError("the model server went away") from None
            opening.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._channel.close()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Raises SynthesisError when the text could not be rendered or the model server has gone."""
        while True:
            try:
                message = await self._channel.receive()
            except PeerGone:
                raise SynthesisError("the model server went away") from None
            match message:
                case Audio(pcm=samples) if len(samples) % BYTES_PER_FRAME == 0:
                    self._given += frames(samples)
                    yield samples
                case AudioStart(rate=rate, channels=channels):
                    if (rate, channels) != (SAMPLE_RATE, 1):
                        raise RemoteProtocolError(f"audio of {rate} Hz with {channels} channels")
                case Chunk(words=words, title=title):
                    self.title = self.title or title
                    self._begin(words)
                case PaceChange(frame=frame, rate=faster, pitch=higher):
                    self._pace.change_at(self._chunk + frame, faster, higher)
                case MarkPlace(frame=frame):
                    self._places.add(self._chunk + frame)
                case Failed(code=code, message=reason):
                    raise SynthesisError(reason, Code(code))
                case AudioEnd():
                    self._places.end(self._given)
                    return
                case _:
                    raise RemoteProtocolError("not audio")

    def _begin(self, words: bytes) -> None:
        """A chunk begins, in which ``words`` are heard."""
        self._places.end(self._given)
        self._chunk = self._given
        if self._words:
            for word in word_times.unpack(words):
                self._places.add(self._chunk + word.first_frame)
