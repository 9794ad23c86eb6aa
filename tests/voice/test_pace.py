"""The pace of speech: how long it becomes, which frame is heard when, and that no change of it clicks."""

import ctypes
from collections.abc import Iterator

import numpy as np
import pytest

from tests.heard import RATE, Samples, ramp, tone
from ttsmesh.audio import frames
from ttsmesh.errors import SinkError
from ttsmesh.voice.pace import Pace
from ttsmesh.voice.stretch import sonic

PLACES = list(sonic.places())


@pytest.fixture(autouse=True, params=PLACES, ids=["system", "espeak-ng"][: len(PLACES)])
def each_library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """All of it holds for either copy of the library."""
    monkeypatch.setattr(sonic, "places", lambda: iter([request.param]))
    sonic.library.cache_clear()
    yield
    sonic.library.cache_clear()


BLOCK = 480
"""Frames asked for at a time, as the device does."""


class Supply:
    """Gives the frames of ``pcm``; ``last`` when no more will come."""

    def __init__(self, pcm: bytes) -> None:
        self._rest = pcm
        self.ended = True

    def pull(self, count: int) -> bytes:
        given, self._rest = self._rest[: 2 * count], self._rest[2 * count :]
        return given

    def add(self, pcm: bytes) -> None:
        self._rest += pcm

    def last(self) -> bool:
        return self.ended


def heard(pace: Pace, supply: Supply, most: int = 1 << 40) -> bytes:
    out = b""
    while frames(out) < most and (pcm := pace.take(min(BLOCK, most - frames(out)), supply.pull, last=supply.last)):
        out += pcm
    return out


def buzz(seconds: float, pitch: float = 110.0) -> bytes:
    """A voiced sound, whose level says nothing but whose period is clear: harmonics that fall off."""
    time = np.arange(round(seconds * RATE)) / RATE
    wave = sum(np.sin(2 * np.pi * pitch * n * time) / n for n in range(1, 8))
    return np.round(4000 * wave).astype("<i2").tobytes()


def rising(seconds: float) -> bytes:
    """A buzz that says by its loudness how far it is."""
    samples = np.frombuffer(buzz(seconds), "<i2")
    return (samples * np.linspace(0.1, 1, len(samples))).astype("<i2").tobytes()


def samples(pcm: bytes) -> Samples:
    return np.frombuffer(pcm, "<i2")


def step(pcm: bytes) -> int:
    return int(np.abs(np.diff(samples(pcm).astype(np.int32))).max())


def test_at_the_models_pace_samples_pass_untouched_and_nothing_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ttsmesh.voice.pace.Sonic", None)
    pace = Pace()
    pace.prepare()
    pcm = ramp(5_000)
    assert heard(pace, Supply(pcm)) == pcm
    assert pace.position(1_234) == 1_234
    assert not pace.holds


@pytest.mark.parametrize("rate", [0.5, 0.75, 1.3, 1.7, 2.0, 3.0, 4.0])
@pytest.mark.parametrize("sound", [buzz(3.0), buzz(3.0, 190.0), tone(3 * RATE)], ids=["low", "high", "tone"])
def test_its_length_is_that_of_the_rendered_sound_over_the_rate(rate: float, sound: bytes) -> None:
    out = heard(Pace(rate), Supply(sound))
    assert frames(out) == pytest.approx(frames(sound) / rate, rel=0.02)


@pytest.mark.parametrize("rate", [0.5, 1.7, 3.0])
def test_stretched_sound_has_no_gap_and_no_click_and_keeps_its_level(rate: float) -> None:
    sound = buzz(2.0)
    out = heard(Pace(rate), Supply(sound))
    assert step(out) <= 1.5 * step(sound)
    inner = samples(out)[RATE // 20 : -RATE // 20].astype(float)
    levels = np.sqrt((inner[: len(inner) // BLOCK * BLOCK].reshape(-1, BLOCK) ** 2).mean(axis=1))
    assert levels.min() > 0.7 * levels.max()


@pytest.mark.parametrize("rate", [0.5, 1.7, 3.0])
def test_the_pitch_stays(rate: float) -> None:
    inner = samples(heard(Pace(rate), Supply(buzz(4.0))))[RATE // 10 :][: RATE // 2]
    spectrum = np.abs(np.fft.rfft(inner * np.hanning(len(inner))))
    assert np.argmax(spectrum) * RATE / len(inner) == pytest.approx(110, abs=4)


def test_a_pitch_is_changed_and_the_length_is_not() -> None:
    out = heard(Pace(1.0, 1.25), Supply(buzz(4.0)))
    assert frames(out) == pytest.approx(4 * RATE, rel=0.02)
    inner = samples(out)[RATE // 10 :][: RATE // 2]
    spectrum = np.abs(np.fft.rfft(inner * np.hanning(len(inner))))
    assert np.argmax(spectrum) * RATE / len(inner) == pytest.approx(137.5, abs=5)


@pytest.mark.parametrize(("before", "after"), [(1.0, 1.8), (1.8, 1.0), (3.0, 0.5), (0.5, 4.0)])
def test_a_change_of_rate_does_not_click_and_takes_effect_within_50_ms(before: float, after: float) -> None:
    sound = buzz(12.0)
    pace, supply = Pace(before), Supply(sound)
    out = heard(pace, supply, RATE)
    position = pace.position(RATE)
    pace.rate = after
    out += heard(pace, supply, RATE)
    said = pace.position(2 * RATE) - position
    assert said == pytest.approx(after * RATE, abs=(before + after) * 0.05 * RATE)
    assert step(out) <= 1.5 * step(sound)


@pytest.mark.parametrize("rate", [0.5, 1.7, 2.0, 3.0, 4.0])
def test_the_frame_that_is_heard_is_known_to_within_what_the_library_keeps_back(rate: float) -> None:
    """By the loudness of what was heard, against the loudness of what was fed."""
    sound = rising(20.0)
    pace = Pace(rate)
    out = samples(heard(pace, Supply(sound))).astype(float)
    fed = samples(sound).astype(float)
    window = RATE // 5
    for at in range(RATE // 2, len(out) - window, len(out) // 9):
        position = pace.position(at)
        level = np.sqrt((out[at - window : at + window] ** 2).mean())
        expected = np.sqrt((fed[max(0, position - window) : position + window] ** 2).mean())
        # The level rises by 0.9/20 of the whole each second: 40 ms are 0.2 %.
        assert level == pytest.approx(expected, abs=0.012 * np.abs(fed).max())


@pytest.mark.parametrize("rate", [0.5, 1.0, 2.3, 4.0])
def test_positions_never_go_back_and_end_at_the_end(rate: float) -> None:
    sound = buzz(5.0)
    pace = Pace(rate)
    count = frames(heard(pace, Supply(sound)))
    positions = [pace.position(at) for at in range(0, count + 1, 97)] + [pace.position(count)]
    assert positions == sorted(positions)
    assert positions[0] == 0
    assert positions[-1] == frames(sound)


def test_while_more_is_to_come_nothing_is_made_up() -> None:
    """A renderer that is late is a pause, and what comes then joins what was."""
    sound = buzz(2.0)
    pace, supply = Pace(2.0), Supply(sound[:RATE])
    supply.ended = False
    out = heard(pace, supply)
    assert RATE / 4 - sonic.INSIDE <= frames(out) <= RATE / 4
    assert pace.holds
    supply.add(sound[RATE:])
    supply.ended = True
    out += heard(pace, supply)
    assert frames(out) == pytest.approx(RATE, rel=0.02)
    assert step(out) <= 1.5 * step(sound)
    assert not pace.holds


def test_what_was_given_back_is_heard_next() -> None:
    pace, supply = Pace(2.0), Supply(buzz(1.0))
    taken = pace.take(BLOCK, supply.pull, last=supply.last)
    pace.give_back(taken)
    assert pace.take(BLOCK, supply.pull, last=supply.last) == taken


def test_a_save_gets_all_of_it_at_the_rate() -> None:
    sound = buzz(2.0)
    pace = Pace(1.6)
    out = b"".join(pace.change(sound[at : at + 9_600]) for at in range(0, len(sound), 9_600)) + pace.finish()
    assert frames(out) == pytest.approx(frames(sound) / 1.6, rel=0.02)


def test_a_stretch_of_another_rate_is_heard_from_its_first_frame_to_its_last() -> None:
    """One second each: at the own rate, at twice that, and at the own one again."""
    sound = buzz(3.0)
    pace = Pace(1.2)
    pace.change_at(RATE, 2.0, 1.0)
    pace.change_at(2 * RATE, 1.0, 1.0)
    out = heard(pace, Supply(sound))
    assert frames(out) == pytest.approx(RATE / 1.2 + RATE / 2.4 + RATE / 1.2, rel=0.02)
    assert step(out) <= 1.5 * step(sound)


@pytest.mark.parametrize("pitch", [0.7, 0.85, 1.2, 1.4])
def test_a_stretch_of_another_pitch_is_heard_at_that_and_takes_as_long(pitch: float) -> None:
    sound = buzz(3.0)
    pace = Pace()
    pace.change_at(RATE, 1.0, pitch)
    pace.change_at(2 * RATE, 1.0, 1.0)
    out = heard(pace, Supply(sound))
    assert frames(out) == pytest.approx(3 * RATE, rel=0.01)
    for second, expected in enumerate((1.0, pitch, 1.0)):
        inner = samples(out)[second * RATE + RATE // 5 :][: RATE // 2]
        spectrum = np.abs(np.fft.rfft(inner * np.hanning(len(inner))))
        assert np.argmax(spectrum) * RATE / len(inner) == pytest.approx(110 * expected, abs=4)


@pytest.mark.parametrize(
    "paces",
    [
        [(1.0, 1.0), (1.0, 1.4), (1.0, 1.0)],
        [(1.0, 1.0), (1.0, 0.7), (1.0, 1.0)],
        [(1.0, 0.8), (1.0, 1.2), (1.5, 0.8), (0.7, 1.4)],
        [(2.0, 1.0), (0.5, 1.0), (1.0, 1.0)],
        [(1.0, 1.0), (1.6, 1.3), (0.8, 0.9), (1.0, 1.0)],
    ],
)
@pytest.mark.parametrize("sound", [buzz(4.0, 133.0), tone(4 * RATE)], ids=["voice", "tone"])
def test_no_change_clicks_nor_leaves_a_gap(paces: list[tuple[float, float]], sound: bytes) -> None:
    pace = Pace()
    length = frames(sound) // len(paces)
    for number, (rate, pitch) in enumerate(paces):
        pace.change_at(number * length + 100, rate, pitch)
    out = heard(pace, Supply(sound))
    assert step(out) <= 1.5 * max(pitch for _, pitch in paces) * step(sound)
    inner = samples(out)[RATE // 20 : -RATE // 20].astype(float)
    levels = np.sqrt((inner[: len(inner) // BLOCK * BLOCK].reshape(-1, BLOCK) ** 2).mean(axis=1))
    assert levels.min() > 0.6 * levels.max()


def test_the_frame_that_is_heard_is_known_in_stretches_of_another_pace() -> None:
    sound = rising(12.0)
    pace = Pace(1.1)
    for second, rate in enumerate((1.0, 2.0, 0.6, 1.0, 1.5, 1.0)):
        pace.change_at(2 * second * RATE, rate, 1.0)
    out = samples(heard(pace, Supply(sound))).astype(float)
    fed = samples(sound).astype(float)
    window = RATE // 5
    for at in range(RATE // 2, len(out) - window, len(out) // 23):
        position = pace.position(at)
        level = np.sqrt((out[at - window : at + window] ** 2).mean())
        expected = np.sqrt((fed[max(0, position - window) : position + window] ** 2).mean())
        # The level rises by 0.9/12 of the whole each second: 60 ms, and what the window sees of the next stretch.
        assert level == pytest.approx(expected, abs=0.02 * np.abs(fed).max())


def test_the_product_of_two_rates_or_pitches_stays_within_what_is_offered() -> None:
    sound = buzz(2.0)
    fast, slow = Pace(4.0), Pace(0.5, 1.4)
    fast.change_at(0, 3.0, 1.0)
    slow.change_at(0, 0.3, 2.0)
    assert frames(heard(fast, Supply(sound))) == pytest.approx(2 * RATE / 4.0, rel=0.02)
    out = heard(slow, Supply(sound))
    assert frames(out) == pytest.approx(2 * RATE / 0.5, rel=0.02)
    assert fast.fastest == 4.0


def test_a_change_behind_the_end_of_its_chunk_gives_way_to_the_next_chunks() -> None:
    sound = buzz(3.0)
    pace = Pace()
    pace.change_at(RATE + 4_800, 4.0, 1.0)
    pace.change_at(RATE, 2.0, 1.0)
    pace.change_at(2 * RATE, 1.0, 1.0)
    assert frames(heard(pace, Supply(sound))) == pytest.approx(2.5 * RATE, rel=0.02)


def test_a_listeners_change_of_rate_counts_in_a_stretch_too() -> None:
    sound = buzz(4.0)
    pace, supply = Pace(), Supply(sound)
    pace.change_at(0, 2.0, 1.0)
    out = heard(pace, supply, RATE // 2)
    pace.rate = 1.5
    out += heard(pace, supply)
    assert frames(out) == pytest.approx(RATE / 2 + 3 * RATE / 3, rel=0.04)
    assert pace.fastest == 3.0


def test_a_save_changes_at_the_same_frames() -> None:
    sound = buzz(3.0)
    pace = Pace()
    pace.change_at(RATE, 2.0, 1.0)
    pace.change_at(2 * RATE, 1.0, 1.0)
    out = b"".join(pace.change(sound[at : at + 9_600]) for at in range(0, len(sound), 9_600)) + pace.finish()
    assert frames(out) == pytest.approx(2.5 * RATE, rel=0.02)
    assert out[:RATE] == sound[:RATE], "up to the change nothing is touched"


def test_silence_is_stretched_too_and_stays_silent() -> None:
    out = heard(Pace(2.0), Supply(bytes(2 * RATE)))
    assert frames(out) == pytest.approx(RATE / 2, rel=0.02)
    assert not samples(out).any()


def test_without_the_library_there_is_one_line_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(path: str) -> ctypes.CDLL:
        raise OSError(path)

    monkeypatch.setattr(ctypes, "CDLL", missing)
    with pytest.raises(SinkError, match="libsonic0"):
        Pace(2.0).prepare()
