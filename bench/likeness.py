"""How far a sound is from another one of the same phonemes, and whether it has seams where its pieces join. Pure."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.model.engine.protocol import Floats
from ttsmesh.model.kokoro import FRAME_SAMPLES

Places = NDArray[np.intp]

BANDS = 80
SPECTRUM = 1024
"""Samples that go into one spectrum."""

PER_FRAME = 2
"""Spectra in a frame of 25 ms."""

AUDIBLE_DB = 40.0
"""A spectrum that is this much softer than the loudest one is not compared."""

_SILENT = 1e-5
"""The amplitude in a band, -100 dB, that is added so that silence is not infinitely soft."""

NEAR, AROUND = 2, 360
"""Samples on either side of a place in which a seam would be, and those that these are compared with."""

_SHARP = 6
"""The order of the difference between neighbouring samples in which a seam shows. What is smooth vanishes in it."""

FADE = 240
"""Samples in which a planted step fades."""


@cache
def _bands() -> Floats:
    """How much of each frequency is in each band: [frequencies, bands], triangles at equal distances in mel."""
    frequencies = np.fft.rfftfreq(SPECTRUM, 1 / SAMPLE_RATE)
    highest = np.log10(1 + SAMPLE_RATE / 2 / 700)
    edges = 700 * (10 ** np.linspace(0, highest, BANDS + 2) - 1)
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    rising = (frequencies[:, None] - low) / (middle - low)
    falling = (high - frequencies[:, None]) / (high - middle)
    return np.maximum(0, np.minimum(rising, falling)).astype(np.float32)


def log_mel(samples: Floats) -> Floats:
    """The spectra of ``samples`` in dB: [``PER_FRAME`` for each frame, ``BANDS``]."""
    window = np.hanning(SPECTRUM)
    padded = np.pad(samples, SPECTRUM // 2)
    pieces = np.lib.stride_tricks.sliding_window_view(padded, SPECTRUM)[: samples.size : FRAME_SAMPLES // PER_FRAME]
    power = np.abs(np.fft.rfft(pieces * (2 * window / window.sum()))) ** 2
    return np.asarray(10 * np.log10(power @ _bands() + _SILENT**2), np.float32)


def mel_distance(sound: Floats, durations: Floats, other: Floats, other_durations: Floats) -> float:
    """The mean difference in dB of the bands of two sounds, where ``other`` is not much softer than its loudest.

    ``durations`` are the frames of each token. Tokens that do not last as long in both sounds are left out.
    """
    same = durations == other_durations
    bands, wanted = (
        log_mel(samples)[np.repeat(same, frames.astype(int) * PER_FRAME)]
        for samples, frames in ((sound, durations), (other, other_durations))
    )
    loudness = wanted.max(axis=1)
    audible = loudness > loudness.max() - AUDIBLE_DB
    return float(np.abs(bands - wanted)[audible].mean())


def seam_ranks(samples: Floats, joints: Places) -> Floats:
    """How sharp the sound is at each of the ``joints`` of its pieces, as a rank from 0 to 1 among the ends of all its
    frames. Without seams the ranks are even, with a mean of 1/2: other ends of frames may be sharp for other reasons.
    """
    ends = np.arange(FRAME_SAMPLES, samples.size - AROUND, FRAME_SAMPLES)
    sharp = _sharpness(samples, ends)
    joined = np.isin(ends, joints)
    others = np.sort(sharp[~joined])
    return np.asarray((np.searchsorted(others, sharp[joined]) + 0.5) / (others.size + 1), np.float32)


def _sharpness(samples: Floats, places: Places) -> NDArray[Any]:
    """How much sharper the sound is at ``places`` than around them."""
    sharp = np.abs(np.diff(np.pad(samples.astype(float), _SHARP // 2), _SHARP))
    near, around = (sharp[places[:, None] + np.arange(-reach, reach + 1)] for reach in (NEAR, AROUND))
    rest = (around**2).sum(axis=1) - (near**2).sum(axis=1)
    return np.asarray(near.max(axis=1) / (np.sqrt(rest / (2 * (AROUND - NEAR))) + 1e-9))


def with_clicks(samples: Floats, joints: Places, decibels: float) -> Floats:
    """``samples`` with one sample at each of the ``joints`` changed, by ``decibels`` of the amplitude around it."""
    return _planted(samples, joints, decibels, np.ones(1))


def with_steps(samples: Floats, joints: Places, decibels: float) -> Floats:
    """``samples`` with a step at each of the ``joints``, of ``decibels`` of the amplitude around it, which fades."""
    return _planted(samples, joints, decibels, np.linspace(1, 0, FADE))


def _planted(samples: Floats, joints: Places, decibels: float, shape: NDArray[Any]) -> Floats:
    planted = samples.copy()
    for joint in joints:
        amplitude = np.sqrt(np.mean(samples[max(0, joint - AROUND) : joint + AROUND] ** 2))
        part = planted[joint : joint + shape.size]
        part += (10 ** (decibels / 20) * amplitude * shape[: part.size]).astype(np.float32)
    return planted
