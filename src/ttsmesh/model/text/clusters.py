"""Which characters belong together: a base with its combining marks and joiners. Pure."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache


def clusters(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Each base character of ``text[start:end]`` with the marks and joiners that belong to it."""
    at = start
    while at < end:
        after = at + 1
        while after < end and joins(text[after]):
            after += 1
        yield at, after
        at = after


def between_clusters(text: str, cut: int) -> int:
    """The last place up to ``cut``, but after the first character, that separates no base from its combining marks;
    ``cut`` where there is none."""
    place = cut
    while 0 < place < len(text) and (joins(text[place]) or text[place - 1] == "\u200d"):
        place -= 1
    return place if place > 0 else cut


@lru_cache(maxsize=4096)
def joins(character: str) -> bool:
    """Whether ``character`` belongs to the one before it: a combining mark, a joiner, an emoji's variation or skin."""
    if character < "\u0300":
        return False
    skin = "\U0001f3fb" <= character <= "\U0001f3ff"
    return skin or character == "\u200d" or unicodedata.category(character)[0] == "M"
