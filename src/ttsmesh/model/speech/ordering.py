"""Requests to speak become orders: checked as far as can be known now, and completed from the settings."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import cast as as_type

from ttsmesh.config import Settings
from ttsmesh.errors import Code, RejectedError, TtsmeshError, clipped, quoted
from ttsmesh.host.offload import Workers
from ttsmesh.host.output_file import check_target
from ttsmesh.languages import AUTO, language_code
from ttsmesh.limits import MAX_REPLY, PROBE_TIMEOUT
from ttsmesh.model.engine.protocol import Engine
from ttsmesh.model.g2p.client import G2P
from ttsmesh.model.g2p.installed import check_language
from ttsmesh.model.keys import VoiceKey
from ttsmesh.model.render.pauses import Pauses
from ttsmesh.model.render.script import Script, Text
from ttsmesh.model.speech.floor import Claim, Priority
from ttsmesh.model.speech.hub import Hub
from ttsmesh.model.speech.order import Order
from ttsmesh.model.text.markup.manuscript import Examined, examined
from ttsmesh.model.text.markup.markup import Kind, Markup, spoken_language
from ttsmesh.model.text.reading import Capitals, Punctuation, Reading
from ttsmesh.model.text.segments import Mark
from ttsmesh.model.text.sentences import sentences
from ttsmesh.model.voices.casting import cast_for
from ttsmesh.model.voices.catalogue import DEFAULT_VOICES, Catalogue, FoundVoice
from ttsmesh.model.workers.voice_servers import Supervisor
from ttsmesh.output_formats import Encoding, captions_format, encoding, format_of
from ttsmesh.text_input import check_text, names_blanks
from ttsmesh.wire import messages

DETECTED = 2000
"""Characters at a text's beginning in which its first language is looked for."""

EXAMINED_AT_ONCE = 64 * 1024
"""Characters of a text with markup that are examined at once, in some ms. A longer one is, in a thread of its own."""

DETECTED_SENTENCES = 8
"""Sentences at a text's beginning in which its first language is looked for."""


class OrderFactory:
    """Makes orders of requests to speak."""

    def __init__(
        self, settings: Settings, catalogue: Catalogue, engine: Engine, g2p: G2P, supervisor: Supervisor, hub: Hub
    ) -> None:
        self._settings = settings
        self._catalogue = catalogue
        self._engine = engine
        self._g2p = g2p
        self._supervisor = supervisor
        self._hub = hub
        self._outputs = Workers("the output file's directory")

    async def place(self, say: messages.Say, caller: str) -> Order:
        """Check everything that can be known now, so that a text which is accepted is not refused later."""
        text = check_text(say.text, self._settings.max_text, blank=names_blanks(say.spell, say.read_as))
        if say.start >= len(text):
            raise RejectedError("start is behind the end of the text", Code.USAGE)
        return await self._placed(say, text, caller)

    async def group(self, first: messages.Append, caller: str) -> Order:
        """The order of the group that begins with the piece ``first``. It is checked as a text is, and has none yet."""
        if first.read_as in ("ssml", "key"):
            raise RejectedError(f"what comes in pieces is not read as {first.read_as}", Code.USAGE)
        fields = {name: getattr(first, name) for name in messages.Say.rules if name in messages.Append.rules}
        order = await self._placed(messages.Say(**fields), first.text, caller)
        return replace(order, text="")

    async def _placed(self, say: messages.Say, text: str, caller: str) -> Order:
        asked = await self._examined(say, text)
        detect = _detects(say.language)
        language = await self._first_language(asked.beginning if asked else text) if detect else say.language
        # In one call, because each hop between threads is a good part of what an acknowledgement takes.
        key, markup = await self._catalogue.files.run(lambda: self._usable(say.voice, language, asked))
        device = say.device if say.device is not None else self._settings.device_of(key.voice)
        wanted = self._encoding(say)
        if say.output is not None:
            await self._check_output(say.output, say.force)
        elif wanted is None:
            await self._check_device(key, device, caller)
        if say.captions is not None:
            await self._check_captions(say.captions, say.output, say.force)
        return Order(
            claim=Claim(
                id=self._hub.new_id(),
                caller=caller,
                priority=Priority(say.priority),
                queued=say.queue,
            ),
            text=text,
            key=key,
            speed=say.speed or self._hub.speed or self._settings.speed_of(key.voice),
            fixed_speed=say.speed is not None or wanted is not None,
            volume=(say.volume if say.volume is not None else self._settings.volume_of(key.voice))
            * 10 ** (self._settings.gain_of(key.voice) / 20),
            pitch=say.pitch,
            words=say.words and say.wait,
            start=say.start,
            pauses=_pauses(self._settings, self._settings.pauses_of(key.voice)),
            reading=self._reading(say, key.language, detect=detect),
            markup=markup,
            output=say.output,
            stream=say.stream,
            encoding=wanted,
            captions=say.captions,
            force=say.force,
            umask=say.umask,
            device=device,
            prime_s=self._settings.prime_of(device),
            began_at=say.began_at,
            sent_at=say.sent_at,
        )

    async def again(self, request: messages.Again, caller: str) -> Order:
        """What was said once more, as it was said then. It is checked as a new text is.

        Raises:
            RejectedError: also when no such text is kept, or all of it was heard and the rest is wanted.
        """
        kept = self._hub.texts.find(request.id, caller if request.mine else None)
        order, start = kept.order, self._hub.characters(kept) if request.from_heard else 0
        if start >= len(order.text):
            raise RejectedError("all of it was heard", Code.NOTHING_TO_SAY)
        await self._catalogue.files.run(lambda: self._usable(*order.key, None))
        wanted = _file_encoding(request)
        if request.output is not None:
            await self._check_output(request.output, request.force)
        else:
            await self._check_device(order.key, order.device, caller)
        return replace(
            order,
            claim=Claim(id=self._hub.new_id(), caller=caller, queued=request.queue),
            start=start,
            words=False,
            speed=order.speed if order.fixed_speed else self._hub.speed or order.speed,
            fixed_speed=order.fixed_speed or wanted is not None,
            output=request.output,
            encoding=wanted,
            captions=None,
            force=request.force,
            umask=request.umask,
            began_at=None,
            sent_at=None,
        )

    async def explained(self, request: messages.Explain) -> AsyncIterator[messages.Explanation]:
        """What would be said of a text, to be iterated over once. Nothing is rendered, and no voice is started.

        Raises:
            RejectedError: as ``place``, for the text, the voice and the language.
            SynthesisError, ConfigError: while it is iterated over, the text cannot be made phonemes.
        """
        text = check_text(request.text, self._settings.max_text, blank=names_blanks(request.spell, request.read_as))
        asked = await self._examined(request, text)
        detect = _detects(request.language)
        language = None if detect else request.language
        key, markup = await self._catalogue.files.run(lambda: self._choose_all(request.voice, language, asked)[1:])
        return self._explanations(request, text, key.language, asked, markup)

    async def _explanations(
        self, request: messages.Explain, text: str, language: str, asked: Examined | None, markup: Markup | None
    ) -> AsyncIterator[messages.Explanation]:
        if detect := _detects(request.language):
            first = await self._first_language(asked.beginning if asked else text)
            key, markup = await self._catalogue.files.run(lambda: self._choose_all(request.voice, first, asked)[1:])
            language = key.language
        reading = self._reading(request, language, detect=detect)
        script = Script(self._g2p, Text(self._g2p, text, reading, markup=markup), silent=True)
        async for chunk, phonemes in script:
            yield messages.Explanation(
                language=chunk.language,
                read_as=chunk.read_as,
                spoken=chunk.text,
                phonemes=phonemes.text,
                unsayable=chunk.unsayable + phonemes.unsayable,
                voice=chunk.voice,
                lead_ms=chunk.lead_ms or None,
                pause_ms=chunk.pause_ms,
                marks=_names(chunk.marks),
            )

    async def _examined(self, request: messages.Say | messages.Explain, text: str) -> Examined | None:
        """What the markup of a request's ``text`` asks for; None if it has none.

        Raises:
            RejectedError: it is not well-formed.
        """
        ssml = (request.read_as or self._settings.read_as) == "ssml"
        if ssml and request.tags:
            raise RejectedError("a text is SSML or has tags, not both", Code.USAGE)
        if not (ssml or request.tags):
            return None
        kind: Kind = "ssml" if ssml else "tags"
        if len(text) <= EXAMINED_AT_ONCE:
            return examined(text, kind, beginning=DETECTED)
        return await asyncio.to_thread(examined, text, kind, beginning=DETECTED)

    def _reading(self, request: messages.Say | messages.Explain, language: str, *, detect: bool) -> Reading:
        return Reading(
            language=language,
            read_as=request.read_as or self._settings.read_as,
            detect=detect,
            directory=request.directory or "",
            punctuation=as_type(Punctuation, request.punctuation),
            spell=request.spell,
            capitals=as_type(Capitals, request.capitals),
        )

    @staticmethod
    def _encoding(say: messages.Say) -> Encoding | None:
        """The encoding of what is to be saved; None for what is to be heard."""
        if say.stream and (say.output is not None or not say.wait):
            raise RejectedError("a stream goes to a client that waits, and to no file", Code.USAGE)
        return encoding(say.format or "wav", say.sample_rate, say.bits) if say.stream else _file_encoding(say)

    async def _check_output(self, output: str, force: bool) -> None:
        if not os.path.isabs(output):
            raise RejectedError("output must be an absolute path", Code.OUTPUT)
        await self._outputs.run(os.path.dirname(output), lambda: check_target(output, force))

    async def _check_captions(self, captions: str, output: str | None, force: bool) -> None:
        captions_format(captions)
        if captions == output:
            raise RejectedError("sound and captions need files of their own", Code.OUTPUT)
        await self._check_output(captions, force)

    async def _check_device(self, key: VoiceKey, device: str | None, caller: str) -> None:
        if self._hub.is_silent(device) and not self._hub.mutes.silence(caller):
            await self._probe(key, device)

    async def _probe(self, key: VoiceKey, device: str | None) -> None:
        """Look for an audio output again, after the last text for ``device`` found none.

        A device that is still being opened when the time is up is given the benefit of the doubt: some take longer.

        Raises:
            RejectedError: there is still none.
        """
        reply = None
        with contextlib.suppress(TimeoutError, TtsmeshError):
            async with asyncio.timeout(PROBE_TIMEOUT), self._supervisor.voice(key).exchange() as channel:
                await channel.send(messages.Probe(device=device))
                reply = await channel.receive()
        if isinstance(reply, messages.Rejected) and reply.code == Code.NO_AUDIO:
            raise RejectedError(f"no audio output: {reply.message}", Code.NO_AUDIO)
        if isinstance(reply, messages.Accepted):
            self._hub.has_output(device)

    async def key(self, voice: str | None, language: str | None) -> VoiceKey:
        """Complete what a request names. A voice implies its language; a language the voice of the settings if that
        speaks it, else its default voice. A request that names both may have a voice speak any language.

        Raises:
            RejectedError: the voice is unknown, or the language is unknown or not installed.
        """
        return await self._catalogue.files.run(lambda: self._choose(voice, language)[0])

    async def _first_language(self, text: str) -> str | None:
        """The language of the first sentence whose language is certain. Only the beginning is looked at."""
        begin = text[:DETECTED]
        found = await self._g2p.detect(
            [begin[start:end] for start, end in islice(sentences(begin), DETECTED_SENTENCES)]
        )
        return next((language for language in found if language is not None), None)

    # --- these ask the file system, so only the catalogue's worker calls them -----------------------------------------

    def _usable(
        self, voice: str | None, language: str | None, asked: Examined | None
    ) -> tuple[VoiceKey, Markup | None]:
        found, key, markup = self._choose_all(voice, language, asked)
        self._catalogue.load(found)  # a damaged voice is refused, and the next use is warm
        self._engine.check()
        return key, markup

    def _choose_all(
        self, voice: str | None, language: str | None, asked: Examined | None
    ) -> tuple[FoundVoice, VoiceKey, Markup | None]:
        """The voice of an utterance, and those that its markup asks for."""
        if asked is not None and language is None:
            language = self._language_of(asked, voice)
        key, found = self._choose(voice, language)
        if asked is None:
            return found, key, None
        cast = cast_for(asked.wishes, self._catalogue, key.language, strict=asked.kind == "tags")
        return found, key, Markup(asked.kind, cast)

    def _language_of(self, asked: Examined, voice: str | None) -> str | None:
        """The language that a text says it is in, unless that is the voice's own, perhaps in another accent."""
        own = self._catalogue.info(self._settings.default_voice if voice is None else voice).language
        language = spoken_language(asked.language, own) if asked.language else ""
        return None if language in ("", own) else language

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


def _detects(language: str | None) -> bool:
    """Whether the language of each sentence is to be found."""
    return language is not None and language.strip().lower() == AUTO


def _file_encoding(request: messages.Say | messages.Again) -> Encoding | None:
    """The encoding of the file that is to be saved; None if there is none."""
    if request.output is not None:
        return encoding(request.format or format_of(request.output), request.sample_rate, request.bits)
    for name in ("format", "sample_rate", "bits"):
        if getattr(request, name) is not None:
            raise RejectedError(f"{name} is for what is saved: it needs output", Code.USAGE)
    return None


def _names(marks: Sequence[Mark]) -> str:
    """The names of ``marks``, a line each, as many as one message has room for."""
    return clipped("\n".join(mark.name for mark in marks), MAX_REPLY // 4)


def _pauses(settings: Settings, times: float) -> Pauses:
    return Pauses(
        clause=times * settings.pause_clause,
        sentence=times * settings.pause_sentence,
        item=times * settings.pause_list,
        paragraph=times * settings.pause_paragraph,
    )
