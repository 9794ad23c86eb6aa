"""A voice server that misbehaves as it is told to: what the hub and its utterances see of one, in this process."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, cast

from ttsmesh.audio import BYTES_PER_FRAME
from ttsmesh.errors import PeerGone
from ttsmesh.model.g2p.phonemes import Phonemes
from ttsmesh.model.keys import VoiceKey
from ttsmesh.model.render.performance import Performance
from ttsmesh.model.render.pieces import ChunkHead, Piece
from ttsmesh.model.render.rendition import Rendition
from ttsmesh.model.render.script import Losses, Script
from ttsmesh.model.render.synthesis import Synthesizer
from ttsmesh.model.speech.conversation import Outcome
from ttsmesh.model.speech.floor import Claim
from ttsmesh.model.speech.order import Order
from ttsmesh.model.speech.utterance import Utterance
from ttsmesh.model.text.chunking import TextChunk
from ttsmesh.model.text.reading import Reading
from ttsmesh.model.workers.voice_servers import Supervisor, VoiceProcess, VoiceServerFailed
from ttsmesh.wire.exchange import Side
from ttsmesh.wire.messages import (
    Accepted,
    Audio,
    AudioEnd,
    Failed,
    Finished,
    Go,
    Interrupted,
    Speak,
    Started,
    Synthesize,
)
from ttsmesh.wire.schema import Message
from ttsmesh.wire.stream import Channel

KEY = VoiceKey("af_heart", "en-us")
FRAMES = 2400


class FakeProcess:
    """One life of the fake voice server: the answering end of one Speak."""

    def __init__(self, channel: Channel, voice: "FakeVoice") -> None:
        self.channel = channel
        self._voice = voice
        self.speak: Speak | None = None
        self.fault: Failed | None = None  # what came instead of the rest of the audio

    async def accept(self) -> None:
        request = await self.channel.receive()
        assert isinstance(request, Speak)
        self.speak = request
        await self.channel.send(Accepted(id=request.id))

    async def fetch(self) -> int:
        """All of the audio; the frames it was, or -1 when there was none to be had."""
        assert self.speak is not None
        ours, theirs = socket.socketpair()
        async with (
            await Channel.over(ours, Side.OPENER) as asking,
            await Channel.over(theirs, Side.ANSWERER) as feeding,
        ):
            await asking.send(Synthesize(id=self.speak.id))
            await feeding.receive()
            if not self._voice.utterances[self.speak.id].offer(feeding):
                return -1
            frames = 0
            while not isinstance(message := await asking.receive(), AudioEnd):
                if isinstance(message, Failed):
                    self.fault = message
                    return -1
                frames += len(message.pcm) // BYTES_PER_FRAME if isinstance(message, Audio) else 0
            return frames

    async def begin(self) -> int:
        """Accept, fetch and wait for Go, and say that it sounds."""
        await self.accept()
        frames = await self.fetch()
        assert isinstance(await self.channel.receive(), Go)
        self._voice.spoken += 1
        await self.channel.send(Started())
        return frames

    async def begin_saving(self) -> int:
        """Accept and fetch, and say that it is being written."""
        await self.accept()
        frames = await self.fetch()
        await self.channel.send(Started())
        return frames

    async def finish(self, heard: int) -> None:
        """Say that all was heard, or saved."""
        await self.channel.send(Finished(heard=heard))
        self._voice.finished += 1


Behaviour = Callable[[FakeProcess], Awaitable[None]]


async def good(process: FakeProcess) -> None:
    """What a voice server does when nothing is wrong."""
    await process.finish(await process.begin())


async def save(process: FakeProcess) -> None:
    """What a voice server does with a save when nothing is wrong."""
    await process.finish(await process.begin_saving())


async def relay(process: FakeProcess) -> None:
    """Report why there is no audio, as a voice server does."""
    await process.accept()
    await process.fetch()
    assert process.fault is not None
    await process.channel.send(process.fault)


async def hang(process: FakeProcess) -> None:
    """Do nothing, for ever."""
    await asyncio.Event().wait()


class FakeVoice:
    """``VoiceProcess`` as an utterance uses it; its lives go by ``behaviours``, the last one again and again.

    ``fails_after``: after so many of them it is marked failed.
    """

    def __init__(self, *behaviours: Behaviour, fails_after: int | None = None) -> None:
        self.key = KEY
        self.up = False
        self.starts = 0
        self.replaced = 0
        self.spoken = 0
        self.finished = 0
        self.killed: list[str] = []
        self.utterances: Mapping[str, Utterance] = {}
        self._behaviours = list(behaviours)
        self._fails_after = fails_after
        self._lives: list[asyncio.Task[None]] = []

    @contextlib.asynccontextmanager
    async def exchange(self) -> AsyncIterator[Channel]:
        if self.starts == self._fails_after:
            raise VoiceServerFailed("it keeps crashing")
        ours, theirs = socket.socketpair()
        behaviour = self._behaviours.pop(0) if len(self._behaviours) > 1 else self._behaviours[0]
        self.starts += 1
        self.up = False
        life = asyncio.create_task(self._live(theirs, behaviour))
        self._lives.append(life)
        try:
            async with await Channel.over(ours, Side.OPENER) as channel:
                yield channel
        finally:
            life.cancel()
            await asyncio.wait([life])

    async def _live(self, sock: socket.socket, behaviour: Behaviour) -> None:
        async with await Channel.over(sock, Side.ANSWERER) as channel:
            with contextlib.suppress(PeerGone):
                await behaviour(FakeProcess(channel, self))

    def kill(self, why: str, *, counts: bool = True) -> None:
        self.killed.append(why)
        self.replaced += not counts
        for life in self._lives:  # they are one process
            life.cancel()

    def as_server(self) -> VoiceProcess:
        return cast(VoiceProcess, self)


class _FakeScript:
    """One chunk without words."""

    def __init__(self) -> None:
        self.losses = Losses()

    async def __aiter__(self) -> AsyncIterator[tuple[TextChunk, Phonemes]]:
        yield TextChunk((), KEY.language), Phonemes("", (), 0)


class _FakePerformance:
    """What the synthesizer says is the sound of that chunk."""

    def __init__(self, pieces: AsyncIterator[Piece]) -> None:
        self._pieces = pieces

    def gap(self) -> None:
        return None

    def say(self, chunk: TextChunk, phonemes: Phonemes) -> AsyncIterator[Piece]:
        return self._pieces

    def finish(self) -> Sequence[Piece]:
        return ()


class FakeSynthesizer:
    """Some chunks of one piece, at once; ``gate`` holds back all but the first."""

    def __init__(self, chunks: int = 2) -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        self._chunks = chunks

    async def speak(self, text: str, reading: Reading, **_: Any) -> AsyncIterator[Piece]:
        for number in range(self._chunks):
            if number:
                await self.gate.wait()
            head = ChunkHead(start=number, end=number + 1, words=(), marks=())
            yield Piece(bytes(FRAMES * BYTES_PER_FRAME), head, True, 0.0)

    def rendition(
        self, text: str, reading: Reading, *, begun: Callable[[ChunkHead], None] | None = None, **more: Any
    ) -> Rendition:
        performance = cast(Performance, _FakePerformance(self.speak(text, reading, **more)))
        return Rendition(cast(Script, _FakeScript()), performance, begun)

    def as_synthesizer(self) -> Synthesizer:
        return cast(Synthesizer, self)


class FailingSynthesizer(FakeSynthesizer):
    """Raises ``error`` after some chunks."""

    def __init__(self, error: Exception, chunks: int = 0) -> None:
        super().__init__(chunks)
        self._error = error

    async def speak(self, text: str, reading: Reading, **more: Any) -> AsyncIterator[Piece]:
        async for piece in super().speak(text, reading, **more):
            yield piece
        raise self._error


class FakeSupervisor:
    """One voice for every key."""

    def __init__(self, voice: FakeVoice) -> None:
        self._voice = voice

    def voice(self, _: VoiceKey) -> VoiceProcess:
        return self._voice.as_server()

    def as_supervisor(self) -> Supervisor:
        return cast(Supervisor, self)


def order(
    id: str = "a-1",
    *,
    voice: str = KEY.voice,
    output: str | None = None,
    stream: bool = False,
    text: str = "hello",
    queued: bool = True,
    fixed_speed: bool = False,
    words: bool = False,
) -> Order:
    claim = Claim(id=id, queued=queued)
    key = VoiceKey(voice, KEY.language)
    return Order(
        claim=claim,
        text=text,
        key=key,
        reading=Reading(language=key.language),
        speed=1.0,
        words=words,
        fixed_speed=fixed_speed,
        output=output,
        stream=stream,
        force=False,
        umask=0,
    )


async def _hear(events: asyncio.Queue[Message], told: list[Message]) -> None:
    """Take what comes, up to the outcome."""
    while not (told and isinstance(told[-1], Finished | Interrupted | Failed)):
        told.append(await events.get())
        events.task_done()


async def spoken(
    voice: FakeVoice,
    *,
    output: str | None = None,
    words: bool = False,
    stream: bool = False,
    synthesizer: FakeSynthesizer | None = None,
    meanwhile: Callable[[Utterance], Awaitable[None]] | None = None,
) -> tuple[Outcome, Sequence[Message]]:
    """One utterance that has the floor, to its end: its one outcome, and what its watchers were told."""
    outcomes: list[Outcome] = []
    told: list[Message] = []
    async with asyncio.TaskGroup() as group:
        utterance = Utterance(
            order(output=output, stream=stream, words=words),
            voice.as_server(),
            (synthesizer or FakeSynthesizer()).as_synthesizer(),
            lambda _, outcome: outcomes.append(outcome),
            rank=lambda: 0,
            speed=lambda: 1.0,
        )
        voice.utterances = {utterance.order.id: utterance}
        hearing = group.create_task(_hear(utterance.watch(), told))
        utterance.may_prepare.set()
        utterance.give_floor()
        utterance.start(group)
        if meanwhile is not None:
            await asyncio.wait_for(meanwhile(utterance), 30)
        await asyncio.wait_for(utterance.ended.wait(), 30)
        await asyncio.wait_for(hearing, 30)
    assert len(outcomes) == 1
    assert told[-1] is outcomes[0]
    return outcomes[0], told
