"""Playback: when it sounds, what it reports, and that it ends in exactly one way."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from tests.heard import RATE, Heard, ramp, tone
from tests.voice.player import Player
from ttsmesh.errors import Code, SinkError, SynthesisError
from ttsmesh.limits import FIRST_PROGRESS
from ttsmesh.voice import playback as playback_module
from ttsmesh.voice.pace import Pace
from ttsmesh.voice.places import Places
from ttsmesh.voice.playback import Ending, Playback
from ttsmesh.voice.sink import Began

pytest_plugins = ["tests.conftest_sound"]


class FakeSink:
    """Writes down what happens to it. Hears at once what it is fed; fails where ``fails`` says so."""

    underruns = 0
    began = Began()

    def __init__(self, fails: str = "", error: SinkError | None = None) -> None:
        self.calls: list[str] = []
        self.position = 0
        self._fails = fails
        self._error = error or SinkError("broken")
        self.drained = asyncio.Event()
        self.drained.set()
        self.called = asyncio.Event()

    def _note(self, call: str) -> None:
        self.calls.append(call)
        self.called.set()
        if call == self._fails:
            raise self._error

    def start(self, pace: Pace) -> None:
        self.pace = pace
        self._note("start")

    def pace_changed(self) -> None:
        self._note("pace changed")

    async def ready(self) -> None:
        self._note("ready")

    async def feed(self, pcm: bytes) -> None:
        self._note("feed")
        self.position += len(pcm) // 2

    async def drain(self) -> int:
        self._note("drain")
        await self.drained.wait()
        return self.position

    async def cancel(self) -> int:
        self._note("cancel")
        return self.position

    def pause(self) -> None:
        self._note("pause")

    def resume(self) -> None:
        self._note("resume")

    async def until(self, call: str) -> None:
        while call not in self.calls:
            self.called.clear()
            await self.called.wait()


class FakeSource:
    """Yields what the test puts, ends at ``None``, raises what is an exception."""

    def __init__(self, *items: bytes | Exception | None) -> None:
        self._items: asyncio.Queue[bytes | Exception | None] = asyncio.Queue()
        for item in items:
            self.put(item)

    def put(self, item: bytes | Exception | None) -> None:
        self._items.put_nowait(item)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        item = await self._items.get()
        if item is None:
            raise StopAsyncIteration
        if isinstance(item, Exception):
            raise item
        return item


class Stage:
    """A playback with fakes around it; what it reports goes into the sink's calls, to keep the order."""

    def __init__(self, *items: bytes | Exception | None, sink: FakeSink | None = None) -> None:
        self.source = FakeSource(*items)
        self.sink = sink or FakeSink()
        self.progress: list[int] = []
        self.progressed = asyncio.Event()
        self.places = Places()
        self.playback = Playback(
            self.source,
            self.sink,
            started=lambda: self.sink.calls.append("started"),
            progress=self._progress,
            pace=Pace(),
            places=self.places,
        )

    def _progress(self, heard: int) -> None:
        self.progress.append(heard)
        self.progressed.set()

    @property
    def calls(self) -> list[str]:
        return self.sink.calls


PCM = ramp(100)


def test_it_says_started_before_the_first_sample_and_ends_when_all_was_heard() -> None:
    async def run() -> None:
        stage = Stage(PCM, PCM, None)
        stage.playback.go()
        assert await stage.playback.run() == Ending(complete=True, heard=200, underruns=0)
        assert stage.calls == ["start", "ready", "started", "feed", "feed", "drain"]

    asyncio.run(run())


def test_the_device_is_opened_while_the_first_slice_is_still_awaited() -> None:
    async def run() -> None:
        stage = Stage()
        playing = asyncio.create_task(stage.playback.run())
        await stage.sink.until("start")
        stage.source.put(None)
        await playing

    asyncio.run(run())


def test_nothing_sounds_before_go() -> None:
    async def run() -> None:
        stage = Stage(PCM, None)
        playing = asyncio.create_task(stage.playback.run())
        await stage.sink.until("ready")
        assert stage.calls == ["start", "ready"]
        stage.playback.go()
        await playing
        assert stage.calls == ["start", "ready", "started", "feed", "drain"]

    asyncio.run(run())


def test_a_hold_right_after_go_is_obeyed() -> None:
    async def run() -> None:
        stage = Stage(PCM, None)
        playing = asyncio.create_task(stage.playback.run())
        await stage.sink.until("ready")
        await asyncio.sleep(0)
        stage.playback.go()
        stage.playback.hold()
        for _ in range(5):
            await asyncio.sleep(0)
        assert stage.calls == ["start", "ready"]
        stage.playback.go()
        assert (await playing).complete

    asyncio.run(run())


def test_hold_and_go_reach_the_sink_only_while_it_plays_this_utterance() -> None:
    async def run() -> None:
        stage = Stage(PCM, None)
        stage.sink.drained.clear()
        stage.playback.hold()
        stage.playback.go()
        playing = asyncio.create_task(stage.playback.run())
        await stage.sink.until("drain")
        stage.playback.hold()
        stage.playback.go()
        stage.sink.drained.set()
        await playing
        stage.playback.hold()
        assert stage.calls == ["start", "ready", "started", "feed", "drain", "pause", "resume"]

    asyncio.run(run())


def test_a_rate_that_changes_before_and_while_it_sounds_is_the_sinks_rate() -> None:
    async def run() -> None:
        stage = Stage(PCM)
        stage.playback.set_rate(1.5)
        stage.playback.go()
        playing = asyncio.create_task(stage.playback.run())
        await stage.sink.until("feed")
        assert stage.sink.pace.rate == 1.5
        stage.playback.set_rate(0.8)
        assert stage.sink.pace.rate == 0.8
        stage.source.put(None)
        await playing
        assert stage.calls == ["pace changed", "start", "ready", "started", "feed", "pace changed", "drain"]

    asyncio.run(run())


def test_an_empty_source_finishes_without_having_started() -> None:
    async def run() -> None:
        stage = Stage(None)
        assert await stage.playback.run() == Ending(complete=True, heard=0, underruns=0)
        assert stage.calls == ["start", "cancel"]

    asyncio.run(run())


@pytest.mark.parametrize("moment", ["start", "ready", "feed", "drain"])
def test_cancelling_the_task_silences_the_sink_and_returns_what_was_heard(moment: str) -> None:
    """Waiting for the first slice, for go, for the next slice, for the end."""
    items: dict[str, list[bytes | None]] = {"start": [], "ready": [PCM], "feed": [PCM], "drain": [PCM, None]}

    async def run() -> None:
        stage = Stage(*items[moment])
        stage.sink.drained.clear()
        if moment != "ready":
            stage.playback.go()
        playing = asyncio.create_task(stage.playback.run())
        await stage.sink.until(moment)
        playing.cancel()
        ending = await playing
        assert ending == Ending(complete=False, heard=100 if moment in ("feed", "drain") else 0, underruns=0)
        assert stage.calls[-1] == "cancel"

    asyncio.run(run())


@pytest.mark.parametrize("where", ["start", "ready", "feed", "drain"])
def test_a_failing_sink_is_let_go_and_its_error_passes(where: str) -> None:
    async def run() -> None:
        error = SinkError("no device", Code.NO_AUDIO)
        stage = Stage(PCM, None, sink=FakeSink(where, error))
        stage.playback.go()
        with pytest.raises(SinkError) as caught:
            await stage.playback.run()
        assert caught.value is error
        assert stage.calls[-1] == "cancel"
        assert ("started" in stage.calls) == (where in ("feed", "drain"))

    asyncio.run(run())


def test_a_failing_source_silences_the_sink_and_its_error_passes() -> None:
    async def run() -> None:
        stage = Stage(PCM, SynthesisError("no"), None)
        stage.playback.go()
        with pytest.raises(SynthesisError):
            await stage.playback.run()
        assert stage.calls == ["start", "ready", "started", "feed", "cancel"]

    asyncio.run(run())


def test_progress_is_reported_while_it_sounds_and_not_while_it_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRST_PROGRESS", "PROGRESS_INTERVAL"):
        monkeypatch.setattr(playback_module, name, 0.01)

    async def run() -> None:
        stage = Stage(PCM)
        stage.playback.go()
        playing = asyncio.create_task(stage.playback.run())
        await stage.progressed.wait()
        assert stage.progress == [100]
        stage.playback.hold()
        await asyncio.sleep(0.05)
        assert stage.progress == [100]
        stage.progressed.clear()
        stage.playback.go()
        await stage.progressed.wait()
        stage.source.put(None)
        await playing
        reported = list(stage.progress)
        await asyncio.sleep(0.05)
        assert stage.progress == reported, "it went on after the end"

    asyncio.run(run())


def test_a_place_is_reported_when_it_is_heard_and_not_when_the_next_progress_is_due(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(playback_module, "FIRST_PROGRESS", 1_000.0)

    async def run() -> None:
        stage = Stage(PCM)
        for frame in (40, 150):
            stage.places.add(frame)
        stage.playback.go()
        playing = asyncio.create_task(stage.playback.run())
        await asyncio.wait_for(stage.progressed.wait(), 30)
        assert stage.progress == [100]
        stage.progressed.clear()
        stage.source.put(PCM)
        await asyncio.wait_for(stage.progressed.wait(), 30)
        assert stage.progress == [100, 200]
        stage.source.put(None)
        assert (await playing).complete

    asyncio.run(run())


def test_a_place_in_the_last_sound_is_reported_while_that_is_played(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playback_module, "FIRST_PROGRESS", 1_000.0)

    async def run() -> None:
        stage = Stage(PCM, None)
        stage.sink.drained.clear()
        stage.playback.go()
        playing = asyncio.create_task(stage.playback.run())
        await stage.sink.until("drain")
        stage.places.add(100)
        stage.playback.go()
        await asyncio.wait_for(stage.progressed.wait(), 30)
        stage.sink.drained.set()
        await playing
        assert stage.progress == [100]

    asyncio.run(run())


def test_no_place_is_reported_while_it_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playback_module, "FIRST_PROGRESS", 1_000.0)

    async def run() -> None:
        stage = Stage(PCM)
        stage.playback.go()
        playing = asyncio.create_task(stage.playback.run())
        await stage.sink.until("feed")
        stage.places.add(50)
        stage.playback.hold()
        await asyncio.sleep(5 * playback_module.LOOK)
        assert stage.progress == []
        stage.playback.go()
        await asyncio.wait_for(stage.progressed.wait(), 30)
        stage.source.put(None)
        await playing

    asyncio.run(run())


def test_a_place_far_ahead_is_not_looked_for_all_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look would ask the sink for its position."""
    asked = 0

    class Asked(FakeSink):
        @property
        def position(self) -> int:
            nonlocal asked
            asked += 1
            return 0

        @position.setter
        def position(self, _: int) -> None:
            """It stays."""

    async def run() -> None:
        stage = Stage(PCM, sink=Asked())
        stage.places.add(60 * RATE)
        stage.playback.go()
        playing = asyncio.create_task(stage.playback.run())
        await stage.sink.until("feed")
        await asyncio.sleep(10 * playback_module.LOOK)
        assert asked <= 2
        playing.cancel()
        await playing

    asyncio.run(run())


@pytest.mark.sound
@pytest.mark.alone
def test_it_is_heard_whole_while_it_is_still_being_rendered(heard: Heard) -> None:
    pcm = ramp(RATE)
    with Player(heard.env) as player:
        start = time.monotonic()
        ending = player.do("play", pcm, 9_600, 0.05).value
        clip = heard.since(start)
    assert clip.voiced().tobytes() == pcm
    assert (ending["complete"], ending["heard"]) == (True, RATE)
    assert len(clip.gaps()) == ending["underruns"] <= 2
    assert [report[0] for report in ending["reports"]][:2] == ["started", "progress"]
    assert ending["reports"][1][1] == pytest.approx(FIRST_PROGRESS * RATE, abs=RATE / 8)


@pytest.mark.sound
def test_started_is_said_before_it_is_heard(heard: Heard) -> None:
    with Player(heard.env) as player:
        start = time.monotonic()
        ending = player.do("play", ramp(3_000), 9_600, 0.0).value
        clip = heard.since(start)
    assert start < ending["reports"][0][1] <= clip.time(clip.span()[0])


@pytest.mark.sound
@pytest.mark.alone
def test_cancelling_it_fades_out_at_once(heard: Heard) -> None:
    with Player(heard.env) as player:
        start = time.monotonic()
        playing = player.ask("play", tone(2 * RATE), 9_600, 0.05)
        heard.recorder.await_sound(start, RATE // 2)
        asked = time.monotonic()
        player.do("stop playing")
        ending = player.answer(playing).value
        clip = heard.since(start)
    assert not ending["complete"]
    assert ending["heard"] == pytest.approx(len(clip.sound()), abs=500)
    assert clip.time(clip.span()[1]) - asked < 1.0
    assert clip.largest_step() < 700
