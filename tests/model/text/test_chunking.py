"""Where chunks end."""

import itertools

import pytest

from ttsmesh.model.text.chunking import (
    CHUNK_LIMIT,
    CHUNK_MAX,
    FIRST_MAX,
    FIRST_MIN,
    REMAINDER,
    TextChunk,
    chunks,
    halve,
)

OPENING = "This is the opening sentence of it all. "
"""The first chunk, whose rules differ, so that a test sees the later ones."""


def texts(text: str) -> list[str]:
    return [chunk.text for chunk in chunks(text)]


def later(text: str) -> list[str]:
    """The chunks of ``text`` when it is not the beginning of the whole text."""
    first, *rest = texts(OPENING + text)
    assert first == OPENING.strip()
    return rest


LONG = "and this goes on for quite some time without any sign of a stop so that it needs a chunk of its own here"


def test_nothing_gives_no_chunks() -> None:
    assert texts("") == []
    assert texts(" \n\n\t ") == []


def test_the_first_chunk_ends_with_its_first_clause() -> None:
    assert texts(f"When all of this was over, {LONG}.")[0] == "When all of this was over,"
    assert texts(f"All of this was over. {LONG}.")[0] == "All of this was over."


def test_a_very_short_first_clause_takes_the_next_along() -> None:
    assert texts(f"Yes, indeed, that is what it was, {LONG}.")[0] == "Yes, indeed, that is what it was,"
    assert texts("Yes. No.") == ["Yes. No."]


def test_a_short_text_is_one_chunk() -> None:
    assert texts("All of this was over, and done.") == ["All of this was over, and done."]


def test_a_first_clause_without_end_is_cut_between_words() -> None:
    first = texts("word " * 100)[0]
    assert FIRST_MAX - 10 < len(first) <= FIRST_MAX
    assert first.endswith("word")


def test_short_sentences_share_a_chunk() -> None:
    assert len(later("One here. Two here. Three here. Four here.")) == 1


def test_a_long_enough_chunk_ends_at_the_sentence() -> None:
    assert later(f"So {LONG}. And {LONG}.") == [f"So {LONG}.", f"And {LONG}."]


def test_a_sentence_too_long_ends_at_a_clause() -> None:
    long = later(f"So {LONG}, {LONG}, {LONG}.")
    assert all(chunk.endswith((",", ".")) for chunk in long)
    assert len(long) > 1


def test_a_clause_a_little_too_long_is_not_cut_between_words() -> None:
    clause = ("word " * CHUNK_MAX)[: CHUNK_MAX + 15].rstrip()
    assert later(f"{clause}, and {LONG}.")[0] == f"{clause},"
    assert later(f"{clause}.") == [f"{clause}."]
    much_too_long = ("word " * CHUNK_MAX)[: CHUNK_LIMIT + 15].rstrip()
    assert len(later(f"{much_too_long}, and {LONG}.")[0]) <= CHUNK_MAX


def test_a_remainder_of_a_word_or_two_joins_the_chunk_before() -> None:
    assert later(f"So {LONG}. He left.") == [f"So {LONG}. He left."]


@pytest.mark.parametrize(
    "doubtful",
    [
        "Dr. Smith",
        "Mr. and Mrs. Jones",
        "e.g. Germany",
        "i.e. Paris",
        "J. R. R. Tolkien",
        "the U.S. Army",
        "a value of 3.14 or so",
        "version v1.2.3 of it",
        "etc. and so on",
        "well... it was",
        "No. 5",
        "vs. Italy",
        "a file .gitignore",
    ],
)
def test_a_stop_that_ends_no_sentence_ends_no_chunk(doubtful: str) -> None:
    inside = f"So {LONG[:60]} {doubtful} and then it was over"
    assert later(f"{inside}. And {LONG}.")[0] == f"{inside}."


def test_sentences_in_lower_case_are_sentences() -> None:
    assert later(f"so {LONG}. and {LONG}. ok")[0] == f"so {LONG}."


def test_speech_within_a_sentence_does_not_end_it() -> None:
    inside = f'So {LONG[:80]} "Really?" he asked'
    assert later(f"{inside}. And {LONG}.")[0] == f"{inside}."


@pytest.mark.parametrize("stop", [".", "!", "?", "…", "...", '."', ".)", "?!", ".”"])
def test_every_kind_of_sentence_end_is_one(stop: str) -> None:
    assert later(f"So {LONG}{stop} And {LONG}.")[0] == f"So {LONG}{stop}"


def test_an_empty_line_ends_a_chunk_without_a_stop() -> None:
    assert later("The title of a story\n\nThe text. More.\r\n \r\nThe end") == [
        "The title of a story",
        "The text. More.",
        "The end",
    ]


def test_list_items_and_headings_begin_chunks() -> None:
    assert later("What we need for today:\n- milk\n- bread\n2. butter\n# Notes\nnone") == [
        "What we need for today:",
        "- milk",
        "- bread",
        "2. butter",
        "# Notes\nnone",
    ]


def test_a_line_end_inside_a_paragraph_is_a_space() -> None:
    assert later("They went all the way\nhome.") == ["They went all the way\nhome."]


def test_cjk_punctuation_ends_sentences_and_clauses() -> None:
    sentence = "今天天气很好我们一起去公园散步吧那里有很多花。"
    found = texts(sentence * 12)
    assert len(found) > 3
    assert all(chunk.endswith("。") for chunk in found)


def test_digits_count_for_what_they_sound_like() -> None:
    assert all(len(text) * 5 <= CHUNK_MAX for text in texts("1" * 2000))


def test_a_word_without_end_is_cut_but_not_between_a_letter_and_its_marks() -> None:
    found = texts("e\u0301" * 1000)
    assert "".join(found) == "e\u0301" * 1000
    assert all(text.startswith("e") for text in found)


def test_offsets_are_characters_of_the_text() -> None:
    text = f"  Größe, 😀 {OPENING} \n\n {LONG}.  "
    for chunk in chunks(text):
        assert text[chunk.start : chunk.end] == chunk.text


def test_chunks_are_made_only_as_they_are_asked_for() -> None:
    endless = chunks("A sentence of a certain length. " * 130_000)
    assert next(endless).text == "A sentence of a certain length."


def test_halving_prefers_a_sentence_end_near_the_middle_then_a_clause_then_a_space() -> None:
    def halves(text: str) -> list[str]:
        return [half.text for half in halve(TextChunk(5, 5 + len(text), text))]

    assert halves("One is here, I think. Two is there, I think.") == ["One is here, I think.", "Two is there, I think."]
    assert halves("one is here I think, two is there I think") == ["one is here I think,", "two is there I think"]
    assert halves("one two three four") == ["one two", "three four"]
    assert halves("aaaa") == ["aa", "aa"]
    assert halves("e\u0301a\u0301") == ["e\u0301", "a\u0301"]


def test_halving_keeps_offsets() -> None:
    first, second = halve(TextChunk(10, 21, "hello world"))
    assert (first, second) == (TextChunk(10, 15, "hello"), TextChunk(16, 21, "world"))


def test_one_character_cannot_be_halved() -> None:
    with pytest.raises(ValueError, match="halved"):
        halve(TextChunk(0, 1, "a"))


PLAIN = "and so it went on and on until the very end of it all "


@pytest.mark.parametrize("growth", [1.5, 3.0, 6.0, 1e9])
def test_a_chunk_grows_as_it_may_and_to_no_more_than_the_model_reads_well(growth: float) -> None:
    """Each of these letters is one estimated phoneme."""
    lengths = [len(chunk.text) for chunk in chunks(PLAIN * 30, lambda: growth)]
    assert len(lengths) > 3
    for before, after in itertools.pairwise(lengths):
        assert after <= min(CHUNK_LIMIT, max(2 * FIRST_MIN, before * growth)) + REMAINDER
    assert max(lengths) > 0.8 * CHUNK_MAX


def test_chunks_that_may_not_grow_are_still_long_enough_to_be_read_well() -> None:
    lengths = [len(chunk.text) for chunk in chunks(PLAIN * 30, lambda: 0.01)]
    assert FIRST_MIN <= min(lengths) <= max(lengths) <= FIRST_MAX + REMAINDER
    assert max(lengths[1:]) <= 2 * FIRST_MIN + REMAINDER


def test_a_change_counts_for_the_chunks_that_come() -> None:
    growth = 6.0
    found = chunks("Twenty-two small letters, " + PLAIN * 30, lambda: growth)
    first = next(found)
    growth = 1.5
    assert len(next(found).text) <= max(2 * FIRST_MIN, 2 * len(first.text))
