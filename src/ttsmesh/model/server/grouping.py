"""The answers to requests about groups."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from ttsmesh.config import Settings
from ttsmesh.errors import PeerGone
from ttsmesh.host.callers import caller_name
from ttsmesh.model.speech.hub import Hub
from ttsmesh.model.speech.order import Order
from ttsmesh.model.speech.ordering import OrderFactory
from ttsmesh.wire import messages, sockets
from ttsmesh.wire.messages import Accepted
from ttsmesh.wire.stream import Channel

if TYPE_CHECKING:
    from ttsmesh.model.speech.groups.group import Group
    from ttsmesh.model.speech.groups.groups import Groups


LOOK = 1.0
"""Seconds between two looks at whether the client is still there, while nothing is read from it."""


class Grouping:
    """Serves those who feed groups. What that needs is loaded with the first piece, in some 15 ms."""

    def __init__(self, hub: Hub, orders: OrderFactory, settings: Settings) -> None:
        self._hub = hub
        self._orders = orders
        self._settings = settings
        self._made: Groups | None = None

    @property
    def _groups(self) -> "Groups":
        if self._made is None:
            from ttsmesh.model.speech.groups.groups import Groups

            self._made = Groups(self._hub, self._orders, self._settings)
        return self._made

    async def append(
        self, request: messages.Append, caller: str, wanted: Callable[[], bool]
    ) -> tuple["Group | None", bool]:
        """The group of a piece, if it has one, and whether the piece was taken. ``wanted``: as for ``Groups``.

        Raises ``RejectedError``.
        """
        group, taken = await self._groups.append(request, caller, wanted)
        if group is not None:
            group.held += request.hold
        return group, taken

    async def answer(
        self, channel: Channel, request: messages.Append, group: "Group | None", accepted: Accepted
    ) -> None:
        """Acknowledge a piece, and take those that follow it."""
        if not request.hold or group is None:
            await channel.send(accepted)
            return
        end: messages.EndGroup | None = None
        told = False
        try:
            await channel.send(accepted)
            end = await self._feed(channel, group)
            if end is not None:
                await channel.send(Accepted(count=int(group.end())))
                told = True
        finally:
            group.held -= 1
            if not told:
                group.stop("taken_back")  # or it is over
        if end is None or end.wait or group.outcome is not None:
            await self._tell_outcome(channel, group)

    @staticmethod
    async def _feed(channel: Channel, group: "Group") -> messages.EndGroup | None:
        """Take pieces from one client until it ends the group; None if it leaves before, or the group is over."""
        while await _room(channel, group):
            receiving = asyncio.create_task(channel.receive())
            over = asyncio.create_task(group.over.wait())
            try:
                await asyncio.wait([receiving, over], return_when=asyncio.FIRST_COMPLETED)
                if not receiving.done():
                    return None
            finally:
                await _ended(receiving, over)
            match receiving.result():
                case messages.Append(text=text):
                    group.add(text, None)
                case messages.EndGroup() as end:
                    return end
                case _:
                    break
        return None

    async def end(self, channel: Channel, request: messages.EndGroup, peer: sockets.Peer) -> None:
        """Answer a request to end a group."""
        group = self._groups.end(request, caller_name(request.caller, peer.pid))
        await channel.send(Accepted(count=int(group is not None and group.outcome is None)))
        if request.wait and group is not None:
            await self._tell_outcome(channel, group)
        elif request.wait:
            await channel.send(messages.Finished())

    @staticmethod
    async def _tell_outcome(channel: Channel, group: "Group") -> None:
        """Tell the client what becomes of ``group``, which is taken back if the client goes away."""
        over = asyncio.create_task(group.over.wait())
        gone = asyncio.create_task(channel.receive())
        try:
            await asyncio.wait([over, gone], return_when=asyncio.FIRST_COMPLETED)
            group.stop("taken_back")  # or it is over
            assert group.outcome is not None
            with contextlib.suppress(PeerGone):
                await channel.send(group.outcome)
        finally:
            await _ended(over, gone)

    def stop(self, wanted: Callable[[Order], bool], reason: str) -> None:
        """End those groups that are ``wanted``."""
        if self._made is not None:
            self._made.stop(wanted, reason)


async def _room(channel: Channel, group: "Group") -> bool:
    """Wait until the group has room for more; False if its client leaves before."""
    while True:
        try:
            async with asyncio.timeout(LOOK):
                await group.room()
        except TimeoutError:
            if channel.peer_left:
                return False
        else:
            return True


async def _ended(*tasks: "asyncio.Task[object]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
