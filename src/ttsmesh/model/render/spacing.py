"""The silences of a rendered chunk: trims those at its edges, and stretches those at its marks as the settings say.

The OpenVINO engine has trimmed the edges to whole frames before (``engine/openvino/buckets.py``), so that they need not
be decoded. Here they are trimmed to samples, by what is heard, whichever engine rendered.
"""

from bisect import bisect_right
from dataclasses import dataclass, field

import numpy as np

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.model.engine.protocol import Floats, Rendered
from ttsmesh.model.kokoro import FRAME_SAMPLES
from ttsmesh.model.render.pauses import Pauses

EDGE_FRAMES = 4
"""Frames of 25 ms at the end of the begin token, and at the start of the end token, in which sound is looked for. The
rest of these tokens is silence, 14 frames and more in every chunk. With two frames some onsets are clipped."""

SILENCE = 0.003
"""Fraction of full scale below which a sample is silent. The model's own silence is below 0.001, the faintest
consonants are above 0.01."""

HEAD_SAMPLES = round(0.02 * SAMPLE_RATE)
"""Samples kept before the first sound, which the model begins 40 to 75 ms into those frames: the listener waits."""

TAIL_SAMPLES = round(0.05 * SAMPLE_RATE)
"""Samples kept after the last sound, for a breath to die away."""

MIN_PAUSE_SAMPLES = round(0.04 * SAMPLE_RATE)
"""Samples of silence that a pause has at least, also after it was shortened. A stop consonant has fewer."""

_RAMP_SAMPLES = SAMPLE_RATE // 200
"""Samples of the fade at a cut: the model's silence is not digital, so a cut in it can click."""


@dataclass
class Spaced:
    """The sound of a chunk, and where in it each rendered sample is.

    ``head``: samples of silence at its start. ``moves``: pairs of a rendered sample and the number of samples by which
    it and all after it have moved, relative to those before it.
    """

    samples: Floats
    head: int
    moves: list[tuple[int, int]] = field(default_factory=list)

    def place(self, sample: int) -> int:
        """The place of the rendered ``sample`` in ``samples``."""
        passed = bisect_right(self.moves, (sample, 1 << 62))
        return min(max(0, sample + sum(by for _, by in self.moves[:passed])), len(self.samples))


def space(rendered: Rendered, phonemes: str, pauses: Pauses) -> Spaced:
    """``rendered`` without most of the silence at its edges, and with the wanted pauses at its marks."""
    skip = max(0, round(float(rendered.durations[0])) - EDGE_FRAMES) * FRAME_SAMPLES
    drop = max(0, round(float(rendered.durations[-1])) - EDGE_FRAMES) * FRAME_SAMPLES
    end = len(rendered.samples) - drop
    loud = np.flatnonzero(np.abs(rendered.samples[skip:end]) > SILENCE) + skip
    if not len(loud):
        return Spaced(_ramped(rendered.samples[skip:end]), end - skip, [(0, -skip)])
    skip = max(skip, int(loud[0]) - HEAD_SAMPLES)
    end = min(end, int(loud[-1]) + TAIL_SAMPLES)
    pieces: list[Floats] = []
    moves = [(0, -skip)]
    at = skip
    for first, last, stretch in _pauses(rendered, phonemes, pauses, loud):
        length = last - first
        more = max(MIN_PAUSE_SAMPLES, round(length * stretch)) - length
        middle = (first + last) // 2
        keep = middle - max(0, -more) // 2
        pieces += [_ramped(rendered.samples[at:keep]), np.zeros(max(0, more), np.float32)]
        at = keep + max(0, -more)
        moves.append((at, more))
    pieces.append(_ramped(rendered.samples[at:end]))
    return Spaced(np.concatenate(pieces), int(loud[0]) - skip, moves)


def _pauses(
    rendered: Rendered, phonemes: str, pauses: Pauses, loud: np.ndarray[tuple[int], np.dtype[np.intp]]
) -> list[tuple[int, int, float]]:
    """The first sample, the end, and the wanted stretch of each pause at a mark, if it is to be stretched at all."""
    ends = np.cumsum(rendered.durations) * FRAME_SAMPLES
    found: dict[int, tuple[int, int, float]] = {}
    for number, phoneme in enumerate(phonemes):
        stretch = pauses.stretch(phoneme)
        if stretch is None or stretch == 1:
            continue
        # Phoneme n is token n + 1. Its pause begins in the phoneme before the mark, and lasts through the space after.
        after = int(np.searchsorted(loud, (ends[number] + ends[number + 1]) / 2))
        if not 0 < after < len(loud):
            continue  # the mark is at the chunk's end
        first, last = int(loud[after - 1]) + 1, int(loud[after])
        if last - first >= MIN_PAUSE_SAMPLES:
            # Two marks in one pause: the longer pause is wanted.
            found[first] = (first, last, max(stretch, found.get(first, (0, 0, 0.0))[2]))
    return sorted(found.values())


def _ramped(samples: Floats) -> Floats:
    """A copy of ``samples`` that fades in at its start and out at its end."""
    samples = samples.copy()
    ramp = np.linspace(0, 1, min(_RAMP_SAMPLES, len(samples)), dtype=np.float32)
    samples[: len(ramp)] *= ramp
    samples[len(samples) - len(ramp) :] *= ramp[::-1]
    return samples
