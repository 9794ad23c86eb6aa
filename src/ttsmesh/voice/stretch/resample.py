"""Sound that is read faster or slower, between its samples: it becomes higher and shorter, or lower and longer.

Sonic does this as well, but ends the process when the pitch changes in the middle of a sound, and its copy in espeak-ng
writes beyond its memory.
"""

import array
import functools
import math
from collections.abc import Sequence

_TAPS = 8
"""Samples that each sample between them is made of."""

_BEFORE = _TAPS // 2 - 1
"""How many of these are before it, or at its place."""

_PHASES = 128
"""Places between two samples that are told apart: what this is off is 50 dB below the sound, at 5 kHz."""


class Resampler:
    """One stream of mono s16le. It stays one sound without clicks when the step changes, or becomes 1."""

    def __init__(self) -> None:
        self._held = array.array("h")  # the samples around the next place, and all after them
        self._at = 0.0  # the next place: that of sample ``_BEFORE`` of these, and so many further

    def write(self, pcm: bytes, step: float) -> bytes:
        """Take ``pcm``, and give what can be read by now, ``step`` samples further each time."""
        held = self._held
        if pcm and not held:
            held.frombytes(pcm[:2] * _BEFORE)
        held.frombytes(pcm)
        end = len(held) - _TAPS + 1  # places before it have all their samples
        if step == 1:
            first = int(self._at)
            out = held[first + _BEFORE : max(first, end) + _BEFORE]
            self._at = float(first + len(out))
        else:
            count = max(0, math.ceil((end - self._at) / step))
            if count and int(self._at + (count - 1) * step) >= end:
                count -= 1  # it was rounded up to the place behind the last one
            out = _samples(_between(held, self._at, step, count))
            self._at += count * step
        past = min(int(self._at), len(held))
        del held[:past]
        self._at -= past
        return out.tobytes()

    def flush(self, step: float) -> bytes:
        """Give all that was kept back. What is written next begins anew."""
        out = self.write(self._held[-1:].tobytes() * (_TAPS - 1 - _BEFORE), step)
        self._held, self._at = array.array("h"), 0.0
        return out


def _between(held: Sequence[int], at: float, step: float, count: int) -> list[int]:
    weights = _weights()
    out = []
    for number in range(count):
        place = at + number * step
        first = int(place)
        s0, s1, s2, s3, s4, s5, s6, s7 = held[first : first + _TAPS]
        w0, w1, w2, w3, w4, w5, w6, w7 = weights[int((place - first) * _PHASES + 0.5)]
        out.append(round(s0 * w0 + s1 * w1 + s2 * w2 + s3 * w3 + s4 * w4 + s5 * w5 + s6 * w6 + s7 * w7))
    return out


def _samples(values: Sequence[int]) -> "array.array[int]":
    try:
        return array.array("h", values)
    except OverflowError:  # between two peaks there may be a higher one
        return array.array("h", [max(-32768, min(value, 32767)) for value in values])


@functools.cache
def _weights() -> list[tuple[float, ...]]:
    """For each phase, how much each of the samples around it counts: a windowed sinc, whose weights add up to 1."""
    table = []
    for phase in range(_PHASES + 1):
        distances = [tap - _BEFORE - phase / _PHASES for tap in range(_TAPS)]
        weights = [_sinc(distance) * math.cos(math.pi * distance / _TAPS) ** 2 for distance in distances]
        table.append(tuple(weight / sum(weights) for weight in weights))
    return table


def _sinc(distance: float) -> float:
    return math.sin(math.pi * distance) / (math.pi * distance) if distance else 1.0
