"""The times of words as bytes."""

import struct

import pytest
from hypothesis import given, strategies as st

from ttsmesh.wire.messages import Chunk
from ttsmesh.wire.word_times import MAX_WORD_TIMES, WordTime, pack, unpack

NUMBERS = st.integers(0, 2**32 - 1)
WORDS = st.lists(st.builds(WordTime, NUMBERS, NUMBERS, NUMBERS, NUMBERS), max_size=20)


@given(WORDS)
def test_what_is_packed_is_unpacked_again(words: list[WordTime]) -> None:
    assert list(unpack(pack(words))) == words


def test_the_words_of_the_longest_chunk_fit_into_its_message() -> None:
    words = pack([WordTime(0, 1, 2, 3)] * 510)
    assert len(words) == MAX_WORD_TIMES
    assert list(unpack(Chunk(start=0, end=9, words=words).words)) == [WordTime(0, 1, 2, 3)] * 510


def test_half_a_word_is_an_error() -> None:
    with pytest.raises(struct.error):
        list(unpack(b"abc"))
