"""How a client that feeds a group is served, over a real socket; the voice is a fake."""

import asyncio
import socket

import pytest

from tests.model.fake_voice import FakeVoice, hang
from tests.model.speech.groups.test_groups import Scene, run, scene
from ttsmesh.errors import PeerGone
from ttsmesh.model.server import grouping
from ttsmesh.model.server.grouping import Grouping
from ttsmesh.model.speech.groups.group import Group
from ttsmesh.wire.exchange import Side
from ttsmesh.wire.framing import pack
from ttsmesh.wire.messages import Accepted, Append, EndGroup, Interrupted
from ttsmesh.wire.stream import Channel

FIRST = Append(group="g", text="One is here. T", hold=True)


async def fed(scene_: Scene) -> Group:
    """A group that a client has begun, and holds."""
    group, _ = await scene_.groups.append(FIRST, "me")
    assert group is not None
    group.held += 1
    return group


async def served(scene_: Scene, channel: Channel, group: Group) -> None:
    """Take what the client has to say."""
    served = Grouping(scene_.hub, None, None)  # type: ignore[arg-type]  # reason: no group is begun by it
    request = await channel.receive()
    assert isinstance(request, Append)
    await served.answer(channel, request, group, Accepted(count=1))


def test_a_client_that_leaves_while_there_is_no_room_takes_its_text_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "LOOK", 0.05)

    async def main() -> None:
        async with scene(FakeVoice(hang)) as scene_:
            group = await fed(scene_)
            group.add("x" * 1000, None)
            ours, theirs = socket.socketpair()
            async with await Channel.over(theirs, Side.ANSWERER) as server:
                async with await Channel.over(ours, Side.OPENER) as client:
                    await client.send(FIRST)
                    serving = asyncio.create_task(served(scene_, server, group))
                    await client.receive()
                    await asyncio.wait([serving], timeout=0.2)
                    assert group.outcome is None
                await asyncio.wait_for(serving, 30)
            assert group.outcome == Interrupted(heard=0, reason="taken_back")
            assert group.held == 0

    run(main)


def test_a_client_that_leaves_before_the_end_is_acknowledged_holds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with scene(FakeVoice(hang)) as scene_:
            group = await fed(scene_)
            client, theirs = socket.socketpair()
            async with await Channel.over(theirs, Side.ANSWERER) as server:
                ended = group.end

                def end_and_lose_the_client() -> bool:
                    client.close()
                    return ended()

                monkeypatch.setattr(group, "end", end_and_lose_the_client)
                client.sendall(pack(FIRST.to_map()) + pack(EndGroup(group="g").to_map()))
                with pytest.raises(PeerGone):
                    await asyncio.wait_for(served(scene_, server, group), 30)
            assert group.held == 0
            assert group.outcome == Interrupted(heard=0, reason="taken_back")

    run(main)
