"""What a voice process gets besides the sound: which part of the text it says, when each word is heard, and marks."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import uvloop

from tests.model.fake_voice import FRAMES, FakeSynthesizer, order
from ttsmesh.audio import BYTES_PER_FRAME, SAMPLE_RATE, frames
from ttsmesh.model.render.pieces import ChunkHead, Piece
from ttsmesh.model.render.rendition import Rendition
from ttsmesh.model.speech.feed import AHEAD_S, Feed
from ttsmesh.model.text.reading import Reading
from ttsmesh.wire.exchange import Side
from ttsmesh.wire.messages import (
    Audio,
    AudioEnd,
    AudioStart,
    Chunk,
    MarkHeard,
    MarkPlace,
    PaceChange,
    Synthesize,
    WordHeard,
)
from ttsmesh.wire.schema import Message
from ttsmesh.wire.stream import Channel
from ttsmesh.wire.word_times import WordTime, unpack

WORDS = (WordTime(0, 100, 0, 5), WordTime(100, 200, 6, 11))


SAID = "What is said in it " + "x" * 60
HEAD = ChunkHead(
    start=0,
    end=11,
    text=SAID,
    words=WORDS,
    marks=((100, "here"),),
    said=((0, 0, 5), (100, 6, 11)),
    paces=((100, 2.0, 0.9),),
)
NEXT = ChunkHead(start=12, end=14, words=(WordTime(0, FRAMES + 50, 12, 14),), marks=())


class MarkedSynthesizer(FakeSynthesizer):
    """A chunk of two pieces, with words and marks, and one of one."""

    async def speak(self, text: str, reading: Reading, **_: Any) -> AsyncIterator[Piece]:
        for head in (HEAD, None, NEXT):
            yield Piece(bytes(FRAMES * BYTES_PER_FRAME), head, True, 0.25)


def rendition(synthesizer: FakeSynthesizer) -> Rendition:
    return synthesizer.rendition("hello", Reading(language="en-us"))


def fed(**changes: Any) -> tuple[list[Message], Feed]:
    """All messages that a voice process gets for an order with these ``changes``."""

    async def main() -> tuple[list[Message], Feed]:
        feed = Feed(replace(order(), **changes), rendition(MarkedSynthesizer()))
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
            return found, feed

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main())


def test_a_chunk_says_when_each_word_is_heard_and_its_marks_and_paces_come_before_the_sound() -> None:
    (_, chunk, pace, mark, *sound), _ = fed()
    assert isinstance(chunk, Chunk)
    assert (chunk.start, chunk.end, tuple(unpack(chunk.words))) == (0, 11, WORDS)
    assert pace == PaceChange(frame=100, rate=2.0, pitch=0.9)
    assert mark == MarkPlace(name="here", frame=100)
    assert isinstance(sound[0], Audio)


def test_a_chunk_is_announced_once_and_all_of_its_sound_follows() -> None:
    found, _ = fed()
    kinds = [type(message) for message in found]
    assert kinds == [AudioStart, Chunk, PaceChange, MarkPlace, Audio, Audio, Chunk, Audio, AudioEnd]
    assert sum(frames(message.pcm) for message in found if isinstance(message, Audio)) == 3 * FRAMES


def test_what_is_saved_is_called_by_its_first_words() -> None:
    for saving in ({"output": "/nowhere/a.wav"}, {"stream": True}):
        found, _ = fed(**saving)
        assert [message.title for message in found if isinstance(message, Chunk)] == ["What is said in it…", ""]
    found, _ = fed()
    assert {message.title for message in found if isinstance(message, Chunk)} == {""}


def test_what_was_heard_is_known_by_the_same_words() -> None:
    _, feed = fed()
    assert [feed.spoken.characters(count) for count in (99, 100, 200, 3 * FRAMES - 1)] == [0, 5, 11, 11]
    assert feed.spoken.characters(3 * FRAMES) == 14, "no word ends behind the sound"


@pytest.mark.parametrize("words", [False, True])
def test_a_client_is_told_of_marks_and_of_words_if_it_asked_for_them(words: bool) -> None:
    _, feed = fed(words=words)
    said = feed.places.reached(lambda frame: frame / 1000, 2 * FRAMES)
    mark = MarkHeard(name="here")
    words_heard = [
        WordHeard(start=0, end=5, start_s=0.0, end_s=0.1),
        mark,
        WordHeard(start=6, end=11, start_s=0.1, end_s=0.2),
    ]
    assert said == (words_heard if words else [mark])


@pytest.mark.parametrize(
    ("piece_s", "rate", "seconds"), [(2, 1.0, AHEAD_S), (1, 2.0, 2 * AHEAD_S), (1, 0.5, AHEAD_S / 2)]
)
def test_so_much_is_rendered_ahead_of_a_voice_process_that_does_not_ask_and_more_of_what_is_heard_sooner(
    piece_s: int, rate: float, seconds: float
) -> None:

    async def main() -> None:
        sound = rendition(Endless())
        running = asyncio.create_task(Feed(order(), sound).run())
        await asyncio.wait_for(enough.wait(), 30)
        for _ in range(20):
            await asyncio.sleep(0)
        assert sound.rendered_s == seconds
        running.cancel()
        await asyncio.wait([running])

    enough = asyncio.Event()

    class Endless(FakeSynthesizer):
        async def speak(self, text: str, reading: Reading, **_: Any) -> AsyncIterator[Piece]:
            made = 0.0
            while True:
                made += piece_s
                if made == seconds:
                    enough.set()
                yield Piece(bytes(piece_s * SAMPLE_RATE * BYTES_PER_FRAME), HEAD, True, 0.0, rate)

    asyncio.run(main())
