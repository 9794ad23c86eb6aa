"""A lane: one G2P process, seen from the model server, and the requests that wait for it.

The process starts with its first request, and ends when it fails or is idle. It serves one request at a time, the most
urgent first. ``worker.py`` is what runs inside the process, and ``client.py`` decides which lane serves a language.
"""

import asyncio
import contextlib
import math
import os
import secrets
import shutil
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgpack

from ttsmesh.errors import ConfigError, SynthesisError
from ttsmesh.limits import MAX_REPLY
from ttsmesh.model.priority_lock import PriorityLock
from ttsmesh.wire.framing import HEADER, body_length, pack

CRASHED = "crashed"
HUNG = "hung"


class G2PError(Exception):
    """The process crashed, hung or reported an error; ``args[0]`` says which, in a word."""


def closed() -> SynthesisError:
    """The error of a request that comes, or still waits, when the lane is closed."""
    return SynthesisError("g2p is closed")


class Lane:
    """One process for some languages, and its waiting requests. All methods must be called on one event loop."""

    def __init__(self, family: str, load_timeout: float, idle: float = math.inf) -> None:
        """``family``: which languages it is for, so that people can tell the processes apart.

        ``load_timeout``: seconds for loading a language. ``idle``: seconds without a request after which the process
        ends, which is the only way to get all of its memory back."""
        self.idle = idle
        self._family = family
        self._load_timeout = load_timeout
        self._turns = PriorityLock()
        self._process: _Process | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._leaving: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process; None while there is none."""
        return self._process.pid if self._process else None

    async def ask(self, language: str, request: dict[str, Any] | None, timeout: float, rank: int) -> dict[str, Any]:
        """The process's answer. Without a ``request`` it is empty, and given once ``language`` is loaded.

        Raises:
            G2PError: the process failed on this request.
            ConfigError: something that the language needs is missing or damaged.
            SynthesisError: the language cannot be loaded for another reason, or the lane is closed.
        """
        try:
            async with self._turns.held(lambda: rank):
                self._stop_timer()
                process = await self._ready(language)
                return await process.ask({"language": language, **request}, timeout) if request else {}
        finally:
            self._start_timer()

    async def close(self) -> None:
        """End the process and wait for it. Requests in flight, and those that wait, raise ``SynthesisError``."""
        self._closed = True
        self._stop_timer()
        if self._process is not None:
            await self._process.close()
        if self._leaving is not None:
            await asyncio.wait([self._leaving])

    async def _ready(self, language: str) -> "_Process":
        """A process that has loaded ``language``. The caller holds the turn."""
        for last_try in (False, True):
            process = await self._usable()
            if language in process.languages:
                break
            try:
                await process.ask({"language": language}, self._load_timeout)
            except G2PError as failure:
                # A process that was killed while idle is often only found dead by the next request.
                if last_try or failure.args != (CRASHED,):
                    raise SynthesisError(f"g2p cannot load {language}: {failure}") from None
            else:
                process.languages.add(language)
                break
        return process

    async def _usable(self) -> "_Process":
        if self._process is not None and not await self._process.settled():
            await self._process.close()
            self._process = None
        if self._closed:
            raise closed()
        if self._process is None:
            self._process = _Process(self._family)
        return self._process

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _start_timer(self) -> None:
        self._stop_timer()
        if self.idle < math.inf and not self._closed:
            self._timer = asyncio.get_running_loop().call_later(self.idle, self._idle_for_long)

    def _idle_for_long(self) -> None:
        self._timer = None
        if self._leaving is None or self._leaving.done():
            self._leaving = asyncio.get_running_loop().create_task(self._leave(), name="an idle g2p process leaves")

    async def _leave(self) -> None:
        async with self._turns.held(lambda: sys.maxsize):  # after every request that has come meanwhile
            if self._timer is None and self._process is not None:
                await self._process.close()
                self._process = None


class _Process:
    """One process, started by its first request. At most one request is in flight, so answers need no numbers."""

    def __init__(self, family: str) -> None:
        self._family = family
        self.languages: set[str] = set()
        self._exchange: asyncio.Task[dict[str, Any]] | None = None
        self._spawning: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._lost = False
        self._temporary = f"ttsmesh-g2p-{secrets.token_hex(8)}-"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.returncode is None else None

    async def ask(self, request: dict[str, Any], timeout: float) -> dict[str, Any]:
        """The answer. Raises ``G2PError``, ``ConfigError``, and ``SynthesisError`` when closed meanwhile.

        If the caller is cancelled, the exchange goes on until its deadline. The next caller waits until it has
        ``settled``, and the late answer is dropped.
        """
        self._exchange = asyncio.create_task(self._ask(request, timeout))
        await asyncio.wait([self._exchange])
        if self._exchange.cancelled():
            raise closed()
        answer = self._exchange.result()
        if "error" in answer:
            raise G2PError(answer["error"])
        if "config" in answer:
            raise ConfigError(str(answer["config"]))
        return answer

    async def settled(self) -> bool:
        """Wait for the exchange of a caller that was cancelled. Whether another request can be made then."""
        if self._exchange is not None and not self._exchange.done():
            await asyncio.wait([self._exchange])
        return self.pid is not None and not self._lost

    async def close(self) -> None:
        """Kill the process, and wait until it and its exchange have ended."""
        if self._exchange is not None:
            self._exchange.cancel()
            await asyncio.wait([self._exchange])
        if self._spawning is not None:
            await asyncio.wait([self._spawning])
        if self._process is not None:
            self._kill()
            await self._process.wait()
            await asyncio.to_thread(self._remove_temporary)
        if self._streams is not None:
            _, writer = self._streams
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _ask(self, request: dict[str, Any], timeout: float) -> dict[str, Any]:
        """The answer, or a failure in the form of one: the caller may have gone, and nobody would see an exception.

        After anything but one whole answer the process is killed, since what it sends next may belong to this request.
        """
        try:
            async with asyncio.timeout(timeout):
                reader, writer = self._streams or await self._start()
                writer.write(pack(request))
                length = body_length(await reader.readexactly(HEADER.size), MAX_REPLY)
                return dict(msgpack.unpackb(await reader.readexactly(length)))
        except TimeoutError:
            self._kill()
            return {"error": HUNG}
        except Exception:  # reason: the process ended, or sent what is not an answer; it cannot be used any more
            self._kill()
            return {"error": CRASHED}

    async def _start(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        ours, theirs = socket.socketpair()
        try:
            # Shielded, because uvloop forgets a process if it is cancelled in the middle of its spawn.
            self._spawning = asyncio.create_task(self._spawn(theirs))
            await asyncio.shield(self._spawning)
            self._streams = await asyncio.open_unix_connection(sock=ours)
        except BaseException:
            ours.close()
            raise
        return self._streams

    async def _spawn(self, theirs: socket.socket) -> None:
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",  # import nothing from the working directory
                "-m",
                "ttsmesh.model.g2p.worker",
                self._family,
                str(theirs.fileno()),
                str(os.getpid()),
                self._temporary,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={**os.environ, "TMPDIR": tempfile.gettempdir()},
            )

    def _remove_temporary(self) -> None:
        """Remove what the process has left in the temporary directory, if it was killed while it loaded a language."""
        for path in Path(tempfile.gettempdir()).glob(f"{self._temporary}*"):
            shutil.rmtree(path, ignore_errors=True)

    def _kill(self) -> None:
        self._lost = True
        with contextlib.suppress(ProcessLookupError):
            if self._process is not None:
                self._process.kill()
