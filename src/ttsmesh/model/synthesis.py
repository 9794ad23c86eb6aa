"""Text to PCM, chunk by chunk, as it is asked for: phonemes, render, edges trimmed, s16le."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import numpy as np

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.model.engine import FRAME_SAMPLES, Floats, Rendered
from ttsmesh.model.g2p import G2P
from ttsmesh.model.phonemes import WordSpan
from ttsmesh.model.renderer import Rank, Renderer
from ttsmesh.model.script import Script
from ttsmesh.model.tokens import encode
from ttsmesh.model.voices import Catalogue

LEAD_FRAMES = 4
TAIL_FRAMES = 4
"""Frames of 25 ms kept of the begin and end tokens' silence. The model speaks 14 and more, in every chunk; with two
at the start some onsets are clipped."""

_RAMP = SAMPLE_RATE // 200
"""Samples of the fade at a trimmed edge: the model's silence is not digital, and a cut in it can click."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One rendered chunk: characters ``start`` to ``end`` of the text are heard in ``pcm`` (s16le, 24 kHz, mono).

    ``words``: where each word ends, as (frame of ``pcm``, character of the text).
    """

    start: int
    end: int
    pcm: bytes
    words: tuple[tuple[int, int], ...]
    render_s: float


class Synthesizer:
    """Everything between a text and its sound."""

    def __init__(self, renderer: Renderer, g2p: G2P, catalogue: Catalogue) -> None:
        self._renderer = renderer
        self._g2p = g2p
        self._catalogue = catalogue

    async def speak(self, text: str, *, voice: str, language: str, speed: float, rank: Rank) -> AsyncIterator[Part]:
        """The sound of ``text``; nothing is rendered before it is asked for, so the consumer sets the pace.

        Raises:
            SynthesisError, ConfigError: this text, or any, cannot be rendered.
        """
        loop = asyncio.get_running_loop()
        pack = await asyncio.to_thread(self._catalogue.load, voice)
        script = Script(self._g2p, text, language, rank())
        async for chunk, phonemes in script:
            tokens, _ = encode(phonemes.text)
            if len(tokens) == 2:
                continue
            begun = loop.time()
            style = pack[len(tokens) - 3].reshape(1, -1)  # row = number of phonemes - 1
            rendered = await self._renderer.render(tokens, style, speed, rank)
            sound, skipped = trim(rendered)
            yield Part(
                start=chunk.start,
                end=chunk.end,
                pcm=pcm(sound),
                words=word_ends(phonemes.words, rendered, chunk.start, skipped),
                render_s=loop.time() - begun,
            )
            script.priority = rank()


def trim(rendered: Rendered) -> tuple[Floats, int]:
    """``rendered`` without most of the silence of the begin and end tokens; how many samples went at its start."""
    skip = max(0, round(float(rendered.durations[0])) - LEAD_FRAMES) * FRAME_SAMPLES
    drop = max(0, round(float(rendered.durations[-1])) - TAIL_FRAMES) * FRAME_SAMPLES
    samples: Floats = rendered.samples[skip : len(rendered.samples) - drop].copy()
    ramp = np.linspace(0, 1, min(_RAMP, len(samples)), dtype=np.float32)
    samples[: len(ramp)] *= ramp
    samples[len(samples) - len(ramp) :] *= ramp[::-1]
    return samples, skip


def pcm(samples: Floats) -> bytes:
    """``samples`` (-1..1) as s16le."""
    return (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()


def word_ends(words: Sequence[WordSpan], rendered: Rendered, offset: int, skipped: int) -> tuple[tuple[int, int], ...]:
    """Where each word ends: (frame of the trimmed sound, character of the text the chunk begins at ``offset`` of)."""
    ends = np.cumsum(rendered.durations) * FRAME_SAMPLES
    # A phoneme is a token, and the begin token comes before the first: token n is phoneme n - 1, so it ends at ends[n].
    return tuple((max(0, int(ends[word.phoneme_end]) - skipped), offset + word.end) for word in words)
