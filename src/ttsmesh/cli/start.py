"""Starting the model server on demand: however many clients come at once, one server is started and serves them all."""

import contextlib
import os
import socket
import sys
import time

from ttsmesh.errors import EXIT_STATUS, Code, ConfigError, TtsmeshError
from ttsmesh.host import locks
from ttsmesh.limits import START_TIMEOUT
from ttsmesh.wire import sockets


class StartFailed(TtsmeshError):
    """The model server could not be started, or ended at once."""

    code = Code.UNAVAILABLE


def in_charge(directory: str) -> bool:
    """Whether systemd starts the model server, and so nobody else may."""
    from ttsmesh.host import systemd  # reason: whoever finds a server is in a hurry, and does not ask

    return systemd.in_charge(directory)


def _failed_unit() -> StartFailed:
    from ttsmesh.host import systemd

    log = f"journalctl --user -u {systemd.SERVICE}"
    return StartFailed(f"{systemd.SOCKET} has failed ({log} says why); to repair: {systemd.REPAIR}")


def check_voices() -> None:
    """Refuse what every server would refuse, before one is started for it.

    Raises:
        ConfigError: no voice is installed, or where they are cannot be told.
    """
    from ttsmesh import voice_files

    if voice_files.scan(voice_files.folders("")):
        return
    from ttsmesh import config  # reason: few need it, and it takes 10 ms

    if not voice_files.scan(voice_files.folders(config.load().voices_folder)):
        raise ConfigError(f"no voices in {voice_files.default_folder()}; run: ttsmesh setup")


class Starter:
    """Connects to the model server in ``directory``, starting it where there is none."""

    def __init__(self, directory: str) -> None:
        self._directory = directory
        self._path = os.path.join(directory, sockets.MODEL_SOCKET)
        self._report = ""
        self._pid: int | None = None

    def connect(self) -> socket.socket:
        """A connection to a server that listens, though it may not serve yet. For whoever has found none.

        Raises:
            StartFailed: somebody else has been starting one for too long.
        """
        if in_charge(self._directory):
            return self._connect_by_systemd()
        with locks.start_lock(self._directory, START_TIMEOUT) as ours:
            if not ours:
                raise StartFailed("another client has been starting the model server for too long")
            try:
                return sockets.connect(self._path)  # somebody was faster
            except (FileNotFoundError, ConnectionRefusedError):
                pass
            # It listens before it runs: this client and all others wait in its backlog, not in a loop. We connect while
            # the socket is still ours as well: a server that ends at once cannot make that fail, and says why later.
            with sockets.listen(self._path) as listening:
                self._spawn(listening)
                return sockets.connect(self._path)

    def _connect_by_systemd(self) -> socket.socket:
        """The units are installed, so systemd alone starts servers: a rival of ours would take its socket away."""
        from ttsmesh.host import systemd

        failed = systemd.show(self._directory, systemd.SOCKET).get("ActiveState") == "failed"
        # The second one for a socket whose file was removed: systemd still listens, where no client comes.
        for order in () if failed else ("start", "restart"):
            if systemd.systemctl(self._directory, order, systemd.SOCKET).returncode:
                break
            with contextlib.suppress(FileNotFoundError, ConnectionRefusedError):
                return sockets.connect(self._path)
        raise _failed_unit()

    def failure(self) -> TtsmeshError:
        """Why no server answers, as well as it is known: the last line that the one we started said."""
        if in_charge(self._directory):
            return _failed_unit()
        status = self._exit_status()
        code = next((code for code in EXIT_STATUS if EXIT_STATUS[code] == status), None)
        if code is not None:
            with open(self._report, encoding="utf-8", errors="replace") as report:
                lines = [line.strip() for line in report if line.startswith("ttsmesh: ")]
            if lines:
                return StartFailed(lines[-1].removeprefix("ttsmesh: "), code)
        return StartFailed("the model server ended before it answered; see its log")

    def _exit_status(self) -> int | None:
        """Of the server we started; it has closed its socket, so it is about to end."""
        if self._pid is None:
            return None
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.01)
        return None

    def _spawn(self, listening: socket.socket) -> None:
        # Cold path only: these cost the warm one nothing.
        import subprocess

        from ttsmesh.paths import state_dir

        state = state_dir()
        self._report = os.fspath(state / "start.log")
        try:
            state.mkdir(parents=True, exist_ok=True, mode=0o700)
            output = open(self._report, "wb")  # noqa: SIM115  # closed below
        except OSError:
            # A full disk costs what the server says at its start, and nothing else.
            self._report = os.devnull
            output = open(self._report, "wb")  # noqa: SIM115
        # The server keeps nothing of the caller's: not its terminal, not its directory, which may be unmounted, and not
        # its output, for whose end a shell's $(...) or an editor would wait.
        with output as report:
            server = subprocess.Popen(
                [
                    *(sys.executable, "-Pm", "ttsmesh.model", "serve"),
                    *("--listen-fd", str(listening.fileno())),
                    *("--log-file", os.fspath(state / "ttsmesh.log")),
                ],
                pass_fds=(listening.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=report,
                cwd="/",
                start_new_session=True,
            )
        self._pid = server.pid
        server.returncode = 0  # it outlives us on purpose; otherwise Popen would warn about that
