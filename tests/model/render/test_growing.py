"""The text of a part as its script reads it: when it waits, when it says what there is, and when it ends."""

import asyncio
import copy
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, cast

import pytest

from tests.reading import shipped
from ttsmesh.model.g2p.client import G2P
from ttsmesh.model.g2p.lane import G2PError
from ttsmesh.model.render import growing
from ttsmesh.model.render.growing import LONGEST, GrowingText, Part
from ttsmesh.model.text.growing.growth import Growth
from ttsmesh.model.text.reader import read
from ttsmesh.model.text.reading import Block, Reading
from ttsmesh.model.text.segments import spoken


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is waited for for long."""
    monkeypatch.setattr(growing, "BREATH", 0.01)
    monkeypatch.setattr(growing, "LINGER", 0.02)


class FakeG2P:
    """Reads in this process. It fails on a text that ``breaks`` it."""

    def __init__(self, breaks: Callable[[str, Reading], bool] = lambda _, __: False) -> None:
        self._breaks = breaks

    async def read(
        self, window: str, offset: int, reading: Reading, state: Mapping[str, Any], *, most: int, final: bool, rank: int
    ) -> Block:
        if self._breaks(window, reading):
            raise G2PError("crashed")
        state = copy.deepcopy(dict(state))
        return read(window, offset, reading, state, most=most, final=final, lexicon=shipped())


class Being:
    """A text that is being written, and one part of it."""

    def __init__(self, g2p: FakeG2P | None = None) -> None:
        self.loop = asyncio.get_running_loop()
        self.growth = Growth(Reading(language="en-us"), 60.0)
        self.calls = 0
        self.part = Part(self.growth, self._called)
        self.g2p = g2p or FakeG2P()
        self.text = self.reader()

    def _called(self) -> None:
        self.calls += 1

    def reader(self) -> GrowingText:
        return GrowingText(cast(G2P, self.g2p), self.part, lambda: 0)

    def write(self, text: str) -> None:
        self.growth.add(text, self.loop.time())
        self.part.grew()

    async def next(self) -> list[str]:
        async with asyncio.timeout(10):
            return [spoken(segment.words) for segment in await self.text.next()]


def run(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(main())


def test_it_waits_for_more_and_then_has_what_there_is_said() -> None:
    async def main() -> None:
        being = Being()
        being.write("One is here. Tw")
        assert await being.next() == ["One is here."]
        assert not being.text.breathes
        assert await being.next() == []
        assert being.text.breathes and not being.text.ended
        waiting = asyncio.create_task(being.next())
        await asyncio.sleep(0)
        being.write("o is. T")
        assert await waiting == ["Two is."]
        assert being.part.text == "One is here. Two is."
        assert being.calls == 2

    run(main)


def test_it_ends_with_the_text() -> None:
    async def main() -> None:
        being = Being()
        being.write("One is here. Two")
        being.growth.end()
        assert await being.next() == ["One is here.", "Two"]
        assert await being.next() == []
        assert being.text.ended and being.growth.done

    run(main)


def test_it_ends_when_all_was_heard_and_nothing_more_came_for_a_while() -> None:
    async def main() -> None:
        being = Being()
        being.write("One is here. T")
        await being.next()
        being.part.begun()
        assert await being.next() == []
        waiting = asyncio.create_task(being.next())
        being.part.heard(True)
        being.part.heard(False)
        done, _ = await asyncio.wait([waiting], timeout=0.1)
        assert not done
        being.part.heard(True)
        assert await waiting == []
        assert being.text.ended

    run(main)


def test_it_ends_without_being_heard_only_when_there_is_nothing_to_hear_in_it() -> None:
    async def main() -> None:
        for begun in (False, True):
            being = Being()
            being.write("!!!\n\n***\n\n")
            await being.next()
            if begun:
                being.part.begun()
            ending = asyncio.create_task(until_ended(being))
            done, _ = await asyncio.wait([ending], timeout=0.2 if begun else 10)
            assert bool(done) is not begun
            being.part.heard(True)
            await ending

    async def until_ended(being: Being) -> None:
        while not being.text.ended:
            await being.next()

    run(main)


def test_it_ends_at_once_when_somebody_waits_for_the_floor_but_says_what_there_is() -> None:
    async def main() -> None:
        being = Being()
        being.part.floor_wanted(True)
        being.write("One is here. Two is. T")
        assert await being.next() == ["One is here.", "Two is."]
        assert await being.next() == []
        assert being.text.breathes
        assert await being.next() == []
        assert being.text.ended
        being.write("hree is. F")
        assert await being.next() == []

    run(main)


def test_it_ends_when_it_is_long_and_the_next_part_goes_on_there() -> None:
    async def main() -> None:
        being = Being()
        sentence = "This is one of many sentences. "
        being.write(sentence * (2 * LONGEST // len(sentence)))
        count = 0
        while not being.text.ended:
            count += len(await being.next())
        assert LONGEST <= len(being.part.text) < LONGEST + 4096
        assert being.part.text == (sentence * count).rstrip()
        being.part = Part(being.growth, lambda: None)
        being.text = being.reader()
        assert (await being.next())[0] == sentence.rstrip()
        assert being.part.text.startswith(sentence)

    run(main)


def test_it_can_be_read_once_more() -> None:
    async def main() -> None:
        being = Being()
        being.part.floor_wanted(True)
        being.write("One is here. Two is. T")
        said = await being.next()
        while not being.text.ended:
            assert await being.next() == []
        being.text = being.reader()
        assert not being.text.ended
        assert await being.next() == said

    run(main)


def test_places_are_those_in_the_text_of_the_part() -> None:
    async def main() -> None:
        being = Being()
        being.write("One is here. T")
        await being.next()
        being.part = Part(being.growth, lambda: None)
        being.text = being.reader()
        being.write("wo is. T")
        (segment,) = await being.text.next()
        assert [being.part.text[word.start : word.end] for word in segment.words] == ["Two", "is", "."]

    run(main)


def test_what_the_reader_fails_on_is_read_as_plain_text_and_else_counted() -> None:
    async def main() -> None:
        being = Being(FakeG2P(lambda _, reading: reading.read_as == "auto"))
        being.write("# One\n\n# Two\n\n")
        assert (await being.next())[0] == "hash One"
        being = Being(FakeG2P(lambda window, _: "bad" in window))
        being.write("A bad one.\n\nA good one.\n\n")
        (segment,) = await being.text.next()
        assert segment.words == () and segment.unsayable > 10

    run(main)
