"""Loudness: all voices alike, and a volume in percent that never clips."""

import numpy as np

from ttsmesh.model.engine.protocol import Floats

KNEE = 0.8
"""Up to here, of full scale, samples are only multiplied; above, they come ever nearer to full scale."""

TARGET = -21.0
"""LUFS (ITU-R BS.1770) of every voice at a volume of 100 percent: the loudest of the official ones are at -17, the
softest at -27, and that one peaks just below full scale when raised."""


def levelling(loudness: float) -> float:
    """By how much to multiply the samples of a voice of ``loudness`` LUFS."""
    return float(10 ** ((TARGET - loudness) / 20))


def at_volume(samples: Floats, percent: float) -> Floats:
    """``samples`` (-1..1) at ``percent`` of their loudness, within -1..1: what would go beyond is rounded off."""
    louder = samples * np.float32(percent / 100)
    over = np.abs(louder) > KNEE
    soft = KNEE + (1 - KNEE) * np.tanh((np.abs(louder[over]) - KNEE) / (1 - KNEE))
    louder[over] = np.copysign(soft, louder[over])
    return louder
