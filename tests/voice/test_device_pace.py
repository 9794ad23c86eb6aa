"""The device at another pace: stretched sound is heard whole, and a change is heard soon."""

import time

import numpy as np
import pytest

from tests.heard import RATE, Clip, Heard, Samples
from tests.voice.player import Player
from ttsmesh.voice.audio_thread import MAX_BUFFERED
from ttsmesh.voice.pace import Pace
from ttsmesh.voice.stretch.sonic import INSIDE

pytestmark = pytest.mark.sound
pytest_plugins = ["tests.conftest_sound"]

SLICE = 9_600
NOISE = 10.0
"""How many times the promised time a busy machine may take at worst."""

CHANGE_S = 0.1
"""Seconds after which a change of the rate is to be heard."""


def buzz(seconds: float) -> bytes:
    """A voiced sound of 110 Hz, never silent for long; it dies away, as what is rendered does."""
    at = np.arange(round(seconds * RATE)) / RATE
    level = 4000 * np.minimum(1, (seconds - at) / 0.1)
    return np.round(level * sum(np.sin(2 * np.pi * 110 * n * at) / n for n in range(1, 8))).astype("<i2").tobytes()


def step(samples: Samples) -> int:
    return int(np.abs(np.diff(samples.astype(np.int32))).max())


def stretched(pcm: bytes, rate: float) -> Samples:
    pace = Pace(rate)
    return np.frombuffer(pace.change(pcm) + pace.finish(), "<i2")


def play(player: Player, pcm: bytes, rate: float) -> float:
    """Begin ``pcm``; when it was begun."""
    begun = time.monotonic()
    player.do("start", rate)
    assert player.do("ready").error is None
    for at in range(0, len(pcm), SLICE):
        assert player.do("feed", pcm[at : at + SLICE]).error is None
    return begun


def dry(clip: Clip) -> int:
    """Silences that a machine too busy to play may have made; the sound has none as long."""
    return len(clip.silences())


@pytest.mark.parametrize("rate", [0.5, 1.7, 3.0])
def test_stretched_sound_is_heard_whole_and_without_a_click(heard: Heard, rate: float) -> None:
    pcm = buzz(1.5)
    with Player(heard.env) as player:
        begun = play(player, pcm, rate)
        assert player.do("drain").value == len(pcm) // 2, "not all of what was rendered counts as heard"
        underruns = player.do("underruns").value
        clip = heard.since(begun)
    expected = stretched(pcm, rate)
    assert abs(len(expected) * rate / (len(pcm) // 2) - 1) < 0.03
    # Which of two neighbouring periods is left out or said twice depends on the portions the library was fed in.
    assert len(clip.voiced()) == pytest.approx(np.count_nonzero(expected), abs=INSIDE / min(1, rate))
    assert dry(clip) <= max(underruns, 2)
    if not dry(clip):
        assert step(clip.samples) <= 1.5 * step(np.frombuffer(pcm, "<i2"))


@pytest.mark.parametrize(("before", "after"), [(1.0, 1.8), (2.0, 0.7)])
def test_a_change_of_rate_is_heard_soon_and_does_not_click(heard: Heard, before: float, after: float) -> None:
    pcm = buzz(4.0)
    with Player(heard.env) as player:
        begun = time.monotonic()
        player.do("start", before)
        assert player.do("ready").error is None
        for at in range(0, len(pcm), SLICE):
            player.ask("feed", pcm[at : at + SLICE])
        heard.recorder.await_sound(begun, RATE // 2)
        changed = time.monotonic()
        player.do("set_rate", after)
        player.do("drain")
        clip = heard.since(begun)
    # Heard for x seconds at the old rate, and the rest of it at the new one.
    total, rendered = len(clip.voiced()) / RATE, len(pcm) / 2 / RATE
    x = (total * after - rendered) / (after - before)
    first = clip.time(clip.span()[0])
    assert -0.02 < first + x - changed < CHANGE_S * NOISE
    if not dry(clip):
        assert step(clip.samples) <= 1.5 * step(np.frombuffer(pcm, "<i2"))


def test_a_hold_at_another_pace_goes_on_where_it_was(heard: Heard) -> None:
    pcm = buzz(2.0)
    with Player(heard.env) as player:
        begun = play(player, pcm, 2.0)
        heard.recorder.await_sound(begun, RATE // 4)
        player.do("pause")
        heard.await_silence(0.1)
        player.do("resume")
        assert player.do("drain").value == len(pcm) // 2
        clip = heard.since(begun)
    # The fades say 10 ms twice; nothing is left out but what the library's periods make of it.
    assert -INSIDE < len(clip.voiced()) - len(stretched(pcm, 2.0)) < 0.05 * RATE


def test_the_faster_it_is_heard_the_more_may_wait_for_the_device(heard: Heard) -> None:
    """It lasts no longer, while the next chunk is rendered."""
    with Player(heard.env) as player:
        player.do("start", 1.0)
        assert player.do("ready").error is None
        player.do("pause")
        for _ in range(MAX_BUFFERED // SLICE):
            player.do("feed", bytes(SLICE))
        waiting = player.ask("feed", bytes(SLICE))
        player.do("set_rate", 4.0)
        assert player.answer(waiting).error is None
        for _ in range(3 * MAX_BUFFERED // SLICE - 1):
            assert player.do("feed", bytes(SLICE)).error is None


def test_the_position_is_in_rendered_frames_while_it_sounds(heard: Heard) -> None:
    pcm = buzz(6.0)
    with Player(heard.env) as player:
        begun = time.monotonic()
        player.do("start", 3.0)
        assert player.do("ready").error is None
        for at in range(0, len(pcm), SLICE):
            player.ask("feed", pcm[at : at + SLICE])
        heard.recorder.await_sound(begun, RATE)
        position = player.do("position")
        player.do("cancel")
        clip = heard.since(begun)
    sounded = min(position.answered, clip.time(clip.span()[1])) - clip.time(clip.span()[0])
    if not dry(clip):
        assert position.value == pytest.approx(3 * sounded * RATE, abs=3 * 0.06 * RATE)
