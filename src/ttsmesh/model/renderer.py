"""The render slot: one inference at a time on one thread, the most urgent first, each cancellable and bounded."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.errors import SynthesisError, TtsmeshError
from ttsmesh.limits import RENDER_STUCK_TIMEOUT, RENDER_TIMEOUT
from ttsmesh.model.engine import Engine, Floats, RenderCancelled, Rendered

logger = logging.getLogger(__name__)

_CANCEL_RETRY = 0.02
"""Seconds between cancels: one that comes before the thread has begun hits nothing, by the engine's contract."""

_NEWS = 0.3
"""What the last render counts in the pace, against all before: one alone may have met a busy moment."""

_LAST = 1 << 30
"""A rank that everything comes before."""

HANGS = "the model hangs; its server starts afresh"

IDLE = 0.4
"""Seconds without a render before idle time is used: the next chunk of a text comes sooner."""

Rank = Callable[[], int]
"""How urgent a render is at this moment, 0 first: it changes while one waits, as the floor moves on."""


class Renderer:
    """Owns the engine and its thread. The slot covers one inference, never a wait for a socket.

    Args:
        engine: not loaded yet.
        on_stuck: called when a native call neither ends nor can be cancelled: this process can render no more.
    """

    def __init__(self, engine: Engine, on_stuck: Callable[[], None]) -> None:
        self.engine = engine
        self.renders = 0
        self.pace = 0.0
        """Seconds that a second of sound took to render, lately."""
        self.given_up = False
        self._on_stuck = on_stuck
        self._begun: float | None = None
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="render")
        self._busy = False
        self._waiting: list[tuple[Rank, asyncio.Future[None]]] = []
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
        """Given up, or so long over every limit that giving up must have failed: no watchdog may be fed."""
        if self.given_up or self._begun is None:
            return self.given_up
        return asyncio.get_running_loop().time() - self._begun > RENDER_TIMEOUT + 2 * RENDER_STUCK_TIMEOUT

    def start_loading(self) -> asyncio.Task[None]:
        """Load the model, or load it again if that failed."""
        if self._loading is None or (self._loading.done() and self._loading.exception()):
            self._loading = asyncio.create_task(self._load(), name="load model")
            # Whoever renders gets the failure; nobody may be there to get it.
            self._loading.add_done_callback(lambda task: task.cancelled() or task.exception())
        return self._loading

    async def _load(self) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        await loop.run_in_executor(self._pool, self.engine.load)
        logger.info("model ready: %s after %.0f ms", self.engine.name, (loop.time() - begun) * 1e3)
        self._use_idle_time()

    def _use_idle_time(self) -> None:
        """Let the engine prepare until somebody wants a render, unless it has nothing to prepare any more."""
        if self._preparing is None and not (self.prepared.is_set() or self.given_up):
            self._preparing = asyncio.create_task(self._prepare(), name="prepare in idle time")

    async def _prepare(self) -> None:
        await asyncio.sleep(IDLE)
        loop = asyncio.get_running_loop()
        more = True
        while more:
            # The slot is free: whoever wants it ends this task first, and then waits until the thread has returned.
            async with self._slot(lambda: _LAST):
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

    async def render(self, tokens: Sequence[int], style: Floats, speed: float, rank: Rank) -> Rendered:
        """Render one chunk once the slot is free and nothing more urgent waits. Cancelling ends the inference.

        Raises:
            ConfigError: the model could not be loaded.
            SynthesisError: no usable sound, or none in time, or the process can render no more.
        """
        await asyncio.shield(self.start_loading())
        self._interrupt_preparing()
        try:
            return await self._render(tokens, style, speed, rank)
        finally:
            if not self._busy:
                self._use_idle_time()

    async def _render(self, tokens: Sequence[int], style: Floats, speed: float, rank: Rank) -> Rendered:
        async with self._slot(rank):
            if self.given_up:
                raise SynthesisError(HANGS)
            loop = asyncio.get_running_loop()
            self.renders += 1
            self._begun = loop.time()
            work = loop.run_in_executor(self._pool, self.engine.render, tokens, style, speed)
            try:
                async with asyncio.timeout(RENDER_TIMEOUT):
                    rendered = await asyncio.shield(work)
                self._keep_pace(loop.time() - self._begun, len(rendered.samples) / SAMPLE_RATE)
                return rendered
            except TimeoutError:
                await self._abandon(work)
                raise SynthesisError(f"a render took longer than {RENDER_TIMEOUT:g} s") from None
            except asyncio.CancelledError:
                await self._abandon(work)
                raise
            finally:
                self._begun = None

    def _keep_pace(self, work_s: float, sound_s: float) -> None:
        pace = work_s / max(sound_s, 1e-3)
        self.pace += (pace - self.pace) * (_NEWS if self.pace else 1.0)

    async def _abandon(self, work: asyncio.Future[Any]) -> None:
        """End the inference under way. The thread cannot be killed, so the slot stays taken until it has returned."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + RENDER_STUCK_TIMEOUT
        cancelled_again = False
        while not work.done():
            if loop.time() > deadline:
                logger.critical("a render does not end and cannot be cancelled")
                self.given_up = True
                self._on_stuck()
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

    @contextlib.asynccontextmanager
    async def _slot(self, rank: Rank) -> AsyncIterator[None]:
        if self._busy:
            place = (rank, asyncio.get_running_loop().create_future())
            self._waiting.append(place)
            try:
                await place[1]
            except asyncio.CancelledError:
                if place in self._waiting:
                    self._waiting.remove(place)
                elif not place[1].cancelled():
                    self._pass_on()  # the slot had just been handed to us
                raise
        self._busy = True
        try:
            yield
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        # A cancelled waiter's future is dead at once, its task only notices in its next turn.
        self._waiting = [waiting for waiting in self._waiting if not waiting[1].cancelled()]
        if not self._waiting:
            self._busy = False
            return
        place = min(self._waiting, key=lambda waiting: waiting[0]())
        self._waiting.remove(place)
        place[1].set_result(None)

    async def close(self) -> None:
        """End the thread. Nothing may be rendering, unless it is stuck."""
        if self._loading is not None and not self._loading.done():
            self._loading.cancel()
        if (preparing := self._preparing) is not None:
            self._interrupt_preparing()
            await asyncio.wait([preparing])
        self._pool.shutdown(wait=False, cancel_futures=True)
