"""Status, history and the failure notice over real processes, with the tone engine."""

import contextlib
import json
import os
import pty
import re
import select
import signal
import socket
import stat
import subprocess
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from tests.mesh import PATIENCE, QUICK, Mesh
from ttsmesh.wire.messages import MEASURES

COLUMNS, ROWS = 60, 12


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


class Terminal:
    """A command on a terminal of its own; what it shows is read, never drawn."""

    def __init__(self, mesh: Mesh, *arguments: str) -> None:
        self._master, slave = pty.openpty()
        termios.tcsetwinsize(slave, (ROWS, COLUMNS))
        env = {name: value for name, value in mesh.env.items() if name not in ("COLUMNS", "LINES")}
        self.process = subprocess.Popen(
            mesh.command(*arguments),
            env=env,
            cwd=mesh.work,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        self.shown = ""

    def read(self) -> bool:
        """Take what comes next; False when nothing will come any more."""
        assert select.select([self._master], [], [], PATIENCE)[0], f"nothing more came after {self.shown!r}"
        try:
            data = os.read(self._master, 65536)
        except OSError:  # EIO: the command has let go of its terminal
            data = b""
        self.shown += data.decode()
        return bool(data)

    def until(self, wanted: Callable[[str], bool]) -> str:
        """Read on until what is shown from here on is as ``wanted``."""
        begun = len(self.shown)
        deadline = time.monotonic() + PATIENCE
        while not wanted(self.shown[begun:]):
            assert self.read(), self.shown
            assert time.monotonic() < deadline, self.shown
        return self.shown[begun:]

    def end(self) -> int:
        while self.read():
            pass
        return self.process.wait(PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._master)


def fail(mesh: Mesh) -> None:
    """One utterance that is acknowledged and then fails."""
    failed = mesh.status().get("failed", 0)
    mesh.say("...", "-o", "nothing.wav")
    mesh.until(lambda status: status["running"] and status["failed"] == failed + 1)


# --- what starts nothing -------------------------------------------------------------------------------------------

COMMANDS = [["status"], ["status", "--json"], ["history"], ["history", "--json"]]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_nothing_is_started_by(mesh: Mesh, command: list[str]) -> None:
    run = mesh.run(*command)
    assert (run.returncode, run.stderr) == (0, b"")
    assert mesh.processes() == {}
    assert "running" in run.stdout.decode()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_socket_that_somebody_else_listens_on_is_not_even_connected_to(mesh: Mesh, command: list[str]) -> None:
    """Where systemd holds the socket, a connection alone would start a server."""
    mesh.runtime.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(mesh.socket())
        listening.listen()
        listening.setblocking(False)
        assert mesh.run(*command).returncode == 0
        with pytest.raises(BlockingIOError):
            listening.accept()


# --- status --------------------------------------------------------------------------------------------------------


def test_status_knows_what_every_process_costs_and_how_old_it_is(mesh: Mesh) -> None:
    assert mesh.run("say", "hello", "-o", "a.wav", "--wait").returncode == 0
    status = mesh.status()
    (voice,) = status["voices"]
    for memory in (status["memory_bytes"], status["g2p_memory_bytes"], voice["memory_bytes"]):
        assert 5_000_000 < memory < 2_000_000_000
    for age in (status["uptime_s"], status["g2p_uptime_s"], voice["uptime_s"]):
        assert 0 <= age < 10 * PATIENCE
    assert (status["accepted"], status["finished"], status["failed"]) == (1, 1, 0)
    assert set(status["performance"]) == set(MEASURES)
    assert status["performance"]["first_chunk_ms"]["count"] == 1
    assert status["performance"]["real_time_factor"]["median"] > 0
    assert status["last_outcome"]["outcome"] == "finished"


def test_a_crash_of_a_voice_is_counted_and_so_is_its_return(mesh: Mesh) -> None:
    assert mesh.run("say", "hello", "-o", "a.wav", "--wait").returncode == 0
    os.kill(mesh.status()["voices"][0]["pid"], signal.SIGKILL)
    crashed = mesh.until(lambda status: status["voice_crashes"] == 1)
    assert (crashed["voices"][0]["crashes"], crashed["voices"][0]["memory_bytes"]) == (1, None)
    assert mesh.run("say", "hello", "-o", "b.wav", "--wait").returncode == 0
    assert (mesh.status()["voice_starts"], mesh.status()["voices"][0]["starts"]) == (2, 2)


def test_status_begins_with_the_failure_until_something_else_ended(mesh: Mesh) -> None:
    fail(mesh)
    first = mesh.run("status").stdout.decode().splitlines()[0]
    assert first.startswith("last utterance failed: nothing in the text can be said (nothing_to_say; ef_dora, ")
    assert mesh.run("say", "hello", "-o", "a.wav", "--wait").returncode == 0
    assert mesh.run("status").stdout.startswith(b"ttsmesh ")
    assert mesh.status()["last_failure"] == "nothing in the text can be said"


def test_what_is_under_way_is_shown(gate: Path) -> None:
    with Mesh({"TTSMESH_TONE_GATE": str(gate)}) as mesh:
        mesh.settings(QUICK)
        id = mesh.say("hello", "-o", "a.wav")
        (utterance,) = mesh.status()["queue"]
        assert (utterance["id"], utterance["state"], utterance["first_audio_ms"]) == (id, "saving", None)
        assert mesh.run("status").stdout.decode().splitlines()[-1].startswith(f"{id}  saving  ef_dora  ")
        gate.unlink()
        mesh.until_idle()


# --- history -------------------------------------------------------------------------------------------------------


def history(mesh: Mesh, *arguments: str) -> list[dict[str, Any]]:
    run = mesh.run("history", "--json", *arguments)
    assert (run.returncode, run.stderr) == (0, b"")
    answer = json.loads(run.stdout)
    assert answer["running"] is True
    entries: list[dict[str, Any]] = answer["entries"]
    return entries


def test_history_tells_how_each_utterance_ended(gate: Path) -> None:
    begun = time.time()
    with Mesh({"TTSMESH_TONE_GATE": str(gate)}) as mesh:
        mesh.settings(QUICK)
        stopped = mesh.say("stopped", "-o", "a.wav")
        assert mesh.run("stop", stopped).returncode == 0
        mesh.until(lambda status: status["interrupted"] == 1)
        gate.unlink()
        assert mesh.run("say", "finished", "-v", "em_alex", "-o", "b.wav", "--wait").returncode == 0
        fail(mesh)
        interrupted, finished, failed = history(mesh)
        assert (interrupted["id"], interrupted["reason"]) == (stopped, "stopped")
        assert interrupted["first_audio_ms"] is None
        assert (finished["outcome"], finished["voice"], finished["language"]) == ("finished", "em_alex", "es")
        assert finished["first_audio_ms"] > 0
        assert finished["rendered_s"] > 0
        assert (failed["outcome"], failed["code"]) == ("failed", "nothing_to_say")
        assert begun - 1 < interrupted["when"] <= finished["when"] <= failed["when"] < time.time() + 1
        assert history(mesh, "-n", "1") == [failed]
        lines = mesh.run("history").stdout.decode().splitlines()
        assert [line.split("  ")[-1] for line in lines[1:]] == [
            "interrupted (stopped)",
            "saved",
            "failed (nothing_to_say): nothing in the text can be said",
        ]


def test_the_text_is_in_no_answer_and_in_no_file(mesh: Mesh) -> None:
    mesh.say("xylophone quartz", "-o", "a.wav")
    mesh.until_idle()
    outputs = [mesh.run(*command).stdout for command in COMMANDS]
    assert mesh.run("kill").returncode == 0
    mesh.until_gone()
    outputs += [path.read_bytes() for path in mesh.state.iterdir()]
    assert mesh.state / "measurements.json" in list(mesh.state.iterdir())
    assert not any(b"xylophone" in output or b"quartz" in output for output in outputs)


# --- from one server to the next -----------------------------------------------------------------------------------

LAST_WEEK = "2020-01-01"


def measured(count: int, bucket: int) -> dict[str, Any]:
    histogram = {"worst": 1000.0, "buckets": {str(bucket): count}}
    return {
        "format": 1,
        "days": {LAST_WEEK: {"outcomes": {"finished": count}, "measures": {"first_chunk_ms": histogram}}},
    }


def test_slower_than_the_days_before_is_seen(mesh: Mesh) -> None:
    mesh.state.mkdir(parents=True)
    (mesh.state / "measurements.json").write_text(json.dumps(measured(30, -80)))  # 0.001 ms
    for number in range(5):
        assert mesh.run("say", "hello", "-o", f"{number}.wav", "--wait").returncode == 0
    summary = mesh.status()["performance"]["first_chunk_ms"]
    assert (summary["count"], summary["usual_count"], summary["verdict"]) == (5, 30, "slower")
    assert b": slower than usual\n" in mesh.run("status").stdout


def test_measurements_are_kept_when_the_mesh_leaves_and_only_for_their_owner(mesh: Mesh) -> None:
    for number in range(2):
        assert mesh.run("say", "hello", "-o", f"{number}.wav", "--wait").returncode == 0
        assert mesh.run("kill").returncode == 0
        mesh.until_gone()
    path = mesh.state / "measurements.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sum(day["outcomes"]["finished"] for day in json.loads(path.read_text())["days"].values()) == 2


def test_damaged_measurements_harm_nobody(mesh: Mesh) -> None:
    mesh.state.mkdir(parents=True)
    (mesh.state / "measurements.json").write_bytes(b"\xff not json")
    assert mesh.run("say", "hello", "-o", "a.wav", "--wait").returncode == 0
    assert mesh.status()["performance"]["first_chunk_ms"]["count"] == 1
    assert (mesh.state / "measurements.damaged").read_bytes() == b"\xff not json"


# --- the failure notice --------------------------------------------------------------------------------------------


def test_the_next_say_on_a_terminal_tells_of_a_failure_once(mesh: Mesh) -> None:
    fail(mesh)
    mesh.say("to a pipe", "-o", "a.wav")
    with Terminal(mesh, "say", "on a terminal", "-o", "b.wav") as terminal:
        assert terminal.end() == 0
        assert terminal.shown == "ttsmesh: last utterance failed: nothing in the text can be said\r\n"
    with Terminal(mesh, "say", "on a terminal", "-o", "c.wav") as terminal:
        assert terminal.end() == 0
        assert terminal.shown == ""


def test_a_say_that_is_refused_does_not_use_the_notice_up(mesh: Mesh) -> None:
    fail(mesh)
    with Terminal(mesh, "say", "refused", "-v", "nobody") as terminal:
        assert terminal.end() == 66
        assert "last utterance" not in terminal.shown
    with Terminal(mesh, "say", "on a terminal", "-o", "b.wav", "--wait") as terminal:
        assert terminal.end() == 0
        assert terminal.shown.count("last utterance failed: ") == 1


# --- the live view -------------------------------------------------------------------------------------------------

FRAME = re.compile(r"\x1b\[H(.*?)\x1b\[J", re.DOTALL)


def frame(wanted: str) -> Callable[[str], bool]:
    return lambda shown: any(wanted in block for block in FRAME.findall(shown))


def test_the_live_view_redraws_in_place_and_outlives_servers(mesh: Mesh) -> None:
    with Terminal(mesh, "status", "--watch", "--interval", "0.1") as watch:
        watch.until(frame("not running"))
        assert mesh.server_pid() is None
        for name in ("a.wav", "b.wav"):
            mesh.say("hello", "-o", name)
            watch.until(frame("1 finished"))
            assert mesh.run("kill").returncode == 0
            watch.until(frame("not running"))
            assert mesh.server_pid() is None
        assert watch.shown.count("\x1b[2J") == 1
        watch.process.send_signal(signal.SIGINT)
        assert watch.end() == 130
        assert "Traceback" not in watch.shown
        for block in FRAME.findall(watch.shown):
            lines = block.replace("\x1b[K", "").split("\r\n")
            assert len(lines) <= ROWS
            assert max(map(len, lines)) <= COLUMNS


@contextlib.contextmanager
def watching(mesh: Mesh, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Whose output is a pipe, ended by Ctrl-C."""
    watch = mesh.start("status", "--watch", "--interval", "0.1", *arguments)
    try:
        yield watch
        watch.send_signal(signal.SIGINT)
        _, errors = watch.communicate(timeout=PATIENCE)
        assert (watch.returncode, errors) == (130, b"")
    finally:
        if watch.poll() is None:
            watch.kill()
            watch.communicate()


def test_into_a_pipe_the_live_view_writes_plain_blocks(mesh: Mesh) -> None:
    with watching(mesh) as watch:
        assert watch.stdout is not None
        assert [watch.stdout.readline() for _ in range(4)] == [b"not running\n", b"\n", b"not running\n", b"\n"]
    assert mesh.processes() == {}


def test_for_programs_the_live_view_writes_one_object_a_line(mesh: Mesh) -> None:
    with watching(mesh, "--json") as watch:
        assert watch.stdout is not None
        assert json.loads(watch.stdout.readline()) == {"running": False}
        mesh.say("hello", "-o", "a.wav")
        while not (status := json.loads(watch.stdout.readline())).get("finished"):
            assert set(status) == {"running"} or status["pid"] == mesh.server_pid()
        assert status["last_outcome"]["saved"] is True
