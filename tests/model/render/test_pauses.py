"""How long the pause is at each place."""

import pytest

from ttsmesh.model.render.pauses import Pauses

PAUSES = Pauses(clause=1, sentence=2, item=3, paragraph=4)


@pytest.mark.parametrize(
    ("before", "gap", "after", "pause"),
    [
        ("One,", " ", "two.", 1),
        ("One:", " ", "two.", 1),
        ("One –", " ", "two.", 1),
        ("One.", " ", "Two.", 2),
        ("One?”", " ", "Two.", 2),
        ("一つ。", "", "二つ。", 2),
        ("One", " ", "two", 0),
        ("One.", "\n", "Two.", 2),
        ("One.", "\n\n", "Two.", 4),
        ("One", "\r\n \t\r\n", "two", 4),
        ("One.", "\n", "# Two", 4),
        ("One", "\n", "- two", 3),
        ("One", "\n\n", "12. two", 3),
        ("One", "\n", "- two", 3),
        ("One", "\n", "-5 degrees", 0),
    ],
)
def test_the_pause_between_chunks_is_that_of_the_mark_or_the_paragraph(
    before: str, gap: str, after: str, pause: float
) -> None:
    text = before + gap + after
    assert PAUSES.between(text, len(before), len(before + gap)) == pause


def test_inside_a_chunk_the_models_own_pauses_are_stretched() -> None:
    usual = Pauses()
    assert [usual.stretch(mark) for mark in ".,?"] == [1, 1, 1]
    assert usual.stretch("a") is None
    assert usual.stretch(" ") is None
    assert Pauses(sentence=2 * usual.sentence).stretch(".") == 2
    assert Pauses(clause=0).stretch(",") == 0
