"""Dates and timestamps. Pure.

A date in numbers goes by its language where it can mean two days: in American English the month is first, elsewhere the
day. Names of months are read in English only; in other languages they are words that stand between numbers.
"""

import re
from dataclasses import replace

from ttsmesh.model.text.classify.tokens import UNSPACED, begins, ends, words
from ttsmesh.model.text.kinds import Clock, Date, Kind, Measure, Number, Ordinal, Range, Timestamp
from ttsmesh.model.text.rules import Context

_MONTHS = """
    january jan, february feb, march mar, april apr, may, june jun,
    july jul, august aug, september sept sep, october oct, november nov, december dec
"""
MONTHS = {name: number for number, names in enumerate(_MONTHS.split(","), start=1) for name in names.split()}
"""The number of each month, by its English names in lower case."""

_NAMES = rf"(?P<month>(?i:{'|'.join(sorted(MONTHS, key=len, reverse=True))}))\.?"
_YEAR = r"(?P<year>1\d{3}|20\d\d)(?!\d|[.,]\d|:\d(?!\d:\d\d))"
_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9])"
_TH = r"(?:st|nd|rd|th)?"

_ISO = re.compile(r"(?P<year>1\d{3}|20\d\d)([-/.‑])(?P<month>0?[1-9]|1[0-2])\2(?P<day>3[01]|[12]\d|0?[1-9])(?!\d)")
_NUMBERS = re.compile(r"(\d{1,2})([-/.‑])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_MONTH_FIRST = re.compile(rf"{_NAMES} {_DAY}{_TH}(?!\d|[.:,/]\d)(?:(?:,? ){_YEAR})?")
_DAY_FIRST = re.compile(rf"{_DAY}{_TH}[ /-](?:of )?{_NAMES}(?![^\W_{UNSPACED}])(?:(?:,? |-|/){_YEAR})?")
_MONTH_AND_YEAR = re.compile(rf"{_NAMES},? {_YEAR}")
_YEAR_AND_MONTH = re.compile(r"(?P<year>1\d{3}|20\d\d)-(?P<month>0[1-9]|1[0-2])(?![\d-])")
_DAY_AND_MONTH = re.compile(r"(\d{1,2})/(\d{1,2})(?![\d/])")
_TO_DAY = re.compile(rf" ?[-–—‑] ?(3[01]|[12]\d|[1-9])(st|nd|rd|th)?(?!\d|[.:/-]\d|[^\W_{UNSPACED}])")

_TIME = re.compile(
    r"(?:[T ]|, ?|:| at )(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)"
    r"(?::(?P<second>[0-5]\d|60)(?:[.,](?P<part>\d{1,9}))?)?"
    rf"(?: ?(?P<half>[AaPp])\.?[Mm](?![^\W_{UNSPACED}])\.?)?"
    rf"(?P<zone> ?(?:Z|UTC|GMT)(?![^\W_{UNSPACED}])| ?[+−-]\d\d:?\d\d(?!\d))?(?![\d:])"
)

_SENTENCE_ENDS = re.compile(r"$|\n|[\"')\]]|\s+[A-Z]")

_BEFORE_A_DAY = {
    "en": words("on since until due dated"),
    "es": words("el día desde hasta lunes martes miércoles jueves viernes sábado domingo"),
    "fr": words("le du au lundi mardi mercredi jeudi vendredi samedi dimanche"),
    "it": words("il dal al del lunedì martedì mercoledì giovedì venerdì sabato domenica"),
    "pt": words(
        "dia em segunda terça quarta quinta sexta sábado domingo segunda-feira terça-feira quarta-feira "
        "quinta-feira sexta-feira"
    ),
}
"""Words behind which 12/31 is a day and no fraction, by the first part of the language."""

_BEFORE_NO_FRACTION = words("by from before after till through thru starting effective")


def timestamp(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """A date with a time: 2024-01-31T12:34:56.789Z, "Jan 31 12:34:56". Parts of a second are said behind it."""
    found = date(text, at, context)
    time = _TIME.match(text, found[0]) if found else None
    if found is None or time is None or not isinstance(found[1], Date) or not ends(text, time.end()):
        return None
    part = (time["part"] or "").rstrip("0")
    second = int(time["second"]) if time["second"] and not part else None
    clock = Clock(int(time["hour"]), int(time["minute"]), second)
    if time["half"]:
        clock = replace(clock, half="am" if time["half"] in "aA" else "pm")
    said = context.verbaliser.say(Timestamp(found[1], clock, _zone(time["zone"])))
    return time.end(), f"{said}, {seconds(time['second'], time['part'], context)}" if part else said


def seconds(whole: str, part: str, context: Context) -> str:
    """Seconds with a part of one, of a time that has them: "56" and "789"."""
    return context.verbaliser.say(Measure(Number(f"{int(whole)}.{part}"), "s"))


def date(text: str, at: int, context: Context) -> tuple[int, Kind] | None:
    """A date, or a range of days of one month: "January 5-7"."""
    if text[at].isdigit():
        return _in_numbers(text, at, context) or _named(_DAY_FIRST, text, at, context)
    if not text[at].isalpha():
        return None
    return _days(text, at, context) or _named(_MONTH_AND_YEAR, text, at, context)


def _in_numbers(text: str, at: int, context: Context) -> tuple[int, Kind] | None:
    if not begins(text, at):
        return None
    if (found := _ISO.match(text, at)) and _may_be_iso(found, context):
        value = _valid(int(found["year"]), int(found["month"]), int(found["day"]))
        # A time may follow with the letter T.
        if value and (ends(text, found.end()) or _TIME.match(text, found.end())):
            return found.end(), value
    if (found := _NUMBERS.match(text, at)) and ends(text, found.end()) and text[found.end() : found.end() + 1] != "/":
        value = _ordered(found, context)
        return (found.end(), value) if value else None
    if (found := _YEAR_AND_MONTH.match(text, at)) and ends(text, found.end()):
        # Seasons and spans of years are ranges: 2011-12.
        is_span = int(found["month"]) == int(found["year"]) % 100 + 1
        return None if is_span else (found.end(), Date(int(found["year"]), int(found["month"]), None))
    found = _DAY_AND_MONTH.match(text, at)
    if found and ends(text, found.end()) and _is_day_and_month(found, context):
        first, second = int(found[1]), int(found[2])
        value = _valid(None, *(_month_first(first, second, context)))
        return (found.end(), value) if value else None
    return None


def _is_day_and_month(found: re.Match[str], context: Context) -> bool:
    """Whether 6/15 is a day by the word before it. Behind "by", which fractions follow too, only one that is none."""
    if context.previous in _BEFORE_A_DAY.get(context.language[:2], ()):
        return True
    return context.previous in _BEFORE_NO_FRACTION and 12 < int(found[2]) < 32 and found[2] != "16"


def _may_be_iso(found: re.Match[str], context: Context) -> bool:
    """Whether it is a date and no version: of those, 2024.1.3 has points and no zeros to fill."""
    return found[2] != "." or context.language in ("ja", "zh") or (len(found["month"]), len(found["day"])) == (2, 2)


def _ordered(found: re.Match[str], context: Context) -> Date | None:
    first, second, last = int(found[1]), int(found[3]), int(found[4])
    if len(found[4]) == 2:
        # Two groups of one digit and one of two are a version or an address before they are a date.
        if (found[2] == "." and found[3][0] != "0") or (found[2] != "/" and len(found[1]) + len(found[3]) < 4):
            return None
        last += 2000 if last < 70 else 1900
    if not 1000 <= last < 2100:
        return None
    if found[2] == ".":
        return _valid(last, second, first) or _valid(last, first, second)
    return _valid(last, *_month_first(first, second, context))


def _month_first(first: int, second: int, context: Context) -> tuple[int, int]:
    """The month and the day that ``first`` and ``second`` are in this language, or the only way round that they can."""
    if first > 12 or (context.language != "en-us" and second <= 12):
        return second, first
    return first, second


def _named(pattern: re.Pattern[str], text: str, at: int, context: Context) -> tuple[int, Date] | None:
    found = pattern.match(text, at)
    if found is None or not context.language.startswith("en") or not begins(text, at):
        return None
    parts = found.groupdict()
    name = parts["month"]
    if name.islower() and (name in ("may", "march", "mar", "sep", "dec") or not parts.get("year")):
        return None
    end = found.end()
    # The stop of "5 Jan." is the stop of the sentence as well.
    if text[end - 1] == "." and _SENTENCE_ENDS.match(text, end):
        end -= 1
    if not ends(text, end):
        return None
    day = parts.get("day")
    value = _valid(int(parts["year"]) if parts.get("year") else None, MONTHS[name.lower()], int(day) if day else None)
    return (end, value) if value else None


def _days(text: str, at: int, context: Context) -> tuple[int, Kind] | None:
    found = _named(_MONTH_FIRST, text, at, context)
    if found is None or found[1].year is not None:
        return found
    end, first = found
    if (last := _TO_DAY.match(text, end)) and int(last[1]) > (first.day or 0):
        return last.end(), Range(first, Ordinal(int(last[1])))
    return found


def _valid(year: int | None, month: int, day: int | None) -> Date | None:
    lengths = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    if not 1 <= month <= 12 or (day is not None and not 1 <= day <= lengths[month - 1]):
        return None
    return Date(year, month, day)


def _zone(written: str | None) -> str:
    zone = (written or "").strip().replace("−", "-")
    if zone in ("Z", "UTC", "GMT"):
        return "UTC"
    return f"{zone[:3]}:{zone[-2:]}" if zone else ""
