"""The voice server: what it does without a device, and when it leaves."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest
import uvloop

from tests.voice.slow_disk import FakeSlowDisk
from ttsmesh.audio import BYTES_PER_FRAME, SAMPLE_RATE
from ttsmesh.config import VoiceProcessSettings
from ttsmesh.errors import Code, PeerGone, SinkError
from ttsmesh.voice.server import VoiceServer
from ttsmesh.voice.sink import Began
from ttsmesh.voice.speakers import Speakers
from ttsmesh.wire import sockets
from ttsmesh.wire.messages import (
    Accepted,
    Audio,
    AudioEnd,
    AudioStart,
    Failed,
    Finished,
    Go,
    Interrupted,
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

    def start(self, rate: float, pitch: float) -> None:
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


class Fixture:
    def __init__(self, path: str, speakers: FakeSpeakers, model: FakeModel, done: asyncio.Task[None]) -> None:
        self.path = path
        self.speakers = speakers
        self.model = model
        self.done = done


@asynccontextmanager
async def voice_server(
    directory: Path, idle: float = 60.0, speakers: FakeSpeakers | None = None
) -> AsyncIterator[Fixture]:
    model, speakers = FakeModel(), speakers or FakeSpeakers()
    path, audio = str(directory / "voice.sock"), str(directory / "audio.sock")
    with sockets.listen(path) as sock, sockets.listen(audio) as audio_sock:
        async with asyncio.TaskGroup() as group:
            feeding = Listener(audio_sock, model.serve, group)
            server = VoiceServer(sock, audio, VoiceProcessSettings(voice_idle=idle), cast(Speakers, speakers), group)
            done = group.create_task(server.until_done())
            try:
                yield Fixture(path, speakers, model, done)
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
                while isinstance(last := await channel.receive(20), Progress | Accepted):
                    pass
                assert last == Interrupted(heard=heard)
            assert not slow.relieved
            slow.relieve()
        assert names(tmp_path) == []

    with FakeSlowDisk(monkeypatch) as slow:
        run(main(slow))


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


def test_whoever_comes_after_it_left_waits_for_the_next_process(private: Path, tmp_path: Path) -> None:
    async def main() -> None:
        async with voice_server(private, idle=0.0) as fixture:
            await asyncio.wait_for(asyncio.shield(fixture.done), 20)  # idle at once
            async with await Channel.to(fixture.path) as late:
                await late.send(save(tmp_path))
                with pytest.raises(TimeoutError):
                    await late.receive(0.1)  # it waits in the backlog, for the next process

    run(main())
