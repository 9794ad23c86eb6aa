"""Where the milliseconds of an utterance went."""

import time

import pytest

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
    stages = Milestones("a-1")
    stages.asked(BEGAN, SENT)
    now[0] = 100.2
    stages.rendered(0.09)
    stages.reach("heard", 100.25)
    timeline = stages.timeline()
    assert (timeline.id, timeline.zero_at) == ("a-1", BEGAN)
    assert {stage: round(getattr(timeline, stage) or 0) for stage in MILESTONES} == {
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
    stages = Milestones("a-1")
    stages.asked(began, sent)
    now[0] += 0.5
    stages.reach("ready")
    timeline = stages.timeline()
    assert (timeline.zero_at, timeline.sent, timeline.accepted) == (ACCEPTED, None, 0.0)
    assert timeline.ready == pytest.approx(500)


def test_a_stage_that_is_reached_again_counts_from_then(now: list[float]) -> None:
    stages = Milestones("a-1")
    for at in (1.0, 2.0):
        now[0] = ACCEPTED + at
        stages.reach("ready")
    assert stages.timeline().ready == pytest.approx(2000)


def test_the_clock_is_the_one_that_processes_share() -> None:
    before = time.clock_gettime(time.CLOCK_MONOTONIC)
    stages = Milestones("a-1")
    stages.asked(before, before)
    accepted = stages.timeline().accepted
    assert accepted is not None
    assert 0 <= accepted <= (time.clock_gettime(time.CLOCK_MONOTONIC) - before) * 1e3
