"""Muting in the server: it holds at once, whatever the disk does, and the file has what was asked for last."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.model.fake_voice import FakeSupervisor, FakeSynthesizer, FakeVoice, good
from ttsmesh.host import mutes
from ttsmesh.host.mutes import Mutes
from ttsmesh.host.offload import Worker
from ttsmesh.model.server import muting as module
from ttsmesh.model.server.muting import Muting
from ttsmesh.model.speech.hub import Hub


def run(path: Path, main: Callable[[Muting, Hub], Awaitable[None]]) -> None:
    async def live() -> None:
        async with asyncio.TaskGroup() as group:
            hub = Hub(FakeSupervisor(FakeVoice(good)).as_supervisor(), FakeSynthesizer().as_synthesizer(), group)
            await main(Muting(hub, path), hub)

    asyncio.run(live())


def test_what_the_file_keeps_is_muted_from_the_start(tmp_path: Path) -> None:
    mutes.write(tmp_path / "muted.json", Mutes(callers=("vim",)))

    async def main(_: Muting, hub: Hub) -> None:
        assert hub.mutes == Mutes(callers=("vim",))

    run(tmp_path / "muted.json", main)


def test_changes_that_come_together_are_kept_in_their_order(tmp_path: Path) -> None:
    path = tmp_path / "state" / "muted.json"

    async def main(muting: Muting, hub: Hub) -> None:
        changes = [muting.change(f"caller {number}", over=False) for number in range(20)]
        assert all(answer.notice is None for answer in await asyncio.gather(*changes, muting.change("vim", over=True)))
        assert mutes.read(path) == hub.mutes
        assert len(hub.mutes.callers) == 20

    run(path, main)


def test_a_disk_that_does_not_respond_delays_the_answer_and_not_the_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    responds = threading.Event()
    monkeypatch.setattr(mutes, "write", lambda *_: responds.wait(60))

    class Impatient(Worker):
        async def run(self, call: Callable[[], object], limit: float = 0.05) -> object:  # type: ignore[override]
            return await super().run(call, limit)

    monkeypatch.setattr(module, "Worker", Impatient)

    async def main(muting: Muting, hub: Hub) -> None:
        changing = asyncio.create_task(muting.change(None, over=False))
        await asyncio.sleep(0)
        assert hub.mutes.everyone
        assert (await changing).notice == "not kept over a restart: the state directory does not respond"
        responds.set()

    run(tmp_path / "muted.json", main)
