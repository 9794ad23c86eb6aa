"""Reads a whole source as a caller does, window by window, and shows what the passages say."""

from ttsmesh.model.text.formats.reading import State, passages
from ttsmesh.model.text.passages import Passage, ReadAs

PAUSES = {"": "", "clause": " /", "sentence": " .", "item": " |", "paragraph": " ¶"}


def read(source: str, mode: ReadAs = "auto", most: int = 400, window: int = 32_768) -> list[Passage]:
    """All passages of ``source``. What the reading knows goes through a map before each window, as on a wire."""
    state = State(mode=mode).to_map()
    found: list[Passage] = []
    at = 0
    while at < len(source):
        now = State.from_map(state)
        part = source[at : at + window]
        read, consumed = passages(part, at, now, most=most, final=at + len(part) == len(source), term=str)
        assert consumed > 0
        found += read
        at += consumed
        state = now.to_map()
    assert at == len(source)
    return found


def shown(source: str, mode: ReadAs = "auto", most: int = 400) -> str:
    """One line for each passage, with a sign for its pause."""
    return "\n".join(text_of(passage) + PAUSES[passage.pause] for passage in read(source, mode, most))


def text_of(passage: Passage) -> str:
    return "".join(piece.text for piece in passage.pieces).strip()
