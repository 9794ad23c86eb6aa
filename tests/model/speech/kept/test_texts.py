"""The texts that are kept: the last ones, within their bounds, and the one that is meant."""

from dataclasses import replace

import pytest

from tests.model.fake_voice import order
from ttsmesh.errors import Code, RejectedError
from ttsmesh.model.speech.floor import Claim
from ttsmesh.model.speech.kept.texts import Texts
from ttsmesh.model.speech.order import Order


def by(caller: str, id: str) -> Order:
    return replace(order(id), claim=Claim(id=id, caller=caller))


def test_the_last_ones_are_kept() -> None:
    texts = Texts(most=3)
    for number in range(10):
        texts.keep(order(f"a-{number}"))
    assert len(texts) == 3
    assert [texts.get(f"a-{number}") is not None for number in range(10)] == [False] * 7 + [True] * 3


@pytest.mark.parametrize("letter", ["a", "é"])
def test_together_they_have_so_many_bytes(letter: str) -> None:
    texts = Texts(size=100)
    for number in range(10):
        texts.keep(order(f"a-{number}", text=letter * (20 // len(letter.encode()))))
    assert len(texts) == 5
    texts.keep(order("long", text="x" * 81))
    assert len(texts) == 1
    texts.keep(order("short", text="x" * 19))
    assert len(texts) == 2


def test_one_that_is_too_long_by_itself_drives_no_other_out() -> None:
    texts = Texts(size=100)
    texts.keep(order("a-1"))
    texts.keep(order("a-2", text="x" * 101))
    assert texts.get("a-1") is not None and texts.get("a-2") is None


def test_none_is_kept_where_none_is_wanted() -> None:
    texts = Texts(most=0)
    texts.keep(order())
    assert len(texts) == 0


def test_saves_are_not_kept() -> None:
    texts = Texts()
    texts.keep(order(output="/tmp/a.wav"))
    assert len(texts) == 0


def test_what_has_no_text_yet_is_not_kept() -> None:
    texts = Texts()
    texts.keep(order(text=""))
    assert len(texts) == 0


def test_ten_thousand_are_bounded_in_number_and_in_bytes() -> None:
    texts = Texts(most=100, size=10_000)
    for number in range(10_000):
        texts.keep(order(f"a-{number}", text="x" * (number % 500)))
        texts.ended(f"a-{number}", 3)
        texts.ended(f"a-{number - 1000}", 3)  # one that has left long ago
    kept = [kept for number in range(10_000) if (kept := texts.get(f"a-{number}")) is not None]
    assert len(kept) == len(texts) <= 100
    assert sum(len(one.order.text) for one in kept) <= 10_000


def test_what_was_said_last_is_found_or_what_a_caller_said_last_or_what_an_id_names() -> None:
    texts = Texts()
    for id, caller in (("a-1", "vim"), ("a-2", "mail"), ("a-3", "vim"), ("a-4", "mail")):
        texts.keep(by(caller, id))
    assert texts.find(None, None).order.id == "a-4"
    assert texts.find(None, "vim").order.id == "a-3"
    assert texts.find("a-2", "vim").order.id == "a-2"


@pytest.mark.parametrize(
    ("id", "caller", "reason"),
    [
        ("a-9", None, "the text of utterance 'a-9' is not kept"),
        ("x" * 32, None, "is not kept"),
        (None, "mail", "no text that was said is kept"),
    ],
)
def test_what_is_not_kept_is_refused(id: str | None, caller: str | None, reason: str) -> None:
    texts = Texts()
    texts.keep(by("vim", "a-1"))
    with pytest.raises(RejectedError, match=reason) as refused:
        texts.find(id, caller)
    assert refused.value.code is Code.NOTHING_TO_SAY


def test_how_much_was_heard_is_kept_too() -> None:
    texts = Texts()
    texts.keep(order("a-1"))
    assert texts.find(None, None).characters == 0
    texts.ended("a-1", 4)
    assert texts.find(None, None).characters == 4
