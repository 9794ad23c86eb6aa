"""The player on a bus of the test's own. What it does with a mesh: tests/integration/test_media_keys.py."""

import asyncio
from collections.abc import Iterator
from types import SimpleNamespace
from typing import cast

import pytest

from tests.bus import Bus
from ttsmesh.model.server.media_keys.controls import Controls, Sounding
from ttsmesh.model.server.media_keys.mpris import connect
from ttsmesh.model.speech.hub import Hub


@pytest.fixture
def bus() -> Iterator[Bus]:
    with Bus() as bus:
        yield bus


def test_a_text_that_ends_while_the_bus_is_asked_leaves_a_player_for_the_next(bus: Bus) -> None:
    silent = cast("Hub", SimpleNamespace(current=lambda: None))

    async def look() -> None:
        player = await connect(bus.address, Controls(silent, lambda: 0))
        try:
            assert await asyncio.to_thread(bus.playerctl, "metadata", "title") == ""
            player.show(Sounding("a-1", "Hello.", "af_heart", False))
            assert await asyncio.to_thread(bus.playerctl, "metadata", "title") == "Hello."
        finally:
            player.leave()
            await player.lost

    asyncio.run(look())
