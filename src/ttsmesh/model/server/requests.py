"""The model server: answers every request, from its first byte to its last."""

import asyncio
import logging
import os
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from ttsmesh.config import Settings
from ttsmesh.errors import Code, PeerGone, RejectedError, RemoteProtocolError, TtsmeshError
from ttsmesh.host import mutes
from ttsmesh.host.callers import caller_name
from ttsmesh.host.offload import Worker
from ttsmesh.limits import FRAME_TIMEOUT, MAX_CLIENTS, MIB, SEND_TIMEOUT
from ttsmesh.model.engine.protocol import Engine
from ttsmesh.model.g2p.client import G2P, KEPT_PHONEMES
from ttsmesh.model.render.renderer import Renderer
from ttsmesh.model.render.synthesis import Synthesizer
from ttsmesh.model.server import telling
from ttsmesh.model.server.coming import Coming, Wanted
from ttsmesh.model.server.grouping import Grouping
from ttsmesh.model.server.listing import listing
from ttsmesh.model.server.media_keys.keys import MediaKeys
from ttsmesh.model.server.muting import Muting
from ttsmesh.model.server.status import status
from ttsmesh.model.speech import history
from ttsmesh.model.speech.hub import Hub
from ttsmesh.model.speech.kept.texts import Texts
from ttsmesh.model.speech.order import Order
from ttsmesh.model.speech.ordering import OrderFactory
from ttsmesh.model.speech.utterance import Utterance
from ttsmesh.model.voices import blend, loudness
from ttsmesh.model.voices.catalogue import catalogue
from ttsmesh.model.workers.voice_servers import Supervisor
from ttsmesh.paths import state_dir
from ttsmesh.wire import messages, sockets
from ttsmesh.wire.messages import Accepted
from ttsmesh.wire.schema import Message
from ttsmesh.wire.stream import Channel, Listener

logger = logging.getLogger(__name__)

Handler = Callable[[Channel, Any, sockets.Peer], Awaitable[None]]
Handlers = Mapping[type[Message], Handler]


class ModelServer:
    """Serves one listening socket, in one task group.

    ``leaving`` is set when the server was asked to leave; ``drain`` tells whether saves may finish then. A text that
    comes once it is ``closed`` gets no answer, and goes to the next server. ``used``: a request was not refused;
    ``wanted``: nor was it one of those that are still ``explaining``, for which nothing is rendered.
    """

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
        self.drain = True
        self.closed = False
        self.used = asyncio.Event()
        self.wanted = asyncio.Event()
        self.explaining: set[asyncio.Task[Any]] = set()
        self._max_clients = max_clients
        self._begun = time.monotonic()
        self.catalogue = catalogue(settings)
        # A worker of its own, because listing reads every voice, and would delay the catalogue's other work.
        self._listing = Worker("the disk with the voices")
        self.g2p = G2P(idle=settings.language_idle, kept=KEPT_PHONEMES if settings.kept_sound else 0)
        self.renderer = Renderer(engine, on_stuck=self.leaving.set)
        audio_path = os.path.join(directory, sockets.AUDIO_SOCKET)
        self.supervisor = Supervisor(directory, audio_path, group, settings, settings.idle_voices)
        normaliser = loudness.LoudnessNormaliser(state_dir() / loudness.FILE)
        synthesizer = Synthesizer(self.renderer, self.g2p, self.catalogue, normaliser, settings.kept_sound * MIB)
        texts = Texts(settings.history_texts, settings.history_size * MIB)
        self.hub = Hub(self.supervisor, synthesizer, group, texts)
        self._muting = Muting(self.hub, state_dir() / mutes.FILE)
        self.orders = OrderFactory(settings, self.catalogue, engine, self.g2p, self.supervisor, self.hub)
        self._grouping = Grouping(self.hub, self.orders, settings)
        self._coming = Coming()
        self.media_keys = MediaKeys(self.hub, settings, self._silence)
        self.hub.history.open(state_dir() / history.FILE, group)
        self.listener = Listener(sock, self._serve_client, group)
        self._audio_sock = sockets.listen(audio_path)
        self.audio_file = sockets.socket_file(self._audio_sock)
        self._audio_listener = Listener(self._audio_sock, self._serve_voice, group)
        # Connections without a request, oldest first, which is also the order in which they are dropped for others.
        self._silent_clients: dict[asyncio.Task[Any], None] = {}
        self._clients: set[asyncio.Task[Any]] = set()
        self._handlers: Handlers = {
            messages.Say: self._say,
            messages.Again: self._again,
            messages.Append: self._append,
            messages.EndGroup: self._grouping.end,
            messages.Stop: self._stop,
            messages.Pause: self._counted(lambda _: self.hub.pause()),
            messages.Resume: self._counted(lambda _: self.hub.resume()),
            messages.Skip: self._counted(lambda request: self.hub.skip(sentence=request.sentence)),
            messages.Back: self._counted(lambda request: self.hub.back(request.count)),
            messages.SetSpeed: self._counted(lambda request: self.hub.set_speed(request.speed, request.id)),
            messages.Mute: self._mute,
            messages.Explain: self._explain,
            messages.Status: self._status,
            messages.History: self._history,
            messages.Last: self._last,
            messages.Voices: self._voices,
            messages.Shutdown: self._shutdown,
        }

    # --- the exchange boundary: expected errors become replies here, and nowhere else --------------------------------

    async def _serve_client(self, channel: Channel, peer: sockets.Peer) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._clients.add(task)
        try:
            await self._serve(channel, peer, self._client_request, self._handlers)
        finally:
            self._clients.discard(task)

    async def _serve_voice(self, channel: Channel, peer: sockets.Peer) -> None:
        await self._serve(channel, peer, self._request, {messages.Synthesize: self._synthesize})

    async def _serve(
        self,
        channel: Channel,
        peer: sockets.Peer,
        receive: Callable[[Channel], Awaitable[Message | None]],
        handlers: Handlers,
    ) -> None:
        try:
            request = await receive(channel)
            if request is None:
                return
            if type(request) not in handlers:
                raise RemoteProtocolError(f"{request.type} is not for this socket of the model server")
            await handlers[type(request)](channel, request, peer)
            self.used.set()
            if not isinstance(request, messages.Explain):
                self.wanted.set()
        except PeerGone:
            pass
        except TtsmeshError as error:
            await self._refuse(channel, error.code, error.message)
        except Exception:
            logger.exception("an exchange with pid %d", peer.pid)
            await self._refuse(channel, Code.INTERNAL, "internal error")

    @staticmethod
    async def _request(channel: Channel) -> Message | None:
        """The request, if one comes in time."""
        try:
            return await channel.receive(FRAME_TIMEOUT)
        except TimeoutError:
            return None

    async def _client_request(self, channel: Channel) -> Message | None:
        """The request, if one comes in time. If there are too many clients, the one silent for longest is dropped."""
        task = asyncio.current_task()
        assert task is not None
        # The listener's connections do not tell: of a crowd, all are open before the first of them gets here.
        if len(self._clients) > self._max_clients:
            oldest = next(iter(self._silent_clients), None)
            if oldest is None:
                raise RejectedError(f"busy: {self._max_clients} clients are connected already", Code.BUSY)
            oldest.cancel()
            del self._silent_clients[oldest]
            self._clients.discard(oldest)
        self._silent_clients[task] = None
        try:
            return await self._request(channel)
        finally:
            self._silent_clients.pop(task, None)

    @staticmethod
    async def _refuse(channel: Channel, code: Code, message: str) -> None:
        if channel.ended:
            return
        try:
            await channel.send(messages.Rejected(code=code, message=message))
        except TtsmeshError:
            return  # the client is gone, or has its answer

    # --- requests ---------------------------------------------------------------------------------------------------

    async def _say(self, channel: Channel, say: messages.Say, peer: sockets.Peer) -> None:
        caller = caller_name(say.caller, peer.pid)
        with self._coming.text(caller) as text:
            order = await self.orders.place(say, caller)
        await self._speak(channel, order, wait=say.wait, terminal=say.terminal, stopped=text.stopped(order))

    async def _again(self, channel: Channel, request: messages.Again, peer: sockets.Peer) -> None:
        caller = caller_name(request.caller, peer.pid)
        with self._coming.text(caller) as text:
            order = await self.orders.again(request, caller)
        await self._speak(channel, order, wait=request.wait, terminal=False, stopped=text.stopped(order))

    async def _append(self, channel: Channel, request: messages.Append, peer: sockets.Peer) -> None:
        def wanted() -> bool:
            return not (self.closed or channel.peer_left)

        if not wanted():
            return  # as a text
        caller = caller_name(request.caller, peer.pid)
        with self._coming.text(caller) as text:
            group, taken = await self._grouping.append(request, caller, wanted)
        if group is None and not wanted():
            return
        if group is not None and text.stopped(group.order):
            group.stop("stopped")
        self.used.set()
        self.wanted.set()
        notice = self.hub.history.take_notice() if request.terminal else None
        await self._grouping.answer(channel, request, group, Accepted(count=int(taken), notice=notice))

    async def _speak(self, channel: Channel, order: Order, *, wait: bool, terminal: bool, stopped: bool) -> None:
        """Accept ``order``, and tell a client that is to ``wait`` what becomes of it. ``stopped``: somebody has asked
        already that it ends."""
        if self.closed or channel.peer_left:
            return  # without an answer: the next server gets the text, or the client is gone
        self.hub.check_room(order.text)
        utterance = self.hub.accept(order)
        self.used.set()
        self.wanted.set()
        logger.info(
            "utterance %s: accepted, %d characters, %s %s%s",
            order.id,
            len(order.text),
            *order.key,
            ", to the client" if order.stream else ", to a file" if order.output else "",
        )
        events = utterance.watch() if wait else None
        if stopped:
            utterance.interrupt("stopped")
        try:
            notice = self.hub.history.take_notice() if terminal else None
            await channel.send(Accepted(id=order.id, speed=utterance.speed, notice=notice))
        except PeerGone:
            utterance.interrupt("taken_back")
            raise
        if events is not None:
            await self._follow(channel, utterance, events)

    async def _follow(self, channel: Channel, utterance: Utterance, events: asyncio.Queue[Message]) -> None:
        """Tell the client what becomes of its utterance, which ends if the client goes away."""
        # The reader of a stream may be paused for as long as it likes: it holds up nobody else.
        patience = None if utterance.order.stream else SEND_TIMEOUT
        told = asyncio.create_task(self._tell(channel, events, patience))
        gone = asyncio.create_task(channel.receive())
        try:
            await asyncio.wait([told, gone], return_when=asyncio.FIRST_COMPLETED)
            if not channel.ended:
                utterance.interrupt("taken_back")
                await asyncio.wait([told])
            told.result()
        except asyncio.CancelledError:
            if utterance.order.stream:  # whose reader may be paused, and the server must not wait for it
                channel.abort()
            raise
        finally:
            utterance.unwatch(events)
            told.cancel()
            gone.cancel()
            await asyncio.gather(told, gone, return_exceptions=True)

    @staticmethod
    async def _tell(channel: Channel, events: asyncio.Queue[Message], patience: float | None) -> None:
        while not channel.ended:
            await channel.send(await events.get(), patience=patience)
            events.task_done()

    async def _synthesize(self, channel: Channel, request: messages.Synthesize, _: sockets.Peer) -> None:
        utterance = self.hub.live.get(request.id)
        if utterance is None or not utterance.offer(channel):
            await channel.send(messages.Failed(code=Code.PROTOCOL, message="no such utterance waits for a voice"))
            return
        await utterance.ended.wait()

    async def _stop(self, channel: Channel, request: messages.Stop, peer: sockets.Peer) -> None:
        await channel.send(Accepted(count=self._stopped(request, peer)))

    def _stopped(self, request: messages.Stop, peer: sockets.Peer) -> int:
        """End what is meant. A group that is silent just now is no utterance, and does not count."""
        if request.id is not None:  # the one way to stop a save
            utterance = self.hub.live.get(request.id)
            if utterance is not None:
                utterance.interrupt("stopped")
            return int(utterance is not None)
        caller = _meant(request, peer)
        voice = None if request.voice is None else blend.shares(blend.canonical_name(request.voice))

        def wanted(order: Order) -> bool:
            return voice in (None, blend.shares(order.key.voice)) and caller in (None, order.claim.caller)

        coming = self._coming.count(caller) if voice is None else 0  # whose voices are not known yet
        return self._silence(wanted) + coming

    def _silence(self, wanted: Wanted = lambda _: True) -> int:
        self._coming.stop(wanted)
        stopped = self.hub.stop(wanted)
        self._grouping.stop(wanted, "stopped")
        return stopped

    @staticmethod
    def _counted(act: Callable[[Any], int]) -> Handler:
        """A handler that does ``act``, and tells how many utterances were reached."""

        async def handle(channel: Channel, request: Message, _: sockets.Peer) -> None:
            await channel.send(Accepted(count=act(request)))

        return handle

    async def _explain(self, channel: Channel, request: messages.Explain, _: sockets.Peer) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.explaining.add(task)
        try:
            explanations = await self.orders.explained(request)
            await channel.send(Accepted())  # what follows may wait until a language is loaded
            await channel.send(await self._explained(channel, explanations))
        finally:
            self.explaining.discard(task)

    @staticmethod
    async def _explained(channel: Channel, explanations: AsyncIterator[messages.Explanation]) -> Message:
        """Send ``explanations``; the last message, which is returned, says how that ended."""
        try:
            async for explanation in explanations:
                await channel.send(explanation)
        except PeerGone:
            raise
        except TtsmeshError as error:
            return messages.Failed(code=error.code, message=error.message)
        return messages.End()

    async def _status(self, channel: Channel, _: messages.Status, __: sockets.Peer) -> None:
        keys = self.media_keys.state
        for message in status(self.hub, self.supervisor, self.renderer, self.g2p, self._begun, keys):
            await channel.send(message)
        await channel.send(messages.End())

    async def _mute(self, channel: Channel, request: messages.Mute, peer: sockets.Peer) -> None:
        await channel.send(await self._muting.change(_meant(request, peer), over=request.over))

    async def _history(self, channel: Channel, request: messages.History, peer: sockets.Peer) -> None:
        async for message in telling.history(self.hub, self.g2p, request, _meant(request, peer)):
            await channel.send(message)
        await channel.send(messages.End())

    async def _last(self, channel: Channel, request: messages.Last, peer: sockets.Peer) -> None:
        kept = self.hub.texts.find(request.id, _meant(request, peer))
        await channel.send(Accepted(id=kept.order.id))  # to look for secrets in a long text takes a while
        async for part in telling.text(self.hub, self.g2p, kept):
            await channel.send(part)
        await channel.send(messages.End())

    async def _voices(self, channel: Channel, _: messages.Voices, __: sockets.Peer) -> None:
        installed = await self._listing.run(lambda: list(self.catalogue.entries()))
        for message in listing(installed, self.settings.default_voice):
            await channel.send(message)
        await channel.send(messages.End())

    async def _shutdown(self, channel: Channel, request: messages.Shutdown, _: sockets.Peer) -> None:
        self.drain = request.drain
        self.leaving.set()  # before the answer, for which the client may not have waited
        await channel.send(Accepted(count=len(self.hub.live)))

    def end_groups(self) -> None:
        """End all groups, because the server leaves."""
        self._grouping.stop(lambda _: True, "shutdown")

    async def close(self) -> None:
        """End every exchange, and close the socket from which voice processes get their audio."""
        self._audio_listener.pause()
        self.audio_file.remove()
        self._audio_sock.close()
        for connection in self.listener.connections | self._audio_listener.connections:
            connection.cancel()


def _meant(request: messages.Stop | messages.Mute | messages.History | messages.Last, peer: sockets.Peer) -> str | None:
    """The caller that is meant: the one that is named, or with ``mine`` the one that asks; None for everybody."""
    return caller_name(request.caller, peer.pid) if request.mine or request.caller is not None else None
