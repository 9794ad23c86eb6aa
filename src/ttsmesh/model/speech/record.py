"""What is told of an utterance: to the history, to the log, and in the status. Never its text."""

import time

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.model.speech.conversation import Outcome
from ttsmesh.model.speech.utterance import Utterance
from ttsmesh.wire.messages import Failed, Finished, HistoryEntry, Interrupted


def first_audio_ms(utterance: Utterance) -> float | None:
    """From acceptance, or from its turn, to the first sample; for a save to the first rendered chunk."""
    return utterance.milestones.since_turn_ms("rendered" if utterance.order.saves else "started")


def heard_characters(utterance: Utterance, outcome: Outcome) -> int:
    """How many characters of its text were heard, or saved, when it ended."""
    match outcome:
        case Finished(reason=None):
            return len(utterance.order.text)
        case Interrupted(characters=int(characters)):
            return characters
        case _:
            return utterance.characters


def history_entry(utterance: Utterance, outcome: Outcome) -> HistoryEntry:
    """What is worth remembering of an utterance that has just ended."""
    order = utterance.order
    heard = utterance.heard if isinstance(outcome, Failed) else outcome.heard
    age_s = time.monotonic() - utterance.milestones.accepted
    return HistoryEntry(
        id=order.id,
        when=max(0.0, time.time() - age_s),
        voice=order.key.voice,
        language=order.key.language,
        saved=order.saves,
        caller=order.claim.caller,
        length=len(order.text),
        characters=heard_characters(utterance, outcome),
        outcome=outcome.type,
        reason=None if isinstance(outcome, Failed) else outcome.reason,
        code=outcome.code if isinstance(outcome, Failed) else None,
        message=outcome.message if isinstance(outcome, Failed) else None,
        waited_ms=utterance.milestones.waited_ms,
        first_audio_ms=first_audio_ms(utterance),
        real_time_factor=utterance.rendition.real_time_factor,
        rendered_s=utterance.rendition.rendered_s,
        heard_s=heard / SAMPLE_RATE,
    )


def log_line(utterance: Utterance, outcome: Outcome) -> str:
    """How the utterance ended, and how long its parts took."""
    if isinstance(outcome, Failed):
        ending = f"{outcome.code}: {outcome.message}"
    else:
        ending = f"{outcome.heard / SAMPLE_RATE:.2f} s heard"
    return f"utterance {utterance.order.id}: {outcome.type}, {ending}; {_timing(utterance)}"


def _timing(utterance: Utterance) -> str:
    started = utterance.milestones.at("started")
    if started is None:
        return f"not started, {utterance.rendition.rendered_s:.2f} s rendered"
    wait_ms = (started - utterance.milestones.accepted) * 1e3
    return f"started after {wait_ms:.0f} ms, real-time factor {utterance.rendition.real_time_factor or 0.0:.3f}"
