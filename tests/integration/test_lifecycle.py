"""How a model server leaves: when its place was taken, when a client comes meanwhile, when it breaks."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults import each_has_one_outcome, gone, leftovers, outcomes, shorten, until
from tests.mesh import PATIENCE, Mesh
from ttsmesh import limits
from ttsmesh.wire import sockets

SETTINGS = 'default_voice = "ef_dora"\n'
"""A language whose pronunciation loads in a moment."""


@pytest.fixture
def mesh(tmp_path: Path) -> Iterator[Mesh]:
    """With a gate: while that file exists the renderer is blocked."""
    with Mesh({"TTSMESH_TONE_GATE": str(tmp_path / "gate")}) as mesh:
        mesh.settings(SETTINGS)
        yield mesh


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Path]:
    gate = tmp_path / "gate"
    gate.touch()
    yield gate
    gate.unlink(missing_ok=True)


def pid_of_server(mesh: Mesh) -> int:
    pid = mesh.server_pid()
    assert pid is not None
    return pid


# --- it was started for nothing --------------------------------------------------------------------------------------


def loaded(mesh: Mesh) -> bool:
    """Whether the server has begun to load what it needs to speak."""
    return "model ready" in mesh.log() or len(mesh.processes()) > 1


@pytest.mark.parametrize(
    ("arguments", "status"),
    [(["-v", "nobody"], 66), (["--lang", "xx"], 66), (["-o", "nowhere/a.wav"], 73)],
    ids=["voice", "language", "output"],
)
def test_a_server_started_for_a_text_that_it_refuses_loads_nothing_and_leaves(
    arguments: list[str], status: int
) -> None:
    with Mesh(as_shipped=True) as mesh:
        assert mesh.run("say", *arguments, "hello").returncode == status
        assert "serves" in mesh.log()
        while mesh.processes():
            assert not loaded(mesh)
            time.sleep(0.01)  # not our child: nothing to wait on
        assert "has left" in mesh.log()
        assert not loaded(mesh)


@pytest.mark.parametrize("request_", [["say", "-o", "a.wav", "hola"], ["voices"]], ids=["text", "other"])
def test_a_server_loads_and_stays_once_it_was_of_use(request_: list[str]) -> None:
    with Mesh(as_shipped=True) as mesh:
        mesh.settings(SETTINGS)
        assert mesh.run("say", "-v", "nobody", "hola").returncode == 66
        assert mesh.run(*request_).returncode == 0
        until(lambda: loaded(mesh), "it loads")
        time.sleep(1.5)  # more than it stays when it is of no use
        assert mesh.status()["running"]


# --- its place was taken ---------------------------------------------------------------------------------------------


def remove_all(mesh: Mesh) -> None:
    shutil.rmtree(mesh.runtime)


def move_away(mesh: Mesh) -> None:
    mesh.runtime.rename(mesh.directory / "elsewhere")


def move_its_parent_away(mesh: Mesh) -> None:
    mesh.runtime.parent.rename(mesh.directory / "elsewhere")
    mesh.runtime.parent.mkdir(mode=0o700)


def remove_the_socket(mesh: Mesh) -> None:
    os.unlink(mesh.socket())


TAKEN = pytest.mark.parametrize("take", [remove_all, move_away, move_its_parent_away, remove_the_socket])


@TAKEN
def test_a_server_whose_place_was_taken_leaves_its_successor_alone(mesh: Mesh, take: Callable[[Mesh], None]) -> None:
    shorten(mesh, SOCKET_CHECK=0.1)
    mesh.say("hola", "-o", "a.wav")
    mesh.until_idle()
    first = pid_of_server(mesh)
    take(mesh)
    mesh.say("hola", "-o", "b.wav")
    second = mesh.until_idle()["pid"]
    assert second != first
    until(lambda: gone(first), "the first server leaves by itself")
    # All of the successor's sockets are where they were: it is found, gets its audio, and finds its voice.
    assert mesh.run("say", "--wait", "-o", "c.wav", "hola").returncode == 0
    assert pid_of_server(mesh) == second
    assert mesh.run("kill").returncode == 0
    mesh.until_gone()
    assert leftovers(mesh) == []


def test_a_server_whose_audio_socket_was_removed_leaves_and_the_next_one_speaks(mesh: Mesh) -> None:
    shorten(mesh, SOCKET_CHECK=0.1)
    mesh.say("hola", "-o", "a.wav")
    first = mesh.until_idle()["pid"]
    (mesh.runtime / sockets.AUDIO_SOCKET).unlink()
    until(lambda: gone(first), "the first server leaves by itself")
    assert mesh.run("say", "--wait", "-o", "b.wav", "hola").returncode == 0


def test_a_server_whose_directory_was_removed_finishes_its_save_and_leaves(mesh: Mesh, gate: Path) -> None:
    shorten(mesh, SOCKET_CHECK=0.1)
    gate.unlink()
    mesh.env["TTSMESH_TONE_DELAY"] = "0.1"
    saving = mesh.start("say", "--wait", "-o", "a.wav", "Una frase corta. " * 20)
    mesh.until(lambda status: any(utterance["rendered_s"] for utterance in status["queue"]), "it saves")
    gate.touch()
    remove_all(mesh)
    until(lambda: "removed or replaced" in mesh.log(), "the server notices")
    gate.unlink()
    out, err = saving.communicate(timeout=PATIENCE)
    assert (saving.returncode, err) == (0, b""), out
    mesh.until_gone()
    assert (mesh.work / "a.wav").exists()
    assert "unexpected" not in mesh.log()
    assert mesh.run("kill").returncode == 0


# --- a client comes while it leaves ----------------------------------------------------------------------------------


def test_what_a_leaving_server_may_take_is_less_than_its_successor_waits_and_that_than_a_client_does() -> None:
    drain = limits.DRAIN_TIMEOUT + limits.DRAIN_TIMEOUT_AGAIN + limits.CLOSE_TIMEOUT
    assert limits.SOCKET_CHECK + limits.START_LOCK_TIMEOUT + drain < limits.LEAVE_TIMEOUT < limits.START_TIMEOUT


def model_servers(mesh: Mesh) -> list[int]:
    return [pid for pid, command in mesh.processes().items() if " ttsmesh.model serve" in command]


def leaving(mesh: Mesh) -> int:
    """Have the server leave; it drains for as long as the gate is shut."""
    mesh.say("hola", "-o", "a.wav")
    pid = pid_of_server(mesh)
    os.kill(pid, signal.SIGTERM)
    until(lambda: not os.path.exists(mesh.socket()), "the socket is given up")
    return pid


def test_a_drain_that_is_longer_than_a_clients_patience_costs_no_text(mesh: Mesh, gate: Path) -> None:
    shorten(mesh, ACKNOWLEDGE_TIMEOUT=0.5)
    leaving(mesh)
    starting = mesh.start("say", "hola", "-o", "b.wav")
    until(lambda: os.path.exists(mesh.socket()), "a successor listens")
    coming = mesh.start("say", "hola", "-o", "c.wav")
    time.sleep(1.5)  # more than their patience with a server that has started
    gate.unlink()
    for client in (starting, coming):
        _, err = client.communicate(timeout=PATIENCE)
        assert (client.returncode, err) == (0, b"")
    mesh.until_idle()
    assert list(each_has_one_outcome(mesh).values()) == ["finished"] * 3


def test_a_server_that_hangs_while_it_leaves_is_named_to_the_next_client(mesh: Mesh, gate: Path) -> None:
    shorten(mesh, ACKNOWLEDGE_TIMEOUT=0.5, LEAVE_TIMEOUT=0.5)
    pid = leaving(mesh)
    os.kill(pid, signal.SIGSTOP)
    run = mesh.run("say", "hola")
    assert (run.returncode, run.stderr) == (75, f"ttsmesh: already running (pid {pid})\n".encode())
    os.kill(pid, signal.SIGKILL)
    mesh.until_gone()


HANGS_AT_THE_END = """
import asyncio
from ttsmesh import limits
limits.CLOSE_TIMEOUT = 0.3
from ttsmesh.model.speech import history
history.History.close = lambda self: asyncio.Event().wait()
from ttsmesh.model.__main__ import run
run()
"""


def test_what_hangs_at_the_end_does_not_keep_a_leaving_server(mesh: Mesh) -> None:
    server = subprocess.Popen([sys.executable, "-Pc", HANGS_AT_THE_END, "serve"], env=mesh.env, stderr=subprocess.PIPE)
    until(lambda: mesh.server_pid() == server.pid, "it serves")
    mesh.status()
    server.terminate()
    _, err = server.communicate(timeout=PATIENCE)
    assert (server.returncode, b"without closing everything" in err) == (0, True)


# --- it breaks -------------------------------------------------------------------------------------------------------


BREAKS = """
import asyncio, time
from ttsmesh.model.server import sd_notify
async def fail(self, healthy):
    asyncio.get_running_loop().run_in_executor(None, time.sleep, 3600)
    raise RuntimeError("words of a text")
sd_notify.Notifier.keep_alive = fail
from ttsmesh.model.__main__ import run
run()
"""


def test_a_server_that_breaks_ends_although_a_thread_hangs_and_says_so(mesh: Mesh) -> None:
    server = subprocess.Popen([sys.executable, "-Pc", BREAKS, "serve"], env=mesh.env, stderr=subprocess.PIPE)
    try:
        _, err = server.communicate(timeout=PATIENCE)
    finally:
        server.kill()
        server.communicate()
    assert server.returncode == 70
    assert err.count(b"unexpected error") == 1
    assert b"RuntimeError" in err
    assert b"words" not in err
    mesh.say("hola", "-o", "a.wav")  # what it left behind is in nobody's way
    mesh.until_idle()
    assert set(outcomes(mesh).values()) == {"finished"}


def test_why_a_server_cannot_start_afresh_is_in_the_log(gate: Path) -> None:
    with Mesh({"TTSMESH_TONE_GATE": str(gate), "TTSMESH_TONE_DEAF": "1"}) as mesh:
        mesh.settings(SETTINGS)
        shorten(mesh, RENDER_TIMEOUT=2.0, RENDER_STUCK_TIMEOUT=0.2)
        mesh.say("hola", "-o", "a.wav")
        mesh.settings("volume = 'loud'\n")
        until(lambda: "starts afresh" in mesh.log(), "the server gives up")
        until(lambda: "\nttsmesh: " in mesh.log(), "the next one says why it cannot start")
        assert "volume" in mesh.log().splitlines()[-1]
        mesh.until_gone()
