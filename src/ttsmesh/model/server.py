"""The model server: answers every request, from its first byte to its last."""

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Awaitable, Callable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from ttsmesh import messages, sockets
from ttsmesh.config import Settings
from ttsmesh.errors import Code, PeerGone, Rejected, RemoteProtocolError, TtsmeshError, echo
from ttsmesh.languages import AUTO, LANGUAGES, language_code, language_name
from ttsmesh.limits import FRAME_TIMEOUT, MAX_CLIENTS, PROBE_TIMEOUT
from ttsmesh.messages import Accepted
from ttsmesh.model import history, report
from ttsmesh.model.callers import caller_name
from ttsmesh.model.engine import Engine
from ttsmesh.model.floor import Claim, Priority
from ttsmesh.model.g2p import G2P, check_language
from ttsmesh.model.hub import Hub
from ttsmesh.model.pauses import Pauses
from ttsmesh.model.renderer import Renderer
from ttsmesh.model.supervisor import Supervisor, VoiceKey
from ttsmesh.model.synthesis import Synthesizer
from ttsmesh.model.text import sentences
from ttsmesh.model.utterance import Order
from ttsmesh.model.voices import DEFAULT_VOICES, Catalogue
from ttsmesh.output import check_target
from ttsmesh.paths import state_dir
from ttsmesh.schema import Message
from ttsmesh.stream import Channel, Listener
from ttsmesh.text import check_text

logger = logging.getLogger(__name__)

DETECTED = 2000
DETECTED_SENTENCES = 8
"""Characters and sentences at a text's beginning of which one must tell in which language it begins."""


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
        self._speed: float | None = None  # what `ttsmesh speed` said last: until we leave, it goes before the settings
        self.closed = False  # whoever has connected by now and asks too late is for our successor
        self._max_clients = max_clients
        self._loading = asyncio.Lock()  # first come, first served: threads would overtake one another
        self.drain = True
        self._begun = asyncio.get_running_loop().time()
        folder = Path(settings.voices_folder).expanduser() if settings.voices_folder else None
        self.catalogue = Catalogue(folder=folder, languages=settings.languages())
        self.g2p = G2P(idle=settings.language_idle)
        self.renderer = Renderer(engine, on_stuck=self.leaving.set)
        self.supervisor = Supervisor(
            directory,
            os.path.join(directory, sockets.AUDIO_SOCKET),
            group,
            idle_timeout=settings.voice_idle,
            release_timeout=settings.release,
            max_idle=settings.idle_voices,
        )
        self.hub = Hub(self.supervisor, Synthesizer(self.renderer, self.g2p, self.catalogue), group)
        self.hub.history.open(state_dir() / history.FILE, group)
        self.listener = Listener(sock, self._serve_client, group)
        self._audio_path = os.path.join(directory, sockets.AUDIO_SOCKET)
        self._audio_sock = sockets.listen(self._audio_path)
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
                raise Rejected(f"busy: {self._max_clients} clients are connected already", Code.BUSY)
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
            await channel.send(messages.Rejected(code=code, message=message[:1000]))
        except TtsmeshError:
            return  # it is gone, or was answered already

    # --- requests ---------------------------------------------------------------------------------------------------

    async def _say(self, channel: Channel, say: messages.Say, peer: sockets.Peer) -> None:
        order = await self._order(say, peer)
        if self.closed or channel.peer_left:
            return  # unanswered: it goes to our successor, or has gone
        self.hub.check_room(order.text)
        utterance = self.hub.accept(order)
        logger.info(
            "utterance %s: accepted, %d characters, %s %s%s",
            order.id,
            len(order.text),
            *order.key,
            ", to a file" if order.output else "",
        )
        accepted = Accepted(id=order.id, notice=self.hub.history.take_notice() if say.terminal else None)
        if not say.wait:
            await channel.send(accepted)
            return
        events = utterance.watch()
        await channel.send(accepted)
        told = asyncio.create_task(self._tell(channel, events))
        gone = asyncio.create_task(channel.receive())
        try:
            await asyncio.wait([told, gone], return_when=asyncio.FIRST_COMPLETED)
            if not told.done():
                utterance.interrupt("taken_back")  # whoever waits for it and goes away wants it no longer
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

    async def _order(self, say: messages.Say, peer: sockets.Peer) -> Order:
        """Everything that can be known now is checked now: whoever is accepted is not refused later."""
        text = check_text(say.text, self.settings.max_text)
        detect = say.language is not None and say.language.strip().lower() == AUTO
        language = await self._first_language(text) if detect else say.language
        key = self.key(say.voice, language)
        async with self._loading:
            # A damaged voice is refused, and the next use is warm.
            await asyncio.to_thread(self.catalogue.load, key.voice)
        if say.output is not None:
            if not os.path.isabs(say.output):
                raise Rejected("output must be an absolute path", Code.OUTPUT)
            check_target(say.output, say.force)
        self.renderer.engine.check()
        device = say.device if say.device is not None else self.settings.device_of(key.voice)
        if say.output is None and self.hub.no_audio is not None:
            await self._probe(key, device)
        return Order(
            claim=Claim(
                id=self.hub.new_id(),
                voice=key.voice,
                caller=caller_name(say.caller, peer),
                priority=Priority(say.priority),
                queued=say.queue,
            ),
            text=text,
            key=key,
            speed=say.speed or self._speed or self.settings.speed_of(key.voice),
            volume=(say.volume if say.volume is not None else self.settings.volume_of(key.voice))
            * 10 ** (self.settings.gain_of(key.voice) / 20),
            pitch=say.pitch,
            pauses=_pauses(self.settings, self.settings.pauses_of(key.voice)),
            detect=detect,
            output=say.output,
            force=say.force,
            umask=say.umask,
            device=device,
            prime_s=self.settings.prime_of(device),
        )

    async def _probe(self, key: VoiceKey, device: str | None) -> None:
        """The last text found no audio output: look again before promising anything.

        Raises:
            Rejected: there is still none.
        """
        try:
            async with asyncio.timeout(PROBE_TIMEOUT), self.supervisor.voice(key).exchange() as channel:
                await channel.send(messages.Probe(device=device))
                reply = await channel.receive()
            refusal = reply.message if isinstance(reply, messages.Rejected) else None
        except (TimeoutError, TtsmeshError):
            refusal = self.hub.no_audio
        if refusal is not None:
            raise Rejected(f"no audio output: {refusal}", Code.NO_AUDIO)
        self.hub.no_audio = None

    def key(self, voice: str | None, language: str | None) -> VoiceKey:
        """A voice alone implies its language, a language alone its default voice: the settings' if that speaks it.

        Both together may differ. Raises ``Rejected``, also for a language that is not installed.
        """
        if language is not None:
            language = language_code(language)
            check_language(language)
        if voice is None:
            voice = self.settings.default_voice
            if language is not None and self._language_of(voice) != language:
                voice = DEFAULT_VOICES[language]
        voice = self.catalogue.canonical(voice)
        if language is None:
            language = self._language_of(voice)
            if not language:
                advice = "add --lang CODE, or language to its settings"
                raise Rejected(f"voice {echo(voice)} has no language of its own; {advice}", Code.LANGUAGE)
            check_language(language)
        return VoiceKey(voice, language)

    def _language_of(self, voice: str) -> str:
        """Empty where it is not known, or no language of ours."""
        try:
            return language_code(self.catalogue.info(voice).language)
        except Rejected as error:
            if error.code == Code.LANGUAGE:
                return ""
            raise

    async def _first_language(self, text: str) -> str | None:
        """Of the first sentence that is in one for sure; only the beginning is looked at."""
        begin = text[:DETECTED]
        found = await self.g2p.detect([begin[start:end] for start, end in islice(sentences(begin), DETECTED_SENTENCES)])
        return next((language for language in found if language is not None), None)

    async def _synthesize(self, channel: Channel, request: messages.Synthesize, _: sockets.Peer) -> None:
        utterance = self.hub.live.get(request.id)
        if utterance is None or not utterance.offer(channel):
            await channel.send(messages.Failed(code=Code.PROTOCOL, message="no such utterance waits for a voice"))
            return
        await utterance.ended.wait()

    async def _stop(self, channel: Channel, request: messages.Stop, peer: sockets.Peer) -> None:
        caller = caller_name(request.caller, peer) if request.mine or request.caller is not None else None
        if request.id is not None and request.id in self.hub.live:
            self.hub.live[request.id].interrupt("stopped")  # a save, too, when it is named
            count = 1
        else:
            count = self.hub.silence(
                lambda claim: (
                    request.id is None and request.voice in (None, claim.voice) and caller in (None, claim.caller)
                )
            )
        await channel.send(Accepted(count=count))

    async def _pause(self, channel: Channel, _: messages.Pause, __: sockets.Peer) -> None:
        await channel.send(Accepted(count=self.hub.pause()))

    async def _resume(self, channel: Channel, _: messages.Resume, __: sockets.Peer) -> None:
        await channel.send(Accepted(count=self.hub.resume()))

    async def _skip(self, channel: Channel, _: messages.Skip, __: sockets.Peer) -> None:
        await channel.send(Accepted(count=self.hub.skip()))

    async def _set_speed(self, channel: Channel, request: messages.SetSpeed, _: sockets.Peer) -> None:
        self._speed = request.speed
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
        installed = await asyncio.to_thread(lambda: list(self.catalogue.entries()))
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
                    path=info.path,
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
        self._audio_sock.close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._audio_path)
        for connection in self.listener.connections | self._audio_listener.connections:
            connection.cancel()


def _pauses(settings: Settings, times: float) -> Pauses:
    return Pauses(
        clause=times * settings.pause_clause,
        sentence=times * settings.pause_sentence,
        item=times * settings.pause_list,
        paragraph=times * settings.pause_paragraph,
    )
