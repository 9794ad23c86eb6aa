"""Any process killed or stopped at any moment: one utterance fails at most, and the next is heard."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.faults import (
    ACCEPTED,
    SLACK,
    each_has_one_outcome,
    gone,
    kill,
    leftovers,
    open_files,
    outcomes,
    pid_of,
    shorten,
    until,
)
from tests.few import few
from tests.heard import Heard
from tests.mesh import PATIENCE, Mesh
from ttsmesh.limits import CRASH_LIMIT

pytestmark = pytest.mark.sound

SETTINGS = 'default_voice = "ef_dora"\n'
PHRASE = "hola " * 8
"""Some seconds of tones."""

BOOK = "Una frase corta. " * 200
"""Far more than can be rendered during a test."""

KILL, STOP = signal.SIGKILL, signal.SIGSTOP
G2P, READER = "model.g2p.worker espeak", "model.g2p.worker reader"
STATES = ("idle", "rendering", "playing", "saving")
NAMES = {KILL: "kill", STOP: "stop", G2P: "g2p", READER: "reader"}.get


@pytest.fixture(scope="module")
def heard() -> Iterator[Heard]:
    with contextlib.closing(Heard()) as heard:
        yield heard


def make_mesh(env: Mapping[str, str]) -> Mesh:
    mesh = Mesh(env)
    mesh.env["TTSMESH_TONE_GATE"] = str(gate_of(mesh))
    mesh.settings(SETTINGS)
    # Long enough for a busy machine, short enough to wait for.
    shorten(mesh, PROGRESS_TIMEOUT=2.0, BEGIN_TIMEOUT=2.0, ACKNOWLEDGE_TIMEOUT=5.0)
    return mesh


@pytest.fixture
def mesh(heard: Heard) -> Iterator[Mesh]:
    with make_mesh(heard.env) as mesh:
        yield mesh


@pytest.fixture(scope="module")
def shared(heard: Heard) -> Iterator[Mesh]:
    """For faults that the model server survives."""
    with make_mesh(heard.env) as mesh:
        yield mesh


def gate_of(mesh: Mesh) -> Path:
    """While this file exists the renderer is blocked."""
    return mesh.directory / "gate"


class Victim:
    """An utterance and its waiting client, in a certain state."""

    def __init__(self, mesh: Mesh, state: str) -> None:
        self._mesh = mesh
        self.output = mesh.work / "victim.wav"
        mesh.say("hola", "-o", "before.wav", "--force")  # everything is up
        mesh.until_idle()
        self.client: subprocess.Popen[bytes] | None = None
        getattr(self, f"_{state}")()

    def _idle(self) -> None:
        pass

    def _rendering(self) -> None:
        gate_of(self._mesh).touch()
        self._say(PHRASE)
        self._until("preparing")

    def _playing(self) -> None:
        self._say(PHRASE)
        self._until("sounding")

    def _saving(self) -> None:
        """Some of it is written already, and more never comes while the gate is shut."""
        self._say(BOOK, "-o", str(self.output))
        voice = pid_of(self._mesh, "voice")
        until(lambda: self._has_file(voice), "a file is being written")
        gate_of(self._mesh).touch()

    def _has_file(self, pid: int) -> bool:
        return any(path.startswith(str(self._mesh.work) + "/") for path in open_files(pid))

    def _say(self, *arguments: str) -> None:
        self.client = self._mesh.start("say", "--wait", *arguments)

    def _until(self, state: str) -> None:
        self._mesh.until(lambda status: any(entry["state"] == state for entry in status["queue"]), state)

    def end(self) -> int | None:
        """Its client's exit status, when it has one."""
        if self.client is None:
            return None
        self.client.communicate(timeout=PATIENCE)
        return self.client.returncode

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        gate_of(self._mesh).unlink(missing_ok=True)
        if self.client is not None:
            self.client.kill()
            self.client.communicate()


def next_is_heard(mesh: Mesh) -> None:
    """The next text, after all that was accepted before."""
    run = mesh.run("say", "--wait", "--queue", "hola")
    assert (run.returncode, run.stderr) == (0, b""), (run, mesh.log())


# --- a child, or a client --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "number", "state"),
    few(
        {
            ("voice", KILL, "saving"),
            ("voice", STOP, "playing"),
            (G2P, KILL, "rendering"),
            (G2P, STOP, "idle"),
            (READER, STOP, "idle"),
        },
        of=product(("voice", G2P, READER), (KILL, STOP), STATES),
    ),
    ids=NAMES,
)
def test_e3_a_child_that_dies_or_hangs_costs_one_utterance_at_most(
    shared: Mesh, part: str, number: signal.Signals, state: str
) -> None:
    mesh = shared
    # A test each for the others' crashes: what they have cost is forgiven.
    if mesh.server_pid() and mesh.status()["voices"] and mesh.status()["voices"][0]["crashes"] >= CRASH_LIMIT - 1:
        assert mesh.run("restart").returncode == 0
    before = len(ACCEPTED.findall(mesh.log()))
    with Victim(mesh, state) as victim:
        server, child = mesh.server_pid(), pid_of(mesh, part)
        os.kill(child, number)
        gate_of(mesh).unlink(missing_ok=True)
        if state == "saving":  # the rest of the book takes its time
            until(lambda: gone(child) or part != "voice", "it is replaced")
        next_is_heard(mesh)
        status = victim.end() if state != "saving" or part == "voice" else None
    mesh.until_idle()
    assert mesh.server_pid() == server
    ended = each_has_one_outcome(mesh)
    recent = list(ended.values())[before:]
    assert recent.count("failed") <= 1
    assert status in (None, 0, 70), status
    if state == "saving" and part == "voice":
        assert status == 0, "a save is begun again"
        assert victim.output.exists()
    if part == "voice":
        assert gone(child)
    assert not [path for path in mesh.work.iterdir() if path.name.startswith(".")]
    victim.output.unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("number", "state"),
    few({(STOP, "rendering"), (KILL, "playing"), (KILL, "saving")}, of=product((KILL, STOP), STATES[1:])),
    ids=NAMES,
)
def test_a_client_that_dies_or_hangs_is_no_matter_to_others(shared: Mesh, number: signal.Signals, state: str) -> None:
    with Victim(shared, state) as victim:
        server = shared.server_pid()
        assert victim.client is not None
        os.kill(victim.client.pid, number)
        gate_of(shared).unlink(missing_ok=True)
        next_is_heard(shared)
    shared.until_idle()
    assert shared.server_pid() == server
    assert "failed" not in list(each_has_one_outcome(shared).values())[-2:]
    victim.output.unlink(missing_ok=True)


# --- the model server ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", few({"rendering", "saving"}, of=STATES))
def test_e3_after_the_model_servers_death_nothing_is_left_and_the_next_say_starts_afresh(
    mesh: Mesh, state: str
) -> None:
    with Victim(mesh, state) as victim:
        pid = mesh.server_pid()
        assert pid is not None
        kill(pid)
        begun = time.monotonic()
        until(
            lambda: all(" ttsmesh.voice " not in c and "g2p" not in c for c in mesh.processes().values()), "no orphans"
        )
        assert time.monotonic() - begun < SLACK * 1.0
        assert victim.end() in (None, 69)
        assert not victim.output.exists()
        assert [path.name for path in mesh.work.iterdir()] == ["before.wav"]
        gate_of(mesh).unlink(missing_ok=True)
        next_is_heard(mesh)
    assert mesh.server_pid() != pid
    mesh.run("kill")
    assert leftovers(mesh) == []


@pytest.mark.parametrize("state", few({"playing"}, of=STATES))
def test_e4_a_model_server_that_hangs_is_reported_and_kill_is_the_cure(mesh: Mesh, state: str) -> None:
    with Victim(mesh, state):
        pid = mesh.server_pid()
        assert pid is not None
        os.kill(pid, STOP)
        run = mesh.run("say", "hola")
        assert (run.returncode, run.stderr) == (69, b"ttsmesh: the model server does not answer\n")
        if state == "idle":
            assert mesh.run("kill").returncode == 0
            assert gone(pid)
        else:
            kill(pid)
        until(
            lambda: all(" ttsmesh.voice " not in c and "g2p" not in c for c in mesh.processes().values()), "no orphans"
        )
        gate_of(mesh).unlink(missing_ok=True)
        next_is_heard(mesh)


# --- a voice that crashes again and again --------------------------------------------------------------------------


@pytest.mark.long
def test_e6_a_voice_that_keeps_crashing_is_given_up_and_others_go_on(mesh: Mesh) -> None:
    next_is_heard(mesh)
    for _ in range(CRASH_LIMIT + 1):
        child = until(lambda: voice_pid(mesh, "ef_dora"), "its process is there")
        kill(child)
        until(lambda: gone(child), "it is dead")  # noqa: B023
        mesh.until(lambda status: voice(status, "ef_dora")["state"] in ("stopped", "failed"))
        if voice(mesh.status(), "ef_dora")["state"] == "failed":
            break
        next_is_heard(mesh)
    assert voice(mesh.status(), "ef_dora")["crashes"] == CRASH_LIMIT + 1
    run = mesh.run("say", "--wait", "hola")
    assert run.returncode == 70, run
    assert b"restart" in run.stderr
    assert mesh.run("say", "--wait", "-v", "em_alex", "hola").returncode == 0
    assert mesh.run("restart").returncode == 0
    next_is_heard(mesh)


def voice(status: dict[str, list[dict[str, object]]], name: str) -> dict[str, object]:
    return next(entry for entry in status["voices"] if entry["voice"] == name)


def voice_pid(mesh: Mesh, name: str) -> int | None:
    pid = voice(mesh.status(), name)["pid"]
    return pid if isinstance(pid, int) else None


# --- SIGTERM ---------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def serve(mesh: Mesh) -> Iterator[subprocess.Popen[bytes]]:
    """A server in the foreground, whose exit status is seen."""
    mesh.state.mkdir(parents=True)
    with (mesh.state / "ttsmesh.log").open("wb") as log:
        server = subprocess.Popen(mesh.command("serve"), env=mesh.env, stderr=log, stdin=subprocess.DEVNULL)
    try:
        until(lambda: " serves" in mesh.log(), "it serves")
        yield server
    finally:
        server.kill()
        server.wait()


@pytest.fixture
def serving(mesh: Mesh) -> Iterator[subprocess.Popen[bytes]]:
    with serve(mesh) as server:
        yield server


def ends(server: subprocess.Popen[bytes], promise: float, *, times: int = 1) -> float:
    """It ends as it should on SIGTERM, in time; gives the seconds."""
    begun = time.monotonic()
    for _ in range(times):
        server.terminate()
    assert server.wait(PATIENCE) == 0
    took = time.monotonic() - begun
    assert took < SLACK * promise
    return took


def test_e7_sigterm_while_idle(mesh: Mesh, serving: subprocess.Popen[bytes]) -> None:
    mesh.say("hola", "-o", "a.wav")
    mesh.until_idle()
    ends(serving, 1.0)
    assert mesh.processes() == {}
    assert leftovers(mesh) == []


@pytest.mark.parametrize("engine", ["tone", pytest.param("openvino", marks=pytest.mark.model)])
def test_e7_sigterm_while_loading(engine: str) -> None:
    """The model in a thread, which nobody can stop, and English in a process, which takes seconds."""
    with Mesh(engine=engine) as mesh, serve(mesh) as server:
        ends(server, 5.0)
        assert "model ready: " not in mesh.log() or engine == "tone"
        assert mesh.processes() == {}
        assert leftovers(mesh) == []


def test_e7_sigterm_while_playing_fades_the_speech(mesh: Mesh, serving: subprocess.Popen[bytes], heard: Heard) -> None:
    begun = time.monotonic()
    with Victim(mesh, "playing") as victim:
        heard.recorder.await_sound(begun, 12_000)
        ends(serving, 2.0)
        assert victim.end() == 130
    sound = abs(heard.since(begun).sound().astype(int))
    assert sound[-10:].max() < 0.2 * sound.max()
    assert mesh.processes() == {}


def test_e7_sigterm_while_saving_lets_the_save_finish(mesh: Mesh, serving: subprocess.Popen[bytes]) -> None:
    gate_of(mesh).touch()
    clients = [mesh.start("say", "--wait", "hola", "-o", f"{number}.wav") for number in range(2)]
    # The first ones to need a voice: its process has hardly started when we are told to leave.
    until(lambda: len(ACCEPTED.findall(mesh.log())) == 2, "both are acknowledged")
    serving.terminate()
    until(lambda: not os.path.exists(mesh.socket()), "it leaves")
    gate_of(mesh).unlink()
    for client in clients:
        client.communicate(timeout=PATIENCE)
    assert [client.returncode for client in clients] == [0, 0]
    assert serving.wait(PATIENCE) == 0
    assert sorted(path.name for path in mesh.work.iterdir()) == ["0.wav", "1.wav"]
    assert set(outcomes(mesh).values()) == {"finished"}
    assert leftovers(mesh) == []


def test_e7_a_second_sigterm_does_not_wait_for_saves(mesh: Mesh, serving: subprocess.Popen[bytes]) -> None:
    with Victim(mesh, "saving") as victim:
        serving.terminate()
        until(lambda: not os.path.exists(mesh.socket()), "it leaves")
        took = ends(serving, 2.0)
        assert victim.end() == 130
        assert took < 8.0  # what saves would have been given
    assert [path.name for path in mesh.work.iterdir()] == ["before.wav"]
    assert mesh.processes() == {}
