"""Times of day and durations. Pure."""

import re
from typing import Literal

from ttsmesh.model.text.classify.dates import seconds
from ttsmesh.model.text.classify.tokens import SPACE, UNSPACED, begins, ends
from ttsmesh.model.text.kinds import Clock, Duration, Measure, Number, Ratio
from ttsmesh.model.text.rules import Context

_TIME = re.compile(r"(\d{1,3})[:：](\d{2})(?:[:：](\d{2}))?(?:[.,](\d{1,9}))?(?![\d:：])")
_HALF = re.compile(rf"{SPACE}?([AaPp])(?:\.{SPACE}?[Mm]\.|\.?[Mm](?![^\W_{UNSPACED}]))")
_WITH_HALF = re.compile(rf"(\d{{1,2}})(?:[:.](\d\d))?(?={SPACE}?[AaPp]\.?{SPACE}?[Mm])")
_H = re.compile(rf"(\d{{1,2}})(?: ?h ?|H)([0-5]\d)?(?![\d]|[^\W_{UNSPACED}]|[.,]\d|/)")
_COLON_H = re.compile(rf"(\d{{1,2}}):(\d\d)(?: ?h|h)(?![^\W_{UNSPACED}])")
_PARTS = re.compile(
    rf"(?:(\d{{1,5}}) ?(?:d|days?) ?)?(?:(\d{{1,5}}) ?(?:h|hrs?) ?)?"
    rf"(?:(\d{{1,5}}) ?(?:min|mins|m)(?![^\W\d_{UNSPACED}]) ?)?"
    rf"(?:(\d{{1,5}}(?:\.\d{{1,9}})?) ?(?:s|secs?))?(?![^\W_{UNSPACED}])"
)
_HOUR_AND_HALF = re.compile(rf"(\d{{1,2}})h([0-5]\d)(?![\d.,]|[^\W_{UNSPACED}])")

_RATIO = re.compile(rf"(\d{{1,9}}(?:\.\d{{1,9}})?):(\d{{1,9}}(?:\.\d{{1,9}})?)(?![\d:]|\.\d|[^\W_{UNSPACED}])")
_RATIO_BEFORE = re.compile(
    r"(?:ratio|scale|odds|aspect|escala|razón|proporción|échelle|rapport|scala|rapporto|proporção|razão|比|比例|अनुपात)"
    r"[^\d\n]{0,12}$",
    re.IGNORECASE,
)
_RATIO_BEHIND = re.compile(r" ?(?:ratio|scale|odds|aspect|mix|比)\b", re.IGNORECASE)

_SENTENCE_ENDS = re.compile(
    r"$|\s*\n|[\"'”’)\]]|\s+(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|[A-Z]{2,4}\b|Eastern|Pacific|Central|Mountain)[A-Z]"
)

_FRENCH_WAY = frozenset({"fr-fr", "pt-br"})
"""Languages that write times of day with an h: 14h30."""


def clock(text: str, at: int, context: Context) -> tuple[int, Clock] | None:
    """A time of day: 10:30, 9:05:30, 9am, 12:30 p.m., and 14h30 where the language writes so."""
    if not begins(text, at) or not text[at].isdigit():
        return None
    if (found := _WITH_HALF.match(text, at)) and (half := _HALF.match(text, found.end())):
        hour, minute = int(found[1]), int(found[2] or 0)
        if 1 <= hour <= 23 and minute < 60:
            return _end_of_half(text, half), Clock(hour, minute, None, _half(half[1]))
    if context.language in _FRENCH_WAY and (found := _H.match(text, at)) and int(found[1]) <= 24:
        return found.start() + len(found[0].rstrip()), Clock(int(found[1]), int(found[2] or 0))
    if (found := _COLON_H.match(text, at)) and int(found[1]) <= 24 and int(found[2]) < 60:
        return found.end(), Clock(int(found[1]), int(found[2]))
    found = _TIME.match(text, at)
    if found is None or found[4] or not ends(text, found.end()) or _is_ratio(text, at, found.end()):
        return None
    hour, minute = int(found[1]), int(found[2])
    if hour > 24 or minute > 59 or (found[3] and (int(found[3]) > 59 or len(found[1]) == 1)):
        return None
    end = found.end()
    if half := _HALF.match(text, end):
        return _end_of_half(text, half), Clock(hour, minute, int(found[3]) if found[3] else None, _half(half[1]))
    return end, Clock(hour, minute, int(found[3]) if found[3] else None)


def fine_clock(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """A time of day with parts of a second, as logs have it: the time, and then the seconds."""
    found = _TIME.match(text, at)
    if found is None or not found[3] or not found[4] or not ends(text, found.end()) or not begins(text, at):
        return None
    hour, minute, second = int(found[1]), int(found[2]), int(found[3])
    if hour > 24 or minute > 59 or second > 59:
        return None
    say = context.verbaliser.say
    if len(found[1]) == 1:
        return found.end(), say(Duration(hour, minute, Number(f"{second}.{found[4]}")))
    if not found[4].strip("0"):
        return found.end(), say(Clock(hour, minute, second))
    return found.end(), f"{say(Clock(hour, minute))}, {seconds(found[3], found[4], context)}"


def duration(text: str, at: int, context: Context) -> tuple[int, Duration] | None:
    """Hours, minutes and seconds: 1:02:33, 90:05, 1h30m, 2m 15s."""
    if not begins(text, at):
        return None
    if (found := _TIME.match(text, at)) and ends(text, found.end()) and int(found[2]) < 60:
        if found[3]:
            last = Number(f"{int(found[3])}.{found[4]}" if found[4] else str(int(found[3])))
            return (found.end(), Duration(int(found[1]), int(found[2]), last)) if int(found[3]) < 60 else None
        if found[4] or (int(found[1]) > 24 and not _is_ratio(text, at, found.end())):
            last = Number(f"{int(found[2])}.{found[4]}" if found[4] else str(int(found[2])))
            return found.end(), Duration(None, int(found[1]), last)
        return None
    if context.language not in _FRENCH_WAY and (found := _HOUR_AND_HALF.match(text, at)):
        return found.end(), Duration(int(found[1]), int(found[2]), None)
    parts = _parts(text, at)
    if parts is None or parts[1] is not None:
        return None
    return parts[0], _duration(*parts[2:])


def days(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """A duration with days in it: 5d3h."""
    parts = _parts(text, at)
    if parts is None or parts[1] is None or not begins(text, at):
        return None
    say = context.verbaliser.say
    return parts[0], f"{say(Measure(Number(parts[1]), 'd'))} {say(_duration(*parts[2:]))}"


def ratio(text: str, at: int, context: Context) -> tuple[int, Ratio] | None:
    """Two numbers with a colon between them that are no time: 16:9, 3:1, 1:100."""
    found = _RATIO.match(text, at)
    if found is None or not begins(text, at) or _has_zeros(found[1]) or _has_zeros(found[2]):
        return None
    return found.end(), Ratio(Number(found[1]), Number(found[2]))


def _parts(text: str, at: int) -> tuple[int, str | None, str | None, str | None, str | None] | None:
    found = _PARTS.match(text, at)
    if found is None or sum(part is not None for part in found.groups()) < 2:
        return None
    return found.start() + len(found[0].rstrip()), found[1], found[2], found[3], found[4]


def _duration(hours: str | None, minutes: str | None, last: str | None) -> Duration:
    return Duration(
        None if hours is None else int(hours),
        None if minutes is None else int(minutes),
        None if last is None else Number(last.lstrip("0") or "0"),
    )


def _half(letter: str) -> Literal["am", "pm"]:
    return "am" if letter in "aA" else "pm"


def _end_of_half(text: str, half: re.Match[str]) -> int:
    """The end of "p.m."; its last stop is left where it ends the sentence as well."""
    end = half.end()
    return end - 1 if text[end - 1] == "." and _SENTENCE_ENDS.match(text, end) else end


def _is_ratio(text: str, at: int, end: int) -> bool:
    before = text[max(0, at - 24) : at]
    return bool(_RATIO_BEFORE.search(before) or _RATIO_BEHIND.match(text, end))


def _has_zeros(digits: str) -> bool:
    return len(digits) > 1 and digits[0] == "0" and digits[1] != "."
