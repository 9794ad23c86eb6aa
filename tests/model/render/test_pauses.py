"""How long the pause is at each place."""

import pytest

from ttsmesh.model.render.pauses import Pauses
from ttsmesh.model.text.passages import Pause

PAUSES = Pauses(clause=1, sentence=2, item=3, paragraph=4)


@pytest.mark.parametrize(
    ("pause", "milliseconds"), [("", 0), ("clause", 1), ("sentence", 2), ("item", 3), ("paragraph", 4)]
)
def test_each_pause_is_as_long_as_the_settings_say(pause: Pause, milliseconds: float) -> None:
    assert PAUSES.after(pause) == milliseconds


def test_inside_a_chunk_the_models_own_pauses_are_stretched() -> None:
    usual = Pauses()
    assert [usual.stretch(mark) for mark in ".,?"] == [1, 1, 1]
    assert usual.stretch("a") is None
    assert usual.stretch(" ") is None
    assert Pauses(sentence=2 * usual.sentence).stretch(".") == 2
    assert Pauses(clause=0).stretch(",") == 0
