"""The model server's lifecycle: how it starts, how long it stays, and how it leaves without losing a client."""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Coroutine
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
    START_LOCK_TIMEOUT,
)
from ttsmesh.model.engine.protocol import Engine
from ttsmesh.model.render.renderer import HANGS
from ttsmesh.model.server import descriptors
from ttsmesh.model.server.listening import AlreadyRunning, ListeningSocket
from ttsmesh.model.server.requests import ModelServer
from ttsmesh.model.server.sd_notify import Notifier

logger = logging.getLogger(__name__)

_UNABLE_IDLE = 15.0
"""Seconds that a server of systemd's stays when nothing is installed. If it left at once, as others do, systemd would
start no more after five starts in a minute."""

_UNUSED_IDLE = 1.0
"""Seconds that a server stays which a client has started, and which has refused everything so far."""

_LONG_LOOK = 0.5
"""Seconds after which the model is loaded for a request that is still being looked at. Most refusals take less, and to
detect a text's language takes more."""


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
        by_systemd: systemd has bound the socket, removes its file, and starts the next server.
        idle_exit: leave also when idle for long enough. The next client starts a server again.
        log_file: the file for the log, and for what libraries and children write to stderr, which has no other reader.
    Raises:
        AlreadyRunning: another server is running, and does not leave.
    """
    # Before the lock is taken: if the socket's file is already that of a newer server, it waits for the same lock.
    listening = ListeningSocket(sock, directory, by_systemd=by_systemd)
    descriptors.raise_limit()
    lock = locks.server_lock(directory, LEAVE_TIMEOUT)
    if lock is None:
        raise AlreadyRunning(f"already running (pid {locks.server_pid(directory) or 'unknown'})")
    import uvloop  # reason: it takes 30 ms, and the checks above do not need it

    async def live() -> None:
        async with asyncio.TaskGroup() as group:
            server = ModelServer(sock, directory, engine, settings, group, max_clients=descriptors.client_limit())
            await ServerLife(server, listening, idle_exit=idle_exit, log_file=log_file).live(group)
        logger.info("model server %d has left", os.getpid())

    if log_file is not None:
        logs.capture_stderr()
    status = EXIT_STATUS[Code.INTERNAL]
    try:
        asyncio.Runner(loop_factory=uvloop.new_event_loop).run(live())
        status = 0
    except KeyboardInterrupt:  # it came before there was a handler
        status = EX_INTERRUPTED
    except BaseException:
        logger.critical("model server %d ends by an unexpected error", os.getpid(), exc_info=True)
    finally:
        # The lock ends with the process. Neither the runner nor the interpreter is closed, because both would wait for
        # threads, and a thread that loads the model, or looks at a dead mount, may never return.
        os._exit(status)


class ServerLife:
    """What a model server does from its start to its end, besides answering requests."""

    def __init__(
        self, server: ModelServer, listening: ListeningSocket, *, idle_exit: bool, log_file: Path | None
    ) -> None:
        self._server = server
        self._listening = listening
        self._idle_exit = idle_exit
        self._by_client = idle_exit and not listening.by_systemd
        self._log_file = log_file
        self._stayed_at = 0.0
        self._hurry = asyncio.Event()

    async def live(self, group: asyncio.TaskGroup) -> None:
        """Serve until it is time to leave, and leave."""
        notifier = Notifier(os.environ)
        self._on_signals()
        self._installed = group.create_task(self._is_installed())
        background = [
            group.create_task(self._warm()),
            group.create_task(self._watch_socket()),
            group.create_task(notifier.keep_alive(lambda: not self._server.renderer.stuck)),
            group.create_task(self._server.media_keys.run()),
        ]
        logger.info("model server %d serves", os.getpid())
        notifier.tell("READY=1")
        await self._until_closed()
        notifier.tell("STOPPING=1")
        await self._drain()
        for task in background:
            task.cancel()
        await self._close()

    def _on_signals(self) -> None:
        def leave() -> None:
            if self._server.leaving.is_set():
                self._hurry.set()
            self._server.leaving.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, leave)

    async def _is_installed(self) -> bool:
        """Whether there are a voice and the model's files. Without them every text is refused."""
        server = self._server

        def look() -> bool:
            server.renderer.engine.check()
            return bool(server.catalogue.names())

        try:
            return await server.catalogue.files.run(look)
        except TtsmeshError:
            return False

    async def _warm(self) -> None:
        """Load the model, and meanwhile start the default voice's process and load the default language."""
        if not await self._installed:
            return  # should they be installed later, the first text loads them
        if self._by_client:
            await self._until_wanted()
        self._server.renderer.start_loading()
        with contextlib.suppress(TtsmeshError):
            key = await self._server.orders.key(None, None)
            if self._server.settings.prestart:
                self._server.supervisor.voice(key).prestart()
            await self._server.g2p.warm(key.language, stay=True)

    async def _until_wanted(self) -> None:
        """Wait until a request is not refused at once: for one that is, nothing should have been loaded. Nor does one
        that only wants a text explained need the model."""
        while not self._server.wanted.is_set():
            await _first(self._server.wanted.wait(), within=_LONG_LOOK)
            if self._server.listener.connections - self._server.explaining:
                return

    async def _watch_socket(self) -> None:
        await self._listening.until_lost(self._server.audio_file)
        logger.warning("model server %d leaves: a socket of it was removed or replaced", os.getpid())
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
        """Wait until the server is asked to leave, or has been idle for long enough."""
        if self._idle_exit:
            await _first(self._server.leaving.wait(), self._until_idle())
        else:
            await self._server.leaving.wait()

    async def _until_idle(self) -> None:
        hub, listener = self._server.hub, self._server.listener
        installed = await self._installed
        while True:
            await hub.until_idle()
            remaining = self._idle_limit(installed) - min(hub.idle_s, time.monotonic() - self._stayed_at)
            if remaining > 0:
                await asyncio.sleep(remaining)
            elif listener.connections:
                await asyncio.wait(listener.connections)  # a client is about to ask for something
            else:
                return

    def _idle_limit(self, installed: bool) -> float:
        """Seconds without a text after which the server leaves."""
        if self._by_client and not (installed and self._server.used.is_set()):
            return _UNUSED_IDLE
        return self._server.settings.model_idle if installed else _UNABLE_IDLE

    async def _stop_listening(self) -> bool:
        """Stop listening, unless a client came at the last moment and the server was not asked to leave."""
        server = self._server
        async with self._listening.locked(START_LOCK_TIMEOUT if server.leaving.is_set() else 0.0) as held:
            # To take the lock has taken time, in which a client may have come.
            wanted = not held or server.hub.live or server.listener.connections or server.listener.accept_waiting()
            if wanted and not server.leaving.is_set():
                self._stayed_at = time.monotonic()
                return False
            server.closed = True
            server.listener.pause()
            self._listening.close()
        return True

    # --- leaving ----------------------------------------------------------------------------------------------------

    async def _drain(self) -> None:
        """End what is in flight: speech fades at once, saves may finish, for a bounded time."""
        hub = self._server.hub
        self._server.end_groups()
        if self._server.drain:
            hub.stop(lambda _: True, "shutdown")
            await _first(hub.until_idle(), self._hurry.wait(), within=DRAIN_TIMEOUT)
        hub.interrupt_all("shutdown")
        await _first(hub.until_idle(), within=DRAIN_TIMEOUT_AGAIN)

    async def _close(self) -> None:
        # The next server waits for this process. Whatever hangs ends with it, and so do its children.
        asyncio.get_running_loop().call_later(CLOSE_TIMEOUT, _end_at_once)
        await self._server.supervisor.close()
        await self._server.g2p.close()
        await self._server.renderer.close()
        await self._server.hub.history.close()
        await self._server.close()

    async def _give_up(self) -> None:
        """Fail everything, and end all children: a native call hangs for good, and no thread can be killed."""
        server = self._server
        server.listener.pause()
        server.hub.fail_all(SynthesisError(HANGS))
        await _first(server.hub.until_idle(), within=DRAIN_TIMEOUT_AGAIN)
        if not self._hurry.is_set():  # else the server was asked to leave, and does so in the usual way
            await _first(self._end_children(), within=DRAIN_TIMEOUT_AGAIN)

    async def _end_children(self) -> None:
        await self._server.supervisor.close()
        await self._server.g2p.close()
        if self._server.listener.connections:
            await asyncio.wait(self._server.listener.connections, timeout=CANCEL_TIMEOUT)  # they send the failures

    def _start_afresh(self) -> NoReturn:
        """Let a new process serve the clients in the backlog: one that systemd starts, or the one this becomes."""
        logger.critical("model server %d starts afresh", os.getpid())
        if self._listening.by_systemd:
            os._exit(EXIT_STATUS[Code.INTERNAL])
        if self._log_file is not None:
            _send_stderr_to(self._log_file)
        fd = self._listening.sock.fileno()
        os.set_inheritable(fd, True)
        stay = [] if self._idle_exit else ["--listen-fd", str(fd), "--foreground"]
        os.execv(sys.executable, [sys.executable, "-Pm", "ttsmesh.model", *sys.argv[1:], *stay])


async def _first(*waiting: Coroutine[Any, Any, object], within: float | None = None) -> None:
    """Wait until one of these is done, or for so many seconds."""
    tasks = [asyncio.create_task(each) for each in waiting]
    await asyncio.wait(tasks, timeout=within, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


def _end_at_once() -> NoReturn:
    logger.warning("model server %d has left without closing everything in time", os.getpid())
    os._exit(0)


def _send_stderr_to(file: Path) -> None:
    """Send stderr to ``file``. The next program may say there why it cannot start, and the pipe that this program reads
    itself has no reader then."""
    try:
        fd = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        fd = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
    os.dup2(fd, sys.stderr.fileno())
    os.close(fd)
