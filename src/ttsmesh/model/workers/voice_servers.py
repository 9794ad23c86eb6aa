"""The voice processes: one for each voice and language, started when needed, replaced when it crashes or hangs.

The supervisor binds each voice's listening socket and passes it on, as systemd does. A connection that is made while
there is no process waits in the kernel's backlog for the next one. So there is no readiness handshake, and a process
that leaves because it is idle loses no connection.
"""

import asyncio
import contextlib
import glob
import hashlib
import logging
import math
import os
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from weakref import WeakValueDictionary

from ttsmesh.config import VoiceProcessSettings
from ttsmesh.errors import Code, TtsmeshError, os_reason
from ttsmesh.limits import CRASH_LIMIT, CRASH_WINDOW
from ttsmesh.model.keys import VoiceKey
from ttsmesh.model.workers.backoff import backoff
from ttsmesh.model.workers.lifeline import Lifeline
from ttsmesh.wire import sockets
from ttsmesh.wire.stream import Channel

logger = logging.getLogger(__name__)

REMEMBERED = 16
"""Stopped voices that ``status`` still shows, at most: there is no end of blends."""


class VoiceServerFailed(TtsmeshError):
    """The process of a voice crashes again and again, or hangs, or cannot be reached."""

    code = Code.VOICE_SERVER


class VoiceProcess:
    """One voice and language: at most one process, its listening socket, and how often it has crashed.

    ``users`` counts the connections that are open, ``utterances`` all there were. ``stays``: the process does not leave
    when idle. ``up``: it has answered since it was started. ``failed``: it crashed too often, and is not started again.
    ``replaced`` changes when a process is killed that is not to blame.
    """

    def __init__(self, key: VoiceKey, supervisor: "Supervisor") -> None:
        self.key = key
        self.users = 0
        self.utterances = 0
        self.starts = 0
        self.crashes = 0
        self.replaced = 0
        self.failed = False
        self.stays = False
        self.idle_since = 0.0
        self.process: asyncio.subprocess.Process | None = None
        self.up = False
        self._supervisor = supervisor
        self._crash_times: deque[float] = deque(maxlen=CRASH_LIMIT + 1)
        # A hash, because the formula of a blend may be longer than a socket's path.
        digest = hashlib.sha256("\0".join(key).encode()).hexdigest()[:16]
        self._path = os.path.join(supervisor.directory, f"voice-{digest}.sock")
        self._sock: socket.socket | None = None
        self._socket_file: sockets.SocketFile | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def state(self) -> str:
        """``starting``, ``idle``, ``busy``, ``failed`` or ``stopped``, for people."""
        if self.failed:
            return "failed"
        if self.process is None:
            return "starting" if self.users else "stopped"
        return "busy" if self.users else "idle"

    @property
    def forgettable(self) -> bool:
        """Whether it is stopped, and no crash of it counts any longer."""
        return self.state == "stopped" and not self.stays and not self._recent_crashes()

    @contextlib.asynccontextmanager
    async def exchange(self) -> AsyncIterator[Channel]:
        """A connection to this voice, whose process is started meanwhile if there is none.

        Raises:
            VoiceServerFailed: the process crashed too often, or cannot be connected to.
        """
        if self.failed:
            raise VoiceServerFailed(f"the voice server of {self.key.voice} keeps crashing; ttsmesh restart tries again")
        self.users += 1
        self.utterances += 1
        try:
            async with await self._connect() as channel:
                self._ensure_kept()
                yield channel
        finally:
            self.users -= 1
            self.idle_since = time.monotonic()
            if not (self.users or self._kept):
                self._close_socket()
            self._supervisor.retire_surplus()

    def prestart(self) -> None:
        """Start the process before it is needed. It stays when idle. Raises ``VoiceServerFailed``."""
        self._listen()
        self.stays = True
        self._ensure_kept()

    async def _connect(self) -> Channel:
        self._listen()
        return await Channel.to(self._path)

    def _listen(self) -> None:
        """Have a socket to connect to. The last one was closed when its process had left and no user waited, or its
        file was removed. In that case the process finishes what it has begun, and leaves for one with the new socket.
        """
        if self._supervisor.closing:
            raise VoiceServerFailed("the model server is leaving")
        self._supervisor.voices[self.key] = self
        if self._socket_file is not None and self._socket_file.is_ours():
            return
        self._supervisor.check_directory()
        try:
            sock = sockets.listen_anew(self._path)
        except OSError as error:
            raise VoiceServerFailed(f"{self._path}: {os_reason(error)}") from None
        self.retire()
        if self._sock is not None:
            self._sock.close()
        self._sock, self._socket_file = sock, sockets.socket_file(sock)

    def _close_socket(self) -> None:
        """Close the socket. Connections wait in its backlog only if the voice has failed; they are reset now."""
        if self._socket_file is not None:
            self._socket_file.remove()
        if self._sock is not None:
            self._sock.close()
        self._sock = self._socket_file = None
        self._supervisor.forget_stopped()

    @property
    def _kept(self) -> bool:
        return self._keeper is not None and not self._keeper.done()

    def _ensure_kept(self) -> None:
        if not (self._kept or self._supervisor.closing):
            self._keeper = self._supervisor.group.create_task(self._keep(), name=f"keep {self.key.voice}")

    async def _keep(self) -> None:
        """Run one process after the other, for as long as there are users when one ends."""
        while not self._supervisor.closing:
            self.up = False
            if not await self._live():
                self._crashed()
                if self.users and not self.failed:
                    await asyncio.sleep(backoff(self._recent_crashes()))
            if not self.users or self.failed:
                break
        self._close_socket()

    async def _live(self) -> bool:
        """Run one process from its start to its end; whether that end is no crash."""
        replaced = self.replaced
        try:
            self.process = await self._spawn()
        except OSError as error:  # too many processes, or no memory, perhaps only for now
            logger.error("voice %s %s: no process: %s", *self.key, os_reason(error))
            return False
        self.starts += 1
        self._supervisor.starts += 1
        logger.info("voice %s %s: process %d", *self.key, self.process.pid)
        status = await self.process.wait()
        pid, self.process, self.up = self.process.pid, None, False
        # A process that died of SIGTERM was asked to leave before it had a handler.
        if status in (0, -signal.SIGTERM):
            logger.info("voice %s %s: process %d left", *self.key, pid)
            return True
        logger.warning("voice %s %s: process %d died (status %d)", *self.key, pid, status)
        return replaced != self.replaced

    def _crashed(self) -> None:
        self.crashes += 1
        self._supervisor.crashes += 1
        self._crash_times.append(time.monotonic())
        if self._recent_crashes() > CRASH_LIMIT:
            logger.error("voice %s %s: crashed too often, given up", *self.key)
            self.failed = True

    def _recent_crashes(self) -> int:
        return sum(time.monotonic() - at <= CRASH_WINDOW for at in self._crash_times)

    async def _spawn(self) -> asyncio.subprocess.Process:
        assert self._sock is not None
        lifeline = self._supervisor.lifeline.child_end
        settings = self._supervisor.settings
        if self.stays:
            settings = replace(settings, voice_idle=math.inf)
        # From the loop's own thread, because the parent death signal follows the thread and not the process.
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-Pm",
            "ttsmesh.voice",
            *("--listen-fd", str(self._sock.fileno())),
            *("--lifeline-fd", str(lifeline)),
            *("--parent", str(os.getpid())),
            *("--model-socket", self._supervisor.model_socket),
            *("--settings", settings.to_argument()),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            pass_fds=(self._sock.fileno(), lifeline),
        )

    def kill(self, why: str, *, counts: bool = True) -> None:
        """Kill the process. Connections in its backlog are served by the next one.

        ``counts``: as a crash. If it does not, the next process starts at once, however often.
        """
        if self.process is not None:
            self.replaced += not counts
            logger.warning("voice %s %s: killing process %d: %s", *self.key, self.process.pid, why)
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()

    def retire(self) -> None:
        """Ask the process to leave once it has finished what it has begun."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGTERM)

    async def close(self, patience: float) -> None:
        """End the process and remove the socket, within twice ``patience`` seconds, even if there are users."""
        self.retire()
        if self._keeper is not None and self._kept:
            await asyncio.wait([self._keeper], timeout=patience)
            if self.process is not None:
                self.kill("did not leave in time")
                await asyncio.wait([self._keeper], timeout=patience)
            # The keeper waits to start a crashed process again, or for one that even the kernel cannot end now.
            self._keeper.cancel()
            await asyncio.wait([self._keeper])
        self._close_socket()


class Supervisor:
    """All voice processes.

    ``voices`` has those that are used, run, or ran not long ago; ``starts`` and ``crashes`` also count forgotten ones.
    """

    def __init__(
        self, directory: str, model_socket: str, group: asyncio.TaskGroup, settings: VoiceProcessSettings, max_idle: int
    ) -> None:
        self.directory = directory
        self.model_socket = model_socket
        self.group = group
        self.settings = settings
        self.lifeline = Lifeline()
        self.voices: dict[VoiceKey, VoiceProcess] = {}
        self.closing = False
        self.starts = 0
        self.crashes = 0
        # Also voices that are new or forgotten, and that an utterance is to use: a second object for the same key would
        # take the socket away from the first.
        self._known: WeakValueDictionary[VoiceKey, VoiceProcess] = WeakValueDictionary()
        self._max_idle = max_idle
        self._place = os.stat(directory)
        # They are those of a server that was killed: only the server that holds the lifetime lock uses such names.
        for stale in glob.glob(os.path.join(glob.escape(directory), "voice-*.sock")):
            os.unlink(stale)

    def voice(self, key: VoiceKey) -> VoiceProcess:
        """The one object for this voice and language, which may have no process."""
        voice = self._known.get(key)
        if voice is None:
            self._known[key] = voice = VoiceProcess(key, self)
        return voice

    def check_directory(self) -> None:
        """Raise ``VoiceServerFailed`` where the directory is gone, or another one that a successor may use."""
        try:
            if os.path.samestat(self._place, os.stat(self.directory)):
                return
        except OSError:
            pass
        raise VoiceServerFailed(f"{self.directory} was removed or replaced")

    def retire_surplus(self) -> None:
        """Retire the processes that have been idle for longest, beyond those that may be idle."""
        idle = (voice for voice in self.voices.values() if voice.process and not (voice.users or voice.stays))
        for voice in _longest_idle(idle, self._max_idle):
            voice.retire()

    def forget_stopped(self) -> None:
        """Forget the voices that have been stopped for longest, beyond ``REMEMBERED``."""
        for voice in _longest_idle((voice for voice in self.voices.values() if voice.forgettable), REMEMBERED):
            del self.voices[voice.key]

    async def close(self, patience: float = 1.0) -> None:
        """End every voice process, and start no more."""
        self.closing = True
        await asyncio.gather(*(voice.close(patience) for voice in list(self.voices.values())))
        self.lifeline.close()


def _longest_idle(voices: Iterable[VoiceProcess], kept: int) -> list[VoiceProcess]:
    """All of ``voices`` but those that were used last, of which so many are ``kept``."""
    idle = sorted(voices, key=lambda voice: voice.idle_since)
    return idle[: max(0, len(idle) - kept)]
