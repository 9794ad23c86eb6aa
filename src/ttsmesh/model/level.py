"""Loudness: a volume in percent that never clips."""

import numpy as np

from ttsmesh.model.engine import Floats

KNEE = 0.8
"""Up to here, of full scale, samples are only multiplied; above, they come ever nearer to full scale."""


def at_volume(samples: Floats, percent: float) -> Floats:
    """``samples`` (-1..1) at ``percent`` of their loudness, within -1..1: what would go beyond is rounded off."""
    if percent == 100:
        return samples
    louder = samples * np.float32(percent / 100)
    over = np.abs(louder) > KNEE
    soft = KNEE + (1 - KNEE) * np.tanh((np.abs(louder[over]) - KNEE) / (1 - KNEE))
    louder[over] = np.copysign(soft, louder[over])
    return louder
