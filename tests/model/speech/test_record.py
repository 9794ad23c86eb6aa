"""What the history and the log get of an utterance."""

import asyncio
from typing import Any

import pytest

from tests.model.fake_voice import FakeSynthesizer, order
from ttsmesh.model.speech.conversation import Outcome
from ttsmesh.model.speech.record import history_entry, log_line
from ttsmesh.model.speech.utterance import Utterance
from ttsmesh.wire.messages import Failed, Finished, HistoryEntry, Interrupted


def ended(
    outcome: Outcome, *, output: str | None = None, started_after: float | None = None
) -> tuple[HistoryEntry, str]:
    """The entry and the line of an utterance that rendered its first chunk after 50 ms, and that began to sound so many
    seconds after it was accepted.
    """

    async def main() -> tuple[HistoryEntry, str]:
        nobody: Any = None
        utterance = Utterance(
            order(output=output, text="my diary"),
            nobody,
            FakeSynthesizer().as_synthesizer(),
            lambda *_: None,
            rank=lambda: 0,
            speed=lambda: 1.0,
        )
        accepted = utterance.milestones.accepted
        utterance.rendition.rendered_s, utterance.rendition.render_s, utterance.heard = 10.0, 2.0, 12_000
        utterance.milestones.reach("rendered", accepted + 0.05)
        if started_after is not None:
            utterance.milestones.reach("started", accepted + started_after)
        return history_entry(utterance, outcome), log_line(utterance, outcome)

    return asyncio.run(main())


def test_an_entry_has_the_outcome_the_voice_and_the_timings() -> None:
    one, line = ended(Finished(heard=48_000), started_after=0.2)
    assert (one.id, one.voice, one.language, one.saved, one.outcome) == ("a-1", "af_heart", "en-us", False, "finished")
    assert one.first_audio_ms == pytest.approx(200.0)
    assert one.real_time_factor == pytest.approx(0.2)
    assert (one.rendered_s, one.heard_s) == (10.0, 2.0)
    assert line == "utterance a-1: finished, 2.00 s heard; started after 200 ms, real-time factor 0.200"
    assert "my diary" not in str(one.to_map()) + line


def test_an_entry_says_why_it_did_not_finish() -> None:
    interrupted, _ = ended(Interrupted(heard=24_000, reason="skipped"))
    assert (interrupted.outcome, interrupted.reason, interrupted.heard_s) == ("interrupted", "skipped", 1.0)
    failed, line = ended(Failed(code="no_audio", message="gone"))
    assert (failed.outcome, failed.code, failed.message, failed.heard_s) == ("failed", "no_audio", "gone", 0.5)
    assert failed.first_audio_ms is None
    assert line == "utterance a-1: failed, no_audio: gone; not started, 10.00 s rendered"


@pytest.mark.parametrize(
    ("outcome", "reason", "characters"),
    [
        (Finished(heard=48_000), None, 8),
        (Finished(reason="muted"), "muted", 0),
        (Interrupted(heard=24_000, characters=3, reason="muted"), "muted", 3),
        (Failed(code="io", message="gone"), None, 0),
    ],
)
def test_an_entry_says_how_much_of_the_text_was_heard(outcome: Outcome, reason: str | None, characters: int) -> None:
    one, _ = ended(outcome)
    assert (one.length, one.characters, one.reason) == (8, characters, reason)


def test_for_a_save_the_first_chunk_counts() -> None:
    saved, _ = ended(Finished(), output="/tmp/a.wav", started_after=0.2)
    assert saved.saved
    assert saved.first_audio_ms == pytest.approx(50.0)
