"""Text to PCM, chunk by chunk, as it is asked for: phonemes, render, pauses, volume, s16le."""

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
from ttsmesh.model.render.phrase_cache import PHRASE_CHARACTERS, CachedPhrase, PhraseCache
from ttsmesh.model.render.renderer import GaveWay, Rank, Renderer
from ttsmesh.model.render.script import Losses, Script
from ttsmesh.model.render.spacing import TAIL, Spaced, space
from ttsmesh.model.voices.catalogue import Catalogue
from ttsmesh.model.voices.loudness import Levels
from ttsmesh.model.voices.volume import at_volume


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedChunk:
    """One rendered chunk: characters ``start`` to ``end`` of the text are heard in ``pcm`` (s16le, 24 kHz, mono).

    ``words``: where each word ends, as (frame of ``pcm``, character of the text).
    """

    start: int
    end: int
    pcm: bytes
    words: tuple[tuple[int, int], ...]
    render_s: float


RENDER_SPEED = 1.0
"""What the model is asked for, whatever the listener's speed: the sound is stretched where it is heard. From 0.9 to 1.2
the model is understood as well as at 1, but not better than stretched sound, and its pace is 4 to 6 % off; beyond, it
drops sounds or adds vowels. See ``bench.rate``."""


@dataclass(frozen=True, slots=True)
class _Voice:
    """``table``: the style, in this ``version`` of its files. ``settled``: how loud it is need not be found out."""

    version: Hashable
    table: Floats
    loudness: float | None
    settled: bool


class Synthesizer:
    """Everything between a text and its sound. ``phrase_bytes``: of PCM of short texts, kept to be said again."""

    def __init__(
        self,
        renderer: Renderer,
        g2p: G2P,
        catalogue: Catalogue,
        levels: Levels | None = None,
        phrase_bytes: int = 0,
    ) -> None:
        self._renderer = renderer
        self._g2p = g2p
        self._catalogue = catalogue
        self._levels = levels or Levels()
        self._phrases: PhraseCache[RenderedChunk] = PhraseCache(phrase_bytes)

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
        """The sound of ``text``, rendered at ``speed``; nothing is rendered before it is asked for, so the consumer
        sets the pace.

        ``heard_at``: the speed it is heard at just now. ``volume``: percent of the common loudness.
        ``detect``: ``language`` is the first sentence's only. ``losses``: where to count, from nothing.

        Raises:
            SynthesisError, ConfigError: this text, or any, cannot be rendered.
        """
        look = await self._catalogue.files.run(lambda: self._look_up(voice))
        losses = losses if losses is not None else Losses()
        # All that the sound depends on.
        key = (text, voice, look.version, look.settled, language, speed, volume, pauses, detect)
        if (known := self._phrases.get(key)) is not None:
            losses.unsayable += known.unsayable
            losses.dropped += known.dropped
            for part in known.parts:
                yield part
            return

        def growth() -> float:
            return self._renderer.tempo.growth(heard_at())

        script = Script(self._g2p, text, language, rank(), growth, detect=detect, losses=losses)
        parts: list[RenderedChunk] = []
        async for part in self._render(script, text, look, speed, volume, pauses, rank):
            if len(text) <= PHRASE_CHARACTERS:
                parts.append(replace(part, render_s=0.0))
            yield part
        if len(text) <= PHRASE_CHARACTERS and not script.halved:
            self._phrases.keep(key, CachedPhrase(parts, losses.unsayable, losses.dropped))

    def _look_up(self, name: str) -> "_Voice":
        # The version first: a file that changes in between makes a sound that is never found again.
        version, table, loudness = (
            self._catalogue.version(name),
            self._catalogue.load(name),
            self._catalogue.loudness(name),
        )
        return _Voice(version, table, loudness, loudness is not None or self._levels.knows(table))

    async def _render(
        self,
        script: Script,
        text: str,
        voice: "_Voice",
        speed: float,
        volume: float,
        pauses: Pauses,
        rank: Rank,
    ) -> AsyncIterator[RenderedChunk]:
        loop = asyncio.get_running_loop()
        said: int | None = None  # up to which character
        gave_way: float | None = None  # when the chunk was begun of which the halves come next
        async for chunk, phonemes in script:
            tokens = encode(phonemes.text)
            if len(tokens) == 2:
                continue
            begun = loop.time() if gave_way is None else gave_way
            style = voice.table[len(tokens) - 3].reshape(1, -1)  # row = number of phonemes - 1
            try:
                rendered = await self._renderer.render(tokens, style, speed, rank, again=gave_way is not None)
            except GaveWay:
                gave_way = begun
                script.again_in_two()
                continue
            gave_way = None
            level = await asyncio.to_thread(self._levels.factor, rendered.samples, voice.table, voice.loudness)
            spaced = space(rendered, phonemes.text, pauses)
            pause = 0.0 if said is None else pauses.between(text, said, chunk.start) / 1000 / speed
            before = max(0, round(pause * SAMPLE_RATE) - spaced.head - TAIL)
            words = word_ends(phonemes.words, rendered, spaced, chunk.start)
            said = chunk.end
            yield RenderedChunk(
                start=chunk.start,
                end=chunk.end,
                pcm=bytes(before * BYTES_PER_FRAME) + pcm(at_volume(spaced.samples, volume * level)),
                words=tuple((before + frame, character) for frame, character in words),
                render_s=loop.time() - begun,
            )
            script.priority = rank()


def pcm(samples: Floats) -> bytes:
    """``samples`` (-1..1) as s16le."""
    return (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()


def word_ends(
    words: Sequence[WordSpan], rendered: Rendered, spaced: Spaced, offset: int
) -> tuple[tuple[int, int], ...]:
    """Where each word ends: (frame of the spaced sound, character of the text the chunk begins at ``offset`` of)."""
    ends = np.cumsum(rendered.durations) * FRAME_SAMPLES
    # A phoneme is a token, and the begin token comes before the first: token n is phoneme n - 1, so it ends at ends[n].
    return tuple((spaced.place(int(ends[word.phoneme_end])), offset + word.end) for word in words)
