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
from ttsmesh.model.kokoro import FRAME_SAMPLES
from ttsmesh.model.render.pauses import DEFAULT_PAUSES, Pauses
from ttsmesh.model.render.phrase_cache import PHRASE_CHARACTERS, PhraseCache
from ttsmesh.model.render.renderer import PreemptedTooOftenError, Rank, Renderer
from ttsmesh.model.render.script import Losses, Script
from ttsmesh.model.render.spacing import TAIL_SAMPLES, Spaced, space
from ttsmesh.model.voices.catalogue import Catalogue
from ttsmesh.model.voices.loudness import LoudnessNormaliser
from ttsmesh.model.voices.volume import at_volume


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedChunk:
    """One rendered chunk: characters ``start`` to ``end`` of the text are heard in ``pcm`` (s16le, 24 kHz, mono).

    ``words``: the end of each word, as (frame of ``pcm``, character of the text). ``render_s``: seconds from the
    request for the render until ``pcm`` was ready; 0 where it comes from the cache.
    """

    start: int
    end: int
    pcm: bytes
    words: tuple[tuple[int, int], ...]
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
        *,
        voice: str,
        language: str,
        speed: float,
        rank: Rank,
        heard_at: Callable[[], float] = lambda: 1.0,
        volume: float = 100.0,
        pauses: Pauses = DEFAULT_PAUSES,
        detect: bool = False,
        losses: Losses | None = None,
    ) -> AsyncIterator[RenderedChunk]:
        """The sound of ``text``. Nothing is rendered before it is asked for, so the consumer sets the pace.

        Args:
            speed: what the model is asked for.
            rank: how urgent a render is just now.
            heard_at: the speed at which the sound is heard just now.
            volume: percent of the common loudness.
            detect: ``language`` is that of the first sentence only.
            losses: counts what is left out, and must begin at 0.

        Raises:
            SynthesisError: this text cannot be rendered.
            ConfigError: the model, the voice or the language cannot be used.
        """
        loaded = await self._catalogue.files.run(lambda: self._load(voice))
        losses = losses or Losses()
        # Everything that the sound depends on.
        key = (text, voice, loaded.version, loaded.settled, language, speed, volume, pauses, detect)
        if (known := self._phrases.get(key)) is not None:
            parts, lost = known
            losses.unsayable += lost.unsayable
            losses.dropped += lost.dropped
            for part in parts:
                yield part
            return

        def growth() -> float:
            return self._renderer.tempo.growth(heard_at())

        script = Script(self._g2p, text, language, rank, growth, detect=detect, losses=losses)
        parts = []
        async for part in self._render(script, text, loaded, speed, volume, pauses, rank):
            if len(text) <= PHRASE_CHARACTERS:
                parts.append(replace(part, render_s=0.0))
            yield part
        if len(text) <= PHRASE_CHARACTERS and not script.halved:
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
        text: str,
        voice: _Voice,
        speed: float,
        volume: float,
        pauses: Pauses,
        rank: Rank,
    ) -> AsyncIterator[RenderedChunk]:
        loop = asyncio.get_running_loop()
        said: int | None = None  # the end of what was said, in characters
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
            pause = 0.0 if said is None else pauses.between(text, said, chunk.start) / 1000 / speed
            before = max(0, round(pause * SAMPLE_RATE) - spaced.head - TAIL_SAMPLES)
            words = word_ends(phonemes.words, rendered, spaced, chunk.start)
            said = chunk.end
            yield RenderedChunk(
                start=chunk.start,
                end=chunk.end,
                pcm=bytes(before * BYTES_PER_FRAME) + pcm(at_volume(spaced.samples, volume * factor)),
                words=tuple((before + frame, character) for frame, character in words),
                render_s=loop.time() - begun,
            )


def pcm(samples: Floats) -> bytes:
    """``samples`` (-1..1) in s16le."""
    return (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()


def word_ends(
    words: Sequence[WordSpan], rendered: Rendered, spaced: Spaced, offset: int
) -> tuple[tuple[int, int], ...]:
    """The end of each word, as (frame of the spaced sound, character of the text).

    ``offset``: the character of the text at which the chunk begins.
    """
    ends = np.cumsum(rendered.durations) * FRAME_SAMPLES
    # The begin token comes first, so phoneme n - 1 is token n, and ends at ends[n].
    return tuple((spaced.place(int(ends[word.phoneme_end])), offset + word.end) for word in words)
