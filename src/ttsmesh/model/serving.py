"""The model server's life: how it gets its socket, how it runs, and how it leaves without losing anybody."""

import asyncio
import contextlib
import logging
import os
import resource
import signal
import socket
import stat
import sys
from collections.abc import Mapping
from typing import Any, NoReturn

from ttsmesh import locks, logs, sockets
from ttsmesh.config import Settings
from ttsmesh.errors import EXIT_STATUS, Code, ConfigError, SynthesisError, TtsmeshError
from ttsmesh.limits import (
    CANCEL_TIMEOUT,
    DRAIN_TIMEOUT,
    DRAIN_TIMEOUT_AGAIN,
    MAX_CLIENTS,
    RESERVED_FDS,
    START_TIMEOUT,
)
from ttsmesh.model.engine import Engine
from ttsmesh.model.notify import Notifier
from ttsmesh.model.renderer import HANGS
from ttsmesh.model.server import ModelServer

logger = logging.getLogger(__name__)

_FIRST_PASSED_FD = 3
_CLIENT_FDS = 4
"""What a client may cost: its connection, two with its voice server, and that one's own socket."""

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


def serve(
    sock: socket.socket,
    directory: str,
    engine: Engine,
    settings: Settings,
    *,
    keep_socket: bool,
    idle_exit: bool,
    capture_stderr: bool,
) -> NoReturn:
    """Run a model server on ``sock`` until it is asked to leave; then this process ends.

    Args:
        keep_socket: it is systemd's: its path is not ours to remove, and it starts our successor.
        capture_stderr: log what libraries and children write there, because it leads nowhere else that is kept.
        idle_exit: leave too when idle for long enough, because whoever needs a server again will start one.
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
        runner.run(_run(sock, directory, engine, settings, keep_socket, idle_exit, capture_stderr))
    # Not through the interpreter's end: it would wait for a thread that still loads the model, or hangs in it.
    os._exit(0)


async def _run(
    sock: socket.socket,
    directory: str,
    engine: Engine,
    settings: Settings,
    keep_socket: bool,
    idle_exit: bool,
    capture_stderr: bool,
) -> None:
    if capture_stderr:
        logs.capture_stderr()
    notifier = Notifier(os.environ)
    async with asyncio.TaskGroup() as group:
        server = ModelServer(sock, directory, engine, settings, group, max_clients=_client_limit())
        hurry = asyncio.Event()
        _on_signals(server, hurry)
        server.renderer.start_loading()
        warming = group.create_task(_warm(server))
        living = group.create_task(notifier.keep_alive(lambda: not server.renderer.stuck))
        logger.info("model server %d serves", os.getpid())
        notifier.tell("READY=1")
        while True:
            await _asked_or_idle(server, settings.model_idle if idle_exit else None)
            if server.renderer.given_up:
                await _give_up(server, hurry)
                if not hurry.is_set():
                    _start_afresh(sock, keep_socket, idle_exit)
            if await _close_door(server, sock, directory, keep_socket):
                break
        notifier.tell("STOPPING=1")
        await _drain(server, hurry)
        warming.cancel()
        living.cancel()
        await server.supervisor.close()
        await server.g2p.close()
        await server.renderer.close()
        await server.hub.history.close()
        await server.close()
    logger.info("model server %d has left", os.getpid())


async def _warm(server: ModelServer) -> None:
    """Start the default voice's process, and load the default language's dictionaries, while the model loads."""
    with contextlib.suppress(TtsmeshError):
        key = await server.orders.key(None, None)
        if server.settings.prestart:
            server.supervisor.voice(key).prestart()
        await server.g2p.warm(key.language, stay=True)


def _on_signals(server: ModelServer, hurry: asyncio.Event) -> None:
    def leave() -> None:
        if server.leaving.is_set():
            hurry.set()
        server.leaving.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, leave)


async def _asked_or_idle(server: ModelServer, idle_timeout: float | None) -> None:
    """Wait until somebody wants us to leave, or nobody has wanted anything for ``idle_timeout`` seconds."""
    waiting: list[asyncio.Task[Any]] = [asyncio.create_task(server.leaving.wait())]
    if idle_timeout is not None:
        waiting.append(asyncio.create_task(_idle(server, idle_timeout)))
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()


async def _idle(server: ModelServer, timeout: float) -> None:
    while True:
        await server.hub.until_idle()
        remaining = server.hub.idle_since + timeout - asyncio.get_running_loop().time()
        if remaining > 0:
            await asyncio.sleep(remaining)
        elif server.listener.connections:
            await asyncio.wait(server.listener.connections)  # somebody is about to ask for something
        else:
            return


async def _give_up(server: ModelServer, hurry: asyncio.Event) -> None:
    """A native call hangs for good, and no thread can be killed: tell all who wait, and end our children."""
    server.listener.pause()
    server.hub.fail_all(SynthesisError(HANGS))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_TIMEOUT_AGAIN):
            await server.hub.until_idle()
    if hurry.is_set():
        return  # somebody wants us to leave, so we do it in the usual way
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_TIMEOUT_AGAIN):
            await server.supervisor.close()
            await server.g2p.close()
            if server.listener.connections:
                await asyncio.wait(server.listener.connections, timeout=CANCEL_TIMEOUT)  # their last words


def _start_afresh(sock: socket.socket, keep_socket: bool, idle_exit: bool) -> NoReturn:
    """Let a new process serve those who wait in the backlog: systemd's, or the one we become."""
    logger.critical("model server %d starts afresh", os.getpid())
    if keep_socket:
        os._exit(EXIT_STATUS[Code.INTERNAL])
    fd = sock.fileno()
    os.set_inheritable(fd, True)
    stay = [] if idle_exit else ["--listen-fd", str(fd), "--foreground"]
    os.execv(sys.executable, [sys.executable, "-Pm", "ttsmesh.model", *sys.argv[1:], *stay])


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
        # The lock took its time: somebody may have come meanwhile.
        wanted = not held or server.hub.live or server.listener.connections or server.listener.accept_waiting()
        if wanted and not server.leaving.is_set():
            server.hub.idle_since = asyncio.get_running_loop().time()
            return False
        server.closed = True
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


def _client_limit() -> int:
    """How many clients there are descriptors for."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(1, min(MAX_CLIENTS, (soft - RESERVED_FDS) // _CLIENT_FDS))


def _raise_descriptor_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _CLIENT_FDS * MAX_CLIENTS + RESERVED_FDS
    if soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
