"""A writer's pieces stand for every character of its text that is no white space."""

from ttsmesh.model.text.formats.by_line.writer import Line, PassageWriter, lines_of
from ttsmesh.model.text.passages import Passage, Piece


def test_lines_know_where_they_stand_in_the_source() -> None:
    assert lines_of("a  \r\n\n b\n", 10) == [Line("a", 10), Line("", 15), Line(" b", 16)]


def test_the_last_line_may_have_no_end() -> None:
    assert lines_of("a\nb", 0) == [Line("a", 0), Line("b", 2)]


def test_what_is_left_out_before_a_copy_is_in_the_span_of_an_empty_piece() -> None:
    writer = PassageWriter("## title", 5)
    writer.copy(8, 13)
    writer.close("sentence")
    assert writer.passages() == [Passage((Piece("", 5, 8), Piece("title", 8, 13)), "sentence")]


def test_what_is_left_out_between_two_copies_leaves_a_space() -> None:
    writer = PassageWriter("one|two", 0)
    writer.copy(0, 3)
    writer.copy(4, 7)
    writer.close("")
    assert "".join(piece.text for piece in writer.passages()[0].pieces) == "one two"


def test_what_is_left_out_by_request_leaves_no_space() -> None:
    writer = PassageWriter('f("a")', 0)
    writer.copy(0, 2)
    writer.leave_out(3)
    writer.copy(3, 4)
    writer.close("")
    assert "".join(piece.text for piece in writer.passages()[0].pieces) == "f(a"


def test_other_words_as_long_as_what_they_stand_for_are_no_copy_of_it() -> None:
    writer = PassageWriter("ERROR", 0)
    writer.say("error", 5)
    writer.close("")
    assert writer.passages() == [Passage((Piece("error", 0, 4), Piece("", 4, 5)))]


def test_what_is_left_at_the_end_belongs_to_the_last_passage() -> None:
    writer = PassageWriter("one ^^^", 0)
    writer.copy(0, 3)
    writer.close("clause")
    assert writer.passages() == [Passage((Piece("one", 0, 3), Piece("", 4, 7)), "clause")]


def test_a_text_of_which_nothing_is_said_has_one_empty_piece() -> None:
    assert PassageWriter("====", 3).passages() == [Passage((Piece("", 3, 7),))]


def test_a_blank_text_has_no_passage() -> None:
    assert PassageWriter(" \n\n", 0).passages() == []
