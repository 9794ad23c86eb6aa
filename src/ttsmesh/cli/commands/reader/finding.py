"""Finding words in a text. Pure."""

import re
import unicodedata
from collections.abc import Iterator

STRIDE = 64 * 1024
"""Characters that are looked through at once, backwards."""

LONGEST = 1000
"""Characters of a hit, at most, where hits are looked for in a part of a text."""

Span = tuple[int, int]


def pattern(words: str) -> re.Pattern[str] | None:
    """What finds ``words``, in any case unless there is a capital in them, and with any blanks between them.

    None if there are no words.
    """
    forms = dict.fromkeys([words, unicodedata.normalize("NFC", words), unicodedata.normalize("NFD", words)])
    found = "|".join(r"\s+".join(map(re.escape, form.split())) for form in forms)
    if not found:
        return None
    return re.compile(found, re.NOFLAG if words != words.lower() else re.IGNORECASE)


def following(wanted: re.Pattern[str], text: str, place: int) -> Span | None:
    """The first hit that begins behind ``place``, or else the first one of the text; None if there is none."""
    hit = wanted.search(text, place + 1) or wanted.search(text)
    return None if hit is None else hit.span()


def preceding(wanted: re.Pattern[str], text: str, place: int) -> Span | None:
    """The last hit that begins before ``place``, or else the last one of the text; None if there is none."""
    return _last(wanted, text, place) or _last(wanted, text, len(text))


def hits(wanted: re.Pattern[str], text: str, start: int, end: int) -> Iterator[Span]:
    """Where the hits are of which some part is between ``start`` and ``end``."""
    for hit in wanted.finditer(text, max(0, start - LONGEST), end + LONGEST):
        if hit.start() < end and hit.end() > start:
            yield hit.span()


def _last(wanted: re.Pattern[str], text: str, before: int) -> Span | None:
    while before > 0:
        start = max(0, before - STRIDE)
        found = None
        for hit in wanted.finditer(text, start, before + LONGEST):
            if hit.start() < before:
                found = hit.span()
        if found is not None:
            return found
        before = start
    return None
