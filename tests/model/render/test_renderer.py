"""The render slot: one inference at a time, the most urgent first, each cancellable and bounded."""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial

import numpy as np
import pytest

from ttsmesh.errors import ConfigError, SynthesisError
from ttsmesh.limits import LOAD_TIMEOUT
from ttsmesh.model.engine.protocol import Floats, RenderCancelled, Rendered
from ttsmesh.model.kokoro import STYLE_SIZE
from ttsmesh.model.render import renderer as module
from ttsmesh.model.render.renderer import PreemptedTooOftenError, Renderer
from ttsmesh.model.render.tempo import USUAL

STYLE: Floats = np.zeros((1, STYLE_SIZE), np.float32)
SOUND = Rendered(np.ones(1, np.float32), np.ones(3, np.float32))


class FakeEngine:
    """Renders at once, and keeps what it was asked for by the first token."""

    name = "fake"

    def __init__(self) -> None:
        self.loads = 0
        self.rendered: list[int] = []
        self.cancels = 0
        self.cancelled = asyncio.Event()
        self.threads: set[int] = set()

    def check(self) -> None:
        """Nothing is needed."""

    def load(self) -> None:
        self.loads += 1
        self.threads.add(threading.get_ident())

    def render(self, tokens: Sequence[int], style: Floats, speed: float) -> Rendered:
        self.threads.add(threading.get_ident())
        self.rendered.append(tokens[0])
        self.work(tokens[0])
        return SOUND

    def work(self, token: int) -> None:
        """What one render takes."""

    def prepare_next(self) -> bool:
        return False

    def cancel(self) -> None:
        self.cancels += 1
        self.cancelled.set()


class FakeSlowEngine(FakeEngine):
    """Each render lasts until ``finish`` lets one go, or until it is cancelled."""

    def __init__(self) -> None:
        super().__init__()
        self.begun: asyncio.Queue[int] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self._end = threading.Semaphore(0)
        self._cancelled = False
        self._rendering = False

    def work(self, token: int) -> None:
        self._cancelled, self._rendering = False, True
        self._loop.call_soon_threadsafe(self.begun.put_nowait, token)
        self._end.acquire()
        self._rendering = False
        if self._cancelled:
            raise RenderCancelled

    def finish(self) -> None:
        self._end.release()

    def cancel(self) -> None:
        super().cancel()
        if self._rendering and not self._cancelled:
            self._cancelled = True
            self._end.release()


class FakeDeafEngine(FakeSlowEngine):
    """A native call that hangs and cannot be cancelled."""

    def cancel(self) -> None:
        FakeEngine.cancel(self)


class FakeBrokenEngine(FakeEngine):
    """Its files are missing until ``mended`` is set."""

    mended = False

    def load(self) -> None:
        super().load()
        if not self.mended:
            raise ConfigError("run ttsmesh setup")


def never_stuck() -> None:
    raise AssertionError("no render was stuck")


@asynccontextmanager
async def rendering(
    engine: FakeEngine, on_stuck: Callable[[], None] = never_stuck
) -> AsyncIterator[tuple[Renderer, Callable[[int, int], asyncio.Task[Rendered]]]]:
    """A renderer, and a function that starts the render of a token with a rank."""
    renderer = Renderer(engine, on_stuck)

    def start(token: int, rank: int = 0) -> asyncio.Task[Rendered]:
        return asyncio.create_task(renderer.render([token], STYLE, 1.0, lambda: rank))

    yield renderer, start
    await renderer.close()


async def preempted_to_the_limit(engine: FakeSlowEngine, start: Callable[[int, int], asyncio.Task[Rendered]]) -> None:
    """Preempt the render of the token 9 as often as a chunk may be preempted, each time by live speech."""
    for number in range(module.MAX_PREEMPTIONS):
        assert await engine.begun.get() == 9
        live = start(number, 0)
        assert await engine.begun.get() == number
        engine.finish()
        assert await live is SOUND


async def settled(*tasks: asyncio.Task[Rendered]) -> list[Rendered | BaseException]:
    """How each task ended."""
    return await asyncio.gather(*tasks, return_exceptions=True)


async def turn() -> None:
    """Let every task that can run do so."""
    for _ in range(5):
        await asyncio.sleep(0)


def test_how_fast_it_renders_is_learnt_from_what_was_rendered() -> None:
    second = Rendered(np.zeros(24_000, np.float32), np.ones(3, np.float32))

    class FakeSteady(FakeEngine):
        def render(self, tokens: Sequence[int], style: Floats, speed: float) -> Rendered:
            time.sleep(0.02)
            return second

    async def main() -> None:
        async with rendering(FakeSteady()) as (renderer, start):
            assert renderer.tempo.factor == USUAL
            await start(7, 0)
            assert renderer.tempo.factor != USUAL
            assert 0.02 <= renderer.tempo.factor < 10

    asyncio.run(main())


# --- order ---------------------------------------------------------------------------------------------------------


def test_a_render_gives_the_engines_sound_and_the_loop_is_free_meanwhile() -> None:
    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (renderer, start):
            task = start(7, 0)
            assert await engine.begun.get() == 7  # the loop runs while the engine does not return
            engine.finish()
            assert await task is SOUND
            assert renderer.renders == 1
            assert threading.get_ident() not in engine.threads
            assert len(engine.threads) == 1

    asyncio.run(main())


def test_one_at_a_time_and_the_most_urgent_first() -> None:
    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (_, start):
            tasks = [start(9, 1)]
            await engine.begun.get()
            tasks += [start(5, 5), start(1, 1), start(3, 3)]
            await turn()
            assert engine.rendered == [9]
            order = []
            for _ in range(3):
                engine.finish()
                order.append(await engine.begun.get())
            engine.finish()
            assert await settled(*tasks) == [SOUND] * 4
            assert order == [1, 3, 5]

    asyncio.run(main())


def test_of_equals_the_first_to_come_is_the_first_to_go() -> None:
    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (_, start):
            tasks = [start(0, 0)]
            await engine.begun.get()
            for token in (1, 2, 3):
                tasks.append(start(token, 1))
                await turn()
            for _ in tasks:
                engine.finish()
            await settled(*tasks)
            assert engine.rendered == [0, 1, 2, 3]

    asyncio.run(main())


def test_a_rank_is_asked_for_when_the_slot_is_free_since_the_floor_moves_while_one_waits() -> None:
    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (renderer, start):
            ranks = {1: 1, 2: 2}
            tasks = [start(0, 0)]
            await engine.begun.get()
            for token in ranks:
                render = renderer.render([token], STYLE, 1.0, partial(ranks.__getitem__, token))
                tasks.append(asyncio.create_task(render))
            await turn()
            ranks[2] = 0
            for _ in tasks:
                engine.finish()
            await settled(*tasks)
            assert engine.rendered == [0, 2, 1]

    asyncio.run(main())


# --- preempting ----------------------------------------------------------------------------------------------------


def test_a_more_urgent_render_preempts_the_one_in_flight_which_then_comes_before_its_equals() -> None:
    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (_, start):
            book = start(7, 2)
            assert await engine.begun.get() == 7
            save = start(8, 2)
            await turn()
            live = start(1, 0)
            assert await engine.begun.get() == 1, "the chunk of the book was not rendered to its end"
            engine.finish()
            assert await live is SOUND
            for token, task in ((7, book), (8, save)):
                assert await engine.begun.get() == token
                engine.finish()
                assert await task is SOUND

    asyncio.run(main())


def test_equals_do_not_preempt_one_another() -> None:
    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (_, start):
            tasks = [start(1, 2)]
            await engine.begun.get()
            tasks += [start(2, 2), start(3, 3)]
            await turn()
            assert engine.cancels == 0
            for _ in tasks:
                engine.finish()
            await settled(*tasks)
            assert engine.rendered == [1, 2, 3]

    asyncio.run(main())


def test_a_chunk_that_was_preempted_often_enough_is_rendered_to_its_end() -> None:
    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (_, start):
            book = start(9, 2)
            await preempted_to_the_limit(engine, start)
            assert await engine.begun.get() == 9
            cancels = engine.cancels
            live = start(5, 0)
            await turn()
            assert engine.cancels == cancels
            engine.finish()
            assert await book is SOUND
            assert await engine.begun.get() == 5
            engine.finish()
            assert await live is SOUND

    asyncio.run(main())


def test_a_long_chunk_that_was_preempted_often_enough_is_to_be_halved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Live speech waits for about a second at most."""

    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (renderer, start):
            monkeypatch.setattr(renderer.tempo, "rendered", lambda *_: None)  # the fake's sounds are of no length
            most = round(renderer.tempo.phonemes(module.MAX_DELAY))
            for length, ways in ((most + 1, PreemptedTooOftenError), (most - 1, Rendered)):
                book = asyncio.create_task(renderer.render([9] * length, STYLE, 1.0, lambda: 2))
                await preempted_to_the_limit(engine, start)
                if ways is Rendered:
                    assert await engine.begun.get() == 9
                    engine.finish()
                assert isinstance((await settled(book))[0], ways)
                assert engine.begun.empty()

    asyncio.run(main())


def test_the_half_of_a_preempted_chunk_comes_before_its_equals() -> None:
    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (renderer, start):
            tasks = [start(1, 0)]
            assert await engine.begun.get() == 1
            tasks += [start(2, 2), start(3, 2)]
            await turn()
            tasks.append(asyncio.create_task(renderer.render([4], STYLE, 1.0, lambda: 2, preempted=True)))
            await turn()
            for _ in tasks:
                engine.finish()
            await settled(*tasks)
            assert engine.rendered == [1, 4, 2, 3]

    asyncio.run(main())


def test_a_short_chunk_is_rendered_to_its_end_however_slow_the_machine() -> None:
    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (renderer, start):
            renderer.tempo.rendered(100.0, 1.0)
            book = asyncio.create_task(renderer.render([9] * module.MIN_HALVED, STYLE, 1.0, lambda: 2))
            await preempted_to_the_limit(engine, start)
            assert await engine.begun.get() == 9
            engine.finish()
            assert await book is SOUND

    asyncio.run(main())


def test_each_chunk_may_be_preempted_to_the_limit_anew() -> None:
    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (_, start):
            for _ in range(2):
                book = start(9, 2)
                await preempted_to_the_limit(engine, start)
                assert await engine.begun.get() == 9
                engine.finish()
                assert await book is SOUND

    asyncio.run(main())


def test_a_sound_that_came_out_before_the_cancel_hit_is_not_rendered_again() -> None:
    async def main() -> None:
        engine = FakeDeafEngine()
        async with rendering(engine) as (_, start):
            book = start(9, 2)
            await engine.begun.get()
            live = start(1, 0)
            await engine.cancelled.wait()
            engine.finish()
            assert await book is SOUND
            engine.finish()
            assert await live is SOUND
            assert engine.rendered == [9, 1]

    asyncio.run(main())


@pytest.mark.parametrize("later", range(6))
def test_a_cancel_at_any_moment_of_a_preemption_loses_nobody(later: int) -> None:
    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (_, start):
            book, save = start(9, 2), start(8, 2)
            assert await engine.begun.get() == 9
            live = start(1, 0)
            for _ in range(later):
                await asyncio.sleep(0)
            book.cancel()
            for token, task in ((1, live), (8, save)):
                assert await engine.begun.get() == token
                engine.finish()
                assert await task is SOUND
            await settled(book)
            assert book.cancelled()

    asyncio.run(main())


def test_a_preempted_render_that_does_not_end_is_reported_as_stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RENDER_STUCK_TIMEOUT", 0.05)

    async def main() -> None:
        engine = FakeDeafEngine()
        stuck: list[bool] = []
        async with rendering(engine, lambda: stuck.append(True)) as (_, start):
            ends = await settled(start(9, 2), start(1, 0))
            assert [type(end) for end in ends] == [SynthesisError, SynthesisError]
            assert stuck == [True]
        engine.finish()

    asyncio.run(main())


# --- cancelling ----------------------------------------------------------------------------------------------------


def test_cancelling_drops_the_render_and_frees_the_slot() -> None:
    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (_, start):
            dropped, waiting = start(1, 0), start(2, 0)
            await engine.begun.get()
            dropped.cancel()
            assert await engine.begun.get() == 2
            engine.finish()
            assert isinstance((await settled(dropped))[0], asyncio.CancelledError)
            assert await waiting is SOUND

    asyncio.run(main())


def test_a_render_that_is_cancelled_while_waiting_never_begins() -> None:
    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (_, start):
            first, dropped, last = start(1, 0), start(2, 0), start(3, 1)
            await engine.begun.get()
            dropped.cancel()
            engine.finish()
            assert await engine.begun.get() == 3
            engine.finish()
            await settled(first, dropped, last)
            assert dropped.cancelled()
            assert engine.rendered == [1, 3]

    asyncio.run(main())


@pytest.mark.parametrize("later", range(6))
def test_a_cancel_at_any_moment_of_the_handover_loses_nobody(later: int) -> None:
    """The slot's owner ends, and the next in line is cancelled ``later`` turns of the loop after it or before it."""

    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (_, start):
            owner, next_, last = start(1, 0), start(2, 0), start(3, 1)
            await engine.begun.get()
            await turn()
            owner.cancel()
            for _ in range(later):
                await asyncio.sleep(0)
            next_.cancel()
            while await engine.begun.get() != 3:
                pass
            engine.finish()
            assert await last is SOUND
            await settled(owner, next_)
            assert owner.cancelled()
            assert next_.cancelled()

    asyncio.run(main())


def test_a_cancel_before_the_thread_has_begun_is_said_again_until_it_hits() -> None:
    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (renderer, start):
            await renderer.start_loading()
            held = threading.Event()
            renderer._pool.submit(held.wait)  # the thread is busy with something else
            task = start(1, 0)
            await turn()
            task.cancel()
            while engine.cancels < 2:
                await engine.cancelled.wait()
                engine.cancelled.clear()
            assert engine.rendered == []
            held.set()
            await settled(task)
            assert task.cancelled()
            assert engine.rendered == [1]

    asyncio.run(main())


def test_the_slot_stays_taken_until_a_cancelled_render_has_returned_however_often_it_is_cancelled() -> None:
    async def main() -> None:
        engine = FakeDeafEngine()
        async with rendering(engine) as (_, start):
            dropped, waiting = start(1, 0), start(2, 0)
            await engine.begun.get()
            for _ in range(3):
                dropped.cancel()
                await turn()
            assert not dropped.done()
            assert engine.rendered == [1]
            engine.finish()
            assert await engine.begun.get() == 2
            engine.finish()
            assert await waiting is SOUND
            await settled(dropped)
            assert dropped.cancelled()

    asyncio.run(main())


# --- too long, stuck -----------------------------------------------------------------------------------------------


def test_e5_a_render_that_takes_too_long_is_cancelled_and_only_that_one_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RENDER_TIMEOUT", 0.01)

    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (_, start):
            with pytest.raises(SynthesisError, match="longer than"):
                await start(1, 0)
            task = start(2, 0)
            engine.finish()
            engine.finish()
            assert await task is SOUND

    asyncio.run(main())


def test_e5_a_render_that_cannot_be_cancelled_is_reported_as_stuck(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "RENDER_TIMEOUT", 0.01)
    monkeypatch.setattr(module, "RENDER_STUCK_TIMEOUT", 0.05)

    async def main() -> None:
        engine = FakeDeafEngine()
        stuck: list[bool] = []
        async with rendering(engine, lambda: stuck.append(True)) as (_, start):
            with pytest.raises(SynthesisError):
                await start(1, 0)
            assert stuck == [True]
            assert engine.cancels > 1
        engine.finish()

    asyncio.run(main())
    assert [record.levelno for record in caplog.records if record.name == module.__name__] == [logging.CRITICAL]


# --- failing and loading -------------------------------------------------------------------------------------------


def test_a_failed_render_fails_alone() -> None:
    class FakePickyEngine(FakeEngine):
        def work(self, token: int) -> None:
            if token == 1:
                raise SynthesisError("no usable sound")

    async def main() -> None:
        async with rendering(FakePickyEngine()) as (_, start):
            bad, good = await settled(start(1, 0), start(2, 0))
            assert isinstance(bad, SynthesisError)
            assert good is SOUND

    asyncio.run(main())


def test_the_model_is_loaded_once_for_however_many_wait_for_it() -> None:
    async def main() -> None:
        engine = FakeEngine()
        async with rendering(engine) as (renderer, start):
            assert renderer.state == "idle"
            tasks = [start(token, 0) for token in range(5)]
            await asyncio.sleep(0)
            assert renderer.state == "loading"
            assert await settled(*tasks) == [SOUND] * 5
            assert renderer.state == "ready"
            assert engine.loads == 1

    asyncio.run(main())


def test_a_failed_load_reaches_everybody_who_waits_and_is_tried_again() -> None:
    async def main() -> None:
        engine = FakeBrokenEngine()
        async with rendering(engine) as (renderer, start):
            errors = await settled(start(1, 0), start(2, 0))
            assert [str(error) for error in errors] == ["run ttsmesh setup"] * 2
            assert renderer.state == "failed"
            engine.mended = True
            assert await start(3, 0) is SOUND
            assert renderer.state == "ready"
            assert (engine.loads, engine.rendered) == (2, [3])

    asyncio.run(main())


def test_a_failed_load_that_nobody_waits_for_is_silent(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with rendering(FakeBrokenEngine()) as (renderer, _):
            await asyncio.wait([renderer.start_loading()])

    asyncio.run(main())
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


class FakeHangingLoad(FakeEngine):
    """Its load lasts until ``let_go`` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()

    def load(self) -> None:
        super().load()
        self.let_go.wait()


def test_a_load_that_does_not_end_is_reported_as_stuck_and_fails_all_who_wait_for_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "LOAD_TIMEOUT", 0.05)

    async def main() -> None:
        engine = FakeHangingLoad()
        stuck: list[bool] = []
        async with rendering(engine, lambda: stuck.append(True)) as (renderer, start):
            ends = await settled(start(1, 0), start(2, 0))
            assert [str(end) for end in ends] == [module.HANGS] * 2
            assert stuck == [True]
            assert renderer.stuck
            assert [str(end) for end in await settled(start(3, 0))] == [module.HANGS]
            assert engine.loads == 1
        engine.let_go.set()

    asyncio.run(main())
    assert [record.levelno for record in caplog.records if record.name == module.__name__] == [logging.CRITICAL]


def test_no_watchdog_is_fed_for_a_load_that_is_over_every_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        engine = FakeHangingLoad()
        async with rendering(engine) as (renderer, _):
            loading = renderer.start_loading()
            await turn()
            assert not renderer.stuck
            with monkeypatch.context() as later:
                later.setattr(module, "RENDER_STUCK_TIMEOUT", -LOAD_TIMEOUT)
                assert renderer.stuck
            engine.let_go.set()
            await loading
            assert not renderer.stuck

    asyncio.run(main())


def test_a_caller_that_gives_up_waiting_for_the_model_does_not_stop_it_loading() -> None:
    async def main() -> None:
        engine = FakeEngine()
        async with rendering(engine) as (renderer, start):
            task = start(1, 0)
            await asyncio.sleep(0)
            task.cancel()
            await settled(task)
            assert await start(2, 0) is SOUND
            assert engine.loads == 1
            assert renderer.state == "ready"

    asyncio.run(main())


# --- idle time -----------------------------------------------------------------------------------------------------


class FakePreparingEngine(FakeSlowEngine):
    """It has ``left`` things to prepare, each of which takes as long as a render."""

    PREPARING = -1

    def __init__(self, left: int = 2) -> None:
        super().__init__()
        self.left = left

    def prepare_next(self) -> bool:
        self.work(self.PREPARING)
        self.left -= 1
        return self.left > 0


@pytest.fixture
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IDLE", 0.0)


@pytest.mark.usefixtures("no_patience")
def test_idle_time_is_used_until_all_is_prepared() -> None:
    async def main() -> None:
        engine = FakePreparingEngine()
        async with rendering(engine) as (renderer, _):
            await renderer.start_loading()
            for _ in range(2):
                assert await engine.begun.get() == engine.PREPARING
                engine.finish()
            await renderer.prepared.wait()
            assert engine.left == 0

    asyncio.run(main())


@pytest.mark.usefixtures("no_patience")
def test_a_render_interrupts_preparing_at_once_which_goes_on_afterwards() -> None:
    async def main() -> None:
        engine = FakePreparingEngine(left=1)
        async with rendering(engine) as (renderer, start):
            await renderer.start_loading()
            assert await engine.begun.get() == engine.PREPARING
            task = start(7, 0)
            assert await engine.begun.get() == 7, "the preparing was not finished first"
            assert engine.left == 1
            engine.finish()
            assert await task is SOUND
            assert await engine.begun.get() == engine.PREPARING
            engine.finish()
            await renderer.prepared.wait()

    asyncio.run(main())


@pytest.mark.usefixtures("no_patience")
def test_closing_ends_what_is_being_prepared() -> None:
    async def main() -> None:
        engine = FakePreparingEngine()
        async with rendering(engine) as (renderer, _):
            await renderer.start_loading()
            await engine.begun.get()
        assert engine.cancels
        assert not renderer.prepared.is_set()

    asyncio.run(main())


@pytest.mark.usefixtures("no_patience")
def test_what_cannot_be_prepared_is_not_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    class FakeFailing(FakeEngine):
        tries = 0

        def prepare_next(self) -> bool:
            self.tries += 1
            raise SynthesisError("no memory")

    async def main() -> None:
        engine = FakeFailing()
        async with rendering(engine) as (renderer, start):
            await renderer.start_loading()
            await renderer.prepared.wait()
            assert await start(7, 0) is SOUND
            await turn()
            assert engine.tries == 1

    asyncio.run(main())
    assert "no memory" in caplog.text
