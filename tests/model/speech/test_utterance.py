"""One utterance against a voice server that hangs, crashes or dawdles: one outcome, and never spoken twice."""

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from typing import Any

import pytest
import uvloop

from tests.model.fake_voice import (
    FRAMES,
    FailingSynthesizer,
    FakeProcess,
    FakeSynthesizer,
    FakeVoice,
    good,
    hang,
    relay,
    save,
    spoken,
)
from ttsmesh.audio import BYTES_PER_FRAME
from ttsmesh.errors import Code, SynthesisError
from ttsmesh.model.render.pieces import ChunkHead, Piece
from ttsmesh.model.speech import conversation as module
from ttsmesh.model.speech.feed import Feed
from ttsmesh.model.speech.timeline import Milestones
from ttsmesh.model.speech.utterance import SAVE_TRIES, Utterance
from ttsmesh.model.text.reading import Reading
from ttsmesh.wire.messages import (
    MILESTONES,
    Failed,
    Finished,
    Interrupted,
    MarkHeard,
    Output,
    Progress,
    Rejected,
    Started,
    WordHeard,
)
from ttsmesh.wire.schema import Message
from ttsmesh.wire.word_times import WordTime

LIMIT = 0.4


@pytest.fixture(autouse=True)
def short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each limit so short that it can be waited for, and in the order in which they are in truth."""
    for name in ("SPEAK_ACCEPTED_TIMEOUT", "VOICE_START_TIMEOUT", "PROGRESS_TIMEOUT", "BEGIN_TIMEOUT"):
        monkeypatch.setattr(module, name, LIMIT)
    monkeypatch.setattr(module, "CANCEL_TIMEOUT", 0.1)
    monkeypatch.setattr(module, "SAVE_CANCEL_TIMEOUT", 0.1)


def run(main: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)


async def accept_and_hang(process: FakeProcess) -> None:
    await process.accept()
    await hang(process)


async def fetch_and_hang(process: FakeProcess) -> None:
    await process.accept()
    await process.fetch()
    await hang(process)


async def sound_and_hang(process: FakeProcess) -> None:
    await process.begin()
    await hang(process)


async def crash_at_once(process: FakeProcess) -> None:
    """Closing is all that is seen of it."""


async def crash_accepted(process: FakeProcess) -> None:
    await process.accept()


async def crash_fed(process: FakeProcess) -> None:
    await process.accept()
    await process.fetch()


async def crash_sounding(process: FakeProcess) -> None:
    await process.begin()
    await process.channel.send(Progress(heard=7))


async def save_and_hang(process: FakeProcess) -> None:
    await process.begin_saving()
    await hang(process)


async def crash_saving(process: FakeProcess) -> None:
    await process.begin_saving()
    await process.channel.send(Progress(heard=7))


async def refuse(process: FakeProcess) -> None:
    await process.channel.receive()
    await process.channel.send(Rejected(code=Code.PROTOCOL, message="no"))


BEFORE = [hang, accept_and_hang, fetch_and_hang, crash_at_once, crash_accepted, crash_fed]


def named(behaviour: Any) -> str:
    return str(behaviour.__name__)


@pytest.mark.parametrize("fault", BEFORE, ids=named)
def test_e3_a_voice_that_is_lost_before_it_began_is_tried_once_more(fault: Any) -> None:
    async def main() -> None:
        voice = FakeVoice(fault, good)
        outcome, told = await spoken(voice)
        assert outcome == Finished(heard=2 * FRAMES)
        assert [type(message) for message in told] == [Started, Finished]
        assert (voice.starts, voice.spoken) == (2, 1)
        assert len(voice.killed) == ("hang" in fault.__name__)

    run(main())


@pytest.mark.parametrize("fault", BEFORE, ids=named)
def test_e3_a_voice_that_is_lost_twice_before_it_began_is_a_failure(fault: Any) -> None:
    async def main() -> None:
        voice = FakeVoice(fault)
        outcome, _ = await spoken(voice)
        assert isinstance(outcome, Failed)
        assert outcome.code == Code.VOICE_SERVER
        assert (voice.starts, voice.spoken) == (2, 0)

    run(main())


@pytest.mark.parametrize("fault", [crash_sounding, sound_and_hang], ids=named)
def test_e3_what_has_begun_to_sound_is_never_spoken_again(fault: Any) -> None:
    async def main() -> None:
        voice = FakeVoice(fault, good)
        outcome, told = await spoken(voice)
        assert isinstance(outcome, Failed)
        assert outcome.code == Code.VOICE_SERVER
        assert (voice.starts, voice.spoken) == (1, 1)
        assert isinstance(told[0], Started)
        assert len(voice.killed) == (fault is sound_and_hang)

    run(main())


@pytest.mark.parametrize("fault", [*BEFORE, crash_saving, save_and_hang], ids=named)
def test_a_save_is_tried_until_its_file_is_there_and_told_of_once(fault: Any) -> None:
    async def main() -> None:
        voice = FakeVoice(fault, fault, save)
        outcome, told = await spoken(voice, output="/nowhere/a.wav")
        assert outcome == Finished(heard=2 * FRAMES)
        assert [type(message) for message in told if not isinstance(message, Progress)] == [Started, Finished]
        assert voice.starts == 3

    run(main())


def test_a_save_ends_when_its_voice_is_given_up() -> None:
    async def main() -> None:
        voice = FakeVoice(crash_saving, fails_after=6)
        outcome, _ = await spoken(voice, output="/nowhere/a.wav")
        assert outcome == Failed(code=Code.VOICE_SERVER, message="it keeps crashing")

    run(main())


def test_a_save_that_ends_every_process_is_not_tried_for_ever() -> None:
    async def main() -> None:
        voice = FakeVoice(crash_saving)
        outcome, _ = await spoken(voice, output="/nowhere/a.wav")
        assert outcome == Failed(code=Code.VOICE_SERVER, message=f"the voice server went away {SAVE_TRIES} times")
        assert voice.starts == SAVE_TRIES

    run(main())


def test_a_save_that_is_tried_again_has_saved_nothing_yet() -> None:
    async def main() -> None:
        again = asyncio.Event()

        async def begin_again(process: FakeProcess) -> None:
            await process.accept()
            again.set()
            await hang(process)

        async def stop(utterance: Utterance) -> None:
            await again.wait()
            utterance.interrupt("stopped")

        outcome, told = await spoken(FakeVoice(crash_saving, begin_again), output="/nowhere/a.wav", meanwhile=stop)
        assert Progress in map(type, told)
        assert outcome == Interrupted(heard=0, characters=0)

    run(main())


async def stream(process: FakeProcess) -> None:
    """Send two pieces of a stream, each as soon as it may."""
    heard = await process.begin_saving()
    for data in (b"one", b"two"):
        await process.channel.send(Output(data=data))
    await process.finish(heard)


async def crash_streaming(process: FakeProcess) -> None:
    await process.begin_saving()
    await process.channel.send(Output(data=b"one"))


def test_a_stream_is_given_to_those_who_watch_in_its_order() -> None:
    async def main() -> None:
        outcome, told = await spoken(FakeVoice(stream), stream=True)
        assert outcome == Finished(heard=2 * FRAMES)
        assert [message.data for message in told if isinstance(message, Output)] == [b"one", b"two"]

    run(main())


def test_a_client_that_does_not_read_its_stream_holds_it_up_and_is_not_held_against_the_voice() -> None:
    async def main() -> None:
        voice = FakeVoice(stream)

        async def read_late(utterance: Utterance) -> None:
            events = utterance.watch()
            while not isinstance(await events.get(), Output):
                events.task_done()
            await asyncio.sleep(2 * LIMIT)
            assert events.empty()
            assert not utterance.ended.is_set()
            events.task_done()
            while not isinstance(await events.get(), Finished):
                events.task_done()

        outcome, _ = await spoken(voice, stream=True, meanwhile=read_late)
        assert isinstance(outcome, Finished)
        assert voice.killed == []

    run(main())


def test_a_stream_whose_reader_is_paused_can_be_stopped() -> None:
    async def main() -> None:
        async def stop(utterance: Utterance) -> None:
            events = utterance.watch()
            while not isinstance(await events.get(), Output):
                events.task_done()
            utterance.interrupt("stopped")

        voice = FakeVoice(stream)
        outcome, told = await spoken(voice, stream=True, meanwhile=stop)
        # The rest of the stream was thrown away to get at the last report, which says that it was made.
        assert outcome == Finished(heard=2 * FRAMES)
        assert [message for message in told if isinstance(message, Output)] == [Output(data=b"one")]
        assert voice.killed == []

    run(main())


def test_a_stream_of_which_something_was_given_away_is_not_tried_again() -> None:
    async def main() -> None:
        voice = FakeVoice(crash_streaming, stream)
        outcome, _ = await spoken(voice, stream=True)
        assert isinstance(outcome, Failed)
        assert outcome.code == Code.VOICE_SERVER
        assert voice.starts == 1

    run(main())


@pytest.mark.parametrize("fault", BEFORE, ids=named)
def test_a_stream_that_has_not_begun_is_tried_again(fault: Any) -> None:
    async def main() -> None:
        outcome, told = await spoken(FakeVoice(fault, stream), stream=True)
        assert isinstance(outcome, Finished)
        assert [message.data for message in told if isinstance(message, Output)] == [b"one", b"two"]

    run(main())


def test_a_voice_that_waits_for_a_render_is_not_late() -> None:
    async def main() -> None:
        synthesizer = FakeSynthesizer()
        synthesizer.gate.clear()

        async def render_late(_: Utterance) -> None:
            await asyncio.sleep(0.1)
            synthesizer.gate.set()

        voice = FakeVoice(good)
        outcome, _ = await spoken(voice, synthesizer=synthesizer, meanwhile=render_late)
        assert isinstance(outcome, Finished)
        assert voice.killed == []

    run(main())


def test_the_render_does_not_wait_for_the_voices_process() -> None:
    async def main() -> None:
        rendered = asyncio.Event()

        async def late(process: FakeProcess) -> None:
            await rendered.wait()
            await good(process)

        async def until_rendered(utterance: Utterance) -> None:
            while utterance.milestones.at("rendered") is None:  # noqa: ASYNC110  # it is a time, and tells nobody
                await asyncio.sleep(0)
            rendered.set()

        outcome, _ = await spoken(FakeVoice(late), meanwhile=until_rendered)
        assert isinstance(outcome, Finished)

    run(main())


def test_a_held_voice_owes_no_progress_until_it_goes_on() -> None:
    async def main() -> None:
        gone_on = asyncio.Event()

        async def patient(process: FakeProcess) -> None:
            await process.begin()
            await process.channel.receive()  # Hold
            await gone_on.wait()
            await process.channel.receive()  # Go
            await process.channel.send(Finished(heard=1))

        async def hold(utterance: Utterance) -> None:
            await utterance.watch().get()  # Started
            utterance.pause(True)
            await asyncio.sleep(2 * LIMIT)
            utterance.pause(False)
            gone_on.set()

        voice = FakeVoice(patient)
        outcome, _ = await spoken(voice, meanwhile=hold)
        assert outcome == Finished(heard=1)
        assert voice.killed == []

    run(main())


async def stop_when_started(utterance: Utterance) -> None:
    await utterance.watch().get()  # Started
    utterance.interrupt("stopped")


def test_d10_the_report_after_a_cancel_says_what_was_heard() -> None:
    async def main() -> None:
        async def report(process: FakeProcess) -> None:
            await process.begin()
            assert await process.channel.receive() is None  # half-closed
            await process.channel.send(Interrupted(heard=5))

        voice = FakeVoice(report)
        outcome, _ = await spoken(voice, meanwhile=stop_when_started)
        assert isinstance(outcome, Interrupted)
        assert (outcome.heard, outcome.reason) == (5, "stopped")
        assert voice.killed == []

    run(main())


def test_a_voice_that_does_not_report_after_a_cancel_is_killed() -> None:
    async def main() -> None:
        voice = FakeVoice(sound_and_hang)
        outcome, _ = await spoken(voice, meanwhile=stop_when_started)
        assert isinstance(outcome, Interrupted)
        assert voice.killed == ["no report after a cancel"]

    run(main())


def test_what_had_just_finished_when_it_was_cancelled_is_finished() -> None:
    async def main() -> None:
        async def finish(process: FakeProcess) -> None:
            await process.begin()
            await process.channel.receive()
            await process.channel.send(Finished(heard=9))

        outcome, _ = await spoken(FakeVoice(finish), meanwhile=stop_when_started)
        assert outcome == Finished(heard=9)

    run(main())


@pytest.mark.parametrize("output", [None, "a.wav"], ids=["speech", "save"])
def test_what_had_failed_when_it_was_cancelled_has_failed(output: str | None) -> None:
    failure = Failed(code=Code.NO_SPACE, message="the disk is full")

    async def main() -> None:
        async def fail(process: FakeProcess) -> None:
            await (process.begin_saving() if output else process.begin())
            assert await process.channel.receive() is None  # half-closed
            await process.channel.send(failure)

        outcome, _ = await spoken(FakeVoice(fail), output=output, meanwhile=stop_when_started)
        assert outcome == failure

    run(main())


def test_a_save_that_was_published_when_it_was_taken_back_is_finished() -> None:
    async def main() -> None:
        async def publish(process: FakeProcess) -> None:
            await process.begin_saving()
            assert await process.channel.receive() is None  # half-closed
            await process.channel.send(Finished(heard=9))

        voice = FakeVoice(publish)
        outcome, _ = await spoken(voice, output="a.wav", meanwhile=stop_when_started)
        assert outcome == Finished(heard=9)

    run(main())


def test_a_save_that_does_not_report_after_a_cancel_costs_no_voice_process() -> None:
    """Which may be sounding something else; it is the disk that is slow."""

    async def main() -> None:
        voice = FakeVoice(save_and_hang)
        outcome, _ = await spoken(voice, output="a.wav", meanwhile=stop_when_started)
        assert isinstance(outcome, Interrupted)
        assert voice.killed == []

    run(main())


@pytest.mark.parametrize("stage", [hang, accept_and_hang], ids=named)
def test_a_voice_that_has_nothing_to_sound_yet_owes_no_report_of_a_cancel(stage: Any) -> None:
    """Such as one whose process is still starting: to kill it would only make the next text wait for another."""

    async def main() -> None:
        begun = asyncio.Event()

        async def starting(process: FakeProcess) -> None:
            begun.set()
            await stage(process)

        async def stop(utterance: Utterance) -> None:
            await begun.wait()
            for _ in range(20):  # its Go is on the way, too
                await asyncio.sleep(0)
            utterance.interrupt("superseded")

        voice = FakeVoice(starting)
        outcome, _ = await spoken(voice, meanwhile=stop)
        assert isinstance(outcome, Interrupted)
        assert voice.killed == []

    run(main())


def test_one_cancelled_before_its_first_step_has_its_outcome_all_the_same() -> None:
    async def main() -> None:
        async def at_once(utterance: Utterance) -> None:
            utterance.interrupt("superseded")
            utterance.interrupt("stopped")

        outcome, told = await spoken(FakeVoice(good), meanwhile=at_once)
        assert isinstance(outcome, Interrupted)
        assert outcome.reason == "superseded"
        assert len(told) == 1

    run(main())


def test_its_milestones_are_known_as_they_are_reached() -> None:
    async def main() -> None:
        async def sound(process: FakeProcess) -> None:
            heard = await process.begin()
            now = time.monotonic()
            await process.channel.send(Progress(heard=1, written_at=now))
            await process.channel.send(Progress(heard=2, written_at=now, heard_at=now + 0.01))
            await process.channel.send(Finished(heard=heard))

        milestones: list[Milestones] = []

        async def keep(utterance: Utterance) -> None:
            milestones.append(utterance.milestones)

        await spoken(FakeVoice(sound), meanwhile=keep)
        timeline = milestones[0].timeline()
        reached = {stage for stage in MILESTONES if getattr(timeline, stage) is not None}
        assert reached == set(MILESTONES) - {"sent"}, "there is no client"
        assert timeline.rendered is not None
        assert timeline.written is not None
        assert timeline.heard is not None
        assert timeline.rendered <= timeline.written
        assert timeline.heard - timeline.written == pytest.approx(10)

    run(main())


class MarkedSynthesizer(FakeSynthesizer):
    """Two chunks, each with a mark at its beginning and a word from its middle on."""

    async def speak(self, text: str, reading: Reading, **_: Any) -> AsyncIterator[Piece]:
        for number in range(2):
            said, marks = ((FRAMES // 2, number, number + 1),), ((0, str(number)),)
            words = (WordTime(FRAMES // 2, FRAMES, number, number + 1),)
            head = ChunkHead(start=number, end=number + 1, words=words, marks=marks, said=said)
            yield Piece(bytes(FRAMES * BYTES_PER_FRAME), head, True, 0.0)


MARKS = [MarkHeard(name="0"), MarkHeard(name="1")]
WORDS = [
    WordHeard(start=0, end=1, start_s=0.05, end_s=0.1),
    WordHeard(start=1, end=2, start_s=0.15, end_s=0.2),
]


def places(told: Sequence[Message]) -> list[Message]:
    return [message for message in told if isinstance(message, MarkHeard | WordHeard)]


def test_words_and_marks_are_told_when_they_are_heard_before_the_progress_that_tells() -> None:
    async def main() -> None:
        async def sound(process: FakeProcess) -> None:
            await process.begin()
            assert process.speak is not None
            assert process.speak.words
            await process.channel.send(Progress(heard=FRAMES // 2))
            await process.channel.send(Progress(heard=FRAMES))
            await process.channel.send(Finished(heard=2 * FRAMES))

        _, told = await spoken(FakeVoice(sound), words=True, synthesizer=MarkedSynthesizer())
        assert isinstance(told[0], Started)
        assert told[1:3] == [MARKS[0], WORDS[0]]
        assert isinstance(told[3], Progress)
        assert told[4] == MARKS[1]
        assert isinstance(told[5], Progress)
        assert told[6:] == [WORDS[1], Finished(heard=2 * FRAMES)], "what was left, at its end"

    run(main())


def test_a_client_that_did_not_ask_for_words_is_told_of_marks_only() -> None:
    async def main() -> None:
        _, told = await spoken(FakeVoice(good), synthesizer=MarkedSynthesizer())
        assert [type(message) for message in told] == [Started, MarkHeard, MarkHeard, Finished]

    run(main())


def test_of_what_is_interrupted_only_what_was_heard_is_told() -> None:
    async def main() -> None:
        async def report(process: FakeProcess) -> None:
            await process.begin()
            await process.channel.receive()
            await process.channel.send(Interrupted(heard=FRAMES // 2))

        _, told = await spoken(
            FakeVoice(report), words=True, synthesizer=MarkedSynthesizer(), meanwhile=stop_when_started
        )
        assert places(told) == [MARKS[0], WORDS[0]]

    run(main())


@pytest.mark.parametrize("heard", [0, FRAMES // 2, 2 * FRAMES])
def test_d12_a_save_that_is_tried_again_tells_nothing_twice(heard: int) -> None:
    async def main() -> None:
        async def crash(process: FakeProcess) -> None:
            await process.begin_saving()
            await process.channel.send(Progress(heard=heard))

        voice = FakeVoice(crash, crash, save)
        _, told = await spoken(voice, output="/nowhere/a.wav", words=True, synthesizer=MarkedSynthesizer())
        assert places(told) == [MARKS[0], WORDS[0], MARKS[1], WORDS[1]]
        assert voice.starts == 3

    run(main())


def test_marks_of_a_text_without_any_sound_are_told_before_it_is_finished() -> None:
    """The client is told of no words then, since nothing has started."""

    class Silent(FakeSynthesizer):
        async def speak(self, text: str, reading: Reading, **_: Any) -> AsyncIterator[Piece]:
            yield Piece(b"", ChunkHead(start=0, end=0, words=(), marks=((0, "a"),)), True, 0.0)

    async def main() -> None:
        async def finish(process: FakeProcess) -> None:
            await process.accept()
            await process.finish(await process.fetch())

        _, told = await spoken(FakeVoice(finish), synthesizer=Silent())
        assert told == [MarkHeard(name="a"), Finished(heard=0)]

    run(main())


def test_a_refusal_is_the_outcome() -> None:
    async def main() -> None:
        outcome, _ = await spoken(FakeVoice(refuse))
        assert outcome == Failed(code=Code.PROTOCOL, message="no")

    run(main())


@pytest.mark.parametrize("chunks", [0, 1])
@pytest.mark.parametrize("reason", ["no", "é" * 5000], ids=["short", "long"])
def test_a_fault_of_rendering_is_the_outcome_however_long_its_reason_is(reason: str, chunks: int) -> None:
    async def main() -> None:
        synthesizer = FailingSynthesizer(SynthesisError(reason), chunks)
        outcome, _ = await spoken(FakeVoice(relay), synthesizer=synthesizer)
        assert isinstance(outcome, Failed)
        assert outcome.code == Code.SYNTHESIS
        assert reason.startswith(outcome.message.removesuffix("..."))

    run(main())


@pytest.mark.parametrize("behaviour", [fetch_and_hang, crash_fed], ids=named)
def test_a_voice_that_does_not_report_a_fault_of_rendering_is_not_waited_for(behaviour: Any) -> None:
    async def main() -> None:
        outcome, _ = await spoken(FakeVoice(behaviour), synthesizer=FailingSynthesizer(SynthesisError("no")))
        assert outcome == Failed(code=Code.SYNTHESIS, message="no")

    run(main())


def test_a_feeder_that_breaks_down_ends_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks_down(*_: object) -> None:
        raise ZeroDivisionError

    async def main() -> None:
        monkeypatch.setattr(Feed, "_send_failure", breaks_down)
        outcome, _ = await spoken(FakeVoice(fetch_and_hang), synthesizer=FailingSynthesizer(SynthesisError("no")))
        assert outcome == Failed(code=Code.INTERNAL, message="internal error")

    run(main())
