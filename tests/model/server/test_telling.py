"""The texts that were said, in messages: whole, however long they are, and each with its entry."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import cast

import pytest

from tests.model.fake_voice import FakeSupervisor, FakeSynthesizer, FakeVoice, good, order
from ttsmesh.host.mutes import Mutes
from ttsmesh.model.g2p.client import G2P
from ttsmesh.model.server import telling
from ttsmesh.model.speech.floor import Claim
from ttsmesh.model.speech.hub import Hub
from ttsmesh.model.text.reading import Block
from ttsmesh.wire.messages import History, HistoryEntry, TextPart
from ttsmesh.wire.schema import Message

UNREAD = cast(G2P, None)
"""A plain text without the name of a secret need not be read."""


class Silent:
    """A reader for which nothing in a text can be said."""

    async def read(self, window: str, *_: object, **__: object) -> Block:
        return Block((), len(window))


def run(main: Callable[[Hub], Awaitable[None]]) -> None:
    async def live() -> None:
        async with asyncio.TaskGroup() as group:
            hub = Hub(FakeSupervisor(FakeVoice(good)).as_supervisor(), FakeSynthesizer().as_synthesizer(), group)
            hub.mute(Mutes(everyone=True))  # so that each ends at once
            await main(hub)

    asyncio.run(live())


async def say(hub: Hub, *texts: str, caller: str = "vim") -> None:
    for text in texts:
        id = hub.new_id()
        hub.accept(replace(order(id, text=text), claim=Claim(id=id, caller=caller)))
    await hub.until_idle()


async def told(hub: Hub, request: History, caller: str | None = None) -> list[str]:
    """The texts that follow entries, and "-" for each entry."""
    messages: list[Message] = [message async for message in telling.history(hub, UNREAD, request, caller)]
    return [message.text if isinstance(message, TextPart) else "-" for message in messages]


def test_each_entry_is_followed_by_its_text_if_that_is_wanted_and_kept() -> None:
    async def main(hub: Hub) -> None:
        await say(hub, *(f"number {number}" for number in range(103)))
        assert await told(hub, History(last=2)) == ["-", "-"]
        assert await told(hub, History(last=2, text=True)) == ["-", "number 101", "-", "number 102"]
        assert (await told(hub, History(last=103, text=True)))[:6] == ["-", "-", "-", "-", "number 3", "-"]

    run(main)


def test_the_last_ones_of_one_caller_are_counted_among_his_own() -> None:
    async def main(hub: Hub) -> None:
        await say(hub, "one", "two", "three")
        await say(hub, "else", caller="mail")
        assert await told(hub, History(last=2, text=True), "vim") == ["-", "two", "-", "three"]
        assert await told(hub, History(text=True), "nobody") == []

    run(main)


@pytest.mark.parametrize("letter", ["a", "\U0001f600"])
def test_a_long_text_comes_whole_in_several_messages(letter: str) -> None:
    async def main(hub: Hub) -> None:
        text = letter * 40_000
        await say(hub, text)
        kept = hub.texts.find(None, None)
        kept.characters = 10_000
        parts = [part async for part in telling.text(hub, cast(G2P, Silent()), kept)]
        assert len(parts) > 2
        assert "".join(part.text for part in parts) == text
        assert sum(len(part.text) for part in parts if part.heard) == 10_000

    run(main)


def test_an_entry_says_whose_it_is() -> None:
    async def main(hub: Hub) -> None:
        await say(hub, "one")
        (entry,) = [message async for message in telling.history(hub, UNREAD, History(), None)]
        assert isinstance(entry, HistoryEntry)
        assert (entry.caller, entry.length, entry.characters, entry.reason) == ("vim", 3, 0, "muted")

    run(main)
