"""Pieces in the order of their indices, whichever order they come in."""

from itertools import permutations

import pytest
from hypothesis import given, strategies as st

from ttsmesh.limits import PREDECESSOR_TIMEOUT
from ttsmesh.model.speech.groups.assembly import Assembly


def test_pieces_without_an_index_follow_one_another() -> None:
    assembly = Assembly()
    assert [assembly.add(text, None, 0.0) for text in ("a", "", "b")] == ["a", "", "b"]
    assert (assembly.deadline, assembly.ended) == (None, False)
    assert assembly.end(None, 0.0) == ""
    assert assembly.ended


@pytest.mark.parametrize("order", list(permutations(range(4))), ids=str)
def test_pieces_come_out_in_the_order_of_their_indices(order: tuple[int, ...]) -> None:
    assembly = Assembly()
    assert "".join(assembly.add("abcd"[index], index, 0.0) for index in order) == "abcd"
    assert (assembly.deadline, assembly.waiting, assembly.missing, assembly.repeated) == (None, 0, 0, 0)


def test_a_piece_waits_for_its_predecessor_for_two_seconds_and_then_the_text_goes_on_without_it() -> None:
    assembly = Assembly()
    assert assembly.add("c", 2, 1.0) == ""
    assert assembly.add("d", 3, 2.0) == ""
    assert (assembly.waiting, assembly.deadline) == (2, 1.0 + PREDECESSOR_TIMEOUT)
    assert assembly.late(2.9) == ""
    assert assembly.late(3.0) == "cd"
    assert (assembly.missing, assembly.waiting, assembly.deadline) == (2, 0, None)
    assert assembly.add("b", 1, 3.1) == ""
    assert assembly.repeated == 1
    assert assembly.add("e", 4, 3.2) == "e"


def test_two_gaps_are_given_up_one_after_the_other() -> None:
    assembly = Assembly()
    assembly.add("b", 1, 0.0)
    assembly.add("d", 3, 1.0)
    assert assembly.late(2.0) == "b"
    assert assembly.add("c", 2, 2.5) == "cd"
    assert assembly.missing == 1


def test_a_piece_that_comes_again_is_left_out_and_counted() -> None:
    assembly = Assembly()
    assert [assembly.add("a", 0, 0.0), assembly.add("a", 0, 0.0)] == ["a", ""]
    assert [assembly.add("c", 2, 0.0), assembly.add("c", 2, 0.0)] == ["", ""]
    assert assembly.add("b", 1, 0.0) == "bc"
    assert assembly.repeated == 2


def test_an_end_waits_for_pieces_that_are_on_their_way() -> None:
    assembly = Assembly()
    assembly.add("a", 0, 0.0)
    assert assembly.end(2, 0.0) == ""
    assert not assembly.ended
    assert assembly.add("c", 2, 0.1) == ""
    assert assembly.add("b", 1, 0.2) == "bc"
    assert assembly.ended


def test_an_end_does_not_wait_for_ever() -> None:
    assembly = Assembly()
    assert assembly.end(1, 0.0) == ""
    assert assembly.deadline == PREDECESSOR_TIMEOUT
    assert assembly.late(PREDECESSOR_TIMEOUT) == ""
    assert (assembly.ended, assembly.missing) == (True, 2)


def test_an_end_without_an_index_waits_for_what_waits() -> None:
    assembly = Assembly()
    assembly.add("b", 1, 0.0)
    assembly.end(None, 1.0)
    assert not assembly.ended
    assert assembly.late(2.0) == "b"
    assert assembly.ended


def test_an_end_before_what_has_come_ends_at_once() -> None:
    assembly = Assembly()
    assembly.add("a", 0, 0.0)
    assembly.add("b", 1, 0.0)
    assembly.end(0, 0.0)
    assert assembly.ended


@given(st.lists(st.tuples(st.integers(0, 12), st.sampled_from((0.0, 0.7, 2.5))), max_size=30))
def test_c17_each_piece_comes_out_once_or_is_counted(pieces: list[tuple[int, float]]) -> None:
    assembly = Assembly()
    now, out = 0.0, ""
    for index, pause in pieces:
        now += pause
        out += assembly.late(now) + assembly.add(chr(97 + index), index, now)
    assembly.end(None, now)
    out += assembly.late(now + 10)
    assert assembly.ended
    assert assembly.waiting == 0
    assert list(out) == sorted(set(out))
    assert len(out) + assembly.repeated == len(pieces)
    assert len(out) + assembly.missing == (max((ord(c) - 96 for c in out), default=0))
