"""The device sink, heard through a virtual sink. The figures that are bounds here are tenfold the usual ones."""

import itertools
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from tests.heard import RATE, Clip, Heard, Samples, ramp, tone
from tests.voice.player import Player
from ttsmesh.voice.portaudio import AHEAD, AHEAD_BUSY, BUSY, FADE, PERIOD, Line, silent

pytest_plugins = ["tests.conftest_sound"]
pytestmark = [pytest.mark.sound, pytest.mark.alone]

SILENT_WITHIN = 1.0
TONE = tone(2 * RATE)  # as much as is taken without waiting
TONE_STEP = 461
SLICE = RATE // 5


def pieces(pcm: bytes) -> list[bytes]:
    return [pcm[at : at + 2 * SLICE] for at in range(0, len(pcm), 2 * SLICE)]


def is_whole(clip: Clip, pcm: bytes, player: Player) -> None:
    """Every sample was heard once and in its place; and without gaps, but for what a machine so busy may do."""
    assert clip.voiced().tobytes() == pcm
    underruns = player.do("underruns").value
    assert len(clip.gaps()) == underruns <= 2


def test_every_sample_arrives_once(heard: Heard) -> None:
    pcm = ramp(RATE)
    with Player(heard.env) as player:
        start = time.monotonic()
        player.begin(*pieces(pcm))
        assert player.do("drain").value == RATE
        is_whole(heard.since(start), pcm, player)
        assert player.leave() == 0


@pytest.mark.parametrize("frames", [1, 240, 500, 1_000])
def test_even_the_shortest_sound_is_heard_whole(heard: Heard, frames: int) -> None:
    pcm = ramp(frames)
    with Player(heard.env) as player:
        start = time.monotonic()
        player.begin(pcm)
        assert player.do("drain").value == frames
        assert heard.since(start).voiced().tobytes() == pcm


def test_one_utterance_after_the_other_on_the_same_stream(heard: Heard) -> None:
    with Player(heard.env) as player:
        for _ in range(3):
            start = time.monotonic()
            player.begin(ramp(3_000))
            player.do("drain")
            assert heard.since(start).voiced().tobytes() == ramp(3_000)


def test_sound_begins_soon_after_it_is_fed(heard: Heard) -> None:
    with Player(heard.env) as player:
        start = time.monotonic()
        player.do("start")
        player.do("ready")
        fed = player.do("feed", TONE)
        heard_at = heard.recorder.await_sound(start)
        assert heard_at - fed.asked < 0.1


def test_when_it_began_is_known_about_as_exactly_as_it_can_be_heard(heard: Heard) -> None:
    with Player(heard.env) as player:
        for _ in range(2):  # the second time on the same stream
            assert player.do("start").error is None
            assert player.do("began").value == [None, None]
            player.do("ready")
            asked = player.do("feed", TONE).asked
            truly = heard.recorder.await_sound(asked)
            heard.recorder.await_sound(asked, RATE // 4)  # by then the device has told
            player.do("cancel")
            written, played = player.do("began").value
            assert asked <= written <= truly
            assert written <= played
            assert abs(played - truly) < 0.1
            heard.await_silence()


def test_nothing_is_drained_without_having_been_fed(heard: Heard) -> None:
    with Player(heard.env) as player:
        player.do("start")
        assert player.do("drain").value == 0


def test_a_cancel_is_silent_at_once_and_does_not_click(heard: Heard) -> None:
    with Player(heard.env) as player:
        start = player.sound(heard, TONE, RATE // 2)
        cancel = player.do("cancel")
        clip = heard.since(start)
        _, end = clip.span()
        assert clip.time(end) - cancel.asked < SILENT_WITHIN
        assert clip.largest_step() < 1.5 * TONE_STEP
        assert cancel.value == pytest.approx(len(clip.sound()), abs=2 * FADE)


def test_a_cancelled_utterance_leaves_nothing_for_the_next(heard: Heard) -> None:
    with Player(heard.env) as player:
        player.sound(heard, TONE, RATE // 2)
        player.do("cancel")
        heard.await_silence()
        start = time.monotonic()
        player.begin(ramp(3_000))
        player.do("drain")
        assert heard.since(start).voiced().tobytes() == ramp(3_000)


def test_a_cancel_before_the_first_sample_says_nothing(heard: Heard) -> None:
    with Player(heard.env) as player:
        start = time.monotonic()
        player.begin()
        assert player.do("cancel").value == 0
        assert len(heard.since(start).sound()) == 0


def test_cancelling_where_the_source_has_run_dry_does_not_hang(heard: Heard) -> None:
    with Player(heard.env) as player:
        player.sound(heard, ramp(3_000), 3_000)
        assert player.do("cancel").value == 3_000


def test_resume_goes_on_from_the_held_sample(heard: Heard) -> None:
    pcm = ramp(RATE)
    with Player(heard.env) as player:
        start = player.sound(heard, pcm, RATE // 4)
        player.do("pause")
        drain = player.ask("drain")
        position = settled_position(player)
        paused = heard.since(start)
        player.do("resume")
        assert player.answer(drain).value == RATE
        whole = heard.since(start)
    first, end = paused.span()
    assert end < len(paused.samples), "it went on sounding"
    # Heard: all up to the fade, then the faded samples again, rising, and all the rest.
    assert paused.samples[first : first + position].tobytes() == pcm[: 2 * position]
    after = whole.samples[whole.span()[1] - (RATE - position - FADE) : whole.span()[1]]
    assert after.tobytes() == pcm[2 * (position + FADE) :]
    faded = paused.samples[first + position : end]
    assert falls(faded)
    assert len(faded) <= FADE


def settled_position(player: Player) -> int:
    """The position once a hold has taken effect: when it stays the same."""
    position, since = -1, time.monotonic()
    while time.monotonic() - since < 0.5:
        if (now := player.do("position").value) != position:
            position, since = now, time.monotonic()
    return position


def falls(samples: Samples) -> bool:
    return all(int(a) >= int(b) for a, b in itertools.pairwise(samples))


def test_hold_and_resume_do_not_click(heard: Heard) -> None:
    with Player(heard.env) as player:
        start = player.sound(heard, TONE, RATE // 2)
        player.do("pause")
        settled_position(player)
        resumed = time.monotonic()
        player.do("resume")
        heard.recorder.await_sound(resumed, 4_000)
        player.do("cancel")
        clip = heard.since(start)
        assert clip.largest_step() < 1.5 * TONE_STEP
        assert len(clip.gaps(at_least=RATE // 20)) == 1


def test_a_held_utterance_can_be_cancelled(heard: Heard) -> None:
    with Player(heard.env) as player:
        player.sound(heard, TONE, RATE // 2)
        player.do("pause")
        position = settled_position(player)
        assert player.do("cancel").value == position


def test_feeding_waits_while_two_seconds_are_buffered(heard: Heard) -> None:
    with Player(heard.env) as player:
        start = time.monotonic()
        player.begin(ramp(2 * RATE))
        player.do("feed", ramp(RATE, 2 * RATE))
        waiting = player.do("feed", ramp(RATE, 3 * RATE))
        assert waiting.seconds > 0.5
        assert player.do("drain").value == 4 * RATE
        is_whole(heard.since(start), ramp(4 * RATE), player)


def test_slow_feeding_is_gapless(heard: Heard) -> None:
    """Slices of 200 ms, each fed when the one before is half heard."""
    pcm = ramp(RATE)
    with Player(heard.env) as player:
        start = time.monotonic()
        player.begin()
        for number, piece in enumerate(pieces(pcm)):
            player.do("feed", piece)
            heard.recorder.await_sound(start, number * SLICE + SLICE // 2)
        player.do("drain")
        is_whole(heard.since(start), pcm, player)


def test_a_source_that_is_too_slow_leaves_gaps_but_loses_nothing(heard: Heard) -> None:
    pcm = ramp(RATE // 2)
    with Player(heard.env) as player:
        start = time.monotonic()
        player.begin()
        for number, piece in enumerate(pieces(pcm), 1):
            player.do("feed", piece)
            heard.recorder.await_sound(start, min(number * SLICE, RATE // 2))
            settled_position(player)
        player.do("drain")
        clip = heard.since(start)
        is_whole(clip, pcm, player)
        assert len(clip.gaps()) == 2


def test_two_busy_processes_make_no_gap(heard: Heard) -> None:
    pcm = ramp(2 * RATE)
    hogs = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
    try:
        with Player(heard.env) as player:
            start = time.monotonic()
            player.begin(*pieces(pcm))
            player.do("drain")
            is_whole(heard.since(start), pcm, player)
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()


def test_the_position_is_what_has_been_heard(heard: Heard) -> None:
    with Player(heard.env) as player:
        start = player.sound(heard, TONE, RATE // 2)
        answer = player.do("position")
        clip = heard.since(start)
        real = (answer.answered - clip.time(clip.span()[0])) * RATE
        assert answer.value == pytest.approx(real, abs=0.05 * RATE)


def test_priming_precedes_the_first_utterance_only(heard: Heard) -> None:
    with Player(heard.env, prime_s=0.4) as player:
        delays = []
        for _ in range(2):
            start = time.monotonic()
            player.begin(ramp(3_000))
            player.do("drain")
            clip = heard.since(start)
            assert clip.voiced().tobytes() == ramp(3_000)
            delays.append(clip.time(clip.span()[0]) - start)
    assert delays[0] > 0.4
    assert delays[1] < 0.3


def test_a_released_device_is_closed_and_opened_again(heard: Heard) -> None:
    def streams() -> int:
        return len(heard.server.pactl("list", "short", "sink-inputs").splitlines())

    with Player(heard.env) as player:
        player.begin(ramp(3_000))
        player.do("drain")
        player.do("release")
        assert streams() == 0
        start = time.monotonic()
        player.begin(ramp(3_000))
        player.do("drain")
        assert heard.since(start).voiced().tobytes() == ramp(3_000)


def test_the_voice_process_stays_light(heard: Heard) -> None:
    with Player(heard.env) as player:
        player.begin(ramp(3_000))
        player.do("drain")
        assert not {"numpy", "uvloop", "click"} & set(player.do("modules").value)


def test_the_next_utterance_may_begin_while_a_cancelled_one_fades(heard: Heard) -> None:
    with Player(heard.env) as player:
        start = player.sound(heard, TONE, RATE // 2)
        player.ask("cancel")
        player.begin(ramp(3_000))
        assert player.do("drain").value == 3_000
        sound = heard.since(start).sound()
        assert sound[-3_000:].tobytes() == ramp(3_000)
        assert Clip(sound[:-3_000], start).largest_step() < 1.5 * TONE_STEP


def test_releasing_in_the_middle_fades_out_and_lets_the_process_leave(heard: Heard) -> None:
    with Player(heard.env) as player:
        start = player.sound(heard, TONE, RATE // 2)
        assert player.leave() == 0
        clip = heard.since(start)
        assert len(clip.sound()) < len(TONE) // 2
        assert clip.largest_step() < 1.5 * TONE_STEP


def test_a_cancel_is_silent_within_100_ms_even_with_the_most_written_ahead() -> None:
    assert (AHEAD_BUSY + FADE) / RATE + PERIOD <= 0.1


class FakeStream:
    """A device whose speed the test decides."""

    def __init__(self) -> None:
        self.write_available = self.capacity = 3_000

    def start(self) -> None:
        pass

    def write(self, pcm: bytes) -> None:
        self.write_available -= len(pcm) // 2


class FakeClock:
    now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    clock = FakeClock()
    monkeypatch.setattr("ttsmesh.voice.portaudio.time", clock)
    return clock


@pytest.mark.parametrize(("given", "grows"), [(silent, True), (lambda count: silent(count // 2), False)])
def test_more_is_written_ahead_only_when_the_device_was_faster_than_we_were_again_and_again(
    clock: FakeClock, given: Callable[[int], bytes], grows: bool
) -> None:
    """The second source gives less than it is asked for: then it is to blame, and a slower cancel would not help."""
    stream = FakeStream()
    line = Line(stream)
    ahead = []
    for _ in range(6):
        line.fill(given)
        ahead.append(stream.capacity - stream.write_available)
        clock.now += 1.0
        stream.write_available = stream.capacity
    assert line.underruns == 5
    assert ahead == ([960, 960, 960, 1_920, 1_920, 1_920] if grows else [480] * 6)


def test_as_little_as_before_is_written_ahead_once_the_machine_has_kept_up_again(clock: FakeClock) -> None:
    stream = FakeStream()
    line = Line(stream)

    def ahead() -> int:
        return stream.capacity - stream.write_available

    def play(seconds: float) -> None:
        """As a device does, block by block, with a look in between at how much there is."""
        for _ in range(round(seconds / PERIOD)):
            clock.now += PERIOD
            stream.write_available = min(stream.capacity, stream.write_available + round(PERIOD * RATE))
            assert ahead() > 0  # never dry
            line.fill(silent)

    def run_dry() -> None:
        clock.now += 1.0
        stream.write_available = stream.capacity
        line.fill(silent)

    line.fill(silent)
    run_dry()
    play(BUSY)
    run_dry()
    play(BUSY / 2)
    assert ahead() == pytest.approx(AHEAD, abs=1)  # once in a while is no reason
    run_dry()
    play(BUSY / 2)
    assert ahead() == pytest.approx(AHEAD_BUSY, abs=1)
    play(BUSY)
    assert ahead() == pytest.approx(AHEAD, abs=1)
    assert line.underruns == 3
