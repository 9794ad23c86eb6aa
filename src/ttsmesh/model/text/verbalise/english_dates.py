"""English dates with the month or the day of the week by its name, long or short. Pure."""

import re

from ttsmesh.model.text.rules import Context
from ttsmesh.model.text.verbalise import numbers
from ttsmesh.model.text.verbalise.english_words import MONTHS, WEEKDAYS

_MONTH_KEYS = {month[:3].lower(): month for month in MONTHS}
_WEEKDAY_KEYS = {day[:3].lower(): day for day in WEEKDAYS}

_MONTH = (
    r"(?:Jan(?:uary|\b)|Feb(?:ruary|\b)|Mar(?:ch|\b)|Apr(?:il|\b)|May\b|June?\b|July?\b|Aug(?:ust|\b)|Sept(?:ember|\b)|"
    r"Sep\b|Oct(?:ober|\b)|Nov(?:ember|\b)|Dec(?:ember|\b))\.?"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR = r"(?:1[0-9]|20)\d\d"
_DASH = r"[ \u00a0]?[-–—][ \u00a0]?"
_NUMBER_ENDS = r"(?![\w%:°/]|[.,]\d|[-–]\d)"
_MAY_AS_A_VERB = re.compile(r" (?:be|have|not|also)\b")

_MONTH_FIRST = re.compile(
    rf"({_MONTH})[ \u00a0]{{1,2}}(?:({_DAY})(?:{_DASH}(?:({_MONTH})[ \u00a0])?({_DAY}))?(?:,?[ \u00a0]({_YEAR}))?|"
    rf"({_YEAR})){_NUMBER_ENDS}"
)
_DAY_FIRST = re.compile(
    rf"({_DAY})(?:{_DASH}({_DAY}))?[ \u00a0-](of )?({_MONTH})(?:[,]?[ \u00a0-]({_YEAR})(?!\w|[.,]\d))?(?!\w)"
)
_MONTH_ALONE = re.compile(r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.(?!\w)|(?:Feb|Aug|Sept|Nov)(?![\w.'’-])")
_MONTHS_APART = re.compile(rf"({_MONTH})(?:{_DASH}|/)({_MONTH})(?!\w)")

_WEEKDAY = r"(?:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\.?"
_ANY_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_WEEKDAYS_APART = re.compile(
    rf"({_WEEKDAY})(/|{_DASH})({_WEEKDAY})(?!\w)|({_ANY_WEEKDAY})({_DASH})({_ANY_WEEKDAY})(?!\w)"
)
_WEEKDAY_BEFORE_DATE = re.compile(
    rf"({_WEEKDAY})(,?)(?=[ \u00a0](?:(?:{_DAY}[ \u00a0-])?{_MONTH}(?!\w)|"
    r"\d{1,2}(?::\d\d|[ \u00a0]?[ap]\.?m\b|[-–]\d{1,2}(?![\d:]| [a-z]))|\d{4}-\d\d))"
)
_WEEKDAY_ALONE = re.compile(r"(?:Mon|Tues?|Wed|Thu(?:rs)?|Fri)\.(?!\w)|(?:Tues|Thurs)(?![\w.'’-])")


def month_date(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """A date with the month by its name: "Dec. 25", "January 31st, 2024", "5 Jan", "May 5–7", "Sept. 2023"."""
    first = text[at]
    if first not in "0123456789JFMASOND" or (at and (text[at - 1].isalnum() or text[at - 1] in "_-/.")):
        return None
    if first.isdigit():
        return _day_first(text, at, context)
    match = _MONTH_FIRST.match(text, at)
    if match is None:
        return _month_alone(text, at)
    month = _month(match[1])
    if match[6]:
        return match.end(), f"{month} {_year(match[6], context)}"
    the = "the " if context.language == "en-gb" else ""
    said = f"{month} {the}{_ordinal(match[2], context)}"
    if match[4]:
        said += " to " + (f"{_month(match[3])} " if match[3] else "") + the + _ordinal(match[4], context)
    return match.end(), f"{said}, {_year(match[5], context)}" if match[5] else said


def _day_first(text: str, at: int, context: Context) -> tuple[int, str] | None:
    match = _DAY_FIRST.match(text, at)
    if match is None or (at and text[at - 1] in ":,"):
        return None
    day, last, of, month, year = match.groups()
    if month == "May" and not year and _MAY_AS_A_VERB.match(text, match.end()):
        return None
    said = ("" if of or context.previous == "the" else "the ") + _ordinal(day, context)
    if last:
        said += f" to the {_ordinal(last, context)}"
    said += f" of {_month(month)}"
    if year:
        said += f" {_year(year, context)}"
    elif match[0].endswith(".") and _ends_sentence(text, match.end()):
        said += "."
    return match.end(), said


def _month_alone(text: str, at: int) -> tuple[int, str] | None:
    apart = _MONTHS_APART.match(text, at)
    if apart:
        return apart.end(), f"{_month(apart[1])} to {_month(apart[2])}"
    match = _MONTH_ALONE.match(text, at)
    if match is None:
        return None
    ends = match[0].endswith(".") and _ends_sentence(text, match.end())
    if ends and match[0] in ("Jan.", "Mar.", "Jun.") and match.end() < len(text):
        return None  # also first names
    return match.end(), _month(match[0]) + ("." if ends else "")


def weekday(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """A day of the week in short: "Mon–Fri", "Sun, Jan 5", "Tues."; "Sun" and "Sat" before a date only."""
    if text[at] not in "MTWFS" or (at and (text[at - 1].isalnum() or text[at - 1] in "_-/.")):
        return None
    if apart := _WEEKDAYS_APART.match(text, at):
        first, between, last = filter(None, apart.groups())
        return apart.end(), f"{_weekday(first)} {'and' if between == '/' else 'to'} {_weekday(last)}"
    if before := _WEEKDAY_BEFORE_DATE.match(text, at):
        return before.end(), _weekday(before[1]) + before[2]
    alone = _WEEKDAY_ALONE.match(text, at)
    if alone is None:
        return None
    return alone.end(), _weekday(alone[0]) + (
        "." if alone[0].endswith(".") and _ends_sentence(text, alone.end()) else ""
    )


def _month(written: str) -> str:
    return _MONTH_KEYS[written[:3].lower()]


def _weekday(written: str) -> str:
    return _WEEKDAY_KEYS[written[:3].lower()]


def _ordinal(day: str, context: Context) -> str:
    return numbers.ordinal(context.language, int(day.rstrip("stndrh")))


def _year(digits: str, context: Context) -> str:
    return numbers.year(context.language, int(digits))


def _ends_sentence(text: str, end: int) -> bool:
    """Whether the stop before ``end`` also ends the sentence: nothing follows, or a capital."""
    following = re.match(r"[\"”’')]{0,2}(?:\s{0,40}$|\s{1,40}[\"“‘']?([^\W\d_]))", text[end : end + 50])
    return following is not None and (following[1] is None or following[1].isupper())
