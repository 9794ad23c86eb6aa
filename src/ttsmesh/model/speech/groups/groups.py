"""The groups, by their callers and names: where each piece goes."""

import asyncio
from collections.abc import Callable

from ttsmesh.config import Settings
from ttsmesh.errors import Code, RejectedError
from ttsmesh.limits import MAX_GROUPS
from ttsmesh.model.speech.floor import Claim
from ttsmesh.model.speech.groups.group import Group
from ttsmesh.model.speech.hub import Hub
from ttsmesh.model.speech.order import Order
from ttsmesh.model.speech.ordering import OrderFactory
from ttsmesh.wire.messages import Append, EndGroup, Finished

Key = tuple[str, str]
"""Caller and name of a group."""


LATE = 10.0
"""Seconds after the end of a group in which a piece with another index than 0 begins no new one: it was overtaken."""


class Groups:
    """Takes pieces. A group that was stopped stays for some time, so that what still comes of it is left out."""

    def __init__(self, hub: Hub, orders: OrderFactory, settings: Settings) -> None:
        self._hub = hub
        self._orders = orders
        self._settings = settings
        self._open: dict[Key, Group] = {}  # by their names, which may be appended to
        self._all: set[Group] = set()  # with those that have been ended, and are not over
        self._beginning = asyncio.Lock()
        self._ended: dict[Key, float] = {}  # when their last group was ended
        hub.on_claim = self._claimed

    async def append(
        self, request: Append, caller: str, wanted: Callable[[], bool] = lambda: True
    ) -> tuple[Group | None, bool]:
        """The group of a piece, if there is one for it, and whether the piece was taken.

        ``wanted``: whether it is still to be taken when a group could begin, which takes a while.

        Raises:
            RejectedError: the group cannot begin, has failed, or too much of it waits.
        """
        key = caller, request.group
        group = self._find(key)
        if group is None:
            if request.index and self._was_ended(key):
                return None, False
            async with self._beginning:  # several may come at once, and the first one begins the group
                group = self._find(key)
                order = await self._ordered(request, caller) if group is None else None
                if not wanted():
                    return None, False
                if order is not None:
                    group = self._begun(key, order, request.text)
            assert group is not None
        group.check_room(request.text)
        return group, group.add(request.text, request.index)

    def end(self, request: EndGroup, caller: str) -> Group | None:
        """No more pieces come; None if there is no such group."""
        key = caller, request.group
        group = self._find(key)
        if group is None:
            return None
        group.end(request.index)
        now = asyncio.get_running_loop().time()
        self._ended = {name: at for name, at in self._ended.items() if now < at + LATE} | {key: now}
        if group.ended:
            self._open.pop(key, None)
        return group

    def stop(self, wanted: Callable[[Order], bool], reason: str = "stopped") -> None:
        """End those groups that are ``wanted`` by their orders, also if they are silent just now."""
        for group in list(self._all):
            if wanted(group.order):
                group.stop(reason)

    def _was_ended(self, key: Key) -> bool:
        return asyncio.get_running_loop().time() < self._ended.get(key, -LATE) + LATE

    def _find(self, key: Key) -> Group | None:
        group = self._open.get(key)
        if group is not None and (group.expired or (group.ended and group.outcome is None)):
            del self._open[key]
            return None
        return group

    async def _ordered(self, first: Append, caller: str) -> Order:
        """The order of a new group, which begins with the piece ``first``."""
        self._check_room()
        self._hub.check_room(first.text)
        return await self._orders.group(first, caller)

    def _begun(self, key: Key, order: Order, text: str) -> Group:
        """A new group, which begins with ``text`` if that is not too long."""

        def over() -> None:
            self._all.discard(group)
            if isinstance(group.outcome, Finished) and self._open.get(key) is group:
                del self._open[key]

        group = Group(
            order,
            self._hub,
            stall=self._settings.follow_stall,
            idle=self._settings.follow_idle,
            most=self._settings.max_text,
            on_over=over,
        )
        group.check_room(text)
        self._open[key] = group
        self._all.add(group)
        return group

    def _check_room(self) -> None:
        """Make room for one more group. The names of those that are over for longest are free first."""
        for key, group in list(self._open.items()):
            if group.expired:
                del self._open[key]
        if len(self._all) >= MAX_GROUPS:
            raise RejectedError(f"busy: {len(self._all)} groups are open already", Code.BUSY)
        over = [key for key, group in self._open.items() if group.outcome is not None]
        for key in over[: max(0, len(self._open) + 1 - MAX_GROUPS)]:
            del self._open[key]

    def _claimed(self, claim: Claim) -> None:
        """A newer text that interrupts ends what its caller said before: also a group that is silent or waits."""
        if claim.interrupts:
            for group in list(self._all):
                if group.waits and group.order.claim.caller == claim.caller and group.order.claim.id != claim.id:
                    group.stop("superseded")
