"""Tags in a text of any format: what is one, what is refused, and what stays text."""

import time

import pytest

from ttsmesh.errors import Code, RejectedError
from ttsmesh.limits import MAX_TEXT
from ttsmesh.model.text.markup.manuscript import examined
from ttsmesh.model.text.markup.markup import Wish


@pytest.mark.parametrize(
    "value", ["", "1", "s", "1x", "-1s", "1.5.2s", "1s2s", "1 s s", "61s", "60001ms", "nan s", "1e3s"]
)
def test_a_pause_that_is_no_time_is_refused_by_its_tag(value: str) -> None:
    with pytest.raises(RejectedError) as refused:
        examined(f"Hello [pause:{value}] there", "tags", beginning=0)
    assert refused.value.code is Code.TEXT
    assert refused.value.message == f"'[pause:{value}]': a pause is like 1.5s or 300ms, at most 60s"


@pytest.mark.parametrize(
    "text", ["[pause]", "[pause 1s]", "[ pause:1s]", "[Pause:1s]", "[pause:1s", "pause:1s]", "[voice]"]
)
def test_what_only_looks_like_a_tag_stays_text(text: str) -> None:
    found = examined(text, "tags", beginning=100)
    assert (found.beginning, found.wishes) == (text, frozenset())


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a [pause:1s] b", "a b"),
        ("a[pause:1s]b", "ab"),
        ("a [pause:1s]b", "a b"),
        ("a[pause:1s] b", "a b"),
        ("[pause:1s] b", "b"),
        ("a\n[pause:1s]\nb", "a\nb"),
        ("a\n\n[pause:1s][voice:]\n\nb", "a\n\n\nb"),
        ("[voice:]\n# b", "# b"),
    ],
)
def test_a_tag_leaves_neither_two_spaces_nor_an_empty_line(text: str, left: str) -> None:
    assert examined(text, "tags", beginning=100).beginning == left


def test_blends_are_voices_too() -> None:
    found = examined("[voice: af_sky:2,bf_emma:1 ]Hello.", "tags", beginning=100)
    assert found.wishes == {Wish(("af_sky:2,bf_emma:1",))}


@pytest.mark.parametrize("unit", ["a", "[", "[voice:", "[pause:1s]", "[voice:a]x", "[pause:", " [pause:0s] \n"])
def test_c14_the_time_is_linear(unit: str) -> None:
    text = unit * (MAX_TEXT // 4 // len(unit))
    began = time.monotonic()
    examined(text, "tags", beginning=100)
    assert time.monotonic() - began < 30
