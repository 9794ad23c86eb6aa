"""Abbreviations of English in full: "Dr.", "St.", "No. 5", "p.m.", "U.S.", "w/o". Pure.

The stop of an abbreviation is no stop of the speech, unless it ends the sentence too. It does at the end of the text,
and before a capital, where that cannot be a name that the abbreviation belongs to.
"""

import re
from typing import Literal

from ttsmesh.model.text.rules import Context
from ttsmesh.model.text.verbalise import numbers
from ttsmesh.model.text.verbalise.english_names import (
    ACADEMIC,
    AFTER_NAMES,
    ANYWHERE,
    BEFORE_NUMBERS,
    BEFORE_YEARS,
    FUNCTION_WORDS,
    NUMBERS_WITHOUT_STOP,
    PLAIN,
    SLASHED,
    STREETS,
    TITLES,
    TITLES_BEFORE_NAMES,
    TITLES_OF_ANYBODY,
    WITHOUT_STOP,
    WORDS_AT_THE_END,
    WORDS_TOO,
    ZONES,
    words,
)
from ttsmesh.model.text.verbalise.english_words import MONTHS, WEEKDAYS

Stop = Literal["never", "function word", "capital"]
"""What must follow for a stop to end the sentence too: nothing but the text's end, a word like "The", any capital."""

_Found = tuple[str, Stop | None, int] | None
"""What is said, when its stop ends a sentence, and where it ends."""

_KEYS = frozenset(
    {"v", *TITLES, *TITLES_BEFORE_NAMES, *AFTER_NAMES, *STREETS, *BEFORE_NUMBERS, *ANYWHERE, *PLAIN}
).union(BEFORE_YEARS)
_IN_CAPITALS_TOO = words("dr mr mrs ms prof sgt capt st no nos vol fig ave blvd inc ltd corp bros jr sr")
_LOWER_CASE_ONLY = frozenset({"v", "p", "c", "b", "d", "r", "vs"})
"""Letters that are more often a name in capitals: "John V. Smith", "VS Code"."""

_CAPITALS_WITHOUT_STOP = frozenset({"U.S", "U.K", "U.N", "E.U", "D.C", "L.A", "P.S"})
_JOINING = frozenset("-/'’&=(\\~+.")
"""After a word without a stop: it is a part of something else."""

_DAYS = frozenset({*WEEKDAYS, *MONTHS, "Today", "Tomorrow"})
_KNOWN_STREETS = frozenset({"Wall", "Main", "High", "Elm", "Oak", "Broad", "Baker", "Fleet"})
_STREETS_WITHOUT_STOP = frozenset({"St", "Ave", "Blvd", "Rd", "Dr", "Hwy", "Ln"})
_NAMES_WITHOUT_STOP = frozenset({"Jr", "Sr", "Inc", "Ltd", "Corp", "Bros"})
_TIMES = frozenset({"min", "mins", "hr", "hrs", "yr", "yrs"})

# Behind a stop there may be underscores that are symbols by themselves, as in "Dr._", unlike those in "Dr._Who.txt".
_DOTTED = re.compile(
    r"(?:[A-Za-z]\.(?:[A-Za-z]\.){1,6}[A-Za-z]?|[A-Za-z]{1,3}\.[A-Za-z]{1,2}\.?)(?:(?<=\.)(?=_+(?![\w@]))|(?![\w@]))"
)
_CAPITALS = re.compile(r"[A-Z](?:\.[A-Z])+\.?")
_WORD = re.compile(r"([A-Za-z]{1,8})(?:(\.)(?=_*(?!\w))|(\.)(?=[\d²³¹¼-¾])|(?![\w@]))")
_SLASH = re.compile(
    r"(?:w/o|b/c|c/o|n/a|and/or|s?he/s?he|his/hers?|him/her|he/him|she/her|they/them|on/off|yes/no|either/or|pass/fail"
    r"|true/false|start/stop|in/out|up/down|win/loss|male/female|buy/sell)(?![\w/])|w/(?=[ \w])",
    re.IGNORECASE,
)
_NEXT = re.compile(r"([\"”’')\]]{0,3})(\s{0,40})([\"“‘'(\[]{0,2})([^\W\d_]{0,20})")
_NUMBER_NEXT = re.compile(
    r"[ \u00a0]{0,2}[(\[#]?(?:\d|[IVXLC]{1,7}\b(?!['’]))|[ \u00a0][ivxl]{2,6}\b|[ \u00a0][A-HJ-Z]\b(?!\.)"
)
_DIGIT_NEXT = re.compile(r"[ \u00a0]{0,2}[(\[#]?\d")
_YEAR_NEXT = re.compile(r"[ \u00a0]{0,2}([12]\d{3})(?!\w|[.,]\d|[ \u00a0]?[-–])")
_WORD_BEFORE = re.compile(r"([^\W_][\w'’.]{0,29})[ \u00a0]{1,2}$")
_ADDRESS_BEFORE = re.compile(r"(?<!\w)(?:\d{1,6}[A-Za-z]?(?: [A-Z0-9][\w.'’]{0,20}){1,3}|\d{1,3}(?:st|nd|rd|th)) $")
_CUPS = re.compile(r"(?<![\d/.])(?=[\d¼½¾⅓⅔⅛])(?:(\d{1,2})(?![\d/]) ?)?(\d/\d|[¼½¾⅓⅔⅛])?(?<=\S) $")
_AFTER_CUPS = re.compile(r" [a-z]{3}")
_QUARTER_NEXT = re.compile(r",? (?:NW|NE|SW|SE)\b")
"""The part of a city that follows a street in an American address."""

_LOOK_BACK = 72


def abbreviation(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """An abbreviation in full, with its stop where that ends the sentence too."""
    if at and (text[at - 1].isalnum() or text[at - 1] in "_@.\\~$"):
        return None
    if text[at + 1 : at + 2] == "." and (dotted := _DOTTED.match(text, at)):
        return _letters(text, at, dotted)
    match = _WORD.match(text, at)
    if match is None:
        return None
    if text[match.end() : match.end() + 1] == "." and (dotted := _DOTTED.match(text, at)):
        return _letters(text, at, dotted)
    if at and text[at - 1] in "-/`=+":
        return None
    if text[match.end() : match.end() + 1] == "/" and context.style == "prose":
        slashed = _SLASH.match(text, at)
        return (slashed.end(), _cased(text[at], SLASHED[slashed[0].lower()])) if slashed else None
    word = match[1]
    if word.lower() not in _KEYS or not _cased_well(word):
        return None
    stopped = bool(match[2] or match[3])
    if stopped:
        found = _stopped(text, at, match.end(), word, context)
    elif text[match.end() : match.end() + 1] in _JOINING or word.isupper():
        return None
    else:
        found = _unstopped(text, at, match.end(), word, context)
    if found is None:
        return None
    said, stop, end = found
    return _ended(text, end, _cased(word, said), stop if stopped else None)


def _cased_well(word: str) -> bool:
    """Whether people write the abbreviation with such capitals."""
    if word.islower():
        return True
    return word.lower() not in _LOWER_CASE_ONLY and (word.istitle() or word.lower() in _IN_CAPITALS_TOO)


def _stopped(text: str, at: int, end: int, word: str, context: Context) -> _Found:
    """The abbreviation ``text[at:end]``, which has a stop."""
    key, capital = word.lower(), word[0].isupper()
    name_next, before = capital_next(text, end), word_before(text, at)
    if key in STREETS and capital and (stop := _street(text, at, key, before, name_next)):
        return STREETS[key], stop, end
    if (
        key == "c"
        and not capital
        and _AFTER_CUPS.match(text, end)
        and (cups := _CUPS.search(text, max(0, at - 12), at))
    ):
        is_several = cups[1] and (cups[2] or cups[1] != "1")
        return "cups" if is_several else "cup", "never", end
    if key == "st":
        return ("saint", "never", end) if name_next else None
    year = BEFORE_YEARS.get(key)
    if year and (found := _YEAR_NEXT.match(text, end)) and (key not in "bdr" or text.endswith(("(", ", "), 0, at)):
        return f"{year} {numbers.year(context.language, int(found[1]))}", None, found.end()
    if key in BEFORE_NUMBERS and (capital or key not in WORDS_TOO):
        number = _DIGIT_NEXT if key in ("no", "c", "ca") else _NUMBER_NEXT
        if number.match(text, end):
            return BEFORE_NUMBERS[key], "never", end
    if key in TITLES and (capital or key in TITLES_OF_ANYBODY):
        return TITLES[key], "never", end
    if key in TITLES_BEFORE_NAMES and capital and name_next:
        return TITLES_BEFORE_NAMES[key], "never", end
    if key in AFTER_NAMES and (capital or key in ("jr", "sr")):
        return AFTER_NAMES[key], "function word" if key in ("jr", "sr", "bros") else "capital", end
    if key == "v" and name_next and before[:1].isupper():
        return "versus", "never", end
    if key == "ed" and text.startswith(" by ", end):
        return "edited", "never", end
    if key == "ed" and before[-2:] in ("st", "nd", "rd", "th"):
        return "edition", "capital", end
    if (key == "al" and before.lower() != "et") or (key in _TIMES and before[-1:].isdigit()):
        return None
    if key in ANYWHERE and not (key in WORDS_AT_THE_END and _sentence_ends(text, end, "capital")):
        return ANYWHERE[key], "never" if key in ("vs", "cf", "viz", "approx", "incl", "tel") else "capital", end
    return None


def _unstopped(text: str, at: int, end: int, word: str, context: Context) -> _Found:
    """The abbreviation ``text[at:end]``, which has no stop, as some write it."""
    key, following = word.lower(), text[end : end + 1]
    if key in PLAIN and context.style == "prose":
        return (
            (PLAIN[key], "never", end)
            if len(key) > 2 or key == "vs" or (word.islower() and following in " ,:")
            else None
        )
    if word in WITHOUT_STOP and word != "Dr" and capital_next(text, end):
        return (TITLES.get(key) or TITLES_BEFORE_NAMES[key]), "never", end
    if key in NUMBERS_WITHOUT_STOP and following in (" ", "\u00a0") and _DIGIT_NEXT.match(text, end):
        return BEFORE_NUMBERS[key], "never", end
    if word in _STREETS_WITHOUT_STOP and _ADDRESS_BEFORE.search(text[max(0, at - _LOOK_BACK) : at]):
        return STREETS[key], "never", end
    if word in ("St", "Dr") and capital_next(text, end):
        return "saint" if word == "St" else "doctor", "never", end
    if word in _NAMES_WITHOUT_STOP and word_before(text, at)[:1].isupper():
        return AFTER_NAMES[key], "never", end
    return None


def _street(text: str, at: int, key: str, before: str, name_next: str) -> Stop | None:
    """When a stop ends the sentence if it is a street after its name, as in "5 Main St."; None for "St. John"."""
    address = _ADDRESS_BEFORE.search(text[max(0, at - _LOOK_BACK) : at])
    if not address and (not before[:1].isupper() or before.lower() in FUNCTION_WORDS or before.endswith(".")):
        return None
    of_a_name = name_next and name_next.lower() not in FUNCTION_WORDS
    if of_a_name and key in ("st", "dr") and not (address or before in _KNOWN_STREETS):
        return None
    if _QUARTER_NEXT.match(text, at + len(key) + 1):
        return "never"
    return "capital" if address else "function word"


def _letters(text: str, at: int, match: re.Match[str]) -> tuple[int, str] | None:
    """Letters with stops: "U.S.", "p.m.", "e.g.", "Ph.D."."""
    word, end = match[0], match.end()
    key = word.lower().rstrip(".")
    stop: Stop = "function word"
    if key in ("a.m", "p.m"):
        said = f"{key[0].upper()} M"
        stop = "never" if _time_goes_on(text, end) else "capital"
    elif key in ANYWHERE and (key != "n.b" or word[0].isupper()):
        said, stop = _cased(word, ANYWHERE[key]), "never"
    elif key in ACADEMIC:
        said = ACADEMIC[key]
    elif _CAPITALS.fullmatch(word) and (word.endswith(".") or word in _CAPITALS_WITHOUT_STOP):
        said = " ".join(word.replace(".", ""))
    else:
        return None
    return _ended(text, end, said, stop if word.endswith(".") else None)


def _ended(text: str, end: int, said: str, stop: Stop | None) -> tuple[int, str]:
    """Answers with "'s" taken in, and with the stop kept if the sentence ends."""
    if text[end : end + 2] in ("'s", "’s") and not text[end + 2 : end + 3].isalnum():
        return end + 2, said + "'s"
    return end, said + ("." if stop and _sentence_ends(text, end, stop) else "")


def _sentence_ends(text: str, end: int, stop: Stop) -> bool:
    following = _NEXT.match(text, end)
    if following is None or (following.end() == len(text) and not following[4]):
        return True
    closers, space, _, word = following.groups()
    if not space:
        return False
    if "\n\n" in space:
        return True
    if not word[:1].isupper() or ")" in closers or stop == "never":
        return False
    return stop == "capital" or word.lower() in FUNCTION_WORDS


def _time_goes_on(text: str, end: int) -> bool:
    """Whether a zone or a day follows "p.m."."""
    following = _NEXT.match(text, end)
    return following is not None and (following[4].lower() in ZONES or following[4] in _DAYS)


def capital_next(text: str, end: int) -> str:
    """The word after a space at ``end``, if it begins with a capital, else ""."""
    following = _NEXT.match(text, end)
    if following is None or following[1] or not following[2] or not following[4][:1].isupper():
        return ""
    return following[4]


def word_before(text: str, at: int) -> str:
    """The word before the space before ``at``; "" at the beginning, or after any other mark."""
    found = _WORD_BEFORE.search(text[max(0, at - 32) : at])
    return found[1] if found else ""


def _cased(written: str, said: str) -> str:
    return said[0].upper() + said[1:] if written[0].isupper() else said
