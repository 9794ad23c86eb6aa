"""What goes wrong with audio, done to a real server: an utterance fails in bounded time, and the next one is heard."""

import time
from pathlib import Path

import pytest

from tests.heard import RATE, Heard, ramp, tone
from tests.voice.player import Answer, Player
from ttsmesh.errors import Code
from ttsmesh.voice.device import OPEN_TIMEOUT
from ttsmesh.voice.portaudio import STALL_TIMEOUT

pytest_plugins = ["tests.conftest_sound"]
pytestmark = pytest.mark.sound

TONE = tone(2 * RATE)


def code(answer: Answer) -> str | None:
    return answer.error and answer.error[0]


def message(answer: Answer) -> str:
    return answer.error[1] if answer.error else ""


def test_d8_killing_the_server_fails_the_utterance_and_the_next_is_heard(own_heard: Heard) -> None:
    with Player(own_heard.env) as player:
        player.sound(own_heard, TONE, RATE // 4)
        draining = player.ask("drain")
        own_heard.server.kill()
        failed = player.answer(draining)
        assert code(failed) == Code.AUDIO
        refused = player.refused()
        assert code(refused) == Code.NO_AUDIO
        own_heard.restart()
        start = time.monotonic()
        assert player.begin(ramp(3_000)).error is None
        player.do("drain")
        assert own_heard.since(start).voiced().tobytes() == ramp(3_000)
        assert player.leave() == 0


def test_d8_a_server_restarted_between_utterances_is_not_noticed(own_heard: Heard) -> None:
    with Player(own_heard.env) as player:
        player.begin(ramp(3_000))
        player.do("drain")
        own_heard.server.kill()
        own_heard.restart()
        start = time.monotonic()
        player.begin(ramp(3_000))
        player.do("drain")
        assert own_heard.since(start).voiced().tobytes() == ramp(3_000)


def test_d7_a_server_that_comes_up_later_is_found(own_heard: Heard) -> None:
    own_heard.server.kill()
    with Player(own_heard.env) as player:
        refused = player.refused()
        assert code(refused) == Code.NO_AUDIO
        own_heard.restart()
        start = time.monotonic()
        player.begin(ramp(3_000))
        player.do("drain")
        assert own_heard.since(start).voiced().tobytes() == ramp(3_000)


def test_d9_a_frozen_server_fails_the_utterance_and_does_not_keep_the_process(own_heard: Heard) -> None:
    with Player(own_heard.env) as player:
        player.sound(own_heard, TONE, RATE // 4)
        draining = player.ask("drain")
        own_heard.server.freeze()
        frozen = time.monotonic()
        failed = player.answer(draining)
        assert code(failed) == Code.AUDIO
        assert failed.answered - frozen < 2 * STALL_TIMEOUT
        assert player.do("stuck").value
        assert player.do("cancel").seconds < 1
        refused = player.refused()
        assert code(refused) == Code.NO_AUDIO
        assert refused.answered - frozen < 2 * STALL_TIMEOUT + OPEN_TIMEOUT
        assert player.do("stuck").value
        assert player.leave() == 0


def test_d9_cancelling_in_a_frozen_server_is_answered(own_heard: Heard) -> None:
    with Player(own_heard.env) as player:
        player.sound(own_heard, TONE, RATE // 4)
        own_heard.server.freeze()
        assert player.do("cancel").seconds < 1


def test_d9_a_server_that_thaws_is_used_again(own_heard: Heard) -> None:
    with Player(own_heard.env) as player:
        player.sound(own_heard, TONE, RATE // 4)
        own_heard.server.freeze()
        player.do("cancel")
        own_heard.server.thaw()
        start = time.monotonic()
        player.begin(ramp(3_000))
        assert player.do("drain").value == 3_000
        assert own_heard.since(start).voiced()[-3_000:].tobytes() == ramp(3_000)


def test_d7_without_any_audio_server_there_is_no_audio(heard: Heard) -> None:
    nowhere = {**heard.env, "PULSE_SERVER": "unix:/nonexistent/socket"}
    with Player(nowhere) as player:
        refused = player.refused()
        assert code(refused) == Code.NO_AUDIO
        assert "\n" not in message(refused)
        assert player.leave() == 0


def test_d7_an_unknown_device_is_no_audio(heard: Heard) -> None:
    with Player(heard.env, device="no such device") as player:
        refused = player.refused()
        assert code(refused) == Code.NO_AUDIO
        assert "no such device" in message(refused)


def test_d7_a_missing_library_is_no_audio(heard: Heard, tmp_path: Path) -> None:
    (tmp_path / "sounddevice.py").write_text('raise OSError("PortAudio library not found")')
    with Player({**heard.env, "PYTHONPATH": str(tmp_path)}) as player:
        refused = player.refused()
        assert code(refused) == Code.NO_AUDIO
        assert "libportaudio2" in message(refused)


def test_d9_a_frozen_server_at_the_start_is_no_audio(own_heard: Heard) -> None:
    own_heard.server.freeze()
    with Player(own_heard.env) as player:
        refused = player.refused()
        assert code(refused) == Code.NO_AUDIO
        assert refused.seconds < 2 * OPEN_TIMEOUT
        assert player.leave() == 0
