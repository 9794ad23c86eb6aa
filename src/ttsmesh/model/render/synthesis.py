"""Text to PCM, piece by piece as it is asked for: phonemes, render, pauses, loudness and volume, s16le.

Speed is no part of it. The model renders at its own speed, and the voice server stretches the sound.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ttsmesh.audio import BYTES_PER_FRAME, SAMPLE_RATE
from ttsmesh.errors import SynthesisError
from ttsmesh.model.engine.lufs import measure
from ttsmesh.model.engine.protocol import Floats, Samples, Speaker
from ttsmesh.model.g2p.client import G2P
from ttsmesh.model.g2p.phonemes import WordSpan
from ttsmesh.model.g2p.words import located
from ttsmesh.model.render.pauses import DEFAULT_PAUSES, Pauses
from ttsmesh.model.render.phrase_cache import PHRASE_CHARACTERS, PhraseCache
from ttsmesh.model.render.renderer import Rank, Render, Renderer
from ttsmesh.model.render.script import Losses, Script, Text
from ttsmesh.model.render.spacing import TAIL_SAMPLES, Spacer
from ttsmesh.model.text.chunking import TextChunk
from ttsmesh.model.text.markup.markup import Markup
from ttsmesh.model.text.reading import Reading
from ttsmesh.model.voices.catalogue import Catalogue
from ttsmesh.model.voices.loudness import LoudnessNormaliser
from ttsmesh.model.voices.volume import at_volume
from ttsmesh.wire.word_times import WordTime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkHead:
    """What is known of a chunk when its first piece comes: it says characters ``start`` to ``end`` of the text.

    ``text``: what is said in it. ``words``: when each word is heard. The last ones may be said to end a little behind
    the chunk's sound. ``marks``: the frame and the name of each place that the listener is told of. Frames count from
    the chunk's beginning.
    """

    start: int
    end: int
    text: str = ""
    words: tuple[WordTime, ...]
    marks: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """The next of the sound: ``pcm`` (s16le, 24 kHz, mono). ``head``: the chunk that begins with it, if one does.
    ``ends_chunk``: whether a chunk ends with it.

    ``render_s``: seconds from the request for the piece, or for the chunk that begins with it, until ``pcm`` was ready;
    0 where it comes from the cache.
    """

    pcm: bytes
    head: ChunkHead | None
    ends_chunk: bool
    render_s: float


RENDER_SPEED = 1.0
"""The speed that the model is asked for, whatever the listener's: the sound is stretched where it is heard. From 0.9 to
1.2 the model is understood as well as at 1, but not better than stretched sound, and its pace is 4 to 6 % off. Beyond,
it drops sounds or adds vowels. See ``bench.rate``."""


@dataclass(frozen=True, slots=True)
class _Voice:
    """The ``speaker`` in one ``version`` of its files. ``loudness``: LUFS of an official voice, else None.

    ``settled``: the loudness is known, and so does not change while the voice speaks.
    """

    version: Hashable
    speaker: Speaker
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
        self._phrases: PhraseCache[tuple[list[Piece], Losses]] = PhraseCache(phrase_bytes)

    async def speak(
        self,
        text: str,
        reading: Reading,
        *,
        voice: str,
        markup: Markup | None = None,
        speed: float,
        rank: Rank,
        heard_at: Callable[[], float] = lambda: 1.0,
        volume: float = 100.0,
        pauses: Pauses = DEFAULT_PAUSES,
        losses: Losses | None = None,
    ) -> AsyncIterator[Piece]:
        """The sound of ``text``. Nothing is rendered before it is asked for, so the consumer sets the pace.

        Args:
            markup: of a text that is marked up.
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
        read = Text(self._g2p, text, reading, rank, markup)
        segments = await read.first()
        # Everything that the sound depends on.
        key = (segments, voice, loaded.version, loaded.settled, speed, volume, pauses)
        if segments is not None and (known := self._phrases.get(key)) is not None:
            pieces, lost = known
            losses.unsayable += lost.unsayable
            losses.dropped += lost.dropped
            for piece in pieces:
                yield piece
            return

        script = Script(self._g2p, read, rank, losses=losses)
        short = segments is not None and len(text) <= PHRASE_CHARACTERS
        pieces = []
        async for piece in self._render(script, loaded, speed, heard_at, volume, pauses, rank):
            if short:
                pieces.append(replace(piece, render_s=0.0))
            yield piece
        if short:
            self._phrases.keep(key, (pieces, replace(losses)), sum(len(piece.pcm) for piece in pieces))

    def _load(self, name: str) -> _Voice:
        voice = self._catalogue.find(name)
        # The version comes first: if the file changes in between, the sound is kept under a key that never recurs.
        version, speaker = self._catalogue.version(voice), self._catalogue.speaker(voice)
        loudness = self._catalogue.loudness(voice)
        return _Voice(version, speaker, loudness, loudness is not None or self._normaliser.knows(speaker.table))

    async def _render(
        self,
        script: Script,
        voice: _Voice,
        speed: float,
        heard_at: Callable[[], float],
        volume: float,
        pauses: Pauses,
        rank: Rank,
    ) -> AsyncIterator[Piece]:
        loop = asyncio.get_running_loop()
        pause, said = 0.0, False  # milliseconds after the chunk before, if there is one
        async for chunk, phonemes in script:
            asked = loop.time()
            render = await self._renderer.begin(phonemes.text, voice.speaker, speed, rank)
            spacer = Spacer(render.ends, phonemes.text, pauses)
            sound = _Sound(render, spacer)
            sound_s = int(render.ends[-2] - render.ends[0]) / SAMPLE_RATE
            hold_s = self._renderer.tempo.hold(sound_s, heard_at())
            first = await sound.next(max(1, round(hold_s * SAMPLE_RATE)))
            if first is None:
                raise SynthesisError("the model made no sound")
            whole = spacer.ended
            factor = await asyncio.to_thread(self._factor, voice, render.loudness, sound.rendered if whole else None)
            percent = volume * factor * chunk.deliveries[0][1].volume
            before = max(0, round(pause / 1000 / speed * SAMPLE_RATE) - spacer.head - TAIL_SAMPLES) if said else 0
            pause, said = pauses.after(chunk.pause), True
            words = word_times(chunk, phonemes.words, render.ends, spacer, before)
            marks = mark_frames(chunk, words, before)
            head = ChunkHead(start=chunk.start, end=chunk.end, text=chunk.text, words=words, marks=marks)
            silence = bytes(before * BYTES_PER_FRAME)
            yield Piece(silence + pcm(at_volume(first, percent)), head, whole, loop.time() - asked)
            asked = loop.time()
            while (samples := await sound.next()) is not None:
                yield Piece(pcm(at_volume(samples, percent)), None, spacer.ended, loop.time() - asked)
                asked = loop.time()
            if not (voice.settled or whole):
                await asyncio.to_thread(self._normaliser.learn, voice.speaker.table, sound.rendered)

    def _factor(self, voice: _Voice, own: float | None, whole: Floats | None) -> float:
        """What brings a chunk to the common loudness. ``own``: its LUFS, if that is known; ``whole``: all of it, if it
        is rendered by now."""
        if whole is not None and not voice.settled:
            self._normaliser.learn(voice.speaker.table, whole)
        if own is None and whole is not None:
            own = measure(whole)
        return self._normaliser.factor(own, voice.speaker.table, voice.loudness)


class _Sound:
    """The sound of one chunk, spaced, as it is rendered."""

    def __init__(self, render: Render, spacer: Spacer) -> None:
        self._render = render
        self._spacer = spacer
        self._rendered: list[Floats] = []

    @property
    def rendered(self) -> Floats:
        """All that was rendered so far, as it was rendered."""
        return np.concatenate(self._rendered)

    async def next(self, least: int = 1) -> Floats | None:
        """The next samples: ``least`` of them, or all that are left; None after the last ones."""
        ready: list[Floats] = []
        while (piece := await self._render.next()) is not None:
            self._rendered.append(piece)
            ready.append(self._spacer.add(piece))
            if self._spacer.ended or sum(map(len, ready)) >= least:
                return np.concatenate(ready)
        return None


def pcm(samples: Floats) -> bytes:
    """``samples`` (-1..1) in s16le."""
    return (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()


def word_times(
    chunk: TextChunk, spans: Sequence[WordSpan], ends: Samples, spacer: Spacer, before: int
) -> tuple[WordTime, ...]:
    """When each word of ``chunk`` is heard, in frames of its sound, which begins with ``before`` frames of silence.

    ``ends``: where its phonemes end, as ``Rendering.ends`` says.
    """
    times = []
    for span in spans:
        places = [chunk.words[index].source(*part) for index, *part in located(chunk.words, span.start, span.end)]
        start, end = places[0][0], places[-1][1]
        # Phoneme n is between ends[n] and ends[n + 1].
        heard, silent = int(ends[span.phoneme_start]), int(ends[span.phoneme_end])
        times.append(WordTime(before + spacer.place(heard), before + spacer.place(silent), start, end))
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
