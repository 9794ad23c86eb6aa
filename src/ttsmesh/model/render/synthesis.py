"""Text to PCM, piece by piece as it is asked for: phonemes, render, pauses, loudness and volume, s16le.

Speed is no part of it. The model renders at its own speed, and the voice server stretches the sound.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

from ttsmesh.model.g2p.client import G2P
from ttsmesh.model.render.pauses import DEFAULT_PAUSES, Pauses
from ttsmesh.model.render.performance import Manner, Performance, Voice
from ttsmesh.model.render.phrase_cache import PHRASE_CHARACTERS, PhraseCache
from ttsmesh.model.render.pieces import Piece
from ttsmesh.model.render.renderer import Rank, Renderer
from ttsmesh.model.render.script import Losses, Script, Text
from ttsmesh.model.text.markup.markup import Markup
from ttsmesh.model.text.reading import Reading
from ttsmesh.model.voices.catalogue import Catalogue
from ttsmesh.model.voices.loudness import LoudnessNormaliser

RENDER_SPEED = 1.0
"""The speed that the model is asked for, whatever the listener's: the sound is stretched where it is heard. From 0.9 to
1.2 the model is understood as well as at 1, but not better than stretched sound, and its pace is 4 to 6 % off. Beyond,
it drops sounds or adds vowels. See ``bench.rate``."""


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
        start: int = 0,
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
            start: chunks all of whose words end before this character are left out.
            speed: what the model is asked for.
            rank: how urgent a render is just now.
            heard_at: the speed at which the sound is heard just now.
            volume: percent of the common loudness.
            losses: counts what is left out, and must begin at 0.

        Raises:
            SynthesisError: this text cannot be rendered.
            ConfigError: the model, the voice or the language cannot be used.
        """
        cast = {voice: await self._catalogue.files.run(lambda: self._load(voice))}
        losses = losses or Losses()
        read = Text(self._g2p, text, reading, rank, markup)
        # What begins later is rendered, because the pause before it is part of the sound that is kept.
        segments = await read.first() if not start else None

        async def speaker(name: str | None) -> Voice:
            """The voice called ``name``, which is loaded once for an utterance."""
            wanted = name or voice
            if wanted not in cast:
                cast[wanted] = await self._catalogue.files.run(lambda: self._load(wanted))
            return cast[wanted]

        for segment in segments or ():
            await speaker(segment.delivery.voice)
        # Everything that the sound depends on.
        versions = tuple((name, cast[name].version, cast[name].settled) for name in sorted(cast))
        key = (segments, voice, versions, speed, volume, pauses)
        if segments is not None and (known := self._phrases.get(key)) is not None:
            pieces, lost = known
            losses.unsayable += lost.unsayable
            losses.dropped += lost.dropped
            for piece in pieces:
                yield piece
            return

        manner = Manner(speed=speed, heard_at=heard_at, volume=volume, pauses=pauses, rank=rank)
        performance = Performance(self._renderer, self._normaliser, speaker, manner)
        short = segments is not None and len(text) <= PHRASE_CHARACTERS
        pieces = []
        async for piece in _all(performance, Script(self._g2p, read, rank, losses=losses, start=start)):
            if short:
                pieces.append(replace(piece, render_s=0.0))
            yield piece
        if short:
            self._phrases.keep(key, (pieces, replace(losses)), sum(len(piece.pcm) for piece in pieces))

    def _load(self, name: str) -> Voice:
        voice = self._catalogue.find(name)
        # The version comes first: if the file changes in between, the sound is kept under a key that never recurs.
        version, speaker = self._catalogue.version(voice), self._catalogue.speaker(voice)
        loudness = self._catalogue.loudness(voice)
        return Voice(version, speaker, loudness, loudness is not None or self._normaliser.knows(speaker.table))


async def _all(performance: Performance, script: Script) -> AsyncIterator[Piece]:
    async for chunk, phonemes in script:
        async for piece in performance.say(chunk, phonemes):
            yield piece
    for piece in performance.finish():
        yield piece
