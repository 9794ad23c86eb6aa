"""The model server's answers over a real socket; the voices, and the sound they are given, are fakes."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvloop

from tests.model.fake_voice import FakeSupervisor, FakeSynthesizer, FakeVoice, hang
from ttsmesh import sockets
from ttsmesh.config import Settings
from ttsmesh.errors import Code, ConfigError
from ttsmesh.messages import Rejected, Status
from ttsmesh.model.hub import Hub
from ttsmesh.model.server import ModelServer
from ttsmesh.model.tone_engine import ToneEngine
from ttsmesh.schema import Message, Request
from ttsmesh.stream import Channel

pytestmark = pytest.mark.usefixtures("private")


def run(main: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)


@asynccontextmanager
async def serving(directory: Path) -> AsyncIterator[ModelServer]:
    """A server in this process, whose utterances wait for voices that say nothing."""
    async with asyncio.TaskGroup() as group:
        sock = sockets.listen(str(directory / sockets.MODEL_SOCKET))
        server = ModelServer(sock, str(directory), ToneEngine(), Settings(), group)
        voice = FakeVoice(hang)
        server.hub = Hub(FakeSupervisor(voice).as_supervisor(), FakeSynthesizer().as_synthesizer(), group)
        voice.utterances = server.hub.live
        yield server
        server.hub.interrupt_all("shutdown")
        await asyncio.wait_for(server.hub.until_idle(), 30)
        server.listener.pause()
        for part in (server.supervisor, server.g2p, server.renderer, server):
            await part.close()
        sock.close()


async def ask(directory: Path, request: Request) -> Message | None:
    """The first reply."""
    async with await Channel.to(str(directory / sockets.MODEL_SOCKET)) as channel:
        await channel.send(request)
        return await channel.receive(30)


@pytest.mark.parametrize("letter", ["a", "é", "\udcff"], ids=["ascii", "utf-8", "bytes"])
def test_a_refusal_arrives_however_long_the_path_that_it_names(private: Path, letter: str) -> None:
    async def main() -> None:
        async with serving(private) as server:

            async def damaged(*_: object) -> None:
                raise ConfigError(f"cannot read {letter * 4000}: no")

            server._handlers = {Status: damaged}
            reply = await ask(private, Status())
            assert isinstance(reply, Rejected)
            assert reply.code == Code.CONFIG
            assert reply.message.startswith("cannot read ")

    run(main())
