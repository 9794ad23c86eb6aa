"""What a reader of a format leaves to be said of a text, for its tests."""

from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from ttsmesh.model.text.passages import Passage


def english(term: str) -> str:
    return term


def aloud(passages: list[Passage]) -> list[str]:
    """The text of each passage that says anything."""
    said = (" ".join("".join(piece.text for piece in passage.pieces).split()) for passage in passages)
    return [text for text in said if text]


def is_likely(form: Any, text: str) -> bool:
    found = form.likely(text.strip("\n").split("\n"))
    assert isinstance(found, bool)
    return found


def said(form: Any, text: str) -> list[str]:
    return aloud(form.read(text, 0, {}, english))


def lines_like(*samples: str) -> st.SearchStrategy[list[str]]:
    """Lines of ``samples``, whole, cut or changed, among lines of any characters."""
    real = sorted({line for sample in samples for line in sample.split("\n")})
    some = st.sampled_from(real)
    cut = st.builds(lambda line, at: line[:at], some, st.integers(0, 40))
    glued = st.builds(lambda first, second: first + second, some, some)
    anything = st.text(st.characters(exclude_characters="\n"), max_size=40)
    return st.lists(st.one_of(some, some, cut, glued, anything), max_size=20)


def read_in_parts(form: Any, lines: list[str], cuts: list[int], offset: int) -> list[Passage]:
    """Read ``lines`` in parts that end after the lines ``cuts``, and check the pieces of each."""
    carry: dict[str, Any] = {}
    passages: list[Passage] = []
    starts = [0, *sorted({cut % (len(lines) + 1) for cut in cuts}), len(lines)]
    for first, last in pairwise(starts):
        part = "".join(f"{line}\n" for line in lines[first:last])
        found = form.read(part, offset, carry, english)
        assert_pieces_fit(part, offset, found)
        passages += found
        offset += len(part)
    return passages


def assert_pieces_fit(text: str, offset: int, passages: list[Passage]) -> None:
    """Spans never go back, a piece as long as its span is a copy, and all but white space is in the span of a piece."""
    covered = offset
    for passage in passages:
        assert passage.pieces
        for piece in passage.pieces:
            assert covered <= piece.start <= piece.end <= offset + len(text)
            assert not text[covered - offset : piece.start - offset].strip()
            source = text[piece.start - offset : piece.end - offset]
            assert len(piece.text) != len(source) or piece.text == source
            assert "\n" not in piece.text
            covered = piece.end
    assert not text[covered - offset :].strip()
