"""Measures of sound: how bright it is, and how clear a voice."""

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ttsmesh.model.engine.protocol import Floats


def octaves(samples: Floats) -> Floats:
    """The amplitude in each octave from 94 Hz up to half the sample rate of 24 kHz."""
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    edges = [spectrum.size >> octave for octave in range(7, -1, -1)]
    return np.array([np.sqrt(spectrum[low:high].sum()) for low, high in pairwise(edges)], np.float32)


def clearness(samples: Floats) -> float:
    """How far the louder half of the sound repeats itself from one period of the voice to the next: 1 is entirely."""
    size, step = 1536, 600
    pieces = np.lib.stride_tricks.sliding_window_view(samples, size)[::step] * np.hanning(size)
    louder = pieces[pieces.std(axis=1) > np.median(pieces.std(axis=1))]
    window = _autocorrelation(np.hanning(size))
    return float(np.mean([np.max((_autocorrelation(piece) / window)[60:400]) for piece in louder]))


def decibels(ratio: Any) -> Any:
    """A ratio of amplitudes in dB."""
    return 20 * np.log10(ratio)


def _autocorrelation(piece: NDArray[np.floating[Any]]) -> Floats:
    """The correlation at each distance. It is 1 at 0."""
    power = np.fft.irfft(np.abs(np.fft.rfft(piece, 2 * piece.size)) ** 2)
    return np.asarray(power[: piece.size] / power[0], np.float32)
