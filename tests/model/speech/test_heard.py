"""How far a text was heard: frames to characters."""

import pytest
from hypothesis import given, strategies as st

from ttsmesh.model.speech.heard import Places, WordEnds
from ttsmesh.wire.messages import MarkHeard, WordHeard
from ttsmesh.wire.word_times import WordTime

WORDS = (WordTime(0, 1_000, 0, 3), WordTime(1_100, 2_500, 4, 9), WordTime(2_500, 4_000, 10, 14))
NEXT = (WordTime(100, 700, 15, 20),)


def said(*chunks: tuple[tuple[WordTime, ...], int]) -> WordEnds:
    """Chunks of so many frames, one after another."""
    spoken = WordEnds()
    for words, frames in chunks:
        spoken.begin(words)
        spoken.add(frames)
    spoken.end()
    return spoken


@pytest.mark.parametrize(
    ("heard", "characters"),
    [(0, 0), (999, 0), (1_000, 3), (2_499, 3), (2_500, 9), (3_999, 9), (4_000, 14), (9_999, 14)],
)
def test_a_word_counts_when_it_was_heard_whole(heard: int, characters: int) -> None:
    assert said((WORDS, 5_000)).characters(heard) == characters


def test_nothing_was_heard_of_what_was_not_rendered() -> None:
    assert WordEnds().characters(5_000) == 0


def test_chunks_follow_one_another_with_the_silence_at_their_edges() -> None:
    spoken = said((WORDS, 5_000), (NEXT, 1_000))
    assert spoken.characters(5_699) == 14
    assert spoken.characters(5_700) == 20


def test_a_chunk_without_words_takes_its_time() -> None:
    spoken = said(((), 5_000), (NEXT, 1_000))
    assert spoken.characters(5_699) == 0
    assert spoken.characters(5_700) == 20


def test_while_a_chunk_grows_its_words_are_where_they_were_said_to_be() -> None:
    spoken = WordEnds()
    spoken.begin(WORDS)
    for _ in range(5):
        spoken.add(1_000)
        assert [spoken.characters(heard) for heard in (999, 1_000, 2_500, 4_000)] == [0, 3, 9, 14]
    spoken.begin(NEXT)
    spoken.add(100)
    assert [spoken.characters(heard) for heard in (5_100, 5_699, 5_700)] == [14, 14, 20]


def test_a_word_that_is_said_to_end_behind_its_chunk_ends_with_it() -> None:
    spoken = said((WORDS, 2_400), (NEXT, 600))
    assert [spoken.characters(heard) for heard in (999, 1_000, 2_399, 2_400, 2_999, 3_000)] == [0, 3, 3, 14, 14, 20]


def test_of_several_words_for_the_same_characters_the_last_one_must_be_heard() -> None:
    """ "$2.5" is four words."""
    spoken = said(
        ((WordTime(0, 100, 0, 3), WordTime(100, 200, 4, 8), WordTime(200, 300, 4, 8)), 300),
        ((WordTime(0, 100, 4, 8), WordTime(100, 200, 9, 12)), 200),
    )
    assert [spoken.characters(heard) for heard in (99, 100, 200, 399, 400, 500)] == [0, 3, 4, 4, 8, 12]


@given(
    st.lists(
        st.tuples(st.lists(st.tuples(st.integers(0, 9_000), st.integers(1, 12)), max_size=5), st.integers(-500, 500)),
        max_size=5,
    ),
    st.lists(st.integers(0, 60_000), min_size=2, max_size=10),
)
def test_more_frames_never_mean_fewer_characters_and_all_frames_mean_all(
    chunks: list[tuple[list[tuple[int, int]], int]], heard: list[int]
) -> None:
    """The chunks are a little shorter or longer than their words say."""
    spoken = WordEnds()
    character, ends, length = 0, {0}, 0
    for chunk, longer in chunks:
        frame, words = 0, []
        for frames, characters in chunk:
            words.append(WordTime(frame, frame + frames, character, character + characters))
            frame, character = frame + frames, character + characters
            ends.add(character)
        spoken.begin(tuple(words))
        for frames in (frame // 2, max(0, frame - frame // 2 + longer)):
            spoken.add(frames)
            length += frames
    spoken.end()
    found = [spoken.characters(count) for count in sorted(heard)]
    assert found == sorted(found)
    assert set(found) <= ends
    assert spoken.characters(length) == character


def word(start: int, end: int, first: int, last: int) -> WordHeard:
    return WordHeard(start=start, end=end, start_s=first / 1000, end_s=last / 1000)


def second(frame: int) -> float:
    return frame / 1000


def test_what_was_heard_is_forgotten_and_what_comes_is_not() -> None:
    spoken, whole = WordEnds(), WordEnds()
    for number in range(100):
        for each in (spoken, whole):
            each.begin([WordTime(0, 100, 4 * number, 4 * number + 3)])
            each.add(100)
        spoken.forget(100 * number - 50)
        assert len(spoken) <= 2
        assert [spoken.characters(100 * number + frame) for frame in (-50, 0, 99, 100)] == [
            whole.characters(100 * number + frame) for frame in (-50, 0, 99, 100)
        ]


def test_words_and_marks_are_told_when_their_frames_were_heard_each_once_and_in_order() -> None:
    places = Places()
    places.add(1_000, [WordTime(20, 300, 0, 5), WordTime(400, 500, 6, 9)], [(400, "a"), (900, "b")])
    assert places.reached(second, 1_019) == []
    assert places.reached(second, 1_020) == [word(0, 5, 1_020, 1_300)]
    mark, later = MarkHeard(name="a"), word(6, 9, 1_400, 1_500)
    assert places.reached(second, 1_500) == [mark, later], "a mark is before the word that it is at"
    assert places.reached(second, 1_500) == []
    places.add(2_000, [WordTime(0, 9, 10, 12)])
    assert places.reached(second) == [MarkHeard(name="b"), word(10, 12, 2_000, 2_009)]
    assert places.told == 5


def test_of_several_words_for_the_same_characters_the_first_one_is_told() -> None:
    places = Places()
    places.add(0, [WordTime(0, 50, 0, 3), WordTime(100, 150, 4, 8), WordTime(200, 250, 4, 8)])
    places.add(300, [WordTime(0, 50, 4, 8), WordTime(100, 150, 9, 12)])
    assert places.reached(second) == [word(0, 3, 0, 50), word(4, 8, 100, 150), word(9, 12, 400, 450)]


def test_a_mark_that_is_placed_behind_its_chunk_is_heard_at_its_end() -> None:
    """And does not hold up what comes after it."""
    places = Places()
    places.add(0, [WordTime(20, 50, 0, 5)], [(20, "a"), (900, "b"), (950, "c")])
    places.end(500)
    places.add(500, [WordTime(10, 20, 6, 9)])
    assert places.reached(second, 499) == [MarkHeard(name="a"), word(0, 5, 20, 50)]
    assert places.reached(second, 500) == [MarkHeard(name="b"), MarkHeard(name="c")]
    assert places.reached(second, 510) == [word(6, 9, 510, 520)]


def test_what_was_told_of_a_sound_that_was_lost_is_not_told_again() -> None:
    places = Places()
    words = [WordTime(0, 50, 0, 3), WordTime(100, 150, 4, 8)]
    places.add(0, words, [(50, "a")])
    assert len(places.reached(second, 50)) == 2
    again = Places(places.told)
    again.add(0, words, [(50, "a")])
    again.add(300, [WordTime(0, 50, 9, 12)])
    assert again.reached(second, 10) == []
    assert again.reached(second) == [word(4, 8, 100, 150), word(9, 12, 300, 350)]
    assert again.told == 4
