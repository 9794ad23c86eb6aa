"""What a peer may do to the model server's socket, and that nobody else minds. Over a real server with short limits."""

import contextlib
import os
import random
import select
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgpack
import pytest

from tests.faults import SLACK, Raw, each_has_one_outcome, outcomes, shorten, until
from tests.mesh import PATIENCE, Mesh
from ttsmesh.errors import PeerGone
from ttsmesh.limits import ECHO, MAX_QUEUE, MAX_REQUEST
from ttsmesh.wire.framing import HEADER, pack
from ttsmesh.wire.messages import Accepted, Finished, Rejected, Say, ServerState, Started, Status
from ttsmesh.wire.schema import PROTOCOL_VERSION

PROMISE = 0.2
"""Seconds within which others are acknowledged, whatever a peer does."""

SHORT = 1.0
"""Seconds that a frame may take here, instead of half a minute."""


@pytest.fixture(scope="module")
def mesh() -> Iterator[Mesh]:
    with Mesh() as mesh:
        mesh.settings('default_voice = "ef_dora"\n')
        shorten(mesh, FRAME_TIMEOUT=SHORT, SEND_TIMEOUT=SHORT)
        mesh.say("hi", "-o", "first.wav")
        mesh.until_idle()
        yield mesh


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """While this file exists the renderer is blocked."""
    path = tmp_path / "gate"
    path.touch()
    return path


def acknowledged(mesh: Mesh) -> float:
    """Seconds that another client waits for its acknowledgement meanwhile."""
    begun = time.monotonic()
    with Raw(mesh) as other:
        assert isinstance(other.ask(Status()).reply(), ServerState)
    return time.monotonic() - begun


def rejection(data: bytes) -> Rejected:
    """The one frame in ``data``."""
    (length,) = HEADER.unpack(data[: HEADER.size])
    assert len(data) == HEADER.size + length
    body: dict[str, Any] = msgpack.unpackb(data[HEADER.size :])
    assert body["type"] == "rejected"
    return Rejected.from_map(body)


def memory_kib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


@pytest.mark.parametrize("length", [0, MAX_REQUEST + 1, 0xFFFFFFFF])
def test_b1_a_length_out_of_bounds_is_refused_before_its_body(mesh: Mesh, length: int) -> None:
    pid = mesh.server_pid()
    assert pid is not None
    before = memory_kib(pid)
    with Raw(mesh) as peer:
        peer.sock.sendall(struct.pack("!I", length))
        refused = rejection(peer.rest())
    assert refused.code == "protocol"
    assert str(length) in refused.message
    assert memory_kib(pid) - before < 1024


@pytest.mark.parametrize("part", [b"\0", pack(Say(text="hello").to_map())[:-1], b""], ids=["header", "body", "nothing"])
def test_b2_a_peer_that_begins_and_falls_silent_is_closed_in_time_and_bothers_nobody(mesh: Mesh, part: bytes) -> None:
    begun = time.monotonic()
    with Raw(mesh) as peer:
        peer.sock.sendall(part)
        waits = []
        peer.sock.setblocking(False)
        while True:
            try:
                assert peer.sock.recv(100) == b""
                break
            except BlockingIOError:
                waits.append(acknowledged(mesh))
    assert 0.9 * SHORT < time.monotonic() - begun < SLACK * SHORT
    assert max(waits) < SLACK * PROMISE


def test_b3_part_of_a_request_and_then_the_end_does_nothing(mesh: Mesh) -> None:
    before = mesh.log().count("accepted,")
    with Raw(mesh) as peer:
        peer.sock.sendall(pack(Say(text="hello", output=str(mesh.work / "b3.wav")).to_map())[:-1])
        peer.sock.shutdown(socket.SHUT_WR)
        assert peer.rest() == b""
    assert mesh.log().count("accepted,") == before


def deep(levels: int) -> Any:
    return [deep(levels - 1)] if levels else 0


SAY = Say(text="hello").to_map()
HOSTILE = {
    "deep": msgpack.packb(SAY | {"text": deep(500)}),
    "long-array": b"\x81\xa4type\xdd\xff\xff\xff\xff",
    "long-map": b"\xdf\xff\xff\xff\xff",
    "many-keys": msgpack.packb(SAY | {f"k{number}": 0 for number in range(33)}),
    "ext": msgpack.packb(SAY | {"text": msgpack.ExtType(5, b"x")}),
    "number-keys": msgpack.packb(SAY | {5: 5}),
    "duplicate-keys": b"\x82\xa4type\xa3say\xa4type\xa3say",
    "trailing": msgpack.packb(SAY) + b"\0",
    "bad-utf8": msgpack.packb({"type": "say"}).replace(b"say", b"s\xffy"),
    "array": msgpack.packb([1, 2]),
    "no-type": msgpack.packb({"text": "hello"}),
    "unknown-type": msgpack.packb({"type": "sing" * 100, "version": PROTOCOL_VERSION}),
    "not-a-request": msgpack.packb({"type": "go"}),
    "for-a-voice": msgpack.packb({"type": "probe", "version": PROTOCOL_VERSION}),
    "synthesize": msgpack.packb({"type": "synthesize", "id": "a-1", "version": PROTOCOL_VERSION}),
    "mistyped": msgpack.packb(SAY | {"text": 5}),
    "nan": msgpack.packb(SAY | {"speed": float("nan")}),
    "bool": msgpack.packb(SAY | {"speed": True}),
    "unknown-field": msgpack.packb(SAY | {"\x1b[2J" * 50: 1}),
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_b4_b5_what_is_no_request_is_refused_with_a_short_reason(mesh: Mesh, body: bytes) -> None:
    begun = time.monotonic()
    with Raw(mesh) as peer:
        peer.sock.sendall(HEADER.pack(len(body)) + body)
        refused = rejection(peer.rest())
    assert time.monotonic() - begun < SLACK * PROMISE
    assert refused.code in ("protocol", "usage")
    assert refused.message.isprintable()
    assert len(refused.message) < 120 + ECHO
    assert acknowledged(mesh) < SLACK * PROMISE


def test_b4_random_bytes_harm_nobody(mesh: Mesh) -> None:
    pid, chance = mesh.server_pid(), random.Random(4)
    for _ in range(300):
        with Raw(mesh) as peer:
            noise = chance.randbytes(chance.randrange(200))
            framed = HEADER.pack(len(noise)) + noise if chance.random() < 0.5 else noise
            peer.sock.sendall(framed)
            peer.sock.shutdown(socket.SHUT_WR)
            answer = peer.rest()
            assert answer == b"" or rejection(answer).code == "protocol"
    assert mesh.server_pid() == pid
    assert acknowledged(mesh) < SLACK * PROMISE


def test_b6_another_protocol_version_is_refused_with_what_to_do(mesh: Mesh) -> None:
    with Raw(mesh) as peer:
        peer.sock.sendall(pack(SAY | {"version": PROTOCOL_VERSION + 1, "something": "new"}))
        refused = rejection(peer.rest())
    assert refused.code == "version"
    versions = PROTOCOL_VERSION, PROTOCOL_VERSION + 1
    assert refused.message == "server speaks {}, this client {}; run ttsmesh restart".format(*versions)


@pytest.fixture(scope="module")
def small() -> Iterator[Mesh]:
    """A server with few descriptors: room for eight clients."""
    with Mesh() as mesh:
        mesh.settings('default_voice = "ef_dora"\n')
        mesh.env["TTSMESH_TONE_GATE"] = str(small_gate(mesh))
        limit = f"ulimit -n 64; exec {mesh.command('serve')[0]} serve"
        mesh.state.mkdir(parents=True)
        with (mesh.state / "ttsmesh.log").open("wb") as log:
            server = subprocess.Popen(["sh", "-c", limit], env=mesh.env, stderr=log)
        until(lambda: os.path.exists(mesh.socket()), "it listens")
        yield mesh
        mesh.run("kill")
        assert server.wait(PATIENCE) == 0, mesh.log()


@pytest.fixture
def many() -> Iterator[contextlib.ExitStack]:
    """Where a test leaves its peers."""
    with contextlib.ExitStack() as stack:
        yield stack


def test_b7_when_full_the_oldest_that_has_not_asked_makes_room(small: Mesh, many: contextlib.ExitStack) -> None:
    idle = [many.enter_context(Raw(small)) for _ in range(100)]
    assert acknowledged(small) < PATIENCE
    until(lambda: sum(open_still(peer) for peer in idle) <= 8, "the oldest have gone")
    assert [open_still(peer) for peer in idle] == sorted(open_still(peer) for peer in idle)
    assert all(open_still(peer) or peer.rest() == b"" for peer in idle)  # closed, not refused


def open_still(peer: Raw) -> bool:
    """Whether nothing was said to it and it was not closed."""
    return not select.select([peer.sock], [], [], 0)[0]


def test_b7_when_all_wait_for_something_one_more_is_refused(small: Mesh, many: contextlib.ExitStack) -> None:
    small_gate(small).touch()
    for number in range(8):
        peer = many.enter_context(Raw(small))
        peer.ask(Say(text="hi", output=str(small.work / f"{number}.wav"), wait=True))
        assert isinstance(peer.reply(), Accepted)
    run = small.run("say", "one more")
    assert run.returncode == 75, run
    assert run.stderr.startswith(b"ttsmesh: busy: 8 clients")
    many.close()  # whoever leaves takes it back
    small_gate(small).unlink()
    small.until_idle()
    small.say("hi", "-o", "after.wav")


def small_gate(mesh: Mesh) -> Path:
    return mesh.directory / "gate"


def test_b8_of_300_at_once_the_queue_takes_256_and_refuses_the_others(gate: Path, many: contextlib.ExitStack) -> None:
    with Mesh({"TTSMESH_TONE_GATE": str(gate)}) as mesh:
        mesh.say("hi", "--queue", "-v", "ef_dora", "-o", "first.wav")
        peers = [many.enter_context(Raw(mesh)) for _ in range(300)]
        for peer in peers:
            peer.ask(Say(text="hi", voice="ef_dora", queue=True))
        replies = [peer.reply() for peer in peers]
        accepted = [reply for reply in replies if isinstance(reply, Accepted)]
        refused = [reply for reply in replies if isinstance(reply, Rejected)]
        assert (len(accepted), len(refused)) == (MAX_QUEUE - 1, 300 - MAX_QUEUE + 1)
        assert {reply.code for reply in refused} == {"busy"}
        numbers = [int(str(reply.id).rpartition("-")[2]) for reply in accepted]
        # Who is first among those who ask at the same moment is the kernel's to say; places are given out one by one.
        assert sorted(numbers) == list(range(2, MAX_QUEUE + 1))
        run = mesh.run("say", "--queue", "one more")
        assert run.returncode == 75, run
        assert mesh.run("stop").returncode == 0
        gate.unlink()
        mesh.until_idle()
        assert len(each_has_one_outcome(mesh)) == MAX_QUEUE


def test_b9_a_peer_that_never_reads_bothers_nobody() -> None:
    """Its progress comes as fast as it can here, so that more is waiting than its socket takes."""
    with Mesh() as mesh:
        mesh.settings('default_voice = "ef_dora"\n')
        shorten(mesh, PROGRESS_INTERVAL=0.0001, SEND_TIMEOUT=SHORT)
        mesh.env["TTSMESH_TONE_DELAY"] = "0.2"
        output = str(mesh.work / "long.wav")
        mesh.say("hi", "-o", "first.wav")
        with Raw(mesh) as deaf:
            deaf.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
            deaf.ask(Say(text="una frase. " * 2000, output=output, wait=True))
            until(lambda: mesh.status()["queue"], "it is being saved")
            for _ in range(20):
                assert acknowledged(mesh) < SLACK * PROMISE
            mesh.run("kill")


def test_b10_a_client_that_is_gone_before_the_acknowledgement_is_dropped(mesh: Mesh) -> None:
    pid = mesh.server_pid()
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    with Raw(mesh) as peer:
        peer.ask(Say(text="hi", output=str(mesh.work / "dropped.wav")))
    os.kill(pid, signal.SIGCONT)
    mesh.say("hi", "-o", "later.wav")
    mesh.until_idle()
    assert not (mesh.work / "dropped.wav").exists()
    assert (mesh.work / "later.wav").exists()


def test_b10_a_client_that_is_gone_after_the_acknowledgement_is_served(mesh: Mesh) -> None:
    with Raw(mesh) as peer:
        accepted = peer.ask(Say(text="hi", output=str(mesh.work / "served.wav"))).reply()
    assert isinstance(accepted, Accepted)
    until(lambda: outcomes(mesh).get(str(accepted.id)) == "finished", "it is saved")
    assert (mesh.work / "served.wav").exists()


def test_a_client_that_waits_is_told_everything_in_order(mesh: Mesh) -> None:
    with Raw(mesh) as peer:
        peer.ask(Say(text="hi", output=str(mesh.work / "waited.wav"), wait=True))
        assert [type(peer.reply()) for _ in range(3)] == [Accepted, Started, Finished]
        with pytest.raises((PeerGone, AssertionError)):
            peer.reply()
