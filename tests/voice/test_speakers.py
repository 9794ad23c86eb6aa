"""Which device is open, for how long, and who may use it; the devices are fakes that keep account."""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Awaitable, Callable
from typing import ClassVar

import pytest

from ttsmesh.config import VoiceProcessSettings
from ttsmesh.errors import Code, SinkError
from ttsmesh.voice import speakers
from ttsmesh.voice.device import DeviceSink
from ttsmesh.voice.pace import Pace
from ttsmesh.voice.speakers import Speakers

SOON = 0.02
"""Seconds after which a device is released here."""

NEVER = 3600.0


class FakeSink:
    """Says what is done to it."""

    log: ClassVar[list[str]] = []
    broken = False

    def __init__(self, device: str | None, *, prime_s: float) -> None:
        self.name = device or "default"
        self.prime_s = prime_s
        self.stuck = False
        self.released = asyncio.Event()

    def start(self, _: Pace) -> None:
        self._did("start")

    async def ready(self) -> None:
        self._did("ready")
        if self.broken:
            raise SinkError("no usable audio device", Code.NO_AUDIO)

    async def cancel(self) -> int:
        self._did("cancel")
        return 0

    async def release(self) -> None:
        self._did("release")
        self.released.set()

    def _did(self, what: str) -> None:
        self.log.append(f"{what} {self.name}")


@pytest.fixture(autouse=True)
def log(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(speakers, "DeviceSink", FakeSink)
    monkeypatch.setattr(speakers, "load", lambda: None)
    monkeypatch.setattr(FakeSink, "log", [])
    monkeypatch.setattr(FakeSink, "broken", False)
    return FakeSink.log


def run(main: Callable[[Speakers], Awaitable[None]], release_after: float = NEVER) -> None:
    async def inside() -> None:
        mine = Speakers(VoiceProcessSettings(release=release_after))
        await main(mine)
        await mine.close()

    asyncio.run(inside())


def fake(sink: DeviceSink) -> FakeSink:
    assert isinstance(sink, FakeSink)
    return sink


def test_a_device_keeps_its_sink_and_each_has_its_own() -> None:
    async def main(mine: Speakers) -> None:
        assert mine.sink(None, 0.0) is mine.sink(None, 0.0)
        assert mine.sink("headset", 0.5) is not mine.sink(None, 0.0)
        assert fake(mine.sink("headset", 0.5)).prime_s == 0.5

    run(main)


def test_what_opening_takes_is_loaded_once_when_a_device_is_first_thought_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """This is before the utterance has the floor. A failure is reported only when the device is opened."""
    loads = queue.SimpleQueue[str]()

    def load() -> None:
        loads.put(threading.current_thread().name)
        raise SinkError("PortAudio library not found", Code.NO_AUDIO)

    monkeypatch.setattr(speakers, "load", load)

    async def main(mine: Speakers) -> None:
        assert loads.empty()
        for _ in range(2):
            mine.sink(None, 0.0)
        assert loads.get(timeout=10) != threading.main_thread().name
        assert loads.empty()

    run(main)


def test_an_idle_device_is_released(log: list[str]) -> None:
    async def main(mine: Speakers) -> None:
        sink = mine.sink(None, 0.0)
        async with mine.turn(sink):
            pass
        await fake(sink).released.wait()
        assert log == ["release default"]

    run(main, SOON)


def test_a_device_in_use_is_not_released_however_long_that_takes(log: list[str]) -> None:
    async def main(mine: Speakers) -> None:
        sink = mine.sink(None, 0.0)
        async with mine.turn(sink):
            pass
        async with mine.turn(sink):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(fake(sink).released.wait(), 5 * SOON)
            assert log == []
        await fake(sink).released.wait()

    run(main, SOON)


def test_one_waits_until_another_has_faded_out() -> None:
    async def main(mine: Speakers) -> None:
        sink, order = mine.sink(None, 0.0), []

        async def use(name: str) -> None:
            async with mine.turn(sink):
                order.append(f"{name} begins")
                await asyncio.sleep(0)
                order.append(f"{name} ends")

        await asyncio.gather(use("first"), use("second"))
        assert order == ["first begins", "first ends", "second begins", "second ends"]

    run(main)


def test_another_device_lets_go_of_the_one_before(log: list[str]) -> None:
    async def main(mine: Speakers) -> None:
        async with mine.turn(mine.sink(None, 0.0)):
            pass
        async with mine.turn(mine.sink("headset", 0.0)):
            assert log == ["release default"]
        async with mine.turn(mine.sink("headset", 0.0)):
            assert log == ["release default"]

    run(main)


def test_a_failure_leaves_the_device_to_the_next(log: list[str]) -> None:
    async def main(mine: Speakers) -> None:
        sink = mine.sink(None, 0.0)
        with pytest.raises(SinkError):
            async with mine.turn(sink):
                raise SinkError("gone")
        async with mine.turn(sink):
            log.append("used")
        await fake(sink).released.wait()

    run(main, SOON)


def test_d7_a_probe_opens_the_device_and_makes_no_sound(log: list[str]) -> None:
    async def main(mine: Speakers) -> None:
        await mine.probe(mine.sink(None, 0.0))
        assert log == ["start default", "ready default", "cancel default"]

    run(main)


def test_d7_a_probe_of_a_device_that_cannot_be_used_says_so_and_leaves_it_free(log: list[str]) -> None:
    async def main(mine: Speakers) -> None:
        FakeSink.broken = True
        with pytest.raises(SinkError) as caught:
            await mine.probe(mine.sink(None, 0.0))
        assert caught.value.code == Code.NO_AUDIO
        assert log[-1] == "cancel default"
        FakeSink.broken = False
        await mine.probe(mine.sink(None, 0.0))

    run(main)


def test_a_device_that_sounds_need_not_be_probed_and_is_not_disturbed(log: list[str]) -> None:
    async def main(mine: Speakers) -> None:
        sink = mine.sink(None, 0.0)
        async with mine.turn(sink):
            await mine.probe(sink)
            assert log == []

    run(main)


def test_one_device_that_hangs_is_enough_to_be_stuck() -> None:
    async def main(mine: Speakers) -> None:
        sinks = [fake(mine.sink(name, 0.0)) for name in ("a", "b")]
        assert not mine.stuck
        sinks[1].stuck = True
        assert mine.stuck

    run(main)


def test_closing_lets_go_of_every_device_and_forgets_the_timer(log: list[str]) -> None:
    async def main(mine: Speakers) -> None:
        for name in ("a", "b"):
            async with mine.turn(mine.sink(name, 0.0)):
                pass

    run(main, SOON)
    assert {"release a", "release b"} <= set(log)
