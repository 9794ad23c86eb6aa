"""Nothing is lost and nothing is unbounded, whatever the text."""

import time

import pytest
from hypothesis import given, strategies as st

from tests.few import few
from ttsmesh.errors import RejectedError
from ttsmesh.limits import MAX_TEXT, MAX_WORD
from ttsmesh.model.text.chunking import CHUNK_MAX, TextChunk, chunks, halve
from ttsmesh.model.text.speakable import speakable
from ttsmesh.text_input import check_text

PIECES = st.sampled_from(
    [
        *"a.,;:!?…—-'\"()\n\t 1Aé語。，😀\u0301\u200d\u00a0\u2028\u0915\u093e",
        "Dr.",
        "e.g.",
        " - ",
        "\n\n",
        "word ",
        "3.14",
    ]
)
TEXTS = st.lists(PIECES | st.characters(exclude_categories=["Cs"]), max_size=400).map("".join)
LATIN = frozenset({"LATIN", "GREEK"})


def solid(text: str) -> str:
    return "".join(text.split())


@given(TEXTS)
def test_chunks_lose_nothing_but_white_space(text: str) -> None:
    found = list(chunks(text))
    assert solid("".join(chunk.text for chunk in found)) == solid(text)
    end = 0
    for chunk in found:
        assert chunk.start >= end
        assert not text[end : chunk.start].strip()
        assert text[chunk.start : chunk.end] == chunk.text == chunk.text.strip() != ""
        assert len(chunk.text) <= CHUNK_MAX
        end = chunk.end


@given(TEXTS)
def test_halving_loses_nothing_and_comes_to_an_end(text: str) -> None:
    pending = list(chunks(text))[:3]
    whole = "".join(chunk.text for chunk in pending)
    letters: list[TextChunk] = []
    while pending:
        chunk = pending.pop(0)
        if len(chunk.text) == 1:
            letters.append(chunk)
            continue
        first, second = halve(chunk)
        assert chunk.start == first.start < first.end <= second.start < second.end == chunk.end
        assert text[first.start : first.end] == first.text
        assert text[second.start : second.end] == second.text
        pending[:0] = [first, second]
    assert "".join(letter.text for letter in letters) == solid(whole)


@given(TEXTS)
def test_what_is_handed_to_g2p_points_home_and_is_bounded(text: str) -> None:
    spoken = speakable(text, LATIN)
    assert len(spoken.text) == len(spoken.starts) == len(spoken.ends)
    assert list(spoken.starts) == sorted(spoken.starts)
    assert all(0 <= start <= end <= len(text) for start, end in zip(spoken.starts, spoken.ends, strict=True))
    assert spoken.text == " ".join(spoken.text.split())
    assert all(len(word.encode()) <= MAX_WORD for word in spoken.text.split())
    assert 0 <= spoken.unsayable <= len(solid(text))


@given(TEXTS)
def test_ascii_words_are_handed_over_whole(text: str) -> None:
    plain = "".join(c for c in text if c.isascii() and (c.isprintable() or c.isspace()))
    assert solid(speakable(plain, LATIN).text) == solid(plain)


@given(st.binary(max_size=200) | st.text(st.characters()))
def test_a_text_is_refused_or_keeps_its_length(raw: bytes | str) -> None:
    try:
        text = check_text(raw)
    except RejectedError:
        return
    if isinstance(raw, bytes) or raw.isprintable():
        assert len(text) == len(raw.decode() if isinstance(raw, bytes) else raw)
    assert text.strip()
    assert text.encode()


@pytest.mark.parametrize(
    "unit",
    few(
        {"a", "word ", "\n", "\u0301"},
        of=("a", "1", "word ", "\n", ". ", "A sentence like any other, it seems. ", "\u0301", "😀"),
    ),
)
def test_the_time_is_linear(unit: str) -> None:
    """4 MiB in seconds; anything quadratic would take hours."""
    text = check_text(unit * ((MAX_TEXT - 1) // len(unit.encode())) + "z")
    began = time.monotonic()
    assert sum(len(solid(chunk.text)) for chunk in chunks(text)) == len(solid(text))
    assert time.monotonic() - began < 60
