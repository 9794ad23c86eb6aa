"""The model server's answers over a real socket; the voices, and the sound they are given, are fakes."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import uvloop

from tests.model.fake_voice import FakeSupervisor, FakeSynthesizer, FakeVoice, hang, order
from ttsmesh.config import Settings
from ttsmesh.errors import Code, ConfigError, PeerGone
from ttsmesh.model.engine.tone import ToneEngine
from ttsmesh.model.server.requests import ModelServer
from ttsmesh.model.speech.floor import Claim
from ttsmesh.model.speech.hub import Hub
from ttsmesh.model.speech.order import Order
from ttsmesh.model.speech.utterance import Utterance
from ttsmesh.wire import sockets
from ttsmesh.wire.framing import pack
from ttsmesh.wire.messages import Accepted, Append, Interrupted, Rejected, Say, Started, Status, Stop
from ttsmesh.wire.schema import Message, Request
from ttsmesh.wire.stream import Channel

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


@pytest.mark.parametrize("wait", [True, False], ids=["waits", "leaves"])
def test_a_text_whose_acknowledgement_cannot_be_sent_is_not_spoken(
    private: Path, monkeypatch: pytest.MonkeyPatch, wait: bool
) -> None:
    async def place(*_: object) -> Order:
        return order()

    async def main() -> None:
        async with serving(private) as server:
            client = sockets.connect(str(private / sockets.MODEL_SOCKET))
            accept = server.hub.accept

            def accept_and_lose_the_client(order: Order) -> Utterance:
                client.close()
                return accept(order)

            monkeypatch.setattr(server.orders, "place", place)
            monkeypatch.setattr(server.hub, "accept", accept_and_lose_the_client)
            client.sendall(pack(Say(text="hello", wait=wait).to_map()))
            while not server.hub.history.entries:  # noqa: ASYNC110  # it tells nobody
                await asyncio.sleep(0.01)
            assert [entry.reason for entry in server.hub.history.entries] == ["taken_back"]

    run(asyncio.wait_for(main(), 10))


def test_a_client_that_goes_while_it_is_told_something_takes_its_text_back(
    private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def place(*_: object) -> Order:
        return order()

    async def main() -> None:
        async with serving(private) as server:
            monkeypatch.setattr(server.orders, "place", place)
            with sockets.connect(str(private / sockets.MODEL_SOCKET)) as client:
                client.sendall(pack(Say(text="hello", wait=True).to_map()))
                assert await asyncio.to_thread(client.recv, 1000)
                (utterance,) = server.hub.live.values()
            utterance._watchers[0].put_nowait(Started())
            await utterance.ended.wait()
            assert [entry.reason for entry in server.hub.history.entries] == ["taken_back"]

    run(asyncio.wait_for(main(), 10))


@pytest.mark.parametrize(
    ("request_", "meant"),
    [(Stop(), True), (Stop(caller="me"), True), (Stop(caller="you"), False), (Stop(voice="af_heart"), True)],
)
def test_a_text_that_is_stopped_while_it_is_checked_is_not_said(
    private: Path, monkeypatch: pytest.MonkeyPatch, request_: Stop, meant: bool
) -> None:
    """As where both have waited until the mesh had started."""

    async def main() -> None:
        async with serving(private) as server:

            async def place(*_: object) -> Order:
                count = int(meant and request_.voice is None)
                assert await ask(private, request_) == Accepted(count=count)
                return replace(order(), claim=Claim(id="a-1", caller="me"))

            monkeypatch.setattr(server.orders, "place", place)
            assert isinstance(await ask(private, Say(text="Hello.", caller="me")), Accepted)
        assert [entry.reason for entry in server.hub.history.entries] == ["stopped" if meant else "shutdown"]

    run(asyncio.wait_for(main(), 10))


def test_a_group_that_is_stopped_while_it_is_checked_is_not_said(
    private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with serving(private) as server:

            async def stop(*_: object) -> Order:
                await ask(private, Stop())
                return order(text="")

            monkeypatch.setattr(server.orders, "group", stop)
            assert isinstance(await ask(private, Append(group="g", text="One is here. T")), Accepted)
            (group,) = server._grouping._groups._open.values()
            server.end_groups()  # which is too late, or else the hub would wait for it
        assert group.outcome == Interrupted(heard=0, reason="stopped")

    run(asyncio.wait_for(main(), 10))


@pytest.mark.parametrize(
    ("voice", "spelled"),
    [
        ("af_heart:0.6,bf_emma:0.4", "af_heart:0.6,bf_emma:0.4"),
        ("af_heart:0.6,bf_emma:0.4", "bf_emma:0.4,af_heart:0.6"),
        ("af_heart:0.6,bf_emma:0.4", " bf_emma:2 , af_heart:3"),
        ("af_heart:0.6,bf_emma:0.4", "af_heart:1.5,bf_emma"),
        ("af_heart:0.5,bf_emma:0.5", "bf_emma,af_heart"),
    ],
)
def test_stop_finds_a_blend_however_it_is_spelled(private: Path, voice: str, spelled: str) -> None:
    async def main() -> None:
        async with serving(private) as server:
            blended = server.hub.accept(order("a-1", voice=voice))
            server.hub.accept(order("a-2", voice="af_heart"))
            assert await ask(private, Stop(voice=spelled)) == Accepted(count=1)
            await asyncio.wait_for(blended.ended.wait(), 10)
            assert list(server.hub.live) == ["a-2"]

    run(main())


def test_a_piece_is_not_taken_by_a_server_that_closes_meanwhile(private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with serving(private) as server:

            async def close(*_: object) -> Order:
                server.closed = True
                return order(text="")

            monkeypatch.setattr(server.orders, "group", close)
            with pytest.raises(PeerGone):  # so the next server gets it
                await ask(private, Append(group="g", text="One is here. T"))
            assert not server._grouping._groups._all

    run(main())
