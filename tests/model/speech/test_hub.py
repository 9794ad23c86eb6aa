"""The hub: room, the floor between real utterances, and one outcome for each of them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
import uvloop

from tests.model.fake_voice import (
    FRAMES,
    FakeProcess,
    FakeSupervisor,
    FakeSynthesizer,
    FakeVoice,
    good,
    hang,
    order,
    save,
)
from ttsmesh.errors import Code, RejectedError, SynthesisError
from ttsmesh.host.mutes import Mutes
from ttsmesh.limits import HISTORY_TEXTS, MAX_HISTORY, MAX_QUEUE, MAX_QUEUE_BYTES, MAX_TEXT
from ttsmesh.model.speech import conversation as module
from ttsmesh.model.speech.floor import Claim
from ttsmesh.model.speech.history import History
from ttsmesh.model.speech.hub import Hub
from ttsmesh.model.speech.order import Order
from ttsmesh.model.speech.utterance import SAVE_TRIES
from ttsmesh.wire.messages import Finished, Go, HistoryEntry, Hold, Interrupted, Rate, Started


def run(main: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)


@asynccontextmanager
async def hub_of(voice: FakeVoice) -> AsyncIterator[Hub]:
    """A hub whose utterances all go to ``voice``; what is left at the end is interrupted."""
    async with asyncio.TaskGroup() as group:
        hub = Hub(FakeSupervisor(voice).as_supervisor(), FakeSynthesizer().as_synthesizer(), group)
        voice.utterances = hub.live
        yield hub
        hub.interrupt_all("shutdown")
        await asyncio.wait_for(hub.until_idle(), 30)


def endings(hub: Hub) -> dict[str, str]:
    """Every outcome by id; none has two."""
    entries: list[HistoryEntry] = list(hub.history.entries)
    assert len({entry.id for entry in entries}) == len(entries)
    assert sum(hub.history.outcomes.values()) == len(entries)
    return {entry.id: entry.outcome for entry in entries}


async def until(wanted: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not wanted():  # noqa: ASYNC110  # the voice tells nobody that it starts
            await asyncio.sleep(0)


async def ended(hub: Hub) -> None:
    await asyncio.wait_for(hub.until_idle(), 30)


def test_b8_the_256th_has_room_and_the_257th_has_not() -> None:
    async def main() -> None:
        async with hub_of(FakeVoice(hang)) as hub:
            for number in range(MAX_QUEUE):
                hub.check_room("hello")
                hub.accept(order(f"a-{number}"))
            with pytest.raises(RejectedError, match="busy: 256") as refused:
                hub.check_room("hello")
            assert refused.value.code is Code.BUSY
            hub.live["a-7"].interrupt("stopped")
            await hub.live["a-7"].ended.wait()
            hub.check_room("hello")
        assert len(endings(hub)) == MAX_QUEUE

    run(main())


@pytest.mark.parametrize(("more", "fits"), [(-1, True), (0, True), (1, False)])
@pytest.mark.parametrize("letter", ["a", "é"])
def test_b8_the_queue_holds_so_many_bytes_of_text(more: int, fits: bool, letter: str) -> None:
    size = len(letter.encode())

    async def main() -> None:
        async with hub_of(FakeVoice(hang)) as hub:
            for number in range(MAX_QUEUE_BYTES // MAX_TEXT - 1):
                hub.accept(order(f"a-{number}", text=letter * (MAX_TEXT // size)))
            last = letter * (MAX_TEXT // size + more)
            if fits:
                hub.check_room(last)
            else:
                with pytest.raises(RejectedError):
                    hub.check_room(last)

    run(main())


def test_all_that_is_accepted_ends_once_and_the_hub_is_idle_then() -> None:
    async def main() -> None:
        voice = FakeVoice(good)
        async with hub_of(voice) as hub:
            ids = [f"a-{number}" for number in range(20)]
            for id in ids:
                hub.accept(order(id))
            await ended(hub)
            assert endings(hub) == dict.fromkeys(ids, "finished")
            assert list(endings(hub)) == ids  # in their order
            assert voice.spoken == 20
            assert hub.live == {}

    run(main())


def test_whatever_moment_it_is_interrupted_at_it_has_finished_if_the_voice_says_so() -> None:
    async def interrupted_after(turns: int) -> tuple[bool, str]:
        """Whether it had ended by then, and how."""
        voice = FakeVoice(good)
        async with hub_of(voice) as hub:
            utterance = hub.accept(order("a-1"))
            for _ in range(turns):
                await asyncio.sleep(0)
            late = utterance.ended.is_set()
            utterance.interrupt("stopped")
            await ended(hub)
            assert endings(hub) == {"a-1": "finished" if voice.finished else "interrupted"}
            return late, endings(hub)["a-1"]

    async def main() -> None:
        outcomes = []
        for turns in count():
            late, outcome = await interrupted_after(turns)
            if late:
                break
            outcomes.append(outcome)
        assert set(outcomes) == {"finished", "interrupted"}

    run(main())


def test_a_storm_of_interrupting_texts_leaves_the_last_one_heard() -> None:
    async def main() -> None:
        voice = FakeVoice(good)
        async with hub_of(voice) as hub:
            ids = [f"a-{number}" for number in range(50)]
            for id in ids:
                hub.accept(order(id, queued=False))
                await asyncio.sleep(0)
            await ended(hub)
            assert set(endings(hub)) == set(ids)
            assert endings(hub)["a-49"] == "finished"
            assert hub.history.outcomes["failed"] == 0

    run(main())


def test_a_voice_that_crashes_between_lets_the_next_one_sound() -> None:
    async def crash_sounding(process: FakeProcess) -> None:
        await process.begin()

    async def main() -> None:
        async with hub_of(FakeVoice(crash_sounding, good)) as hub:
            hub.accept(order("a-1"))
            while not endings(hub):
                await hub.live["a-1"].ended.wait()
            hub.accept(order("a-2"))
            await ended(hub)
            assert endings(hub) == {"a-1": "failed", "a-2": "finished"}
            assert hub.history.last_failure is not None

    run(main())


def test_e5_everything_can_be_failed_with_the_reason() -> None:
    async def main() -> None:
        async with hub_of(FakeVoice(hang)) as hub:
            for number in range(3):
                hub.accept(order(f"a-{number}", output="/nowhere/a.wav" if number else None))
            hub.fail_all(SynthesisError("the model hangs"))
            await ended(hub)
            assert set(endings(hub).values()) == {"failed"}
            assert hub.history.last_failure == "the model hangs"

    run(main())


def test_a_stop_of_all_spares_saves_and_shutdown_does_not() -> None:
    async def main() -> None:
        async with hub_of(FakeVoice(hang)) as hub:
            hub.accept(order("a-1"))
            hub.accept(order("a-2", output="/nowhere/a.wav"))
            assert hub.stop(lambda _: True) == 1
            await asyncio.wait_for(hub.live["a-1"].ended.wait(), 30)
            assert endings(hub) == {"a-1": "interrupted"}
            hub.interrupt_all("shutdown")
            await ended(hub)
            assert endings(hub) == {"a-1": "interrupted", "a-2": "interrupted"}

    run(main())


def test_dropped_phonemes_are_logged_by_their_number(caplog: pytest.LogCaptureFixture) -> None:
    async def lossy(process: FakeProcess) -> None:
        frames = await process.begin()
        voice.utterances["a-1"].losses.dropped = 3
        await process.channel.send(Finished(heard=frames))

    voice = FakeVoice(lossy)

    async def main() -> None:
        async with hub_of(voice) as hub:
            hub.accept(order("a-1"))
            await ended(hub)

    with caplog.at_level("WARNING"):
        run(main())
    assert [record.getMessage() for record in caplog.records] == ["utterance a-1: 3 phonemes dropped"]


def test_an_outcome_that_cannot_be_recorded_holds_nobody_else_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with hub_of(FakeVoice(good)) as hub:

            def cannot(_: HistoryEntry) -> None:
                hub.history = History()
                raise ZeroDivisionError

            monkeypatch.setattr(hub.history, "add", cannot)
            hub.accept(order("a-1"))
            hub.accept(order("a-2"))
            await ended(hub)
            assert [entry.id for entry in hub.history.entries] == ["a-2"]

    run(main())


def test_a_process_that_is_killed_for_speech_costs_a_save_in_it_nothing_however_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "CANCEL_TIMEOUT", 0.05)
    often = SAVE_TRIES + 1

    async def write(process: FakeProcess) -> None:
        await process.begin_saving()
        await hang(process)

    async def sound(process: FakeProcess) -> None:
        await process.begin()
        await hang(process)

    async def main() -> None:
        voice = FakeVoice(*[write, sound] * often, save)
        async with hub_of(voice) as hub:
            hub.accept(order("a-0", output="/nowhere/a.wav"))
            for number in range(1, often + 1):
                await until(lambda: voice.starts == 2 * number - 1)  # noqa: B023  # it is being saved, once more
                speech = hub.accept(order(f"a-{number}"))
                assert isinstance(await speech.watch().get(), Started)
                assert hub.stop(lambda _: True) == 1
                await speech.ended.wait()
            await ended(hub)
            assert voice.killed == ["no report after a cancel"] * often
            assert endings(hub) == {
                f"a-{number}": "interrupted" if number else "finished" for number in range(often + 1)
            }

    run(main())


def test_a_speed_for_all_leaves_texts_with_their_own_alone() -> None:
    rates: dict[str, float] = {}

    async def main() -> None:
        told = asyncio.Event()

        async def sound(process: FakeProcess) -> None:
            await process.accept()
            assert process.speak is not None
            rates[process.speak.id] = process.speak.rate
            frames = await process.fetch()
            while not isinstance(word := await process.channel.receive(), Go):
                assert isinstance(word, Rate)
                rates[process.speak.id] = word.rate
            await process.channel.send(Started())
            if process.speak.id == "a-1":
                await told.wait()
            await process.finish(frames)

        async with hub_of(FakeVoice(sound)) as hub:
            first = hub.accept(order("a-1", fixed_speed=True)).watch()
            hub.accept(order("a-2"))
            hub.accept(order("a-3", fixed_speed=True))
            assert isinstance(await first.get(), Started)
            assert hub.set_speed(2.0) == 0
            told.set()
            await ended(hub)
            assert rates == {"a-1": 1.0, "a-2": 2.0, "a-3": 1.0}

    run(main())


def test_one_text_may_get_another_speed_whether_it_has_its_own_or_not() -> None:
    rates: dict[str, float] = {}

    async def sound(process: FakeProcess) -> None:
        await process.accept()
        assert process.speak is not None
        frames = await process.fetch()
        assert isinstance(await process.channel.receive(), Go)
        await process.channel.send(Started())
        word = await process.channel.receive()
        assert isinstance(word, Rate)
        rates[process.speak.id] = word.rate
        await process.finish(frames)

    async def main() -> None:
        async with hub_of(FakeVoice(sound)) as hub:
            for id, fixed in (("a-1", True), ("a-2", False)):
                events = hub.accept(order(id, fixed_speed=fixed)).watch()
                assert isinstance(await events.get(), Started)
                assert hub.set_speed(2.5, "a-0") == 0
                assert hub.set_speed(2.0, id) == 1
                assert hub.live[id].speed == 2.0
                await ended(hub)
        assert rates == {"a-1": 2.0, "a-2": 2.0}
        assert hub.speed is None

    run(main())


@pytest.mark.parametrize("end", [Hub.skip, lambda hub: hub.accept(order("a-3", queued=False))], ids=["skip", "newer"])
def test_a_pause_while_one_fades_out_holds_the_next_one(
    monkeypatch: pytest.MonkeyPatch, end: Callable[[Hub], object]
) -> None:
    monkeypatch.setattr(module, "CANCEL_TIMEOUT", 30.0)

    async def main() -> None:
        fading, faded, held = asyncio.Event(), asyncio.Event(), asyncio.Event()

        async def fade(process: FakeProcess) -> None:
            await process.begin()
            assert await process.channel.receive() is None  # half-closed
            fading.set()
            await faded.wait()
            await process.channel.send(Interrupted())

        async def be_held(process: FakeProcess) -> None:
            await process.accept()
            frames = await process.fetch()
            assert isinstance(await process.channel.receive(), Hold)
            held.set()
            assert isinstance(await process.channel.receive(), Go)
            await process.channel.send(Started())
            await process.finish(frames)

        async with hub_of(FakeVoice(fade, be_held)) as hub:
            first = hub.accept(order("a-1")).watch()
            assert isinstance(await first.get(), Started)
            if end is Hub.skip:
                hub.accept(order("a-3"))
            end(hub)
            await asyncio.wait_for(fading.wait(), 30)
            assert (hub.pause(), hub.pause()) == (1, 0)
            assert [utterance.state for utterance in hub.live.values()].count("paused") == 0  # while another sounds
            faded.set()
            await asyncio.wait_for(held.wait(), 30)
            assert hub.live["a-3"].state == "paused"
            assert (hub.resume(), hub.resume()) == (1, 0)
            await ended(hub)
            assert endings(hub) == {"a-1": "interrupted", "a-3": "finished"}

    run(main())


def test_what_begins_is_paused_goes_on_or_ends_is_a_change() -> None:
    async def main() -> None:
        seen: list[tuple[str, bool]] = []

        def look() -> None:
            utterance = hub.current()
            seen.append(("", False) if utterance is None else (utterance.order.id, utterance.paused))

        async def sound(process: FakeProcess) -> None:
            await process.begin()
            while isinstance(await process.channel.receive(), Hold | Go):
                pass  # until it is told to end

        async with hub_of(FakeVoice(sound)) as hub:
            hub.on_change = look
            events = hub.accept(order("a-1")).watch()
            assert isinstance(await events.get(), Started)
            assert (hub.pause(), hub.pause(), hub.resume(), hub.skip()) == (1, 0, 1, 1)
            await ended(hub)
            assert seen == [("a-1", False), ("a-1", True), ("a-1", False), ("", False)]

    run(main())


def test_a_pause_while_the_only_one_fades_out_holds_nothing() -> None:
    async def main() -> None:
        async with hub_of(FakeVoice(good)) as hub:
            hub.accept(order("a-1"))
            assert hub.skip() == 1
            assert hub.pause() == 0
            await ended(hub)
            hub.accept(order("a-2"))
            await ended(hub)
            assert endings(hub)["a-2"] == "finished"

    run(main())


def test_what_fades_out_is_counted_by_nothing_and_a_second_skip_ends_the_next_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "CANCEL_TIMEOUT", 30.0)

    async def main() -> None:
        fading, faded = asyncio.Event(), asyncio.Event()

        async def fade(process: FakeProcess) -> None:
            await process.begin()
            while await process.channel.receive() is not None:  # half-closed
                pass
            fading.set()
            await faded.wait()
            await process.channel.send(Interrupted())

        async with hub_of(FakeVoice(fade, good)) as hub:
            assert isinstance(await hub.accept(order("a-1")).watch().get(), Started)
            for id in ("a-2", "a-3", "a-4"):
                hub.accept(order(id))
            assert [hub.skip(), hub.skip(), hub.skip()] == [1, 1, 1]
            await asyncio.wait_for(fading.wait(), 30)
            assert hub.set_speed(1.5) == 0
            assert hub.stop(lambda order: order.id == "a-1") == 0
            faded.set()
            await ended(hub)
            assert endings(hub)["a-4"] == "finished"
            assert [endings(hub)[id] for id in ("a-1", "a-2", "a-3")] == ["interrupted"] * 3

    run(main())


# --- muted ----------------------------------------------------------------------------------------------------------


async def begin_and_wait(process: FakeProcess) -> None:
    """Sound until it is cancelled, and report that."""
    await process.begin()
    await process.channel.receive()
    await process.channel.send(Interrupted(heard=FRAMES))


def reasons(hub: Hub) -> dict[str, tuple[str, str | None]]:
    """The outcome and the reason of each utterance."""
    return {entry.id: (entry.outcome, entry.reason) for entry in hub.history.entries}


def test_what_is_muted_ends_as_finished_without_a_voice_and_is_in_the_history() -> None:
    async def main() -> None:
        voice = FakeVoice(good)
        async with hub_of(voice) as hub:
            assert hub.mute(Mutes(everyone=True)) == 0
            events = hub.accept(order("a-1", queued=False)).watch()
            hub.accept(order("a-2"))
            await ended(hub)
            assert reasons(hub) == dict.fromkeys(("a-1", "a-2"), ("finished", "muted"))
            assert events.get_nowait() == Finished(reason="muted")
            assert (voice.starts, hub.history.entries[0].rendered_s) == (0, 0.0)
            assert hub.texts.find(None, None).characters == 0
            hub.mute(Mutes())
            hub.accept(order("a-3"))
            await ended(hub)
            assert reasons(hub)["a-3"] == ("finished", None)

    run(main())


def by(caller: str, id: str, *, queued: bool = True) -> Order:
    return replace(order(id), claim=Claim(id=id, caller=caller, queued=queued))


def test_one_caller_can_be_muted_and_interrupts_nobody_then() -> None:
    async def main() -> None:
        voice = FakeVoice(begin_and_wait)
        async with hub_of(voice) as hub:
            hub.mute(Mutes(callers=("agent",)))
            sounds = hub.accept(by("vim", "a-1"))
            await until(lambda: sounds.started)
            muted = hub.accept(by("agent", "a-2", queued=False))
            await muted.ended.wait()
            assert reasons(hub) == {"a-2": ("finished", "muted")}
            assert not sounds.ending

    run(main())


def test_what_sounds_falls_silent_and_what_waits_is_muted_and_other_callers_go_on() -> None:
    async def main() -> None:
        voice = FakeVoice(begin_and_wait)
        async with hub_of(voice) as hub:
            sounds = hub.accept(by("agent", "a-1"))
            others = [hub.accept(by("agent", "a-2")), hub.accept(by("vim", "a-3")), hub.accept(by("agent", "a-4"))]
            await until(lambda: sounds.started)
            assert hub.mute(Mutes(callers=("agent",))) == 3
            await until(lambda: others[1].started)
            assert reasons(hub) == {
                "a-1": ("interrupted", "muted"),
                "a-2": ("finished", "muted"),
                "a-4": ("finished", "muted"),
            }

    run(main())


def test_saves_are_not_muted() -> None:
    async def main() -> None:
        async with hub_of(FakeVoice(save)) as hub:
            hub.accept(order("a-1", output="/tmp/a.wav"))
            hub.mute(Mutes(everyone=True))
            hub.accept(order("a-2", output="/tmp/b.wav"))
            await ended(hub)
            assert reasons(hub) == dict.fromkeys(("a-1", "a-2"), ("finished", None))

    run(main())


# --- what is kept ---------------------------------------------------------------------------------------------------


def test_a_text_is_kept_from_its_acceptance_on_with_what_was_heard_of_it() -> None:
    async def main() -> None:
        async with hub_of(FakeVoice(begin_and_wait)) as hub:
            utterance = hub.accept(replace(order("a-1"), start=2))
            kept = hub.texts.find(None, None)
            assert hub.characters(kept) == 2
            await until(lambda: utterance.started)
            utterance.interrupt("stopped")
            await ended(hub)
            assert (kept.characters, hub.characters(kept)) == (2, 2)
            assert hub.history.entries[0].characters == 2

    run(main())


def test_after_ten_thousand_utterances_the_last_ones_are_kept_and_no_more() -> None:
    async def main() -> None:
        async with hub_of(FakeVoice(good)) as hub:
            hub.mute(Mutes(everyone=True))  # else it would take minutes
            for number in range(10_000):
                hub.accept(order(f"a-{number}", text="x" * 100))
                if number % 100 == 99:
                    await ended(hub)
            assert hub.history.outcomes["finished"] == 10_000
            assert (len(hub.history.entries), len(hub.texts), len(hub.live)) == (MAX_HISTORY, HISTORY_TEXTS, 0)
            assert hub.texts.find(None, None).order.id == "a-9999"

    run(main())
