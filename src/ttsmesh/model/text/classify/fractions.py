"""Fractions, written with a stroke or as one character: 1/2, 1 1/2, ½, 2½. Pure."""

import re
import unicodedata

from ttsmesh.model.text.classify.tokens import MINUS, SPACE, UNSPACED, begins, ends, may_be_signed
from ttsmesh.model.text.kinds import Fraction, Number, Sign
from ttsmesh.model.text.rules import Context

_VULGAR = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞↉"
_FLAT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "01234567890123456789")
_SIGN = re.compile(rf"[{MINUS}+](?=[\d{_VULGAR}])")
_ONE_CHARACTER = re.compile(rf"(?:(\d{{1,6}}){SPACE}?)?([{_VULGAR}])")
_RAISED = re.compile(r"(?:(\d{1,6}) ?)?([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4})[⁄/]([₀₁₂₃₄₅₆₇₈₉]{1,4})")
_WITH_STROKE = re.compile(rf"(?:(\d{{1,4}})(?:{SPACE}|[-‑]))?(\d{{1,4}})[/⁄](\d{{1,4}})(?:th|ths|rd|rds|nd)?")

_PAIRS = frozenset({(24, 7), (50, 50), (20, 20), (60, 40), (80, 20), (70, 30), (9, 11), (90, 10)})
"""What is written like a fraction and said like two numbers: 24/7, 50/50."""

_PAIR = re.compile(rf"(\d{{1,2}})/(\d{{1,2}})(?:/(365))?(?![\d/]|\.\d|[^\W_{UNSPACED}])")


def fraction(text: str, at: int, context: Context) -> tuple[int, Fraction] | None:
    """A fraction, with a whole number before it or not. One in numbers of no fraction ("1/2/3", "5/0") is none."""
    sign: Sign = ""
    first = at
    if (found := _SIGN.match(text, at)) and may_be_signed(text, at):
        sign, first = "+" if found[0] == "+" else "-", at + 1
    if one := _ONE_CHARACTER.match(text, first):
        above, _, below = unicodedata.normalize("NFKC", one[2]).partition("⁄")
        is_one = ends(text, one.end()) and not _leads(one[1])
        return (one.end(), Fraction(int(one[1] or 0), int(above), int(below), sign)) if is_one else None
    stroke = _RAISED.match(text, first) or _WITH_STROKE.match(text, first)
    if stroke is None or not ends(text, stroke.end()) or not begins(text, at):
        return None
    whole, above, below = (part.translate(_FLAT) if part else "" for part in stroke.groups())
    if _goes_on(text, at, stroke.end()) or any(map(_leads, (whole, above, below))) or not int(below):
        return None
    # A whole number stands only before less than one.
    if whole and int(above) >= int(below):
        return None
    return stroke.end(), Fraction(int(whole or 0), int(above), int(below), sign)


def pair(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """24/7, 24/7/365 and 50/50, which are no fractions: their numbers, one behind the other."""
    found = _PAIR.match(text, at)
    if found is None or (int(found[1]), int(found[2])) not in _PAIRS or not begins(text, at):
        return None
    return found.end(), " ".join(context.verbaliser.say(Number(part)) for part in found.groups() if part)


def _leads(digits: str | None) -> bool:
    return bool(digits) and len(digits or "") > 1 and (digits or "").startswith("0")


def _goes_on(text: str, at: int, end: int) -> bool:
    """Whether another stroke makes a path or a date of it."""
    return text[end : end + 1] in ("/", "⁄") or (at > 0 and text[at - 1] in "/⁄")
