"""The silences of a rendered chunk: what the model makes of them, and what the listener wants."""

from bisect import bisect_right
from dataclasses import dataclass, field

import numpy as np

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.model.engine.protocol import Floats, Rendered
from ttsmesh.model.kokoro import FRAME_SAMPLES
from ttsmesh.model.render.pauses import Pauses

LEAD_FRAMES = 4
TAIL_FRAMES = 4
"""Frames of 25 ms of the begin and end tokens' silence in which sound is looked for. The model speaks 14 and more, in
every chunk; with two at the start some onsets are clipped."""

QUIET = 0.003
"""Of full scale: what is below is silence. The model's own is below 0.001, the faintest consonants above 0.01."""

HEAD = round(0.02 * SAMPLE_RATE)
"""Samples kept before the first sound. The model begins it 40 to 75 ms after those frames, while the listener waits."""

TAIL = round(0.05 * SAMPLE_RATE)
"""Samples kept after the last sound: a breath dies away."""

LEAST_PAUSE = round(0.04 * SAMPLE_RATE)
"""Samples of quiet that are a pause, and what is left of one that is cut short; a stop consonant has fewer."""

_RAMP = SAMPLE_RATE // 200
"""Samples of the fade at a cut: the model's silence is not digital, and a cut in it can click."""


@dataclass
class Spaced:
    """A chunk's sound, and where the rendered samples went.

    ``head``: samples of quiet at its start. ``moves``: (sample of the rendered sound, by how much it and all after it
    have moved).
    """

    samples: Floats
    head: int
    moves: list[tuple[int, int]] = field(default_factory=list)

    def place(self, sample: int) -> int:
        """Where rendered ``sample`` is now."""
        passed = bisect_right(self.moves, (sample, 1 << 62))
        return min(max(0, sample + sum(by for _, by in self.moves[:passed])), len(self.samples))


def space(rendered: Rendered, phonemes: str, pauses: Pauses) -> Spaced:
    """``rendered`` without most of the silence of its edges, and with the pauses at its marks as they are wanted."""
    skip = max(0, round(float(rendered.durations[0])) - LEAD_FRAMES) * FRAME_SAMPLES
    drop = max(0, round(float(rendered.durations[-1])) - TAIL_FRAMES) * FRAME_SAMPLES
    end = len(rendered.samples) - drop
    loud = np.flatnonzero(np.abs(rendered.samples[skip:end]) > QUIET) + skip
    if not len(loud):
        return Spaced(_ramped(rendered.samples[skip:end]), end - skip, [(0, -skip)])
    skip = max(skip, int(loud[0]) - HEAD)
    end = min(end, int(loud[-1]) + TAIL)
    pieces: list[Floats] = []
    moves = [(0, -skip)]
    at = skip
    for first, last, longer in _pauses(rendered, phonemes, pauses, loud):
        length = last - first
        more = max(LEAST_PAUSE, round(length * longer)) - length
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
    """The quiet stretches at marks between sounds, and how much longer each is wanted: where that is not as it is."""
    ends = np.cumsum(rendered.durations) * FRAME_SAMPLES
    found: dict[int, tuple[int, int, float]] = {}
    for number, phoneme in enumerate(phonemes):
        longer = pauses.stretch(phoneme)
        if longer is None or longer == 1:
            continue
        # Token n + 1 is phoneme n. The quiet begins in the phoneme before the mark, and lasts through the space after.
        after = int(np.searchsorted(loud, (ends[number] + ends[number + 1]) / 2))
        if not 0 < after < len(loud):
            continue  # the chunk's own end
        first, last = int(loud[after - 1]) + 1, int(loud[after])
        if last - first >= LEAST_PAUSE:
            found[first] = (first, last, max(longer, found.get(first, (0, 0, 0.0))[2]))
    return sorted(found.values())


def _ramped(samples: Floats) -> Floats:
    """A copy that fades in and out at its ends."""
    samples = samples.copy()
    ramp = np.linspace(0, 1, min(_RAMP, len(samples)), dtype=np.float32)
    samples[: len(ramp)] *= ramp
    samples[len(samples) - len(ramp) :] *= ramp[::-1]
    return samples
