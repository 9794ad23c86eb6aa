"""The render slot: one call to the engine at a time, the most urgent first, each cancellable and bounded."""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Protocol

import numpy as np
import pytest

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.errors import ConfigError, SynthesisError
from ttsmesh.limits import LOAD_TIMEOUT, MAX_PHONEMES
from ttsmesh.model.engine.protocol import Floats, RenderCancelled, Speaker
from ttsmesh.model.kokoro import STYLE_SIZE
from ttsmesh.model.render import renderer as module
from ttsmesh.model.render.renderer import Render, Renderer

SPEAKER = Speaker(np.zeros((MAX_PHONEMES, STYLE_SIZE), np.float32))

BEGIN = 0
"""The number of the call that begins a chunk. Those for its pieces are 1, 2 and so on."""

Call = tuple[str, int]
"""A chunk's phonemes, and which call for it."""


class FakeRendering:
    """As many pieces of a chunk as the engine says."""

    loudness = -20.0

    def __init__(self, engine: "FakeEngine", phonemes: str) -> None:
        self.ends = np.array([0, engine.pieces, engine.pieces], np.int64)
        self._engine = engine
        self._phonemes = phonemes
        self._calls = 0

    def next(self) -> Floats | None:
        if self._calls == self._engine.pieces:
            return None
        self._engine.call(self._phonemes, self._calls + 1)
        self._calls += 1
        return np.full(1, self._calls, np.float32)


class FakeEngine:
    """Renders at once, and keeps what it was asked for. A chunk has two pieces of one sample each."""

    name = "fake"
    sample_rate = SAMPLE_RATE
    device_memory_bytes = None
    symbols = frozenset("abcdefghij")
    pieces = 2

    def __init__(self) -> None:
        self.loads = 0
        self.calls: list[Call] = []
        self.cancels = 0
        self.cancelled = asyncio.Event()
        self.threads: set[int] = set()

    def check(self) -> None:
        """Nothing is needed."""

    def load(self) -> None:
        self.loads += 1
        self.threads.add(threading.get_ident())

    def begin(self, phonemes: str, speaker: Speaker, speed: float) -> FakeRendering:
        self.call(phonemes, BEGIN)
        return FakeRendering(self, phonemes)

    def call(self, phonemes: str, number: int) -> None:
        self.threads.add(threading.get_ident())
        self.calls.append((phonemes, number))
        self.work(phonemes)

    def work(self, phonemes: str) -> None:
        """What one call takes."""

    @property
    def wants_idle_time(self) -> bool:
        return False

    def use_idle_time(self) -> None:
        raise AssertionError("no idle time is wanted")

    def cancel(self) -> None:
        self.cancels += 1
        self.cancelled.set()


class FakeSlowEngine(FakeEngine):
    """Each call lasts until ``finish`` lets one go, or until it is cancelled."""

    def __init__(self) -> None:
        super().__init__()
        self.begun: asyncio.Queue[Call] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self._end = threading.Semaphore(0)
        self._cancelled = False
        self._in_flight = False

    def work(self, phonemes: str) -> None:
        self._cancelled, self._in_flight = False, True
        self._loop.call_soon_threadsafe(self.begun.put_nowait, self.calls[-1])
        self._end.acquire()
        self._in_flight = False
        if self._cancelled:
            raise RenderCancelled

    def finish(self) -> None:
        self._end.release()

    async def finish_next(self) -> Call:
        """The next call, which begins and ends meanwhile."""
        call = await self.begun.get()
        self.finish()
        return call

    def cancel(self) -> None:
        super().cancel()
        if self._in_flight and not self._cancelled:
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


class Begin(Protocol):
    """Begins a chunk, in a task."""

    def __call__(self, phonemes: str, rank: int = 0) -> asyncio.Task[Render]: ...


Sound = list[float]


@asynccontextmanager
async def rendering(
    engine: FakeEngine, on_stuck: Callable[[], None] = never_stuck
) -> AsyncIterator[tuple[Renderer, Begin]]:
    """A renderer, and a function that begins a chunk with a rank."""
    renderer = Renderer(engine, on_stuck)

    def begin(phonemes: str, rank: int = 0) -> asyncio.Task[Render]:
        return asyncio.create_task(renderer.begin(phonemes, SPEAKER, 1.0, lambda: rank))

    yield renderer, begin
    await renderer.close()


async def rest(render: Render) -> Sound:
    """The pieces that are left, each named by its sample."""
    found = []
    while (piece := await render.next()) is not None:
        found += piece.tolist()
    return found


async def whole(beginning: asyncio.Task[Render]) -> Sound:
    """All pieces of the chunk."""
    return await rest(await beginning)


def chunk(beginning: asyncio.Task[Render]) -> asyncio.Task[Sound]:
    """A task that renders the chunk piece by piece, without a pause."""
    return asyncio.create_task(whole(beginning))


def calls(*chunks: str) -> list[Call]:
    """All calls for ``chunks``, one chunk after the other."""
    return [(phonemes, number) for phonemes in chunks for number in (BEGIN, 1, 2)]


SOUND: Sound = [1, 2]
"""All pieces of a chunk."""


async def settled(*tasks: asyncio.Task[Render] | asyncio.Task[Sound]) -> list[object]:
    """How each task ended."""
    return await asyncio.gather(*tasks, return_exceptions=True)


async def turn() -> None:
    """Let every task that can run do so."""
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The slot is kept for the next piece, a piece may take its time, and no idle work begins in between, however busy
    this machine is."""
    monkeypatch.setattr(module, "GIVE_WAY", 60.0)
    monkeypatch.setattr(module, "KEEP", 60.0)
    monkeypatch.setattr(module, "IDLE", 60.0)


# --- pieces --------------------------------------------------------------------------------------------------------


def test_a_chunk_comes_piece_by_piece_and_the_loop_is_free_meanwhile() -> None:
    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (renderer, begin):
            beginning = begin("a")
            assert await engine.finish_next() == ("a", BEGIN)  # the loop runs while the engine does not return
            render = await beginning
            for number in (1, 2):
                piece = asyncio.create_task(render.next())
                assert await engine.finish_next() == ("a", number)
                assert np.array_equal(await piece or [], [number])
            assert await render.next() is None
            assert renderer.renders == 1
            assert threading.get_ident() not in engine.threads
            assert len(engine.threads) == 1

    asyncio.run(main())


def test_times_and_loudness_are_the_engines_and_known_before_the_first_piece() -> None:
    async def main() -> None:
        engine = FakeEngine()
        async with rendering(engine) as (_, begin):
            render = await begin("a")
            assert render.ends.tolist() == [0, 2, 2]
            assert render.loudness == FakeRendering.loudness
            assert engine.calls == [("a", BEGIN)]

    asyncio.run(main())


def test_no_piece_is_rendered_before_it_is_asked_for() -> None:
    async def main() -> None:
        engine = FakeEngine()
        async with rendering(engine) as (_, begin):
            render = await begin("a")
            assert await render.next()
            await turn()
            assert engine.calls == [("a", BEGIN), ("a", 1)]

    asyncio.run(main())


def test_how_fast_it_renders_is_learnt_when_a_chunk_ends_and_waiting_does_not_count() -> None:
    class FakeSteady(FakeEngine):
        def work(self, phonemes: str) -> None:
            time.sleep(0.02)

    async def main() -> None:
        told: list[tuple[float, float]] = []
        async with rendering(FakeSteady()) as (renderer, begin):
            renderer.tempo.rendered = lambda render_s, sound_s: told.append((render_s, sound_s))  # type: ignore[method-assign]
            await renderer.start_loading()
            begun = time.monotonic()
            book = await begin("a", 2)
            assert await book.next()
            paused = time.monotonic()
            assert await whole(begin("b", 0)) == SOUND
            paused_s = time.monotonic() - paused
            assert len(told) == 1
            assert await rest(book) == [2]
            took_s = time.monotonic() - begun - paused_s
        assert [sound_s for _, sound_s in told] == [pytest.approx(2 / SAMPLE_RATE)] * 2
        assert 2 * 0.02 <= told[0][0] <= paused_s, "it counts what pieces take, and not the chunk's beginning"
        assert 2 * 0.02 <= told[1][0] <= took_s

    asyncio.run(main())


# --- order ---------------------------------------------------------------------------------------------------------


def test_one_at_a_time_and_the_most_urgent_first() -> None:
    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (_, begin):
            tasks = [chunk(begin("a", 1))]
            assert await engine.begun.get() == ("a", BEGIN)
            tasks += [chunk(begin(phonemes, rank)) for phonemes, rank in (("d", 5), ("b", 1), ("c", 3))]
            await turn()
            assert engine.calls == [("a", BEGIN)]
            engine.finish()
            for call in calls("a", "b", "c", "d")[1:]:
                assert await engine.finish_next() == call
            assert await settled(*tasks) == [SOUND] * 4

    asyncio.run(main())


def test_equals_go_chunk_by_chunk_in_the_order_in_which_they_came() -> None:
    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (_, begin):
            tasks = [chunk(begin("a", 1))]
            assert await engine.begun.get() == ("a", BEGIN)
            for phonemes in "bcd":
                tasks.append(chunk(begin(phonemes, 1)))
                await turn()
            engine.finish()
            for call in calls("a", "b", "c", "d")[1:]:
                assert await engine.finish_next() == call
            assert await settled(*tasks) == [SOUND] * 4

    asyncio.run(main())


def test_a_chunk_whose_pieces_are_not_asked_for_holds_nobody_up_and_then_goes_on_before_its_equals(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "KEEP", 0.001)

    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (_, begin):
            beginning = begin("a", 1)
            await engine.finish_next()
            render = await beginning
            others = [begin("b", 1)]
            assert await engine.begun.get() == ("b", BEGIN)
            others.append(begin("c", 1))
            await turn()
            piece = asyncio.create_task(render.next())
            await turn()
            engine.finish()
            assert await engine.finish_next() == ("a", 1)
            assert await engine.finish_next() == ("c", BEGIN)
            assert (await piece) == [1]
            await settled(*others)

    asyncio.run(main())


def test_nobody_waits_for_a_chunk_that_is_complete_or_given_up() -> None:
    class FakePicky(FakeEngine):
        def work(self, phonemes: str) -> None:
            if self.calls[-1] == ("b", 1):
                raise SynthesisError("no usable sound")

    async def main() -> None:
        async with asyncio.timeout(30), rendering(FakePicky()) as (_, begin):
            assert await whole(begin("a")) == SOUND
            render = await begin("b")
            with pytest.raises(SynthesisError):
                await render.next()
            assert await whole(begin("c")) == SOUND

    asyncio.run(main())


def test_a_rank_is_asked_for_when_the_slot_is_free_since_the_floor_moves_while_one_waits() -> None:
    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (renderer, begin):
            ranks = {"b": 1, "c": 2}
            tasks = [chunk(begin("a", 0))]
            await engine.begun.get()
            for phonemes in ranks:
                beginning = renderer.begin(phonemes, SPEAKER, 1.0, partial(ranks.__getitem__, phonemes))
                tasks.append(chunk(asyncio.create_task(beginning)))
            await turn()
            ranks["c"] = 0
            engine.finish()
            for call in calls("a", "c", "b")[1:]:
                assert await engine.finish_next() == call
            assert await settled(*tasks) == [SOUND] * 3

    asyncio.run(main())


# --- giving way ----------------------------------------------------------------------------------------------------


def test_a_book_gives_way_between_two_pieces_and_goes_on_from_there_and_renders_no_piece_twice() -> None:
    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (_, begin):
            book = chunk(begin("a", 2))
            assert await engine.finish_next() == ("a", BEGIN)
            assert await engine.begun.get() == ("a", 1)
            save = chunk(begin("b", 2))
            live = chunk(begin("c", 0))
            await turn()
            assert engine.cancels == 0, "the piece in flight is rendered to its end"
            engine.finish()
            for call in [*calls("c"), ("a", 2), *calls("b")]:
                assert await engine.finish_next() == call
            assert await settled(book, save, live) == [SOUND] * 3

    asyncio.run(main())


def test_a_piece_that_takes_too_long_gives_way_and_is_rendered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GIVE_WAY", 0.01)

    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (_, begin):
            book = chunk(begin("a", 2))
            assert await engine.finish_next() == ("a", BEGIN)
            assert await engine.begun.get() == ("a", 1)
            live = chunk(begin("b", 0))
            await engine.cancelled.wait()
            for call in [*calls("b"), ("a", 1), ("a", 2)]:
                assert await engine.finish_next() == call
            assert await settled(book, live) == [SOUND] * 2

    asyncio.run(main())


def test_live_speech_does_not_wait_while_the_slot_is_kept_for_a_book() -> None:
    async def main() -> None:
        async with asyncio.timeout(30), rendering(FakeEngine()) as (_, begin):
            book = await begin("a", 2)
            assert await book.next() == [1]
            assert await whole(begin("b", 0)) == SOUND
            assert await rest(book) == [2]

    asyncio.run(main())


def test_live_speech_ends_the_beginning_of_a_book_which_is_done_again_afterwards_before_its_equals() -> None:
    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (renderer, begin):
            book = chunk(begin("a", 2))
            assert await engine.begun.get() == ("a", BEGIN)
            save = chunk(begin("b", 2))
            await turn()
            live = chunk(begin("c", 0))
            for call in calls("c", "a", "b"):
                assert await engine.finish_next() == call
            assert await settled(book, save, live) == [SOUND] * 3
            assert renderer.renders == 3

    asyncio.run(main())


def test_equals_do_not_preempt_one_another() -> None:
    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (_, begin):
            tasks = [chunk(begin("a", 2))]
            await engine.begun.get()
            tasks += [chunk(begin("b", 2)), chunk(begin("c", 3))]
            await turn()
            engine.finish()
            for call in calls("a", "b", "c")[1:]:
                assert await engine.finish_next() == call
            assert await settled(*tasks) == [SOUND] * 3
            assert engine.cancels == 0

    asyncio.run(main())


async def preempted_to_the_limit(engine: FakeSlowEngine, begin: Begin) -> None:
    """Preempt the beginning of the chunk "a" as often as that may be done, each time by live speech."""
    for _ in range(module.MAX_PREEMPTIONS):
        assert await engine.begun.get() == ("a", BEGIN)
        live = chunk(begin("b", 0))
        for call in calls("b"):
            assert await engine.finish_next() == call
        assert await live == SOUND


def test_a_beginning_that_was_preempted_often_enough_is_done_to_its_end() -> None:
    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (_, begin):
            book = chunk(begin("a", 2))
            await preempted_to_the_limit(engine, begin)
            assert await engine.begun.get() == ("a", BEGIN)
            cancels = engine.cancels
            live = chunk(begin("c", 0))
            await turn()
            assert engine.cancels == cancels
            engine.finish()
            for call in [*calls("c"), ("a", 1), ("a", 2)]:
                assert await engine.finish_next() == call
            assert await settled(book, live) == [SOUND] * 2

    asyncio.run(main())


def test_each_chunk_may_be_preempted_to_the_limit_anew() -> None:
    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (_, begin):
            for _ in range(2):
                book = chunk(begin("a", 2))
                await preempted_to_the_limit(engine, begin)
                for call in calls("a"):
                    assert await engine.finish_next() == call
                assert await book == SOUND

    asyncio.run(main())


def test_what_was_done_before_the_cancel_hit_is_not_done_again() -> None:
    async def main() -> None:
        engine = FakeDeafEngine()
        async with rendering(engine) as (_, begin):
            book = chunk(begin("a", 2))
            await engine.begun.get()
            live = chunk(begin("b", 0))
            await engine.cancelled.wait()
            engine.finish()
            for call in [*calls("b"), ("a", 1), ("a", 2)]:
                assert await engine.finish_next() == call
            assert await settled(book, live) == [SOUND] * 2

    asyncio.run(main())


@pytest.mark.parametrize("later", range(6))
def test_a_cancel_at_any_moment_of_a_preemption_loses_nobody(later: int) -> None:
    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (_, begin):
            book, save = chunk(begin("a", 2)), chunk(begin("b", 2))
            assert await engine.begun.get() == ("a", BEGIN)
            live = chunk(begin("c", 0))
            for _ in range(later):
                await asyncio.sleep(0)
            book.cancel()
            for call in calls("c", "b"):
                assert await engine.finish_next() == call
            assert await settled(live, save) == [SOUND] * 2
            await settled(book)
            assert book.cancelled()

    asyncio.run(main())


def test_a_preempted_beginning_that_does_not_end_is_reported_as_stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RENDER_STUCK_TIMEOUT", 0.05)

    async def main() -> None:
        engine = FakeDeafEngine()
        stuck: list[bool] = []
        async with rendering(engine, lambda: stuck.append(True)) as (_, begin):
            ends = await settled(begin("a", 2), begin("b", 0))
            assert [str(end) for end in ends] == [module.HANGS] * 2
            assert stuck == [True]
        engine.finish()

    asyncio.run(main())


# --- cancelling ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [BEGIN, 1, 2])
def test_cancelling_ends_the_call_in_flight_and_the_next_render_is_whole(number: int) -> None:
    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (_, begin):
            dropped, waiting = chunk(begin("a")), chunk(begin("b"))
            while (await engine.begun.get())[1] < number:
                engine.finish()
            dropped.cancel()
            for call in calls("b"):
                assert await engine.finish_next() == call
            assert await waiting == SOUND
            await settled(dropped)
            assert dropped.cancelled()

    asyncio.run(main())


def test_a_render_that_is_cancelled_while_waiting_never_begins() -> None:
    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (_, begin):
            first, dropped, last = chunk(begin("a", 0)), begin("b", 0), chunk(begin("c", 1))
            await engine.begun.get()
            dropped.cancel()
            engine.finish()
            for call in calls("a", "c")[1:]:
                assert await engine.finish_next() == call
            await settled(first, dropped, last)
            assert dropped.cancelled()

    asyncio.run(main())


@pytest.mark.parametrize("later", range(6))
def test_a_cancel_at_any_moment_of_the_handover_loses_nobody(later: int) -> None:
    """The slot's owner ends, and the next in line is cancelled ``later`` turns of the loop after it or before it."""

    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (_, begin):
            owner, next_, last = begin("a", 0), begin("b", 0), begin("c", 1)
            await engine.begun.get()
            await turn()
            owner.cancel()
            for _ in range(later):
                await asyncio.sleep(0)
            next_.cancel()
            while await engine.begun.get() != ("c", BEGIN):
                pass
            engine.finish()
            assert isinstance(await last, Render)
            await settled(owner, next_)
            assert owner.cancelled()
            assert next_.cancelled()

    asyncio.run(main())


def test_a_cancel_before_the_thread_has_begun_is_said_again_until_it_hits() -> None:
    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (renderer, begin):
            await renderer.start_loading()
            held = threading.Event()
            renderer._pool.submit(held.wait)  # the thread is busy with something else
            task = begin("a", 0)
            await turn()
            task.cancel()
            while engine.cancels < 2:
                await engine.cancelled.wait()
                engine.cancelled.clear()
            assert engine.calls == []
            held.set()
            await settled(task)
            assert task.cancelled()
            assert engine.calls == [("a", BEGIN)]

    asyncio.run(main())


@pytest.mark.parametrize("number", [BEGIN, 1])
def test_the_slot_stays_taken_until_a_cancelled_call_has_returned_however_often_it_is_cancelled(number: int) -> None:
    async def main() -> None:
        engine = FakeDeafEngine()
        async with rendering(engine) as (_, begin):
            dropped, waiting = chunk(begin("a")), chunk(begin("b"))
            while (await engine.begun.get())[1] < number:
                engine.finish()
            for _ in range(3):
                dropped.cancel()
                await turn()
            assert not dropped.done()
            assert engine.calls[-1] == ("a", number)
            engine.finish()
            for call in calls("b"):
                assert await engine.finish_next() == call
            assert await waiting == SOUND
            await settled(dropped)
            assert dropped.cancelled()

    asyncio.run(main())


# --- too long, stuck -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [BEGIN, 1])
def test_e5_a_call_that_takes_too_long_is_cancelled_and_only_that_render_fails(
    monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    async def main() -> None:
        engine = FakeSlowEngine()
        async with rendering(engine) as (_, begin):
            task = chunk(begin("a"))
            for call in calls("a")[:number]:
                assert await engine.finish_next() == call
            with monkeypatch.context() as hurried:
                hurried.setattr(module, "RENDER_TIMEOUT", 0.01)
                with pytest.raises(SynthesisError, match="longer than"):
                    await task
            assert await engine.begun.get() == ("a", number)
            task = chunk(begin("b"))
            for call in calls("b"):
                assert await engine.finish_next() == call
            assert await task == SOUND

    asyncio.run(main())


@pytest.mark.parametrize("number", [BEGIN, 1])
def test_e5_a_call_that_cannot_be_cancelled_is_reported_as_stuck(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, number: int
) -> None:
    monkeypatch.setattr(module, "RENDER_STUCK_TIMEOUT", 0.05)

    async def main() -> None:
        engine = FakeDeafEngine()
        stuck: list[bool] = []
        async with rendering(engine, lambda: stuck.append(True)) as (_, begin):
            task = chunk(begin("a"))
            for call in calls("a")[:number]:
                assert await engine.finish_next() == call
            with monkeypatch.context() as hurried:
                hurried.setattr(module, "RENDER_TIMEOUT", 0.01)
                with pytest.raises(SynthesisError):
                    await task
            assert stuck == [True]
            assert engine.cancels > 1
        engine.finish()

    asyncio.run(main())
    assert [record.levelno for record in caplog.records if record.name == module.__name__] == [logging.CRITICAL]


def test_a_book_in_the_middle_of_a_chunk_fails_when_the_process_can_render_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "RENDER_STUCK_TIMEOUT", 0.05)

    async def main() -> None:
        engine = FakeDeafEngine()
        async with rendering(engine, lambda: None) as (_, begin):
            beginning = begin("a", 2)
            await engine.finish_next()
            book = await beginning
            live = begin("b", 0)
            assert await engine.begun.get() == ("b", BEGIN)
            live.cancel()
            await settled(live)
            with pytest.raises(SynthesisError, match=module.HANGS):
                await book.next()
        engine.finish()

    asyncio.run(main())


# --- failing and loading -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [BEGIN, 1])
def test_a_failed_render_fails_alone(number: int) -> None:
    class FakePicky(FakeEngine):
        def work(self, phonemes: str) -> None:
            if self.calls[-1] == ("a", number):
                raise SynthesisError("no usable sound")

    async def main() -> None:
        async with rendering(FakePicky()) as (_, begin):
            bad, good = await settled(chunk(begin("a")), chunk(begin("b")))
            assert isinstance(bad, SynthesisError)
            assert good == SOUND

    asyncio.run(main())


def test_the_model_is_loaded_once_for_however_many_wait_for_it() -> None:
    async def main() -> None:
        engine = FakeEngine()
        async with rendering(engine) as (renderer, begin):
            assert renderer.state == "idle"
            tasks = [chunk(begin(phonemes)) for phonemes in "abcde"]
            await asyncio.sleep(0)
            assert renderer.state == "loading"
            assert await settled(*tasks) == [SOUND] * 5
            assert renderer.state == "ready"
            assert engine.loads == 1

    asyncio.run(main())


def test_a_failed_load_reaches_everybody_who_waits_and_is_tried_again() -> None:
    async def main() -> None:
        engine = FakeBrokenEngine()
        async with rendering(engine) as (renderer, begin):
            errors = await settled(begin("a"), begin("b"))
            assert [str(error) for error in errors] == ["run ttsmesh setup"] * 2
            assert renderer.state == "failed"
            engine.mended = True
            assert await whole(begin("c")) == SOUND
            assert renderer.state == "ready"
            assert (engine.loads, engine.calls) == (2, calls("c"))

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
        async with rendering(engine, lambda: stuck.append(True)) as (renderer, begin):
            ends = await settled(begin("a"), begin("b"))
            assert [str(end) for end in ends] == [module.HANGS] * 2
            assert stuck == [True]
            assert renderer.stuck
            assert [str(end) for end in await settled(begin("c"))] == [module.HANGS]
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
        async with rendering(engine) as (renderer, begin):
            task = begin("a")
            await asyncio.sleep(0)
            task.cancel()
            await settled(task)
            assert await whole(begin("b")) == SOUND
            assert engine.loads == 1
            assert renderer.state == "ready"

    asyncio.run(main())


# --- idle time -----------------------------------------------------------------------------------------------------


class FakeIdleEngine(FakeSlowEngine):
    """It has ``left`` things to do in idle time, each of which takes as long as a call."""

    IDLE_CALL: Call = ("idle", BEGIN)

    def __init__(self, left: int = 2) -> None:
        super().__init__()
        self.left = left

    @property
    def wants_idle_time(self) -> bool:
        return self.left > 0

    def use_idle_time(self) -> None:
        self.call(*self.IDLE_CALL)
        self.left -= 1


@pytest.fixture
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IDLE", 0.0)
    monkeypatch.setattr(module, "KEEP", 0.0)


@pytest.mark.usefixtures("no_patience")
def test_idle_time_is_used_for_as_long_as_the_engine_wants_it() -> None:
    async def main() -> None:
        engine = FakeIdleEngine()
        async with rendering(engine) as (renderer, _):
            await renderer.start_loading()
            for _ in range(2):
                assert await engine.finish_next() == engine.IDLE_CALL
            await renderer.idle_work_done()
            assert engine.left == 0

    asyncio.run(main())


@pytest.mark.usefixtures("no_patience")
def test_a_render_interrupts_idle_work_at_once_which_goes_on_afterwards() -> None:
    async def main() -> None:
        engine = FakeIdleEngine(left=1)
        async with rendering(engine) as (renderer, begin):
            await renderer.start_loading()
            assert await engine.begun.get() == engine.IDLE_CALL
            beginning = begin("a")
            assert await engine.finish_next() == ("a", BEGIN), "the idle work was not finished first"
            render = await beginning
            assert await engine.begun.get() == engine.IDLE_CALL, "no piece is asked for"
            pieces = asyncio.create_task(rest(render))
            for number in (1, 2):
                while (call := await engine.begun.get()) == engine.IDLE_CALL:
                    pass  # it may begin between two pieces, without any patience
                assert call == ("a", number)
                engine.finish()
            assert await pieces == SOUND
            assert engine.left == 1
            assert await engine.finish_next() == engine.IDLE_CALL
            await renderer.idle_work_done()

    asyncio.run(main())


def test_no_idle_work_begins_soon_after_a_render() -> None:
    async def main() -> None:
        engine = FakeIdleEngine()
        async with rendering(engine) as (_, begin):
            for phonemes in "ab":
                task = chunk(begin(phonemes))
                for call in calls(phonemes):
                    assert await engine.finish_next() == call
                assert await task == SOUND
                await turn()
            assert engine.calls == calls("a", "b")

    asyncio.run(main())


@pytest.mark.usefixtures("no_patience")
def test_idle_time_is_used_again_when_a_render_gave_the_engine_something_to_do() -> None:
    class FakeLearning(FakeIdleEngine):
        def begin(self, phonemes: str, speaker: Speaker, speed: float) -> FakeRendering:
            self.left += 1
            return FakeRendering(self, phonemes)

    async def main() -> None:
        engine = FakeLearning(left=0)
        async with rendering(engine) as (renderer, begin):
            await renderer.start_loading()
            await renderer.idle_work_done()
            for _ in range(2):
                assert isinstance(await begin("a"), Render)
                assert await engine.finish_next() == engine.IDLE_CALL
                await renderer.idle_work_done()
                assert engine.left == 0

    asyncio.run(main())


@pytest.mark.usefixtures("no_patience")
def test_closing_ends_the_idle_work() -> None:
    async def main() -> None:
        engine = FakeIdleEngine()
        async with rendering(engine) as (renderer, _):
            await renderer.start_loading()
            await engine.begun.get()
        assert engine.cancels
        assert engine.left == 2

    asyncio.run(main())


def test_nothing_is_learnt_from_a_chunk_of_one_piece() -> None:
    """It may have been rendered otherwise than others are."""

    class FakeWhole(FakeEngine):
        pieces = 1

    async def main() -> None:
        async with rendering(FakeWhole()) as (renderer, begin):
            renderer.tempo.rendered = lambda *_: pytest.fail("told")  # type: ignore[method-assign]
            assert await whole(begin("a")) == [1]

    asyncio.run(main())


@pytest.mark.usefixtures("no_patience")
def test_idle_work_that_fails_is_tried_again_after_the_next_render_only(caplog: pytest.LogCaptureFixture) -> None:
    class FakeFailing(FakeEngine):
        tries = 0

        @property
        def wants_idle_time(self) -> bool:
            return True

        def use_idle_time(self) -> None:
            self.tries += 1
            raise SynthesisError("no memory")

    async def main() -> None:
        engine = FakeFailing()
        async with rendering(engine) as (renderer, begin):
            await renderer.start_loading()
            await renderer.idle_work_done()
            assert engine.tries == 1
            assert await whole(begin("a")) == SOUND
            await renderer.idle_work_done()
            assert engine.tries == 2

    asyncio.run(main())
    assert "no memory" in caplog.text
