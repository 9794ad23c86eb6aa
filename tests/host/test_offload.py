"""Blocking calls in threads: in their order, with a deadline, and one that hangs holds up no other place."""

import asyncio
import errno
import functools
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from ttsmesh.errors import Code
from ttsmesh.host import offload
from ttsmesh.host.offload import NoResponse, Worker, Workers

PATIENCE = 20.0


@pytest.fixture
def hanging() -> Iterator[Callable[[], None]]:
    """A call that does not return before the test has ended."""
    ended = threading.Event()

    def hang() -> None:
        ended.wait(PATIENCE)

    yield hang
    ended.set()


def test_calls_are_made_in_their_order_and_away_from_the_loop() -> None:
    async def main() -> None:
        worker, made = Worker("it"), list[int]()

        def make(number: int) -> int:
            made.append(number)
            return threading.get_ident()

        threads = await asyncio.gather(*(worker.run(functools.partial(make, number)) for number in range(50)))
        assert made == list(range(50))
        assert threading.get_ident() not in threads
        assert not worker.busy

    asyncio.run(main())


@pytest.mark.parametrize("error", [ValueError("theirs"), TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))])
def test_what_a_call_raises_is_the_callers(error: Exception) -> None:
    def fail() -> None:
        raise error

    with pytest.raises(type(error)) as caught:
        asyncio.run(Worker("it").run(fail))
    assert repr(caught.value) == repr(error)


def test_a_call_that_hangs_is_given_up_with_a_reason(hanging: Callable[[], None]) -> None:
    with pytest.raises(NoResponse, match="the disk does not respond") as caught:
        asyncio.run(Worker("the disk").run(hanging, 0.01))
    assert caught.value.code is Code.IO


def test_a_call_that_nobody_waits_for_any_more_is_not_made() -> None:
    async def main() -> None:
        worker, made, go = Worker("it"), list[str](), threading.Event()
        first = worker.submit(lambda: go.wait(PATIENCE))
        with pytest.raises(NoResponse):
            await worker.run(lambda: made.append("second"), 0.01)
        third = worker.submit(lambda: made.append("third"))
        go.set()
        await worker.result(third, PATIENCE)
        assert first.result()
        assert made == ["third"]

    asyncio.run(main())


def test_what_waits_behind_a_call_that_hangs_is_bounded(
    hanging: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offload, "MAX_CLIENTS", 3)
    worker = Worker("it")
    for _ in range(3):
        worker.submit(hanging)
    with pytest.raises(NoResponse):
        worker.submit(hanging)


def test_a_thread_that_nobody_needs_ends_and_another_one_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offload, "LINGER", 0.0)

    async def main() -> None:
        worker = Worker("it")
        before = await worker.run(threading.current_thread)
        await asyncio.to_thread(before.join, PATIENCE)
        assert not before.is_alive()
        assert await worker.run(threading.current_thread) is not before

    asyncio.run(main())


def test_a_place_that_hangs_holds_up_no_other_and_keeps_one_thread(hanging: Callable[[], None]) -> None:
    async def main() -> None:
        workers, before = Workers("the directory"), threading.active_count()
        asked = [asyncio.create_task(workers.run("/dead", hanging, 0.5)) for _ in range(100)]
        assert await workers.run("/alive", lambda: "answer") == "answer"
        assert threading.active_count() <= before + 2
        assert {type(refusal) for refusal in await asyncio.gather(*asked, return_exceptions=True)} == {NoResponse}

    asyncio.run(main())


def test_places_that_hang_are_bounded_and_those_that_answer_again_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offload, "MAX_HANGING", 2)
    responds = threading.Event()

    async def main() -> None:
        workers = Workers("the directory")
        for place in ("/a", "/b"):
            with pytest.raises(NoResponse, match="does not respond"):
                await workers.run(place, lambda: responds.wait(PATIENCE), 0.01)
        with pytest.raises(NoResponse, match="2 others do not respond"):
            await workers.run("/c", int)
        responds.set()
        assert await workers.run("/a", int) == 0
        assert await workers.run("/b", int) == 0
        assert await workers.run("/c", int) == 0

    asyncio.run(main())


def test_a_call_that_hangs_does_not_keep_the_process() -> None:
    script = """
import asyncio, time
from ttsmesh.host.offload import NoResponse, Worker
try:
    asyncio.run(Worker("it").run(lambda: time.sleep(1000), 0.01))
except NoResponse:
    print("left")
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert run.stdout == "left\n"
