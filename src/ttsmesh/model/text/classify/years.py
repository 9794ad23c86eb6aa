"""Years by themselves, spans of years, and decades. Pure.

Four digits mean a year by what is around them:

- A word such as "in", "since" or a month before them makes 1100 to 2099 a year, unless what they count follows.
- In English prose 1900 to 2099 is a year wherever neither a unit, nor what they count, nor a word such as "line" or
  "port" says otherwise, because such a number is one in most of what people write.
- A year in parentheses alone, behind "©" or before "AD" and "BCE" is one, and so is one before 年.

A language in which years are said like other numbers loses nothing where this is wrong.
"""

import re

from ttsmesh.model.text.classify.tokens import UNSPACED, begins, ends, words
from ttsmesh.model.text.kinds import Decade, Kind, Number, Range, Year
from ttsmesh.model.text.rules import Context

_FOUR = re.compile(r"(1\d|20)\d\d(?!\d|[.,:]\d)")
_CJK = re.compile(r"(\d{4})(?=\s?年)")
_SPAN = re.compile(rf"(1[1-9]\d\d|20\d\d) ?[-–—‑/〜～] ?((?:1[1-9]|20)?\d\d)(?!\d|[.,:/-]\d|[^\W_{UNSPACED}])")
_DECADE = re.compile(rf"(1[1-9]\d0|20\d0)['’]?s(?![^\W{UNSPACED}])")
_SHORT_DECADE = re.compile(rf"(['’‘])?([0-9]0)['’]?s(?![^\W{UNSPACED}])")
_SHORT_YEAR = re.compile(rf"['’‘](\d\d)(?!['’]|[^\W{UNSPACED}]|[.,]\d)")
_ERA = re.compile(rf" ?(?:AD|BC|CE|BCE|B\.C\.|A\.D\.)(?![^\W{UNSPACED}])")
_WORD_BEHIND = re.compile(rf"[ \u00a0-]([^\W\d_{UNSPACED}][^\W\d_'’{UNSPACED}]{{0,20}})")
_FROM = re.compile(r"\b(?:from|between|de|entre|dal|du) (?:1[1-9]|20)\d\d (?:to|and|a|y|e|et|al|au) $")

_BEFORE = {
    "en": words(
        "in since of year years before by from until till during circa c ca © (c) copyright early late "
        "mid around after between back spring summer fall autumn winter january february march april may "
        "june july august september october november december jan feb mar apr jun jul aug sep sept oct "
        "nov dec q1 q2 q3 q4 h1 h2 class"
    ),
    "es": words("en de del desde hasta año años"),
    "fr": words(
        "en de depuis dès année an janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
    ),
    "it": words(
        "nel del dal al anno gennaio febbraio marzo aprile maggio giugno luglio agosto settembre "
        "ottobre novembre dicembre"
    ),
    "pt": words("em de desde até ano"),
    "hi": words("सन सन् वर्ष साल जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर"),
}
"""Words behind which four digits are a year, by the first part of the language."""

_NUMBERED = words(
    "line lines port error errors id page pages pid code room number no nr build issue pr case step "
    "row rows column chapter item order ticket model part rfc about over than only nearly almost "
    "exactly least most some up is = total size width height length count to times plus minus x"
)
"""English words behind which four digits are a number."""

_COUNTED = words(
    "people men women children percent feet million billion thousand hundred more other of meters "
    "metres square per euros dollars yen times items different new additional years hours minutes "
    "seconds"
)
_NOT_COUNTED = words("was is has as his this its does sales plans results news politics olympics elections")
"""English words with a final s behind a year, which they do not make a number."""

_JOINING = words("and to or but the when while as until a he she they we it")
"""English words behind a year that it does not count."""

_WITHOUT_CENTURY = frozenset({"en", "es", "fr", "it", "pt"})

_COMPUTERS = frozenset({1000, 1024, 1080})
"""Numbers below 1100 that are seldom years."""

_ABOUT_DECADES = words("the early late mid his her their my your our mid-")
_NO_DECADE = words("timeout delay interval limit window wait pause mark timer cooldown delays deadline clip")


def year(text: str, at: int, context: Context) -> tuple[int, Year] | None:
    """A year, by what is around it."""
    if not begins(text, at):
        return None
    if cjk := _CJK.match(text, at):
        return cjk.end(), Year(int(cjk[1]))
    found = _FOUR.match(text, at)
    if found is None or not ends(text, found.end()) or context.language in ("ja", "zh"):
        return None
    value, end = int(found[0]), found.end()
    return (end, Year(value)) if _is_year(text, at, end, value, context) else None


def span(text: str, at: int, context: Context) -> tuple[int, Range] | None:
    """Years from one to a later one: 2019–2021, 2019-20, 2019/20."""
    found = _SPAN.match(text, at)
    if found is None or not begins(text, at) or not ends(text, found.end()):
        return None
    first = int(found[1])
    last = int(found[2]) if len(found[2]) == 4 else first // 100 * 100 + int(found[2])
    if last <= first or ("/" in found[0] and last != first + 1):
        return None
    is_counted = _word_behind(text, found.end()) in _COUNTED
    return None if is_counted else (found.end(), Range(Year(first), Year(last)))


def decade(text: str, at: int, context: Context) -> tuple[int, Decade] | None:
    """Ten years: 1990s, '90s, and "the 90s". "90s" elsewhere is a time in seconds."""
    if found := _DECADE.match(text, at):
        return found.end(), Decade(int(found[1]))
    short = _SHORT_DECADE.match(text, at)
    if short is None:
        return None
    if not short[1] and not (context.previous in _ABOUT_DECADES and _word_behind(text, short.end()) not in _NO_DECADE):
        return None
    tens = int(short[2])
    return short.end(), Decade(tens + (1900 if tens >= 20 else 2000), short=True)


def short_year(text: str, at: int, context: Context) -> tuple[int, Kind] | None:
    """The year of '99, as after a name: "the class of '99". Most languages say no century: "gli anni '90"."""
    found = _SHORT_YEAR.match(text, at)
    if found is None or at == 0 or not text[at - 1].isspace():
        return None
    value = int(found[1])
    if value >= 10 and context.language[:2] in _WITHOUT_CENTURY:
        return found.end(), Number(found[1])
    return found.end(), Year(value + (1900 if value >= 40 else 2000))


def _is_year(text: str, at: int, end: int, value: int, context: Context) -> bool:
    if _ERA.match(text, end) or _is_alone(text, at, end):
        return True
    previous = context.previous.strip(".,(")
    if context.style == "code" or (value < 1100 and (previous not in ("in", "year") or value in _COMPUTERS)):
        return False
    language = context.language[:2]
    behind = _word_behind(text, end)
    if language == "en" and (behind in _COUNTED or (behind.endswith("s") and behind not in _NOT_COUNTED)):
        return False
    if previous in _BEFORE.get(language, ()) or _FROM.search(text, max(0, at - 20), at):
        # A round number is more often one: "in 2000 cases" was left out above, "of 1500 each" is here.
        return value % 100 != 0 or not behind or behind in _JOINING or value >= 1900
    return language == "en" and value >= 1900 and value % 1000 != 0 and previous not in _NUMBERED


def _is_alone(text: str, at: int, end: int) -> bool:
    before, behind = text[max(0, at - 1) : at], text[end : end + 1]
    return (before in ("(", "（") and behind in (")", "）")) or text[max(0, at - 2) : at].strip() == "©"


def _word_behind(text: str, end: int) -> str:
    """The word behind ``end``, or "" where it is a name or nothing follows."""
    found = _WORD_BEHIND.match(text, end)
    return found[1] if found and found[1][0].islower() else ""
