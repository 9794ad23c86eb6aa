"""Measures the pitch of a voice by autocorrelation, well enough to see whether stretching has moved it."""

import numpy as np
from tests.heard import RATE, Samples

LOWEST, HIGHEST = 60.0, 500.0
"""Hz of the lowest and the highest voices."""

WINDOW = round(0.05 * RATE)
"""Frames of three periods of the lowest voice."""

VOICED = 0.6
"""Correlation of a sound with itself a period later, from which it has a pitch."""


def fundamental(samples: Samples) -> float:
    """The median in Hz over all windows that are loud and have a pitch."""
    count = len(samples) // WINDOW
    windows = samples[: count * WINDOW].reshape(count, WINDOW).astype(np.float64)
    energy = (windows**2).sum(axis=1)
    windows = windows[energy > 0.1 * energy.mean()]
    spectrum = np.abs(np.fft.rfft(windows, 2 * WINDOW)) ** 2
    shortest, longest = round(RATE / HIGHEST), round(RATE / LOWEST)
    # The overlap of a window with itself shrinks with the lag. Without the division the shortest period would win.
    alike = np.fft.irfft(spectrum)[:, : longest + 1] / (WINDOW - np.arange(longest + 1))
    alike /= alike[:, :1]
    lags = shortest + np.argmax(alike[:, shortest:], axis=1)
    # Twice the period correlates as well, so the period is the shortest lag that is nearly as good.
    for divisor in (4, 3, 2):
        shorter = np.maximum(shortest, np.round(lags / divisor).astype(int))
        near = np.max([alike[np.arange(len(lags)), np.minimum(shorter + off, longest)] for off in (-1, 0, 1)], axis=0)
        best = alike[np.arange(len(lags)), lags]
        lags = np.where((near > 0.9 * best) & (lags // divisor >= shortest), shorter, lags)
    voiced = alike[np.arange(len(lags)), lags] > VOICED
    return float(np.median(RATE / lags[voiced]))
