"""Where the milliseconds of an utterance went."""

import time

import pytest

from ttsmesh.limits import CANCEL_TIMEOUT
from ttsmesh.model.speech import timeline as module
from ttsmesh.model.speech.timeline import Milestones
from ttsmesh.wire.messages import MILESTONES

BEGAN, SENT, ACCEPTED = 100.0, 100.05, 100.06


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock; change its one number."""
    clock = [ACCEPTED]
    monkeypatch.setattr(module.time, "monotonic", lambda: clock[0])  # type: ignore[attr-defined]
    return clock


def test_milliseconds_count_from_when_the_client_began(now: list[float]) -> None:
    milestones = Milestones("a-1", BEGAN, SENT)
    now[0] = 100.2
    milestones.rendered(0.09)
    milestones.reach("heard", 100.25)
    timeline = milestones.timeline()
    assert (timeline.id, timeline.zero_at) == ("a-1", BEGAN)
    assert {milestone: round(getattr(timeline, milestone) or 0) for milestone in MILESTONES} == {
        "sent": 50,
        "accepted": 60,
        "turn": 0,
        "ready": 0,
        "phonemes": 110,
        "rendered": 200,
        "written": 0,
        "heard": 250,
    }
    assert timeline.turn is timeline.ready is timeline.written is None, "they were not reached"


@pytest.mark.parametrize(
    ("began", "sent"),
    [(None, None), (BEGAN, None), (None, SENT), (SENT, BEGAN), (BEGAN, ACCEPTED + 1.0)],
)
def test_without_a_client_that_can_be_believed_they_count_from_the_acceptance(
    now: list[float], began: float | None, sent: float | None
) -> None:
    milestones = Milestones("a-1", began, sent)
    now[0] += 0.5
    milestones.reach("ready")
    timeline = milestones.timeline()
    assert (timeline.zero_at, timeline.sent, timeline.accepted) == (ACCEPTED, None, 0.0)
    assert timeline.ready == pytest.approx(500)


def test_a_milestone_that_is_reached_again_counts_from_then(now: list[float]) -> None:
    milestones = Milestones("a-1", None, None)
    for at in (1.0, 2.0):
        now[0] = ACCEPTED + at
        milestones.reach("ready")
    assert milestones.timeline().ready == pytest.approx(2000)


def test_the_clock_is_the_one_that_processes_share() -> None:
    before = time.clock_gettime(time.CLOCK_MONOTONIC)
    milestones = Milestones("a-1", before, before)
    accepted = milestones.timeline().accepted
    assert accepted is not None
    assert 0 <= accepted <= (time.clock_gettime(time.CLOCK_MONOTONIC) - before) * 1e3


def reached(now: list[float], turn: float, started: float) -> Milestones:
    """An utterance that got its turn and sounded so many seconds after it was accepted."""
    milestones = Milestones("a-1", None, None)
    for name, after in (("turn", turn), ("started", started)):
        now[0] = ACCEPTED + after
        milestones.reach(name)
    return milestones


def test_waiting_in_the_queue_is_not_slowness(now: list[float]) -> None:
    queued = reached(now, turn=60.0, started=60.1)
    assert queued.waited_ms == pytest.approx(60_000.0)
    assert queued.since_turn_ms("started") == pytest.approx(100.0)
    assert queued.since_turn_ms("heard") is None


def test_waiting_for_the_fade_of_what_it_interrupts_is_part_of_an_utterances_start(now: list[float]) -> None:
    interrupting = reached(now, turn=CANCEL_TIMEOUT * 0.99, started=0.3)
    assert interrupting.waited_ms == 0.0
    assert interrupting.since_turn_ms("started") == pytest.approx(300.0)
