"""What ``say-as`` asks for, in words of a language. Pure.

Each reader makes a kind (``ttsmesh.model.text.kinds``) of what is written, or None of what does not fit. That is read
like any other text then.
"""

import re
from collections.abc import Callable, Mapping

from ttsmesh.model.text.classify.numbers import read_number
from ttsmesh.model.text.kinds import Clock, Date, Digits, Duration, Fraction, Kind, Money, Number, Ordinal
from ttsmesh.model.text.markup.notes import SPELLED
from ttsmesh.model.text.reading import Capitals
from ttsmesh.model.text.rules import Verbaliser
from ttsmesh.model.text.spelling import spell_out

_ORDINAL = re.compile(r"(\d{1,9})(?:\.|[a-zA-Zºªèé]{1,3})?")
_DIGITS = re.compile(r"[\d\s.,()/\u2010-\u2013-]+")
_TELEPHONE = re.compile(r"(\+?)([\d\s.()/\u2010-\u2013-]+)")
_FRACTION = re.compile(r"([-−]?)(?:(\d{1,6})[ +])?\s?(\d{1,9})\s?[/⁄]\s?(\d{1,9})")
_NUMBERS = re.compile(r"\d+")
_DATE = re.compile(r"\d{1,4}(?:\s?[-/. ]\s?\d{1,4}){0,2}[.]?|\d{6}|\d{8}|\d{1,2}(?:年|月|日)")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d\d))?(?:[:.](\d\d))?\s?(?:([ap])\.?m\.?|h)?", re.IGNORECASE)
_LENGTH = re.compile(r"(?:(\d{1,4})['′:](?:(\d{1,2})(?:\"|″|''|′′)?)?)|(?:(\d{1,4}):)?(\d{1,2}):(\d\d)")
_CURRENCY = re.compile(r"[A-Z]{3}")
_ZEROS = re.compile(r"^0+(?=\d)")


def stated(text: str, interpreted: str, form: str, verbaliser: Verbaliser, capitals: Capitals) -> str:
    """What is said for ``text``, in the form that a ``Rule`` answers in; "" where it is read like any other text."""
    if interpreted in SPELLED:
        return spell_out(text, verbaliser, capitals)
    reader = _READERS.get(interpreted)
    kind = reader(text, form, verbaliser) if reader else None
    return "" if kind is None else verbaliser.say(kind)


def _cardinal(text: str, form: str, verbaliser: Verbaliser) -> Kind | None:
    text = _ZEROS.sub("", text)
    found = read_number(text, 0, verbaliser)
    return found[1] if found and found[0] == len(text) else None


def _ordinal(text: str, form: str, verbaliser: Verbaliser) -> Kind | None:
    found = _ORDINAL.fullmatch(text)
    return Ordinal(int(found[1]), feminine=text[-1] in "ªa") if found else None


def _digits(text: str, form: str, verbaliser: Verbaliser) -> Kind | None:
    groups = _NUMBERS.findall(text)
    return Digits(tuple(groups)) if groups and _DIGITS.fullmatch(text) else None


def _telephone(text: str, form: str, verbaliser: Verbaliser) -> Kind | None:
    found = _TELEPHONE.fullmatch(text)
    groups = _NUMBERS.findall(text)
    return Digits(tuple(groups), plus=bool(found[1])) if found and groups else None


def _fraction(text: str, form: str, verbaliser: Verbaliser) -> Kind | None:
    found = _FRACTION.fullmatch(text)
    if found is None or not int(found[4]):
        return None
    return Fraction(int(found[2] or 0), int(found[3]), int(found[4]), "-" if found[1] else "")


def _currency(text: str, form: str, verbaliser: Verbaliser) -> Kind | None:
    """A bare amount of the currency that ``form`` names. One with a sign of its own is read as usual."""
    found = read_number(text, 0, verbaliser)
    return Money(found[1], form) if found and found[0] == len(text) and _CURRENCY.fullmatch(form) else None


def _date(text: str, form: str, verbaliser: Verbaliser) -> Kind | None:
    if not _DATE.fullmatch(text):
        return None
    numbers = _NUMBERS.findall(text)
    order = form.lower() if form and set(form.lower()) <= set("ymd") else ""
    order = "".join(dict.fromkeys(order)) or _usual_order(numbers, verbaliser.language)
    if len(numbers) == 1 and len(order) > 1:
        numbers = _parted(numbers[0], order)
    if len(numbers) != len(order):
        return None
    found = {part: int(number) for part, number in zip(order, numbers, strict=True)}
    year = found.get("y")
    if year is not None and len(numbers[order.index("y")]) <= 2:
        year += 2000 if year < 70 else 1900
    month, day = found.get("m"), found.get("d")
    valid = (month is None or 1 <= month <= 12) and (day is None or 1 <= day <= 31)
    return Date(year, month, day) if valid and (year is None or 1000 <= year <= 2999) else None


def _usual_order(numbers: list[str], language: str) -> str:
    """In which order a date of ``numbers`` is written that does not say it."""
    if len(numbers[0]) == 4:
        return "ymd"[: len(numbers)]
    if language in ("ja", "zh") or len(numbers[0]) == 8:
        return "ymd" if len(numbers) != 2 else "md"
    if len(numbers[-1]) == 4 and len(numbers) == 2:
        return "my"
    return ("mdy" if language == "en-us" else "dmy")[: max(2, len(numbers))]


def _parted(digits: str, order: str) -> list[str]:
    """The numbers in ``digits`` without anything between them: 20260131."""
    year = len(digits) - 2 * (len(order) - 1) if "y" in order else 2
    found, at = [], 0
    for part in order:
        size = year if part == "y" else 2
        found.append(digits[at : at + size])
        at += size
    return [part for part in found if part] if year in (2, 4) and at == len(digits) else []


def _time(text: str, form: str, verbaliser: Verbaliser) -> Kind | None:
    found = _CLOCK.fullmatch(text)
    if found is None:
        return _duration(text, form, verbaliser)
    hour, minute = int(found[1]), int(found[2] or 0)
    second = int(found[3]) if found[3] else None
    half = found[4] or ""
    if hour > (12 if half else 24) or minute > 59 or (second or 0) > 59 or (not found[2] and not half):
        return None
    return Clock(hour, minute, second, "am" if half in ("a", "A") else "pm" if half else "")


def _duration(text: str, form: str, verbaliser: Verbaliser) -> Kind | None:
    found = _LENGTH.fullmatch(text)
    if found is None:
        return None
    if found[1]:
        return Duration(None, int(found[1]), Number(found[2]) if found[2] else None)
    return Duration(int(found[3]) if found[3] else None, int(found[4]), Number(str(int(found[5]))))


_READERS: Mapping[str, Callable[[str, str, Verbaliser], Kind | None]] = {
    "cardinal": _cardinal,
    "number": _cardinal,
    "ordinal": _ordinal,
    "digits": _digits,
    "telephone": _telephone,
    "fraction": _fraction,
    "currency": _currency,
    "date": _date,
    "time": _time,
    "duration": _duration,
}
"""Units, addresses, names and whatever else there is are read as usual."""
