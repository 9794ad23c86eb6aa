"""What was asked for becomes an order: checked as far as it can be known now, and completed from the settings."""

import asyncio
import contextlib
import os
from itertools import islice

from ttsmesh.config import Settings
from ttsmesh.errors import Code, RejectedError, TtsmeshError, quoted
from ttsmesh.host.offload import Workers
from ttsmesh.host.output_file import check_target
from ttsmesh.languages import AUTO, language_code
from ttsmesh.limits import PROBE_TIMEOUT
from ttsmesh.model.engine.protocol import Engine
from ttsmesh.model.g2p.client import G2P, check_language
from ttsmesh.model.keys import VoiceKey
from ttsmesh.model.render.pauses import Pauses
from ttsmesh.model.speech.callers import caller_name
from ttsmesh.model.speech.floor import Claim, Priority
from ttsmesh.model.speech.hub import Hub
from ttsmesh.model.speech.order import Order
from ttsmesh.model.text.chunking import sentences
from ttsmesh.model.voices.catalogue import DEFAULT_VOICES, Catalogue, FoundVoice
from ttsmesh.model.workers.voice_servers import Supervisor
from ttsmesh.text_input import check_text
from ttsmesh.wire import messages, sockets

DETECTED = 2000
DETECTED_SENTENCES = 8
"""Characters and sentences at a text's beginning of which one must tell in which language it begins."""


class OrderFactory:
    """Makes orders of requests to speak. ``speed``, once `ttsmesh speed` has set it, goes before the settings."""

    def __init__(
        self, settings: Settings, catalogue: Catalogue, engine: Engine, g2p: G2P, supervisor: Supervisor, hub: Hub
    ) -> None:
        self.speed: float | None = None
        self._settings = settings
        self._catalogue = catalogue
        self._engine = engine
        self._g2p = g2p
        self._supervisor = supervisor
        self._hub = hub
        self._outputs = Workers("the output file's directory")

    async def place(self, say: messages.Say, peer: sockets.Peer) -> Order:
        """Everything that can be known now is checked now: whoever is accepted is not refused later."""
        text = check_text(say.text, self._settings.max_text)
        detect = say.language is not None and say.language.strip().lower() == AUTO
        language = await self._first_language(text) if detect else say.language
        # In one go: each hop between threads is a good part of what an acknowledgement takes.
        key = await self._catalogue.files.run(lambda: self._usable(say.voice, language))
        device = say.device if say.device is not None else self._settings.device_of(key.voice)
        if say.output is not None:
            await self._check_output(say.output, say.force)
        elif device in self._hub.no_audio:
            await self._probe(key, device)
        return Order(
            claim=Claim(
                id=self._hub.new_id(),
                voice=key.voice,
                caller=caller_name(say.caller, peer),
                priority=Priority(say.priority),
                queued=say.queue,
            ),
            text=text,
            key=key,
            speed=say.speed or self.speed or self._settings.speed_of(key.voice),
            own_speed=say.speed is not None,
            volume=(say.volume if say.volume is not None else self._settings.volume_of(key.voice))
            * 10 ** (self._settings.gain_of(key.voice) / 20),
            pitch=say.pitch,
            pauses=_pauses(self._settings, self._settings.pauses_of(key.voice)),
            detect=detect,
            output=say.output,
            force=say.force,
            umask=say.umask,
            device=device,
            prime_s=self._settings.prime_of(device),
        )

    async def _check_output(self, output: str, force: bool) -> None:
        if not os.path.isabs(output):
            raise RejectedError("output must be an absolute path", Code.OUTPUT)
        await self._outputs.run(os.path.dirname(output), lambda: check_target(output, force))

    async def _probe(self, key: VoiceKey, device: str | None) -> None:
        """The last text for ``device`` found no audio output: look again before promising anything.

        A device that is still being opened when the time is up is no reason to refuse: a sleepy one takes longer.

        Raises:
            Rejected: there is still none.
        """
        reply = None
        with contextlib.suppress(TimeoutError, TtsmeshError):
            async with asyncio.timeout(PROBE_TIMEOUT), self._supervisor.voice(key).exchange() as channel:
                await channel.send(messages.Probe(device=device))
                reply = await channel.receive()
        if isinstance(reply, messages.Rejected) and reply.code == Code.NO_AUDIO:
            raise RejectedError(f"no audio output: {reply.message}", Code.NO_AUDIO)
        if isinstance(reply, messages.Accepted):
            self._hub.no_audio.pop(device, None)

    async def key(self, voice: str | None, language: str | None) -> VoiceKey:
        """A voice alone implies its language, a language alone its default voice: the settings' if that speaks it.

        Both together may differ. Raises ``RejectedError``, also for a language that is not installed.
        """
        return await self._catalogue.files.run(lambda: self._choose(voice, language)[0])

    async def _first_language(self, text: str) -> str | None:
        """Of the first sentence that is in one for sure; only the beginning is looked at."""
        begin = text[:DETECTED]
        found = await self._g2p.detect(
            [begin[start:end] for start, end in islice(sentences(begin), DETECTED_SENTENCES)]
        )
        return next((language for language in found if language is not None), None)

    # --- asks the file system: only called by the catalogue's worker -------------------------------------------------

    def _usable(self, voice: str | None, language: str | None) -> VoiceKey:
        key, found = self._choose(voice, language)
        self._catalogue.load(found)  # a damaged voice is refused, and the next use is warm
        self._engine.check()
        return key

    def _choose(self, voice: str | None, language: str | None) -> tuple[VoiceKey, FoundVoice]:
        if language is not None:
            language = language_code(language)
            check_language(language)
        found = self._catalogue.find(self._settings.default_voice if voice is None else voice)
        if voice is None and language is not None and self._catalogue.info(found).language != language:
            found = self._catalogue.find(DEFAULT_VOICES[language])
        if language is None:
            language = self._catalogue.info(found).language
            if not language:
                advice = "add --lang CODE, or language to its settings"
                raise RejectedError(f"voice {quoted(found.name)} has no language of its own; {advice}", Code.LANGUAGE)
            check_language(language)
        return VoiceKey(found.name, language), found


def _pauses(settings: Settings, times: float) -> Pauses:
    return Pauses(
        clause=times * settings.pause_clause,
        sentence=times * settings.pause_sentence,
        item=times * settings.pause_list,
        paragraph=times * settings.pause_paragraph,
    )
