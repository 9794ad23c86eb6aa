"""Where in its source the plain text stands."""

from ttsmesh.model.text.markup.notes import Break, Manner, Note, Place
from ttsmesh.model.text.markup.plain import Plain
from ttsmesh.model.text.segments import Delivery


def plain() -> Plain:
    """ "one two three", where "two" is said for 20 to 30, and the rest is copied from 10 and from 40 on."""
    made = Plain()
    made.copy("on", 10)
    made.copy("e ", 12)
    made.put("two", 20, 30)
    made.copy(" three", 40)
    return made


def test_the_text_is_there_until_it_is_forgotten() -> None:
    made = plain()
    assert (made.text(0, 99), made.length, made.last) == ("one two three", 13, "e")
    made.forget(4)
    assert (made.text(4, 7), made.length) == ("two", 13)


def test_a_copy_stands_where_it_was_and_what_is_said_in_place_of_others_for_all_of_them() -> None:
    made = plain()
    assert made.span(0, 3) == (10, 13)
    assert made.span(4, 7) == made.span(5, 6) == (20, 30)
    assert made.span(2, 9) == (12, 42)
    assert made.span(8, 13) == (41, 46)


def test_what_is_empty_stands_behind_the_character_before_it() -> None:
    made = plain()
    assert made.span(0, 0) == (10, 10)
    assert made.span(3, 3) == (13, 13)
    assert made.span(5, 5) == (20, 30)
    assert made.span(13, 13) == (46, 46)
    assert Plain().span(0, 0) == (0, 0)


def test_what_is_forgotten_is_found_no_later_than_what_is_kept() -> None:
    made = plain()
    made.forget(8)
    assert made.span(0, 9) == (40, 42)
    assert made.span(8, 9) == (41, 42)


def test_notes_at_one_place_are_joined_or_replaced() -> None:
    made = plain()
    notes: list[Note] = [
        *(Break(13, 100.0), Break(13, 50_000.0), Break(13, 50_000.0)),
        *(Manner(13, "es"), Manner(13, "it", Delivery(rate=2.0)), Place(13, "m"), Break(13, 5.0)),
    ]
    for note in notes:
        made.note(note)
    assert list(made.notes) == [Break(13, 60_000.0), notes[4], notes[5], notes[6]]
