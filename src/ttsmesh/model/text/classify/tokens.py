"""Where a token with digits may begin and end. Pure."""

import re
from collections.abc import Callable

from ttsmesh.model.text.kinds import Kind
from ttsmesh.model.text.rules import Context

Reader = Callable[[str, int, Context], tuple[int, Kind] | None]
"""``reader(text, at, context)`` to (end, the kind of ``text[at:end]``), or None if no such kind stands there."""

NARROW = "\u00a0\u202f\u2009\u2007"
"""Spaces that do not part a number from what belongs to it."""

SPACE = rf"[ {NARROW}]"
"""A pattern of one space, of any width."""

MINUS, PLUS = "-−–－", "+＋"
"""What is written for the signs. The hyphen and the short dash are signs only where ``may_be_signed`` says so."""

_FIRST_UNSPACED = 0x900
"""From this code point on scripts write numbers and words without a space: a number may end before such a letter."""

UNSPACED = r"\u0900-\u1cff\u2e80-\U0010ffff"
"""A class's characters of such scripts. ``\\w`` has them, and they part a number from nothing: 10kmで, 14:30开会."""

_GLUE = re.compile(rf"[^\W{UNSPACED}]")
_DEVANAGARI = re.compile(r"[\u0900-\u097f]")
"""Letters of a script that puts a space before a number with a sign."""

_DIGIT_BEFORE = re.compile(rf"\d{SPACE}?$")


def words(listed: str) -> frozenset[str]:
    """The words of ``listed``, which has white space between them."""
    return frozenset(listed.split())


def is_letter(character: str) -> bool:
    """Whether ``character`` is a letter of a script that puts a space between a number and a word."""
    return character.isalpha() and ord(character) < _FIRST_UNSPACED


def ends(text: str, end: int) -> bool:
    """Whether a token may end at ``end``: no letter and no digit goes on there, nor a version such as "1.2.3"."""
    following = text[end : end + 2]
    if not following:
        return True
    first = following[0]
    if first.isdigit() or first == "_" or is_letter(first):
        return False
    return not (first == "." and following[1:].isdigit())


def may_be_signed(text: str, at: int) -> bool:
    """Whether a sign at ``at`` belongs to the number behind it: nothing like a word is glued before it."""
    if at == 0:
        return True
    before = text[at - 1]
    if text[at] == "–" and _DIGIT_BEFORE.search(text, max(0, at - 2), at):
        return False
    if before in "\"'’”" and at > 1:
        before = text[at - 2]
    if before in MINUS and text[at - 2 : at - 1].isdigit():
        # The other side of a range: -10–-5.
        return True
    is_word = (before.isalnum() and ord(before) < _FIRST_UNSPACED) or _DEVANAGARI.match(before) is not None
    return not is_word and before not in ")]}%°′″_/\\.:=@#&*^" + MINUS + PLUS


def begins(text: str, at: int) -> bool:
    """Whether no letter, digit or mark of a number is glued before ``at``."""
    return at == 0 or not (_GLUE.match(text, at - 1) or text[at - 1] in "._,")
