"""The model server: answers every request, from its first byte to its last."""

import asyncio
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ttsmesh.config import Settings
from ttsmesh.errors import Code, PeerGone, RejectedError, RemoteProtocolError, TtsmeshError, clipped
from ttsmesh.host.offload import Worker
from ttsmesh.languages import LANGUAGES, language_name
from ttsmesh.limits import FRAME_TIMEOUT, MAX_CLIENTS, MIB
from ttsmesh.model.engine.protocol import Engine
from ttsmesh.model.g2p.client import G2P
from ttsmesh.model.render.renderer import Renderer
from ttsmesh.model.render.synthesis import Synthesizer
from ttsmesh.model.server import status as report
from ttsmesh.model.speech import history
from ttsmesh.model.speech.callers import caller_name
from ttsmesh.model.speech.hub import Hub
from ttsmesh.model.speech.ordering import OrderFactory
from ttsmesh.model.speech.utterance import Utterance
from ttsmesh.model.voices import blend, loudness
from ttsmesh.model.voices.catalogue import DEFAULT_VOICES, catalogue
from ttsmesh.model.workers.voice_servers import Supervisor
from ttsmesh.paths import state_dir
from ttsmesh.wire import messages, sockets
from ttsmesh.wire.messages import Accepted
from ttsmesh.wire.schema import MAX_PATH, Message
from ttsmesh.wire.stream import Channel, Listener

logger = logging.getLogger(__name__)

Handlers = Mapping[type[Message], Callable[[Channel, Any, sockets.Peer], Awaitable[None]]]


class ModelServer:
    """One instance serves one listening socket, in one task group, until it is asked to leave."""

    def __init__(
        self,
        sock: socket.socket,
        directory: str,
        engine: Engine,
        settings: Settings,
        group: asyncio.TaskGroup,
        *,
        max_clients: int = MAX_CLIENTS,
    ) -> None:
        self.settings = settings
        self.leaving = asyncio.Event()
        self.closed = False  # whoever has connected by now and asks too late is for our successor
        self._max_clients = max_clients
        self.drain = True
        self._begun = asyncio.get_running_loop().time()
        self.catalogue = catalogue(settings)
        self._listing = Worker("the disk with the voices")  # reads each of them, which would hold the others up
        self.g2p = G2P(idle=settings.language_idle)
        self.renderer = Renderer(engine, on_stuck=self.leaving.set)
        self.supervisor = Supervisor(
            directory,
            os.path.join(directory, sockets.AUDIO_SOCKET),
            group,
            settings,
            max_idle=settings.idle_voices,
        )
        normaliser = loudness.LoudnessNormaliser(state_dir() / loudness.FILE)
        synthesizer = Synthesizer(self.renderer, self.g2p, self.catalogue, normaliser, settings.phrase_cache * MIB)
        self.hub = Hub(self.supervisor, synthesizer, group)
        self.orders = OrderFactory(settings, self.catalogue, engine, self.g2p, self.supervisor, self.hub)
        self.hub.history.open(state_dir() / history.FILE, group)
        self.listener = Listener(sock, self._serve_client, group)
        self._audio_sock = sockets.listen(os.path.join(directory, sockets.AUDIO_SOCKET))
        self._audio_file = sockets.socket_file(self._audio_sock)
        self._audio_listener = Listener(self._audio_sock, self._serve_voice, group)
        # Connections that have not asked for anything yet, oldest first: the first to go when there are too many.
        self._unasked: dict[asyncio.Task[Any], None] = {}
        self._clients: set[asyncio.Task[Any]] = set()
        self._handlers: Handlers = {
            messages.Say: self._say,
            messages.Stop: self._stop,
            messages.Pause: self._pause,
            messages.Resume: self._resume,
            messages.Skip: self._skip,
            messages.SetSpeed: self._set_speed,
            messages.Status: self._status,
            messages.History: self._history,
            messages.Voices: self._voices,
            messages.Shutdown: self._shutdown,
        }

    # --- the exchange boundary: expected errors become replies here, and nowhere else --------------------------------

    async def _serve_client(self, channel: Channel, peer: sockets.Peer) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._clients.add(task)
        try:
            await self._serve(channel, peer, self._first, self._handlers)
        finally:
            self._clients.discard(task)

    async def _serve_voice(self, channel: Channel, peer: sockets.Peer) -> None:
        await self._serve(channel, peer, self._asked, {messages.Synthesize: self._synthesize})

    async def _serve(
        self,
        channel: Channel,
        peer: sockets.Peer,
        asked: Callable[[Channel], Awaitable[Message | None]],
        handlers: Handlers,
    ) -> None:
        try:
            request = await asked(channel)
            if request is None:
                return
            if type(request) not in handlers:
                raise RemoteProtocolError(f"{request.type} is not for this socket of the model server")
            await handlers[type(request)](channel, request, peer)
        except PeerGone:
            pass
        except TtsmeshError as error:
            await self._refuse(channel, error.code, error.message)
        except Exception:
            logger.exception("an exchange with pid %d", peer.pid)
            await self._refuse(channel, Code.INTERNAL, "internal error")

    @staticmethod
    async def _asked(channel: Channel) -> Message | None:
        """The request, if one comes in time."""
        try:
            return await channel.receive(FRAME_TIMEOUT)
        except TimeoutError:
            return None

    async def _first(self, channel: Channel) -> Message | None:
        """The request, if one comes in time and there is room for its sender."""
        task = asyncio.current_task()
        assert task is not None
        # Not the listener's connections: of a crowd, all are there before the first of them has got here.
        if len(self._clients) > self._max_clients:
            oldest = next(iter(self._unasked), None)
            if oldest is None:
                raise RejectedError(f"busy: {self._max_clients} clients are connected already", Code.BUSY)
            oldest.cancel()
            del self._unasked[oldest]
            self._clients.discard(oldest)
        self._unasked[task] = None
        try:
            return await self._asked(channel)
        finally:
            self._unasked.pop(task, None)

    @staticmethod
    async def _refuse(channel: Channel, code: Code, message: str) -> None:
        if channel.ended:
            return
        try:
            await channel.send(messages.Rejected(code=code, message=message))
        except TtsmeshError:
            return  # it is gone, or was answered already

    # --- requests ---------------------------------------------------------------------------------------------------

    async def _say(self, channel: Channel, say: messages.Say, peer: sockets.Peer) -> None:
        order = await self.orders.place(say, peer)
        if self.closed or channel.peer_left:
            return  # unanswered: it goes to our successor, or has gone
        self.hub.check_room(order.text)
        utterance = self.hub.accept(order)
        utterance.stages.asked(say.began_at, say.sent_at)
        logger.info(
            "utterance %s: accepted, %d characters, %s %s%s",
            order.id,
            len(order.text),
            *order.key,
            ", to a file" if order.output else "",
        )
        events = utterance.watch() if say.wait else None
        try:
            await channel.send(Accepted(id=order.id, notice=self.hub.history.take_notice() if say.terminal else None))
        except PeerGone:
            utterance.interrupt("taken_back")
            raise
        if events is not None:
            await self._follow(channel, utterance, events)

    async def _follow(self, channel: Channel, utterance: Utterance, events: asyncio.Queue[Message]) -> None:
        """Tell what becomes of it to its caller, who takes it back by going away."""
        told = asyncio.create_task(self._tell(channel, events))
        gone = asyncio.create_task(channel.receive())
        try:
            await asyncio.wait([told, gone], return_when=asyncio.FIRST_COMPLETED)
            if not channel.ended:
                utterance.interrupt("taken_back")
                await asyncio.wait([told])
            told.result()
        finally:
            utterance.watchers.remove(events)
            told.cancel()
            gone.cancel()
            await asyncio.wait([told, gone])
            _ = [task.cancelled() or task.exception() for task in (told, gone)]

    @staticmethod
    async def _tell(channel: Channel, events: asyncio.Queue[Message]) -> None:
        while not channel.ended:
            await channel.send(await events.get())

    async def _synthesize(self, channel: Channel, request: messages.Synthesize, _: sockets.Peer) -> None:
        utterance = self.hub.live.get(request.id)
        if utterance is None or not utterance.offer(channel):
            await channel.send(messages.Failed(code=Code.PROTOCOL, message="no such utterance waits for a voice"))
            return
        await utterance.ended.wait()

    async def _stop(self, channel: Channel, request: messages.Stop, peer: sockets.Peer) -> None:
        caller = caller_name(request.caller, peer) if request.mine or request.caller is not None else None
        voice = None if request.voice is None else blend.canonical_name(request.voice)
        if request.id is not None and request.id in self.hub.live:
            self.hub.live[request.id].interrupt("stopped")  # a save, too, when it is named
            count = 1
        else:
            count = self.hub.silence(
                lambda claim: request.id is None and voice in (None, claim.voice) and caller in (None, claim.caller)
            )
        await channel.send(Accepted(count=count))

    async def _pause(self, channel: Channel, _: messages.Pause, __: sockets.Peer) -> None:
        await channel.send(Accepted(count=self.hub.pause()))

    async def _resume(self, channel: Channel, _: messages.Resume, __: sockets.Peer) -> None:
        await channel.send(Accepted(count=self.hub.resume()))

    async def _skip(self, channel: Channel, _: messages.Skip, __: sockets.Peer) -> None:
        await channel.send(Accepted(count=self.hub.skip()))

    async def _set_speed(self, channel: Channel, request: messages.SetSpeed, _: sockets.Peer) -> None:
        self.orders.speed = request.speed
        await channel.send(Accepted(count=self.hub.set_speed(request.speed)))

    async def _status(self, channel: Channel, _: messages.Status, __: sockets.Peer) -> None:
        for message in report.status(self.hub, self.supervisor, self.renderer, self.g2p, self._begun):
            await channel.send(message)
        await channel.send(messages.End())

    async def _history(self, channel: Channel, request: messages.History, _: sockets.Peer) -> None:
        for entry in self.hub.history.last(request.last):
            await channel.send(entry)
        await channel.send(messages.End())

    async def _voices(self, channel: Channel, _: messages.Voices, __: sockets.Peer) -> None:
        installed = await self._listing.run(lambda: list(self.catalogue.entries()))
        names = {info.name for info, fault in installed if fault is None}
        for code in LANGUAGES:
            voice = DEFAULT_VOICES[code]
            await channel.send(
                messages.LanguageEntry(code=code, name=language_name(code), voice=voice if voice in names else None)
            )
        for info, fault in installed:
            await channel.send(
                messages.VoiceEntry(
                    name=info.name,
                    language=info.language,
                    gender=info.gender,
                    default=info.name == self.settings.default_voice,
                    source="official" if info.official else "yours",
                    path=clipped(info.path, MAX_PATH),
                    fault=fault,
                )
            )
        await channel.send(messages.End())

    async def _shutdown(self, channel: Channel, request: messages.Shutdown, _: sockets.Peer) -> None:
        self.drain = request.drain
        self.leaving.set()  # also when whoever asked has not waited for the answer
        await channel.send(Accepted(count=len(self.hub.live)))

    async def close(self) -> None:
        """End every conversation, and the voice servers' way to their audio."""
        self._audio_listener.pause()
        self._audio_file.remove()
        self._audio_sock.close()
        for connection in self.listener.connections | self._audio_listener.connections:
            connection.cancel()
