"""How status is shown: what comes first, what is left out, and nothing that a terminal would obey."""

import json
from collections.abc import Sequence
from typing import Any

import click
import pytest
from click.testing import CliRunner

from ttsmesh.cli.client import NotRunning
from ttsmesh.cli.commands import status as module
from ttsmesh.errors import ConfigError, PeerGone
from ttsmesh.wire.messages import End, HistoryEntry, Muted, ServerState, Summary, Timeline, UtteranceState, VoiceState
from ttsmesh.wire.schema import Message

SERVER = ServerState(
    pid=100,
    uptime_s=7384.0,
    release="1.2",
    model="ready",
    engine="openvino",
    g2p_pid=101,
    queued=1,
    finished=7,
    interrupted=2,
    failed=1,
    accepted=11,
    memory_bytes=812_400_000,
    g2p_memory_bytes=253_000_000,
    g2p_uptime_s=59.9,
)
VOICE = VoiceState(
    voice="af_heart",
    language="en-us",
    pid=102,
    state="busy",
    utterances=11,
    memory_bytes=41_000_000,
    uptime_s=200_000.0,
    starts=3,
    crashes=1,
)
STOPPED = VoiceState(voice="bf_emma", language="en-gb", state="stopped", utterances=1)
WAITING = UtteranceState(id="ab-12", voice="af_heart", language="en-us", state="sounding", age_s=1.25, caller="vim")


def entry(outcome: str = "finished", **more: Any) -> HistoryEntry:
    fields: dict[str, Any] = {"id": "ab-11", "when": 1e9, "voice": "af_heart", "language": "en-us", "saved": False}
    return HistoryEntry(**(fields | {"outcome": outcome} | more))


TIMELINE = Timeline(
    id="ab-11",
    zero_at=7.0,
    sent=52.2,
    accepted=54.9,
    turn=54.9,
    phonemes=63.0,
    ready=60.0,
    rendered=140.4,
    written=142.0,
    heard=168.0,
)
FAILED = entry("failed", code="no_audio", message="no audio output")


def summary(**more: Any) -> Summary:
    fields: dict[str, Any] = {"measure": "first_audio_ms", "count": 12, "median": 180.4, "worst": 950.0}
    return Summary(**(fields | more))


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[Message] | Exception]:
    """What the server answers, one after the other; when all were given, somebody presses Ctrl-C."""
    waiting: list[Sequence[Message] | Exception] = []

    def ask(_: object) -> list[Message]:
        answer = waiting.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return [*answer]

    def sleep(_: float) -> None:
        if not waiting:
            raise KeyboardInterrupt

    monkeypatch.setattr(module, "asked", ask)
    monkeypatch.setattr(module.time, "sleep", sleep)  # type: ignore[attr-defined]
    return waiting


def shown(command: click.Command, *arguments: str) -> str:
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0, result.output
    return result.output


def status(answers: list[Sequence[Message] | Exception], *answer: Message) -> list[str]:
    answers.append([SERVER, *answer, End()])
    return shown(module.status).splitlines()


# --- status for people ---------------------------------------------------------------------------------------------


def test_status_begins_with_the_failure_when_the_last_utterance_failed(answers: list[Any]) -> None:
    first = status(answers, VOICE, FAILED)[0]
    assert first.startswith("last utterance failed: no audio output (no_audio; af_heart, ")


def test_an_older_failure_is_not_what_status_begins_with(answers: list[Any]) -> None:
    lines = status(answers, VOICE, entry("interrupted", reason="stopped"))
    assert lines[0] == "ttsmesh 1.2: model ready (openvino)"
    assert not any("failed:" in line for line in lines)


@pytest.mark.parametrize(
    ("muted", "line"),
    [
        ([Muted()], "muted: everything; `ttsmesh unmute` ends that"),
        ([Muted(), Muted(caller="vim")], "muted: everything; `ttsmesh unmute` ends that"),
        ([Muted(caller="vim"), Muted(caller="mail")], "muted: vim, mail"),
    ],
)
def test_what_is_muted_is_told_first(answers: list[Any], muted: list[Message], line: str) -> None:
    assert status(answers, *muted, VOICE)[:2] == [line, "ttsmesh 1.2: model ready (openvino)"]


def test_media_keys_are_told_of_where_they_work(answers: list[Any]) -> None:
    for keys, tail in (("on", ", with media keys"), ("no session bus", "")):
        fields = {name: getattr(SERVER, name) for name in SERVER.rules}
        answers.append([ServerState(**(fields | {"media_keys": keys})), End()])
        assert shown(module.status).splitlines()[0] == f"ttsmesh 1.2: model ready (openvino){tail}"


def test_the_memory_of_a_gpu_stands_beside_that_of_the_server(answers: list[Any]) -> None:
    fields = {name: getattr(SERVER, name) for name in SERVER.rules}
    changed = {"engine": "kokoro cuda f32", "device_memory_bytes": 734_000_000}
    answers.append([ServerState(**(fields | changed)), End()])
    first, _, server, *_ = shown(module.status).splitlines()
    assert first == "ttsmesh 1.2: model ready (kokoro cuda f32)"
    assert server == "model server  100  2 h 3 min  812 MB  and 734 MB on the GPU"


def test_programs_are_told_who_is_muted(answers: list[Any]) -> None:
    answers += [[SERVER, Muted(caller="vim"), End()], [SERVER, Muted(), End()], [SERVER, End()]]
    assert [json.loads(shown(module.status, "--json"))["muted"] for _ in range(3)] == [
        {"everyone": False, "callers": ["vim"]},
        {"everyone": True, "callers": []},
        {"everyone": False, "callers": []},
    ]


def test_processes_stand_in_columns(answers: list[Any]) -> None:
    assert status(answers, VOICE, STOPPED)[1:6] == [
        "process           pid         up  memory",
        "model server      100  2 h 3 min  812 MB",
        "g2p               101       59 s  253 MB",
        "af_heart (en-us)  102    2 d 7 h   41 MB  busy, 11 utterances, 1 crash",
        "bf_emma (en-gb)     -          -       -  stopped, 1 utterance",
    ]


def test_outcomes_are_counted_and_what_is_not_measured_is_left_out(answers: list[Any]) -> None:
    assert "utterances: 11 accepted, 7 finished, 2 interrupted, 1 failed" in status(answers)


def test_underruns_and_unsayable_characters_are_shown_where_there_are_some(answers: list[Any]) -> None:
    fields = {name: getattr(SERVER, name) for name in SERVER.rules}
    answers.append([ServerState(**(fields | {"underruns": 1, "unsayable": 5})), End()])
    assert ", 1 underrun, 5 unsayable characters\n" in shown(module.status)


def test_slower_than_usual_is_seen(answers: list[Any]) -> None:
    line = status(answers, summary(usual_count=99, usual_median=110.0, usual_worst=3000.0, verdict="slower"))[-1]
    assert line == "first audio  median 180 ms, worst 950 ms of 12  usually 110 ms: slower than usual"


def test_without_days_before_there_is_no_usual(answers: list[Any]) -> None:
    assert status(answers, summary())[-1] == "first audio  median 180 ms, worst 950 ms of 12"


def test_a_measure_without_measurements_is_left_out(answers: list[Any]) -> None:
    lines = status(answers, Summary(measure="real_time_factor", count=0))
    assert not any("factor" in line for line in lines)


def test_what_is_under_way_comes_last(answers: list[Any]) -> None:
    assert status(answers, VOICE, WAITING, summary(), FAILED)[-1] == "ab-12  sounding  af_heart  1.2 s  vim"


def test_nothing_a_terminal_would_obey_is_printed(answers: list[Any]) -> None:
    nasty = entry("failed", code="io", message="\x1b]0;x\x07\nsecond\rline", voice="\x9b2J")
    answers.append([SERVER, nasty, End()])
    assert all(character.isprintable() for line in shown(module.status).split("\n") for character in line)


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (None, "-"),
        (0.0, "0 s"),
        (59.99, "59 s"),
        (60.0, "1 min"),
        (3599.0, "59 min"),
        (3600.0, "1 h 0 min"),
        (86_399.0, "23 h 59 min"),
        (86_400.0, "1 d 0 h"),
        (30 * 86_400.0, "30 d 0 h"),
    ],
)
def test_ages_are_written_in_their_largest_units(seconds: float | None, written: str) -> None:
    assert module._duration(seconds) == written


# --- where the milliseconds went -----------------------------------------------------------------------------------


def test_the_last_text_has_its_stages_in_the_order_in_which_they_were_reached(answers: list[Any]) -> None:
    answers.append([SERVER, entry(), TIMELINE, End()])
    assert shown(module.status, "--last").splitlines() == [
        "utterance ab-11                  at   took",
        "client had started            52 ms  52 ms",
        "accepted                      55 ms   3 ms",
        "its turn                      55 ms   0 ms",
        "voice process ready           60 ms   5 ms",
        "phonemes of the first chunk   63 ms   3 ms",
        "first piece rendered         140 ms  77 ms",
        "first sample to the device   142 ms   2 ms",
        "first sample heard           168 ms  26 ms",
    ]


def test_a_stage_that_was_not_reached_is_left_out(answers: list[Any]) -> None:
    answers.append([SERVER, Timeline(id="ab-11", zero_at=7.0, accepted=0.0, turn=1.0), End()])
    assert shown(module.status, "--last").splitlines() == [
        "utterance ab-11    at  took",
        "accepted         0 ms  0 ms",
        "its turn         1 ms  1 ms",
    ]


def test_before_the_first_text_there_is_no_timeline(answers: list[Any]) -> None:
    answers.append([SERVER, End()])
    assert shown(module.status, "--last") == "\n"
    answers.append([SERVER, End()])
    assert json.loads(shown(module.status, "--json"))["timeline"] is None
    answers.append([])
    assert shown(module.status, "--last") == "not running\n"


# --- status for programs -------------------------------------------------------------------------------------------


def test_the_object_has_everything_and_stable_names(answers: list[Any]) -> None:
    answers.append([SERVER, VOICE, WAITING, summary(), FAILED, End()])
    status = json.loads(shown(module.status, "--json"))
    assert {"running", "pid", "uptime_s", "release", "model", "engine", "g2p_pid", "queued", "finished"} <= set(status)
    assert {"interrupted", "failed", "last_failure", "voices", "queue", "performance", "last_outcome"} <= set(status)
    assert {"accepted", "memory_bytes", "g2p_memory_bytes", "g2p_uptime_s", "underruns", "unsayable"} <= set(status)
    assert status["running"] is True
    assert status["underruns"] is None
    assert status["voices"][0]["memory_bytes"] == 41_000_000
    assert status["queue"][0]["id"] == "ab-12"
    assert status["performance"]["first_audio_ms"]["verdict"] == "unknown"
    assert status["last_outcome"]["code"] == "no_audio"


def test_before_the_first_outcome_there_is_none(answers: list[Any]) -> None:
    answers.append([SERVER, End()])
    assert json.loads(shown(module.status, "--json"))["last_outcome"] is None


def test_a_mesh_that_does_not_run_is_no_error(answers: list[Any]) -> None:
    answers += [NotRunning("x")] * 2
    assert shown(module.status) == "not running\n"
    assert json.loads(shown(module.status, "--json")) == {"running": False}


# --- the live view -------------------------------------------------------------------------------------------------


def watched(*arguments: str) -> str:
    result = CliRunner().invoke(module.status, ["--watch", *arguments])
    assert result.exit_code == 130
    return result.output


def test_without_a_terminal_blocks_follow_one_another(answers: list[Any]) -> None:
    answers += [NotRunning("x"), [SERVER, End()], NotRunning("x")]
    blocks = watched().split("\n\n")
    assert blocks[0] == "not running"
    assert blocks[1].startswith("ttsmesh 1.2")
    assert blocks[2].strip() == "not running"


def test_for_programs_each_look_is_one_line(answers: list[Any]) -> None:
    answers += [[SERVER, VOICE, End()], NotRunning("x"), PeerGone("the model server went away")]
    lines = [json.loads(line) for line in watched("--json").strip().splitlines()]
    assert [line["running"] for line in lines] == [True, False, True]
    assert lines[2]["error"] == "the model server went away"


def test_a_server_that_does_not_answer_is_watched_until_it_does(answers: list[Any]) -> None:
    answers += [PeerGone("the model server does not answer"), [SERVER, End()]]
    assert watched().startswith("the model server does not answer\n\nttsmesh 1.2")


def test_an_unsafe_directory_is_not_watched(answers: list[Any]) -> None:
    answers += [ConfigError("unsafe directory")]
    result = CliRunner().invoke(module.status, ["--watch"])
    assert isinstance(result.exception, ConfigError)


@pytest.mark.parametrize("interval", ["0", "0.09", "-1", "nan", "inf", "3601", "often"])
def test_an_interval_out_of_range_is_refused(interval: str) -> None:
    result = CliRunner().invoke(module.status, ["--watch", "--interval", interval])
    assert result.exit_code == 2
