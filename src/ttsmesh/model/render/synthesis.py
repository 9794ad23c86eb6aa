"""Text to PCM, piece by piece as it is asked for: phonemes, render, pauses, loudness and volume, s16le.

Speed is no part of it. The model renders at its own speed, and the voice server stretches the sound.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from ttsmesh.model.bounded_cache import BoundedCache
from ttsmesh.model.g2p.client import G2P
from ttsmesh.model.render.pauses import DEFAULT_PAUSES, Pauses
from ttsmesh.model.render.performance import Manner, Performance, Sounds, Voice
from ttsmesh.model.render.pieces import ChunkHead
from ttsmesh.model.render.renderer import Rank, Renderer
from ttsmesh.model.render.rendition import Rendition
from ttsmesh.model.render.script import Script, Text
from ttsmesh.model.text.markup.markup import Markup
from ttsmesh.model.text.reading import Reading
from ttsmesh.model.voices.catalogue import Catalogue
from ttsmesh.model.voices.loudness import LoudnessNormaliser

if TYPE_CHECKING:
    from ttsmesh.model.render.growing import Part

RENDER_SPEED = 1.0
"""The speed that the model is asked for, whatever the listener's: the sound is stretched where it is heard. From 0.9 to
1.2 the model is understood as well as at 1, but not better than stretched sound, and its pace is 4 to 6 % off. Beyond,
it drops sounds or adds vowels. See ``bench.rate``."""


class Synthesizer:
    """Everything between a text and its sound. ``kept_bytes``: bytes of PCM that are kept of what was said, so that it
    is not rendered when it is said again."""

    def __init__(
        self,
        renderer: Renderer,
        g2p: G2P,
        catalogue: Catalogue,
        normaliser: LoudnessNormaliser | None = None,
        kept_bytes: int = 0,
    ) -> None:
        self._renderer = renderer
        self._g2p = g2p
        self._catalogue = catalogue
        self._normaliser = normaliser or LoudnessNormaliser()
        self._sounds: Sounds = BoundedCache(kept_bytes)

    def rendition(
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
        keep: bool = True,
        begun: Callable[[ChunkHead], None] | None = None,
        part: "Part | None" = None,
    ) -> Rendition:
        """The sound of ``text``. Nothing is rendered before it is asked for, so the consumer sets the pace.

        Args:
            markup: of a text that is marked up.
            start: chunks all of whose words end before this character are left out.
            speed: what the model is asked for.
            rank: how urgent a render is just now.
            heard_at: the speed at which the sound is heard just now.
            volume: percent of the common loudness.
            keep: keep the sound, as far as there is room.
            begun: as for ``Rendition``.
            part: of a text that is still being written, which is read in place of ``text``.
        """
        cast: dict[str, Voice] = {}

        async def speaker(name: str | None) -> Voice:
            """The voice called ``name``, which is loaded once for an utterance."""
            wanted = name or voice
            if wanted not in cast:
                cast[wanted] = await self._catalogue.files.run(lambda: self._load(wanted))
            return cast[wanted]

        manner = Manner(speed=speed, heard_at=heard_at, volume=volume, pauses=pauses, rank=rank, keep=keep)
        performance = Performance(self._renderer, self._normaliser, speaker, manner, self._sounds)
        if part is None:
            read = Text(self._g2p, text, reading, rank, markup)
        else:
            from ttsmesh.model.render.growing import GrowingText  # it takes 15 ms, and hardly any text needs it

            read = GrowingText(self._g2p, part, rank)
        script = Script(self._g2p, read, rank, start=start)
        return Rendition(script, performance, begun)

    def _load(self, name: str) -> Voice:
        voice = self._catalogue.find(name)
        # The version comes first: if the file changes in between, the sound is kept under a key that never recurs.
        version, speaker = (name, self._catalogue.version(voice)), self._catalogue.speaker(voice)
        loudness = self._catalogue.loudness(voice)
        return Voice(version, speaker, loudness, loudness is not None or self._normaliser.knows(speaker.table))
