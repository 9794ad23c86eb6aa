"""What was found of a voice is its centre once enough was rendered, and is kept by its content."""

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ttsmesh.model.engine.openvino.norms import Centre
from ttsmesh.model.engine.openvino.own_voices import MAX_KEPT, MAX_UNKNOWN, TEXTS, VERSION, OwnVoices
from ttsmesh.model.engine.protocol import Floats
from ttsmesh.model.g2p.tokens import encode


def table(number: int) -> Floats:
    return np.full((2, 3), number, np.float32)


def found(known: float, wanted: float, loudness: float = -20.0) -> Centre:
    return Centre(np.full(2, known, np.float32), np.array([wanted, wanted, loudness], np.float32))


def learn(voices: OwnVoices, number: int) -> None:
    for render in range(len(TEXTS)):
        voices.add(table(number), found(render, number))


def test_a_voice_has_a_centre_once_enough_of_it_was_rendered(tmp_path: Path) -> None:
    voices = OwnVoices(tmp_path)
    assert voices.unfinished() is None
    for render, text in enumerate(TEXTS):
        assert voices.centre(table(1)) is None
        if render:
            unfinished = voices.unfinished()
            assert unfinished is not None
            assert np.array_equal(unfinished[0], table(1))
            assert unfinished[1] == text
        voices.add(table(1), found(render, 2.0, loudness=np.nan if render == 0 else -20.0))
    centre = voices.centre(table(1))
    assert centre is not None
    np.testing.assert_allclose(centre.known, (len(TEXTS) - 1) / 2)
    np.testing.assert_allclose(centre.wanted, [2.0, 2.0, -20.0])
    assert voices.unfinished() is None
    voices.add(table(1), found(0, 0))
    assert voices.unfinished() is None, "enough is enough"


def test_voices_are_known_again_by_their_content(tmp_path: Path) -> None:
    voices = OwnVoices(tmp_path / "new")
    learn(voices, 1)
    again = OwnVoices(tmp_path / "new")
    centre = again.centre(table(1).copy())
    assert centre is not None
    np.testing.assert_allclose(centre.wanted[:2], 1.0)
    assert again.centre(table(2)) is None


def test_a_damaged_file_only_costs_time(tmp_path: Path) -> None:
    learn(OwnVoices(tmp_path), 1)
    (path,) = tmp_path.glob("*.npz")
    path.write_bytes(path.read_bytes()[:50])
    assert OwnVoices(tmp_path).centre(table(1)) is None
    path.write_bytes(b"")
    assert OwnVoices(tmp_path).centre(table(1)) is None


@pytest.mark.parametrize("changed", [{"version": VERSION + 1}, {"known": np.array([np.nan])}, {"wanted": np.array([])}])
def test_what_another_version_kept_is_measured_again(tmp_path: Path, changed: dict[str, Any]) -> None:
    learn(OwnVoices(tmp_path), 1)
    (path,) = tmp_path.glob("*.npz")
    with np.load(path) as file:
        content = dict(file)
    kept: dict[str, Any] = content | changed
    if "wanted" in changed:
        del kept["wanted"]
    np.savez(path, **kept)
    assert OwnVoices(tmp_path).centre(table(1)) is None


def test_of_many_unknown_voices_the_latest_are_measured_first(tmp_path: Path) -> None:
    voices = OwnVoices(tmp_path)
    for number in range(MAX_UNKNOWN + 1):
        voices.add(table(number), found(0, 0))
    for number in range(MAX_UNKNOWN, 0, -1):
        unfinished = voices.unfinished()
        assert unfinished is not None
        assert np.array_equal(unfinished[0], table(number))
        for _ in TEXTS[1:]:
            voices.add(table(number), found(0, 0))
    assert voices.unfinished() is None, "there is a limit"


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    voices = OwnVoices(tmp_path)
    for number in range(MAX_KEPT + 2):
        learn(voices, number)
    assert len(list(tmp_path.iterdir())) == MAX_KEPT


def test_a_directory_that_cannot_be_written_to_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").touch()
    voices = OwnVoices(tmp_path / "file")
    with caplog.at_level(logging.WARNING):
        learn(voices, 1)
    assert voices.centre(table(1)) is not None
    assert "cannot write" in caplog.text


@pytest.mark.parametrize("text", TEXTS)
def test_the_model_knows_the_phonemes_of_every_text(text: str) -> None:
    assert encode(text)
