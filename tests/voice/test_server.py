"""The voice server: what it does without a device, and when it leaves."""

import asyncio
import contextlib
import gc
import os
import socket
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
import uvloop

from tests.decoded import decoded
from tests.voice.file_systems import FakeSlowDisk
from ttsmesh.audio import BYTES_PER_FRAME, SAMPLE_RATE
from ttsmesh.config import VoiceProcessSettings
from ttsmesh.errors import Code, PeerGone, SinkError
from ttsmesh.voice.pace import Pace
from ttsmesh.voice.server import VoiceServer
from ttsmesh.voice.sink import Began
from ttsmesh.voice.source import Source
from ttsmesh.voice.speakers import Speakers
from ttsmesh.wire import sockets
from ttsmesh.wire.framing import pack
from ttsmesh.wire.messages import (
    Accepted,
    Audio,
    AudioEnd,
    AudioStart,
    Failed,
    Finished,
    Go,
    Interrupted,
    Output,
    Probe,
    Progress,
    Rejected,
    Speak,
    Started,
    Status,
    Synthesize,
)
from ttsmesh.wire.schema import Message
from ttsmesh.wire.stream import Channel, Listener

FRAMES = 2400


class FakeSpeakers:
    """No device at all."""

    stuck = False
    closed = False

    def __init__(self) -> None:
        self.answers = asyncio.Event()
        self.answers.set()

    def sink(self, device: str | None, prime_s: float) -> None:
        return None

    async def probe(self, sink: None) -> None:
        await self.answers.wait()
        raise SinkError("nothing to sound with", Code.NO_AUDIO)

    async def close(self) -> None:
        self.closed = True


class FakeDevice:
    """Sounds until it is cancelled, and has then been heard for three frames."""

    underruns = 0
    position = 0
    began = Began()

    def start(self, pace: Pace) -> None:
        self.cancelled = asyncio.Event()

    async def ready(self) -> None:
        """It is."""

    async def feed(self, pcm: bytes) -> None:
        await self.cancelled.wait()

    async def cancel(self) -> int:
        self.cancelled.set()
        return 3


class FakeSpeakersOfOne(FakeSpeakers):
    """One device, which is free."""

    def sink(self, device: str | None, prime_s: float) -> Any:
        return FakeDevice()

    def turn(self, device: FakeDevice) -> contextlib.AbstractAsyncContextManager[None]:
        return contextlib.nullcontext()


class FakeModel:
    """Serves audio: one slice, and the end when ``rest`` is set."""

    def __init__(self) -> None:
        self.rest = asyncio.Event()

    async def serve(self, channel: Channel, _: sockets.Peer) -> None:
        assert isinstance(await channel.receive(), Synthesize)
        await channel.send(AudioStart(rate=SAMPLE_RATE, channels=1))
        await channel.send(Audio(pcm=b"\1" * FRAMES * BYTES_PER_FRAME))
        await self.rest.wait()
        with contextlib.suppress(PeerGone):
            await channel.send(AudioEnd())


class FakeModelWithoutEnd(FakeModel):
    """Serves audio for as long as it is taken. ``fed`` counts frames of the first utterance."""

    def __init__(self) -> None:
        super().__init__()
        self.fed = 0
        self._blocked = asyncio.Event()

    async def serve(self, channel: Channel, _: sockets.Peer) -> None:
        assert isinstance(await channel.receive(), Synthesize)
        await channel.send(AudioStart(rate=SAMPLE_RATE, channels=1))
        with contextlib.suppress(PeerGone):
            while True:
                await channel.send(Audio(pcm=b"\1" * FRAMES * BYTES_PER_FRAME), patience=0.5)
                self.fed += FRAMES
        self._blocked.set()

    async def until_blocked(self) -> None:
        """Wait until no more of its audio was taken for half a second."""
        await asyncio.wait_for(self._blocked.wait(), 20)


@dataclass
class Fixture:
    path: str
    server: VoiceServer
    speakers: FakeSpeakers
    model: FakeModel
    done: asyncio.Task[None]


@asynccontextmanager
async def voice_server(
    directory: Path, idle: float = 60.0, speakers: FakeSpeakers | None = None, model: FakeModel | None = None
) -> AsyncIterator[Fixture]:
    model, speakers = model or FakeModel(), speakers or FakeSpeakers()
    path, audio = str(directory / "voice.sock"), str(directory / "audio.sock")
    with sockets.listen(path) as sock, sockets.listen(audio) as audio_sock:
        async with asyncio.TaskGroup() as group:
            feeding = Listener(audio_sock, model.serve, group)
            server = VoiceServer(sock, audio, VoiceProcessSettings(voice_idle=idle), cast(Speakers, speakers), group)
            done = group.create_task(server.until_done())
            try:
                yield Fixture(path, server, speakers, model, done)
            finally:
                model.rest.set()
                server.leave()
                await asyncio.wait_for(done, 20)
                feeding.pause()


def run(main: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)


async def asked(path: str, request: Probe | Status) -> Message | None:
    async with await Channel.to(path) as channel:
        await channel.send(request)
        return await channel.receive(20)


def save(directory: Path, name: str = "a.wav") -> Speak:
    return Speak(id=name, output=str(directory / name), umask=0o077)


def names(directory: Path) -> list[str]:
    return sorted(entry for entry in os.listdir(directory) if not entry.endswith(".sock"))


def test_a_save_is_accepted_started_and_finished(private: Path, tmp_path: Path) -> None:
    async def main() -> None:
        async with voice_server(private) as fixture, await Channel.to(fixture.path) as channel:
            fixture.model.rest.set()
            await channel.send(save(tmp_path))
            replies = [await channel.receive(20) for _ in range(3)]
            assert replies == [Accepted(id="a.wav"), Started(), Finished(heard=FRAMES)]
        assert names(tmp_path) == ["a.wav"]

    run(main())


@pytest.mark.parametrize("how", ["half_close", "close"])
def test_d6_a_save_that_nobody_wants_any_more_leaves_no_file(private: Path, tmp_path: Path, how: str) -> None:
    async def main() -> None:
        async with voice_server(private) as fixture, await Channel.to(fixture.path) as channel:
            await channel.send(save(tmp_path))
            assert [await channel.receive(20) for _ in range(2)] == [Accepted(id="a.wav"), Started()]
            if how == "half_close":
                channel.half_close()
                while isinstance(last := await channel.receive(20), Progress):
                    pass
                assert isinstance(last, Interrupted)
        assert names(tmp_path) == []

    run(main())


def test_a_disk_that_takes_no_more_delays_no_report_of_speech_that_is_interrupted(
    private: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main(slow: FakeSlowDisk) -> None:
        async with (
            voice_server(private, speakers=FakeSpeakersOfOne()) as fixture,
            await Channel.to(fixture.path) as speaking,
            await Channel.to(fixture.path) as saving,
        ):
            await speaking.send(Speak(id="speech"))
            await speaking.send(Go())
            assert [await speaking.receive(20) for _ in range(2)] == [Accepted(id="speech"), Started()]
            await saving.send(save(tmp_path))
            await slow.until_blocked()
            for channel, heard in ((speaking, 3), (saving, 0)):
                channel.half_close()
                while isinstance(last := await channel.receive(20), Progress | Accepted | Started):
                    pass
                assert last == Interrupted(heard=heard)
            assert not slow.relieved
            slow.relieve()
        assert names(tmp_path) == []

    with FakeSlowDisk(monkeypatch) as slow:
        run(main(slow))


async def streamed(channel: Channel) -> tuple[bytes, list[Message | None]]:
    """The bytes of a stream, and the other replies."""
    data, others = b"", list[Message | None]()
    while not channel.ended:
        reply = await channel.receive(20)
        if isinstance(reply, Output):
            data += reply.data
        elif not isinstance(reply, Progress):
            others.append(reply)
    return data, others


def test_a_stream_is_sent_back_as_it_is_made(private: Path) -> None:
    async def main() -> None:
        async with voice_server(private) as fixture, await Channel.to(fixture.path) as channel:
            await channel.send(Speak(id="stream", stream=True, format="raw"))
            replies: list[Message | None] = []
            while not replies or not isinstance(replies[-1], Output):
                replies.append(await channel.receive(20))
            pcm = b"\1" * FRAMES * BYTES_PER_FRAME
            assert [reply for reply in replies if not isinstance(reply, Progress)] == [
                *(Accepted(id="stream"), Started(), Output(data=pcm))
            ]
            fixture.model.rest.set()
            assert await streamed(channel) == (b"", [Finished(heard=FRAMES)])

    run(main())


def test_the_bytes_of_a_stream_come_before_its_outcome(private: Path) -> None:
    async def main() -> None:
        async with voice_server(private) as fixture, await Channel.to(fixture.path) as channel:
            fixture.model.rest.set()
            await channel.send(Speak(id="stream", stream=True, format="flac", sample_rate=48_000, bits=24))
            data, others = await streamed(channel)
            assert others == [Accepted(id="stream"), Started(), Finished(heard=FRAMES)]
            assert decoded(data, 48_000).size == 2 * FRAMES

    run(main())


def test_a_stream_whose_reader_is_paused_is_held_up_and_can_be_ended(private: Path) -> None:
    """More than fits into the sockets between the two is never made."""
    model = FakeModelWithoutEnd()

    async def main() -> None:
        async with (
            voice_server(private, model=model) as fixture,
            await Channel.to(fixture.path) as channel,
            await Channel.to(fixture.path) as other,
        ):
            await channel.send(Speak(id="stream", stream=True, format="wav", sample_rate=192_000, bits=32))
            assert await channel.receive(20) == Accepted(id="stream")
            await model.until_blocked()
            fed = model.fed
            # Meanwhile others are served.
            await other.send(Speak(id="other", stream=True, format="raw"))
            assert [await other.receive(20) for _ in range(2)] == [Accepted(id="other"), Started()]
            assert isinstance(await other.receive(20), Output)
            channel.half_close()
            data, others = await streamed(channel)
            assert others[0] == Started() and isinstance(others[-1], Interrupted)
            assert len(data) < 8 * BYTES_PER_FRAME * 2 * fed

    run(main())


def test_what_has_ended_stays_finished_when_it_is_cancelled_while_its_source_is_being_closed(
    private: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a newer text interrupts one whose last sample has just been heard."""
    closing = asyncio.Event()

    class SourceSlowToClose(Source):
        async def __aexit__(self, *_: object) -> None:
            closing.set()
            try:
                await asyncio.wait_for(asyncio.Event().wait(), 10)
            finally:
                await super().__aexit__()

    monkeypatch.setattr("ttsmesh.voice.server.Source", SourceSlowToClose)

    async def main() -> None:
        async with voice_server(private) as fixture, await Channel.to(fixture.path) as channel:
            fixture.model.rest.set()
            await channel.send(save(tmp_path))
            await closing.wait()
            assert names(tmp_path) == ["a.wav"]
            channel.half_close()
            replies = [await channel.receive(20) for _ in range(3)]
            assert replies == [Accepted(id="a.wav"), Started(), Finished(heard=FRAMES)]

    run(main())


def test_a_word_that_is_not_understood_ends_the_utterance_and_is_logged(
    private: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        unhandled: list[dict[str, Any]] = []
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: unhandled.append(context))
        async with voice_server(private) as fixture:
            reader, writer = await asyncio.open_unix_connection(fixture.path)
            writer.write(pack(save(tmp_path).to_map()))
            writer.write(pack(Status().to_map()))
            replies = await asyncio.wait_for(reader.read(), 20)
            assert b"interrupted" in replies
            writer.close()
            await writer.wait_closed()
        gc.collect()  # of a task whose exception nobody has retrieved, the loop is told then
        assert unhandled == []

    run(main())
    assert "not understood: status after speak" in caplog.text
    assert names(tmp_path) == []


def test_a_save_fails_when_the_model_server_goes_away(private: Path, tmp_path: Path) -> None:
    async def main() -> None:
        async with voice_server(private) as fixture, await Channel.to(fixture.path) as channel:
            os.unlink(private / "audio.sock")
            await channel.send(save(tmp_path))
            replies = [await channel.receive(20) for _ in range(2)]
            assert replies[1] == Failed(code=Code.SYNTHESIS, message="the model server went away")
        assert names(tmp_path) == []

    run(main())


def test_a_probe_says_why_there_is_no_audio(private: Path) -> None:
    async def main() -> None:
        async with voice_server(private) as fixture:
            assert await asked(fixture.path, Probe()) == Rejected(code=Code.NO_AUDIO, message="nothing to sound with")

    run(main())


def test_what_is_for_the_model_server_is_refused(private: Path) -> None:
    async def main() -> None:
        async with voice_server(private) as fixture:
            refused = await asked(fixture.path, Status())
            assert isinstance(refused, Rejected)
            assert refused.code == Code.PROTOCOL

    run(main())


def test_it_does_not_leave_while_something_is_under_way(private: Path, tmp_path: Path) -> None:
    async def main() -> None:
        async with voice_server(private, idle=0.1) as fixture, await Channel.to(fixture.path) as channel:
            await channel.send(save(tmp_path))
            assert [await channel.receive(20) for _ in range(2)] == [Accepted(id="a.wav"), Started()]
            await asyncio.wait([fixture.done], timeout=0.3)
            assert not fixture.done.done()
            fixture.model.rest.set()
            await asyncio.wait_for(asyncio.shield(fixture.done), 20)
            assert fixture.speakers.closed

    run(main())


@pytest.mark.parametrize("together", [1, 2, 5])
def test_it_leaves_when_idle_however_many_ended_at_once(private: Path, together: int) -> None:
    async def main() -> None:
        async with voice_server(private, idle=0.1) as fixture:
            fixture.speakers.answers.clear()
            probes = [asyncio.create_task(asked(fixture.path, Probe())) for _ in range(together)]
            await asyncio.wait(probes, timeout=0.3)
            fixture.speakers.answers.set()
            assert [type(reply) for reply in await asyncio.gather(*probes)] == [Rejected] * together
            await asyncio.wait_for(asyncio.shield(fixture.done), 20)

    run(main())


class ListenerOfTheLastMoment(Listener):
    """Connections come after the loop has looked for them, and before the idle timer runs."""

    def resume(self) -> None:
        """Leave it to ``accept_waiting``."""


def test_a_client_of_another_user_does_not_keep_it_from_leaving(private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if it connects at the very moment at which the server is about to leave."""
    monkeypatch.setattr("ttsmesh.voice.server.Listener", ListenerOfTheLastMoment)
    monkeypatch.setattr(sockets, "peer", lambda sock: sockets.Peer(pid=1, uid=os.getuid() + 1, gid=0))

    async def main() -> None:
        async with voice_server(private, idle=0.1) as fixture:
            with socket.socket(socket.AF_UNIX) as stranger:
                stranger.connect(fixture.path)
                await asyncio.wait_for(asyncio.shield(fixture.done), 20)

    run(main())


def test_a_server_that_is_leaving_accepts_nobody_when_its_last_utterance_ends(private: Path, tmp_path: Path) -> None:
    async def main() -> None:
        async with voice_server(private, idle=0.0) as fixture, await Channel.to(fixture.path) as saving:
            await saving.send(save(tmp_path))
            assert await saving.receive(20) == Accepted(id="a.wav")
            fixture.server.leave()
            async with await Channel.to(fixture.path) as late:
                await late.send(save(tmp_path, "b.wav"))
                fixture.model.rest.set()
                while not isinstance(await saving.receive(20), Finished):
                    pass
                with pytest.raises(TimeoutError):
                    await late.receive(0.2)  # it waits in the backlog, for the next process

    run(main())


def test_a_client_that_comes_after_it_left_waits_for_the_next_process(private: Path, tmp_path: Path) -> None:
    async def main() -> None:
        async with voice_server(private, idle=0.0) as fixture:
            await asyncio.wait_for(asyncio.shield(fixture.done), 20)  # idle at once
            async with await Channel.to(fixture.path) as late:
                await late.send(save(tmp_path))
                with pytest.raises(TimeoutError):
                    await late.receive(0.1)  # it waits in the backlog, for the next process

    run(main())
