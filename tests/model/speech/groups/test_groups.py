"""Groups and their parts, with a voice server that does as it is told."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, cast

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
)
from tests.model.render.test_growing import FakeG2P
from ttsmesh.audio import BYTES_PER_FRAME
from ttsmesh.config import Settings
from ttsmesh.errors import Code, RejectedError
from ttsmesh.host.mutes import Mutes
from ttsmesh.limits import MAX_GROUPS
from ttsmesh.model.g2p.client import G2P
from ttsmesh.model.render import growing
from ttsmesh.model.render.growing import GrowingText, Part
from ttsmesh.model.render.pieces import ChunkHead, Piece
from ttsmesh.model.speech.floor import Claim, Priority
from ttsmesh.model.speech.groups import assembly
from ttsmesh.model.speech.groups.group import Group
from ttsmesh.model.speech.groups.groups import Groups
from ttsmesh.model.speech.hub import Hub
from ttsmesh.model.speech.order import Order
from ttsmesh.model.speech.ordering import OrderFactory
from ttsmesh.model.text.reading import Reading
from ttsmesh.wire.messages import Append, EndGroup, Failed, Finished, Interrupted, Progress, Rejected, Started


class ReadingSynthesizer(FakeSynthesizer):
    """One piece for each segment of a part that has something to hear in it."""

    async def speak(self, text: str, reading: Reading, *, part: Part | None = None, **_: Any) -> AsyncIterator[Piece]:
        if part is None:
            async for piece in super().speak(text, reading):
                yield piece
            return
        read = GrowingText(cast(G2P, FakeG2P()), part, lambda: 0)
        while not read.ended:
            for segment in await read.next():
                if all(word.kind == "mark" for word in segment.words):
                    continue
                head = ChunkHead(start=segment.start, end=segment.end, words=(), marks=())
                yield Piece(bytes(FRAMES * BYTES_PER_FRAME), head, True, 0.0)


class FakeOrders:
    """Takes every group."""

    def __init__(self, hub: Hub, priority: Priority) -> None:
        self._hub = hub
        self._priority = priority
        self.begun = 0

    async def group(self, first: Append, caller: str) -> Order:
        await asyncio.sleep(0)
        self.begun += 1
        claim = Claim(id=self._hub.new_id(), caller=caller, priority=self._priority, queued=first.queue)
        return replace(order(), claim=claim, text="")


class Scene:
    """A hub with groups."""

    def __init__(self, hub: Hub, priority: Priority) -> None:
        self.hub = hub
        self.orders = FakeOrders(hub, priority)
        settings = Settings(follow_stall=60.0, follow_idle=60.0, max_text=1000)
        self.groups = Groups(hub, cast(OrderFactory, self.orders), settings)

    async def append(self, text: str, index: int | None = None, *, group: str = "g", queue: bool = False) -> bool:
        _, taken = await self.groups.append(Append(group=group, text=text, index=index, queue=queue), "me")
        return taken

    def end(self, index: int | None = None, *, group: str = "g") -> Group | None:
        return self.groups.end(EndGroup(group=group, index=index), "me")

    async def over(self, group: Group | None) -> object:
        assert group is not None
        await asyncio.wait_for(group.over.wait(), 30)
        return group.outcome

    @property
    def said(self) -> list[tuple[str, str, str | None]]:
        """The texts that have ended, how, and why."""
        entries = list(self.hub.history.entries)
        texts = [kept.order.text if (kept := self.hub.texts.get(entry.id)) else "" for entry in entries]
        return [(text, entry.outcome, entry.reason) for text, entry in zip(texts, entries, strict=True)]


@asynccontextmanager
async def scene(voice: FakeVoice, priority: Priority = Priority.TEXT) -> AsyncIterator[Scene]:
    async with asyncio.TaskGroup() as group:
        hub = Hub(FakeSupervisor(voice).as_supervisor(), ReadingSynthesizer().as_synthesizer(), group)
        voice.utterances = hub.live
        made = Scene(hub, priority)
        yield made
        made.groups.stop(lambda _: True, "shutdown")
        hub.interrupt_all("shutdown")
        await asyncio.wait_for(hub.until_idle(), 30)


def run(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())


async def vanish(process: FakeProcess) -> None:
    """Take the audio, and go away before any of it sounds."""
    await process.accept()
    await process.fetch()


async def sound(process: FakeProcess) -> None:
    """Sound until that is cancelled."""
    await process.begin()
    await process.channel.send(Progress(heard=FRAMES))
    await process.channel.receive()
    await process.channel.send(Interrupted(heard=FRAMES, reason="cancelled"))


async def refuse(process: FakeProcess) -> None:
    await process.channel.receive()
    await process.channel.send(Rejected(code=Code.NO_AUDIO, message="no audio device"))


def test_pieces_are_one_utterance_whose_text_grows() -> None:
    async def main() -> None:
        async with scene(FakeVoice(good)) as scene_:
            assert await scene_.append("One is here. Tw")
            (utterance,) = scene_.hub.live.values()
            assert await scene_.append("o is here.")
            group = scene_.end()
            assert await scene_.over(group) == Finished(heard=2 * FRAMES)
            assert utterance.order.text == "One is here. Two is here."
            assert scene_.said == [("One is here. Two is here.", "finished", None)]
            assert scene_.hub._bytes == 0  # reason: what is counted wrong would refuse texts after days only

    run(main)


def test_pieces_that_come_at_once_begin_one_group() -> None:
    async def main() -> None:
        async with scene(FakeVoice(good)) as scene_:
            texts = ["One is here. ", "Two is here. ", "Three is here."]
            taken = await asyncio.gather(*(scene_.append(text, index) for index, text in enumerate(texts)))
            assert taken == [True] * 3
            assert scene_.orders.begun == 1
            await scene_.over(scene_.end(2))
            assert scene_.said == [("".join(texts), "finished", None)]

    run(main)


def test_a_part_that_is_lost_before_it_was_heard_is_read_once_more() -> None:
    async def main() -> None:
        voice = FakeVoice(vanish, good)
        async with scene(voice) as scene_:
            await scene_.append("One is here. Two is here.")
            assert await scene_.over(scene_.end()) == Finished(heard=2 * FRAMES)
            assert voice.starts == 2
            assert scene_.said == [("One is here. Two is here.", "finished", None)]

    run(main)


def test_a_group_that_has_failed_refuses_what_comes_until_it_is_ended() -> None:
    async def main() -> None:
        async with scene(FakeVoice(refuse, good)) as scene_:
            await scene_.append("One is here. T")
            await asyncio.wait_for(scene_.hub.until_idle(), 30)
            with pytest.raises(RejectedError, match="no audio device") as refused:
                await scene_.append("wo is here.")
            assert refused.value.code is Code.NO_AUDIO
            assert isinstance(await scene_.over(scene_.end()), Failed)
            assert await scene_.append("Three is here.")
            assert await scene_.over(scene_.end()) == Finished(heard=FRAMES)

    run(main)


def test_what_waits_is_limited_and_so_is_a_piece() -> None:
    async def main() -> None:
        async with scene(FakeVoice(good)) as scene_:
            await scene_.append("x" * 900)
            with pytest.raises(RejectedError, match="busy: 900 bytes of the group are not said yet"):
                await scene_.append("y" * 200)
            with pytest.raises(RejectedError, match="text too long: more than 1000 bytes"):
                await scene_.append("y" * 1001)
            assert await scene_.append("y" * 100)
            group = scene_.end()
            assert group is not None
            await asyncio.wait_for(group.room(), 30)

    run(main)


def test_lines_that_are_only_counted_make_room_when_too_much_waits() -> None:
    async def main() -> None:
        async with scene(FakeVoice(good)) as scene_:
            await scene_.append("```python\n" + "x = 1\n" * 150)
            group, _ = await scene_.groups.append(Append(group="g", text="\n"), "me")
            assert group is not None
            group._growth._stall = 0.6  # reason: a fence that is not closed is read after a stall only
            for _ in range(15):
                group.add("y = 2\n", None)
            await asyncio.wait_for(group.room(), 30)
            assert isinstance(await scene_.over(scene_.end()), Finished)

    run(main)


def test_there_is_room_for_so_many_groups_and_those_that_are_over_make_room() -> None:
    async def main() -> None:
        async with scene(FakeVoice(good)) as scene_:
            for number in range(MAX_GROUPS):
                assert await scene_.append("half a sentence", group=str(number), queue=True)
            with pytest.raises(RejectedError, match="busy: 256 groups are open already") as refused:
                await scene_.append("one more", group="more")
            assert refused.value.code is Code.BUSY
            scene_.groups.stop(lambda _: True)
            assert not await scene_.append("late", group="255")
            assert await scene_.append("one more", group="more")
            assert await scene_.append("the name of the oldest is free", group="0")

    run(main)


def test_a_piece_that_was_overtaken_by_the_end_begins_no_group() -> None:
    async def main() -> None:
        async with scene(FakeVoice(good)) as scene_:
            await scene_.append("One is here.", 0)
            await scene_.over(scene_.end())
            assert not await scene_.append("Two is here.", 1)
            assert scene_.orders.begun == 1
            assert await scene_.append("A new one.", 0)
            await scene_.over(scene_.end())
            assert [text for text, _, _ in scene_.said] == ["One is here.", "A new one."]

    run(main)


def test_the_end_of_what_there_is_not_is_no_error() -> None:
    async def main() -> None:
        async with scene(FakeVoice(good)) as scene_:
            assert scene_.end() is None

    run(main)


@pytest.mark.parametrize("queue", [False, True])
def test_a_newer_text_supersedes_a_group_unless_that_waits_its_turn(queue: bool) -> None:
    async def main() -> None:
        async with scene(FakeVoice(good)) as scene_:
            await scene_.append("One is here. T", queue=queue)
            newer = scene_.hub.accept(replace(order(), claim=Claim(id="newer", caller="me", queued=queue)))
            if not queue:
                await asyncio.wait_for(newer.ended.wait(), 30)
            assert await scene_.append("wo is here.") is queue
            outcome = await scene_.over(scene_.end())
            await asyncio.wait_for(newer.ended.wait(), 30)
            assert outcome == (Finished(heard=2 * FRAMES) if queue else Interrupted(heard=0, reason="superseded"))

    run(main)


def test_blank_text_makes_no_utterance() -> None:
    async def main() -> None:
        async with scene(FakeVoice(good)) as scene_:
            await scene_.append(" \n")
            assert await scene_.over(scene_.end()) == Finished()
            assert scene_.said == []

    run(main)


def test_what_cannot_be_said_ends_without_being_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing, "LINGER", 0.05)

    async def main() -> None:
        async with scene(FakeVoice(good)) as scene_:
            await scene_.append("!!!\n\n")
            assert len(scene_.hub.live) == 1
            await asyncio.wait_for(scene_.hub.until_idle(), 30)
            await scene_.append("One is here.")
            assert await scene_.over(scene_.end()) == Finished(heard=FRAMES)

    run(main)


def test_what_is_muted_makes_room() -> None:
    async def main() -> None:
        async with scene(FakeVoice(hang)) as scene_:
            await scene_.append("One is here. " + "x" * 986)
            group, _ = await scene_.groups.append(Append(group="g", text="y"), "me")
            assert group is not None
            waiting = asyncio.create_task(group.room())
            await asyncio.sleep(0)
            assert not waiting.done()
            scene_.hub.mute(Mutes(everyone=True))
            await asyncio.wait_for(waiting, 30)

    run(main)


def test_what_comes_while_it_is_muted_is_one_utterance_and_no_text_is_kept() -> None:
    async def main() -> None:
        async with scene(FakeVoice(good)) as scene_:
            scene_.hub.mute(Mutes(everyone=True))
            for _ in range(10):  # of which two do not go together
                assert await scene_.append("This is one of many sentences.\n\n" * 20)
                await asyncio.wait_for(scene_.hub.until_idle(), 30)
            assert scene_.said == [("", "finished", "muted")]
            assert len(scene_.hub.texts) == 0
            scene_.hub.mute(Mutes())
            await scene_.append("One is here.")
            assert await scene_.over(scene_.end()) == Finished(heard=FRAMES)
            assert scene_.said[1:] == [("One is here.", "finished", None)]

    run(main)


def test_what_is_stopped_tells_what_was_heard_of_the_part_that_sounds() -> None:
    async def main() -> None:
        async with scene(FakeVoice(sound)) as scene_:
            await scene_.append("One is here. Two is here.")
            (utterance,) = scene_.hub.live.values()
            events = utterance.watch()
            group = scene_.end()
            while not isinstance(await asyncio.wait_for(events.get(), 30), Progress):
                pass
            scene_.groups.stop(lambda _: True)
            assert await scene_.over(group) == Interrupted(heard=FRAMES, reason="stopped")

    run(main)


def test_a_piece_that_waits_for_the_one_before_is_said_though_the_group_had_no_news_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(assembly, "PREDECESSOR_TIMEOUT", 0.3)

    async def main() -> None:
        async with scene(FakeVoice(good)) as scene_:
            scene_.groups._settings = Settings(follow_idle=0.05)  # reason: what is allowed takes seconds
            group, _ = await scene_.groups.append(Append(group="g", text="One is here.", index=1), "me")
            assert await scene_.over(group) == Finished(heard=FRAMES)

    run(main)


def test_a_first_piece_that_is_too_long_begins_no_group() -> None:
    async def main() -> None:
        async with scene(FakeVoice(good)) as scene_:
            with pytest.raises(RejectedError, match="text too long"):
                await scene_.append("x" * 1001)
            assert not scene_.groups._all and not scene_.groups._open  # reason: nothing tells of a group that is silent

    run(main)


def test_a_later_part_that_waits_is_superseded_by_a_newer_text_of_its_caller() -> None:
    async def main() -> None:
        async with scene(FakeVoice(good, sound, good)) as scene_:
            await scene_.append("One is here. T")
            other = scene_.hub.accept(replace(order(), claim=Claim(id="other", caller="other", queued=True)))
            events = other.watch()
            while not isinstance(await asyncio.wait_for(events.get(), 30), Started):
                pass
            group, _ = await scene_.groups.append(Append(group="g", text="wo is here. T"), "me")
            assert len(scene_.hub.live) == 2
            scene_.hub.accept(replace(order(), claim=Claim(id="newer", caller="me")))
            assert await scene_.over(group) == Interrupted(heard=FRAMES, reason="superseded")
            await asyncio.wait_for(scene_.hub.until_idle(), 30)

    run(main)


def test_parts_of_progress_do_not_take_the_place_of_one_another() -> None:
    async def main() -> None:
        async with scene(FakeVoice(good), Priority.PROGRESS) as scene_:
            text = "This is one of many sentences. " * 400
            scene_.groups._settings = Settings()  # reason: a part ends when it is long, and no sooner
            await scene_.append(text)
            assert isinstance(await scene_.over(scene_.end()), Finished)
            assert [outcome for _, outcome, _ in scene_.said] == ["finished"] * 2
            assert " ".join(part for part, _, _ in scene_.said) == text.rstrip()

    run(main)
