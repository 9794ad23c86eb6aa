"""Japanese and Chinese, whose dictionaries find words of their own in what they are given."""

from collections.abc import Sequence
from itertools import pairwise

import pytest

from ttsmesh.model.g2p.cjk import Token, unspaced
from ttsmesh.model.g2p.phonemes import Piece
from ttsmesh.model.g2p.words import SpokenWord


def say(words: Sequence[SpokenWord]) -> list[Piece]:
    """With a dictionary of words of two characters, said as they are written."""
    return list(
        unspaced(lambda text: [Token(text[i : i + 2], text[i : i + 2]) for i in range(0, len(text), 2)], str.lower)(
            words
        )
    )


def test_the_dictionary_finds_words_across_those_it_is_given() -> None:
    words = [SpokenWord("三", spaced=False), SpokenWord("百円", spaced=False), SpokenWord("。", "mark")]
    assert say(words) == [Piece(0, 2, "三百", True), Piece(2, 3, "円", False), Piece(3, 4, ".", True)]


def test_words_with_a_space_between_them_are_not_joined() -> None:
    assert [piece.phonemes for piece in say([SpokenWord("今"), SpokenWord("日")])] == ["今", "日"]


@pytest.mark.parametrize(
    ("word", "phonemes"),
    [
        (SpokenWord("Python"), "python"),
        (SpokenWord("PDF", "letters"), "p d f"),
        (SpokenWord("xiv"), "x i v"),
        (SpokenWord("今日", phonemes="kʲoː"), "kʲoː"),
    ],
)
def test_latin_words_letters_and_given_phonemes_are_said_in_their_place(word: SpokenWord, phonemes: str) -> None:
    said = say([SpokenWord("写真", spaced=False), word._replace(spaced=False), SpokenWord("見る")])
    assert [piece.phonemes for piece in said] == ["写真", phonemes, "見る"]
    assert all(before.end == after.start for before, after in pairwise(said))
