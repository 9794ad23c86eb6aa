"""``ttsmesh restart``: the old server leaves politely, a new one answers before the command returns."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.mesh import PATIENCE, QUICK, Mesh


def wait_until(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.01)  # another process's doing: nothing to wait on


@pytest.fixture
def mesh() -> Iterator[Mesh]:
    with Mesh() as mesh:
        mesh.settings(QUICK)
        yield mesh


def test_a_new_server_answers_when_restart_returns(mesh: Mesh) -> None:
    mesh.say("hello", "-o", "a.wav")
    before = mesh.status()["pid"]
    run = mesh.run("restart")
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")
    after = mesh.status()
    assert after["running"]
    assert after["pid"] not in (None, before)
    assert before not in mesh.processes()


def test_restart_starts_a_mesh_that_does_not_run(mesh: Mesh) -> None:
    assert mesh.run("restart").returncode == 0
    assert mesh.status()["running"]


def test_with_a_fault_in_the_settings_the_old_server_stays(mesh: Mesh) -> None:
    mesh.run("voices")  # starts the mesh
    before = mesh.status()["pid"]
    mesh.settings("spead = 2\n")
    run = mesh.run("restart")
    assert run.returncode == 78
    assert run.stderr.endswith(b"config.toml: unknown setting 'spead'\n")
    assert mesh.status()["pid"] == before


def test_a_save_that_ends_soon_is_finished_first(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    with Mesh({"TTSMESH_TONE_GATE": str(gate), "TTSMESH_TONE_DELAY": "0.1"}) as mesh:
        mesh.settings(QUICK)
        saving = mesh.start("say", "--wait", "-o", "a.wav", "This is one of many sentences. " * 50)
        mesh.until(lambda status: any(utterance["rendered_s"] for utterance in status.get("queue", ())))
        gate.touch()
        before = mesh.server_pid()
        restarting = mesh.start("restart")
        wait_until(lambda: not os.path.exists(mesh.socket()), "the old server's door is closed")
        gate.unlink()
        assert saving.wait(PATIENCE) == 0
        assert restarting.wait(PATIENCE) == 0
        for process in (saving, restarting):
            process.communicate()
        assert (mesh.work / "a.wav").exists()
        assert mesh.server_pid() not in (None, before)


@pytest.mark.long
def test_e4_a_server_that_hangs_is_replaced(mesh: Mesh) -> None:
    mesh.say("hello", "-o", "a.wav")
    mesh.until_idle()
    pid = mesh.server_pid()
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    assert mesh.run("restart", timeout=2 * PATIENCE).returncode == 0
    assert mesh.server_pid() not in (None, pid)
    mesh.say("hello", "-o", "b.wav")
