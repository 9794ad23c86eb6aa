"""Whatever happens with the bus, the task that presents what sounds goes on, since the server ends with its tasks."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ttsmesh.config import Settings
from ttsmesh.model.server.media_keys import keys
from ttsmesh.model.server.media_keys.controls import Controls
from ttsmesh.model.speech.hub import Hub


class FakeHub:
    """Has one text that always sounds. ``fault``: raised once by who looks."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.on_change: Callable[[], None] = lambda: None
        self._fault = fault

    def current(self) -> Any:
        if self._fault is not None:
            fault, self._fault = self._fault, None
            raise fault
        order = SimpleNamespace(id="a-1", key=SimpleNamespace(voice="af_heart"))
        return SimpleNamespace(order=order, started=True, paused=False, beginning="Hello.", heard=0)


class FakePlayer:
    """A player on a bus that goes away with ``end``, or in which ``fault`` is raised."""

    def __init__(self, end: Exception | None = None, fault: Exception | None = None) -> None:
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if end is not None:
            self.lost.set_exception(end)
        self.fault = fault

    def show(self, _: object) -> None:
        if self.fault is not None:
            raise self.fault

    def leave(self) -> None:
        pass


@pytest.mark.parametrize("fault", ["the hub", "to load", "to connect", "to show", "lost"])
def test_after_any_fault_it_is_tried_again(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "PATIENCE", 0.0)
    monkeypatch.setattr(keys, "RETRY", 0.0)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    faults = {fault: RuntimeError("broken")}

    def load() -> SimpleNamespace:
        if error := faults.pop("to load", None):
            raise error
        return SimpleNamespace(connect=connect)

    async def connect(_address: str, _controls: Controls) -> FakePlayer:
        if error := faults.pop("to connect", None):
            raise error
        player = FakePlayer(faults.pop("lost", None), faults.pop("to show", None))
        if not (player.lost.done() or player.fault):
            again.set()
        return player

    async def run() -> None:
        task = asyncio.create_task(keys.MediaKeys(cast("Hub", hub), Settings(), lambda: 0).run())
        waiting = asyncio.create_task(again.wait())
        await asyncio.wait([task, waiting], timeout=30, return_when=asyncio.FIRST_COMPLETED)
        assert not task.done()
        for each in (task, waiting):
            each.cancel()
        await asyncio.gather(task, waiting, return_exceptions=True)

    monkeypatch.setattr(keys, "_mpris", load)
    hub, again = FakeHub(faults.pop("the hub", None)), asyncio.Event()
    asyncio.run(run())
    assert (again.is_set(), faults) == (True, {})
