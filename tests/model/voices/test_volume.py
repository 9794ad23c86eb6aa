"""All voices alike, and a volume that never clips."""

import math

import numpy as np
import pytest

from ttsmesh.model.voices import volume


@pytest.mark.parametrize(("loudness", "factor"), [(volume.TARGET, 1.0), (volume.TARGET - 20, 10.0), (-15.0, 0.501)])
def test_a_softer_voice_is_raised_and_a_louder_one_lowered(loudness: float, factor: float) -> None:
    assert math.isclose(volume.levelling(loudness), factor, rel_tol=1e-3)


@pytest.mark.parametrize("percent", [0.0, 50.0, 99.0, 100.0, 101.0, 200.0, 500.0])
def test_nothing_clips_not_even_what_came_beyond_full_scale(percent: float) -> None:
    samples = np.linspace(-1.1, 1.1, 2001, dtype=np.float32)
    changed = volume.at_volume(samples, percent)
    assert np.abs(changed).max() <= 1.0
    assert (np.diff(changed) >= 0).all()
