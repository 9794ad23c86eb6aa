"""The harness itself: what is played is heard exactly, and every planted fault is seen."""

import os
import subprocess
import time

import numpy as np
import pytest

from tests.heard import RATE, Clip, Fault, Heard, Server, ramp, ramp_faults, tone

pytest_plugins = ["tests.conftest_sound"]
pytestmark = pytest.mark.sound

RAMP = ramp(12_000)
WHERE = 2 * 5_000
LENGTH = 2 * 300


def play(heard: Heard, pcm: bytes) -> Clip:
    start = time.monotonic()
    subprocess.run(
        ["pacat", "--raw", f"--rate={RATE}", "--channels=1", "--format=s16le"],
        input=pcm,
        env=os.environ | heard.env,
        check=True,
        timeout=20,
    )
    return heard.recorder.between(start, time.monotonic() + 0.1)  # pacat leaves with the very last sample


def test_a_ramp_is_heard_sample_for_sample(heard: Heard) -> None:
    clip = play(heard, RAMP)
    assert clip.sound().tobytes() == RAMP
    assert ramp_faults(clip.sound()) == []


@pytest.mark.parametrize(
    ("planted", "fault"),
    [
        (RAMP[:WHERE] + bytes(LENGTH) + RAMP[WHERE:], Fault("gap", 5_000, 300)),
        (RAMP[:WHERE] + RAMP[WHERE + LENGTH :], Fault("dropped", 5_000, 300)),
        (RAMP[:WHERE] + RAMP[WHERE - LENGTH :], Fault("doubled", 5_000, 300)),
        (RAMP[:WHERE] + RAMP[WHERE + 2 :], Fault("dropped", 5_000, 1)),
    ],
    ids=["gap", "dropped", "doubled", "one sample dropped"],
)
def test_a_planted_fault_is_seen(heard: Heard, planted: bytes, fault: Fault) -> None:
    assert ramp_faults(play(heard, planted).sound()) == [fault]


def test_a_gap_is_found_between_its_sounds(heard: Heard) -> None:
    clip = play(heard, RAMP + bytes(2 * 2_400) + RAMP)
    first, _ = clip.span()
    assert clip.gaps(at_least=100) == [(first + 12_000, first + 14_400)]


def test_a_click_is_a_larger_step_than_the_tone_has(heard: Heard) -> None:
    whole = tone(RATE // 2)  # 110 periods: it ends where it began
    cut = tone(RATE // 2 - 27)  # a quarter of a period less
    assert play(heard, whole).largest_step() < 500
    assert play(heard, cut).largest_step() > 7_000


def test_the_time_base_is_the_monotonic_clock(heard: Heard) -> None:
    start = time.monotonic()
    clip = play(heard, RAMP)
    end = time.monotonic()
    first, last = clip.span()
    assert start <= clip.time(first) < clip.time(last) <= end
    assert heard.recorder.await_sound(start) == pytest.approx(clip.time(first), abs=0.002)


def test_silence_has_no_runs() -> None:
    silent = Clip(np.zeros(100, np.int16), 0.0)
    assert (silent.runs(), silent.span(), silent.gaps(), silent.largest_step()) == ([], (0, 0), [], 0)


def test_a_server_has_several_sinks_and_leaves_nothing_behind() -> None:
    with Server(("one", "two")) as server:
        assert [line.split()[1] for line in server.pactl("list", "short", "sinks").splitlines()] == ["one", "two"]
        directory = server.directory
    assert not directory.exists()


def test_a_killed_server_can_be_started_again(own_heard: Heard) -> None:
    own_heard.server.kill()
    own_heard.restart()
    assert play(own_heard, RAMP).sound().tobytes() == RAMP
