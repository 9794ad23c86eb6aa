"""Phonemes and the words they belong to."""

from ttsmesh.model.g2p.phonemes import Phonemes, Piece, WordSpan, assemble, join, sounds

KNOWN = frozenset("abc ,ˈ")


def test_pieces_are_joined_by_single_spaces_where_the_text_has_them() -> None:
    found = assemble([Piece(0, 2, "ab", False), Piece(2, 3, ",", True), Piece(4, 6, "c", True)], KNOWN)
    assert found.text == "ab, c"
    assert found.words == (WordSpan(0, 2, 0, 2), WordSpan(2, 3, 2, 3), WordSpan(4, 6, 4, 5))


def test_symbols_the_model_does_not_know_are_left_out_and_positions_agree() -> None:
    found = assemble([Piece(0, 1, "❓", True), Piece(2, 3, "a❓ ❓b", True)], KNOWN, unsayable=3)
    assert found == Phonemes("a b", (WordSpan(2, 3, 0, 3),), 3)


def test_sounds_that_the_model_does_not_know_are_counted_and_marks_are_not() -> None:
    found = assemble([Piece(0, 1, "¿aᶄ", False), Piece(1, 2, "b\u0325g", True)], KNOWN)
    assert (found.text, found.dropped) == ("ab", 3)
    assert join([(0, found), (3, found)]).dropped == 6


def test_a_silent_piece_keeps_the_space_between_its_neighbours() -> None:
    assert assemble([Piece(0, 1, "a", True), Piece(2, 3, "", False), Piece(3, 4, "b", False)], KNOWN).text == "a b"


def test_parts_of_a_text_are_joined_with_their_offsets() -> None:
    one = Phonemes("ab", (WordSpan(0, 2, 0, 2),), 1)
    nothing = Phonemes("", (), 4)
    assert join([(0, one), (3, nothing), (9, one)]) == Phonemes(
        "ab ab", (WordSpan(0, 2, 0, 2), WordSpan(9, 11, 3, 5)), 6
    )


def test_only_phonemes_sound() -> None:
    assert sounds("ˈa.")
    assert not sounds(" ˈˌː,.!?—…“”()→↗")
    assert not sounds("")
