"""Where chunks end."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.words import segments, words
from ttsmesh.model.text.chunking import (
    CHUNK_LIMIT,
    CHUNK_MAX,
    FIRST_MAX,
    GROWTH,
    Chunker,
    TextChunk,
)
from ttsmesh.model.text.segments import Delivery, Mark, Segment, Word

OPENING = "This is the opening sentence, and it is all of 57 letters. "
"""The first chunk, whose rules differ, so that a test sees the later ones."""


def chunks(text: str) -> Iterator[TextChunk]:
    """The chunks of ``text``. Each segment is added when the chunker asks for it."""
    return joined(segments(text))


def joined(parts: Iterator[Segment]) -> Iterator[TextChunk]:
    chunker = Chunker()
    for segment in parts:
        while (chunk := chunker.next()) is not None:
            yield chunk
        chunker.add(segment)
    chunker.finish()
    while (chunk := chunker.next()) is not None:
        yield chunk


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


def test_the_first_sentence_stays_whole_if_it_is_not_long() -> None:
    assert texts(f"When all of this was over, he went home. {LONG}.")[0] == "When all of this was over, he went home."


def test_a_chunk_is_not_much_longer_than_the_one_before() -> None:
    """Its prosody is made while that one sounds."""
    first, second = texts(f"All of this was over. So {LONG}, {LONG}.")[:2]
    assert 2 * len(first) < len(second) <= GROWTH * (len(first) + 1)
    assert len(later(f"So {LONG}, {LONG}.")[0]) > GROWTH * (len(first) + 1)


def test_a_long_first_sentence_ends_with_its_first_clause() -> None:
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


def test_chunks_are_made_only_as_they_are_asked_for() -> None:
    endless = chunks("A sentence of a certain length. " * 130_000)
    assert next(endless).text == "A sentence of a certain length."


PLAIN = "and so it went on and on until the very end of it all "


def test_a_chunk_without_a_stop_is_as_long_as_one_may_be() -> None:
    """Each of these letters is one estimated phoneme."""
    *whole, _ = [len(chunk.text) for chunk in chunks(PLAIN * 30)]
    assert len(whole) > 3
    assert all(0.8 * CHUNK_MAX < length <= CHUNK_MAX for length in whole)


def test_a_word_without_end_is_cut_but_not_between_a_letter_and_its_marks() -> None:
    text = "e\u0301" * 1000
    word = Word(text, 5, 5 + len(text))
    found = list(joined(iter([Segment(5, word.end, (word,), "es")])))
    assert "".join(chunk.text for chunk in found) == text
    assert all(chunk.text.startswith("e") for chunk in found)
    assert [chunk.start for chunk in found[1:]] == [chunk.end for chunk in found[:-1]]


def test_letters_that_are_named_count_for_what_they_sound_like() -> None:
    word = Word("HTTP", 0, 4, kind="letters")
    segment = Segment(0, 4, (word,) * 40, "en-us")
    assert all(len(chunk.words) <= CHUNK_MAX / 12 for chunk in joined(iter([segment])))


def test_a_chunk_stands_for_the_characters_of_its_words() -> None:
    text = f"  Größe, {OPENING} \n\n {LONG}.  "
    for chunk in chunks(text):
        assert text[chunk.start : chunk.end] == chunk.text


@pytest.mark.parametrize(
    "other",
    [{"language": "fr-fr"}, {"delivery": Delivery(voice="bm_george")}, {"read_as": "code"}],
    ids=["language", "voice", "format"],
)
def test_a_chunk_does_not_reach_into_words_that_are_spoken_otherwise(other: dict[str, object]) -> None:
    first, second = segments("One is here. Two is there.")
    changed = replace(second, **other)  # type: ignore[arg-type]
    assert [chunk.text for chunk in joined(iter([first, second]))] == ["One is here. Two is there."]
    assert [chunk.text for chunk in joined(iter([first, changed]))] == ["One is here.", "Two is there."]


def test_the_pause_after_a_chunk_is_that_of_its_last_mark_or_of_its_segment() -> None:
    paragraphs = f"{OPENING}And {LONG}, and {LONG}\n\nThe end"
    assert [(chunk.text[-1], chunk.pause) for chunk in chunks(paragraphs)] == [
        (".", "sentence"),
        (",", "clause"),
        ("e", "paragraph"),
        ("d", ""),
    ]


def test_a_pause_without_words_is_that_of_the_words_before() -> None:
    (first,) = segments("Just this")
    silent = Segment(9, 12, (), "en-us", pause="paragraph", unsayable=3)
    (second,) = segments("Then that")
    found = list(joined(iter([first, silent, second])))
    assert [(chunk.text, chunk.pause, chunk.unsayable) for chunk in found] == [
        ("Just this", "paragraph", 0),
        ("Then that", "", 3),
    ]


def test_what_is_left_out_at_the_end_is_kept_for_the_one_who_counts() -> None:
    chunker = Chunker()
    chunker.add(Segment(0, 4, (), "es", unsayable=4))
    chunker.finish()
    assert chunker.next() is None
    assert (chunker.unsayable, chunker.rest().language, chunker.rest().unsayable) == (4, "es", 4)


def test_marks_count_the_words_of_their_chunk() -> None:
    (segment,) = segments("One is here, I think, and two is there, as far as I can see from this place")
    marked = replace(segment, marks=(Mark("a", 0), Mark("b", 12)))
    named = {mark.name: chunk.words[mark.word].text for chunk in joined(iter([marked])) for mark in chunk.marks}
    assert named == {"a": "One", "b": segment.words[12].text}


# --- what markup asks for ---------------------------------------------------------------------------------------------

USUAL, FAST = Delivery(), Delivery(rate=1.5)


def part(text: str, at: int, **fields: Any) -> Segment:
    """A segment of words without spaces in them, which begins at ``at``."""
    found = []
    for word in text.split():
        found.append(Word(word, at, at + len(word)))
        at += len(word) + 1
    start = found[0].start if found else at
    return Segment(start, at, tuple(found), "en-us", **{"ends_sentence": False, **fields})


def test_words_that_are_spoken_faster_share_a_chunk_with_the_others() -> None:
    parts = [part("it is", 0), part("much faster", 6, delivery=FAST), part("than that", 18)]
    (chunk,) = joined(iter(parts))
    assert chunk.text == "it is much faster than that"
    assert chunk.deliveries == ((0, USUAL), (2, FAST), (4, USUAL))


def test_a_pause_that_was_asked_for_ends_a_chunk() -> None:
    first, second = joined(iter([part("one", 0, pause_ms=1500.0), part("two", 4)]))
    assert [(first.text, first.pause_ms), (second.text, second.pause_ms)] == [("one", 1500.0), ("two", None)]


def test_pauses_without_words_between_them_add_up() -> None:
    first, second = joined(iter([part("one", 0, pause_ms=100.0), part("", 4, pause_ms=20.0), part("two", 4)]))
    assert (first.pause_ms, second.lead_ms) == (100.0, 20.0)


def test_a_pause_before_the_first_word_leads_its_chunk() -> None:
    (chunk,) = joined(iter([part("", 0, pause_ms=100.0), part("", 0, pause_ms=20.0), part("two", 4)]))
    assert (chunk.text, chunk.lead_ms) == ("two", 120.0)


def test_marks_count_the_words_of_their_chunk_and_those_behind_the_last_one_too() -> None:
    parts = [
        part("one two", 0, marks=(Mark("a", 0), Mark("b", 1), Mark("c", 2))),
        part("", 8, marks=(Mark("d", 0),)),
        part("three", 8, marks=(Mark("e", 0), Mark("f", 1)), pause_ms=5.0),
    ]
    (chunk,) = joined(iter(parts))
    assert chunk.marks == tuple(Mark(name, word) for name, word in zip("abcdef", (0, 1, 2, 2, 2, 3), strict=True))


def test_marks_between_pauses_have_a_chunk_without_words() -> None:
    parts = [
        part("", 0, marks=(Mark("a", 0),), pause_ms=10.0),
        part("one", 1, pause_ms=20.0),
        part("", 5, marks=(Mark("b", 0),), pause_ms=30.0),
        part("two", 6),
        part("", 9, marks=(Mark("c", 0),)),
    ]
    found = [(chunk.text, chunk.pause_ms, [mark.name for mark in chunk.marks]) for chunk in joined(iter(parts))]
    assert found == [("", 10.0, ["a"]), ("one", 20.0, []), ("", 30.0, ["b"]), ("two", None, []), ("", None, ["c"])]


def test_what_has_no_words_at_all_is_one_chunk() -> None:
    (chunk,) = joined(iter([part("", 7, pause_ms=10.0)]))
    assert (chunk.words, chunk.lead_ms, chunk.start, chunk.end) == ((), 10.0, 7, 7)


def test_a_word_that_is_cut_takes_what_is_behind_it_along() -> None:
    long = part("e" * 5000, 0, marks=(Mark("a", 0), Mark("b", 1)), pause_ms=70.0)
    first, *_, last = joined(iter([long]))
    assert ([mark.name for mark in first.marks], first.pause_ms) == (["a"], None)
    assert ([mark.name for mark in last.marks], last.pause_ms) == (["b"], 70.0)
    assert last.marks[0].word == len(last.words)


# --- sentences -----------------------------------------------------------------------------------------------------


def begins(text: str) -> list[tuple[str, ...]]:
    """The words with which sentences begin, chunk by chunk."""
    return [tuple(chunk.words[word].text for word in chunk.sentences) for chunk in chunks(text)]


def test_a_chunk_knows_which_of_its_words_begin_a_sentence() -> None:
    assert begins("One is short. Two as well. Three is the last.") == [("One", "Two", "Three")]
    assert begins("Titles have no stop\n\nBut they end all the same.") == [("Titles",), ("But",)]


def test_a_chunk_that_goes_on_with_a_sentence_begins_none() -> None:
    text = ", and ".join(f"clause {number} of this is as long as the one before it was" for number in range(6))
    first, *others = begins(f"{text}. The end of it.")
    assert first == ("clause",)
    assert set(others[:-1]) == {()}
    assert others[-1] in ((), ("The",))
    assert [word for chunk in begins(f"{text}. The end of it.") for word in chunk] == ["clause", "The"]


def test_another_voice_or_a_pause_inside_a_sentence_begins_none() -> None:
    first = Segment(0, 6, words("It is "), "en-us", ends_sentence=False)
    second = Segment(6, 11, words("here.", 6), "en-us")
    for one, other in (
        (first, replace(second, delivery=Delivery(voice="am_adam"))),
        (first, replace(second, language="fr")),
        (replace(first, pause_ms=500.0), second),
    ):
        assert [chunk.sentences for chunk in joined(iter((one, other)))] == [(0,), ()]


def test_where_the_sentences_begin_makes_no_other_chunk_of_it() -> None:
    (chunk,) = chunks("One is short. Two.")
    assert replace(chunk, sentences=()) == chunk
