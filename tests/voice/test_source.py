"""An utterance's audio, from a model server that may say anything, or nothing more."""

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.errors import Code, PeerGone, RemoteProtocolError, SynthesisError
from ttsmesh.voice.pace import Pace
from ttsmesh.voice.places import Places
from ttsmesh.voice.source import Source
from ttsmesh.wire import sockets, word_times
from ttsmesh.wire.messages import Audio, AudioEnd, AudioStart, Chunk, Failed, MarkPlace, PaceChange, Synthesize
from ttsmesh.wire.schema import Message
from ttsmesh.wire.sockets import Peer
from ttsmesh.wire.stream import Channel, Listener
from ttsmesh.wire.word_times import WordTime

START = AudioStart(rate=SAMPLE_RATE, channels=1)


class ModelServer:
    """Answers each request with ``script``."""

    def __init__(self, *script: Message, then: Callable[[], Awaitable[object]] | None = None) -> None:
        self.script = script
        self.then = then
        self.sent = 0
        self.asked: list[Message | None] = []

    async def serve(self, channel: Channel, peer: Peer) -> None:
        self.asked.append(await channel.receive())
        for message in self.script:
            await channel.send(message, patience=None)
            self.sent += 1
        if self.then is not None:
            await self.then()


def listen(private: Path, server: ModelServer, main: Callable[[str], Awaitable[None]]) -> None:
    """Run ``main`` with the server behind the path it is given."""
    path = str(private / "model.sock")

    async def run() -> None:
        with contextlib.closing(sockets.listen(path)) as sock:
            async with asyncio.TaskGroup() as group:
                listener = Listener(sock, server.serve, group)
                await main(path)
                listener.pause()
                for task in listener.connections:
                    task.cancel()

    asyncio.run(run())


def source(path: str, pace: Pace | None = None, places: Places | None = None, *, words: bool = False) -> Source:
    return Source(path, "a-1", pace or Pace(), places or Places(), words=words)


def heard(private: Path, server: ModelServer) -> list[bytes]:
    """All that comes, to the end."""
    slices = []

    async def main(path: str) -> None:
        async with source(path) as found:
            slices.extend([pcm async for pcm in found])

    listen(private, server, main)
    return slices


def test_the_audio_of_the_utterance_comes_in_order(private: Path) -> None:
    server = ModelServer(START, Chunk(start=0, end=4), Audio(pcm=b"ab"), Audio(pcm=b"cdef"), AudioEnd())
    assert heard(private, server) == [b"ab", b"cdef"]
    assert server.asked == [Synthesize(id="a-1")]


@pytest.mark.parametrize(("words", "expected"), [(False, [7, 10, 13]), (True, [7, 10, 12, 13, 15])])
def test_marks_and_words_that_are_asked_for_are_places_counted_from_the_first_sample(
    private: Path, words: bool, expected: list[int]
) -> None:
    """Two chunks of 10 and 6 frames."""
    times = word_times.pack([WordTime(2, 5, 0, 3), WordTime(5, 8, 4, 6)])
    server = ModelServer(
        *(
            START,
            Chunk(start=0, end=4),
            MarkPlace(name="a", frame=7),
            MarkPlace(name="behind", frame=14),
            Audio(pcm=bytes(20)),
        ),
        *(Chunk(start=4, end=9, words=times), MarkPlace(name="b", frame=3), Audio(pcm=bytes(12)), AudioEnd()),
    )
    places = Places()

    async def main(path: str) -> None:
        async with source(path, places=places, words=words) as found:
            assert sum([len(pcm) async for pcm in found]) == 32

    listen(private, server, main)
    reached = []
    while (place := places.next) is not None:
        assert places.reached(place)
        reached.append(place)
    assert reached == expected


def test_a_change_of_pace_is_known_before_the_sound_that_it_changes(private: Path) -> None:
    change = PaceChange(frame=3, rate=2.0, pitch=1.2)
    server = ModelServer(
        *(START, Chunk(start=0, end=4), Audio(pcm=bytes(20)), Chunk(start=4, end=9), change, Audio(pcm=bytes(12))),
        AudioEnd(),
    )
    changes: list[tuple[int, float, float]] = []
    known = []

    class Noted(Pace):
        def change_at(self, frame: int, rate: float, pitch: float) -> None:
            changes.append((frame, rate, pitch))

    async def main(path: str) -> None:
        async with source(path, Noted()) as found:
            known.extend([list(changes) async for _ in found])

    listen(private, server, main)
    assert known == [[], [(13, 2.0, 1.2)]]


def test_c5_a_text_with_nothing_to_say_gives_nothing(private: Path) -> None:
    assert heard(private, ModelServer(START, AudioEnd())) == []


@pytest.mark.parametrize("script", [(), (START, Audio(pcm=b"ab"))])
def test_a_failure_is_told_with_its_code_before_and_after_the_first_audio(
    private: Path, script: tuple[Message, ...]
) -> None:
    server = ModelServer(*script, Failed(code=Code.SYNTHESIS, message="cannot"))
    with pytest.raises(ExceptionGroup) as caught:
        heard(private, server)
    (error,) = caught.value.exceptions
    assert isinstance(error, SynthesisError)
    assert (error.code, error.message) == (Code.SYNTHESIS, "cannot")


@pytest.mark.parametrize("script", [(), (START,), (START, Audio(pcm=b"ab"))])
def test_a_model_server_that_goes_away_is_a_failure_of_the_synthesis(
    private: Path, script: tuple[Message, ...]
) -> None:
    with pytest.raises(ExceptionGroup) as caught:
        heard(private, ModelServer(*script))
    (error,) = caught.value.exceptions
    assert isinstance(error, SynthesisError)
    assert "went away" in error.message


def test_without_a_model_server_there_is_no_source(private: Path) -> None:
    async def main() -> None:
        async with source(str(private / "none.sock")):
            pytest.fail("entered")

    with pytest.raises(SynthesisError, match="went away"):
        asyncio.run(main())


@pytest.mark.parametrize("error", [PeerGone("gone"), asyncio.CancelledError()], ids=["gone", "cancelled"])
def test_a_source_that_could_not_be_asked_for_leaves_no_connection(
    private: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    async def fail(channel: Channel, message: Message) -> None:
        raise error

    async def main(path: str) -> None:
        before = len(os.listdir("/proc/self/fd"))
        monkeypatch.setattr(Channel, "send", fail)
        with pytest.raises((SynthesisError, asyncio.CancelledError)):
            async with source(path):
                pytest.fail("entered")
        assert len(os.listdir("/proc/self/fd")) == before

    with contextlib.closing(sockets.listen(str(private / "model.sock"))):
        asyncio.run(main(str(private / "model.sock")))


@pytest.mark.parametrize(
    "script",
    [(AudioStart(rate=48_000, channels=1),), (AudioStart(rate=SAMPLE_RATE, channels=2),), (START, Audio(pcm=b"odd"))],
)
def test_audio_in_another_format_is_refused_not_played(private: Path, script: tuple[Message, ...]) -> None:
    with pytest.raises(ExceptionGroup) as caught:
        heard(private, ModelServer(*script, AudioEnd()))
    assert isinstance(caught.value.exceptions[0], RemoteProtocolError)


def test_it_is_asked_for_before_anybody_listens(private: Path) -> None:
    """So that rendering begins while the device is still another's."""
    asked = asyncio.Event()

    async def note() -> None:
        asked.set()

    server = ModelServer(then=note)

    async def main(path: str) -> None:
        async with source(path):
            await asyncio.wait_for(asked.wait(), 10)

    listen(private, server, main)


def test_a_source_that_is_not_read_holds_the_renderer_back(private: Path) -> None:
    """What the buffers take is seconds of sound, not a book."""
    slices = 2_000
    server = ModelServer(START, *[Audio(pcm=bytes(9_600))] * slices, AudioEnd())

    async def main(path: str) -> None:
        async with source(path) as found:
            stream = aiter(found)
            await anext(stream)
            sent = -1
            while sent != server.sent:  # until it stays the same
                sent = server.sent
                await asyncio.sleep(0.05)
            assert sent < slices / 4
            assert len([pcm async for pcm in stream]) == slices - 1

    listen(private, server, main)


def test_leaving_early_lets_the_model_server_know(private: Path) -> None:
    gone = asyncio.Event()

    class Noticing(ModelServer):
        async def serve(self, channel: Channel, peer: Peer) -> None:
            await super().serve(channel, peer)
            assert await channel.receive() is None
            gone.set()

    async def main(path: str) -> None:
        async with source(path) as found:
            await anext(aiter(found))
        await asyncio.wait_for(gone.wait(), 10)

    listen(private, Noticing(START, Audio(pcm=b"ab")), main)
