"""Cutting and pausing go by the same marks."""

import pytest

from tests.words import words
from ttsmesh.model.render.pauses import Pauses
from ttsmesh.model.text import marks
from ttsmesh.model.text.chunking import Chunker
from ttsmesh.model.text.segments import Segment, Word

PAUSES = Pauses(clause=1, sentence=2, item=3, paragraph=4)
BEFORE = "This is how all of it began"
AFTER = "And this goes on for quite some time without any sign of a stop so that it needs a chunk of its own here"


def pause_at_the_cut(*between: Word, sentences: bool) -> float:
    """The pause after the first chunk of a text that can only be cut after ``between``, where a sentence may end."""
    chunker = Chunker()
    if sentences:
        chunker.add(Segment(0, 1, (*words(BEFORE), *between), "en-us"))
        chunker.add(Segment(1, 2, words(AFTER), "en-us"))
    else:
        chunker.add(Segment(0, 1, (*words(BEFORE), *between, *words(AFTER)), "en-us"))
    chunker.finish()
    chunk = chunker.next()
    assert chunk is not None
    assert chunk.words[-len(between) :] == between
    return PAUSES.after(chunk.pause)


@pytest.mark.parametrize("closer", ["", *marks.CLOSERS])
@pytest.mark.parametrize("mark", marks.SENTENCE)
def test_where_a_sentence_is_cut_its_pause_follows(mark: str, closer: str) -> None:
    between = [Word(mark, 0, 1, spaced=not closer, kind="mark"), *(Word(c, 0, 1, kind="mark") for c in closer)]
    assert pause_at_the_cut(*between, sentences=True) == PAUSES.sentence


@pytest.mark.parametrize("mark", marks.CLAUSE)
def test_where_a_clause_is_cut_its_pause_follows(mark: str) -> None:
    assert pause_at_the_cut(Word(mark, 0, 1, kind="mark"), sentences=False) == PAUSES.clause


def test_a_sentence_without_a_mark_has_no_pause_of_its_own() -> None:
    assert pause_at_the_cut(Word("indeed", 0, 1), Word("—", 0, 1, kind="mark"), sentences=True) == PAUSES.clause
