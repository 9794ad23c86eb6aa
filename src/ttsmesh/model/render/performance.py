"""The sound of one utterance, chunk by chunk: who speaks, how fast and how loud, and the silences in between."""

import asyncio
import copy
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.errors import SynthesisError
from ttsmesh.model.bounded_cache import BoundedCache
from ttsmesh.model.engine.lufs import measure
from ttsmesh.model.engine.protocol import Floats, Speaker
from ttsmesh.model.g2p.phonemes import Phonemes
from ttsmesh.model.render.effects import effects
from ttsmesh.model.render.gaps import Gap
from ttsmesh.model.render.pauses import Pauses
from ttsmesh.model.render.pieces import ChunkHead, Piece, pcm, silence
from ttsmesh.model.render.places import Place, begins, behind, mark_frames, paces, places, said
from ttsmesh.model.render.renderer import Rank, Render, Renderer
from ttsmesh.model.render.spacing import Spacer
from ttsmesh.model.text.chunking import TextChunk
from ttsmesh.model.voices.loudness import LoudnessNormaliser
from ttsmesh.model.voices.volume import at_volume


@dataclass(frozen=True, slots=True)
class Voice:
    """The ``speaker`` in one ``version`` of its files, which no other voice has. ``loudness``: LUFS of an official
    voice, else None.

    ``settled``: the loudness is known, and so does not change while the voice speaks.
    """

    version: Hashable
    speaker: Speaker
    loudness: float | None
    settled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How an utterance is spoken.

    Attributes:
        speed: what the model is asked for.
        heard_at: the speed at which the sound is heard just now.
        volume: percent of the common loudness.
        rank: how urgent a render is just now.
        keep: keep the sound of its chunks, so that they need not be rendered when they are said again.
    """

    speed: float
    heard_at: Callable[[], float]
    volume: float
    pauses: Pauses
    rank: Rank
    keep: bool


class ChunkSound(NamedTuple):
    """The sound of a chunk without the silence before it, in which frames count from its beginning: ``head`` and
    ``tail`` of them are silent at its edges."""

    places: Sequence[Place]
    head: int
    tail: int
    pcm: Sequence[bytes]


Sounds = BoundedCache[ChunkSound]
"""Sounds of chunks that were said, by all that they depend on. They weigh bytes."""


class Performance:
    """One utterance. Its chunks are given to ``say`` one after the other, and then it is ended.

    Args:
        voice: gives the voice of a name; that of the utterance for None.
        sounds: a chunk that is in there is not rendered.
    """

    def __init__(
        self,
        renderer: Renderer,
        normaliser: LoudnessNormaliser,
        voice: Callable[[str | None], Awaitable[Voice]],
        manner: Manner,
        sounds: Sounds,
    ) -> None:
        self._renderer = renderer
        self._normaliser = normaliser
        self._voice = voice
        self._manner = manner
        self._sounds = sounds
        self._gap = Gap(manner.pauses, manner.speed)
        self._pace = (1.0, 1.0)  # by which rate and pitch are multiplied at the end of the sound so far
        self._end = 0

    def gap(self) -> Gap:
        """The silence between what was said last and the next chunk, as it is now."""
        return copy.copy(self._gap)

    def go_to(self, gap: Gap | None) -> None:
        """What is said next comes after ``gap``, or else begins like an utterance. The listener's pace is the usual."""
        self._gap = copy.copy(gap) if gap is not None else Gap(self._manner.pauses, self._manner.speed)
        self._pace = (1.0, 1.0)

    async def say(self, chunk: TextChunk, phonemes: Phonemes) -> AsyncIterator[Piece]:
        """The sound of the next chunk. It is rendered as it is asked for."""
        self._gap.lead(chunk)
        if phonemes.sounds:
            # A pause that is long enough is the time in which the chunk behind it is rendered.
            for piece in self._pause(self._gap.early()):
                yield piece
            async for piece in self._sound(chunk, phonemes):
                yield piece
            self._end = chunk.end
            return
        self._end = chunk.end
        before = self._gap.frames() if self._gap.exact else 0
        for piece in silence(before, self._head(chunk, before)):
            yield piece
        self._gap.was_silent(chunk)

    def finish(self) -> Iterator[Piece]:
        """The silence at the end, where the text asks for one."""
        return self._pause(self._gap.frames() if self._gap.exact else 0)

    def _pause(self, frames: int) -> Iterator[Piece]:
        """So many frames that belong to no chunk, at the utterance's own pace."""
        if frames:
            paces = ((0, 1.0, 1.0),) if self._pace != (1.0, 1.0) else ()
            self._pace = (1.0, 1.0)
            yield from silence(frames, ChunkHead(start=self._end, end=self._end, words=(), marks=(), paces=paces))

    async def _sound(self, chunk: TextChunk, phonemes: Phonemes) -> AsyncIterator[Piece]:
        loop, manner, gap = asyncio.get_running_loop(), self._manner, self._gap
        asked = loop.time()
        rate, fastest = chunk.deliveries[0][1].rate, max(delivery.rate for _, delivery in chunk.deliveries)
        most_head, most_tail = gap.most_head(rate), gap.most_tail(chunk)
        voice = await self._voice(chunk.voice)
        versions = voice.version, voice.settled
        key = chunk, phonemes.text, versions, manner.speed, manner.volume, manner.pauses, most_head, most_tail
        if (known := self._sounds.get(key)) is not None:
            before = gap.frames(known.head, rate)
            *pause, last = silence(before, self._head(chunk, before, known.places))
            for piece in pause:
                yield piece
            first, *others = known.pcm
            yield Piece(last.pcm + first, last.head, not others, 0.0, fastest)
            for number, more in enumerate(others, 1):
                yield Piece(more, None, number == len(others), 0.0, fastest)
            gap.sounded(chunk, known.tail)
            return
        render = await self._renderer.begin(phonemes.text, voice.speaker, manner.speed, manner.rank)
        spacer = Spacer(render.ends, phonemes.text, manner.pauses, most_head, most_tail)
        sound = _Sound(render, spacer)
        sound_s = int(render.ends[-2] - render.ends[0]) / SAMPLE_RATE
        hold_s = self._renderer.tempo.hold(sound_s, manner.heard_at() * fastest)
        begun = await sound.next(max(1, round(hold_s * SAMPLE_RATE)))
        if begun is None:
            raise SynthesisError("the model made no sound")
        whole = spacer.ended
        factor = await asyncio.to_thread(self._factor, voice, render.loudness, sound.rendered if whole else None)
        found = places(chunk, phonemes.words, render.ends, spacer)
        changes = effects(chunk, found, factor)
        made: list[bytes] = []

        def make(samples: Floats) -> bytes:
            changed = samples if changes is None else changes.add(samples)
            made.append(pcm(at_volume(changed, manner.volume * factor)))
            return made[-1]

        before = gap.frames(spacer.head, rate)
        *pause, last = silence(before, self._head(chunk, before, found))
        for piece in pause:
            yield piece
        yield Piece(last.pcm + make(begun), last.head, whole, loop.time() - asked, fastest)
        asked = loop.time()
        while (samples := await sound.next()) is not None:
            yield Piece(make(samples), None, spacer.ended, loop.time() - asked, fastest)
            asked = loop.time()
        gap.sounded(chunk, spacer.tail)
        if manner.keep:
            self._sounds.keep(key, ChunkSound(found, spacer.head, spacer.tail, made), sum(map(len, made)))
        if not (voice.settled or whole):
            await asyncio.to_thread(self._normaliser.learn, voice.speaker.table, sound.rendered)

    def _head(self, chunk: TextChunk, before: int, found: Sequence[Place] = ()) -> ChunkHead:
        """What is known of ``chunk``, which comes next behind ``before`` frames of silence. ``found``: where in its
        sound its words are."""
        found = behind(before, found)
        changes = paces(chunk, found, before, exact=self._gap.exact, now=self._pace)
        if changes:
            self._pace = changes[-1][1:]
        return ChunkHead(
            start=chunk.start,
            end=chunk.end,
            text=chunk.text,
            words=tuple(place.time for place in found),
            marks=mark_frames(chunk, found, before),
            said=said(chunk, found),
            paces=changes,
            sentences=begins(chunk, found, before),
        )

    def _factor(self, voice: Voice, own: float | None, whole: Floats | None) -> float:
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
