"""Sizes of things in space: lengths of sides, feet and inches, angles, and "times". Pure."""

import re
from typing import Literal

from ttsmesh.model.text.classify import units
from ttsmesh.model.text.classify.fractions import fraction
from ttsmesh.model.text.classify.numbers import read_number
from ttsmesh.model.text.classify.tokens import SPACE, UNSPACED, begins, ends
from ttsmesh.model.text.kinds import Angle, Dimensions, FeetAndInches, Kind, Measure, Number, Range
from ttsmesh.model.text.rules import Context

_BY = re.compile(rf"(?:({SPACE})[x×X✕✖]{SPACE}|[x×X✕✖])(?=\d|\.\d)")
_TIMES = re.compile(rf"[×✕✖xX](?![^\W_{UNSPACED}])")
_TO = re.compile(r"[xX×]?[-–](?=\d)")
_ALGEBRA = re.compile(r" ?[+=*/^]| [-−] ?\d")
_ALGEBRA_BEFORE = re.compile(r"[=+*/^] ?$")
_UNIT = re.compile(rf"{SPACE}?([^\W\d_{UNSPACED}]{{1,3}}|[\"″'′])(?![^\W_{UNSPACED}])")
_MARK_BEFORE_BY = re.compile(r"([\"″'′])(?= ?[x×X] ?\d)")
_SAME_UNIT = re.compile(rf"\d{{1,9}}(?:\.\d{{1,9}})?{SPACE}?([^\W\d_{UNSPACED}]{{1,3}}|[\"″'′])(?![^\W_{UNSPACED}])")
_QUOTES = {"″": "in", '"': "in", "′": "ft", "'": "ft"}
_EQUALS = re.compile(r" ?=")

_FEET = re.compile(r"(\d{1,3}) ?(?:['′’]) ?(\d{1,2}(?:\.\d{1,2})?)(?: ?(?:[\"″”]|''|′′|’’)|(?=[\s,.;:!?)]|$))")
_FEET_BEFORE_PART = re.compile(r"(\d{1,3}) ?['′’] ?(?=\d{0,2} ?[\d½¼¾⅛⅜⅝⅞])")
_FEET_ALONE = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)(?:′(?!\d|′)|'(?= (?:tall|long|wide|high|deep|by)\b| [x×] ))")
_FEET_OF = re.compile(r"(\d{1,3})'(?= [a-z]{2})")
_INCHES_ALONE = re.compile(rf"(\d{{1,4}}(?:\.\d{{1,3}})?)(?:[″]|''|\")(?![^\W{UNSPACED}])")

_ANGLE = re.compile(
    rf"([-−]?\d{{1,3}}(?:[.,]\d{{1,9}})?)°(?:{SPACE}?(\d{{1,2}}(?:\.\d{{1,9}})?)[′'’])?(?:{SPACE}?(\d{{1,2}}(?:\.\d{{1,9}})?)"
    rf"(?:[″\"”]|''|′′))?(?:{SPACE}?([NSEWO])(?!['’]|[^\W{UNSPACED}]))?"
)


def dimensions(text: str, at: int, context: Context) -> tuple[int, Dimensions] | None:
    """The lengths of sides: 1920x1080, 4x4, 5 × 3 m, 10 x 20 x 30 cm. Two spaced numbers without a unit are none."""
    found = _sides(text, at, context)
    if found is None:
        return None
    end, sides, is_spaced = found
    if unit := _UNIT.match(text, end):
        key = _QUOTES.get(unit[1]) or units.SYMBOLS.get(unit[1], "")
        is_word = unit[1] == "in" and text[unit.end() : unit.end() + 1] == " "
        if (key in units.LENGTHS or key == "px") and not is_word:
            return unit.end(), Dimensions(sides, key)
    if is_spaced or not ends(text, end) or _EQUALS.match(text, end):
        return None
    return end, Dimensions(sides)


def product(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """Numbers with a sign of multiplication between them: "5 × 3 = 15"."""
    found = _sides(text, at, context)
    if found is None or not ends(text, found[0]):
        return None
    times = context.verbaliser.symbols.get("×", "x")
    return found[0], f" {times} ".join(context.verbaliser.say(side) for side in found[1])


def times(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """So many times as much: 3x, 2.5×."""
    found = read_number(text, at, context.verbaliser)
    if found is None:
        return None
    end: int
    amount: Kind
    end, amount = found
    to = _TO.match(text, end)
    last = read_number(text, to.end(), context.verbaliser, signed=False) if to else None
    if last:
        end, amount = last[0], Range(amount, last[1])
    mark = _TIMES.match(text, end)
    if mark is None or not ends(text, mark.end()) or found[1].digits == "0":
        return None
    is_letter = mark[0] in "xX" and (context.style == "code" or _ALGEBRA.match(text, mark.end()))
    if is_letter or (mark[0] == "x" and _ALGEBRA_BEFORE.search(text, max(0, at - 3), at)):
        return None
    return mark.end(), f"{context.verbaliser.say(amount)} {context.verbaliser.symbols.get('×', 'x')}"


def feet_and_inches(text: str, at: int, context: Context) -> tuple[int, Kind] | None:
    """A length in feet and inches: 5'10", 5′10″, 6′, 27"."""
    if not begins(text, at) or not text[at].isdigit():
        return None
    if feet := _FEET_BEFORE_PART.match(text, at):
        part = fraction(text, feet.end(), context)
        if part and text[part[0] : part[0] + 1] in ('"', "″", "”") and ends(text, part[0] + 1):
            return part[0] + 1, FeetAndInches(int(feet[1]), part[1])
    both = _FEET.match(text, at)
    if both and float(both[2]) < 12 and ends(text, both.end()):
        return both.end(), FeetAndInches(int(both[1]), Number(both[2].lstrip("0") or "0"))
    if (feet := _FEET_ALONE.match(text, at)) and ends(text, feet.end()):
        return feet.end(), Measure(Number(feet[1]), "ft")
    if context.previous in ("a", "an", "the") and (feet := _FEET_OF.match(text, at)):
        return feet.end(), Measure(Number(feet[1]), "ft")
    part = fraction(text, at, context)
    if part and text[part[0] : part[0] + 1] in ('"', "″", "”") and ends(text, part[0] + 1) and not _is_quoted(text, at):
        return part[0] + 1, Measure(part[1], "in")
    inches = _INCHES_ALONE.match(text, at)
    if inches is None or (text[inches.end() - 1] == '"' and _is_quoted(text, at)):
        return None
    return inches.end(), Measure(Number(inches[1]), "in")


def angle(text: str, at: int, context: Context) -> tuple[int, Angle] | None:
    """An angle with minutes, or with a letter of the compass: 40°26′46″ N, 40.4° N."""
    found = _ANGLE.match(text, at)
    if found is None or not (found[2] or found[4]) or not begins(text, at):
        return None
    compass: Literal["", "N", "S", "E", "W"] = ""
    for letter in ("N", "S", "E", "W"):
        if found[4] == letter or (found[4] == "O" and letter == "W"):
            compass = letter
    degrees = found[1].replace(",", ".").lstrip("-−")
    sign: Literal["", "-"] = "" if len(degrees) == len(found[1]) else "-"
    minutes, last = (Number(part.lstrip("0") or "0") if part else None for part in (found[2], found[3]))
    return found.end(), Angle(Number(degrees, sign), minutes, last, compass)


def _sides(text: str, at: int, context: Context) -> tuple[int, tuple[Number, ...], bool] | None:
    first = read_number(text, at, context.verbaliser)
    # 0x10 is a number with base 16.
    if first is None or first[1].digits == "0":
        return None
    end, sides, is_spaced = first[0], [first[1]], False
    while len(sides) < 5 and (by := _by(text, end)):
        side = read_number(text, by.end(), context.verbaliser, signed=False)
        if side is None or side[1].digits == "0":
            break
        end, is_spaced = side[0], is_spaced or bool(by[1])
        sides.append(side[1])
    return (end, tuple(sides), is_spaced) if len(sides) > 1 else None


def _by(text: str, end: int) -> re.Match[str] | None:
    """The sign between two sides; the first may have its unit, as in "20 cm x 30 cm"."""
    unit = _MARK_BEFORE_BY.match(text, end) or _UNIT.match(text, end)
    if unit and (_QUOTES.get(unit[1]) or units.SYMBOLS.get(unit[1])) in units.LENGTHS:
        by = _BY.match(text, unit.end())
        after = _SAME_UNIT.match(text, by.end()) if by else None
        return by if after and after[1] == unit[1] else None
    return _BY.match(text, end)


def _is_quoted(text: str, at: int) -> bool:
    """Whether a quotation that began before ``at`` is still open."""
    last = text.rfind('"', max(0, at - 200), at)
    return last >= 0 and (last == 0 or text[last - 1] in " \t\n([{=—–")
