"""What keys ask for, and what the reader makes of what the mesh tells."""

import pytest

from tests.cli.commands.reader.telling import word
from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.cli.commands.reader.session import Session, Speak, State, TakeBack
from ttsmesh.wire.client_messages import (
    Accepted,
    Back,
    Failed,
    Finished,
    Interrupted,
    Pause,
    Progress,
    Resume,
    SetSpeed,
    Skip,
    Started,
)

TEXT = "One sentence. Another one. The last."


def speaking(speed: float | None = None) -> Session:
    """A session whose first two words were heard."""
    session = Session(TEXT, speed=speed)
    session.speak(0)
    session.accepted(Accepted(id="a-1", speed=speed or 1.5))
    session.heard(Started())
    session.heard(word(0, 3))
    session.heard(word(4, 12))
    return session


def paused() -> Session:
    session = speaking()
    session.reached(Pause(), 1)
    return session


def test_a_text_is_asked_for_then_spoken_word_by_word() -> None:
    session = Session(TEXT)
    assert session.speak(0) == Speak(0, None)
    assert session.state is State.ASKED
    session.accepted(Accepted(id="a-1", speed=1.5))
    assert (session.state, session.speed) == (State.ASKED, 1.5)
    session.heard(Started())
    session.heard(word(4, 12))
    assert (session.state, session.word, session.place) == (State.SPEAKING, (4, 12), 4)


def test_the_same_key_pauses_and_goes_on() -> None:
    session = speaking()
    assert session.toggle() == Pause()
    session.reached(Pause(), 1)
    assert (session.state, session.word) == (State.PAUSED, (4, 12))
    assert session.toggle() == Resume()
    session.reached(Resume(), 1)
    assert session.state is State.SPEAKING


def test_what_was_paused_from_elsewhere_goes_on() -> None:
    session = speaking()
    assert session.reached(session.toggle(), 0) == Resume()  # type: ignore[arg-type]  # it is a Pause
    assert session.state is State.SPEAKING


def test_what_has_not_begun_is_taken_back_by_that_key() -> None:
    session = Session(TEXT)
    session.speak(14)
    assert session.toggle() == TakeBack()
    assert session.state is State.ENDED
    assert session.toggle() == Speak(14, None)


def test_sentences_are_the_meshs_while_it_speaks() -> None:
    session = speaking()
    assert session.forward() == Skip(sentence=True)
    session.heard(word(14, 21))
    assert session.back() == Back(count=1)


def test_what_is_before_an_excerpt_is_said_as_another_one() -> None:
    session = Session(TEXT, 14)
    session.speak(14)
    session.heard(Started())
    session.heard(word(14, 21))
    assert session.back() == Speak(0, None)


def test_well_into_the_first_sentence_the_mesh_goes_back_to_its_beginning() -> None:
    session = Session("One. " + "word " * 20, 5)
    session.speak(5)
    session.heard(Started())
    session.heard(word(50, 54))
    assert session.back() == Back(count=1)


def test_while_it_is_paused_the_place_is_moved_in_sight_and_spoken_from_then() -> None:
    session = paused()
    assert session.forward() is None
    assert (session.state, session.place, session.word) == (State.PAUSED, 14, None)
    assert session.toggle() == Speak(14, None)


def test_who_moves_before_anything_sounds_asks_for_that_instead() -> None:
    session = Session(TEXT)
    session.speak(0)
    assert session.forward() == Speak(14, None)


def test_sentences_are_gone_through_in_silence() -> None:
    session = speaking()
    session.heard(Interrupted(reason="stopped"))
    assert session.forward() is None and TEXT[session.place :].startswith("Another")
    assert session.forward() is None and TEXT[session.place :].startswith("The last")
    assert session.back() is None and TEXT[session.place :].startswith("Another")
    assert session.back() is None and session.place == 0
    assert session.back() is None and session.place == 0


@pytest.mark.parametrize(
    ("outcome", "note"),
    [
        (Interrupted(reason="superseded"), "interrupted by another text"),
        (Interrupted(reason="stopped"), "stopped"),
        (Interrupted(reason="shutdown"), "the mesh was ended"),
        (Failed(code="audio", message="no such device"), "no such device"),
    ],
)
def test_what_was_ended_is_said_again_from_its_last_word(outcome: Interrupted | Failed, note: str) -> None:
    session = speaking()
    session.heard(outcome)
    assert (session.state, session.note, session.word) == (State.ENDED, note, None)
    assert session.toggle() == Speak(4, None)
    assert session.note == ""


def test_on_from_the_last_sentence_is_the_end() -> None:
    session = speaking()
    assert [session.forward() for _ in range(3)] == [Skip(sentence=True)] * 3
    session.heard(word(14, 21))
    session.heard(Interrupted(reason="skipped"))
    assert (session.note, session.place) == ("the end", len(TEXT))


def test_what_others_have_skipped_goes_on_where_it_was() -> None:
    session = speaking()
    session.forward()
    session.heard(word(14, 21))  # there it is
    session.heard(Interrupted(reason="skipped"))
    assert session.note == "skipped"
    assert session.toggle() == Speak(14, None)


def test_a_mesh_that_goes_away_is_asked_again() -> None:
    session = speaking()
    session.lost("the model server went away")
    assert (session.state, session.note) == (State.ENDED, "the model server went away")
    assert session.toggle() == Speak(4, None)


def test_what_was_heard_to_its_end_begins_again() -> None:
    session = speaking()
    session.heard(Finished(heard=1))
    assert (session.note, session.fraction) == ("the end", 1.0)
    assert session.toggle() == Speak(0, None)


def test_what_nobody_hears_stays_where_it_is() -> None:
    session = Session(TEXT, 14)
    session.speak(14)
    session.heard(Finished(reason="muted"))
    assert session.place == 14
    assert "unmute" in session.note


def test_the_speed_is_the_texts_own_from_the_first_key_on() -> None:
    session = speaking()
    assert session.faster(1) == SetSpeed(speed=1.6, id="a-1")
    assert session.faster(-2) == SetSpeed(speed=1.4, id="a-1")
    assert session.speak(14) == Speak(14, 1.4)


def test_a_speed_that_was_chosen_too_early_is_told_when_it_can_be() -> None:
    session = Session(TEXT)
    session.speak(0)
    assert session.faster(2) is None
    assert session.accepted(Accepted(id="a-1", speed=1.0)) == SetSpeed(speed=1.2, id="a-1")


def test_a_speed_that_was_asked_for_need_not_be_told() -> None:
    session = Session(TEXT, speed=2.0)
    assert session.speak(0) == Speak(0, 2.0)
    assert session.accepted(Accepted(id="a-1", speed=2.0)) is None


@pytest.mark.parametrize(("steps", "limit"), [(100, 4.0), (-100, 0.5)])
def test_the_speed_has_limits(steps: int, limit: float) -> None:
    assert speaking().faster(steps) == SetSpeed(speed=limit, id="a-1")


def test_in_silence_the_speed_is_kept_for_what_comes() -> None:
    session = Session(TEXT)
    assert session.faster(3) is None
    assert session.speak(0) == Speak(0, 1.3)


def test_how_long_the_rest_takes_is_known_after_some_seconds() -> None:
    session = speaking(speed=2.0)
    session.heard(Progress(heard=SAMPLE_RATE, characters=4))
    assert (session.heard_s, session.left_s) == (1.0, None)
    session.heard(Progress(heard=10 * SAMPLE_RATE, characters=16))
    session.heard(word(16, 20))
    assert session.left_s == pytest.approx((len(TEXT) - 16) / 1.6 / 2.0)


def test_what_is_gone_over_or_heard_again_is_no_pace() -> None:
    session = Session("x" * 10_000, speed=1.0)
    session.speak(0)
    for seconds, characters in ((10, 100), (11, 5000), (2, 10), (3, 20)):
        session.heard(Progress(heard=seconds * SAMPLE_RATE, characters=characters))
    assert session.heard_s == 12.0
    assert session.left_s == pytest.approx(1000.0)
