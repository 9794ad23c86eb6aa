"""Cuts a text into chunks, each of which the model renders in one call. Pure, lazy, and linear in the text's length.

A chunk ends where a reader would breathe: best at a sentence's end, else at a clause's, else between words, and inside
a word only when there is nothing else. A missed sentence end does no harm, since the sentences then share a chunk, but
a false one is heard. So a doubtful stop ("U.S. Army", "No. 5", "J. R. R. Tolkien") does not count as an end.
"""

import math
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ttsmesh.model.text import marks
from ttsmesh.model.text.speakable import joins

FIRST_MIN = 20
"""Estimated phonemes that the first chunk has at least: the model speaks fewer than 10 to 20 badly."""

FIRST_MAX = 100
"""Estimated phonemes at which the first chunk ends even inside a clause: the listener waits for its render."""

CHUNK_MIN = 60
"""Estimated phonemes that a later chunk has at least when it ends with a sentence: short sentences share a chunk."""

CHUNK_MAX = 100
"""Estimated phonemes that a chunk has at most if a sentence or a clause ends within them. The model reads 100 to 200
best, but each second of sound takes 60 MB, and the engine prepares for lengths up to 6 s."""

CHUNK_LIMIT = 130
"""Estimated phonemes that a chunk has at most if no sentence or clause ends within ``CHUNK_MAX``, but one does within
these: a cut between words is heard."""

REMAINDER = FIRST_MIN
"""Estimated phonemes: the rest of a paragraph joins the chunk before it if it has fewer."""

_DIGIT_COST = 5
_SYMBOL_COST = 6
_CAPITAL_COST = 2
_IDEOGRAPH_COST = 4
"""Estimated phonemes of one character of each kind; any other counts as one. Capitals may be spelled out."""

_WINDOW = CHUNK_LIMIT + FIRST_MIN + 8
"""Characters looked at for one chunk. Each counts as one phoneme or more, so the chunk's end and the lookahead lie
within them."""

_SOLID = re.compile(r"\S")
_PARAGRAPH = re.compile(rf"[ \t]*\r?\n[ \t]*(?:\r?\n|(?={marks.LIST_ITEM}|{marks.HEADING}))")
"""The end of a paragraph: an empty line follows, or a line that begins a list item or a heading."""

_CLOSERS = f"[{re.escape(marks.CLOSERS)}]*"
_SENTENCE = re.compile(rf"(?:[{marks.SENTENCE_SPACED}]+{_CLOSERS}(?=\s)|[{marks.SENTENCE_UNSPACED}]+{_CLOSERS})")
_CLAUSE = re.compile(
    rf"(?:[{marks.CLAUSE_SPACED}]{_CLOSERS}(?=\s)|—(?=\w)|\s{marks.HYPHEN}(?=\s)|[{marks.CLAUSE_UNSPACED}])"
)
_SPACE = re.compile(r"\S(?=\s)")
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

_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]$")


@dataclass(frozen=True, slots=True)
class TextChunk:
    """``text`` is characters ``start:end`` of the utterance's text, without white space at either end, not empty."""

    start: int
    end: int
    text: str


def chunks(text: str, growth: Callable[[], float] = lambda: math.inf) -> Iterator[TextChunk]:
    """The chunks of ``text`` in order, with nothing but white space between them.

    ``growth`` says how many times as many phonemes as the chunk before it a chunk may have, so that its render ends
    while that one still sounds.
    """
    at = 0
    first = True
    most = limit = float(FIRST_MAX)
    while (solid := _SOLID.search(text, at)) is not None:
        at = solid.start()
        window = text[at : at + _WINDOW]
        piece = window[: _length(window, most, limit, first=first, final=at + len(window) == len(text))]
        piece = piece.rstrip()
        yield TextChunk(at, at + len(piece), piece)
        at += len(piece)
        first = False
        grown = max(2 * FIRST_MIN, min(CHUNK_LIMIT, _costs(piece)[-1] * growth()))
        most, limit = min(CHUNK_MAX, grown), grown


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """The begin and end of each sentence of ``text``, without the white space around it."""
    at = 0
    for end in (*_sentence_ends(text), len(text)):
        piece = text[at:end]
        if piece.strip():
            yield at + len(piece) - len(piece.lstrip()), at + len(piece.rstrip())
        at = end


def halve(chunk: TextChunk) -> tuple[TextChunk, TextChunk]:
    """Two chunks in place of one whose phonemes are too many, cut at the best place near the middle.

    Raises ``ValueError`` for a chunk of one character, which cannot be halved.
    """
    text = chunk.text
    if len(text) < 2:
        raise ValueError("one character cannot be halved")
    middle = len(text) // 2
    low, high = len(text) // 4, len(text) - len(text) // 4
    for ends in (_sentence_ends(text), _clause_ends(text), _space_ends(text)):
        near = [end for end in ends if low < end <= high and end < len(text)]
        if near:
            cut = min(near, key=lambda end: abs(end - middle))
            break
    else:
        cut = _between_clusters(text, middle)
    first = text[:cut].rstrip()
    second = text[cut:].lstrip()
    return (
        TextChunk(chunk.start, chunk.start + len(first), first),
        TextChunk(chunk.end - len(second), chunk.end, second),
    )


def _length(window: str, most: float, limit: float, *, first: bool, final: bool) -> int:
    """How many characters of ``window`` the next chunk has.

    The chunk has up to ``most`` estimated phonemes, or up to ``limit`` where that avoids a cut inside a clause: of "The
    ship was old, and so was its captain." with ``most`` in the middle of "captain", the chunk ends after "old," if that
    is long enough, else after "captain." if that is within ``limit``, else after "its". ``first``: the chunk is the
    text's first one, which may end at any clause. ``final``: the text ends with the window.
    """
    least = FIRST_MIN if first else min(CHUNK_MIN, most * 2 / 3)
    paragraph = _PARAGRAPH.search(window)
    whole = paragraph.start() if paragraph else len(window)
    window = window[: whole + 1]  # one character more, for the lookaheads
    costs = _costs(window[:whole])
    fits, at_most = bisect_right(costs, most), bisect_right(costs, limit)
    ends_whole = paragraph is not None or final
    all_fits = fits == whole and ends_whole

    sentence_ends, clause_ends = list(_sentence_ends(window)), list(_clause_ends(window))
    sentences = [end for end in sentence_ends if end <= fits]
    clauses = [end for end in clause_ends if end <= fits]
    welcome = sorted({*sentences, *clauses}) if first else sentences
    for end in welcome:
        if costs[end - 1] >= least:
            return whole if all_fits and costs[-1] - costs[end - 1] < REMAINDER else end
    if all_fits:
        return whole
    for ends in (sentences, clauses):
        if ends and costs[ends[-1] - 1] >= FIRST_MIN:
            return ends[-1]
    if ends_whole and at_most == whole:
        return whole
    if late := [end for end in (*sentence_ends, *clause_ends) if fits < end <= at_most]:
        return min(late)
    spaces = [end for end in _space_ends(window) if end <= fits]
    if spaces and costs[spaces[-1] - 1] >= FIRST_MIN:
        return spaces[-1]
    return _between_clusters(window, fits)


def _costs(text: str) -> list[int]:
    """The estimated phonemes of ``text[: i + 1]``, for each i."""
    total = 0
    costs = []
    for c in text:
        if "a" <= c <= "z":
            total += 1
        elif c.isdigit():
            total += _DIGIT_COST
        elif c.isupper():
            total += _CAPITAL_COST
        elif c in "%&+=@#$€£/_\\<>~^|*":
            total += _SYMBOL_COST
        elif "\u2e80" <= c <= "\ud7ff" or c >= "\U00020000":
            total += _IDEOGRAPH_COST
        else:
            total += 1
        costs.append(total)
    return costs


def _sentence_ends(text: str) -> Iterator[int]:
    return (stop.end() for stop in _SENTENCE.finditer(text) if _is_end(text, stop))


def _is_end(text: str, stop: re.Match[str]) -> bool:
    """Whether the match ``stop``, of one or more stops and closing quotes, ends a sentence."""
    found = stop.group()
    goes_on = text[stop.end() :].lstrip("\"'“‘([¿¡ \t\r\n")[:1].islower()
    if goes_on and (found.endswith(("..", "…")) or found[-1] not in ".!?"):
        return False  # well... it was; "Really?" he asked
    if found != ".":
        return True
    before = _LAST_WORD.search(text, max(0, stop.start() - 24), stop.start())
    word = before.group() if before else ""
    if _BEFORE_A_NAME.fullmatch(word) or (goes_on and _ABBREVIATED.fullmatch(word)):
        return False
    return word == "I" or not _INITIALS.fullmatch(word)


def _clause_ends(text: str) -> Iterator[int]:
    return (match.end() for match in _CLAUSE.finditer(text))


def _space_ends(text: str) -> Iterator[int]:
    return (match.end() for match in _SPACE.finditer(text))


def _between_clusters(text: str, cut: int) -> int:
    """The last place up to ``cut``, but after the first character, that separates no base from its combining marks;
    ``cut`` where there is none."""
    place = cut
    while 0 < place < len(text) and (joins(text[place]) or text[place - 1] == "\u200d"):
        place -= 1
    return place if place > 0 else cut
