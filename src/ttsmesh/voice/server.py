"""The voice server: plays or saves what the model server tells it to, and leaves when it is idle.

It has no policy. It prepares an utterance on ``Speak``, sounds on ``Go``, pauses on ``Hold``, changes its rate on
``Rate``, stops when the model server half-closes, and reports how the utterance ended. On the devices one utterance
sounds after the other. Saves go on beside them.
"""

import asyncio
import contextlib
import logging
import socket

from ttsmesh.config import VoiceProcessSettings
from ttsmesh.encoding.encoder import Tags
from ttsmesh.errors import Code, PeerGone, TtsmeshError
from ttsmesh.limits import FRAME_TIMEOUT, KIB, SEND_TIMEOUT
from ttsmesh.output_formats import Encoding
from ttsmesh.voice.file_sink import FileSink
from ttsmesh.voice.pace import Pace
from ttsmesh.voice.places import Places
from ttsmesh.voice.playback import Ending, Playback
from ttsmesh.voice.sink import Sink
from ttsmesh.voice.source import Source
from ttsmesh.voice.speakers import Speakers
from ttsmesh.voice.stream_sink import StreamSink
from ttsmesh.wire.messages import (
    Accepted,
    Failed,
    Finished,
    Go,
    Hold,
    Interrupted,
    Output,
    Probe,
    Progress,
    Rate,
    Rejected,
    Speak,
    Started,
)
from ttsmesh.wire.schema import Message
from ttsmesh.wire.sockets import Peer
from ttsmesh.wire.stream import Channel, Listener

logger = logging.getLogger(__name__)

OUTPUT_BYTES = 32 * KIB
"""Bytes of a stream in one message, at most."""


class VoiceServer:
    """Serves one inherited listening socket, in one task group."""

    def __init__(
        self,
        sock: socket.socket,
        model_socket: str,
        settings: VoiceProcessSettings,
        speakers: Speakers,
        group: asyncio.TaskGroup,
    ) -> None:
        self._model_socket = model_socket
        self._settings = settings
        self._leaving = asyncio.Event()
        self._idle_timer: asyncio.TimerHandle | None = None
        self._speakers = speakers
        self._under_way = 0
        self._listener = Listener(sock, self._serve, group)
        self._start_idle_timer()

    def leave(self) -> None:
        """Accept no more connections, and leave once those that were accepted have ended."""
        self._listener.pause()
        self._leaving.set()
        self._stop_idle_timer()

    async def until_done(self) -> None:
        """Wait until it is time to leave and nothing is under way. Closes the devices."""
        await self._leaving.wait()
        if self._listener.connections:
            await asyncio.wait(self._listener.connections)
        await self._speakers.close()

    def _start_idle_timer(self) -> None:
        """Leave after a while, unless somebody connects."""
        self._stop_idle_timer()
        self._idle_timer = asyncio.get_running_loop().call_later(self._settings.voice_idle, self._idle)

    def _stop_idle_timer(self) -> None:
        if self._idle_timer is not None:
            self._idle_timer.cancel()

    def _idle(self) -> None:
        # A client that has connected by now is served. A later one waits in the backlog for the next process.
        if self._listener.accept_waiting():
            self._start_idle_timer()  # the client may be one that is refused
        else:
            self.leave()

    async def _serve(self, channel: Channel, peer: Peer) -> None:
        self._stop_idle_timer()
        self._under_way += 1
        try:
            await self._exchange(channel)
        except (PeerGone, TimeoutError):
            logger.info("pid %d went away", peer.pid)
        except TtsmeshError as error:
            with contextlib.suppress(TtsmeshError):
                await channel.send(Rejected(code=error.code, message=error.message))
        finally:
            # The number of connections would not do: of two that end together, each would see the other one closing.
            self._under_way -= 1
            if self._speakers.stuck:
                logger.error("the audio system does not answer: leaving the device to a new process")
                self.leave()
            elif not self._under_way and not self._leaving.is_set():
                self._start_idle_timer()

    async def _exchange(self, channel: Channel) -> None:
        request = await channel.receive(FRAME_TIMEOUT)
        if request is None:
            return
        match request:
            case Speak():
                await channel.send(Accepted(id=request.id))
                await channel.send(await self._speak(channel, request))
            case Probe():
                await self._speakers.probe(self._speakers.sink(request.device, 0.0))
                await channel.send(Accepted())
            case _:
                await channel.send(Rejected(code=Code.PROTOCOL, message=f"{request.type} is not for a voice server"))

    async def _speak(self, channel: Channel, speak: Speak) -> Message:
        """Play or save, steered by the words that come meanwhile. Returns the last report, which says how it ended."""
        turn: contextlib.AbstractAsyncContextManager[None] = contextlib.nullcontext()
        pace, places = Pace(speak.rate, speak.pitch), Places()
        source = Source(self._model_socket, speak.id, pace, places, words=speak.words)
        reports = _Reports(channel, None if speak.stream else SEND_TIMEOUT)
        saves = speak.stream or speak.output is not None
        if saves:
            sink = _saving_sink(speak, source, reports)
        else:
            sink = device = self._speakers.sink(speak.device, speak.prime_s)
            turn = self._speakers.turn(device)
        playback = Playback(
            source,
            sink,
            started=lambda: reports.put(Started()),
            progress=lambda heard: reports.put(
                Progress(heard=heard, written_at=sink.began.written_at, heard_at=sink.began.heard_at)
            ),
            pace=pace,
            places=places,
        )
        if saves:
            playback.go()
        playing = asyncio.create_task(_play(source, turn, playback), name=f"play {speak.id}")
        steering = asyncio.create_task(_steer(channel, playback), name=f"steer {speak.id}")
        try:
            await asyncio.wait([playing, steering], return_when=asyncio.FIRST_COMPLETED)
            if not playing.done():
                playing.cancel()  # the model server half-closed or is gone: either way this is no longer wanted
                await asyncio.wait([playing])
        finally:
            steering.cancel()
            playing.cancel()
            await asyncio.wait([playing, steering])
            await reports.close()
        return _report(playing)


def _saving_sink(speak: Speak, source: Source, reports: "_Reports") -> Sink:
    encoding = Encoding(speak.format, speak.sample_rate, speak.bits)

    def tags() -> Tags:
        return Tags(source.title, speak.voice)

    if speak.output is None:
        return StreamSink(reports.pass_on, encoding=encoding, tags=tags)
    return FileSink(speak.output, force=speak.force, umask=speak.umask, encoding=encoding, tags=tags)


async def _play(source: Source, turn: contextlib.AbstractAsyncContextManager[None], playback: Playback) -> Ending:
    """Play to the end. A cancel that comes after the playback has ended does not change how it ended."""
    ending = Ending(complete=False, heard=0, underruns=0)
    with contextlib.suppress(asyncio.CancelledError):
        async with source:
            # A text that only waits in the queue must not keep the device from another that may sound before it.
            await playback.until_go()
            async with turn:
                ending = await playback.run()
    return ending


async def _steer(channel: Channel, playback: Playback) -> None:
    """Follow the model server's words until it half-closes, goes away, or says something else."""
    try:
        while word := await channel.receive():
            match word:
                case Go():
                    playback.go()
                case Hold():
                    playback.hold()
                case Rate():
                    playback.set_rate(word.rate)
    except PeerGone:
        pass
    except TtsmeshError as error:
        logger.warning("not understood: %s", error.message)


def _report(playing: asyncio.Task[Ending]) -> Message:
    if playing.cancelled():
        return Interrupted(heard=0)
    match playing.exception():
        case None:
            ending = playing.result()
            if ending.underruns:
                logger.warning("%d underruns", ending.underruns)
            return Finished(heard=ending.heard) if ending.complete else Interrupted(heard=ending.heard)
        case TtsmeshError() as error:
            return Failed(code=error.code, message=error.message)
        case error:
            logger.error("playback", exc_info=error)
            return Failed(code=Code.INTERNAL, message="internal error")


class _Reports:
    """Sends the reports of a playback, and the bytes of a stream, in their order. The playback waits for the peer with
    a stream only, and then without a limit: its reader may be paused.
    """

    def __init__(self, channel: Channel, patience: float | None) -> None:
        self._channel = channel
        self._patience = patience
        self._queue: asyncio.Queue[Message | None] = asyncio.Queue()
        self._sending = asyncio.create_task(self._send(), name="reports")

    def put(self, message: Message) -> None:
        # While the reader of a stream is paused, one report of its progress is enough.
        if not isinstance(message, Progress) or self._patience is not None or self._queue.empty():
            self._queue.put_nowait(message)

    async def pass_on(self, data: bytes) -> None:
        """Send the next bytes of a stream, and wait until the peer has room for more."""
        for begin in range(0, len(data), OUTPUT_BYTES):
            self._queue.put_nowait(Output(data=data[begin : begin + OUTPUT_BYTES]))
            await self._queue.join()

    async def close(self) -> None:
        """Wait until all were sent, or can no longer be."""
        self._queue.put_nowait(None)
        await self._sending

    async def _send(self) -> None:
        with contextlib.suppress(PeerGone):
            while message := await self._queue.get():
                await self._channel.send(message, patience=self._patience)
                self._queue.task_done()
