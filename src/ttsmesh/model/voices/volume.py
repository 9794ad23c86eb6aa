"""The volume curve: samples times a percentage, without clipping."""

import numpy as np

from ttsmesh.model.engine.protocol import Floats

KNEE = 0.8
"""Fraction of full scale up to which samples are only multiplied. Louder ones come ever nearer to full scale."""


def at_volume(samples: Floats, percent: float) -> Floats:
    """``samples`` (-1..1, or a little more) at ``percent`` of their loudness. Above the knee peaks are rounded off, so
    that the result is within -1..1."""
    louder = samples * np.float32(percent / 100)
    over = np.abs(louder) > KNEE
    soft = KNEE + (1 - KNEE) * np.tanh((np.abs(louder[over]) - KNEE) / (1 - KNEE))
    louder[over] = np.copysign(soft, louder[over])
    return louder
