"""Two amounts with a dash between them: pages 10–12, $5-$10, 9:00–17:00, 5-10%, 10–12 km. Pure.

A hyphen in code, and one before an equals sign, is a minus: no range, but a difference.
"""

import re
from dataclasses import replace

from ttsmesh.model.text.classify.money import scaled
from ttsmesh.model.text.classify.tokens import SPACE, Reader, begins, ends
from ttsmesh.model.text.kinds import (
    Clock,
    Date,
    Decade,
    Duration,
    Fraction,
    Kind,
    Measure,
    Money,
    Number,
    Ordinal,
    Percent,
    Range,
    Roman,
    Year,
)
from ttsmesh.model.text.rules import Context

_MARK = re.compile(rf"{SPACE}?[–‒‑]{SPACE}?| - |-|—|…|\.{{2,3}}|[〜～]|~(?=[\d¥￥$€£])")
_GOES_ON = re.compile(r"[-–‑](?:\d|[A-Z]{2})")
_EQUALS = re.compile(r" ?=")
_ALIKE = (Number, Money, Clock, Ordinal, Fraction, Year, Date, Decade, Duration, Roman)

_TERM = r"(?:(?:0|[1-9]\d{0,14})(?:\.\d{1,9})?|[a-z])(?![^\W_]|[.,]\d)"
_TERMS = re.compile(rf"{_TERM}(?: ?[-−–] ?{_TERM}){{1,8}}")
_EQUALS_BEFORE = re.compile(r"= ?$")
_FROM_LETTER = re.compile(r"[a-z][-−][1-9]\d{0,3}(?![\w.-])")
_BETWEEN_TERMS = re.compile(r" ?[-−–] ?")


def extend(text: str, end: int, first: Kind, read: Reader, context: Context) -> tuple[int, Kind] | None:
    """The range that begins with ``first``, which ends at ``end``, or None; ``read`` reads its other side."""
    mark = _MARK.match(text, end)
    if mark is None or mark.end() == len(text):
        return None
    second = read(text, mark.end(), context)
    if second is None or _GOES_ON.match(text, second[0]):
        return None
    last = second[1]
    if isinstance(first, Money) and isinstance(last, Number) and not last.scale:
        second = scaled(text, second[0], last)
    both = _both(first, second[1])
    if both is None or ("-" in mark[0] and _is_minus(text, second[0], mark[0], both, context)):
        return None
    return second[0], both


def _is_minus(text: str, end: int, mark: str, both: Kind, context: Context) -> bool:
    """Whether a hyphen between two plain numbers is a sign of subtraction."""
    if not isinstance(both, Range) or not isinstance(both.first, Number) or not isinstance(both.last, Number):
        return False
    if context.style == "code" or _EQUALS.match(text, end):
        return True
    return mark == " - " and float(both.first.digits) >= float(both.last.digits)


def _both(first: Kind, second: Kind) -> Kind | None:
    if isinstance(first, Percent) and isinstance(second, Percent):
        return _percent(first.amount, second)
    if isinstance(first, Measure) and isinstance(second, Measure):
        if (first.unit, first.per, first.power) != (second.unit, second.per, second.power):
            return Range(first, second)
        return _measure(first.amount, second)
    if type(first) is type(second):
        return Range(first, second) if isinstance(first, _ALIKE) else None
    if isinstance(first, Money) and isinstance(second, Number):
        return Range(first.amount, Money(second, first.currency))
    if isinstance(first, Money) and isinstance(second, Measure) and isinstance(second.amount, Number):
        # The m of "$5m–10m" is no metre.
        is_million = second.unit == "m" and first.amount.scale == "million"
        return Range(first, Money(replace(second.amount, scale="million"), first.currency)) if is_million else None
    if isinstance(first, Year):
        first = Number(str(first.value))
    if isinstance(second, Year):
        second = Number(str(second.value))
    if isinstance(first, Number):
        return _from_number(first, second)
    if isinstance(first, Fraction):
        if isinstance(second, Number):
            return Range(first, second)
        return _measure(first, second) if isinstance(second, Measure) else None
    return None


def _from_number(first: Number, second: Kind) -> Kind | None:
    """A range that begins with a number: what follows the other side belongs to both."""
    if isinstance(second, Measure):
        return _measure(first, second)
    if isinstance(second, Percent):
        return _percent(first, second)
    if isinstance(second, Ordinal):
        return Range(Ordinal(int(first.digits)), second) if first.digits.isdecimal() else None
    is_alike = isinstance(second, Number | Money | Fraction) or (isinstance(second, Clock) and second.half != "")
    return Range(first, second) if is_alike else None


def _percent(first: Number | Range, second: Percent) -> Kind:
    return Percent(Range(first, second.amount), second.of)


def _measure(first: Number | Fraction | Range, second: Measure) -> Kind:
    return Measure(Range(first, second.amount), second.unit, second.per, second.power)


def difference(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """Numbers with minus between them, if an equals sign says that they are no range; or a letter less a number."""
    if not begins(text, at) or text[at - 1 : at] in ("-", "/"):
        return None
    found = _FROM_LETTER.match(text, at)
    if found is None:
        found = _TERMS.match(text, at)
        if found is None or not ends(text, found.end()):
            return None
        if not _EQUALS.match(text, found.end()) and not _EQUALS_BEFORE.search(text[max(0, at - 2) : at]):
            return None
    minus = context.verbaliser.symbols.get("−") or context.verbaliser.symbols.get("-", "")
    return found.end(), f" {minus} ".join(_term(term, context) for term in _BETWEEN_TERMS.split(found[0]))


def _term(written: str, context: Context) -> str:
    verbaliser = context.verbaliser
    return verbaliser.one_by_one(written) if written.isalpha() else verbaliser.say(Number(written))
