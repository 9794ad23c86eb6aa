"""The asyncio driver, over real sockets, under both event loops."""

import asyncio
import logging
import os
import resource
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvloop

from ttsmesh.errors import LocalProtocolError, PeerGone, RemoteProtocolError
from ttsmesh.limits import MAX_REPLY, SEND_BUFFER
from ttsmesh.wire import sockets, stream
from ttsmesh.wire.exchange import Side
from ttsmesh.wire.framing import pack
from ttsmesh.wire.messages import (
    Accepted,
    Audio,
    AudioEnd,
    AudioStart,
    Finished,
    Go,
    Progress,
    Say,
    Speak,
    Started,
    Synthesize,
)
from ttsmesh.wire.schema import Message
from ttsmesh.wire.sockets import Peer
from ttsmesh.wire.stream import Channel, Listener

Run = Callable[[Coroutine[Any, Any, None]], None]
NOBODY = 65534

as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else")


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Run:
    """Run a coroutine to its end, under one loop and then the other."""

    def run(main: Coroutine[Any, Any, None]) -> None:
        with asyncio.Runner(loop_factory=request.param) as runner:
            runner.run(main)

    return run


@asynccontextmanager
async def pair() -> AsyncIterator[tuple[Channel, Channel]]:
    """Both ends of a connection: the opener's and the answerer's."""
    ours, theirs = socket.socketpair()
    async with await Channel.over(ours, Side.OPENER) as opener, await Channel.over(theirs, Side.ANSWERER) as answerer:
        yield opener, answerer


@asynccontextmanager
async def raw_peer(side: Side) -> AsyncIterator[tuple[Channel, socket.socket]]:
    """A channel, and a bare socket at its other end that may say anything."""
    ours, theirs = socket.socketpair()
    with theirs:
        async with await Channel.over(ours, side) as channel:
            yield channel, theirs


SYNTHESIZE = Synthesize(id="a-1")
SLICE = Audio(pcm=bytes(MAX_REPLY // 4))


# --- a whole exchange ----------------------------------------------------------------------------------------------


def test_an_exchange_runs_from_request_to_outcome(run: Run) -> None:
    async def main() -> None:
        async with pair() as (opener, answerer):
            await opener.send(Speak(id="a-1"))
            assert await answerer.receive() == Speak(id="a-1")
            await answerer.send(Accepted())
            await opener.send(Go())
            assert await answerer.receive() == Go()
            replies: list[Message] = [Started(), Progress(heard=1), Finished(heard=2)]
            for reply in replies:
                await answerer.send(reply)
            assert answerer.ended
            assert [await opener.receive() for _ in range(4)] == [Accepted(), *replies]
            assert opener.ended

    run(main())


def test_a_large_request_arrives_whole(run: Run) -> None:
    async def main() -> None:
        async with pair() as (opener, answerer), asyncio.TaskGroup() as group:
            say = Say(text="x" * 3_000_000)
            group.create_task(opener.send(say))
            assert await answerer.receive() == say

    run(main())


def test_half_closing_is_the_cancel_and_the_report_still_comes(run: Run) -> None:
    async def main() -> None:
        async with pair() as (opener, answerer):
            await opener.send(Speak(id="a-1"))
            opener.half_close()
            assert await answerer.receive() == Speak(id="a-1")
            assert await answerer.receive() is None
            await answerer.send(Accepted())
            await answerer.send(Finished())
            assert await opener.receive() == Accepted()
            assert await opener.receive() == Finished()

    run(main())


def test_what_was_sent_before_closing_arrives(run: Run) -> None:
    async def main() -> None:
        async with pair() as (opener, answerer):
            await opener.send(SYNTHESIZE)
            await answerer.receive()
            await answerer.send(AudioStart(rate=24_000, channels=1))
            sending = asyncio.create_task(answerer.send(SLICE))
            await asyncio.sleep(0)
            closing = asyncio.create_task(answerer.close())
            assert isinstance(await opener.receive(), AudioStart)
            assert await opener.receive() == SLICE
            await asyncio.wait([sending, closing])
            assert closing.exception() is None
            # The sender may have been told of the close before its last byte was taken.
            assert isinstance(sending.exception(), PeerGone | None)

    run(main())


# --- whose fault ---------------------------------------------------------------------------------------------------


def test_what_the_table_forbids_is_not_sent(run: Run) -> None:
    async def main() -> None:
        async with pair() as (opener, answerer):
            with pytest.raises(LocalProtocolError):
                await answerer.send(Accepted())
            with pytest.raises(LocalProtocolError):
                await opener.send(Go())

    run(main())


@pytest.mark.parametrize("junk", [b"\x00\x00\x00\x00", b"\xff\xff\xff\xff", b"\x00\x00\x00\x01\xc1"])
def test_b1_b4_junk_is_the_peers_fault(run: Run, junk: bytes) -> None:
    async def main() -> None:
        async with raw_peer(Side.ANSWERER) as (channel, peer):
            peer.sendall(junk)
            with pytest.raises(RemoteProtocolError):
                await channel.receive()

    run(main())


def test_a_peer_that_closes_before_its_answer_is_gone(run: Run) -> None:
    async def main() -> None:
        async with raw_peer(Side.OPENER) as (channel, peer):
            await channel.send(Say(text="x"))
            peer.close()  # with our request unread: a reset, not an end of file
            with pytest.raises(PeerGone):
                await channel.receive()

    run(main())


def test_b3_part_of_a_frame_and_then_the_end_is_a_peer_gone(run: Run) -> None:
    async def main() -> None:
        async with raw_peer(Side.ANSWERER) as (channel, peer):
            peer.sendall(pack(Say(text="x").to_map())[:-1])
            peer.close()
            with pytest.raises(PeerGone):
                await channel.receive()

    run(main())


def test_sending_to_a_peer_that_has_closed_is_a_peer_gone_and_not_a_crash(run: Run) -> None:
    async def main() -> None:
        async with raw_peer(Side.ANSWERER) as (channel, peer):
            peer.sendall(pack(SYNTHESIZE.to_map()))
            assert await channel.receive() == SYNTHESIZE
            peer.close()
            with pytest.raises(PeerGone):  # the first bytes may still be taken
                await channel.send(AudioStart(rate=24_000, channels=1))
                while True:
                    await channel.send(SLICE)
            with pytest.raises(PeerGone):
                await channel.send(AudioEnd())
            channel.half_close()

    run(main())


# --- time ----------------------------------------------------------------------------------------------------------


def test_b2_a_frame_that_is_not_finished_in_time_is_a_peer_gone(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "FRAME_TIMEOUT", 0.05)

    async def main() -> None:
        for part in (b"\x00", b"\x00\x00\x00\x09abc"):
            async with raw_peer(Side.ANSWERER) as (channel, peer):
                peer.sendall(part)
                with pytest.raises(PeerGone, match="in time"):
                    await channel.receive()

    run(main())


def test_b2_bytes_that_trickle_in_do_not_extend_the_time(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "FRAME_TIMEOUT", 0.2)

    async def main() -> None:
        async with raw_peer(Side.ANSWERER) as (channel, peer):

            async def trickle() -> None:
                while True:
                    peer.sendall(b"\x00\x00\x10\x00" if not sent else b"x")
                    sent.append(1)
                    await asyncio.sleep(0.02)

            sent: list[int] = []
            trickling = asyncio.create_task(trickle())
            with pytest.raises(PeerGone, match="in time"):
                await channel.receive()
            trickling.cancel()
            assert len(sent) > 1

    run(main())


def test_waiting_for_a_message_can_be_bounded_and_goes_on_afterwards(run: Run) -> None:
    async def main() -> None:
        async with pair() as (opener, answerer):
            with pytest.raises(TimeoutError):
                await answerer.receive(timeout=0.01)
            await opener.send(SYNTHESIZE)
            assert await answerer.receive(timeout=5) == SYNTHESIZE

    run(main())


def test_silence_between_frames_is_not_a_fault(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "FRAME_TIMEOUT", 0.01)

    async def main() -> None:
        async with pair() as (_, answerer):
            with pytest.raises(TimeoutError):
                await answerer.receive(timeout=0.05)

    run(main())


def test_b9_a_peer_that_never_reads_is_given_up_in_time_with_bounded_memory(run: Run) -> None:
    async def main() -> None:
        async with raw_peer(Side.ANSWERER) as (channel, peer):
            peer.sendall(pack(SYNTHESIZE.to_map()))
            await channel.receive()
            await channel.send(AudioStart(rate=24_000, channels=1))
            sent = 0
            with pytest.raises(PeerGone, match="does not read"):
                while True:
                    await channel.send(SLICE, patience=0.05)
                    sent += len(SLICE.pcm)
            assert sent <= peer.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) + SEND_BUFFER + len(SLICE.pcm)

    run(main())


def test_b9_closing_does_not_wait_for_ever_for_a_peer_that_never_reads(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "SEND_TIMEOUT", 0.1)

    async def main() -> None:
        async with raw_peer(Side.ANSWERER) as (channel, peer):
            peer.sendall(pack(SYNTHESIZE.to_map()))
            await channel.receive()
            await channel.send(AudioStart(rate=24_000, channels=1))
            with pytest.raises(asyncio.TimeoutError):
                async with asyncio.timeout(0.1):
                    while True:
                        await channel.send(SLICE, patience=None)
            await channel.close()
            peer.settimeout(5)
            while await asyncio.to_thread(peer.recv, 2**20):
                pass  # what the kernel had taken, and then the end: nothing keeps it open

    run(main())


def test_b10_a_peer_that_has_closed_for_good_is_told_from_one_that_only_listens(run: Run) -> None:
    async def main() -> None:
        async with raw_peer(Side.ANSWERER) as (channel, peer):
            assert not channel.peer_left
            peer.shutdown(socket.SHUT_WR)
            assert not channel.peer_left
            peer.close()
            assert channel.peer_left

    run(main())


def test_b9_a_paused_listener_may_keep_a_sender_waiting_without_limit(run: Run) -> None:
    async def main() -> None:
        async with pair() as (opener, answerer):
            await opener.send(SYNTHESIZE)
            await answerer.receive()
            await answerer.send(AudioStart(rate=24_000, channels=1))

            async def send_much() -> None:
                for _ in range(20):
                    await answerer.send(SLICE, patience=None)
                await answerer.send(AudioEnd(), patience=None)

            sending = asyncio.create_task(send_much())
            await asyncio.wait([sending], timeout=0.05)
            assert not sending.done()
            while not isinstance(await opener.receive(), AudioEnd):
                pass
            await sending

    run(main())


# --- listening -----------------------------------------------------------------------------------------------------


@asynccontextmanager
async def listening(
    directory: Path, serve: Callable[[Channel, Peer], Awaitable[None]]
) -> AsyncIterator[tuple[Listener, str]]:
    path = str(directory / "s.sock")
    with sockets.listen(path) as sock:
        async with asyncio.TaskGroup() as group:
            listener = Listener(sock, serve, group)
            yield listener, path
            listener.pause()


async def greet(channel: Channel, _: Peer) -> None:
    """Accept any one say."""
    if await channel.receive() is not None:
        await channel.send(Accepted(id="a-1"))


async def greeted(path: str) -> bool:
    async with await Channel.to(path) as channel:
        await channel.send(Say(text="x"))
        return await channel.receive(timeout=5) == Accepted(id="a-1")


def test_each_connection_is_served_in_a_task_of_its_own(run: Run, private: Path) -> None:
    async def main() -> None:
        everybody_is_here = asyncio.Barrier(10)

        async def serve(channel: Channel, peer: Peer) -> None:
            assert peer == (os.getpid(), os.getuid(), os.getgid())
            await everybody_is_here.wait()
            await greet(channel, peer)

        async with listening(private, serve) as (_, path):
            assert all(await asyncio.gather(*(greeted(path) for _ in range(10))))

    run(main())


def test_connections_are_forgotten_when_they_have_ended(run: Run, private: Path) -> None:
    async def main() -> None:
        async with listening(private, greet) as (listener, path):
            assert await greeted(path)
            if listener.connections:
                await asyncio.wait(listener.connections)
                await asyncio.sleep(0)
            assert not listener.connections

    run(main())


def test_a_pause_leaves_connections_in_the_backlog_for_the_next_process(run: Run, private: Path) -> None:
    async def main() -> None:
        async with listening(private, greet) as (listener, path):
            listener.pause()
            client = asyncio.create_task(greeted(path))
            await asyncio.wait([client], timeout=0.05)
            assert not client.done()
            listener.resume()
            assert await client

    run(main())


def test_the_last_one_in_the_backlog_can_be_asked_for(run: Run, private: Path) -> None:
    async def main() -> None:
        async with listening(private, greet) as (listener, path):
            listener.pause()
            assert not listener.accept_waiting()
            client = asyncio.create_task(greeted(path))
            await asyncio.sleep(0)
            assert listener.accept_waiting()
            assert await client

    run(main())


def test_a_connection_cancelled_before_it_was_served_is_closed_all_the_same(run: Run, private: Path) -> None:
    """Otherwise its socket is only closed when it is collected, with a ResourceWarning: an error here."""

    async def main() -> None:
        async with listening(private, greet) as (listener, path):
            listener.pause()
            async with await Channel.to(path) as client:
                assert listener.accept_waiting()
                for task in listener.connections:
                    task.cancel()
                await client.send(Say(text="x"))
                with pytest.raises(PeerGone):
                    await client.receive(timeout=5)

    run(main())


@as_root
def test_a8_a_client_of_another_user_is_closed_without_a_byte(
    run: Run, private: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        served = []

        async def serve(channel: Channel, peer: Peer) -> None:
            served.append(peer)
            await greet(channel, peer)

        async with listening(private, serve) as (_, path):
            os.chmod(private, 0o711)
            os.chmod(path, 0o777)
            with socket.socket(socket.AF_UNIX) as stranger:
                stranger.setblocking(False)
                # The kernel notes who connects at the moment of connecting.
                os.seteuid(NOBODY)
                try:
                    stranger.connect(path)
                finally:
                    os.seteuid(0)
                assert await asyncio.get_running_loop().sock_recv(stranger, 1) == b""
            assert await greeted(path)
            assert len(served) == 1

    run(main())
    refusals = [record.getMessage() for record in caplog.records if record.name == "ttsmesh.wire.stream"]
    assert refusals == [f"refused a connection of uid {NOBODY} (pid {os.getpid()})"]


@contextmanager
def no_descriptors_left() -> Iterator[None]:
    """The process's limit is what it has open already."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest_free = os.dup(0)
    os.close(lowest_free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_without_descriptors_it_waits_a_little_instead_of_spinning_and_then_goes_on(
    run: Run, private: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with listening(private, greet) as (listener, path):
            client = asyncio.create_task(greeted(path))
            listener.pause()
            await asyncio.sleep(0)
            with no_descriptors_left():
                assert not listener.accept_waiting()
            assert await client

    run(main())
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert errors == ["cannot accept: too many open files"]


def test_a_pause_also_ends_the_wait_for_descriptors(run: Run, private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that leaves closes its socket: nothing may watch it again."""
    monkeypatch.setattr(Listener, "_EMFILE_PAUSE", 0.01)

    async def main() -> None:
        async with listening(private, greet) as (listener, path):
            client = asyncio.create_task(greeted(path))
            await asyncio.sleep(0)
            with no_descriptors_left():
                listener.accept_waiting()
            listener.pause()
            await asyncio.wait([client], timeout=0.1)
            assert not client.done()
            assert listener.accept_waiting()
            assert await client

    run(main())
