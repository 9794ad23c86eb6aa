"""The statistics of the generator's norms are told by the voice and by what is known of a chunk."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ttsmesh.errors import ConfigError
from ttsmesh.model.build.recipe import SOURCE_CHANNELS
from ttsmesh.model.engine.openvino import norms
from ttsmesh.model.engine.openvino.norms import EPSILON, PATH, VERSION, Predictor, Statistics, affine, known, wanted
from ttsmesh.model.voices.catalogue import OFFICIAL

CHANNELS = SOURCE_CHANNELS + 2
SEEN = 2 * (SOURCE_CHANNELS + 1)
RANDOM = np.random.default_rng(5)


def small(path: Path, **changed: object) -> Path:
    """A file with two voices, whose two last channels, which are alike, follow the first number that is known. What
    follows the second number does so for bob only."""
    reduce, inputs, own = np.zeros((SEEN, 1)), np.zeros((SEEN, 1)), np.zeros((2, 1))
    reduce[0] = inputs[1] = 1.0
    own[1] = 100
    content: dict[str, object] = {
        "version": VERSION,
        "voices": ["ann", "bob"],
        "usual": np.zeros((2, SEEN)),
        "centres": [[0, 0, 0], [0, 0, -20.0]],
        "places": [0, 0],
        "scale": np.ones(SEEN),
        "reduce": reduce,
        "inputs": inputs,
        "own": own,
        "own_scale": [0.01],
        "expand": [[50], [20], [30]],  # of the logarithm of the standard deviation, of the mean, and of the loudness
        "expand_scale": [0.1],
    }
    kept: dict[str, Any] = {name: np.asarray(value) for name, value in (content | changed).items()}
    np.savez(path, **kept)
    return path


@pytest.mark.parametrize(("voice", "number", "follows"), [("bob", 0, 1), ("bob", 1, 1), ("ann", 0, 1), ("ann", 1, 0)])
def test_statistics_follow_what_is_known(tmp_path: Path, voice: str, number: int, follows: int) -> None:
    seen = np.zeros(SEEN, np.float32)
    seen[number] = 0.1
    predictor = Predictor(small(tmp_path / "few.npz"))
    centre = predictor.centre({voice: 1.0})
    told = predictor.predict(centre, seen)
    np.testing.assert_allclose(told.variance[-2:], np.exp(1.0 * follows) - EPSILON, rtol=1e-5)
    assert told.mean[-2:] == pytest.approx([0.2 * follows, 0.2 * follows])
    assert told.loudness == pytest.approx(centre.wanted[-1] + 0.3 * follows)


def test_what_only_the_source_goes_into_is_exact(tmp_path: Path) -> None:
    mean, variance = RANDOM.normal(size=SOURCE_CHANNELS), RANDOM.uniform(0.1, 2, SOURCE_CHANNELS)
    of_hidden = np.ones(1, np.float32), np.zeros(1, np.float32)
    seen = known(mean.astype(np.float32), variance.astype(np.float32), *of_hidden)
    predictor = Predictor(small(tmp_path / "few.npz"))
    told = predictor.predict(predictor.centre({"ann": 1.0}), seen)
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
        Predictor(small(tmp_path / "few.npz")).centre({"ann": 0.5, "eve": 0.5})


def test_the_centre_of_a_blend_lies_between_those_of_its_voices(tmp_path: Path) -> None:
    centre = Predictor(small(tmp_path / "few.npz")).centre({"ann": 0.75, "bob": 0.25})
    assert centre.wanted[-1] == pytest.approx(-5.0)


def test_what_was_found_of_a_render_is_what_is_told_of_it() -> None:
    mean, variance = RANDOM.normal(size=3), RANDOM.uniform(0.1, 2, 3)
    found = wanted(mean.astype(np.float32), variance.astype(np.float32), -20.0)
    np.testing.assert_allclose(np.exp(2 * found[:3]) - EPSILON, variance, rtol=1e-5)
    np.testing.assert_allclose(found[3:], [*mean, -20.0], rtol=1e-5)
    assert np.isnan(wanted(mean.astype(np.float32), variance.astype(np.float32), None)[-1])


def test_a_damaged_file_of_the_program_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(norms, "SHA256", "0" * 64)
    with pytest.raises(ConfigError, match=r"statistics.npz is damaged; install ttsmesh again$"):
        Predictor()


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="version 99"):
        Predictor(small(tmp_path / "few.npz", version=99))


def test_the_file_has_all_official_voices_and_is_small() -> None:
    predictor = Predictor()
    assert set(predictor.voices) == set(OFFICIAL)
    assert PATH.stat().st_size <= 5_000_000
    tenths = np.full(SOURCE_CHANNELS, 0.1, np.float32)
    of_hidden = np.ones(512, np.float32), np.zeros(512, np.float32)
    told = predictor.predict(predictor.centre({"af_heart": 1.0}), known(tenths, tenths, *of_hidden))
    assert np.isfinite(told.mean).all()
    assert (told.variance >= 0).all()
