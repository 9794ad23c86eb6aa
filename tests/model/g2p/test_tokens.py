"""Phonemes become the ids the model was trained on, and nothing is cut."""

import pytest

from ttsmesh.errors import SynthesisError
from ttsmesh.limits import MAX_PHONEMES
from ttsmesh.model.g2p.tokens import encode, table
from ttsmesh.model.kokoro import SYMBOLS


def test_phonemes_become_ids_between_two_edges() -> None:
    assert encode("həlˈO.") == [0, 50, 83, 54, 156, 31, 4, 0]


def test_unknown_characters_are_the_callers_mistake() -> None:
    with pytest.raises(KeyError, match="☃"):
        encode("a☃b")


@pytest.mark.parametrize("count", [MAX_PHONEMES - 1, MAX_PHONEMES])
def test_as_many_phonemes_as_the_model_takes_are_all_kept(count: int) -> None:
    assert len(encode("a" * count)) == count + 2


def test_more_phonemes_than_the_model_takes_are_refused_and_not_cut() -> None:
    with pytest.raises(SynthesisError, match="511 phonemes"):
        encode("a" * (MAX_PHONEMES + 1))


def test_the_table_is_one_character_to_one_id_within_the_model() -> None:
    known = table()
    assert len(known) == 114
    assert all(len(symbol) == 1 for symbol in known)
    assert len(set(known.values())) == len(known)
    assert all(0 < token < SYMBOLS for token in known.values())
