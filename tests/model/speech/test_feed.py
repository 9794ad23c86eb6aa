"""What a voice process gets besides the sound: which part of the text it says, when each word is heard, and marks."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import uvloop

from tests.model.fake_voice import FRAMES, FakeSynthesizer, order
from ttsmesh.audio import BYTES_PER_FRAME
from ttsmesh.model.render.synthesis import RenderedChunk
from ttsmesh.model.speech.feed import Feed
from ttsmesh.model.speech.timeline import Milestones
from ttsmesh.model.text.reading import Reading
from ttsmesh.wire.exchange import Side
from ttsmesh.wire.messages import Audio, AudioEnd, Chunk, MarkPlace, Synthesize
from ttsmesh.wire.schema import Message
from ttsmesh.wire.stream import Channel
from ttsmesh.wire.word_times import WordTime, unpack

WORDS = (WordTime(0, 100, 0, 5), WordTime(100, 200, 6, 11))


class MarkedSynthesizer(FakeSynthesizer):
    """One chunk with words and marks. ``readings`` are how its texts were to be read."""

    def __init__(self) -> None:
        super().__init__()
        self.readings: list[Reading] = []

    async def speak(self, text: str, reading: Reading, **_: Any) -> AsyncIterator[RenderedChunk]:
        self.readings.append(reading)
        pcm = bytes(FRAMES * BYTES_PER_FRAME)
        yield RenderedChunk(start=0, end=11, pcm=pcm, words=WORDS, marks=((100, "here"),), render_s=0.0)


def fed(**changes: Any) -> tuple[list[Message], Feed, MarkedSynthesizer]:
    """All messages that a voice process gets for an order with these ``changes``."""

    async def main() -> tuple[list[Message], Feed, MarkedSynthesizer]:
        synthesizer = MarkedSynthesizer()
        feed = Feed(
            replace(order(), **changes),
            synthesizer.as_synthesizer(),
            lambda: 0,
            lambda: 1.0,
            Milestones("a-1", None, None),
        )
        ours, theirs = socket.socketpair()
        async with (
            await Channel.over(ours, Side.OPENER) as asking,
            await Channel.over(theirs, Side.ANSWERER) as feeding,
        ):
            await asking.send(Synthesize(id="a-1"))
            await feeding.receive()
            running = asyncio.create_task(feed.run())
            assert feed.offer(feeding)
            found: list[Message] = []
            while not found or not isinstance(found[-1], AudioEnd):
                message = await asking.receive()
                assert message is not None
                found.append(message)
            await running
            return found, feed, synthesizer

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main())


def test_a_chunk_says_when_each_word_is_heard_and_its_marks_come_before_the_sound() -> None:
    (_, chunk, mark, *sound), _, _ = fed()
    assert isinstance(chunk, Chunk)
    assert (chunk.start, chunk.end, tuple(unpack(chunk.words))) == (0, 11, WORDS)
    assert mark == MarkPlace(name="here", frame=100)
    assert all(isinstance(message, Audio) for message in sound[:-1])


def test_what_was_heard_is_known_by_the_same_words() -> None:
    _, feed, _ = fed()
    assert [feed.spoken.characters(frames) for frames in (99, 100, 200)] == [0, 5, 11]


def test_a_text_is_read_as_its_order_says() -> None:
    _, _, synthesizer = fed(read_as="code", detect=True, directory="/work")
    assert synthesizer.readings == [Reading(language="en-us", read_as="code", detect=True, directory="/work")]
