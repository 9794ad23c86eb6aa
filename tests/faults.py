"""Faults for a mesh to survive: limits made short, raw bytes, stopped and killed processes."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from tests.mesh import PATIENCE, Mesh
from ttsmesh.errors import PeerGone
from ttsmesh.wire.exchange import Exchange, NeedData, PeerDone, Side
from ttsmesh.wire.schema import Message, Request

SLACK = 10.0
"""Factor: how many times the promised time something may take on a machine that does other things, too."""

ENDING = re.compile(r" utterance (\S+): (finished|interrupted|failed),")
ACCEPTED = re.compile(r" utterance (\S+): accepted,")


def shorten(mesh: Mesh, **limits: float) -> None:
    """Give every process of ``mesh`` other limits. Call it before the mesh starts."""
    directory = mesh.directory / "limits"
    directory.mkdir(exist_ok=True)
    # The interpreter imports a module of this name before anything else, also with -P and in a venv.
    lines = ["import ttsmesh.limits", *(f"ttsmesh.limits.{name} = {value!r}" for name, value in limits.items())]
    (directory / "sitecustomize.py").write_text("\n".join(lines) + "\n")
    mesh.env["PYTHONPATH"] = os.pathsep.join([str(directory), *filter(None, [os.environ.get("PYTHONPATH")])])


class Raw:
    """A client that may send anything at any time, or nothing."""

    def __init__(self, mesh: Mesh, timeout: float = PATIENCE) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(timeout)
        self.sock.connect(mesh.socket())
        self._exchange = Exchange(Side.OPENER)

    def ask(self, request: Request) -> Self:
        self.sock.sendall(self._exchange.send(request))
        return self

    def reply(self) -> Message:
        """The next message. Raises PeerGone."""
        while isinstance(event := self._exchange.next(), NeedData):
            try:
                self._exchange.receive(self.sock.recv(65536))
            except ConnectionResetError:
                raise PeerGone("reset") from None
        assert not isinstance(event, PeerDone)
        return event

    def rest(self) -> bytes:
        """Everything that still comes, up to the end of the connection."""
        data = b""
        try:
            while part := self.sock.recv(65536):
                data += part
        except ConnectionResetError:
            pass  # the server closed the connection without having read all of ours
        return data

    def close(self) -> None:
        self.sock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def outcomes(mesh: Mesh) -> dict[str, str]:
    """How each utterance ended, according to the log. None may end twice."""
    endings = ENDING.findall(mesh.log())
    twice = [id for id, count in Counter(id for id, _ in endings).items() if count > 1]
    assert not twice, f"ended more than once: {twice}"
    return dict(endings)


def each_has_one_outcome(mesh: Mesh) -> dict[str, str]:
    """Check that every utterance in the log has ended exactly once. Returns how."""
    ended = outcomes(mesh)
    assert set(ACCEPTED.findall(mesh.log())) == set(ended)
    return ended


def pid_of(mesh: Mesh, part: str) -> int:
    """The one process of ``mesh`` that runs ``ttsmesh.<part>``."""
    found = [pid for pid, command in mesh.processes().items() if f"m ttsmesh.{part} " in command]
    assert len(found) == 1, mesh.processes()
    return found[0]


def until(wanted: Callable[[], Any], what: str, timeout: float = PATIENCE) -> Any:
    """Wait for something that cannot be subscribed to, and return it."""
    deadline = time.monotonic() + timeout
    while not (value := wanted()):
        assert time.monotonic() < deadline, f"never came about: {what}"
        time.sleep(0.005)
    return value


def gone(pid: int) -> bool:
    """Whether a process has ended. A zombie has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def open_files(pid: int) -> list[str]:
    """The paths of the files that a process has open. One that is closed meanwhile is left out."""
    paths = []
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            paths.append(os.readlink(entry))
    return paths


def with_mount(options: str, at: str) -> list[str]:
    """The words before a command that let it, and no other process, see an empty tmpfs mounted at ``at``."""
    as_root = [] if os.getuid() == 0 else ["--map-root-user"]
    command = ["unshare", "--mount", *as_root, "sh", "-c", f'mount -t tmpfs -o {options} none {at} && exec "$@"', "sh"]
    if subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        pytest.skip("nothing may be mounted here, as in many containers")
    return command


def leftovers(mesh: Mesh) -> list[str]:
    """The files that a mesh has left in its runtime directory, except locks."""
    return sorted(name for name in os.listdir(mesh.runtime) if not name.endswith(".lock"))


@contextlib.contextmanager
def held_by_a_stopped_process(lock: Path) -> Iterator[None]:
    """Let a stopped process hold the file lock ``lock``, as after Ctrl-Z in the middle of what the lock is for."""
    program = "import sys; from ttsmesh.host import locks; print(locks.lock_file(sys.argv[1], 0)); input()"
    command = [sys.executable, "-c", program, str(lock)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip().isdigit()
            process.send_signal(signal.SIGSTOP)
            yield
        finally:
            process.kill()


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
