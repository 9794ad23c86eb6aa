"""What becomes of a chunk's sound at single words: another volume, and the short sound that tells of a capital."""

import functools
from collections.abc import Sequence

import numpy as np

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.model.engine.protocol import Floats
from ttsmesh.model.render.places import Place, frame_of
from ttsmesh.model.text.chunking import TextChunk

RAMP_SAMPLES = SAMPLE_RATE // 100
"""Samples in which the volume changes. A sudden change would click."""

ICON_SAMPLES = SAMPLE_RATE // 25
"""Samples of the sound that tells of a capital."""

ICON_HZ = 1175.0
"""Its pitch: higher than voices, so that it is heard beside them."""

ICON_LEVEL = 0.08
"""Its amplitude, in times full scale, where speech is at its usual loudness: soft, and no part of the speech."""


class Effects:
    """Changes the samples of a chunk, which are given in their order.

    Args:
        volumes: how many times as loud it is, from which sample on; the first one from 0 on.
        icons: the samples at which a word with a capital begins.
        level: the amplitude of the sound that tells of it.
    """

    def __init__(self, volumes: Sequence[tuple[int, float]], icons: Sequence[int], level: float) -> None:
        self._at = 0
        self._places: list[float] = []
        self._volumes: list[float] = []
        self._unlike = any(volume != 1 for _, volume in volumes)
        for place, volume in volumes:
            if self._places:
                # The word that begins here has its own volume from its first sound on.
                self._places.append(max(self._places[-1], place - RAMP_SAMPLES))
                self._volumes.append(self._volumes[-1])
            self._places.append(place)
            self._volumes.append(volume)
        self._icons = [max(0, place - ICON_SAMPLES) for place in icons]
        self._level = np.float32(level)

    def add(self, samples: Floats) -> Floats:
        """The next ``samples``, changed."""
        first, self._at = self._at, self._at + len(samples)
        changed = samples.copy()
        for place in self._icons:
            begin, end = max(place, first), min(place + ICON_SAMPLES, self._at)
            if begin < end:
                changed[begin - first : end - first] += self._level * _icon()[begin - place : end - place]
        if self._unlike:
            changed *= np.interp(np.arange(first, self._at), self._places, self._volumes).astype(np.float32)
        return changed


def effects(chunk: TextChunk, places: Sequence[Place], factor: float) -> Effects | None:
    """What changes the sound of ``chunk``, in which ``places`` are; None if nothing does.

    ``factor``: by it the chunk is brought to the common loudness afterwards.
    """
    icons = [number for number, word in enumerate(chunk.words) if word.icon]
    if not icons and all(delivery.volume == 1 for _, delivery in chunk.deliveries):
        return None
    volumes = [(frame_of(word, places, 0) if word else 0, d.volume) for word, d in chunk.deliveries]
    return Effects(volumes, [frame_of(number, places, 0) for number in icons], ICON_LEVEL / factor)


@functools.cache
def _icon() -> Floats:
    """A soft tone with an octave above it, of amplitude 1."""
    phase = 2 * np.pi * ICON_HZ / SAMPLE_RATE * np.arange(ICON_SAMPLES)
    return np.asarray((np.sin(phase) + 0.25 * np.sin(2 * phase)) * np.hanning(ICON_SAMPLES), np.float32)
