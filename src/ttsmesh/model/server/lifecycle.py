"""The model server's lifecycle: how it starts, how long it stays, and how it leaves without losing anybody."""

import asyncio
import contextlib
import logging
import os
import resource
import signal
import socket
import sys
from pathlib import Path
from typing import Any, NoReturn

from ttsmesh import logs
from ttsmesh.config import Settings
from ttsmesh.errors import EX_INTERRUPTED, EXIT_STATUS, Code, SynthesisError, TtsmeshError
from ttsmesh.host import locks
from ttsmesh.limits import (
    CANCEL_TIMEOUT,
    CLOSE_TIMEOUT,
    DRAIN_TIMEOUT,
    DRAIN_TIMEOUT_AGAIN,
    LEAVE_TIMEOUT,
    MAX_CLIENTS,
    RESERVED_FDS,
    START_LOCK_TIMEOUT,
)
from ttsmesh.model.engine.protocol import Engine
from ttsmesh.model.render.renderer import HANGS
from ttsmesh.model.server.listening import AlreadyRunning, ListeningSocket
from ttsmesh.model.server.requests import ModelServer
from ttsmesh.model.server.sd_notify import Notifier

logger = logging.getLogger(__name__)

_CLIENT_FDS = 4
"""What a client may cost: its connection, two with its voice server, and that one's own socket."""

_UNABLE_IDLE = 15.0
"""Seconds that a server of systemd's stays when nothing is installed. Others leave as soon as they have said so, but
after five starts in a minute systemd would start no more."""


def serve(
    sock: socket.socket,
    directory: str,
    engine: Engine,
    settings: Settings,
    *,
    by_systemd: bool,
    idle_exit: bool,
    log_file: Path | None,
) -> NoReturn:
    """Run a model server on ``sock`` until it is time to leave; then this process ends.

    Args:
        by_systemd: systemd has bound the socket. Its path is not ours to remove, and systemd starts our successor.
        idle_exit: leave too when idle for long enough, because a client that needs a server again will start one.
        log_file: where the log goes; what libraries and children write to stderr, which leads nowhere, goes there too.
    Raises:
        AlreadyRunning: another one lives, and does not leave.
    """
    # Looked at before the lock is taken: if the file is a successor's already, that one waits for the same lock.
    listening = ListeningSocket(sock, directory, by_systemd=by_systemd)
    _raise_descriptor_limit()
    lock = locks.server_lock(directory, LEAVE_TIMEOUT)
    if lock is None:
        raise AlreadyRunning(f"already running (pid {locks.server_pid(directory) or 'unknown'})")
    import uvloop  # reason: 30 ms that the checks above do not need

    async def live() -> None:
        async with asyncio.TaskGroup() as group:
            server = ModelServer(sock, directory, engine, settings, group, max_clients=_client_limit())
            await ServerLife(server, listening, idle_exit=idle_exit, log_file=log_file).live(group)
        logger.info("model server %d has left", os.getpid())

    if log_file is not None:
        logs.capture_stderr()
    status = EXIT_STATUS[Code.INTERNAL]
    try:
        asyncio.Runner(loop_factory=uvloop.new_event_loop).run(live())
        status = 0
    except KeyboardInterrupt:  # before there was a handler
        status = EX_INTERRUPTED
    except BaseException:
        logger.critical("model server %d ends by an unexpected error", os.getpid(), exc_info=True)
    finally:
        # The lock goes with the process. Neither the runner nor the interpreter is closed: both would wait for threads,
        # and one that loads the model, or looks at a dead mount, may never return.
        os._exit(status)


class ServerLife:
    """What a model server does from its start to its end, besides serving."""

    def __init__(
        self, server: ModelServer, listening: ListeningSocket, *, idle_exit: bool, log_file: Path | None
    ) -> None:
        self._server = server
        self._listening = listening
        self._idle_exit = idle_exit
        self._log_file = log_file
        self._hurry = asyncio.Event()

    async def live(self, group: asyncio.TaskGroup) -> None:
        """Serve until it is time to leave, and leave."""
        notifier = Notifier(os.environ)
        self._on_signals()
        self._able = group.create_task(self._can_speak())
        besides = [
            group.create_task(self._warm()),
            group.create_task(self._watch_socket()),
            group.create_task(notifier.keep_alive(lambda: not self._server.renderer.stuck)),
        ]
        logger.info("model server %d serves", os.getpid())
        notifier.tell("READY=1")
        await self._until_closed()
        notifier.tell("STOPPING=1")
        await self._drain()
        for task in besides:
            task.cancel()
        await self._close()

    def _on_signals(self) -> None:
        def leave() -> None:
            if self._server.leaving.is_set():
                self._hurry.set()
            self._server.leaving.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, leave)

    async def _can_speak(self) -> bool:
        """Whether a voice and the model's files are installed. Without them every text is refused."""
        server = self._server

        def installed() -> bool:
            server.renderer.engine.check()
            return bool(server.catalogue.names())

        try:
            return await server.catalogue.files.run(installed)
        except TtsmeshError:
            return False

    async def _warm(self) -> None:
        """Start the default voice's process, and load the default language's dictionaries, while the model loads."""
        if not await self._able:
            return  # should they be installed meanwhile, the first text loads them
        self._server.renderer.start_loading()
        with contextlib.suppress(TtsmeshError):
            key = await self._server.orders.key(None, None)
            if self._server.settings.prestart:
                self._server.supervisor.voice(key).prestart()
            await self._server.g2p.warm(key.language, stay=True)

    async def _watch_socket(self) -> None:
        await self._listening.until_lost()
        logger.warning("model server %d leaves: its socket was removed or replaced", os.getpid())
        self._server.leaving.set()

    # --- until it leaves --------------------------------------------------------------------------------------------

    async def _until_closed(self) -> None:
        while True:
            await self._until_asked_or_idle()
            if self._server.renderer.given_up:
                await self._give_up()
                if not self._hurry.is_set():
                    self._start_afresh()
            if await self._stop_listening():
                return

    async def _until_asked_or_idle(self) -> None:
        """Wait until somebody wants us to leave, or nobody has wanted anything for long enough."""
        waiting: list[asyncio.Task[Any]] = [asyncio.create_task(self._server.leaving.wait())]
        if self._idle_exit:
            waiting.append(asyncio.create_task(self._until_idle()))
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()

    async def _until_idle(self) -> None:
        hub, listener = self._server.hub, self._server.listener
        if await self._able:
            timeout = self._server.settings.model_idle
        else:
            timeout = _UNABLE_IDLE if self._listening.by_systemd else 0.0
        while True:
            await hub.until_idle()
            remaining = hub.idle_since + timeout - asyncio.get_running_loop().time()
            if remaining > 0:
                await asyncio.sleep(remaining)
            elif listener.connections:
                await asyncio.wait(listener.connections)  # somebody is about to ask for something
            else:
                return

    async def _stop_listening(self) -> bool:
        """Stop listening, unless somebody came at the last moment and nobody asked us to leave."""
        server = self._server
        async with self._listening.locked(START_LOCK_TIMEOUT if server.leaving.is_set() else 0.0) as held:
            # The lock took its time: somebody may have come meanwhile.
            wanted = not held or server.hub.live or server.listener.connections or server.listener.accept_waiting()
            if wanted and not server.leaving.is_set():
                server.hub.idle_since = asyncio.get_running_loop().time()
                return False
            server.closed = True
            server.listener.pause()
            self._listening.close()
        return True

    # --- leaving ----------------------------------------------------------------------------------------------------

    async def _drain(self) -> None:
        """Speech fades at once; saves may finish, for a bounded time."""
        hub = self._server.hub
        if self._server.drain:
            hub.silence(lambda _: True, "shutdown")
            idle = asyncio.create_task(hub.until_idle())
            hurried = asyncio.create_task(self._hurry.wait())
            await asyncio.wait([idle, hurried], timeout=DRAIN_TIMEOUT, return_when=asyncio.FIRST_COMPLETED)
            for task in (idle, hurried):
                task.cancel()
        hub.interrupt_all("shutdown")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_TIMEOUT_AGAIN):
                await hub.until_idle()

    async def _close(self) -> None:
        # Whatever hangs ends with the process, and our children follow it: a successor waits for us.
        asyncio.get_running_loop().call_later(CLOSE_TIMEOUT, _end_at_once)
        await self._server.supervisor.close()
        await self._server.g2p.close()
        await self._server.renderer.close()
        await self._server.hub.history.close()
        await self._server.close()

    # --- a model that hangs -----------------------------------------------------------------------------------------

    async def _give_up(self) -> None:
        """A native call hangs for good, and no thread can be killed: tell all who wait, and end our children."""
        server = self._server
        server.listener.pause()
        server.hub.fail_all(SynthesisError(HANGS))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_TIMEOUT_AGAIN):
                await server.hub.until_idle()
        if self._hurry.is_set():
            return  # somebody wants us to leave, so we do it in the usual way
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_TIMEOUT_AGAIN):
                await server.supervisor.close()
                await server.g2p.close()
                if server.listener.connections:
                    await asyncio.wait(server.listener.connections, timeout=CANCEL_TIMEOUT)  # their last words

    def _start_afresh(self) -> NoReturn:
        """Let a new process serve those who wait in the backlog: systemd's, or the one we become."""
        logger.critical("model server %d starts afresh", os.getpid())
        if self._listening.by_systemd:
            os._exit(EXIT_STATUS[Code.INTERNAL])
        if self._log_file is not None:
            _lead_stderr_to(self._log_file)
        fd = self._listening.sock.fileno()
        os.set_inheritable(fd, True)
        stay = [] if self._idle_exit else ["--listen-fd", str(fd), "--foreground"]
        os.execv(sys.executable, [sys.executable, "-Pm", "ttsmesh.model", *sys.argv[1:], *stay])


def _end_at_once() -> NoReturn:
    logger.warning("model server %d has left without closing everything in time", os.getpid())
    os._exit(0)


def _lead_stderr_to(file: Path) -> None:
    """Instead of to the pipe whose reader ends with this program: why the next one cannot start is to be read."""
    try:
        fd = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        fd = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
    os.dup2(fd, sys.stderr.fileno())
    os.close(fd)


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
