"""Starts the model server on demand. Many clients at once start one server, which serves them all."""

import contextlib
import errno
import os
import socket
import sys
import time

from ttsmesh.errors import EXIT_STATUS, Code, ConfigError, TtsmeshError, os_reason, system_faults
from ttsmesh.host import locks
from ttsmesh.limits import FILE_TIMEOUT, START_TIMEOUT
from ttsmesh.wire import sockets


class StartFailed(TtsmeshError):
    """The model server could not be started, or ended before it answered."""

    code = Code.UNAVAILABLE


def in_charge(directory: str) -> bool:
    """Whether systemd starts the model server, so that no client may."""
    from ttsmesh.host import systemd  # reason: a client that finds a server must be quick, and needs none of it

    return systemd.in_charge(directory)


def _failed_unit() -> StartFailed:
    from ttsmesh.host import systemd

    log = f"journalctl --user -u {systemd.SERVICE}"
    return StartFailed(f"{systemd.SOCKET} has failed ({log} says why); to repair: {systemd.REPAIR}")


def check_voices() -> None:
    """Refuse a text without voices, as every server would, before one is started for it.

    A disk that does not respond in time is left to the server, which then refuses the text.

    Raises:
        ConfigError: no voice is installed, or the settings do not say where the voices are.
    """
    import threading  # reason: a client that finds a server needs none

    faults: list[ConfigError] = []

    def check() -> None:
        try:
            _check_voices()
        except ConfigError as error:
            faults.append(error)

    checking = threading.Thread(target=check, name="voices", daemon=True)
    checking.start()
    checking.join(FILE_TIMEOUT)
    if faults:
        raise faults[0]


def _check_voices() -> None:
    from ttsmesh import voice_files

    if voice_files.scan(voice_files.folders("")):
        return
    from ttsmesh import config  # reason: few need it, and it takes 10 ms

    if not voice_files.scan(voice_files.folders(config.load().voices_folder)):
        raise ConfigError(f"no voices in {voice_files.default_folder()}; run: ttsmesh setup")


class Starter:
    """Connects to the model server in ``directory``, which it starts if there is none."""

    def __init__(self, directory: str) -> None:
        self._directory = directory
        self._path = os.path.join(directory, sockets.MODEL_SOCKET)
        self._report = ""
        self._pid: int | None = None

    def connect(self, patience: float | None = None) -> socket.socket:
        """A connection to a server that listens, though it may not serve yet. For a client that has found no server,
        and has so many seconds of ``patience`` for another one that is starting one, or ``START_TIMEOUT``.

        Raises:
            StartFailed: another client has been starting one for too long.
        """
        if in_charge(self._directory):
            return self._connect_by_systemd()
        with locks.start_lock(self._directory, START_TIMEOUT if patience is None else patience) as ours:
            if not ours:
                raise StartFailed("another client has been starting the model server for too long")
            try:
                return sockets.connect(self._path)  # another client was faster
            except (FileNotFoundError, ConnectionRefusedError):
                pass
            # The server listens before it runs, so this client and all others wait in its backlog, and not in a loop.
            # We connect while we still have the socket, too. Then even a server that ends at once cannot make that
            # fail, and its reason is told later.
            with sockets.listen(self._path) as listening:
                with system_faults("the model server cannot be started", Code.UNAVAILABLE):
                    self._spawn(listening)
                return sockets.connect(self._path)

    def _connect_by_systemd(self) -> socket.socket:
        """A connection to the server that systemd starts. One that we started would take systemd's socket away."""
        from ttsmesh.host import systemd

        failed = systemd.show(self._directory, systemd.SOCKET).get("ActiveState") == "failed"
        # `restart` is for a socket whose file was removed: systemd still listens there, and no client finds it.
        for order in () if failed else ("start", "restart"):
            if systemd.systemctl(self._directory, order, systemd.SOCKET).returncode:
                break
            with contextlib.suppress(FileNotFoundError, ConnectionRefusedError):
                return sockets.connect(self._path)
        raise _failed_unit()

    def failure(self) -> TtsmeshError:
        """Why no server answers: the last line that the one we started said, as far as that is known."""
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
        """The exit status of the server that we started. It has closed its socket, so it is about to end."""
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
        import signal  # reason: a client that finds a server must be quick, and needs none of these
        import subprocess

        from ttsmesh.paths import state_dir

        state = state_dir()
        self._report = os.fspath(state / "start.log")
        try:
            state.mkdir(parents=True, exist_ok=True, mode=0o700)
            output = open(self._report, "wb")  # noqa: SIM115  # closed below
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise ConfigError(f"the log cannot be written: {self._report}: {os_reason(error)}") from None
            # A full disk costs what the server says at its start, and nothing else.
            self._report = os.devnull
            output = open(self._report, "wb")  # noqa: SIM115
        # Where the caller ignores this signal, nobody would learn the exit status of a child: not we, nor the server.
        with contextlib.suppress(ValueError):  # only the main thread may set it
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
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
        server.returncode = 0  # it outlives us on purpose, and Popen would warn about that
