"""Phonemes from the G2P process: one request at a time, in order of priority, with a deadline and a restart."""

import asyncio
import contextlib
import heapq
import itertools
import logging
import os
import re
import socket
import sys
from collections.abc import AsyncIterator
from typing import Any

import msgpack

from ttsmesh.errors import Code, Rejected, SynthesisError
from ttsmesh.framing import HEADER, pack
from ttsmesh.languages import LANGUAGES
from ttsmesh.limits import ECHO, G2P_LOAD_TIMEOUT, G2P_TIMEOUT
from ttsmesh.model.phonemes import Phonemes, WordSpan, join

_log = logging.getLogger(__name__)

MAX_POISONED = 5
"""Words of one chunk that may crash or hang the process before the chunk is given up: each costs a restart."""

_CRASHED = "crashed"
_HUNG = "hung"

_WORD = re.compile(r"\S+")


class _Failed(Exception):
    """The process crashed, hung or reported an error; ``args[0]`` says which, in a word."""


class G2P:
    """The process is started when it is first needed, and again after it was lost. Every method belongs to one loop."""

    def __init__(self, timeout: float = G2P_TIMEOUT, load_timeout: float = G2P_LOAD_TIMEOUT) -> None:
        """``timeout``, ``load_timeout``: seconds for one chunk, and for loading a language."""
        self._timeout = timeout
        self._load_timeout = load_timeout
        self._turns = _Turns()
        self._worker: _Worker | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process, for ``status``; None while there is none."""
        return self._worker.pid if self._worker else None

    async def phonemise(self, text: str, language: str, priority: int = 0) -> Phonemes:
        """Phonemes of one chunk. ``priority``: the lowest waiting is served next, in order of arrival among equals.

        A word that crashes or hangs the process is left out and counted as unsayable.
        Raises ``Rejected(Code.LANGUAGE)``, and ``SynthesisError`` when the process cannot do it.
        """
        _check_language(language)
        try:
            return await self._say(text, language, priority)
        except _Failed as failure:
            _log.warning("g2p %s; trying again word by word", failure)
        return await self._word_by_word(text, language, priority)

    async def warm(self, language: str, priority: int = 0) -> None:
        """Have ``language`` loaded. Raises like ``phonemise``."""
        _check_language(language)
        async with self._turns.take(priority):
            await self._ready(language)

    async def close(self) -> None:
        """End the process and wait for it. Requests under way and waiting raise ``SynthesisError``."""
        self._closed = True
        if self._worker is not None:
            await self._worker.close()

    async def _word_by_word(self, text: str, language: str, priority: int) -> Phonemes:
        parts: list[tuple[int, Phonemes]] = []
        poisoned = 0
        for word in _WORD.finditer(text):
            try:
                said = await self._say(word.group(), language, priority)
            except _Failed as failure:
                poisoned += 1
                if poisoned > MAX_POISONED:
                    raise SynthesisError(f"g2p {failure} on more than {MAX_POISONED} words of a chunk") from None
                said = Phonemes("", (), len(word.group()))
            parts.append((word.start(), said))
        _log.warning("g2p: %d of %d words left out", poisoned, len(parts))
        return join(parts)

    async def _say(self, text: str, language: str, priority: int) -> Phonemes:
        async with self._turns.take(priority):
            worker = await self._ready(language)
            answer = await worker.ask({"language": language, "text": text}, self._timeout)
        words = tuple(WordSpan(*span) for span in answer["words"])
        return Phonemes(answer["text"], words, answer["unsayable"])

    async def _ready(self, language: str) -> "_Worker":
        """A process that has ``language`` loaded. The caller has its turn."""
        for last_try in (False, True):
            worker = await self._usable()
            if language in worker.languages:
                break
            try:
                await worker.ask({"language": language}, self._load_timeout)
            except _Failed as failure:
                # A process that was killed while idle is often only found dead by the next request.
                if last_try or failure.args != (_CRASHED,):
                    raise SynthesisError(f"g2p cannot load {language}: {failure}") from None
            else:
                worker.languages.add(language)
                break
        return worker

    async def _usable(self) -> "_Worker":
        if self._worker is not None and not await self._worker.settled():
            await self._worker.close()
            self._worker = None
        if self._closed:
            raise _closed()
        if self._worker is None:
            self._worker = _Worker()
        return self._worker


def _closed() -> SynthesisError:
    return SynthesisError("g2p is closed")


def _check_language(language: str) -> None:
    if language not in LANGUAGES:
        shown = "".join(c for c in language[:ECHO] if c.isprintable())
        raise Rejected(f"unknown language {shown!r}; known: {', '.join(LANGUAGES)}", Code.LANGUAGE)


class _Worker:
    """One process, started by its first request. At most one request is under way, so answers need no numbers."""

    def __init__(self) -> None:
        self.languages: set[str] = set()
        self._exchange: asyncio.Task[dict[str, Any]] | None = None
        self._spawning: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._lost = False

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.returncode is None else None

    async def ask(self, request: dict[str, Any], timeout: float) -> dict[str, Any]:
        """The answer. Raises ``_Failed``, and ``SynthesisError`` when closed meanwhile.

        When the caller is cancelled the exchange goes on, with its deadline: whoever comes next waits until it has
        ``settled``, and the late answer is dropped.
        """
        self._exchange = asyncio.create_task(self._ask(request, timeout))
        await asyncio.wait([self._exchange])
        if self._exchange.cancelled():
            raise _closed()
        answer = self._exchange.result()
        if "error" in answer:
            raise _Failed(answer["error"])
        return answer

    async def settled(self) -> bool:
        """Wait for what an earlier caller left behind; whether a request can be made then."""
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
        if self._streams is not None:
            _, writer = self._streams
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _ask(self, request: dict[str, Any], timeout: float) -> dict[str, Any]:
        """Raises nothing but ``CancelledError``: nobody may be left to see it."""
        try:
            async with asyncio.timeout(timeout):
                reader, writer = self._streams or await self._start()
                writer.write(pack(request))
                (length,) = HEADER.unpack(await reader.readexactly(HEADER.size))
                answer: dict[str, Any] = msgpack.unpackb(await reader.readexactly(length))
        except TimeoutError:
            self._kill()
            return {"error": _HUNG}
        except (asyncio.IncompleteReadError, OSError):
            self._kill()
            return {"error": _CRASHED}
        return answer

    async def _start(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        ours, theirs = socket.socketpair()
        try:
            # Shielded: uvloop, cancelled in the middle of a spawn, forgets the process.
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
                "-P",  # no module of the working directory's
                "-m",
                "ttsmesh.model.g2p_worker",
                str(theirs.fileno()),
                str(os.getpid()),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )

    def _kill(self) -> None:
        self._lost = True
        with contextlib.suppress(ProcessLookupError):
            if self._process is not None:
                self._process.kill()


class _Turns:
    """A lock whose waiters are ordered by priority, then by arrival."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._arrivals = itertools.count()
        self._taken = False

    @contextlib.asynccontextmanager
    async def take(self, priority: int) -> AsyncIterator[None]:
        if self._taken:
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            heapq.heappush(self._waiting, (priority, next(self._arrivals), turn))
            try:
                await turn
            except asyncio.CancelledError:
                # The turn may have come in the same moment: pass it on.
                if turn.done() and not turn.cancelled():
                    self._next()
                raise
        self._taken = True
        try:
            yield
        finally:
            self._next()

    def _next(self) -> None:
        self._taken = False
        while self._waiting:
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                # Taken on the waiter's behalf, so that nobody slips in before it runs.
                self._taken = True
                turn.set_result(None)
                return
