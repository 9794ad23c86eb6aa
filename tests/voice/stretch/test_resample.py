"""Sound that is read faster or slower: its pitch, its length, and that no change of it clicks."""

import random

import numpy as np
import pytest

from tests.heard import RATE, Samples, tone
from ttsmesh.audio import frames
from ttsmesh.voice.stretch.resample import Resampler


def samples(pcm: bytes) -> Samples:
    return np.frombuffer(pcm, "<i2")


def step(pcm: bytes) -> int:
    return int(np.abs(np.diff(samples(pcm).astype(np.int32))).max())


def read(pcm: bytes, *steps: float, portion: int = 480) -> bytes:
    """All of ``pcm``, with each of the ``steps`` for as long as the others."""
    resampler, out = Resampler(), b""
    length = len(pcm) // 2 // len(steps) * 2
    for number, step in enumerate(steps):
        part = pcm[number * length : (number + 1) * length]
        for at in range(0, len(part), 2 * portion):
            out += resampler.write(part[at : at + 2 * portion], step)
    return out + resampler.flush(steps[-1])


@pytest.mark.parametrize("by", [0.7, 0.9, 1.1, 1.4])
def test_a_tone_becomes_higher_and_shorter_by_the_step(by: float) -> None:
    out = read(tone(RATE, 1000.0), by)
    assert frames(out) == pytest.approx(RATE / by, abs=2)
    inner = samples(out)[1000:-1000].astype(float)
    spectrum = np.abs(np.fft.rfft(inner * np.hanning(len(inner))))
    assert np.argmax(spectrum) * RATE / len(inner) == pytest.approx(1000 * by, abs=3)


def test_what_it_adds_is_far_below_the_sound() -> None:
    """A tone of 3 kHz, of which a tone of another pitch is left and 45 dB below it the rest."""
    inner = samples(read(tone(RATE, 3000.0), 1.2))[1000:-1000].astype(float)
    power = np.abs(np.fft.rfft(inner * np.hanning(len(inner)))) ** 2
    peak = int(np.argmax(power))
    rest = power.sum() - power[peak - 4 : peak + 5].sum()
    assert 10 * np.log10(power.sum() / rest) > 45


def test_it_reads_the_same_however_the_sound_is_cut() -> None:
    pcm = tone(5_000)
    assert read(pcm, 1.3, portion=1) == read(pcm, 1.3, portion=7) == read(pcm, 1.3, portion=5_000)


def test_with_a_step_of_1_the_samples_pass_untouched() -> None:
    pcm = tone(1_000)
    assert read(pcm, 1.0, portion=1) == read(pcm, 1.0) == pcm


@pytest.mark.parametrize("steps", [(1.0, 1.4), (1.4, 1.0), (0.7, 1.4, 1.0, 0.7), (1.0, 0.7, 1.0)])
def test_a_change_of_the_step_does_not_click(steps: tuple[float, ...]) -> None:
    pcm = tone(24_000, 330.0)
    assert step(read(pcm, *steps)) <= 1.05 * max(steps) * step(pcm)


def test_between_two_peaks_nothing_wraps_around() -> None:
    pcm = np.tile(np.array([0, 32767, 32767, 0, -32768, -32768], "<i2"), 200).tobytes()
    out = samples(read(pcm, 0.7)).astype(int)
    assert out.max() == 32767
    assert out.min() == -32768
    assert step(out.astype("<i2").tobytes()) <= 33_000


def test_nothing_becomes_nothing() -> None:
    resampler = Resampler()
    assert resampler.write(b"", 1.2) + resampler.flush(1.2) == b""


@pytest.mark.parametrize("step", [0.7, 1.2, 1.4])
def test_no_number_of_samples_makes_it_read_behind_the_last_one(step: float) -> None:
    resampler = Resampler()
    lengths = random.Random(7).choices(range(400), k=2000)
    out = b"".join(resampler.write(bytes(2 * length), step) for length in (165, 305, 305, *lengths))
    assert frames(out) == pytest.approx((775 + sum(lengths)) / step, abs=16)
