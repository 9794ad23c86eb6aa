"""Words in capitals: spelled letter by letter, said as a word, or ordinary words that someone writes loudly. Pure."""

import re

from ttsmesh.model.text.rules import Context
from ttsmesh.model.text.terms.tables.acronyms import COMMON_WORDS, MONTHS, RESPELLED_SAID, SAID, SPELLED
from ttsmesh.model.text.terms.tables.names import CURRENCIES

LONGEST_SPELLED = 5
"""A longer word in capitals is an ordinary one, unless it has no vowel."""

_SHORT = 3
"""Letters, at most, of a part of a name in capitals that is spelled where it is no common word: ABC_123."""

_WORD = re.compile(r"([A-Z]{2,100}+)(?:(['’]?s)(?![a-z]))?(?![A-Za-z0-9_\u00c0-\u024f])")
_ROMAN = re.compile(r"[IVX]{2,}$|M{0,3}(?:CM|CD|D?C{2,3})(?:XC|XL|L?X{1,3})?(?:IX|IV|V?I{1,3})?$")
_OF_A_NUMBER = re.compile(
    rf"(?:(?:[A-Z]{{1,3}}\$|{'|'.join(CURRENCIES)})[ \u00a0]?|(?:{'|'.join(MONTHS)})[A-Z]{{0,6}}[ .,-]{{1,2}})[0-9]"
)
_THESE_ARE_NAMES = ("WHO", "IT", "US")
"""Words that are spelled behind "the"."""
_VOWEL = re.compile("[AEIOUY]")
_PRONOUNCEABLE = re.compile(
    r"(?=.{4,})(?:[BCDFGPT][LR]|S[CLMPT]|[CPST]H|QU|[B-DF-HJ-NP-TV-Z])?[AEIOUY]{1,2}"
    r"(?:(?:[LMNRSX]?(?:[BCDFGPT][LR]|[CPST]H|QU|[B-DF-HJ-NP-TV-Z])|LL|RR|SS|TT|CC|ZZ|FF|PP)[AEIOUY]{1,2}){0,2}"
    r"(?:[LMNRS]?[B-DF-HJ-NP-TV-Z]|ST|LL)?"
)
"""Words of four letters or more in capitals that are said as words in every language but English, which has a list of
those: ERROR, DEBUG, HOLA, OTAN; not OCDE, HTTP."""

_LETTERS = re.compile(r"[^\W\d_]+")
_NEIGHBOURHOOD = 60
"""Characters to each side in which neighbouring words are looked for."""
_NEIGHBOURS = 3
_SENTENCE_END = re.compile(r"[.!?\n]")


def acronym(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """A word in capitals that cannot be a Roman numeral: "the HTTP API", "PDFs", "NASA's"."""
    match = _WORD.match(text, at)
    if match is None or _ROMAN.match(match[1]) or _OF_A_NUMBER.match(text, at):
        return None
    return match.end(), _said(text, match, context)


def roman_looking(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """A word in capitals, tried after the number rules, so that it may look like a Roman numeral: "an IV drip"."""
    match = _WORD.match(text, at)
    if match is None:
        return None
    said = spelled(match[1], context, plural=bool(match[2])) if _ROMAN.match(match[1]) else _said(text, match, context)
    return match.end(), said


def spelled(word: str, context: Context, plural: bool = False) -> str:
    """Latin letters by their names: "A P I", or "A P I's" for more than one of it."""
    said = context.verbaliser.one_by_one(word.upper())
    return f"{said}'s" if plural and _english(context) else said


def part(word: str, context: Context, shouted: bool = False) -> str:
    """``word``, in capitals, as a part of a name. ``shouted``: all of the name is in capitals, as in MAX_RETRIES."""
    if said := _as_word(word, context):
        return said
    ordinary = len(word) > (_SHORT if shouted else LONGEST_SPELLED) or (shouted and word.lower() in COMMON_WORDS)
    if ordinary and word not in SPELLED and _VOWEL.search(word):
        return word.lower()
    return spelled(word, context)


def _said(text: str, match: re.Match[str], context: Context) -> str:
    word, ending = match[1], match[2] or ""
    said = _as_word(word, context)
    if not said and word not in SPELLED and _VOWEL.search(word):
        named = _is_name(text, match, context)
        common = _english(context) and not COMMON_WORDS.isdisjoint({word.lower(), word.lower().removesuffix("s")})
        foreign = not _english(context) and _PRONOUNCEABLE.fullmatch(word) is not None
        if len(word) > LONGEST_SPELLED or foreign or (common and not named) or _loud(text, *match.span(), context):
            said = word.lower()
    if not said:
        return spelled(word, context, plural=bool(ending))
    return said + ending.replace("’", "'")


def _is_name(text: str, match: re.Match[str], context: Context) -> bool:
    """Whether a word that is also an ordinary one is spelled here: "the WHO", "AT&T", "the IT department"."""
    by_ampersand = text[max(0, match.start() - 1) : match.start()] == "&" or text.startswith("&", match.end())
    return by_ampersand or match[1] == "IT" or (match[1] in _THESE_ARE_NAMES and context.previous == "the")


def _as_word(word: str, context: Context) -> str:
    if word in RESPELLED_SAID and not _english(context):
        return word.lower()
    return SAID.get(word, "")


def _loud(text: str, start: int, end: int, context: Context) -> bool:
    """Whether the words around ``text[start:end]`` are in capitals too, other than acronyms."""
    before = _SENTENCE_END.split(text[max(0, start - _NEIGHBOURHOOD) : start])[-1]
    after = _SENTENCE_END.split(text[end : end + _NEIGHBOURHOOD])[0]
    left, right = _telling(before)[-_NEIGHBOURS:], _telling(after)[:_NEIGHBOURS]
    nearest = [*left[-1:], *right[:1]]
    if any(word.isupper() and _is_word(word, context) for word in nearest):
        return True
    return len(left + right) > 1 and all(word.isupper() and _VOWEL.search(word) for word in left + right)


def _is_word(word: str, context: Context) -> bool:
    """Whether ``word``, in capitals, is an ordinary one."""
    if word.lower() in COMMON_WORDS or len(word) > LONGEST_SPELLED:
        return True
    return not _english(context) and _PRONOUNCEABLE.fullmatch(word) is not None


def _telling(text: str) -> list[str]:
    """Words that tell by their capitals how loud ``text`` is. "I" and "A" have them anyway, and so have acronyms."""
    return [word for word in _LETTERS.findall(text) if len(word) > 1 and word not in SPELLED and word not in SAID]


def _english(context: Context) -> bool:
    return context.language.startswith("en-")
