"""The service as systemd runs it: sockets passed on, signs of life, and a successor when the model hangs.

``systemd --user`` does not start in most test environments, so ``systemd-socket-activate``, real notification sockets
and (tests/cli/commands/test_service.py) ``systemd-analyze verify`` are the proof here, with a fake ``systemctl``.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults import Raw, shorten
from tests.mesh import PATIENCE, QUICK, Mesh
from ttsmesh.host import systemd
from ttsmesh.wire.messages import ServerState, Status

MODEL = [sys.executable, "-Pm", "ttsmesh.model"]

IMPATIENT = [
    sys.executable,
    "-Pc",
    """
from ttsmesh import limits
limits.RENDER_TIMEOUT, limits.RENDER_STUCK_TIMEOUT = 0.5, 0.2
from ttsmesh.model.__main__ import run
run()
""",
]
"""A model server that loses patience with a render after 0.5 s. Its successor is one like any other."""

ACTIVATE = "systemd-socket-activate"


@pytest.fixture
def mesh() -> Iterator[Mesh]:
    with Mesh() as mesh:
        mesh.settings(QUICK)
        mesh.runtime.mkdir(mode=0o700)
        yield mesh


@pytest.fixture
def hanging(tmp_path: Path) -> Iterator[tuple[Mesh, Path]]:
    """A mesh whose renders hang and hear no cancel while the gate is there."""
    gate = tmp_path / "gate"
    gate.touch()
    with Mesh({"TTSMESH_TONE_GATE": str(gate), "TTSMESH_TONE_DEAF": "1"}) as mesh:
        mesh.settings(QUICK)
        mesh.runtime.mkdir(mode=0o700)
        try:
            yield mesh, gate
        finally:
            gate.unlink(missing_ok=True)


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """Where a service's manager listens to it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(tmp_path / "notify"))
        sock.settimeout(PATIENCE)
        yield sock


@pytest.fixture
def listening(mesh: Mesh) -> Iterator[socket.socket]:
    with bound(mesh) as sock:
        yield sock


def bound(mesh: Mesh) -> socket.socket:
    """The model server's socket, as a socket unit binds it."""
    sock = socket.socket(socket.AF_UNIX)
    sock.bind(mesh.socket())
    sock.listen()
    return sock


def activated(
    mesh: Mesh, fd: int, *command: str, count: str = "1", notify: socket.socket | None = None
) -> subprocess.Popen[bytes]:
    """The service's process, with ``fd`` as its descriptor 3, as sd_listen_fds(3) has it. It logs to its stderr."""
    shell = f'exec 3<&{fd}; LISTEN_PID=$$ LISTEN_FDS={count} exec "$@"'
    env = mesh.env | ({"NOTIFY_SOCKET": notify.getsockname(), "WATCHDOG_USEC": "200000"} if notify else {})
    return subprocess.Popen(
        ["bash", "-c", shell, "bash", *(command or MODEL), "serve"],
        env=env,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        pass_fds=[fd],
    )


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    """Exit status and stderr, once it has ended."""
    _, err = process.communicate(timeout=PATIENCE)
    return process.returncode, err.decode() if err is not None else ""


def wait_until(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.01)  # another process's doing: nothing to wait on


def until(manager: socket.socket, state: bytes) -> list[bytes]:
    """What the manager hears, up to ``state``."""
    heard: list[bytes] = []
    while not heard or heard[-1] != state:
        heard.append(manager.recv(1000))
    return heard


def test_a_connection_starts_the_server_and_say_is_acknowledged(mesh: Mesh) -> None:
    passed = [f"-E{name}={value}" for name, value in mesh.env.items() if name.isidentifier()]
    process = subprocess.Popen(
        [ACTIVATE, *passed, "-l", mesh.socket(), *MODEL, "serve"], env=mesh.env, stderr=subprocess.PIPE
    )
    wait_until(lambda: os.path.exists(mesh.socket()), "systemd-socket-activate listens")
    assert mesh.server_pid() is None
    mesh.say("hello", "-o", "a.wav")
    mesh.until_idle()
    assert (mesh.work / "a.wav").exists()
    assert mesh.server_pid() == process.pid
    assert mesh.run("kill").returncode == 0
    assert ended(process)[0] == 0
    assert os.path.exists(mesh.socket())  # systemd's to remove


def test_a_socket_activated_server_leaves_when_idle_and_the_next_one_serves_the_same_socket(
    mesh: Mesh, listening: socket.socket
) -> None:
    mesh.settings(QUICK + "model_idle = 0.2\n")
    first = activated(mesh, listening.fileno())
    mesh.say("hello", "-o", "a.wav")
    assert ended(first)[0] == 0
    client = mesh.start("say", "--wait", "-o", "b.wav", "hello")
    second = activated(mesh, listening.fileno())
    assert client.wait(PATIENCE) == 0
    client.communicate()
    assert ended(second)[0] == 0


def test_a_socket_activated_server_leaves_when_its_socket_was_removed(mesh: Mesh, listening: socket.socket) -> None:
    shorten(mesh, SOCKET_CHECK=0.1)
    server = activated(mesh, listening.fileno())
    mesh.say("hello", "-o", "a.wav")
    os.unlink(mesh.socket())
    assert ended(server)[0] == 0
    assert (mesh.work / "a.wav").exists()


def test_a_client_that_came_before_the_socket_was_removed_is_served(mesh: Mesh, listening: socket.socket) -> None:
    shorten(mesh, SOCKET_CHECK=0.1)
    mesh.settings(QUICK + "model_idle = 0.2\n")
    with Raw(mesh) as client:
        os.unlink(mesh.socket())
        server = activated(mesh, listening.fileno())
        assert isinstance(client.ask(Status()).reply(), ServerState)
    assert ended(server)[0] == 0  # idle, and not sooner: systemd would start it again for the one in the backlog


def test_a_server_in_the_foreground_stays_when_idle(mesh: Mesh) -> None:
    mesh.settings(QUICK + "model_idle = 0.01\nvoice_idle = 0.01\n")
    server = mesh.start("serve")
    wait_until(lambda: mesh.server_pid() == server.pid, "it serves")
    mesh.say("hello", "-o", "a.wav")
    mesh.until(lambda status: all(voice["state"] == "stopped" for voice in status["voices"]), "its voice has left")
    assert mesh.server_pid() == server.pid
    server.terminate()
    assert ended(server)[0] == 0


@pytest.mark.parametrize("count", ["0", "2", "", "many"])
def test_a11_another_number_of_sockets_than_one_is_refused(mesh: Mesh, listening: socket.socket, count: str) -> None:
    status, err = ended(activated(mesh, listening.fileno(), count=f"'{count}'"))
    assert (status, err) == (78, f"ttsmesh: LISTEN_FDS is {count!r}, want 1\n")


@pytest.mark.parametrize("kind", ["file", "datagram", "internet", "connected", "not-listening"])
def test_a11_anything_but_a_listening_unix_stream_socket_is_refused(mesh: Mesh, kind: str, tmp_path: Path) -> None:
    left, right = socket.socketpair()
    with (
        left,
        right,
        (tmp_path / "file").open("wb") as file,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as datagram,
        socket.socket(socket.AF_INET) as internet,
        socket.socket(socket.AF_UNIX) as idle,
    ):
        internet.bind(("127.0.0.1", 0))
        internet.listen()
        others = {"datagram": datagram, "internet": internet, "connected": left, "not-listening": idle}
        fd = file.fileno() if kind == "file" else others[kind].fileno()
        status, err = ended(activated(mesh, fd))
    assert (status, err) == (78, "ttsmesh: file descriptor 3 is not a listening Unix stream socket\n")


def test_sockets_passed_to_another_process_are_not_ours(mesh: Mesh) -> None:
    server = subprocess.Popen(
        [*MODEL, "serve"], env=mesh.env | {"LISTEN_PID": "1", "LISTEN_FDS": "1"}, stderr=subprocess.DEVNULL
    )
    wait_until(lambda: mesh.server_pid() == server.pid, "it serves")
    assert mesh.run("kill").returncode == 0
    assert server.wait(PATIENCE) == 0


def test_the_manager_hears_ready_signs_of_life_and_stopping(
    mesh: Mesh, listening: socket.socket, manager: socket.socket
) -> None:
    server = activated(mesh, listening.fileno(), notify=manager)
    assert set(until(manager, b"READY=1")) <= {b"READY=1", b"WATCHDOG=1"}
    assert mesh.status()["pid"] == server.pid  # ready means that it answers
    until(manager, b"WATCHDOG=1")
    until(manager, b"WATCHDOG=1")
    server.terminate()
    until(manager, b"STOPPING=1")
    assert ended(server)[0] == 0


def test_e5_when_the_model_hangs_all_who_wait_are_told_and_the_server_becomes_a_new_one(
    hanging: tuple[Mesh, Path],
) -> None:
    mesh, gate = hanging
    server = subprocess.Popen([*IMPATIENT, "serve"], env=mesh.env, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    wait_until(lambda: mesh.server_pid() == server.pid, "it serves")
    rendering = mesh.start("say", "--wait", "-o", "a.wav", "hello")
    mesh.until(lambda status: len(status.get("queue", ())) == 1)
    waiting = mesh.start("say", "--wait", "--queue", "hello")
    status, err = ended(waiting)
    assert (status, err) == (70, "ttsmesh: the model hangs; its server starts afresh\n")
    status, err = ended(rendering)
    assert (status, err.count("\n")) == (70, 1)
    gate.unlink()
    mesh.say("hello", "-o", "b.wav")
    mesh.until_idle()
    assert (mesh.work / "b.wav").exists()
    assert mesh.server_pid() == server.pid
    assert not (mesh.work / "a.wav").exists()
    server.terminate()
    status, log = ended(server)
    assert status == 0
    assert log.count("serves") == 2
    assert log.count("failed, synthesis") >= 1
    assert "starts afresh" in log


@pytest.mark.long
def test_e5_a_stopped_render_that_hangs_is_noticed_too_and_an_autospawned_server_becomes_a_new_one(
    hanging: tuple[Mesh, Path],
) -> None:
    mesh, gate = hanging
    deadline = time.monotonic() + PATIENCE
    while "starts afresh" not in mesh.log():
        # Only a render under way can hang, and nobody can see from outside when it is.
        assert time.monotonic() < deadline, mesh.log()
        mesh.run("stop", mesh.say("hello", "-o", "a.wav"))
    gate.unlink()
    mesh.say("hello", "-o", "b.wav")
    mesh.until(lambda _: (mesh.work / "b.wav").exists())
    assert mesh.log().count("serves") >= 2


@pytest.mark.long
def test_e5_under_systemd_a_hanging_server_fails_and_a_client_that_came_meanwhile_is_served_by_the_next(
    hanging: tuple[Mesh, Path], manager: socket.socket
) -> None:
    mesh, gate = hanging
    with bound(mesh) as listening:
        first = activated(mesh, listening.fileno(), *IMPATIENT, notify=manager)
        failed = mesh.start("say", "--wait", "-o", "a.wav", "hello")
        assert ended(failed)[0] == 70
        status, log = ended(first)
        assert status == 70  # Restart=on-failure does the rest
        assert "STOPPING" not in log
        client = mesh.start("say", "--wait", "-o", "b.wav", "hello")
        gate.unlink()
        second = activated(mesh, listening.fileno(), notify=manager)
        assert ended(client)[0] == 0
        assert mesh.run("kill").returncode == 0
        assert ended(second)[0] == 0


FAKE_SYSTEMCTL = f"""#!/bin/sh
# A fake systemctl whose socket unit is {ACTIVATE}.
echo "$2 $3" >> "$FAKE_SYSTEMD/orders"
[ "$2" = start ] || exit 0
setsid {ACTIVATE} $(env | sed -n 's/^\\(XDG_[A-Z_]*\\|TTSMESH_[A-Z_]*\\|HOME\\)=.*/-E\\1/p') \\
    -l "$XDG_RUNTIME_DIR/ttsmesh/model.sock" {" ".join(MODEL)} serve < /dev/null > /dev/null 2>&1 &
while ! [ -S "$XDG_RUNTIME_DIR/ttsmesh/model.sock" ]; do sleep 0.01; done
"""


def test_where_the_units_are_installed_say_starts_the_socket_unit_and_not_a_server(mesh: Mesh, tmp_path: Path) -> None:
    (tmp_path / "systemctl").write_text(FAKE_SYSTEMCTL)
    (tmp_path / "systemctl").chmod(0o755)
    mesh.env |= {"PATH": f"{tmp_path}:{mesh.env['PATH']}", "FAKE_SYSTEMD": str(tmp_path)}
    (mesh.runtime.parent / "systemd").mkdir()
    (mesh.runtime.parent / "systemd" / "private").touch()  # how a running user manager shows
    installed = mesh.directory / "config" / "systemd" / "user"
    installed.mkdir(parents=True)
    for name, text in systemd.texts().items():
        (installed / name).write_text(text)

    mesh.say("hello", "-o", "a.wav")
    mesh.until_idle()
    orders = (tmp_path / "orders").read_text().splitlines()
    assert [order for order in orders if not order.startswith("show")] == [f"start {systemd.SOCKET}"]
    servers = [command for command in mesh.processes().values() if "ttsmesh.model serve" in command]
    assert len(servers) == 1
    assert "--listen-fd" not in servers[0]
    # A warm say asks nobody.
    mesh.say("hello", "-o", "b.wav")
    assert (tmp_path / "orders").read_text().splitlines() == orders
