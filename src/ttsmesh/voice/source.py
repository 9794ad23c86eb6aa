"""Where the samples of an utterance come from: the model server, which is asked for them."""

import contextlib
from collections.abc import AsyncIterator

from ttsmesh.audio import BYTES_PER_FRAME, SAMPLE_RATE
from ttsmesh.errors import Code, PeerGone, RemoteProtocolError, SynthesisError
from ttsmesh.wire.messages import Audio, AudioEnd, AudioStart, Chunk, Failed, Synthesize
from ttsmesh.wire.stream import Channel


class Source:
    """The slices of samples of one utterance.

    Entering the context asks the model server for them, so that rendering begins before the device is free. A slice is
    read only when it is wanted. That is the back-pressure: the socket's buffer fills up, and the renderer waits.
    """

    def __init__(self, model_socket: str, utterance: str) -> None:
        self._model_socket = model_socket
        self._utterance = utterance
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
                    yield samples
                case AudioStart(rate=rate, channels=channels):
                    if (rate, channels) != (SAMPLE_RATE, 1):
                        raise RemoteProtocolError(f"audio of {rate} Hz with {channels} channels")
                case Chunk(title=title):
                    self.title = self.title or title
                case Failed(code=code, message=reason):
                    raise SynthesisError(reason, Code(code))
                case AudioEnd():
                    return
                case _:
                    raise RemoteProtocolError("not audio")
