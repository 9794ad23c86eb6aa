"""Compares what was heard with what was rendered, sample by sample. One server renders a text the same each time.

The reference is a save of the same text. Intended pauses are in both. A gap is a pause that is only in what was heard.
"""

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tests.heard import RATE, Clip, Samples

AUDIBLE = 328
"""The amplitude from which a sample is audible: 1 % of full scale, -40 dB. Breath and the model's noise are below."""

SURE = 240
"""Samples that must agree for two places to count as the same."""

LOST_MOST = 2 * RATE
"""Samples that one loss may have for it to be recognised."""

SILENCE = RATE // 200
"""Zeros in a row, 5 ms of them, that end a faded sound. There are fewer inside a fade."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """``gaps`` has the frames of each unintended silence, and ``lost`` those of each missing piece.

    ``departs`` is the place in the clip from which the two differ for good. It is None if all of the reference was
    heard.
    """

    gaps: tuple[int, ...]
    lost: tuple[int, ...]
    departs: int | None


def compare(clip: Clip, reference: Samples) -> Comparison:
    """Follow ``reference`` in ``clip`` from the first sound of both."""
    heard = clip.samples
    i, j = _first(heard), _first(reference)
    end = len(reference) - _first(reference[::-1])
    gaps: list[int] = []
    lost: list[int] = []
    while j < end:
        count = min(len(heard) - i, end - j)
        different = np.flatnonzero(heard[i : i + count] != reference[j : j + count])
        if not len(different) and count == end - j:
            break
        step = int(different[0]) if len(different) else count
        i, j = i + step, j + step
        silent = _first(heard[i:])
        sure = min(SURE, end - j)
        if 0 < silent < len(heard) - i and _same(heard, i + silent, reference, j, sure):
            gaps.append(silent)
            i += silent
        elif (skipped := _found(heard[i : i + SURE], reference[j : min(end, j + LOST_MOST)])) is not None:
            lost.append(skipped)
            j += skipped
        else:
            return Comparison(gaps=tuple(gaps), lost=tuple(lost), departs=i)
    return Comparison(gaps=tuple(gaps), lost=tuple(lost), departs=None)


def falls_silent(clip: Clip, departs: int) -> int:
    """The index after the last sample of a sound that was being faded at ``departs``."""
    silent = clip.samples[departs:] == 0
    edges = np.flatnonzero(np.diff(np.concatenate(([False], silent, [False])).astype(np.int8)))
    for first, end in zip(edges[::2], edges[1::2], strict=True):
        if end - first >= SILENCE or end == len(silent):
            return departs + int(first)
    return len(clip.samples)


def first_sound(clip: Clip, at_least: int = 1, after: int = 0) -> int | None:
    """The index of the first sample of at least that amplitude."""
    loud = np.flatnonzero(np.abs(clip.samples[after:].astype(np.int32)) >= at_least)
    return after + int(loud[0]) if len(loud) else None


def largest_step(samples: Samples) -> int:
    """The largest difference between neighbouring samples."""
    return int(np.abs(np.diff(samples.astype(np.int32))).max(initial=0))


def read(path: Path) -> Samples:
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


def _first(samples: Samples) -> int:
    sounding = np.flatnonzero(samples)
    return int(sounding[0]) if len(sounding) else len(samples)


def _same(a: Samples, i: int, b: Samples, j: int, count: int) -> bool:
    return np.array_equal(a[i : i + count], b[j : j + count])


def _found(piece: Samples, where: Samples) -> int | None:
    """The place in ``where`` at which the whole ``piece`` begins. None if there is none, or ``piece`` is silent."""
    if len(piece) < SURE or not piece.any() or len(where) < len(piece):
        return None
    for place in np.flatnonzero(where[: len(where) - len(piece) + 1] == piece[0]):
        if np.array_equal(where[place : place + len(piece)], piece):
            return int(place)
    return None
