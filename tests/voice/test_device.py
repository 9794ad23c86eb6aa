"""The device sink, heard through a virtual sink. The figures that are bounds here are tenfold the usual ones."""

import itertools
import math
import subprocess
import sys
import time

import pytest
from player import Player

from heard import RATE, Heard, Samples, ramp, ramp_faults, tone
from ttsmesh.errors import Code
from ttsmesh.voice.device import OPEN_TIMEOUT
from ttsmesh.voice.portaudio import AHEAD_MAX, FADE, STALL_TIMEOUT

pytest_plugins = ["conftest_sound"]
pytestmark = pytest.mark.sound

SILENT_WITHIN = 1.0
TONE = tone(2 * RATE)  # as much as is taken without waiting
TONE_STEP = 461
SLICE = RATE // 5


def pieces(pcm: bytes) -> list[bytes]:
    return [pcm[at : at + 2 * SLICE] for at in range(0, len(pcm), 2 * SLICE)]


def in_the_middle(heard: Heard, player: Player, pcm: bytes, frames: int = RATE // 2) -> float:
    """Begin ``pcm`` and come back when ``frames`` of it were heard; returns when it was begun."""
    start = time.monotonic()
    assert player.begin(*pieces(pcm)).error is None
    heard.recorder.await_sound(start, frames)
    return start


def test_every_sample_arrives_once(heard: Heard) -> None:
    pcm = ramp(RATE)
    with Player(heard.env) as player:
        start = time.monotonic()
        player.begin(*pieces(pcm))
        assert player.do("drain").value == RATE
        assert heard.since(start).sound().tobytes() == pcm
        assert player.do("underruns").value == 0
        assert player.leave() == 0


@pytest.mark.parametrize("frames", [1, 240, 500, 1_000])
def test_even_the_shortest_sound_is_heard_whole(heard: Heard, frames: int) -> None:
    pcm = ramp(frames)
    with Player(heard.env) as player:
        start = time.monotonic()
        player.begin(pcm)
        assert player.do("drain").value == frames
        assert heard.since(start).sound().tobytes() == pcm


def test_one_utterance_after_the_other_on_the_same_stream(heard: Heard) -> None:
    with Player(heard.env) as player:
        for _ in range(3):
            start = time.monotonic()
            player.begin(ramp(3_000))
            player.do("drain")
            assert heard.since(start).sound().tobytes() == ramp(3_000)


def test_sound_begins_soon_after_it_is_fed(heard: Heard) -> None:
    with Player(heard.env) as player:
        start = time.monotonic()
        player.do("start")
        player.do("ready")
        fed = player.do("feed", TONE)
        heard_at = heard.recorder.await_sound(start)
        assert heard_at - fed.asked < 0.1


def test_nothing_is_drained_without_having_been_fed(heard: Heard) -> None:
    with Player(heard.env) as player:
        player.do("start")
        assert player.do("drain").value == 0


def test_a_cancel_is_silent_at_once_and_does_not_click(heard: Heard) -> None:
    with Player(heard.env) as player:
        start = in_the_middle(heard, player, TONE)
        cancel = player.do("cancel")
        clip = heard.since(start)
        _, end = clip.span()
        assert clip.time(end) - cancel.asked < SILENT_WITHIN
        assert clip.largest_step() <= TONE_STEP + TONE_STEP // 2
        assert cancel.value == pytest.approx(len(clip.sound()), abs=2 * FADE)


def test_a_cancelled_utterance_leaves_nothing_for_the_next(heard: Heard) -> None:
    with Player(heard.env) as player:
        in_the_middle(heard, player, TONE)
        player.do("cancel")
        start = time.monotonic()
        player.begin(ramp(3_000))
        player.do("drain")
        assert heard.since(start).sound().tobytes() == ramp(3_000)


def test_a_cancel_before_the_first_sample_says_nothing(heard: Heard) -> None:
    with Player(heard.env) as player:
        start = time.monotonic()
        player.begin()
        assert player.do("cancel").value == 0
        assert len(heard.since(start).sound()) == 0


def test_cancelling_where_the_source_has_run_dry_does_not_hang(heard: Heard) -> None:
    with Player(heard.env) as player:
        in_the_middle(heard, player, ramp(3_000), 3_000)
        assert player.do("cancel").value == 3_000


def test_resume_goes_on_from_the_held_sample(heard: Heard) -> None:
    pcm = ramp(RATE)
    with Player(heard.env) as player:
        start = in_the_middle(heard, player, pcm, RATE // 4)
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
    """The position once a hold has taken effect: when it stays the same for longer than a block lasts."""
    position, since = -1, time.monotonic()
    while time.monotonic() - since < 0.1:
        if (now := player.do("position").value) != position:
            position, since = now, time.monotonic()
    return position


def falls(samples: Samples) -> bool:
    return all(int(a) >= int(b) for a, b in itertools.pairwise(samples))


def test_hold_and_resume_do_not_click(heard: Heard) -> None:
    with Player(heard.env) as player:
        start = in_the_middle(heard, player, TONE)
        player.do("pause")
        settled_position(player)
        resumed = time.monotonic()
        player.do("resume")
        heard.recorder.await_sound(resumed, 4_000)
        player.do("cancel")
        clip = heard.since(start)
        assert clip.largest_step() <= TONE_STEP + TONE_STEP // 2
        assert len(clip.gaps(at_least=RATE // 20)) == 1


def test_a_held_utterance_can_be_cancelled(heard: Heard) -> None:
    with Player(heard.env) as player:
        in_the_middle(heard, player, TONE)
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
        sound = heard.since(start).sound()
        assert ramp_faults(sound) == []
        assert sound.tobytes() == ramp(4 * RATE)


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
        sound = heard.since(start).sound()
        assert ramp_faults(sound) == []
        assert sound.tobytes() == pcm


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
        assert clip.samples[clip.samples != 0].tobytes() == pcm
        assert player.do("underruns").value == len(clip.gaps()) == 2


def test_two_busy_processes_make_no_gap(heard: Heard) -> None:
    pcm = ramp(2 * RATE)
    hogs = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
    try:
        with Player(heard.env) as player:
            start = time.monotonic()
            player.begin(*pieces(pcm))
            player.do("drain")
            sound = heard.since(start).sound()
            assert sound[sound != 0].tobytes() == pcm
            assert player.do("underruns").value <= 1  # after the first, it keeps more ahead
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()


def test_the_position_is_what_has_been_heard(heard: Heard) -> None:
    with Player(heard.env) as player:
        start = in_the_middle(heard, player, TONE)
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
            assert clip.sound().tobytes() == ramp(3_000)
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
        assert heard.since(start).sound().tobytes() == ramp(3_000)


def test_the_voice_process_stays_light(heard: Heard) -> None:
    with Player(heard.env) as player:
        player.begin(ramp(3_000))
        player.do("drain")
        assert not {"numpy", "uvloop", "click"} & set(player.do("modules").value)


def test_killing_the_server_fails_the_utterance_and_the_next_is_heard(own_heard: Heard) -> None:
    with Player(own_heard.env) as player:
        in_the_middle(own_heard, player, TONE, RATE // 4)
        draining = player.ask("drain")
        own_heard.server.kill()
        failed = player.answer(draining)
        assert failed.error is not None
        assert failed.error[0] == Code.AUDIO
        player.do("cancel")
        refused = player.begin()
        assert refused.error is not None
        assert refused.error[0] == Code.NO_AUDIO
        player.do("cancel")
        own_heard.restart()
        start = time.monotonic()
        assert player.begin(ramp(3_000)).error is None
        player.do("drain")
        assert own_heard.since(start).sound().tobytes() == ramp(3_000)
        assert player.leave() == 0


def test_a_server_restarted_between_utterances_is_not_noticed(own_heard: Heard) -> None:
    with Player(own_heard.env) as player:
        player.begin(ramp(3_000))
        player.do("drain")
        own_heard.server.kill()
        own_heard.restart()
        start = time.monotonic()
        player.begin(ramp(3_000))
        player.do("drain")
        assert own_heard.since(start).sound().tobytes() == ramp(3_000)


def test_a_server_that_comes_up_later_is_found(own_heard: Heard) -> None:
    own_heard.server.kill()
    with Player(own_heard.env) as player:
        refused = player.begin()
        assert refused.error is not None
        assert refused.error[0] == Code.NO_AUDIO
        player.do("cancel")
        own_heard.restart()
        start = time.monotonic()
        player.begin(ramp(3_000))
        player.do("drain")
        assert own_heard.since(start).sound().tobytes() == ramp(3_000)


def test_a_frozen_server_fails_the_utterance_and_does_not_keep_the_process(own_heard: Heard) -> None:
    with Player(own_heard.env) as player:
        in_the_middle(own_heard, player, TONE, RATE // 4)
        draining = player.ask("drain")
        own_heard.server.freeze()
        frozen = time.monotonic()
        failed = player.answer(draining)
        assert failed.error is not None
        assert failed.error[0] == Code.AUDIO
        assert failed.answered - frozen < 2 * STALL_TIMEOUT
        assert player.do("cancel").seconds < 1
        refused = player.begin()
        assert refused.error is not None
        assert refused.error[0] == Code.NO_AUDIO
        assert refused.answered - frozen < 2 * STALL_TIMEOUT + OPEN_TIMEOUT
        assert player.do("stuck").value
        assert player.leave() == 0


def test_cancelling_in_a_frozen_server_is_answered(own_heard: Heard) -> None:
    with Player(own_heard.env) as player:
        in_the_middle(own_heard, player, TONE, RATE // 4)
        own_heard.server.freeze()
        assert player.do("cancel").seconds < 1


def test_a_server_that_thaws_is_used_again(own_heard: Heard) -> None:
    with Player(own_heard.env) as player:
        in_the_middle(own_heard, player, TONE, RATE // 4)
        own_heard.server.freeze()
        player.do("cancel")
        own_heard.server.thaw()
        start = time.monotonic()
        player.begin(ramp(3_000))
        assert player.do("drain").value == 3_000
        assert own_heard.since(start).sound()[-3_000:].tobytes() == ramp(3_000)


def test_without_any_audio_server_there_is_no_audio(heard: Heard) -> None:
    nowhere = {**heard.env, "PULSE_SERVER": "unix:/nonexistent/socket"}
    with Player(nowhere) as player:
        refused = player.begin()
        assert refused.error is not None
        assert refused.error[0] == Code.NO_AUDIO
        assert "\n" not in refused.error[1]
        assert player.do("cancel").value == 0
        assert player.leave() == 0


def test_the_fade_fits_into_what_is_written_ahead() -> None:
    """Else the fade of a cancel could wait for room. A cancel must be silent within 100 ms."""
    assert math.ceil((AHEAD_MAX + FADE) / RATE * 1000) <= 100
