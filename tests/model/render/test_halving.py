"""How a chunk is halved."""

import pytest

from tests.words import words
from ttsmesh.model.render.halving import halve
from ttsmesh.model.text.chunking import TextChunk
from ttsmesh.model.text.segments import Delivery, Mark, Word

USUAL, FAST = Delivery(), Delivery(rate=1.5)


def test_halving_prefers_a_sentence_end_then_a_clause_then_a_space() -> None:
    def halves(text: str) -> list[str]:
        return [half.text for half in halve(TextChunk(words(text), "en-us"))]

    assert halves("One is here, I think. Two is there, I think.") == ["One is here, I think.", "Two is there, I think."]
    assert halves("one is here I think, two is there I think") == ["one is here I think,", "two is there I think"]
    assert halves("one two three four") == ["one two", "three four"]
    assert halves("aaaa") == ["aa", "aa"]
    assert halves("e\u0301a\u0301") == ["e\u0301", "a\u0301"]


def test_halves_keep_what_they_stand_for_and_share_losses_marks_and_pause() -> None:
    whole = TextChunk(
        words("hello world", 10), "en-us", pause="paragraph", marks=(Mark("a", 0), Mark("b", 1)), unsayable=2
    )
    first, second = halve(whole)
    assert (first.start, first.end, first.pause, first.unsayable) == (10, 15, "", 2)
    assert (second.start, second.end, second.pause, second.unsayable) == (16, 21, "paragraph", 0)
    assert (first.marks, second.marks) == ((Mark("a", 0),), (Mark("b", 0),))


@pytest.mark.parametrize("word", [Word("a", 0, 1), Word("word", 0, 4, phonemes="wˈɜɹd")], ids=["character", "phonemes"])
def test_one_character_and_given_phonemes_cannot_be_halved(word: Word) -> None:
    with pytest.raises(ValueError, match="halved"):
        halve(TextChunk((word,), "en-us"))


def test_the_halves_of_a_chunk_keep_how_their_words_are_spoken() -> None:
    eight = tuple(Word("word", at, at + 4) for at in range(0, 40, 5))
    chunk = TextChunk(eight, "en-us", ((0, USUAL), (2, FAST), (6, USUAL)), lead_ms=9.0, pause_ms=70.0)
    first, second = halve(chunk)
    assert (first.lead_ms, first.pause_ms, first.deliveries) == (9.0, None, ((0, USUAL), (2, FAST)))
    assert (second.lead_ms, second.pause_ms, second.deliveries) == (0.0, 70.0, ((0, FAST), (2, USUAL)))


def test_the_halves_of_a_word_have_the_marks_before_and_behind_it() -> None:
    chunk = TextChunk((Word("word", 0, 4, icon=True),), "en-us", marks=(Mark("a", 0), Mark("b", 1)))
    first, second = halve(chunk)
    assert (first.marks, first.words[0].icon) == ((Mark("a", 0),), True)
    assert (second.marks, second.words[0].icon) == ((Mark("b", 1),), False)


def test_sentences_begin_in_the_half_that_has_their_first_word() -> None:
    chunk = TextChunk(words("One is here. Two is there. Three"), "en-us", sentences=(0, 4, 8))
    first, second = halve(chunk)
    assert [first.words[word].text for word in first.sentences] == ["One"]
    assert [second.words[word].text for word in second.sentences] == ["Two", "Three"]
