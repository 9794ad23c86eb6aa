"""The model server's listening socket: where it comes from, where clients find it, and how it is closed."""

import asyncio
import contextlib
import os
import socket
import stat
from collections.abc import AsyncIterator, Mapping

from ttsmesh.errors import Code, ConfigError, TtsmeshError
from ttsmesh.host import locks
from ttsmesh.limits import BACKLOG, SOCKET_CHECK, START_TIMEOUT
from ttsmesh.wire import sockets

_FIRST_PASSED_FD = 3
"""The number of the first descriptor that systemd passes (sd_listen_fds(3))."""


class AlreadyRunning(TtsmeshError):
    """Another model server of this user is running."""

    code = Code.BUSY


def passed_socket(fd: int) -> socket.socket:
    """The listening socket that another process has bound, and passed as descriptor ``fd``.

    Raises:
        ConfigError: the descriptor is something else.
    """
    wrong = ConfigError(f"file descriptor {fd} is not a listening Unix stream socket")
    try:
        if not stat.S_ISSOCK(os.fstat(fd).st_mode):
            raise wrong
        sock = socket.socket(fileno=fd)
    except OSError:
        raise wrong from None
    listens = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    if sock.family != socket.AF_UNIX or sock.type != socket.SOCK_STREAM or not listens:
        sock.close()
        raise wrong
    os.set_inheritable(fd, False)
    sock.listen(BACKLOG)  # so that the kernel names this process to clients, and not the one that bound it
    return sock


def activated_fd(environment: Mapping[str, str]) -> int | None:
    """The descriptor that systemd has passed to this process, if it has (sd_listen_fds(3)).

    Raises:
        ConfigError: systemd has not passed exactly one.
    """
    if environment.get("LISTEN_PID") != str(os.getpid()):
        return None
    count = environment.get("LISTEN_FDS", "")
    if count != "1":
        raise ConfigError(f"LISTEN_FDS is {count[:16]!r}, want 1")
    return _FIRST_PASSED_FD


def bind(directory: str) -> socket.socket:
    """Bind the model server's socket, for ``serve`` in the foreground.

    Raises:
        AlreadyRunning: another server is running.
    """
    path = os.path.join(directory, sockets.MODEL_SOCKET)
    with locks.start_lock(directory, START_TIMEOUT) as ours:
        try:
            sockets.connect(path).close()
        except (FileNotFoundError, ConnectionRefusedError):
            if ours:
                return sockets.listen(path)
        raise AlreadyRunning(f"already running (pid {locks.server_pid(directory) or 'unknown'})")


class ListeningSocket:
    """Knows where clients find the socket, and closes it without losing one of them."""

    def __init__(self, sock: socket.socket, directory: str, *, by_systemd: bool) -> None:
        self.sock = sock
        self.by_systemd = by_systemd
        self._directory = directory
        self._socket_file = sockets.socket_file(sock)

    async def until_lost(self, other: sockets.SocketFile) -> None:
        """Wait until clients no longer find the socket, or ``other``, because its file was removed or replaced.

        The files are looked at every ``SOCKET_CHECK`` seconds, which takes 10 us each. Notifications (inotify) would
        not come when a directory above them is renamed or unmounted.
        """
        if self.by_systemd and not self._socket_file.is_ours():
            await asyncio.Event().wait()  # lost before the start: serve the clients in the backlog, until idle
        while self._socket_file.is_ours() and other.is_ours():  # noqa: ASYNC110  # there is no event to wait for
            await asyncio.sleep(SOCKET_CHECK)

    @contextlib.asynccontextmanager
    async def locked(self, patience: float) -> AsyncIterator[bool]:
        """Hold the start lock. Gives False when another process has held it for ``patience`` seconds."""
        with contextlib.ExitStack() as stack:
            # In a thread, because a client that starts a server may hold the lock, and the loop must go on.
            starting = locks.start_lock(self._directory, patience)
            try:
                held = await asyncio.to_thread(stack.enter_context, starting)
            except FileNotFoundError:
                held = True  # the directory was removed, and the socket with it, so no client can find it
            yield held

    def close(self) -> None:
        """Listen no more, and remove the socket's file. The caller must hold the start lock.

        A client that waits in the backlog when the socket closes gets a reset before any reply. It then takes the start
        lock, finds no socket, and starts another server, which serves it.
        """
        if not self.by_systemd:
            self._socket_file.remove()
        self.sock.close()
