"""The render slot: one inference at a time on one thread, the most urgent first, each cancellable and bounded.

Among equals the slot goes in order of arrival, chunk by chunk: of a hundred files that are saved, none waits for
another to be complete. A more urgent render preempts the one in flight, as live speech preempts a book, but one chunk
is preempted ``MAX_PREEMPTIONS`` times at most, so that a book cannot starve.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.errors import SynthesisError, TtsmeshError
from ttsmesh.limits import LOAD_TIMEOUT, RENDER_STUCK_TIMEOUT, RENDER_TIMEOUT
from ttsmesh.model.engine.protocol import Engine, Floats, RenderCancelled, Rendered
from ttsmesh.model.priority_lock import PriorityLock
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
"""How often one chunk is preempted and rendered again later. After that it is rendered to its end, or in halves, so
that a book goes on however much is said meanwhile."""

MAX_DELAY = 1.0
"""Seconds, approximately, that live speech may be delayed by a chunk that is preempted no more."""

MIN_HALVED = 60
"""Tokens: a chunk is only halved if it has more, and else rendered to its end however long that takes. A cut may leave
a quarter of it on one side, and the model speaks fewer than 15 badly."""

Rank = Callable[[], int]
"""How urgent a render is at this moment, 0 first. It changes while the render waits, as the floor moves on."""


class PreemptedTooOftenError(Exception):
    """A chunk was preempted often enough, and takes too long to be rendered to its end: render its halves."""


class Renderer:
    """Owns the engine and its thread. The slot is held for one inference, never while a socket is waited for.

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
        self._preparing: asyncio.Task[None] | None = None
        self.prepared = asyncio.Event()

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
        self._use_idle_time()

    def _use_idle_time(self) -> None:
        """Let the engine prepare until the next render is asked for, unless there is nothing left to prepare."""
        if self._preparing is None and not (self.prepared.is_set() or self.given_up):
            self._preparing = asyncio.create_task(self._prepare(), name="prepare in idle time")

    async def _prepare(self) -> None:
        await asyncio.sleep(IDLE)
        loop = asyncio.get_running_loop()
        more = True
        while more:
            # The slot is free. A render that needs it cancels this task first, and waits until the thread has returned.
            async with self._slot.held(lambda: _LOWEST_RANK):
                work = loop.run_in_executor(self._pool, self.engine.prepare_next)
                try:
                    more = await asyncio.shield(work)
                except asyncio.CancelledError:
                    await self._abandon(work)
                    raise
                except TtsmeshError as error:
                    logger.warning("preparing in idle time failed: %s", error.message)
                    more = False
        self.prepared.set()
        logger.info("model prepared for all usual lengths")

    def _interrupt_preparing(self) -> None:
        if self._preparing is not None:
            self._preparing.cancel()
            self._preparing = None

    async def render(
        self, tokens: Sequence[int], style: Floats, speed: float, rank: Rank, *, preempted: bool = False
    ) -> Rendered:
        """Render one chunk. It waits for what is more urgent, and for its equals that came before it.

        Cancelling ends the inference. ``preempted``: the chunk comes before its equals, since it is a half of one that
        was preempted.

        Raises:
            ConfigError: the model could not be loaded.
            PreemptedTooOftenError: the chunk is to be rendered in halves.
            SynthesisError: no usable sound, or none in time, or the process can render no more.
        """
        if self.given_up:
            raise SynthesisError(HANGS)
        await asyncio.shield(self.start_loading())
        self._interrupt_preparing()
        try:
            return await self._render(tokens, style, speed, rank, preempted)
        finally:
            if self._slot.free:
                self._use_idle_time()

    async def _render(
        self, tokens: Sequence[int], style: Floats, speed: float, rank: Rank, preempted: bool
    ) -> Rendered:
        """Render until it was done without a preemption, or was preempted too often."""
        preemptions = 0
        while True:
            async with self._slot.held(rank, preempted=preempted or preemptions > 0) as preempt:
                if self.given_up:
                    raise SynthesisError(HANGS)
                self.renders += 1
                begun = asyncio.get_running_loop().time()
                self._due = begun + RENDER_TIMEOUT
                work = asyncio.get_running_loop().run_in_executor(self._pool, self.engine.render, tokens, style, speed)
                ends: list[asyncio.Future[Any]] = [work, preempt] if preemptions < MAX_PREEMPTIONS else [work]
                try:
                    ended, _ = await asyncio.wait(ends, timeout=RENDER_TIMEOUT, return_when=asyncio.FIRST_COMPLETED)
                    if not work.done():
                        await self._abandon(work)
                except asyncio.CancelledError:
                    await self._abandon(work)
                    raise
                finally:
                    self._due = None
                if not ended:
                    raise SynthesisError(f"a render took longer than {RENDER_TIMEOUT:g} s")
                if work.done() and not isinstance(work.exception(), RenderCancelled):
                    rendered: Rendered = work.result()
                    self.tempo.rendered(asyncio.get_running_loop().time() - begun, len(rendered.samples) / SAMPLE_RATE)
                    return rendered
            preemptions += 1
            if preemptions == MAX_PREEMPTIONS and len(tokens) > max(MIN_HALVED, self.tempo.phonemes(MAX_DELAY)):
                raise PreemptedTooOftenError

    async def _abandon(self, work: asyncio.Future[Any]) -> None:
        """End the inference in flight. A thread cannot be killed, so the slot stays taken until it has returned."""
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

    async def close(self) -> None:
        """End the thread. No render may be in flight, unless it is stuck."""
        if self._loading is not None and not self._loading.done():
            self._loading.cancel()
        if (preparing := self._preparing) is not None:
            self._interrupt_preparing()
            await asyncio.wait([preparing])
        self._pool.shutdown(wait=False, cancel_futures=True)
