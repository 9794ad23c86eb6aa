"""Reads texts for tests as a reader process does, in this process."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from ttsmesh.lexicon.entries import Lexicon
from ttsmesh.lexicon.files import load, shipped_lexicon
from ttsmesh.model.text.reader import Detect, read
from ttsmesh.model.text.reading import WINDOW, Reading
from ttsmesh.model.text.segments import Segment, spoken


@cache
def shipped() -> Lexicon:
    """The lexicon of technical words that comes with ttsmesh."""
    lexicon, faults = load([shipped_lexicon()])
    assert not faults
    return lexicon


def segments(
    text: str,
    language: str = "en-us",
    read_as: str = "auto",
    *,
    most: int = 2000,
    window: int = WINDOW,
    lexicon: Lexicon | None = None,
    detect: Detect | None = None,
    **options: Any,
) -> Iterator[Segment]:
    """The segments of ``text``, block by block. ``most``, ``window``: characters of a block, and of a look ahead.

    ``options`` are those of ``Reading``.
    """
    reading = Reading(language=language, read_as=read_as, detect=detect is not None, **options)
    at, state = 0, dict[str, Any]()
    while at < len(text):
        block = read(
            text[at : at + window],
            at,
            reading,
            state,
            most=most,
            final=at + window >= len(text),
            lexicon=lexicon or shipped(),
            detect=detect,
        )
        assert block.used > 0
        yield from block.segments
        at, state = at + block.used, dict(block.state)


def say(text: str, language: str = "en-us", read_as: str = "auto", **options: Any) -> tuple[str, int]:
    """What is said of ``text``, and how many characters of it are left out. ``options`` are those of ``Reading``."""
    found = list(segments(text, language, read_as, **options))
    said = " ".join(filter(None, (spoken(segment.words) for segment in found)))
    return said, sum(segment.unsayable for segment in found)
