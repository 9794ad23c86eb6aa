"""The render slot: one call to the engine at a time on one thread, the most urgent first, each cancellable and bounded.

A chunk is rendered piece by piece, and gives way to what is more urgent between two pieces, as a book does to live
speech. Among equals the slot goes in order of arrival, chunk by chunk: of a hundred files that are saved, none waits
for another to be complete, and few are in the middle of a chunk.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from ttsmesh.errors import SynthesisError, TtsmeshError
from ttsmesh.limits import LOAD_TIMEOUT, RENDER_STUCK_TIMEOUT, RENDER_TIMEOUT
from ttsmesh.model.engine.protocol import Engine, Floats, RenderCancelled, Rendering, Samples, Speaker
from ttsmesh.model.priority_lock import PriorityLock, Turns
from ttsmesh.model.render.tempo import Tempo

logger = logging.getLogger(__name__)

_CANCEL_RETRY = 0.02
"""Seconds between cancels. By the engine's contract a cancel has no effect before the thread has begun."""

_LOWEST_RANK = 1 << 30
"""The rank of idle work: every render is more urgent."""

HANGS = "the model hangs; its server starts afresh"

IDLE = 0.4
"""Seconds without a render before idle time is used: the next chunk of a text comes sooner."""

MAX_PREEMPTIONS = 2
"""How often the beginning of one chunk is cancelled and done again later, for something more urgent. After that it is
done to its end, so that a book goes on however much is said meanwhile. It takes 0.2 s at most, and a piece 0.1 s."""

GIVE_WAY = 0.1
"""Seconds within which a piece in flight makes room for something more urgent. A piece takes less, except where an
engine renders a whole chunk at once."""

KEEP = 0.02
"""Seconds for which the slot is kept for the next piece of a chunk, while the last one is made ready to be sent. If its
equals came in between, every one of them would be in the middle of a chunk, and all would be slow."""

Rank = Callable[[], int]
"""How urgent a render is at this moment, 0 first. It changes while the render waits, as the floor moves on."""

_Result = TypeVar("_Result")


class Renderer:
    """Owns the engine and its thread. The slot is held for one call, never while a socket is waited for.

    Args:
        engine: an engine that is not loaded yet.
        on_stuck: called when a native call neither ends nor can be cancelled, so that this process can render no more.
    """

    def __init__(self, engine: Engine, on_stuck: Callable[[], None]) -> None:
        self.engine = engine
        self.renders = 0
        self.tempo = Tempo()
        self.given_up = False
        self._on_stuck = on_stuck
        self._due: float | None = None  # the loop's time at which the thread must have finished its work
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="render")
        self._slot = PriorityLock()
        self._loading: asyncio.Task[None] | None = None
        self._idle_work: asyncio.Task[None] | None = None
        self._idle_work_done = asyncio.Event()
        self._idle_work_fails = False

    @property
    def state(self) -> str:
        """``idle``, ``loading``, ``ready`` or ``failed``: the model's state, for people."""
        if self._loading is None:
            return "idle"
        if not self._loading.done():
            return "loading"
        return "failed" if self._loading.exception() else "ready"

    @property
    def stuck(self) -> bool:
        """Whether the watchdog must not be fed: the engine was given up, or is so late that giving it up has failed."""
        if self.given_up or self._due is None:
            return self.given_up
        return asyncio.get_running_loop().time() > self._due + 2 * RENDER_STUCK_TIMEOUT

    def start_loading(self) -> asyncio.Task[None]:
        """Load the model, or load it again if that failed."""
        if self._loading is None or (self._loading.done() and self._loading.exception()):
            self._loading = asyncio.create_task(self._load(), name="load model")
            # Every waiting render raises the failure itself. If none waits, asyncio must not complain about it.
            self._loading.add_done_callback(lambda task: task.cancelled() or task.exception())
        return self._loading

    async def _load(self) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        self._due = begun + LOAD_TIMEOUT
        try:
            work = loop.run_in_executor(self._pool, self.engine.load)
            if not (await asyncio.wait([work], timeout=LOAD_TIMEOUT))[0]:
                self._give_up("the model does not load")
                raise SynthesisError(HANGS)
            await work
        finally:
            self._due = None
        logger.info("model ready: %s after %.0f ms", self.engine.name, (loop.time() - begun) * 1e3)
        self._start_idle_work()

    async def begin(self, phonemes: str, speaker: Speaker, speed: float, rank: Rank) -> "Render":
        """Begin to render one chunk. It waits for what is more urgent, and for its equals that came before it.

        Cancelling ends the engine's call, also during ``Render.next``.

        Raises:
            ConfigError: the model could not be loaded.
            SynthesisError: the model does not say it, or not in time, or the process can render no more.
        """
        if self.given_up:
            raise SynthesisError(HANGS)
        await asyncio.shield(self.start_loading())
        self._idle_work_fails = False
        turns = Turns(self._slot, rank, KEEP)
        begin = partial(self.engine.begin, phonemes, speaker, speed)
        preemptions = 0
        while True:
            try:
                async with self.turn(turns) as preempt:
                    rendering = await self.call(begin, preempt if preemptions < MAX_PREEMPTIONS else None)
            except RenderCancelled:
                preemptions += 1
            else:
                self.renders += 1
                return Render(self, rendering, turns)

    @contextlib.asynccontextmanager
    async def turn(self, turns: Turns) -> AsyncIterator[asyncio.Future[None]]:
        """The slot, for one call. The context is a future that is done once something more urgent waits."""
        self._stop_idle_work()
        try:
            async with turns.held() as preempt:
                yield preempt
        finally:
            self._start_idle_work()

    async def call(
        self, work: Callable[[], _Result], preempt: asyncio.Future[None] | None, give_way: float = 0.0
    ) -> _Result:
        """What ``work`` gives on the engine's thread. The caller holds the slot.

        Raises ``RenderCancelled`` soon after ``preempt`` is done, unless it ends within ``give_way`` seconds then; else
        as ``begin``.
        """
        if self.given_up:
            raise SynthesisError(HANGS)
        loop = asyncio.get_running_loop()
        self._due = loop.time() + RENDER_TIMEOUT
        result = loop.run_in_executor(self._pool, work)
        ends: list[asyncio.Future[Any]] = [result] if preempt is None else [result, preempt]
        try:
            ended, _ = await asyncio.wait(ends, timeout=RENDER_TIMEOUT, return_when=asyncio.FIRST_COMPLETED)
            if ended and not result.done() and give_way:
                await asyncio.wait([result], timeout=give_way)
            if not result.done():
                await self._abandon(result)
        except asyncio.CancelledError:
            await self._abandon(result)
            raise
        finally:
            self._due = None
        if not ended:
            raise SynthesisError(f"a render took longer than {RENDER_TIMEOUT:g} s")
        if not result.done():
            raise SynthesisError(HANGS)
        return result.result()

    async def _abandon(self, work: asyncio.Future[Any]) -> None:
        """End the call in flight. A thread cannot be killed, so the slot stays taken until it has returned."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + RENDER_STUCK_TIMEOUT
        cancelled_again = False
        while not work.done():
            if loop.time() > deadline:
                self._give_up("a render does not end and cannot be cancelled")
                return
            self.engine.cancel()
            try:
                await asyncio.wait([work], timeout=_CANCEL_RETRY)
            except asyncio.CancelledError:
                cancelled_again = True
        if not isinstance(work.exception(), RenderCancelled | None):
            logger.warning("a cancelled render failed: %s", type(work.exception()).__name__)
        if cancelled_again:
            raise asyncio.CancelledError

    def _give_up(self, reason: str) -> None:
        logger.critical(reason)
        self.given_up = True
        self._on_stuck()

    async def idle_work_done(self) -> None:
        """Wait until the model is loaded and the engine has used all the idle time that it wants, or failed to."""
        await self._idle_work_done.wait()

    def _start_idle_work(self) -> None:
        """Let the engine use idle time, if it wants any, until the next render is asked for."""
        self._stop_idle_work()
        if self.engine.wants_idle_time and not (self._idle_work_fails or self.given_up):
            self._idle_work = asyncio.create_task(self._use_idle_time(), name="use idle time")
        else:
            self._idle_work_done.set()

    def _stop_idle_work(self) -> None:
        self._idle_work_done.clear()
        if self._idle_work is not None:
            self._idle_work.cancel()
            self._idle_work = None

    async def _use_idle_time(self) -> None:
        await asyncio.sleep(IDLE)
        try:
            while self.engine.wants_idle_time:
                # A render that needs the slot cancels this task first, and waits until the thread has returned.
                async with self._slot.held(lambda: _LOWEST_RANK):
                    await self.call(self.engine.use_idle_time, None)
        except TtsmeshError as error:
            logger.warning("using idle time failed: %s", error.message)
            self._idle_work_fails = True  # until the next render: it would only fail again
        self._idle_work_done.set()

    async def close(self) -> None:
        """End the thread. No render may be in flight, unless it is stuck."""
        if self._loading is not None and not self._loading.done():
            self._loading.cancel()
        if (idle_work := self._idle_work) is not None:
            self._stop_idle_work()
            await asyncio.wait([idle_work])
        self._pool.shutdown(wait=False, cancel_futures=True)


class Render:
    """The sound of one chunk, which is rendered piece by piece as it is asked for. ``Renderer.begin`` makes it."""

    def __init__(self, renderer: Renderer, rendering: Rendering, turns: Turns) -> None:
        self._renderer = renderer
        self._rendering = rendering
        self._turns = turns
        self._took_s = 0.0  # seconds that the pieces have taken
        self._pieces = 0
        self._samples = 0

    @property
    def ends(self) -> Samples:
        """As ``Rendering.ends``."""
        return self._rendering.ends

    @property
    def loudness(self) -> float | None:
        """As ``Rendering.loudness``."""
        return self._rendering.loudness

    async def next(self) -> Floats | None:
        """The samples of the next piece, float32 [n], as ``Rendering.next``; None after the last one.

        It waits for what is more urgent, and comes before its equals. A piece that takes longer than usual gives way,
        and is rendered again. Once it was cancelled or has raised
        ``SynthesisError``, no more pieces come.
        """
        loop = asyncio.get_running_loop()
        while True:
            with contextlib.suppress(RenderCancelled):
                async with self._renderer.turn(self._turns) as preempt:
                    begun = loop.time()
                    piece = await self._renderer.call(self._rendering.next, preempt, GIVE_WAY)
                    took_s = loop.time() - begun
                    if piece is None:
                        self._turns.end()
                break
        if piece is None:
            if self._pieces > 1:
                self._renderer.tempo.rendered(self._took_s, self._samples / self._renderer.engine.sample_rate)
            return None
        self._took_s += took_s
        self._pieces += 1
        self._samples += len(piece)
        return piece
