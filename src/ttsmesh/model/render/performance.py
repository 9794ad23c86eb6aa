"""The sound of one utterance, chunk by chunk: who speaks, how fast and how loud, and the silences in between."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.errors import SynthesisError
from ttsmesh.model.engine.lufs import measure
from ttsmesh.model.engine.protocol import Floats, Speaker
from ttsmesh.model.g2p.phonemes import Phonemes
from ttsmesh.model.render.effects import effects
from ttsmesh.model.render.gaps import Gap
from ttsmesh.model.render.pauses import Pauses
from ttsmesh.model.render.pieces import ChunkHead, Piece, pcm, silence
from ttsmesh.model.render.places import Place, mark_frames, paces, places, said
from ttsmesh.model.render.renderer import Rank, Render, Renderer
from ttsmesh.model.render.spacing import Spacer
from ttsmesh.model.text.chunking import TextChunk
from ttsmesh.model.voices.loudness import LoudnessNormaliser
from ttsmesh.model.voices.volume import at_volume


@dataclass(frozen=True, slots=True)
class Voice:
    """The ``speaker`` in one ``version`` of its files. ``loudness``: LUFS of an official voice, else None.

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
    """

    speed: float
    heard_at: Callable[[], float]
    volume: float
    pauses: Pauses
    rank: Rank


class Performance:
    """One utterance. Its chunks are given to ``say`` one after the other, and then it is ended.

    Args:
        voice: gives the voice of a name; that of the utterance for None.
    """

    def __init__(
        self,
        renderer: Renderer,
        normaliser: LoudnessNormaliser,
        voice: Callable[[str | None], Awaitable[Voice]],
        manner: Manner,
    ) -> None:
        self._renderer = renderer
        self._normaliser = normaliser
        self._voice = voice
        self._manner = manner
        self._gap = Gap(manner.pauses, manner.speed)
        self._pace = (1.0, 1.0)  # by which rate and pitch are multiplied at the end of the sound so far
        self._end = 0

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
        voice = await self._voice(chunk.voice)
        render = await self._renderer.begin(phonemes.text, voice.speaker, manner.speed, manner.rank)
        rate, fastest = chunk.deliveries[0][1].rate, max(delivery.rate for _, delivery in chunk.deliveries)
        spacer = Spacer(render.ends, phonemes.text, manner.pauses, gap.most_head(rate), gap.most_tail(chunk))
        sound = _Sound(render, spacer)
        sound_s = int(render.ends[-2] - render.ends[0]) / SAMPLE_RATE
        hold_s = self._renderer.tempo.hold(sound_s, manner.heard_at() * fastest)
        first = await sound.next(max(1, round(hold_s * SAMPLE_RATE)))
        if first is None:
            raise SynthesisError("the model made no sound")
        whole = spacer.ended
        factor = await asyncio.to_thread(self._factor, voice, render.loudness, sound.rendered if whole else None)
        before = gap.frames(spacer.head, rate)
        found = places(chunk, phonemes.words, render.ends, spacer, before)
        changes = effects(chunk, found, before, factor)

        def made(samples: Floats) -> bytes:
            changed = samples if changes is None else changes.add(samples)
            return pcm(at_volume(changed, manner.volume * factor))

        *pause, last = silence(before, self._head(chunk, before, found))
        for piece in pause:
            yield piece
        yield Piece(last.pcm + made(first), last.head, whole, loop.time() - asked, fastest)
        asked = loop.time()
        while (samples := await sound.next()) is not None:
            yield Piece(made(samples), None, spacer.ended, loop.time() - asked, fastest)
            asked = loop.time()
        gap.sounded(chunk, spacer.tail)
        if not (voice.settled or whole):
            await asyncio.to_thread(self._normaliser.learn, voice.speaker.table, sound.rendered)

    def _head(self, chunk: TextChunk, before: int, found: Sequence[Place] = ()) -> ChunkHead:
        """What is known of ``chunk``, which comes next. ``found``: where its words are, behind ``before`` frames of
        silence."""
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
