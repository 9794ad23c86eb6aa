"""The statistics of the generator's norms are told by the voice and by what is known of a chunk."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ttsmesh.model.build.recipe import SOURCE_CHANNELS
from ttsmesh.model.engine.openvino.norms import EPSILON, PATH, VERSION, Predictor, Statistics, affine, known
from ttsmesh.model.voices.catalogue import OFFICIAL

CHANNELS = SOURCE_CHANNELS + 2
SEEN = 2 * (SOURCE_CHANNELS + 1)
RANDOM = np.random.default_rng(5)


def small(path: Path, **changed: object) -> Path:
    """A file with two voices, whose last two channels follow the first number that is known."""
    centres = np.zeros((2, 2 * CHANNELS + 1))
    centres[1, -1] = -20.0
    reduce = np.zeros((SEEN, 1))
    reduce[0] = 1.0
    expand = np.zeros((1, 2 * CHANNELS + 1))
    expand[0, CHANNELS - 2 : CHANNELS] = 0.5  # of the logarithms of the standard deviations
    expand[0, 2 * CHANNELS - 1] = 2.0  # of the last mean
    expand[0, -1] = 3.0  # of the loudness
    content: dict[str, object] = {
        "version": VERSION,
        "voices": ["ann", "bob"],
        "usual": np.zeros((2, SEEN)),
        "centres": centres,
        "scale": np.ones(SEEN),
        "reduce": reduce,
        "expand": expand,
    }
    kept: dict[str, Any] = {name: np.asarray(value) for name, value in (content | changed).items()}
    np.savez(path, **kept)
    return path


def test_statistics_follow_what_is_known(tmp_path: Path) -> None:
    seen = np.zeros(SEEN, np.float32)
    seen[0] = 1.0
    told = Predictor(small(tmp_path / "few.npz")).predict("bob", seen)
    np.testing.assert_allclose(told.variance[-2:], np.exp(1.0) - EPSILON, rtol=1e-5)
    assert told.mean[-2:] == pytest.approx([0.0, 2.0])
    assert told.loudness == pytest.approx(-17.0)


def test_what_only_the_source_goes_into_is_exact(tmp_path: Path) -> None:
    mean, variance = RANDOM.normal(size=SOURCE_CHANNELS), RANDOM.uniform(0.1, 2, SOURCE_CHANNELS)
    seen = known(mean.astype(np.float32), variance.astype(np.float32), np.ones((1, 5), np.float32))
    told = Predictor(small(tmp_path / "few.npz")).predict("ann", seen)
    np.testing.assert_allclose(told.mean[:SOURCE_CHANNELS], mean, rtol=1e-5)
    np.testing.assert_allclose(told.variance[:SOURCE_CHANNELS], variance, rtol=1e-4)


def test_scale_and_shift_do_what_norm_and_style_would() -> None:
    x = RANDOM.normal(3.0, 2.0, size=(4, 1000)).astype(np.float32)
    rows = RANDOM.normal(size=(1, 16, 1, 1)).astype(np.float32)
    told = Statistics(x.mean(axis=-1), x.var(axis=-1), 0.0)
    normal = (x - told.mean[:, None]) / np.sqrt(told.variance + EPSILON)[:, None]
    (scale, other_scale), (shift, other_shift) = rows.reshape(2, 2, 4)
    (a, other_a), (b, other_b) = affine(rows, told).reshape(2, 2, 4)
    np.testing.assert_allclose(a[:, None] * x + b[:, None], scale[:, None] * normal + shift[:, None], atol=1e-4)
    np.testing.assert_allclose(
        other_a[:, None] * x + other_b[:, None], other_scale[:, None] * normal + other_shift[:, None], atol=1e-4
    )


def test_a_voice_that_was_not_measured_is_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        Predictor(small(tmp_path / "few.npz")).predict("eve", np.zeros(SEEN, np.float32))


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="version 99"):
        Predictor(small(tmp_path / "few.npz", version=99))


def test_the_file_has_all_official_voices_and_is_small() -> None:
    predictor = Predictor()
    assert set(predictor.voices) == set(OFFICIAL)
    assert PATH.stat().st_size <= 5_000_000
    tenths = np.full(SOURCE_CHANNELS, 0.1, np.float32)
    told = predictor.predict("af_heart", known(tenths, tenths, np.ones((512, 9), np.float32)))
    assert np.isfinite(told.mean).all()
    assert (told.variance >= 0).all()
