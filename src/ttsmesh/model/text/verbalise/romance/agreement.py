"""A rule for numbers that change with the noun behind them: "21 alumnos", "2 pessoas", "1 fille", "½ taza". Pure.

The gender of a noun is guessed by its ending, with a list of those that deceive. A word that is no noun, such as an
article or a verb, leaves the number as it is.
"""

import re

from ttsmesh.model.text.classify.numbers import read_number
from ttsmesh.model.text.classify.tokens import SPACE, begins
from ttsmesh.model.text.classify.units import SYMBOLS
from ttsmesh.model.text.rules import Context, Rule
from ttsmesh.model.text.verbalise import numbers
from ttsmesh.model.text.verbalise.romance.genders import Genders

_NOUN = re.compile(rf"{SPACE}([^\W\d_]{{2,30}})(?![^\W_'’./@_-]|[./@_][^\W_])")
_HALF = re.compile(rf"(?:(\d{{1,3}}){SPACE}?)?(?:(?<!\d)1/2|½)(?={SPACE})")


def agreement(genders: Genders, halves: tuple[str, str], and_: str) -> Rule:
    """A rule for whole numbers that change before a noun, and for a half of something, one of ``halves``.

    ``and_``: the word between whole ones and a half."""

    def rule(text: str, at: int, context: Context) -> tuple[int, str] | None:
        if not (text[at].isdecimal() or text[at] == "½") or not begins(text, at) or text[at - 1 : at] in ("/", "-"):
            return None
        half = _HALF.match(text, at)
        found = None if half else read_number(text, at, context.verbaliser, signed=False)
        end, digits = (half.end(), "1") if half else (found[0], found[1].digits) if found else (at, "")
        noun = _NOUN.match(text, end)
        if noun is None or not noun[1].islower() or noun[1] in genders.no_nouns or noun[1] in SYMBOLS:
            return None
        gender = genders.of(noun[1])
        if half:
            name = halves[gender == "feminine"]
            if not half[1]:
                return end, name
            whole = numbers.decimal(context.language, half[1], gender)
            return end, f"{whole} {and_} {name.removeprefix('un ').removeprefix('une ')}"
        if not _changes(digits, genders) or (digits != "1" and not genders.plural.search(noun[1])):
            return None
        return end, numbers.decimal(context.language, digits, gender)

    return rule


def _changes(digits: str, genders: Genders) -> bool:
    """Whether the number of ``digits`` is another one before a feminine noun, or before any noun."""
    if not digits.isdecimal():
        return False
    teen = len(digits) > 1 and digits[-2] == "1"
    in_hundreds = genders.hundreds and len(digits) > 2 and digits[-3] not in "01"
    return (digits[-1] in genders.changing and not teen) or in_hundreds
