"""Every voice comes at the common loudness, measured or not, and a measurement outlives the process."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.model.engine import lufs
from ttsmesh.model.engine.lufs import measure
from ttsmesh.model.engine.protocol import Floats
from ttsmesh.model.kokoro import STYLE_SIZE
from ttsmesh.model.voices import loudness
from ttsmesh.model.voices.catalogue import OFFICIAL
from ttsmesh.model.voices.loudness import (
    EMPHASIS_MAX,
    ENOUGH,
    EVENED_MAX,
    MAX_KEPT,
    TARGET,
    LoudnessNormaliser,
    levelling,
    measured,
    usual,
)


def babble(seconds: float, lufs: float, seed: int = 1) -> Floats:
    """Noise of that loudness that comes and goes four times a second."""
    noise = np.random.default_rng(seed).standard_normal(round(seconds * SAMPLE_RATE)).astype(np.float32)
    noise *= 0.6 + 0.4 * np.sin(np.arange(len(noise), dtype=np.float32) * (8 * np.pi / SAMPLE_RATE))
    noise *= np.float32(10 ** ((lufs - meter(noise)) / 20))
    return noise


def meter(samples: Floats) -> float:
    """The loudness of ``samples``, by another library than the one that is tested."""
    return float(pyloudnorm.Meter(SAMPLE_RATE).integrated_loudness(samples))


def table(number: float) -> Floats:
    return np.full((510, STYLE_SIZE), number, np.float32)


def levelled(ours: LoudnessNormaliser, samples: Floats, style: Floats) -> float:
    """The LUFS at which a chunk is heard that was rendered as a whole, of a voice that was not measured beforehand."""
    ours.learn(style, samples)
    return meter(samples * np.float32(ours.factor(measure(samples), style, None)))


def test_every_official_voice_is_measured_and_none_other() -> None:
    assert set(measured()) == set(OFFICIAL)
    assert all(-30 < lufs < -12 for lufs in measured().values())


@pytest.mark.parametrize("lufs", [-35.0, -23.0, -14.0])
def test_two_libraries_measure_the_same(lufs: float) -> None:
    found = measure(babble(5, lufs))
    assert found is not None
    assert abs(found - lufs) < 0.2


@pytest.mark.parametrize(("lufs", "factor"), [(TARGET, 1.0), (TARGET - 20, 10.0), (-15.0, 0.501)])
def test_a_softer_voice_is_raised_and_a_louder_one_lowered(lufs: float, factor: float) -> None:
    assert levelling(lufs) == pytest.approx(factor, rel=1e-3)


@pytest.mark.parametrize("samples", [babble(1, -20)[:9000], np.zeros(SAMPLE_RATE, np.float32), table(0)[0][:0]])
def test_silence_and_a_moment_are_not_measured_and_an_unknown_voice_then_counts_as_a_usual_one(samples: Floats) -> None:
    assert measure(samples) is None
    ours = LoudnessNormaliser()
    ours.learn(table(1), samples)
    assert ours.factor(None, table(1), None) == pytest.approx(levelling(usual()))


@pytest.mark.parametrize("lufs", [-32.0, -12.0])
def test_a_new_voice_is_at_the_common_loudness_from_its_first_chunk_on(lufs: float) -> None:
    assert abs(levelled(LoudnessNormaliser(), babble(2, lufs), table(1)) - TARGET) < 0.3


def test_as_long_as_nothing_is_known_of_a_voice_a_chunk_is_as_loud_as_its_voice() -> None:
    ours = LoudnessNormaliser()
    assert ours.factor(-32.0, table(1), None) == pytest.approx(levelling(-32))
    ours.learn(table(1), babble(2, -30))
    # Now it is one of a voice that is louder, and half of the difference is left.
    assert ours.factor(-32.0, table(1), None) == pytest.approx(levelling(-31), rel=0.03)
    assert ours.factor(None, table(1), None) == pytest.approx(levelling(-30), rel=0.03)


def test_a_chunk_of_which_nothing_is_known_is_at_the_level_of_its_voice() -> None:
    assert LoudnessNormaliser().factor(None, table(1), -25.0) == pytest.approx(levelling(-25))


@pytest.mark.parametrize(
    ("difference", "left"), [(0.0, 0.0), (1.0, 0.5), (-2.0, -1.0), (6.0, EMPHASIS_MAX), (-9.0, EVENED_MAX - 9)]
)
def test_half_of_what_a_chunk_differs_from_its_voice_is_left_and_little_of_much_more(
    difference: float, left: float
) -> None:
    factor = LoudnessNormaliser().factor(-25 + difference, table(1), -25.0)
    assert factor == pytest.approx(levelling(-25 + difference - left))


def test_a_voice_is_measured_once_by_its_content_and_that_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "state" / "levels"
    ours = LoudnessNormaliser(path)
    half = ENOUGH / SAMPLE_RATE / 2 + 0.1
    ours.learn(table(1), babble(half, -30))
    assert not path.exists(), "it has not said enough yet"
    ours.learn(table(2), babble(half, -30))
    assert not path.exists(), "that was another voice"
    ours.learn(table(1), babble(half, -30))
    assert [round(lufs) for lufs in json.loads(path.read_text()).values()] == [-30]

    # What it says later does not change it, in this process or the next; but of its 4 LU more, few are left.
    for later in (ours, LoudnessNormaliser(path)):
        assert abs(levelled(later, babble(5, -26), table(1)) - (TARGET + EMPHASIS_MAX)) < 0.3


def test_a_voice_whose_file_changes_is_measured_again(tmp_path: Path) -> None:
    ours = LoudnessNormaliser(tmp_path / "levels")
    ours.learn(table(1), babble(13, -30))
    ours.learn(table(1.5), babble(13, -18))
    assert sorted(round(lufs) for lufs in json.loads((tmp_path / "levels").read_text()).values()) == [-30, -18]


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{", b'{"a": "b"}', b'{"a": null}', b"\xff" * 99, b"[" * 9000, b'{"a": 1%s}' % (b"0" * 400)],
)
def test_a_damaged_file_is_written_anew(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "levels"
    path.write_bytes(content)
    LoudnessNormaliser(path).learn(table(1), babble(13, -30))
    assert len(json.loads(path.read_text())) == 1


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ours = LoudnessNormaliser(tmp_path / "file" / "levels")
    for _ in range(2):
        assert abs(levelled(ours, babble(13, -30), table(1)) - TARGET) < 0.3


def test_a_disk_that_does_not_respond_takes_one_thread_and_little_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(loudness, "PATIENCE", 0.02)
    path = tmp_path / "levels"
    os.mkfifo(path)  # which nothing can be read of until somebody opens it for writing
    before = threading.active_count()
    ours = LoudnessNormaliser(path)
    for _ in range(3):
        assert abs(levelled(ours, babble(13, -30), table(1)) - TARGET) < 0.3
    assert ours.knows(table(1))
    assert threading.active_count() == before + 1
    assert "does not respond" in caplog.text
    with path.open("wb"):
        pass  # so that the thread ends


def test_the_file_is_bounded_and_the_oldest_go(tmp_path: Path) -> None:
    path = tmp_path / "levels"
    path.write_text(json.dumps({f"{number:064x}": -20.0 for number in range(MAX_KEPT)}))
    LoudnessNormaliser(path).learn(table(1), babble(13, -30))
    kept = json.loads(path.read_text())
    assert len(kept) == MAX_KEPT
    assert f"{0:064x}" not in kept
    assert path.stat().st_size < loudness.MAX_BYTES


def test_without_the_package_that_measures_voices_are_levelled_by_what_is_known(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "loudness", None)
    lufs._meter.cache_clear()
    try:
        own = babble(2, -32)
        unmeasured = LoudnessNormaliser()
        for _ in range(10):
            assert measure(own) is None
            unmeasured.learn(table(2), own)
            assert unmeasured.factor(None, table(1), -26.0) == pytest.approx(levelling(-26))
            assert unmeasured.factor(None, table(2), None) == pytest.approx(levelling(usual()))
        kept = [len(heard.samples) for heard in unmeasured._heard.values()]
        assert kept == [ENOUGH], "no more is kept than would settle it"
    finally:
        lufs._meter.cache_clear()
    (line,) = caplog.messages
    assert "loudness is not measured" in line


def test_a_server_starts_without_the_package_that_measures() -> None:
    program = "import sys; sys.modules['loudness'] = None; import ttsmesh.model.server.lifecycle"
    subprocess.run([sys.executable, "-P", "-c", program], check=True, timeout=60)
