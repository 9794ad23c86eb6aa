"""A private mesh of real processes.

It has its own runtime directory, settings and logs, and uses the installed voices and model.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ttsmesh.host import locks
from ttsmesh.wire import sockets

PATIENCE = 30.0
"""Seconds after which a test gives up waiting. They are far beyond every promise."""

MARK = "TTSMESH_TEST_MESH"
"""A variable in the environment of every process of a mesh, by which all of them can be found."""


SPARE = "prestart = false\nkept_sound = 0\n"
"""Settings of most meshes: they start no process before it is needed, and render a repeated text again."""

QUICK = 'default_voice = "ef_dora"\n'
"""Settings for tests to which it is no matter what is said: Spanish is loaded in a fifth of the time of English, which
takes half of all that the start of a mesh does."""


class Mesh:
    """Runs commands as a user would. Leaving the context ends the mesh, and fails if a process is left behind."""

    def __init__(self, env: Mapping[str, str] | None = None, *, engine: str = "tone", as_shipped: bool = False) -> None:
        """With ``as_shipped`` all settings have their defaults, also those in ``SPARE``."""
        # pytest's own directories have paths that are too long for Unix sockets.
        self.directory = Path(tempfile.mkdtemp(prefix="mesh-", dir="/tmp"))
        self.runtime = self.directory / "run" / "ttsmesh"
        self.work = self.directory / "work"
        self.state = self.directory / "state" / "ttsmesh"
        for directory in (self.runtime.parent, self.work):
            directory.mkdir(mode=0o700)
        self._clients: list[subprocess.Popen[bytes]] = []
        self.mark = uuid.uuid4().hex
        foreign = (
            *("PULSE_", "ALSA_", "DBUS_", "TTSMESH_", "LISTEN_", "NOTIFY_"),
            *("XDG_RUNTIME", "XDG_STATE", "XDG_CONFIG"),
            *("CLAUDE_CONFIG", "CODEX_HOME"),  # a test may install hooks
        )
        self.env = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        self.env |= {
            "XDG_RUNTIME_DIR": str(self.runtime.parent),
            "XDG_STATE_HOME": str(self.directory / "state"),
            "XDG_CONFIG_HOME": str(self.directory / "config"),
            "PYTHONWARNINGS": "error::ResourceWarning",
            "TTSMESH_ENGINE": engine,
            MARK: self.mark,
            # There is no audio device unless the test brings one.
            "ALSA_CONFIG_PATH": str(self._no_audio()),
            **(env or {}),
        }
        self._as_shipped = as_shipped
        self.settings("")

    def _no_audio(self) -> Path:
        path = self.directory / "asound.conf"
        path.write_text("pcm.!default { type hw card 99 }\nctl.!default { type hw card 99 }\n")
        return path

    def settings(self, toml: str) -> None:
        """Write ``config.toml``. Call it before the mesh starts."""
        directory = self.directory / "config" / "ttsmesh"
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "config.toml").write_text(toml if self._as_shipped else SPARE + toml)

    def command(self, *arguments: str) -> list[str]:
        return [os.path.join(os.path.dirname(sys.executable), "ttsmesh"), *arguments]

    def run(
        self,
        *arguments: str,
        input: bytes | None = None,
        timeout: float = PATIENCE,
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a command to its end. ``input`` comes through a pipe. Without it standard input is empty."""
        return subprocess.run(
            self.command(*arguments),
            env=self.env | dict(env or {}),
            cwd=self.work,
            input=input if input is not None else b"",
            capture_output=True,
            timeout=timeout,
            check=False,
        )

    def say(self, *arguments: str, input: bytes | None = None) -> str:
        """Run ``ttsmesh say``, which must be acknowledged and print nothing else. Returns the utterance's id."""
        run = self.run("say", "--print-id", *arguments, input=input)
        assert (run.returncode, run.stderr) == (0, b""), run
        return run.stdout.decode().strip()

    def warm_up(self) -> None:
        """Have it say a word to its end, so that what a test asks for sounds at once."""
        assert self.run("say", "--wait", "start").returncode == 0

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command, and do not wait for it."""
        client = subprocess.Popen(
            self.command(*arguments),
            env=self.env,
            cwd=self.work,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._clients.append(client)
        return client

    def status(self) -> dict[str, Any]:
        run = self.run("status", "--json")
        assert run.returncode == 0, run
        status: dict[str, Any] = {"queue": [], "voices": []} | json.loads(run.stdout)
        return status

    def until(self, wanted: Callable[[dict[str, Any]], bool], what: str = "") -> dict[str, Any]:
        """Wait until the mesh's status is as ``wanted``."""
        deadline = time.monotonic() + PATIENCE
        while not wanted(status := self.status()):
            assert time.monotonic() < deadline, f"never came about: {what or wanted}; {status}\n{self.log()}"
            time.sleep(0.02)  # reason: a status cannot be subscribed to
        return status

    def until_idle(self) -> dict[str, Any]:
        """Wait until every accepted utterance has its outcome."""
        return self.until(lambda status: status["running"] and not status["queue"], "nothing left to say")

    def server_pid(self) -> int | None:
        return locks.server_pid(str(self.runtime)) if self.runtime.exists() else None

    def socket(self) -> str:
        return str(self.runtime / sockets.MODEL_SOCKET)

    def log(self) -> str:
        path = self.state / "ttsmesh.log"
        return path.read_text() if path.exists() else ""

    def processes(self) -> dict[int, str]:
        """The command line of every living process of this mesh, by pid."""
        found = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    environment = (entry / "environ").read_bytes()
                    command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                except OSError:
                    continue
                if f"{MARK}={self.mark}".encode() in environment and command:
                    found[int(entry.name)] = command
        return found

    def until_gone(self, timeout: float = PATIENCE) -> None:
        """Wait until no process of this mesh is left."""
        deadline = time.monotonic() + timeout
        while left := self.processes():
            assert time.monotonic() < deadline, f"left behind: {left}\n{self.log()}"
            time.sleep(0.01)  # reason: only our own children could be waited on

    def close(self) -> None:
        try:
            self.run("kill")
            for client in self._clients:
                if client.returncode is None:
                    client.kill()
                    client.communicate()
            self.until_gone()
        finally:
            for pid in self.processes():
                os.kill(pid, signal.SIGKILL)
            shutil.rmtree(self.directory)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
