"""A volume that never clips."""

import numpy as np
import pytest

from ttsmesh.model.voices import volume


@pytest.mark.parametrize("percent", [0.0, 50.0, 99.0, 100.0, 101.0, 200.0, 500.0])
def test_nothing_clips_not_even_what_came_beyond_full_scale(percent: float) -> None:
    samples = np.linspace(-1.1, 1.1, 2001, dtype=np.float32)
    changed = volume.at_volume(samples, percent)
    assert np.abs(changed).max() <= 1.0
    assert (np.diff(changed) >= 0).all()
