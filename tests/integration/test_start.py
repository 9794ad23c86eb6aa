"""Starting on demand, and leaving: however many come at once, and whatever stands in the way of the socket."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults import each_has_one_outcome, gone, leftovers, open_files, outcomes, until, with_mount
from tests.few import few
from tests.mesh import PATIENCE, Mesh
from ttsmesh.cli.client import ask
from ttsmesh.limits import SOCKET_PATH_MAX
from ttsmesh.wire.messages import Accepted, Say

NOBODY = 65534
BINARY = os.path.realpath(sys.executable)

as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else")

QUICK = 'default_voice = "ef_dora"\n'
"""A language whose pronunciation loads in a moment."""


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


def model_servers(mesh: Mesh) -> list[int]:
    return [pid for pid, command in mesh.processes().items() if " ttsmesh.model serve" in command]


def as_nobody(script: str, *arguments: str, fds: Sequence[int] = ()) -> subprocess.Popen[str]:
    """Run a Python script as another user."""
    command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", BINARY, "-Ic", script]
    return subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, text=True, pass_fds=fds, cwd="/")


# --- who starts it -------------------------------------------------------------------------------------------------


def test_a6_fifty_at_once_start_one_server_and_are_all_served(mesh: Mesh) -> None:
    clients = [mesh.start("say", "--print-id", "hi", "-o", f"{number}.wav") for number in range(50)]
    results = [client.communicate(timeout=2 * PATIENCE) for client in clients]
    assert [(client.returncode, err) for client, (_, err) in zip(clients, results, strict=True)] == [(0, b"")] * 50
    ids = {out.decode().strip() for out, _ in results}
    assert len(ids) == 50
    mesh.until_idle()
    assert mesh.log().count(" serves") == 1
    assert len(model_servers(mesh)) == 1
    assert each_has_one_outcome(mesh) == dict.fromkeys(ids, "finished")
    assert len(list(mesh.work.iterdir())) == 50


def test_a1_a_stale_socket_is_replaced(mesh: Mesh) -> None:
    mesh.runtime.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(mesh.socket())
    mesh.say("hi", "-o", "a.wav")
    mesh.until_idle()
    assert set(outcomes(mesh).values()) == {"finished"}


def make_link(path: Path) -> None:
    path.symlink_to("elsewhere")


@pytest.mark.parametrize("make", [Path.touch, Path.mkdir, make_link], ids=["file", "directory", "symlink"])
def test_a2_what_is_not_a_socket_is_left_alone_and_named(mesh: Mesh, make: type) -> None:
    mesh.runtime.mkdir(mode=0o700)
    path = Path(mesh.socket())
    make(path)
    before = path.lstat()
    run = mesh.run("say", "hi")
    assert (run.returncode, run.stdout) == (69, b"")
    assert run.stderr.startswith(f"ttsmesh: {path} is in the way".encode())
    assert run.stderr.count(b"\n") == 1
    assert path.lstat() == before
    assert mesh.processes() == {}


@pytest.mark.parametrize("which", ["given", "own"])
@pytest.mark.parametrize("bits", [0o777, 0o750])
def test_a3_an_unsafe_directory_is_refused_and_left_as_it_is(mesh: Mesh, which: str, bits: int) -> None:
    mesh.runtime.mkdir(mode=0o700)
    directory = mesh.runtime.parent if which == "given" else mesh.runtime
    directory.chmod(bits)
    for command in (["say", "hi"], ["serve"]):
        run = mesh.run(*command)
        assert run.returncode == 78, run
        assert run.stderr.decode() == f"ttsmesh: unsafe directory {directory}: mode {bits:04o} (want 0700)\n"
    assert directory.stat().st_mode & 0o777 == bits
    assert list(mesh.runtime.iterdir()) == []
    directory.chmod(0o700)


@as_root
def test_a3_a_directory_of_another_owner_is_refused(mesh: Mesh) -> None:
    mesh.runtime.mkdir(mode=0o700)
    os.chown(mesh.runtime, NOBODY, NOBODY)
    run = mesh.run("say", "hi")
    assert (run.returncode, run.stdout) == (78, b"")
    assert f"unsafe directory {mesh.runtime}: owner {NOBODY}".encode() in run.stderr
    assert list(mesh.runtime.iterdir()) == []
    os.chown(mesh.runtime, 0, 0)


def test_a4_without_a_runtime_directory_the_state_directory_serves(monkeypatch: pytest.MonkeyPatch, mesh: Mesh) -> None:
    if os.path.isdir(f"/run/user/{os.getuid()}"):
        hide = with_mount("mode=755", "/run/user")
        monkeypatch.setattr(mesh, "command", lambda *words, plain=mesh.command: [*hide, *plain(*words)])
    mesh.env["XDG_RUNTIME_DIR"] = "relative"
    mesh.runtime = mesh.state / "run"
    mesh.say("hi", "-o", "a.wav")
    mesh.until_idle()
    assert mesh.runtime.stat().st_mode & 0o777 == 0o700
    assert Path(mesh.socket()).is_socket()


def test_a5_a_socket_path_that_is_too_long_is_refused(mesh: Mesh) -> None:
    directory = mesh.directory / ("d" * 80)
    directory.mkdir(mode=0o700)
    run = mesh.run("say", "hi", env={"XDG_RUNTIME_DIR": str(directory)})
    assert run.returncode == 78
    assert str(directory) in run.stderr.decode()
    assert f"longer than {SOCKET_PATH_MAX} bytes" in run.stderr.decode()
    assert list(directory.iterdir()) == []


def test_a7_a_second_server_is_refused_and_the_first_goes_on(mesh: Mesh) -> None:
    mesh.say("hi", "-o", "a.wav")
    pid = mesh.server_pid()
    run = mesh.run("serve")
    assert (run.returncode, run.stderr) == (75, f"ttsmesh: already running (pid {pid})\n".encode())
    mesh.say("hi", "-o", "b.wav")
    assert mesh.server_pid() == pid


# --- who is at the other end ---------------------------------------------------------------------------------------


@as_root
def test_a8_another_users_client_is_closed_without_a_byte(mesh: Mesh) -> None:
    mesh.say("hi", "-o", "a.wav")
    for directory in (mesh.directory, mesh.runtime.parent, mesh.runtime):
        directory.chmod(0o755)
    os.chmod(mesh.socket(), 0o777)
    script = "import socket, sys; s = socket.socket(1); s.connect(sys.argv[1]); print(s.recv(100))"
    client = as_nobody(script, mesh.socket())
    out, _ = client.communicate(timeout=PATIENCE)
    assert (client.returncode, out) == (0, "b''\n")
    assert mesh.log().count(f"refused a connection of uid {NOBODY}") == 1
    for directory in (mesh.runtime.parent, mesh.runtime):
        directory.chmod(0o700)
    mesh.say("hi", "-o", "b.wav")


@as_root
@pytest.mark.parametrize("command", [["say", "hi"], ["status"], ["stop"]], ids=" ".join)
def test_a9_another_users_server_is_told_nothing(mesh: Mesh, command: list[str]) -> None:
    mesh.runtime.mkdir(mode=0o700)
    script = """if True:
        import socket, sys
        listening = socket.socket(fileno=int(sys.argv[1]))
        listening.listen()
        print("listens", flush=True)
        listening.settimeout(30)
        print(listening.accept()[0].recv(100))
    """
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(mesh.socket())
        server = as_nobody(script, str(bound.fileno()), fds=[bound.fileno()])
    assert server.stdout is not None
    assert server.stdout.readline() == "listens\n"
    # Commands that start nothing do not even connect where nobody holds the lifetime lock.
    run = mesh.run(*command)
    if command[0] == "say":
        assert run.returncode == 77, run
        assert run.stderr == f"ttsmesh: {mesh.socket()}: the server belongs to another user ({NOBODY})\n".encode()
        assert server.communicate(timeout=PATIENCE)[0] == "b''\n"
    else:
        server.kill()
        assert server.communicate()[0] in ("", "b''\n")


# --- what it lets go of --------------------------------------------------------------------------------------------


def test_the_server_holds_on_to_nothing_of_its_starter(mesh: Mesh) -> None:
    reading, writing = os.pipe()
    with open(reading, "rb") as pipe, open(writing, "wb") as held:
        command = " ".join(mesh.command("say", "hi", "-o", "a.wav"))
        run = subprocess.run(
            ["sh", "-c", f"out=$({command}) && echo over"],
            env=mesh.env,
            cwd=mesh.work,
            pass_fds=[writing],
            capture_output=True,
            timeout=PATIENCE,
            check=True,
        )
        held.close()
        assert pipe.read() == b""
    assert run.stdout == b"over\n"
    pid = mesh.server_pid()
    assert pid is not None
    assert os.readlink(f"/proc/{pid}/cwd") == "/"
    assert os.getsid(pid) == pid
    assert [path for path in open_files(pid) if str(mesh.work) in path or "start.lock" in path or "/pts/" in path] == []


# --- who comes while it leaves -------------------------------------------------------------------------------------


BATCH = 10


def race(mesh: Mesh, monkeypatch: pytest.MonkeyPatch, idle_s: float) -> None:
    """200 texts, each batch of them at about the moment when whoever was to leave after ``idle_s`` does."""
    for name in os.environ:
        monkeypatch.delenv(name)
    for name, value in mesh.env.items():
        monkeypatch.setenv(name, value)
    chance = random.Random(1)
    ids: list[str] = []

    def say(number: int, delay_s: float) -> str:
        time.sleep(delay_s)
        with ask(Say(text="hi", output=str(mesh.work / f"{number}.wav")), may_start=True) as client:
            assert isinstance(client.first, Accepted)
            assert client.first.id is not None
            return client.first.id

    def until_all_ended(count: int) -> None:
        until(lambda: len(outcomes(mesh)) == count, "every outcome")

    with ThreadPoolExecutor(BATCH) as pool:
        for begin in range(0, 200, BATCH):
            moment = idle_s * chance.choice([0.5, 0.9, 1.0, 1.1, 1.5])
            delays = [moment + chance.uniform(0, 0.01) for _ in range(BATCH)]
            ids += pool.map(say, range(begin, begin + BATCH), delays)
            until_all_ended(len(ids))
    assert len(set(ids)) == 200
    assert each_has_one_outcome(mesh) == dict.fromkeys(ids, "finished")
    assert len(list(mesh.work.iterdir())) == 200


@pytest.mark.long
def test_no_text_is_lost_to_the_model_servers_idle_exit(mesh: Mesh, monkeypatch: pytest.MonkeyPatch) -> None:
    mesh.settings(QUICK + "model_idle = 0.05\n")
    race(mesh, monkeypatch, 0.05)
    assert mesh.log().count(" has left") > 1


@pytest.mark.parametrize("voice_idle", few({0.02}, of=(0.0, 0.02)))
def test_no_text_is_lost_to_a_voice_servers_idle_exit(
    mesh: Mesh, monkeypatch: pytest.MonkeyPatch, voice_idle: float
) -> None:
    mesh.settings(QUICK + f"voice_idle = {voice_idle}\n")
    race(mesh, monkeypatch, voice_idle)
    assert len(model_servers(mesh)) == 1
    assert mesh.log().count(" left\n") > 1
    assert " died " not in mesh.log()


def test_a_server_that_nobody_needs_gives_every_process_back(mesh: Mesh) -> None:
    mesh.settings(QUICK + "model_idle = 0.2\n")
    mesh.say("hi", "-o", "a.wav")
    mesh.until_gone()
    assert leftovers(mesh) == []
    assert set(outcomes(mesh).values()) == {"finished"}


def test_a_server_stays_for_a_client_that_is_about_to_ask(gate: Path) -> None:
    with Mesh({"TTSMESH_TONE_GATE": str(gate)}) as mesh:
        mesh.settings(QUICK + "model_idle = 0.2\n")
        mesh.say("hi", "-o", "a.wav")
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(mesh.socket())
            pid = mesh.server_pid()
            gate.unlink()
            until(lambda: len(outcomes(mesh)) == 1, "the save is finished")
            time.sleep(0.5)  # more than it would stay without us
            assert mesh.server_pid() == pid
        mesh.until_gone()


def test_a_text_that_comes_while_a_server_drains_is_for_its_successor(gate: Path) -> None:
    with Mesh({"TTSMESH_TONE_GATE": str(gate)}) as mesh:
        mesh.settings(QUICK)
        first = mesh.say("hi", "-o", "a.wav")
        pid = mesh.server_pid()
        assert pid is not None
        os.kill(pid, signal.SIGTERM)
        until(lambda: not os.path.exists(mesh.socket()), "the socket is given up")
        client = mesh.start("say", "--print-id", "hi", "-o", "b.wav")
        until(lambda: len(model_servers(mesh)) == 2, "a successor waits")
        gate.unlink()
        out, err = client.communicate(timeout=PATIENCE)
        assert (client.returncode, err) == (0, b"")
        second = out.decode().strip()
        mesh.until_idle()
        assert mesh.server_pid() != pid
        assert each_has_one_outcome(mesh) == {first: "finished", second: "finished"}


def test_a_request_that_a_leaving_server_has_not_read_yet_goes_to_its_successor(gate: Path) -> None:
    """Connected before it was told to leave, and asking after that: an idle moment for the client, a race for both."""
    with Mesh({"TTSMESH_TONE_GATE": str(gate)}) as mesh:
        mesh.settings(QUICK)
        mesh.say("hi", "-o", "a.wav")
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(PATIENCE)
            client.connect(mesh.socket())
            mesh.status()  # it came later, so we were accepted
            pid = mesh.server_pid()
            assert pid is not None
            os.kill(pid, signal.SIGTERM)
            until(lambda: not os.path.exists(mesh.socket()), "the socket is given up")
            from ttsmesh.wire.framing import pack

            client.sendall(pack(Say(text="hi", output=str(mesh.work / "b.wav")).to_map()))
            assert client.recv(100) == b""  # no answer, so the CLI would start afresh
        gate.unlink()
        until(lambda: gone(pid), "it leaves")
        assert len(each_has_one_outcome(mesh)) == 1


def test_kill_also_ends_a_server_that_is_only_starting(mesh: Mesh) -> None:
    server = mesh.start("serve")
    until(lambda: os.path.exists(mesh.socket()), "it listens")
    assert mesh.run("kill").returncode == 0
    assert gone(server.pid)
    server.communicate(timeout=PATIENCE)
    assert server.returncode == 0
    assert leftovers(mesh) == []


# --- surroundings --------------------------------------------------------------------------------------------------


def test_e9_a_missing_tmpdir_is_no_matter(mesh: Mesh) -> None:
    mesh.env["TMPDIR"] = "/nonexistent"
    mesh.say("hi", "-o", "a.wav")
    mesh.until_idle()
    assert set(outcomes(mesh).values()) == {"finished"}


def test_e9_a_home_that_cannot_be_written_is_named(mesh: Mesh) -> None:
    mesh.env["XDG_DATA_HOME"] = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    del mesh.env["XDG_STATE_HOME"]
    mesh.env["HOME"] = "/proc/self"  # not even root can write there
    run = mesh.run("say", "hi", "-o", "a.wav")
    assert run.returncode == 78, run
    assert b"/proc/self/.local" in run.stderr
    assert run.stderr.count(b"\n") == 1


def test_a_caller_that_ignores_the_end_of_its_children_is_told_why_the_server_ended(mesh: Mesh) -> None:
    mesh.settings("volume = 'loud'\n")
    ignoring = (
        "import os, signal, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    )
    command = [sys.executable, "-c", ignoring, *mesh.command("voices")]
    run = subprocess.run(command, env=mesh.env, capture_output=True, timeout=PATIENCE, check=False)
    assert run.returncode == 78
    assert f"{mesh.directory}/config/ttsmesh/config.toml: volume".encode() in run.stderr


def test_a_disk_that_is_too_full_for_a_log_refuses_no_start(mesh: Mesh) -> None:
    """With a file system that has room for no file and no directory."""
    state = mesh.state.parent
    state.mkdir(exist_ok=True)
    say = [*with_mount("nr_inodes=1", str(state)), *mesh.command("say", "hi", "-o", "a.wav", "--wait")]
    run = subprocess.run(say, env=mesh.env, cwd=mesh.work, capture_output=True, timeout=PATIENCE, check=False)
    assert (run.returncode, run.stderr) == (0, b"")
    assert (mesh.work / "a.wav").exists()
    assert not list(state.iterdir())


@pytest.mark.long
def test_e8_the_system_clock_is_nothing_to_go_by(mesh: Mesh, tmp_path: Path) -> None:
    """Set while the mesh runs: nothing but the time in its log is different."""
    clock = tmp_path / "clock"
    clock.write_text("+0")
    (library,) = Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")
    mesh.env |= {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    mesh.say("hi", "-o", "a.wav")
    mesh.until_idle()
    pid = mesh.server_pid()
    for offset in ("-1d", "+10y"):
        clock.write_text(offset)
        mesh.say("hi", "-o", f"{offset}.wav")
        mesh.until_idle()
        assert mesh.server_pid() == pid
    assert each_has_one_outcome(mesh)
    assert list(outcomes(mesh).values()) == ["finished"] * 3
    history = json.loads(mesh.run("history", "--json").stdout)
    assert len(history["entries"]) == 3
