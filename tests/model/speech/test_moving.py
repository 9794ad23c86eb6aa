"""Back and on by sentences in what sounds: another conversation from there, one outcome, and each word told as it is
heard."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

import pytest
import uvloop

from tests.model.fake_voice import Behaviour, FakeProcess, FakeSynthesizer, FakeVoice, good, spoken
from tests.model.render.fakes import FakeCatalogue, FakeEngine, FakeG2P
from ttsmesh.limits import MIB
from ttsmesh.model.g2p.client import G2P
from ttsmesh.model.render.renderer import Renderer
from ttsmesh.model.render.rendition import WELL_INTO
from ttsmesh.model.render.synthesis import Synthesizer
from ttsmesh.model.speech import conversation as module
from ttsmesh.model.speech.conversation import Outcome
from ttsmesh.model.speech.utterance import Utterance
from ttsmesh.model.voices.catalogue import Catalogue
from ttsmesh.wire.messages import Finished, Go, Hold, Interrupted, Progress, Started, WordHeard
from ttsmesh.wire.schema import Message

SENTENCES = ("this is the first of all.", "the second one is longer than the first.", "and the third is the last.")
TEXT = " ".join(SENTENCES)
BEGINS = [TEXT.index(sentence) for sentence in SENTENCES]


class SentenceSynthesizer(FakeSynthesizer):
    """The real one, with a fake engine and a fake G2P. Whatever its orders say, it says the same three sentences."""

    def __init__(self) -> None:
        super().__init__()
        self.renderer = Renderer(FakeEngine(), on_stuck=lambda: pytest.fail("stuck"))
        voices = cast(Catalogue, FakeCatalogue())
        self._real = Synthesizer(self.renderer, cast(G2P, FakeG2P()), voices, None, 4 * MIB)

    def rendition(self, text: str, *more: Any, **how: Any) -> Any:
        return self._real.rendition(TEXT, *more, **how)


def until_cancelled(heard: int, reports: list[int]) -> Behaviour:
    """Sound until it is cancelled, so many frames. ``reports`` gets the frames that there were."""

    async def behaviour(process: FakeProcess) -> None:
        reports.append(await process.begin())
        await process.channel.send(Progress(heard=heard))
        assert await process.channel.receive() is None
        await process.channel.send(Interrupted(heard=heard))

    return behaviour


def to_the_end(reports: list[int]) -> Behaviour:
    async def behaviour(process: FakeProcess) -> None:
        reports.append(await process.begin())
        await process.finish(reports[-1])

    return behaviour


def moved(
    *behaviours: Behaviour, meanwhile: Callable[[Utterance], Awaitable[None]], words: bool = False
) -> tuple[Outcome, Sequence[Message], FakeVoice]:
    async def main() -> tuple[Outcome, Sequence[Message], FakeVoice]:
        voice, synthesizer = FakeVoice(*behaviours), SentenceSynthesizer()
        outcome, told = await spoken(voice, synthesizer=synthesizer, meanwhile=meanwhile, words=words)
        await synthesizer.renderer.close()
        return outcome, told, voice

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main())


async def sounding(utterance: Utterance, heard: int) -> None:
    """Wait until the next report that it is heard as far as this frame."""
    reports = utterance.watch()
    while True:
        report = await reports.get()
        if isinstance(report, Progress) and report.heard >= heard:
            break
    utterance.unwatch(reports)


def back(sentences: int = 1, heard: int = 1) -> Callable[[Utterance], Awaitable[None]]:
    async def meanwhile(utterance: Utterance) -> None:
        await sounding(utterance, heard)
        assert utterance.move(-sentences)

    return meanwhile


def whole() -> int:
    """The frames of all of the text."""
    reports: list[int] = []

    async def nothing(_: Utterance) -> None:
        pass

    moved(to_the_end(reports), meanwhile=nothing)
    return reports[0]


def test_what_was_gone_back_in_is_heard_to_its_end_and_has_one_outcome() -> None:
    total, reports = whole(), list[int]()
    outcome, told, voice = moved(until_cancelled(total - 1, reports), to_the_end(reports), meanwhile=back(1, total - 1))
    assert outcome == Finished(heard=total)
    assert [type(message) for message in told].count(Started) == 1
    assert reports[0] == total
    assert 0 < reports[1] < total // 2, "the last sentence"
    assert voice.starts == 2


def test_it_goes_back_by_as_many_sentences_as_are_wished_for() -> None:
    total = whole()
    lengths = []
    for sentences in (1, 2, 3, 1000):
        reports: list[int] = []
        moved(until_cancelled(total - 1, reports), to_the_end(reports), meanwhile=back(sentences, total - 1))
        lengths.append(reports[1])
    assert lengths[0] < lengths[1] < lengths[2] == lengths[3] <= total


def test_wishes_that_come_at_once_add_up() -> None:
    async def twice(utterance: Utterance) -> None:
        await sounding(utterance, total - 1)
        assert utterance.move(-1)
        assert utterance.move(-1)

    total, once, both = whole(), list[int](), list[int]()
    moved(until_cancelled(total - 1, once), to_the_end(once), meanwhile=back(2, total - 1))
    moved(until_cancelled(total - 1, both), to_the_end(both), meanwhile=twice)
    assert once == both


def test_words_are_told_again_as_they_are_heard_again_and_others_once() -> None:
    total, reports = whole(), list[int]()
    _, told, _ = moved(
        until_cancelled(total - 1, reports), to_the_end(reports), meanwhile=back(1, total - 1), words=True
    )
    starts = [message.start for message in told if isinstance(message, WordHeard)]
    again = starts.index(BEGINS[2], starts.index(BEGINS[2]) + 1)
    assert starts[:again] == sorted(set(starts[:again]))
    assert starts[again:] == [start for start in sorted(set(starts)) if start >= BEGINS[2]]


def test_how_far_it_was_heard_counts_from_the_beginning_of_the_text() -> None:
    async def twice(utterance: Utterance) -> None:
        await sounding(utterance, total - 1)
        utterance.move(-2)
        await sounding(utterance, 1)
        utterance.interrupt("stopped")

    total, reports = whole(), list[int]()
    outcome, told, _ = moved(until_cancelled(total - 1, reports), until_cancelled(7, reports), meanwhile=twice)
    assert isinstance(outcome, Interrupted)
    assert outcome.heard == total - reports[1] + 7
    assert outcome.characters == BEGINS[1], "what is before the sentence was heard"
    assert Progress(heard=outcome.heard, characters=outcome.characters) in told


def test_it_goes_on_to_the_next_sentence() -> None:
    async def on(utterance: Utterance) -> None:
        await sounding(utterance, 1)
        assert utterance.move(1)

    total, reports = whole(), list[int]()
    outcome, _, _ = moved(until_cancelled(1, reports), to_the_end(reports), meanwhile=on)
    assert outcome == Finished(heard=total)
    assert total // 3 < reports[1] < total


def test_beyond_the_last_sentence_it_ends_as_skipped() -> None:
    async def on(utterance: Utterance) -> None:
        await sounding(utterance, total - 1)
        assert utterance.move(1)

    total, reports = whole(), list[int]()
    outcome, _, voice = moved(until_cancelled(total - 1, reports), good, meanwhile=on)
    assert isinstance(outcome, Interrupted)
    assert (outcome.reason, outcome.heard, voice.starts) == ("skipped", total - 1, 1)


def test_who_goes_back_while_the_last_word_ends_is_heard() -> None:
    async def finish_when_cancelled(process: FakeProcess) -> None:
        frames = await process.begin()
        await process.channel.send(Progress(heard=frames - 1))
        await process.channel.receive()
        await process.channel.send(Finished(heard=frames))

    total, reports = whole(), list[int]()
    outcome, _, voice = moved(finish_when_cancelled, to_the_end(reports), meanwhile=back(1, total - 1))
    assert outcome == Finished(heard=total)
    assert voice.starts == 2


def test_nothing_is_gone_back_in_that_does_not_sound_yet_or_was_ended() -> None:
    async def meanwhile(utterance: Utterance) -> None:
        assert not utterance.move(-1)
        await sounding(utterance, 1)
        utterance.interrupt("stopped")
        assert not utterance.move(-1)
        assert not utterance.move(1)

    outcome, _, voice = moved(until_cancelled(1, []), meanwhile=meanwhile)
    assert isinstance(outcome, Interrupted)
    assert voice.starts == 1


def test_what_is_stopped_on_its_way_back_is_stopped() -> None:
    async def meanwhile(utterance: Utterance) -> None:
        await sounding(utterance, WELL_INTO)
        assert utterance.move(-1)
        utterance.interrupt("stopped")

    outcome, _, _ = moved(until_cancelled(WELL_INTO, []), good, meanwhile=meanwhile)
    assert isinstance(outcome, Interrupted)
    assert (outcome.reason, outcome.heard) == ("stopped", WELL_INTO)


def test_what_is_paused_stays_paused_where_it_was_gone_back_to() -> None:
    async def held(process: FakeProcess) -> None:
        await process.accept()
        await process.fetch()
        assert isinstance(await process.channel.receive(), Hold)
        paused.set()
        assert isinstance(await process.channel.receive(), Go)
        await process.channel.send(Started())
        await process.finish(7)

    async def hold_until_cancelled(process: FakeProcess) -> None:
        await process.begin()
        await process.channel.send(Progress(heard=WELL_INTO))
        assert isinstance(await process.channel.receive(), Hold)
        assert await process.channel.receive() is None
        await process.channel.send(Interrupted(heard=WELL_INTO))

    async def meanwhile(utterance: Utterance) -> None:
        await sounding(utterance, WELL_INTO)
        utterance.pause(True)
        assert utterance.move(-1)
        await paused.wait()
        assert utterance.state == "paused"
        utterance.pause(False)

    paused = asyncio.Event()
    outcome, _, _ = moved(hold_until_cancelled, held, meanwhile=meanwhile)
    assert isinstance(outcome, Finished)


def test_moves_of_what_is_paused_add_up() -> None:
    async def held(process: FakeProcess) -> None:
        await process.accept()
        await process.fetch()
        assert isinstance(await process.channel.receive(), Hold)
        paused.set()
        await process.channel.receive()

    async def hold_until_cancelled(process: FakeProcess) -> None:
        await process.begin()
        await process.channel.send(Progress(heard=total - 1))
        assert isinstance(await process.channel.receive(), Hold)
        assert await process.channel.receive() is None
        await process.channel.send(Interrupted(heard=total - 1))

    async def meanwhile(utterance: Utterance) -> None:
        await sounding(utterance, total - 1)
        utterance.pause(True)
        for number in (2, 1, 0):
            paused.clear()
            assert utterance.move(-1)
            await paused.wait()
            assert utterance.characters == BEGINS[number]
        utterance.interrupt("stopped")

    paused, total = asyncio.Event(), whole()
    outcome, _, _ = moved(hold_until_cancelled, held, meanwhile=meanwhile)
    assert isinstance(outcome, Interrupted)
    assert (outcome.heard < total // 10, outcome.characters) == (True, 0)


def test_a_voice_that_does_not_answer_is_replaced_and_it_goes_on_from_what_it_had_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "CANCEL_TIMEOUT", 0.1)

    async def deaf(process: FakeProcess) -> None:
        frames = await process.begin()
        await process.channel.send(Progress(heard=frames - 1))
        await asyncio.Event().wait()

    total, reports = whole(), list[int]()
    outcome, _, voice = moved(deaf, to_the_end(reports), meanwhile=back(1, total - 1))
    assert outcome == Finished(heard=total)
    assert voice.killed == ["no report after a cancel"]
    assert reports[0] < total // 2
