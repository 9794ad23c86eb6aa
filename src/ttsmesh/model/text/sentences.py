"""Where the sentences of a text end. Pure.

A missed end does no harm, since the sentences are then spoken in one breath, but a false one is heard. So a doubtful
stop ("U.S. Army", "No. 5", "J. R. R. Tolkien") does not count as an end.
"""

import re
from collections.abc import Iterator

from ttsmesh.model.text import marks

_CLOSERS = f"[{re.escape(marks.CLOSERS)}]{{0,8}}"
STOP = re.compile(
    rf"(?:[{marks.SENTENCE_SPACED}]{{1,64}}{_CLOSERS}(?=\s|$)|[{marks.SENTENCE_UNSPACED}]{{1,64}}{_CLOSERS})"
)
"""One or more stops with the quotes and brackets that close there, as they may end a sentence."""

_LAST_WORD = re.compile(r"[^\s(\[\"“‘']*$")

_BEFORE_A_NAME = re.compile(
    r"(?:dr|mr|mrs|ms|mx|prof|rev|hon|st|sr|sra|srta|dott|sig|mme|mlle|gen|col|maj|capt|cmdr|lt|sgt|gov|sen|rep|pres"
    r"|figs?|vs|cf|viz|ca|approx|nos?|vols?|ch|sec|art|eq|eds?|pp?|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)?",
    re.IGNORECASE,
)
"""Words that are always followed by a name or number, so that their stop ends no sentence. The empty word is one of
them, as in " .5" and ".gitignore"."""

_ABBREVIATED = re.compile(
    r"etc|al|inc|ltd|co|corp|dept|est|min|max|hrs?|mins?|secs?|ave|blvd|apt|ext|tel|incl|excl|resp", re.IGNORECASE
)
"""Abbreviations whose stop ends a sentence unless lower case follows. They are a list because many people write
whole texts in lower case."""

_INITIALS = re.compile(r"(?:[^\W\d_]\.){0,8}[^\W\d_]")
_TWO_WORDS = re.compile(r"(?:([^\s(\[\"“‘']{1,40})\s{1,3})?[(\[\"“‘']{0,3}([^\s(\[\"“‘']{1,24})$")
_HALF_OF_THE_DAY = frozenset({"a.m", "p.m"})
_LETTERED = frozenset(
    {
        *("vitamin", "plan", "type", "option", "class", "section", "grade", "group", "part"),
        *("step", "appendix", "figure", "table", "team", "hepatitis", "exhibit", "gate", "terminal"),
        *("row", "platform", "building", "block", "unit", "category", "version", "model", "series"),
        "size",
    }
)
"""Words that a letter stands after which is no initial."""


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """The begin and end of each sentence of ``text``, without the white space around it."""
    at = 0
    for end in (*sentence_ends(text), len(text)):
        piece = text[at:end]
        if piece.strip():
            yield at + len(piece) - len(piece.lstrip()), at + len(piece.rstrip())
        at = end


def sentence_ends(text: str) -> Iterator[int]:
    """The place after each stop, and what closes there, that ends a sentence."""
    return (stop.end() for stop in STOP.finditer(text) if ends_sentence(text, stop))


def ends_sentence(text: str, stop: re.Match[str]) -> bool:
    """Whether the match ``stop`` of ``STOP`` ends a sentence of ``text``."""
    found = stop.group()
    goes_on = text[stop.end() : stop.end() + 16].lstrip("\"'“‘([¿¡ \t\r\n")[:1].islower()
    if goes_on and (found.endswith(("..", "…")) or found[-1] not in ".!?"):
        return False  # well... it was; "Really?" he asked
    if found != ".":
        return True
    before = _LAST_WORD.search(text, max(0, stop.start() - 24), stop.start())
    word = before.group() if before else ""
    if _BEFORE_A_NAME.fullmatch(word) or (goes_on and _ABBREVIATED.fullmatch(word)):
        return False
    return not is_initial(text, stop.start())


def is_initial(text: str, at: int) -> bool:
    """Whether the stop at ``at`` is that of an initial, as in "J. Smith" and "U.S. Army"."""
    if not text[at - 1 : at].isalpha() or text[max(0, at - 2) : at - 1].isalpha():
        return False  # most words have two letters before their stop
    found = _TWO_WORDS.search(text, max(0, at - 70), at)
    if found is None or not _INITIALS.fullmatch(found[2]) or found[2] == "I":
        return False
    first = found.start(2)
    if first > 1 and text[first - 1] in "'’" and text[first - 2].isalpha():
        return False  # the end of "can't."
    if len(found[2]) > 1:
        return found[2].lower() not in _HALF_OF_THE_DAY
    before = found[1]
    if before and before[-1].isdecimal() and found[2].islower():
        return False  # a unit: "à 14 h."
    return before is None or before.lower() not in _LETTERED
