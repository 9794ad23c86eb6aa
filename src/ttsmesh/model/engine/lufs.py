"""Loudness by ITU-R BS.1770, in LUFS."""

import logging
from collections.abc import Callable
from functools import cache

import numpy as np

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.model.engine.protocol import Floats

logger = logging.getLogger(__name__)

_BLOCK = int(0.4 * SAMPLE_RATE)
"""Samples of one block of BS.1770, which cannot measure a shorter sound."""

SOFTEST = -60.0
"""LUFS below which a sound is not speech."""


@cache
def _meter() -> Callable[[Floats, int], float] | None:
    """The function that measures, loaded when first needed. None, and a line in the log, if it is not installed."""
    try:
        from loudness import integrated_loudness
    except ImportError as error:
        logger.warning("loudness is not measured, so voices are levelled less well: %s", error)
        return None
    meter: Callable[[Floats, int], float] = integrated_loudness
    return meter


def measure(samples: Floats) -> float | None:
    """LUFS of ``samples`` (-1..1), in 2 ms for 5 s. None if they cannot be measured: silence, or less than 0.4 s."""
    meter = _meter()
    if meter is None or len(samples) <= _BLOCK:
        return None
    lufs = float(meter(np.ascontiguousarray(samples), SAMPLE_RATE))
    return lufs if SOFTEST < lufs < 0 else None
