"""The model server's life: how it gets its socket, how it runs, and how it leaves without losing anybody."""

import asyncio
import contextlib
import logging
import os
import resource
import signal
import socket
import stat
from collections.abc import Mapping

from ttsmesh import locks, sockets
from ttsmesh.config import Settings
from ttsmesh.errors import Code, ConfigError, TtsmeshError
from ttsmesh.limits import DRAIN_TIMEOUT, DRAIN_TIMEOUT_AGAIN, MAX_CLIENTS, RESERVED_FDS, START_TIMEOUT
from ttsmesh.model.engine import Engine
from ttsmesh.model.server import ModelServer

logger = logging.getLogger(__name__)

_FIRST_PASSED_FD = 3
_LOCK_PATIENCE = 1.0
"""Seconds a leaving server waits for the start lock; whoever holds it longer starts a server of its own."""


class AlreadyRunning(TtsmeshError):
    """Another model server of this user lives."""

    code = Code.BUSY


def passed_socket(fd: int) -> socket.socket:
    """The listening socket somebody bound for us.

    Raises:
        ConfigError: descriptor ``fd`` is no listening Unix stream socket.
    """
    try:
        if not stat.S_ISSOCK(os.fstat(fd).st_mode):
            raise OSError
        sock = socket.socket(fileno=fd)
        if sock.family != socket.AF_UNIX or sock.type != socket.SOCK_STREAM:
            raise OSError
        if not sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            raise OSError
    except OSError:
        raise ConfigError(f"file descriptor {fd} is not a listening Unix stream socket") from None
    os.set_inheritable(fd, False)
    return sock


def activated_fd(environment: Mapping[str, str]) -> int | None:
    """The descriptor that systemd's socket activation passed to this process, if it did (sd_listen_fds(3)).

    Raises:
        ConfigError: it passed something other than exactly one.
    """
    if environment.get("LISTEN_PID") != str(os.getpid()):
        return None
    count = environment.get("LISTEN_FDS", "")
    if count != "1":
        raise ConfigError(f"LISTEN_FDS is {count[:16]!r}, want 1")
    return _FIRST_PASSED_FD


def bind(directory: str) -> socket.socket:
    """Bind the model server's socket ourselves: for ``serve`` in the foreground.

    Raises:
        AlreadyRunning: a server lives already.
    """
    path = os.path.join(directory, sockets.MODEL_SOCKET)
    with locks.starting(directory, START_TIMEOUT) as ours:
        try:
            sockets.connect(path).close()
        except (FileNotFoundError, ConnectionRefusedError):
            if ours:
                return sockets.listen(path)
        raise AlreadyRunning(f"already running (pid {locks.server_pid(directory) or 'unknown'})")


def serve(sock: socket.socket, directory: str, engine: Engine, settings: Settings, *, keep_socket: bool) -> None:
    """Run a model server on ``sock`` until it is asked to leave or has been idle for long enough.

    Args:
        keep_socket: the socket's path is systemd's to remove, not ours.
    Raises:
        AlreadyRunning: another one lives, and does not leave.
    """
    _raise_descriptor_limit()
    # One that is leaving has given up its socket already, and drains for a while yet.
    lock = locks.become_server(directory, DRAIN_TIMEOUT + DRAIN_TIMEOUT_AGAIN)
    if lock is None:
        raise AlreadyRunning(f"already running (pid {locks.server_pid(directory) or 'unknown'})")
    import uvloop  # reason: 30 ms that the checks above do not need

    # The lock is never given back: it goes when this process has gone, which is what those who try it want to know.
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_run(sock, directory, engine, settings, keep_socket))


async def _run(sock: socket.socket, directory: str, engine: Engine, settings: Settings, keep_socket: bool) -> None:
    async with asyncio.TaskGroup() as group:
        server = ModelServer(sock, directory, engine, settings, group)
        hurry = asyncio.Event()
        _on_signals(server, hurry)
        server.renderer.start_loading()
        warming = group.create_task(_warm_g2p(server))
        logger.info("model server %d serves", os.getpid())
        while True:
            await _asked_or_idle(server, settings.model_idle)
            if await _close_door(server, sock, directory, keep_socket):
                break
        await _drain(server, hurry)
        warming.cancel()
        await server.supervisor.close()
        await server.g2p.close()
        await server.renderer.close()
        for connection in list(server.listener.connections):
            connection.cancel()
    logger.info("model server %d has left", os.getpid())


async def _warm_g2p(server: ModelServer) -> None:
    """Load the default language's dictionaries while the model loads."""
    with contextlib.suppress(TtsmeshError):
        _, language = server.key(None, None)
        await server.g2p.warm(language)


def _on_signals(server: ModelServer, hurry: asyncio.Event) -> None:
    def leave() -> None:
        if server.leaving.is_set():
            hurry.set()
        server.leaving.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, leave)


async def _asked_or_idle(server: ModelServer, idle_timeout: float) -> None:
    """Wait until somebody wants us to leave, or nobody has wanted anything for ``idle_timeout`` seconds."""
    while not server.leaving.is_set():
        await server.hub.until_idle()
        remaining = server.hub.idle_since + idle_timeout - asyncio.get_running_loop().time()
        if remaining <= 0:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(remaining):
                await server.leaving.wait()


async def _close_door(server: ModelServer, sock: socket.socket, directory: str, keep_socket: bool) -> bool:
    """Stop listening, unless somebody came at the last moment and nobody asked us to leave.

    A client that is waiting in the backlog when the socket closes gets a reset before any reply, and then goes through
    the start path again; under the lock it finds no socket, so it starts a successor and is served by that.
    """
    with contextlib.ExitStack() as stack:
        # In a thread: a starting client may hold the lock, and it must not hold up our loop.
        held = await asyncio.to_thread(
            stack.enter_context, locks.starting(directory, _LOCK_PATIENCE if server.leaving.is_set() else 0.0)
        )
        if not server.leaving.is_set() and (not held or server.listener.accept_waiting()):
            server.hub.idle_since = asyncio.get_running_loop().time()
            return False
        server.listener.pause()
        if not keep_socket:
            _unlink_own(sock, os.path.join(directory, sockets.MODEL_SOCKET))
        sock.close()
    return True


def _unlink_own(sock: socket.socket, path: str) -> None:
    """Remove our socket's file, unless it is a successor's by now: only ours refuses once we no longer listen."""
    with contextlib.suppress(OSError):
        if stat.S_ISSOCK(os.lstat(path).st_mode) and sock.getsockname() == path:
            os.unlink(path)


async def _drain(server: ModelServer, hurry: asyncio.Event) -> None:
    """Speech fades at once; saves may finish, for a bounded time."""
    if server.drain:
        server.hub.silence(lambda _: True, "shutdown")
        idle = asyncio.create_task(server.hub.until_idle())
        hurried = asyncio.create_task(hurry.wait())
        await asyncio.wait([idle, hurried], timeout=DRAIN_TIMEOUT, return_when=asyncio.FIRST_COMPLETED)
        for task in (idle, hurried):
            task.cancel()
    server.hub.interrupt_all("shutdown")
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_TIMEOUT_AGAIN):
            await server.hub.until_idle()


def _raise_descriptor_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    # Each client may cost two connections: its own and its voice's.
    wanted = 4 * MAX_CLIENTS + RESERVED_FDS
    if soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
