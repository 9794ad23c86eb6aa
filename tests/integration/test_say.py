"""What a user meets first, over real processes. The tone engine stands in for the model: speech is not the point."""

import contextlib
import os
import signal
import socket
import stat
import subprocess
import time
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.heard import Heard
from tests.mesh import PATIENCE, QUICK, Mesh


@pytest.fixture
def mesh() -> Iterator[Mesh]:
    with Mesh() as mesh:
        mesh.settings(QUICK)
        yield mesh


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """While this file exists the renderer is blocked."""
    path = tmp_path / "gate"
    path.touch()
    return path


def frames(path: Path) -> int:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 24_000)
        return int(file.getnframes())


def test_the_first_say_starts_the_mesh_prints_nothing_and_is_soon_free(mesh: Mesh) -> None:
    run = mesh.run("say", "hello", "-o", "a.wav")
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")
    assert mesh.server_pid() is not None


def test_say_is_acknowledged_while_the_renderer_is_blocked(gate: Path) -> None:
    with Mesh({"TTSMESH_TONE_GATE": str(gate)}) as mesh:
        mesh.settings(QUICK)
        mesh.say("first", "-o", "a.wav")
        mesh.say("second", "-o", "b.wav")
        assert [utterance["state"] for utterance in mesh.status()["queue"]] == ["saving", "saving"]
        assert not (mesh.work / "a.wav").exists()
        gate.unlink()
        mesh.until_idle()
        assert frames(mesh.work / "a.wav") > 0
        assert frames(mesh.work / "b.wav") > 0


def test_d1_a_file_is_saved_in_the_callers_directory_with_the_callers_umask(mesh: Mesh) -> None:
    (mesh.work / "sub").mkdir()
    before = os.umask(0o027)
    try:
        assert mesh.run("say", "hello there", "-o", "sub/a.wav", "--wait").returncode == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE((mesh.work / "sub/a.wav").stat().st_mode) == 0o640
    assert frames(mesh.work / "sub/a.wav") > 2400


def test_text_comes_through_a_pipe_from_a_file_and_from_several_arguments(mesh: Mesh) -> None:
    (mesh.work / "text").write_text("the same words")
    assert mesh.run("say", "-o", "pipe.wav", "-w", input=b"the same words").returncode == 0
    assert mesh.run("say", "-o", "dash.wav", "-w", "-f", "-", input=b"the same words").returncode == 0
    assert mesh.run("say", "-o", "file.wav", "-w", "-f", "text").returncode == 0
    assert mesh.run("say", "-o", "arguments.wav", "-w", "the", "same", "words").returncode == 0
    saved = {(mesh.work / name).read_bytes() for name in ("pipe.wav", "dash.wav", "file.wav", "arguments.wav")}
    assert len(saved) == 1


def test_d2_an_existing_file_is_refused_without_force_and_replaced_with_it(mesh: Mesh) -> None:
    target = mesh.work / "a.wav"
    target.write_bytes(b"precious")
    run = mesh.run("say", "hello", "-o", "a.wav")
    assert run.returncode == 73
    assert b"exists" in run.stderr
    assert target.read_bytes() == b"precious"
    assert mesh.run("say", "hello", "-o", "a.wav", "--force", "--wait").returncode == 0
    assert frames(target) > 0


def test_speed_changes_the_duration(mesh: Mesh) -> None:
    for name, speed in (("slow", "0.5"), ("fast", "2")):
        assert mesh.run("say", "the same words", "-o", f"{name}.wav", "-w", "--speed", speed).returncode == 0
    assert frames(mesh.work / "slow.wav") > 3 * frames(mesh.work / "fast.wav")


def test_c5_nothing_that_can_be_said_is_reported_and_leaves_no_file(mesh: Mesh) -> None:
    run = mesh.run("say", "...", "-o", "a.wav", "--wait")
    assert run.returncode == 65
    assert run.stderr == b"ttsmesh: nothing in the text can be said\n"
    assert list(mesh.work.iterdir()) == []


BAD = [
    pytest.param(["say", ""], b"", 65, b"no text", id="c1-empty"),
    pytest.param(["say"], b" \n\t ", 65, b"no text", id="c1-blank"),
    pytest.param(["say"], b"\x00\x1b\x07", 65, b"no text", id="c1-controls"),
    pytest.param(["say"], b"a" * (4 * 1024 * 1024 + 1), 65, b"too long", id="c2-too-long"),
    pytest.param(["say"], b"caf\xe9", 65, b"not valid UTF-8 (byte 3)", id="c4-stdin"),
    pytest.param(["say", os.fsdecode(b"caf\xe9")], b"", 65, b"not valid UTF-8 (byte 3)", id="c4-argv"),
    *(
        pytest.param(["say", "--speed", speed, "hi"], b"", 2, b"from 0.5 to 4", id=f"c7-{speed}")
        for speed in ("0", "-1", "nan", "inf", "1e9", "1e-9", "fast", "true", "0.49", "4.01")
    ),
    pytest.param(["say", "-v", "af_hart", "hi"], b"", 66, b"af_heart", id="c8-near-miss"),
    pytest.param(["say", "-v", "../../etc/passwd", "hi"], b"", 66, b"voice", id="c8-path"),
    pytest.param(["say", "-v", "/tmp/x.pt", "hi"], b"", 66, b"voice", id="c8-absolute"),
    pytest.param(["say", "-v", "a" * 300, "hi"], b"", 66, b"voice", id="c8-long"),
    pytest.param(["say", "-v", "", "hi"], b"", 66, b"voice", id="c8-empty"),
    pytest.param(["say", "-l", "tlh", "hi"], b"", 66, b"en-us", id="c9"),
    pytest.param(["say", "hi", "-o", "missing/a.wav"], b"", 73, b"does not exist", id="d4-missing"),
    pytest.param(["say", "hi", "-o", "a" * 252 + ".wav"], b"", 73, b"name", id="d4-name-too-long"),
    pytest.param(["say", "hi", "-o", "/dev/full.wav/x.wav"], b"", 73, b"", id="d4-not-a-directory"),
    pytest.param(["say", "hi", "-o", "a.mp4"], b"", 73, b".wav, .flac, ", id="not-a-format"),
    pytest.param(["say", "hi", "-f", "text"], b"", 2, b"not both", id="two-sources"),
    pytest.param(["say", "-f", "missing"], b"", 74, b"missing", id="no-such-input"),
    pytest.param(["say", "--words", "hi"], b"", 2, b"--wait", id="words-without-wait"),
    pytest.param(["say", "--explain", "--words", "hi"], b"", 2, b"--words", id="words-of-an-explanation"),
    pytest.param(["pipe", "--words", "--no-wait"], b"hi", 2, b"--words", id="words-of-a-pipe-that-leaves"),
    pytest.param(["say", "--nonsense"], b"", 2, b"nonsense", id="unknown-option"),
    pytest.param(["sing"], b"", 2, b"sing", id="unknown-command"),
]


@pytest.fixture(scope="module")
def shared() -> Iterator[Mesh]:
    with Mesh() as mesh:
        yield mesh


@pytest.mark.parametrize(("arguments", "stdin", "status", "reason"), BAD)
def test_bad_input_is_one_clear_line_and_its_exit_status(
    shared: Mesh, arguments: list[str], stdin: bytes, status: int, reason: bytes
) -> None:
    run = shared.run(*arguments, input=stdin)
    assert run.returncode == status, run
    assert run.stdout == b""
    assert run.stderr.startswith(b"ttsmesh: "), run.stderr
    assert run.stderr.endswith(b"\n")
    assert run.stderr.count(b"\n") == 1
    assert reason in run.stderr
    assert b"Traceback" not in run.stderr
    assert list(shared.work.iterdir()) == []


def test_c1_no_server_is_started_for_no_text(mesh: Mesh) -> None:
    assert mesh.run("say", " ").returncode == 65
    assert mesh.processes() == {}


@pytest.mark.parametrize("command", [["stop"], ["status"], ["kill"], ["say", "--kill"]], ids=" ".join)
def test_nothing_is_started_by(mesh: Mesh, command: list[str]) -> None:
    run = mesh.run(*command)
    assert (run.returncode, run.stderr) == (0, b"")
    assert mesh.processes() == {}


def test_say_talks_to_the_model_server_only(mesh: Mesh, tmp_path: Path) -> None:
    mesh.say("warm", "-o", "a.wav")
    trace = tmp_path / "trace"
    subprocess.run(
        ["strace", "-f", "-e", "trace=connect", "-o", str(trace), *mesh.command("say", "hello", "-o", "b.wav")],
        env=mesh.env,
        cwd=mesh.work,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    connects = [line for line in trace.read_text().splitlines() if "connect(" in line]
    assert len(connects) == 1
    assert f'sun_path="{mesh.socket()}"' in connects[0]


def test_list_shows_languages_and_voices(mesh: Mesh) -> None:
    run = mesh.run("say", "--list")
    assert run.returncode == 0
    text = run.stdout.decode()
    assert "en-us" in text
    assert "en-gb" in text
    assert "af_heart" in text
    assert "bf_emma" in text
    assert mesh.run("say", "-v", "?").stdout == run.stdout


def test_kill_ends_every_process_and_saves_vanish(gate: Path) -> None:
    with Mesh({"TTSMESH_TONE_GATE": str(gate)}) as mesh:
        mesh.settings(QUICK)
        mesh.say("never to be", "-o", "a.wav")
        mesh.until(lambda status: any(voice["pid"] for voice in status["voices"]))
        assert mesh.run("kill").returncode == 0
        mesh.until_gone()
        assert list(mesh.work.iterdir()) == []


def test_b6_another_protocol_version_is_refused_with_what_to_do(mesh: Mesh) -> None:
    """A server of the future: it answers our version with a refusal."""
    from ttsmesh.wire.framing import pack

    with socket.socket(socket.AF_UNIX) as listening:
        mesh.runtime.mkdir(mode=0o700)
        listening.bind(mesh.socket())
        listening.listen()
        client = mesh.start("say", "hello")
        conn, _ = listening.accept()
        with conn:
            conn.recv(65536)
            message = "server speaks 2, this client 1; run ttsmesh restart"
            conn.sendall(pack({"type": "rejected", "code": "version", "message": message}))
        out, err = client.communicate(timeout=PATIENCE)
    assert (client.returncode, out, err) == (76, b"", f"ttsmesh: {message}\n".encode())


def test_logs_never_hold_the_text(mesh: Mesh) -> None:
    mesh.say("xylophone quartz", "-o", "a.wav")
    mesh.run("say", "xylophone", "-o", "missing/a.wav")
    mesh.until_idle()
    assert "accepted, 16 characters" in mesh.log()
    for path in mesh.state.iterdir():
        assert "xylophone" not in path.read_text()
        assert "zˈI" not in path.read_text()


@pytest.mark.sound
def test_speech_is_heard_and_a_newer_text_of_another_voice_interrupts_it() -> None:
    with contextlib.closing(Heard()) as heard, Mesh(heard.env) as mesh:
        begun = time.monotonic()
        first = mesh.start("say", "--wait", "word " * 200)
        mesh.until(lambda status: any(u["state"] == "sounding" for u in status["queue"]))
        assert mesh.run("say", "--wait", "-v", "bf_emma", "short").returncode == 0
        assert first.wait(PATIENCE) == 130
        first.communicate()
        assert [voice["voice"] for voice in mesh.status()["voices"]] == ["af_heart", "bf_emma"]
        assert len(heard.since(begun).sound()) > 24_000 / 5


@pytest.mark.sound
def test_stop_silences_what_sounds_and_what_waits() -> None:
    with contextlib.closing(Heard()) as heard, Mesh(heard.env) as mesh:
        client = mesh.start("say", "--wait", "word " * 200)
        mesh.until(lambda status: any(u["state"] == "sounding" for u in status["queue"]))
        assert mesh.run("stop").returncode == 0
        assert client.wait(PATIENCE) == 130
        client.communicate()
        assert mesh.status()["queue"] == []
        assert mesh.run("say", "--wait", "the next one is heard").returncode == 0


def test_d7_without_an_audio_device_the_utterance_fails_and_says_so(mesh: Mesh) -> None:
    run = mesh.run("say", "--wait", "hello")
    assert run.returncode == 69
    assert run.stderr.startswith(b"ttsmesh: ")
    assert mesh.run("say", "--wait", "hello", "-o", "a.wav").returncode == 0


def test_e3_children_go_when_the_model_server_is_killed(mesh: Mesh) -> None:
    mesh.say("hello", "-o", "a.wav")
    mesh.until_idle()
    pid = mesh.server_pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    begun = time.monotonic()
    mesh.until_gone()
    assert time.monotonic() - begun < 10
    mesh.say("and on it goes", "-o", "b.wav")
    mesh.until_idle()
    assert frames(mesh.work / "b.wav") > 0


def test_the_default_voices_process_comes_with_the_mesh_and_stays() -> None:
    with Mesh(as_shipped=True) as mesh:
        mesh.settings("voice_idle = 0.0\nidle_voices = 0\n")
        mesh.say("hello", "-v", "bf_emma", "-o", "a.wav")

        def only_the_default_one(status: dict[str, Any]) -> bool:
            states = {voice["voice"]: voice["state"] for voice in status["voices"]}
            return states == {"af_heart": "idle", "bf_emma": "stopped"}

        mesh.until(only_the_default_one, "the other one leaves")


def test_a_phrase_said_before_needs_no_model(gate: Path) -> None:
    gate.unlink()
    with Mesh({"TTSMESH_TONE_GATE": str(gate)}, as_shipped=True) as mesh:
        mesh.say("build failed", "-o", "a.wav")
        mesh.until_idle()
        gate.touch()
        mesh.say("build failed", "-o", "b.wav")
        mesh.until_idle()
        assert (mesh.work / "a.wav").read_bytes() == (mesh.work / "b.wav").read_bytes()
        gate.unlink()


def test_a_voice_server_leaves_when_idle_and_comes_back_when_needed(mesh: Mesh) -> None:
    mesh.settings("voice_idle = 0.1\n")
    mesh.say("hello", "-o", "a.wav")
    mesh.until(lambda status: status["voices"][0]["state"] == "stopped", "the voice leaves")
    mesh.say("hello", "-o", "b.wav")
    mesh.until_idle()
    assert (mesh.work / "a.wav").read_bytes() == (mesh.work / "b.wav").read_bytes()
