"""Whole chunks, for those who do not care for the pieces."""

from dataclasses import dataclass

import numpy as np

from ttsmesh.model.engine.protocol import Engine, Floats, Rendering, Samples, Speaker
from ttsmesh.model.kokoro import FRAME_SAMPLES


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """The sound of a chunk, all ``pieces`` of it, and the samples before which its tokens end."""

    pieces: list[Floats]
    ends: Samples
    loudness: float | None

    @property
    def samples(self) -> Floats:
        return np.concatenate(self.pieces)

    @property
    def durations(self) -> Floats:
        """The frames of 25 ms of each token, edges included."""
        return np.asarray(np.diff(self.ends, prepend=0) / FRAME_SAMPLES, np.float32)


def render(engine: Engine, phonemes: str, speaker: Speaker, speed: float = 1.0) -> Whole:
    """All of the chunk ``phonemes``."""
    rendering = engine.begin(phonemes, speaker, speed)
    return Whole(rest_of(rendering), rendering.ends, rendering.loudness)


def rest_of(rendering: Rendering) -> list[Floats]:
    """All pieces that are still to come."""
    pieces = []
    while (piece := rendering.next()) is not None:
        pieces.append(piece)
    return pieces
