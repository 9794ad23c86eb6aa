"""Text to PCM, chunk by chunk as they are asked for: phonemes, render, pauses, loudness and volume, s16le.

Speed is no part of it. The model renders at its own speed, and the voice server stretches the sound.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ttsmesh.audio import BYTES_PER_FRAME, SAMPLE_RATE
from ttsmesh.model.engine.protocol import Floats, Rendered
from ttsmesh.model.g2p.client import G2P
from ttsmesh.model.g2p.phonemes import WordSpan
from ttsmesh.model.g2p.tokens import encode
from ttsmesh.model.g2p.words import located
from ttsmesh.model.kokoro import FRAME_SAMPLES
from ttsmesh.model.render.pauses import DEFAULT_PAUSES, Pauses
from ttsmesh.model.render.phrase_cache import PHRASE_CHARACTERS, PhraseCache
from ttsmesh.model.render.renderer import PreemptedTooOftenError, Rank, Renderer
from ttsmesh.model.render.script import Losses, Script, Text
from ttsmesh.model.render.spacing import TAIL_SAMPLES, Spaced, space
from ttsmesh.model.text.chunking import TextChunk
from ttsmesh.model.text.reading import Reading
from ttsmesh.model.voices.catalogue import Catalogue
from ttsmesh.model.voices.loudness import LoudnessNormaliser
from ttsmesh.model.voices.volume import at_volume
from ttsmesh.wire.word_times import WordTime


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedChunk:
    """One rendered chunk: characters ``start`` to ``end`` of the text are heard in ``pcm`` (s16le, 24 kHz, mono).

    ``words``: when each word is heard. ``marks``: the frame of ``pcm`` and the name of each place that the listener is
    told of. ``render_s``: seconds from the request for the render until ``pcm`` was ready; 0 where it comes from the
    cache.
    """

    start: int
    end: int
    pcm: bytes
    words: tuple[WordTime, ...]
    marks: tuple[tuple[int, str], ...]
    render_s: float


RENDER_SPEED = 1.0
"""The speed that the model is asked for, whatever the listener's: the sound is stretched where it is heard. From 0.9 to
1.2 the model is understood as well as at 1, but not better than stretched sound, and its pace is 4 to 6 % off. Beyond,
it drops sounds or adds vowels. See ``bench.rate``."""


@dataclass(frozen=True, slots=True)
class _Voice:
    """The style ``table`` in one ``version`` of its files. ``loudness``: LUFS of an official voice, else None.

    ``settled``: the loudness is known, and so does not change while the voice speaks.
    """

    version: Hashable
    table: Floats
    loudness: float | None
    settled: bool


class Synthesizer:
    """Everything between a text and its sound. ``phrase_bytes``: bytes of PCM of short texts that are kept."""

    def __init__(
        self,
        renderer: Renderer,
        g2p: G2P,
        catalogue: Catalogue,
        normaliser: LoudnessNormaliser | None = None,
        phrase_bytes: int = 0,
    ) -> None:
        self._renderer = renderer
        self._g2p = g2p
        self._catalogue = catalogue
        self._normaliser = normaliser or LoudnessNormaliser()
        self._phrases: PhraseCache[tuple[list[RenderedChunk], Losses]] = PhraseCache(phrase_bytes)

    async def speak(
        self,
        text: str,
        reading: Reading,
        *,
        voice: str,
        speed: float,
        rank: Rank,
        heard_at: Callable[[], float] = lambda: 1.0,
        volume: float = 100.0,
        pauses: Pauses = DEFAULT_PAUSES,
        losses: Losses | None = None,
    ) -> AsyncIterator[RenderedChunk]:
        """The sound of ``text``. Nothing is rendered before it is asked for, so the consumer sets the pace.

        Args:
            speed: what the model is asked for.
            rank: how urgent a render is just now.
            heard_at: the speed at which the sound is heard just now.
            volume: percent of the common loudness.
            losses: counts what is left out, and must begin at 0.

        Raises:
            SynthesisError: this text cannot be rendered.
            ConfigError: the model, the voice or the language cannot be used.
        """
        loaded = await self._catalogue.files.run(lambda: self._load(voice))
        losses = losses or Losses()
        read = Text(self._g2p, text, reading, rank)
        segments = await read.first()
        # Everything that the sound depends on.
        key = (segments, voice, loaded.version, loaded.settled, speed, volume, pauses)
        if segments is not None and (known := self._phrases.get(key)) is not None:
            parts, lost = known
            losses.unsayable += lost.unsayable
            losses.dropped += lost.dropped
            for part in parts:
                yield part
            return

        def growth() -> float:
            return self._renderer.tempo.growth(heard_at())

        script = Script(self._g2p, read, rank, growth, losses=losses)
        short = segments is not None and len(text) <= PHRASE_CHARACTERS
        parts = []
        async for part in self._render(script, loaded, speed, volume, pauses, rank):
            if short:
                parts.append(replace(part, render_s=0.0))
            yield part
        if short and not script.halved:
            self._phrases.keep(key, (parts, replace(losses)), sum(len(part.pcm) for part in parts))

    def _load(self, name: str) -> _Voice:
        voice = self._catalogue.find(name)
        # The version comes first: if the file changes in between, the sound is kept under a key that never recurs.
        version, table = self._catalogue.version(voice), self._catalogue.load(voice)
        loudness = self._catalogue.loudness(voice)
        return _Voice(version, table, loudness, loudness is not None or self._normaliser.knows(table))

    async def _render(
        self,
        script: Script,
        voice: _Voice,
        speed: float,
        volume: float,
        pauses: Pauses,
        rank: Rank,
    ) -> AsyncIterator[RenderedChunk]:
        loop = asyncio.get_running_loop()
        pause, said = 0.0, False  # milliseconds after the chunk before, if there is one
        preempted: float | None = None  # when the render began that was preempted, if half of that chunk comes next
        async for chunk, phonemes in script:
            tokens = encode(phonemes.text)
            begun = loop.time() if preempted is None else preempted
            style = voice.table[len(phonemes.text) - 1].reshape(1, -1)
            try:
                rendered = await self._renderer.render(tokens, style, speed, rank, preempted=preempted is not None)
            except PreemptedTooOftenError:
                preempted = begun
                script.halve_last()
                continue
            preempted = None
            factor = await asyncio.to_thread(self._normaliser.factor, rendered.samples, voice.table, voice.loudness)
            spaced = space(rendered, phonemes.text, pauses)
            before = max(0, round(pause / 1000 / speed * SAMPLE_RATE) - spaced.head - TAIL_SAMPLES) if said else 0
            pause, said = pauses.after(chunk.pause), True
            words = word_times(chunk, phonemes.words, rendered, spaced, before)
            loudness = volume * factor * chunk.delivery.volume
            yield RenderedChunk(
                start=chunk.start,
                end=chunk.end,
                pcm=bytes(before * BYTES_PER_FRAME) + pcm(at_volume(spaced.samples, loudness)),
                words=words,
                marks=mark_frames(chunk, words, before),
                render_s=loop.time() - begun,
            )


def pcm(samples: Floats) -> bytes:
    """``samples`` (-1..1) in s16le."""
    return (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()


def word_times(
    chunk: TextChunk, spans: Sequence[WordSpan], rendered: Rendered, spaced: Spaced, before: int
) -> tuple[WordTime, ...]:
    """When each word of ``chunk`` is heard, in frames of its sound, which begins with ``before`` frames of silence."""
    ends = np.cumsum(rendered.durations) * FRAME_SAMPLES
    times = []
    for span in spans:
        places = [chunk.words[index].source(*part) for index, *part in located(chunk.words, span.start, span.end)]
        start, end = places[0][0], places[-1][1]
        # The begin token comes first, so phoneme n is token n + 1, which ends at ends[n + 1].
        heard, silent = int(ends[span.phoneme_start]), int(ends[span.phoneme_end])
        times.append(WordTime(before + spaced.place(heard), before + spaced.place(silent), start, end))
    return tuple(times)


def mark_frames(chunk: TextChunk, words: Sequence[WordTime], before: int) -> tuple[tuple[int, str], ...]:
    """The frame at which the word after each mark of ``chunk`` begins to be heard, and the name of the mark."""
    return tuple(
        (
            next((word.first_frame for word in words if word.end > chunk.words[mark.word].start), before),
            mark.name,
        )
        for mark in chunk.marks
    )
