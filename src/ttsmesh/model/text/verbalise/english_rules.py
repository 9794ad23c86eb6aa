"""What only English writes: Roman numerals after names, short forms, letters joined by "&"; and all its rules. Pure."""

import re
from collections.abc import Sequence

from ttsmesh.model.text.rules import Context, Rule
from ttsmesh.model.text.verbalise import numbers
from ttsmesh.model.text.verbalise.english_abbreviations import abbreviation, capital_next, word_before
from ttsmesh.model.text.verbalise.english_dates import month_date, weekday
from ttsmesh.model.text.verbalise.english_names import (
    CROWNS,
    FIRST_NAMES,
    FUNCTION_WORDS,
    NUMBERED,
    NUMBERS_WITHOUT_STOP,
    PLAIN,
    RULERS,
)
from ttsmesh.model.text.verbalise.english_numbered import (
    named,
    per,
    postcode,
    rate,
    rating,
    several_of,
    verse,
)
from ttsmesh.model.text.verbalise.tables import entries

_ROMAN = re.compile(r"([IVXLCDM]{1,9}|[ivxl]{1,7})(th|st|nd|rd)?(?![\w-])")
_WELL_FORMED = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_AFTER_CENTURY = re.compile(r"[ -](?:centur|millenni|dynast|olympi)", re.IGNORECASE)
_NAMES_BEFORE = re.compile(r"((?:[^\W\d_][\w'’.]{0,20}[ \u00a0]){1,3})$")
_LISTED_BEFORE = re.compile(r"([A-Za-z]{3,12}) (?:[IVXL]{1,6}(?:, (?:and |or )?| and | or | to | & |[-–])){1,8}$")
_AFTER_THE_FIRST = re.compile(r"['’]s\b|\s{0,40}(?:$|[.,;:)?!\]—–])|[ \u00a0](?:of|died|reigned|ruled|became|who)\b")
_AFTER_THE_FIRST_TOO = re.compile(r"[ \u00a0](?:is|was|has|had|and|in|by|to|from|at)\b")
"""What follows "Charles I" only where no sentence goes before that ends with "Charles": "told Charles I was late"."""

_BEFORE_THE_FIRST = frozenset({"of", "under", "by"})
_I_AS_A_PERSON = re.compile(
    r"['’]|[ ](?:am|have|think|know|will|would|can|could|do|did|want|like|love|hope|need|said|read|wrote|saw|took|got|"
    r"made|found|bought|used|mentioned|liked|loved|wanted)\b"
)
_SPELLED_TOO = frozenset({"IV", "VI", "XX", "XXX"})
"""Numerals that often stand for something else: after a name that begins a sentence they are letters."""

_PLAIN_WORD = re.compile(r"[a-z]{2,40}(?=[\s,;:!?)”]|$)")
_SHORT_WORDS = frozenset({*PLAIN, *NUMBERS_WITHOUT_STOP})
_LETTERS_OF_NUMERALS = frozenset("ivxl")

_SHORT_ARE = re.compile(r"(what|who|where|when|why|how|there|here|that)['’]re(?!\w)", re.IGNORECASE)
_THE = re.compile(r"(t)h['’](?= ?[A-Za-z])(?!['’]?\w{0,2}['’])", re.IGNORECASE)
_HEADLESS = re.compile(r"['’‘](tis|twas|twere|twill|twould|em|cause|til)(?![\w'’-])", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(r"(?:['’‘][nN]['’]|[nN]['’](?= [A-Z]))(?!\w)")
_OPTIONAL = re.compile(r"([A-Za-z][a-z]{1,30})\((e?s)\)(?!\w)")
_LONGER = re.compile(r"[A-Za-zµ]{1,31}+(?:[/(\d-]| \d{5})")
"""What letters are a part of, where a word does not end behind them."""

_EXPONENT = re.compile(r"\^[({]?-?[A-Za-z](?![A-Za-z])")
_PARAGRAPH = re.compile(r"¶{1,2}(?= ?\d)")
_PLUS_OR_MINUS = re.compile(r"\+ ?/ ?[-−–]")
_AND_LETTERS = re.compile(r"(?:([A-Z]{1,2})&([A-Z]{1,2})|([A-Z]) & ([A-Z]))(s?)(?![\w&])")
_NUMBER_SIGN = re.compile(r"([Nn])[°º˚](?=[ \u00a0]?\d)")
_IDIOMS = entries(
    """
    24/7: twenty-four seven; 24-7: twenty-four seven; 50/50: fifty fifty; 50-50: fifty fifty; 20/20: twenty twenty;
    9/11: nine eleven; 7/11: seven eleven; Pan Am: pan am; WWI: World War one; WWII: World War two
    """
)
_IDIOM = re.compile(rf"(?:{'|'.join(map(re.escape, _IDIOMS))})(?![\w/%]|[.,-]\d)")


def roman(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """A Roman numeral after what it numbers: "Henry VIII", "World War II", "chapter iv", or before "century"."""
    if text[at] not in "IVXLCDMivxl" or (at and (text[at - 1].isalnum() or text[at - 1] in "_-/.&'’")):
        return None
    match = _ROMAN.match(text, at)
    if match is None:
        return None
    numeral, end = match[1].upper(), match.end()
    value = roman_value(numeral)
    if not value:
        return None
    if match[1].islower():
        listed = text[at - 1 : at] == "(" and text[end : end + 1] == ")"
        after = word_before(text, at).lower().rstrip(".") in NUMBERED
        return (end, numbers.cardinal(context.language, value)) if len(numeral) > 1 and (listed or after) else None
    if match[2] or (_AFTER_CENTURY.match(text, end) and len(numeral) + value > 2):
        return end, numbers.ordinal(context.language, value)
    if len(numeral) >= 4 and 1500 <= value < 2100:
        return end, numbers.year(context.language, value)
    said = _after_a_name(text, at, end, numeral, value, context)
    if said is None:
        return None
    if text[end : end + 2] in ("'s", "’s"):
        return end + 2, said + "'s"
    return end, said


def _after_a_name(text: str, at: int, end: int, numeral: str, value: int, context: Context) -> str | None:
    before = text[max(0, at - 66) : at]
    listed = _LISTED_BEFORE.search(before) if numeral != "I" else None
    if listed and listed[1].lower().removesuffix("s") in NUMBERED:
        return numbers.cardinal(context.language, value)
    names = _NAMES_BEFORE.search(before)
    if names is None:
        return None
    words = names[1].split()
    last = words[-1].rstrip(".")
    if numeral == "X" and last.lower() in ("gen", "generation"):
        return None
    number = numbers.cardinal(context.language, value)
    if len(numeral) == 1 and text.startswith(".", end):
        surname = capital_next(text, end + 1)
        if surname and surname.lower() not in FUNCTION_WORDS:
            return None  # an initial: "John V. Smith"
    if (
        not NUMBERED.isdisjoint((last.lower(), last.lower().removesuffix("s")))
        and (len(numeral) > 1 or last[0].isupper())
        and (value < 90 or len(numeral) > 2)
    ):
        return None if numeral == "I" and _I_AS_A_PERSON.match(text, end) else number
    if not last[0].isupper() or last.lower() in FUNCTION_WORDS or value >= 40:
        return None
    people = [word for word in words if word[0].isupper()]
    crowned = not CROWNS.isdisjoint(people)
    if last in RULERS or (len(numeral) > 1 and (crowned or not FIRST_NAMES.isdisjoint(people))):
        if (numeral == "I" and not crowned and not _is_first(text, at, end, words)) or (last, numeral) == (
            "Malcolm",
            "X",
        ):
            return None
        return f"the {numbers.ordinal(context.language, value)}"
    if len(numeral) == 1 or (numeral in _SPELLED_TOO and len(words) < 2):
        return None
    return number


def _is_first(text: str, at: int, end: int, words: list[str]) -> bool:
    """Whether "I" after the name of a ruler is a numeral: what is around it is not as around the pronoun."""
    if _AFTER_THE_FIRST.match(text, end):
        return True
    if _AFTER_THE_FIRST_TOO.match(text, end) is None:
        return False
    if len(words) > 1:
        return words[-2] in _BEFORE_THE_FIRST or words[-2].endswith(".")
    before = text[max(0, at - 66) : at].rstrip().removesuffix(words[0]).rstrip()
    return not before or before[-1] in ".!?"


def roman_value(numeral: str) -> int:
    """The value of a Roman numeral in capitals; 0 for letters that make none."""
    if not _WELL_FORMED.fullmatch(numeral):
        return 0
    values = [_ROMAN_DIGITS[letter] for letter in numeral]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))


def short_form(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """Words with an apostrophe that a dictionary has not: "what're", "th'", "'til", "'n'". "'tis" stays whole."""
    if text[at] not in "wWhHtTnN'’‘" or (at and text[at - 1].isalnum()):
        return None
    if match := _BETWEEN_NAMES.match(text, at):
        return match.end(), "and"
    if match := _SHORT_ARE.match(text, at):
        return match.end(), f"{match[1]} are"
    if match := _THE.match(text, at):
        return match.end(), f"{match[1]}he"
    if match := _HEADLESS.match(text, at):
        word = match[1]
        return match.end(), "till" if word.lower() == "til" else f"'{word}"
    return None


def joined(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """Letters with "&" between them ("R&D", "AT&T"), "n° 5", "+/-", and numbers that are words: "24/7"."""
    first = text[at]
    if first == "^" and _EXPONENT.match(text, at) and text[at - 1 : at].isalnum():
        return at + 1, "to the"
    if first == "¶" and (match := _PARAGRAPH.match(text, at)):
        return match.end(), "paragraphs" if len(match[0]) > 1 else "paragraph"
    if first == "+" and (match := _PLUS_OR_MINUS.match(text, at)):
        return match.end(), "plus or minus"
    if at and (text[at - 1].isalnum() or text[at - 1] in "_/.-$€£"):
        return None
    if first.isupper() and (match := _AND_LETTERS.match(text, at)):
        letters, last = match[1] or match[3], match[2] or match[4]
        return match.end(), f"{' '.join(letters)} and {' '.join(last)}" + ("'s" if match[5] else "")
    if first in "nN" and (match := _NUMBER_SIGN.match(text, at)):
        return match.end(), "Number" if match[1] == "N" else "number"
    if first in "9257PW" and (match := _IDIOM.match(text, at)):
        return match.end(), _IDIOMS[match[0]]
    return None


def optional_plural(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """ "file(s)": files."""
    if not text[at].isalpha() or not (match := _OPTIONAL.match(text, at)) or text[at - 1 : at].isalnum():
        return None
    return match.end(), match[1] + match[2]


_ALWAYS: Sequence[Rule] = (month_date, weekday, abbreviation, roman, short_form, joined)
_BEHIND_LETTERS: Sequence[Rule] = (postcode, several_of, named, rate, optional_plural)
_OTHERWISE: Sequence[Rule] = (verse, rating, several_of, named, per)
"""Tried in this order: the first ones always, then those for what begins with letters, or for anything else."""


def written_short(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """What the rules above say; a plain word in lower case, which most words are, is dismissed at once."""
    plain = _PLAIN_WORD.match(text, at)
    if plain is not None and plain[0] not in _SHORT_WORDS and not _LETTERS_OF_NUMERALS.issuperset(plain[0]):
        return None
    for rule in _ALWAYS:
        if (answer := rule(text, at, context)) is not None:
            return answer
    if not text[at].isalpha():
        rules = _OTHERWISE
    elif _LONGER.match(text, at):
        rules = _BEHIND_LETTERS
    else:
        return None
    return next((answer for rule in rules if (answer := rule(text, at, context)) is not None), None)


RULES: Sequence[Rule] = (written_short,)
