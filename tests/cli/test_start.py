"""Starting the model server on demand: one, detached, already listening, and honest about why it failed."""

import contextlib
import errno
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ttsmesh import voice_files
from ttsmesh.cli import start
from ttsmesh.cli.client import NotRunning, ask
from ttsmesh.cli.start import Starter, StartFailed
from ttsmesh.errors import Code, ConfigError, RejectedError, TtsmeshError
from ttsmesh.host import locks, systemd
from ttsmesh.wire import sockets
from ttsmesh.wire.exchange import Exchange, Side
from ttsmesh.wire.messages import Accepted, Rejected, Say, Stop

SERVER = """\
import json, os, socket, sys
listening = socket.socket(fileno=int(sys.argv[sys.argv.index("--listen-fd") + 1]))
facts = {
    "pid": os.getpid(), "session": os.getsid(0), "directory": os.getcwd(), "arguments": sys.argv[1:],
    "files": [os.readlink(f"/proc/self/fd/{fd}") for fd in range(3)],
    "inherited": sorted(map(int, os.listdir("/proc/self/fd"))),
}
with open(os.environ["FACTS"], "a") as file:
    print(json.dumps(facts), file=file, flush=True)
while True:
    connection, _ = listening.accept()
    connection.sendall(b"served")
    connection.close()
"""

Facts = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def directory(private: Path) -> str:
    return sockets.runtime_dir()


@pytest.fixture
def program(private: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets what runs in the model server's stead."""

    def program(text: str) -> None:
        path = private / "server"
        path.write_text(f"#!{sys.executable}\n{text}")
        path.chmod(0o700)
        monkeypatch.setattr(sys, "executable", str(path))

    return program


@pytest.fixture
def served(program: Callable[[str], None], private: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Facts]:
    """A server that greets; gives what each one that was started found. They are ended afterwards."""
    program(SERVER)
    file = private / "facts"
    file.touch()
    monkeypatch.setenv("FACTS", str(file))

    def facts() -> list[dict[str, Any]]:
        return [json.loads(line) for line in file.read_text().splitlines()]

    yield facts
    for fact in facts():
        os.kill(fact["pid"], 9)
        os.waitpid(fact["pid"], 0)


def greeting(sock: socket.socket) -> bytes:
    with sock:
        return sock.makefile("rb").read()


# --- starting ------------------------------------------------------------------------------------------------------


def test_where_there_is_none_a_client_starts_one_and_is_served_by_it(directory: str, served: Facts) -> None:
    assert greeting(Starter(directory).connect()) == b"served"
    assert len(served()) == 1


def test_where_there_is_one_no_other_is_started(directory: str, served: Facts) -> None:
    for _ in range(3):
        assert greeting(Starter(directory).connect()) == b"served"
    assert len(served()) == 1


def test_a6_of_many_at_once_one_starts_it_and_all_are_served(directory: str, served: Facts) -> None:
    with ThreadPoolExecutor(20) as pool:
        greetings = list(pool.map(lambda _: greeting(Starter(directory).connect()), range(20)))
    assert greetings == [b"served"] * 20
    assert len(served()) == 1


def test_a1_a_stale_socket_is_no_server(directory: str, served: Facts) -> None:
    sockets.listen(os.path.join(directory, sockets.MODEL_SOCKET)).close()
    assert greeting(Starter(directory).connect()) == b"served"


def test_the_server_keeps_nothing_of_its_callers(directory: str, served: Facts, private: Path) -> None:
    """Neither its terminal, nor its directory, nor its output: `$(ttsmesh say hi)` would wait for that."""
    greeting(Starter(directory).connect())
    (fact,) = served()
    assert fact["session"] == fact["pid"] != os.getsid(0)
    assert fact["directory"] == "/"
    assert fact["files"] == ["/dev/null", "/dev/null", str(private / "state" / "ttsmesh" / "start.log")]
    listening = int(fact["arguments"][fact["arguments"].index("--listen-fd") + 1])
    # The directory that lists the descriptors is one more, and so is Python's script while it is read.
    inherited = [fd for fd in fact["inherited"] if fd > 2]
    assert listening in inherited
    assert len(inherited) <= 2


def test_the_start_lock_does_not_go_on_with_the_server(directory: str, served: Facts) -> None:
    greeting(Starter(directory).connect())
    with locks.start_lock(directory, 0) as ours:
        assert ours


def test_somebody_who_starts_one_for_too_long_is_not_waited_for_for_ever(
    directory: str, served: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "START_TIMEOUT", 0.02)
    with locks.start_lock(directory, 0), pytest.raises(StartFailed, match="too long") as failure:
        Starter(directory).connect()
    assert failure.value.exit_status == 69
    assert served() == []


@pytest.mark.parametrize("repairs", [True, False])
def test_systemds_socket_whose_file_was_removed_is_bound_again(
    directory: str, monkeypatch: pytest.MonkeyPatch, repairs: bool
) -> None:
    """With a fake systemctl: to start a socket unit that is active does nothing, to restart it binds."""
    orders: list[str] = []
    bound: list[socket.socket] = []

    def fake_systemctl(_: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        orders.append(arguments[0])
        if arguments[0] == "restart" and repairs:
            bound.append(sockets.listen(os.path.join(directory, sockets.MODEL_SOCKET)))
        return subprocess.CompletedProcess(arguments, 0, stdout="ActiveState=active\n", stderr="")

    monkeypatch.setattr(start, "in_charge", lambda _: True)
    monkeypatch.setattr(systemd, "systemctl", fake_systemctl)
    if repairs:
        Starter(directory).connect().close()
        bound[0].close()
    else:
        with pytest.raises(StartFailed, match="to repair"):
            Starter(directory).connect()
    assert orders == ["show", "start", "restart"]


# --- failing -------------------------------------------------------------------------------------------------------


def test_a_server_that_ends_at_once_is_connected_to_all_the_same(
    directory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was listening before it ran, so that the reason of its end is told, and not just that there is no server."""
    monkeypatch.setattr(Starter, "_spawn", lambda self, listening: None)
    assert_closed(Starter(directory).connect())


def assert_closed(sock: socket.socket) -> None:
    with sock, contextlib.suppress(ConnectionResetError):
        assert sock.recv(1) == b""


def test_a_process_that_the_system_refuses_is_told_as_such(directory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fake_popen(*_: object, **__: object) -> None:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(subprocess, "Popen", fake_popen)
    with pytest.raises(TtsmeshError, match=r"^the model server cannot be started: resource") as failure:
        Starter(directory).connect()
    assert failure.value.code is Code.UNAVAILABLE


def started_in_vain(directory: str) -> StartFailed:
    starter = Starter(directory)
    starter.connect().close()
    failure = starter.failure()
    assert isinstance(failure, StartFailed)
    return failure


def test_e1_the_last_line_that_the_server_said_is_the_reason_and_its_status_is_ours(
    directory: str, program: Callable[[str], None]
) -> None:
    program("import sys; print('noise\\nttsmesh: no voices; run ttsmesh setup', file=sys.stderr); sys.exit(78)")
    failure = started_in_vain(directory)
    assert (failure.message, failure.code, failure.exit_status) == ("no voices; run ttsmesh setup", Code.CONFIG, 78)


@pytest.mark.parametrize(
    "text", ["import sys; sys.exit(78)", "import sys; sys.exit(0)", "1 / 0", "import os; os.kill(os.getpid(), 9)"]
)
def test_a_server_that_dies_without_a_word_leaves_a_hint(
    directory: str, program: Callable[[str], None], text: str
) -> None:
    program(text)
    failure = started_in_vain(directory)
    assert (failure.message, failure.code) == (
        "the model server ended before it answered; see its log",
        Code.UNAVAILABLE,
    )


def test_words_that_are_not_utf8_are_no_trouble(directory: str, program: Callable[[str], None]) -> None:
    program("import os, sys; os.write(2, b'ttsmesh: \\xff\\n'); sys.exit(70)")
    assert started_in_vain(directory).message == "\ufffd"


def test_a_server_of_somebody_elses_making_has_no_known_reason(directory: str) -> None:
    assert Starter(directory).failure().code is Code.UNAVAILABLE


def test_a_client_leaves_voices_on_a_dead_mount_to_the_server(private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a fake mount, whose calls do not return before the test has ended."""
    over = threading.Event()

    def fake_scan(_: object) -> dict[str, Path]:
        over.wait(60)
        return {}

    monkeypatch.setattr(voice_files, "scan", fake_scan)
    monkeypatch.setattr(start, "FILE_TIMEOUT", 0.02)
    start.check_voices()
    over.set()


def test_a_client_refuses_a_text_without_voices_itself(private: Path) -> None:
    with pytest.raises(ConfigError, match="run: ttsmesh setup"):
        start.check_voices()


# --- asking --------------------------------------------------------------------------------------------------------


def test_commands_that_may_not_start_a_mesh_say_that_there_is_none(directory: str, served: Facts) -> None:
    with pytest.raises(NotRunning):
        ask(Stop(), may_start=False)
    assert served() == []


def test_a_client_that_finds_the_server_leaving_asks_once_more(directory: str) -> None:
    """The first connection is closed without a reply, the second is answered."""
    with sockets.listen(os.path.join(directory, sockets.MODEL_SOCKET)) as listening, ThreadPoolExecutor(1) as pool:

        def answer_the_second() -> None:
            listening.accept()[0].close()
            answer(listening, Accepted(id="a-1"))

        answering = pool.submit(answer_the_second)
        with ask(Say(text="x"), may_start=True) as client:
            assert client.first == Accepted(id="a-1")
        answering.result()


def test_a_refusal_carries_its_code_to_the_exit_status(directory: str) -> None:
    with sockets.listen(os.path.join(directory, sockets.MODEL_SOCKET)) as listening, ThreadPoolExecutor(1) as pool:
        answering = pool.submit(answer, listening, Rejected(code=Code.BUSY, message="busy"))
        with pytest.raises(RejectedError, match="busy") as refusal:
            ask(Say(text="x"), may_start=True)
        assert refusal.value.exit_status == 75
        answering.result()


def answer(listening: socket.socket, reply: Accepted | Rejected) -> None:
    """Take one request and answer it."""
    connection, _ = listening.accept()
    with connection:
        exchange = Exchange(Side.ANSWERER)
        exchange.receive(connection.recv(4096))
        assert isinstance(exchange.next(), Say)
        connection.sendall(exchange.send(reply))
