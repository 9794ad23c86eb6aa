"""Amounts of a unit, and percentages. Pure.

A unit of one letter is more often something else: "seat 5A", "5 A.", "a 5K run", "3D". It is a unit where a decimal
is before it, or where nothing else is meant by it: "5 m", "10s". ``units`` says which letters are so.
"""

import re
from dataclasses import replace

from ttsmesh.model.text.classify import units
from ttsmesh.model.text.classify.fractions import fraction
from ttsmesh.model.text.classify.numbers import read_number
from ttsmesh.model.text.classify.tokens import SPACE, UNSPACED, ends, words
from ttsmesh.model.text.kinds import Fraction, Measure, Number, Percent
from ttsmesh.model.text.rules import Context

_PERCENT = re.compile(rf"{SPACE}?([%％‰٪])(?!\d)")
_DEGREES = re.compile(rf"° ?[CFcf](?![^\W_{UNSPACED}])|º[CF](?![^\W_{UNSPACED}])|[°º˚℃℉](?![^\W_{UNSPACED}])")
_UNIT = re.compile(
    rf"(?:sq|cu)\.? (?:ft|m|mi|km|in|yd|cm)(?![^\W_{UNSPACED}])"
    rf"|fl\.? ?oz(?![^\W_{UNSPACED}])|dB\(A\)|N·m|[^\W\d_²³{UNSPACED}]{{1,6}}"
)
_POWER = re.compile(rf"([²³])|\^?([23])(?!\d|\.\d|[^\W_{UNSPACED}])")
_AREA = {"sqm": ("m", 2), "sqft": ("ft", 2), "cc": ("cm", 3), "sqkm": ("km", 2)}
_PER = re.compile(rf"/(?:(s|m)(?:²|\^2|2)|m(?:³|\^3|3)|([^\W\d_{UNSPACED}]{{1,6}}))(?![^\W_{UNSPACED}])")
_STOP = re.compile(r"\.(?=[ \u00a0][(]?[a-z]|[,;:)])")
_STOP_BEFORE_NUMBER = re.compile(
    r"\.(?=[ \u00a0]\d{1,3}(?:\.\d)?[ \u00a0]?(?:mins?|in|oz|secs?|s|ft|fl|pts?|lbs?|qts?)\b)"
)
_STOP_OF_A_COMPOUND = re.compile(r"-[a-z]{2,3}\.[ \u00a0]")
"""The stop of "5 ft. tall" and of "2 hrs. 15 min.", which ends no sentence."""

_MIXED = frozenset({"h", "min", "ft", "lb", "yd", "gal", "qt"})
"""Units behind which a number of smaller ones may follow."""

_SCALE = re.compile(r"[kKM](?= ?[a-z]{2,6}/)")
_BETWEEN = re.compile(rf"{SPACE}|[-‑](?=[a-z]{{1,3}}\b(?!-))|")
_NOTHING_FOLLOWS = re.compile(rf"$|[.,;:!?)\]}}\"'’”–—]|[-/](?![^\W{UNSPACED}])|\n")
_MOST_BASIS_POINTS = 500
_LETTERED = words("seat seats row gate platform apartment apt unit flat room building class level line section grade")
"""Words behind which "14C" is a name."""

_INCHES_FOLLOW = re.compile(
    rf"\.?(?:$|[,;:)\]!?]|\.(?![^\W{UNSPACED}])| ?[x×*] ?\d"
    r"| (?:wide|long|tall|high|deep|thick|x|by|diameter|screen|display|monitor)\b)"
)


def percent(text: str, at: int, context: Context) -> tuple[int, Percent] | None:
    """A number of a hundred or of a thousand: 5%, 5 %, 3.5‰."""
    found = read_number(text, at, context.verbaliser)
    sign = _PERCENT.match(text, found[0]) if found else None
    if found is None or sign is None:
        return None
    return sign.end(), Percent(found[1], 1000 if sign[1] == "‰" else 100)


def measure(text: str, at: int, context: Context) -> tuple[int, Measure] | None:
    """An amount of a unit: 5 km, -12 °C, 2½ cups has none, 10 MB/s, 5 m², 1/2 lb."""
    found: tuple[int, Number | Fraction] | None = fraction(text, at, context) or read_number(
        text, at, context.verbaliser
    )
    if found is None:
        return None
    end, amount = found
    if isinstance(amount, Number) and (scale := _SCALE.match(text, end)):
        end, amount = scale.end(), replace(amount, scale="thousand" if scale[0] in "kK" else "million")
    unit = read_unit(text, end, amount, context)
    if unit is None:
        return None
    end = unit[0]
    is_compound = _STOP_OF_A_COMPOUND.match(text, text.rfind("-", at, end)) if "-" in text[at + 1 : end] else None
    if (
        _STOP.match(text, end)
        or (is_compound and text[end : end + 1] == ".")
        or (unit[1] in _MIXED and _STOP_BEFORE_NUMBER.match(text, end))
    ):
        end += 1
    return end, Measure(amount, *unit[1:])


def read_unit(text: str, end: int, amount: Number | Fraction, context: Context) -> tuple[int, str, str, int] | None:
    """The unit behind an amount that ends at ``end``: where it ends, its key, what it is per, and its power."""
    gap = _BETWEEN.match(text, end)
    first = gap.end() if gap else end
    if degrees := _DEGREES.match(text, first):
        return degrees.end(), units.SYMBOLS[degrees[0].replace(" ", "").replace("º", "°").upper()], "", 1
    found = _UNIT.match(text, first)
    if found is None:
        return None
    symbol, stop = found[0], found.end()
    if symbol == "bps" and context.language.startswith("en") and _is_small(amount):
        return (stop, "bp", "", 1) if ends(text, stop) else None
    if rate := units.RATES.get(symbol):
        return (stop, *rate, 1) if ends(text, stop) else None
    key, power = _key(symbol)
    if not key:
        return None
    if power == 1 and key in units.LENGTHS and (raised := _POWER.match(text, stop)):
        power, stop = {"²": 2, "³": 3, "2": 2, "3": 3}[raised[1] or raised[2]], raised.end()
    end_of_per, per = _per(text, stop)
    if per:
        return end_of_per, key, per, power
    if key in units.COUNTED or not ends(text, stop):
        return None
    spaced = first > end and text[end] not in "-‑"
    if power == 1 and not _is_meant(text, symbol, stop, spaced, amount, context):
        return None
    return stop, key, "", power


def _is_small(amount: Number | Fraction) -> bool:
    """Whether "bps" behind ``amount`` are hundredths of a percent; bits come by the thousand."""
    return isinstance(amount, Fraction) or (not amount.scale and float(amount.digits) <= _MOST_BASIS_POINTS)


def _key(symbol: str) -> tuple[str, int]:
    if symbol in _AREA:
        return _AREA[symbol]
    first, _, second = symbol.partition(" ")
    if first.rstrip(".") in ("sq", "cu"):
        return units.SYMBOLS.get(second, ""), 2 if first.startswith("sq") else 3
    return units.SYMBOLS.get("floz" if first.startswith("fl") and second else symbol, ""), 1


def _per(text: str, at: int) -> tuple[int, str]:
    found = _PER.match(text, at)
    if found is None or not ends(text, found.end()):
        return at, ""
    if found[2] is None:
        return found.end(), f"{found[1]}²" if found[1] else "m³"
    return (found.end(), units.SYMBOLS[found[2]]) if found[2] in units.SYMBOLS else (at, "")


def _is_meant(text: str, symbol: str, stop: int, spaced: bool, amount: Number | Fraction, context: Context) -> bool:
    """Whether ``symbol``, which ends at ``stop``, is the unit of ``amount`` and no word and no name."""
    is_decimal = isinstance(amount, Number) and "." in amount.digits
    if symbol in ("C", "F"):
        is_warm = isinstance(amount, Number) and (amount.sign != "" or len(amount.digits) > 1)
        if context.previous in _LETTERED and not spaced:
            return False
        return is_warm and (not spaced or _NOTHING_FOLLOWS.match(text, stop) is not None)
    if symbol == "in":
        return not spaced or _INCHES_FOLLOW.match(text, stop) is not None
    if spaced:
        if symbol in units.WORDS or symbol in units.WORDS_OF.get(context.language[:2], ()):
            return False
        is_risky = len(symbol) == 1 and symbol not in "mgshVWΩ"
        return not is_risky or is_decimal or _NOTHING_FOLLOWS.match(text, stop) is not None
    if symbol not in units.CAPITALS:
        return symbol != "d" or not isinstance(amount, Number) or amount.digits not in ("2", "3")
    if symbol in ("B", "b"):
        return is_decimal or (isinstance(amount, Number) and len(amount.digits) >= 3)
    return is_decimal and symbol in "AJNt"
