"""Cutting and pausing go by the same marks."""

import pytest

from ttsmesh.model.render.pauses import Pauses
from ttsmesh.model.text import marks
from ttsmesh.model.text.chunking import chunks

PAUSES = Pauses(clause=1, sentence=2, item=3, paragraph=4)
BEFORE = "This is how all of it began"
AFTER = "And this goes on for quite some time without any sign of a stop so that it needs a chunk of its own here"


def pause_at_the_cut(between: str) -> float:
    """The pause between the two chunks of a text that has ``between`` in its middle, and can be cut nowhere else."""
    text = BEFORE + between + AFTER
    first, second, *_ = chunks(text)
    assert first.text == BEFORE + between.rstrip()
    return PAUSES.between(text, first.end, second.start)


@pytest.mark.parametrize("closer", ["", *marks.CLOSERS])
@pytest.mark.parametrize("mark", marks.SENTENCE)
def test_where_a_sentence_is_cut_its_pause_follows(mark: str, closer: str) -> None:
    assert pause_at_the_cut(f"{mark}{closer} ") == PAUSES.sentence


@pytest.mark.parametrize("mark", marks.CLAUSE)
def test_where_a_clause_is_cut_its_pause_follows(mark: str) -> None:
    assert pause_at_the_cut(f" {mark} ") == PAUSES.clause


@pytest.mark.parametrize(("line", "pause"), [("- ", 3), ("• ", 3), ("12) ", 3), ("7. ", 3), ("# ", 4), ("### ", 4)])
def test_where_a_list_item_or_a_heading_begins_the_text_is_cut_and_the_pause_is_its_own(
    line: str, pause: float
) -> None:
    text = f"{BEFORE}\n{line}{AFTER}"
    first, second, *_ = chunks(text)
    assert (first.text, second.text.startswith(line)) == (BEFORE, True)
    assert PAUSES.between(text, first.end, second.start) == pause


@pytest.mark.parametrize("line", ["#hashtag ", "-5 degrees ", "7.5 degrees "])
def test_what_only_looks_like_a_list_item_or_a_heading_gets_no_pause_of_its_own(line: str) -> None:
    text = f"{BEFORE}\n{line}{AFTER}"
    assert PAUSES.between(text, len(BEFORE), len(BEFORE) + 1) == 0
