"""The voice servers: one process per voice+language, started when needed, replaced when it crashes or hangs.

We bind each voice's listening socket and pass it on (as systemd passes ours), so a connection made while no process is
there waits in the kernel's backlog for the next one: no readiness handshake, and an idle exit loses nobody.
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
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import replace
from weakref import WeakValueDictionary

from ttsmesh.config import VoiceProcessSettings
from ttsmesh.errors import Code, TtsmeshError
from ttsmesh.limits import CRASH_LIMIT, CRASH_WINDOW
from ttsmesh.model.keys import VoiceKey
from ttsmesh.model.workers.backoff import backoff
from ttsmesh.wire import sockets
from ttsmesh.wire.stream import Channel

logger = logging.getLogger(__name__)

REMEMBERED = 16
"""Stopped voices that ``status`` still tells of. Blends are without number, so not all of them."""


class VoiceServerFailed(TtsmeshError):
    """This voice's server crashes again and again, or hangs."""

    code = Code.VOICE_SERVER


class Lifeline:
    """A pipe whose read end children inherit: its end of file tells them we are gone, however we went."""

    def __init__(self) -> None:
        self._ends = [*os.pipe()]
        self.child_end = self._ends[0]

    def close(self) -> None:
        while self._ends:
            os.close(self._ends.pop())


class VoiceProcess:
    """One voice+language: at most one process, its listening socket for as long, and how often it has crashed."""

    def __init__(self, key: VoiceKey, supervisor: "Supervisor") -> None:
        self.key = key
        self.users = 0
        self.utterances = 0
        self.starts = 0
        self.crashes = 0
        self.failed = False  # crashed too often; only a restart of the mesh clears it
        self.stays = False  # its process does not leave when idle
        self.idle_since = 0.0
        self.process: asyncio.subprocess.Process | None = None
        self.up = False  # the process has answered once
        self._supervisor = supervisor
        self._crashes: deque[float] = deque()
        # By a hash: formulas of blended voices are longer than a socket's path may be.
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
    def resting(self) -> bool:
        """Whether nothing of it is worth keeping: it is stopped, and no crash of it counts any longer."""
        return self.state == "stopped" and not self.stays and not self._recent_crashes()

    @contextlib.asynccontextmanager
    async def exchange(self) -> AsyncIterator[Channel]:
        """A connection to this voice; its process is started meanwhile if it is not there.

        Raises:
            VoiceServerFailed: it crashed too often, or cannot be connected to.
        """
        if self.failed:
            raise VoiceServerFailed(f"the voice server of {self.key.voice} keeps crashing; ttsmesh restart tries again")
        self.users += 1
        self.utterances += 1
        try:
            async with await self._connect() as channel:
                self._have_kept()
                yield channel
        finally:
            self.users -= 1
            self.idle_since = asyncio.get_running_loop().time()
            if not (self.users or self._kept):
                self._rest()
            self._supervisor.retire_surplus()

    def prestart(self) -> None:
        """Start the process before anybody needs it; it stays.

        Raises:
            VoiceServerFailed: it cannot be connected to.
        """
        self._listen()
        self.stays = True
        self._have_kept()

    async def _connect(self) -> Channel:
        self._listen()
        # A successor in the same directory has a socket of this name too.
        if self._socket_file is None or not self._socket_file.is_ours():
            raise VoiceServerFailed(f"{self._path} was removed or replaced")
        return await Channel.to(self._path)

    def _listen(self) -> None:
        """Have a socket to connect to. It was closed when the last process had left and nobody waited for the next."""
        if self._supervisor.closing:
            raise VoiceServerFailed("the model server is leaving")
        self._supervisor.voices[self.key] = self
        if self._sock is not None:
            return
        try:
            self._sock = sockets.listen_anew(self._path)
        except OSError as error:
            raise VoiceServerFailed(f"{self._path}: {os.strerror(error.errno or 0)}") from None
        self._socket_file = sockets.socket_file(self._sock)

    def _rest(self) -> None:
        """Close the socket. Nobody waits in its backlog, unless the voice was given up: then they learn it now."""
        if self._socket_file is not None:
            self._socket_file.remove()
        if self._sock is not None:
            self._sock.close()
        self._sock = self._socket_file = None
        self._supervisor.forget_resting()

    @property
    def _kept(self) -> bool:
        return self._keeper is not None and not self._keeper.done()

    def _have_kept(self) -> None:
        if not (self._kept or self._supervisor.closing):
            self._keeper = self._supervisor.group.create_task(self._keep(), name=f"keep {self.key.voice}")

    async def _keep(self) -> None:
        """A process for as long as anybody waits: spawn, wait for its end, and again if somebody came meanwhile."""
        while not self._supervisor.closing:
            self.up = False
            if not await self._live():
                self._crashed()
                if self.users and not self.failed:
                    await asyncio.sleep(backoff(len(self._crashes)))
            if not self.users or self.failed:
                break
        self._rest()

    async def _live(self) -> bool:
        """One process, from its start to its end; whether it left in peace."""
        try:
            self.process = await self._spawn()
        except OSError as error:  # too many processes, no memory: of this machine, and perhaps only for now
            logger.error("voice %s %s: no process: %s", *self.key, os.strerror(error.errno or 0))
            return False
        self.starts += 1
        self._supervisor.starts += 1
        logger.info("voice %s %s: process %d", *self.key, self.process.pid)
        status = await self.process.wait()
        pid, self.process, self.up = self.process.pid, None, False
        # A terminated one was asked to leave, perhaps before it could install its handler.
        if status in (0, -signal.SIGTERM):
            logger.info("voice %s %s: process %d left", *self.key, pid)
            return True
        logger.warning("voice %s %s: process %d died (status %d)", *self.key, pid, status)
        return False

    def _crashed(self) -> None:
        self.crashes += 1
        self._supervisor.crashes += 1
        self._crashes.append(asyncio.get_running_loop().time())
        if self._recent_crashes() > CRASH_LIMIT:
            logger.error("voice %s %s: crashed too often, given up", *self.key)
            self.failed = True

    def _recent_crashes(self) -> int:
        now = asyncio.get_running_loop().time()
        while self._crashes and now - self._crashes[0] > CRASH_WINDOW:
            self._crashes.popleft()
        return len(self._crashes)

    async def _spawn(self) -> asyncio.subprocess.Process:
        assert self._sock is not None
        lifeline = self._supervisor.lifeline.child_end
        settings = self._supervisor.settings
        if self.stays:
            settings = replace(settings, voice_idle=math.inf)
        # Spawned from the loop's own thread: the parent death signal follows the thread, not the process.
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

    def kill(self, why: str) -> None:
        """End a process that does not do its duty, now. Whoever waits in the backlog gets the next one."""
        if self.process is not None:
            logger.warning("voice %s %s: killing process %d: %s", *self.key, self.process.pid, why)
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()

    def retire(self) -> None:
        """Ask the process to leave; it finishes what it has."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGTERM)

    async def close(self, patience: float) -> None:
        """End the process and take the socket away, within twice ``patience`` seconds, whoever uses it."""
        self.retire()
        if self._keeper is not None and self._kept:
            await asyncio.wait([self._keeper], timeout=patience)
            if self.process is not None:
                self.kill("did not leave in time")
                await asyncio.wait([self._keeper], timeout=patience)
            # It waits to start a crashed one again, or for one that not even the kernel can end now.
            self._keeper.cancel()
            await asyncio.wait([self._keeper])
        self._rest()


class Supervisor:
    """All voice servers."""

    def __init__(
        self,
        directory: str,
        model_socket: str,
        group: asyncio.TaskGroup,
        settings: VoiceProcessSettings,
        *,
        max_idle: int,
    ) -> None:
        self.directory = directory
        self.model_socket = model_socket
        self.group = group
        self.settings = settings
        self.lifeline = Lifeline()
        self.voices: dict[VoiceKey, VoiceProcess] = {}
        self.closing = False
        self.starts = 0  # of all voices, also of those that are forgotten
        self.crashes = 0
        # Also those that are forgotten, or not used yet, and that an utterance is to use: one object for one key.
        self._known: WeakValueDictionary[VoiceKey, VoiceProcess] = WeakValueDictionary()
        self._max_idle = max_idle
        # Of a server that was killed; whoever holds the lifetime lock is the only one to use such names.
        for stale in glob.glob(os.path.join(glob.escape(directory), "voice-*.sock")):
            os.unlink(stale)

    def voice(self, key: VoiceKey) -> VoiceProcess:
        """The one server of this voice+language; its process need not be there."""
        voice = self._known.get(key)
        if voice is None:
            self._known[key] = voice = VoiceProcess(key, self)
        return voice

    def retire_surplus(self) -> None:
        """Let the longest idle processes beyond the cap leave. Busy ones never count."""
        idle = [
            voice for voice in self.voices.values() if voice.process is not None and not (voice.users or voice.stays)
        ]
        idle.sort(key=lambda voice: voice.idle_since)
        for voice in idle[: max(0, len(idle) - self._max_idle)]:
            voice.retire()

    def forget_resting(self) -> None:
        """Forget the voices that have been stopped for longest, beyond those that are remembered."""
        resting = sorted((voice for voice in self.voices.values() if voice.resting), key=lambda voice: voice.idle_since)
        for voice in resting[: max(0, len(resting) - REMEMBERED)]:
            del self.voices[voice.key]

    async def close(self, patience: float = 1.0) -> None:
        """End every voice process, and start no other one."""
        self.closing = True
        await asyncio.gather(*(voice.close(patience) for voice in list(self.voices.values())))
        self.lifeline.close()
