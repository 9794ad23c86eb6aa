"""Each answer is said once, whatever order its pieces, its end and the prompts come in."""

import json

import pytest
from hypothesis import given, strategies as st

from ttsmesh.cli.commands.agent.events import Answer, Notice, Piece
from ttsmesh.cli.commands.agent.turn import Step, Turn

TEXT = "The price was rounded twice.\n\n- Once in the basket.\n- Once on the bill.\n"


class Told:
    """What a listener hears of a turn, which is written to a file and read from it before each step."""

    def __init__(self) -> None:
        self._kept: object = None
        self.whole: list[str] = []
        self.pieces: dict[tuple[str, int], str] = {}
        self.ended: dict[str, int] = {}

    def turn(self) -> Turn:
        return Turn(json.loads(json.dumps(self._kept)))

    def keep(self, turn: Turn) -> None:
        self._kept = turn.kept()

    def piece(self, index: int | None, text: str, *, final: bool = False, message: str = "m", began: int = 1) -> None:
        turn = self.turn()
        self._take(turn.piece(Piece(message, text, index, final), began))
        self.keep(turn)

    def answer(self, text: str, turn_name: str = "", began: int = 1) -> None:
        turn = self.turn()
        found = turn.answer(Answer(text, turn_name), began)
        if isinstance(found, str):
            self.whole.append(found)
        else:
            self._take(found)
        self.keep(turn)

    def notice(self, text: str, began: int) -> None:
        turn = self.turn()
        if turn.notice(Notice(text, urgent=False), began):
            self.whole.append(text)
        self.keep(turn)

    def hush(self, began: int) -> None:
        turn = self.turn()
        turn.hush(began)
        self.keep(turn)

    def _take(self, step: Step | None) -> None:
        if step is None:
            return
        if step.text is not None:
            assert (step.message, step.number) not in self.pieces
            self.pieces[step.message, step.number] = step.text
        if step.end:
            self.ended[step.message] = step.number

    def heard(self, message: str = "m") -> str:
        """What the mesh says of ``message``."""
        last = self.ended.get(message, 1000)
        return "".join(text for (of, index), text in sorted(self.pieces.items()) if of == message and index <= last)


@pytest.fixture
def told() -> Told:
    return Told()


def test_an_answer_in_pieces_is_said_in_pieces_and_not_again(told: Told) -> None:
    told.piece(0, "One. ")
    told.piece(1, "Two.", final=True)
    told.answer("One. Two.")
    assert (told.heard(), told.whole, told.ended) == ("One. Two.", [], {"m": 1})


def test_an_answer_without_pieces_is_said_once(told: Told) -> None:
    told.answer("One. Two.")
    told.answer("One. Two.")
    assert told.whole == ["One. Two."]


def test_the_same_answer_to_another_prompt_is_said_again(told: Told) -> None:
    told.answer("Done.")
    told.hush(2)
    told.answer("Done.", began=3)
    assert told.whole == ["Done."] * 2


def test_the_same_answer_in_another_turn_is_said_again(told: Told) -> None:
    for turn in ("1", "1", "2"):
        told.answer("Done.", turn)
    assert told.whole == ["Done."] * 2


def test_the_whole_completes_an_answer_without_an_end(told: Told) -> None:
    told.piece(0, "One. ")
    told.piece(1, "Tw")
    told.answer("One. Two. Three.")
    assert (told.heard(), told.ended, told.whole) == ("One. Two. Three.", {"m": 2}, [])
    told.piece(2, "o.")
    told.piece(3, " Three.", final=True)
    assert told.heard() == "One. Two. Three."


def test_the_whole_ends_an_answer_of_which_only_the_end_is_missing(told: Told) -> None:
    told.piece(0, "One.\n")
    told.answer("One.")
    assert (told.heard(), told.ended, told.whole) == ("One.\n", {"m": 0}, [])


def test_pieces_that_the_whole_overtakes_are_not_lost_and_not_said_twice(told: Told) -> None:
    told.piece(0, "One.\n")
    told.piece(2, "Three.\n", final=True)
    told.answer("One.\nTwo.\nThree.")
    told.piece(1, "Two.\n")
    assert (told.heard(), told.whole) == ("One.\nTwo.\nThree.\n", [])


def test_pieces_that_all_come_after_the_whole_are_left_out(told: Told) -> None:
    told.answer(TEXT)
    told.piece(1, "- Once in the basket.\n")
    told.piece(0, "The price was rounded twice.\n\n")
    told.piece(2, "- Once on the bill.\n", final=True)
    assert (told.whole, told.pieces) == ([TEXT], {})


def test_an_answer_that_begins_like_an_earlier_message_is_another_one(told: Told) -> None:
    told.piece(0, "Done.", final=True)
    told.answer("Done. All tests pass.\nReally.")
    assert told.whole == ["Done. All tests pass.\nReally."]


def test_an_answer_that_is_reported_in_part_was_said(told: Told) -> None:
    told.piece(0, "I have looked.\n", final=False)
    told.piece(1, "The price was wrong.\n", final=True)
    told.answer("The price was wrong.")
    assert told.whole == []


def test_after_a_prompt_nothing_of_before_comes_back(told: Told) -> None:
    told.piece(0, "One. ", began=1)
    told.hush(5)
    told.piece(1, "Two. ", began=6)  # it goes on, since the agent did not stop
    told.piece(0, "Unseen. ", message="old", began=4)  # it has waited for a CPU
    told.answer("One. Two.", began=7)
    told.piece(0, "New. ", message="new", began=8)
    assert (told.heard(), told.heard("old"), told.heard("new"), told.whole) == ("One. ", "", "New. ", [])


def test_a_message_whose_first_piece_was_too_late_stays_silent(told: Told) -> None:
    told.hush(5)
    told.piece(0, "One.\n", began=4)
    told.piece(1, "Two.\n", final=True, began=6)
    told.answer("One.\nTwo.", began=7)
    assert (told.pieces, told.whole) == ({}, [])


def test_an_answer_from_before_the_prompt_is_left_out(told: Told) -> None:
    told.hush(5)
    told.answer("Too late.", began=4)
    assert told.whole == []


def test_of_a_text_that_is_told_as_a_whole_each_time_only_the_new_is_said(told: Told) -> None:
    for text in ("One", "One. Two", "One. Two"):
        told.piece(None, text)
    told.piece(None, "One. Two. Three.", final=True)
    told.piece(None, "One. Two. Th")
    told.answer("One. Two. Three.")
    assert (told.heard(), told.ended, told.whole) == ("One. Two. Three.", {"m": 2}, [])


def test_a_text_that_is_empty_to_the_end_is_nothing(told: Told) -> None:
    told.piece(None, "", final=True)
    assert (told.pieces, told.ended) == ({}, {})


def test_a_notification_that_two_hooks_tell_is_said_once_and_later_again(told: Told) -> None:
    for text, began in (("May I?", 500), ("May I?", 501), ("I wait.", 502), ("I wait.", 500), ("May I?", 700)):
        told.notice(text, began)
    assert told.whole == ["May I?", "I wait.", "May I?"]


def test_a_notification_from_before_the_prompt_is_left_out(told: Told) -> None:
    told.hush(began=2)
    told.notice("May I?", began=1)
    told.notice("I wait.", began=3)
    assert told.whole == ["I wait."]


def test_what_is_kept_has_no_text_and_is_bounded(told: Told) -> None:
    told.notice("A secret.", began=1)
    for number in range(100):
        told.piece(0, f"A secret line, number {number}.\n" * 100, message=f"m{number}", final=True)
    kept = json.dumps(told.turn().kept())
    assert "secret" not in kept
    assert len(kept) < 20_000


@pytest.mark.parametrize("kept", [None, [], {}, {"hushed": "x"}, {"hushed": 1, "messages": [1]}, "text", 7])
def test_what_cannot_be_understood_is_a_new_session(kept: object) -> None:
    assert Turn(kept).kept() == Turn().kept()


@given(st.data())
def test_whatever_the_order_everything_is_heard_once(data: st.DataObject) -> None:
    """Lines in pieces, at once with the report of the whole, which may be anywhere among them."""
    lines = [f"Line {number}.\n" for number in range(data.draw(st.integers(1, 6)))]
    order = data.draw(st.permutations(range(len(lines) + 1)))
    told = Told()
    for number in order:
        if number == len(lines):
            told.answer("".join(lines))
        else:
            told.piece(number, lines[number], final=number == len(lines) - 1)
    heard = told.heard() + "".join(told.whole)
    assert sorted(heard.splitlines(keepends=True)) == lines
    assert told.heard() in ("", "".join(lines))
