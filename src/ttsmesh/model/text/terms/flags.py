"""Options of commands: --no-cache, -rf, --opt=value. The value is left to the other rules. Pure."""

import re

from ttsmesh.model.text.rules import Context
from ttsmesh.model.text.terms.acronyms import spelled
from ttsmesh.model.text.terms.names import LETTERS, english, identifier, number

_LONG = re.compile(rf"(?<![{LETTERS}0-9_-])--([A-Za-z][A-Za-z0-9_]{{0,40}}(?:[-.][A-Za-z0-9_]{{1,40}}){{0,10}})(=)?")
_SHORT = re.compile(
    rf"(?<![{LETTERS}0-9½⅓⅔¼¾⅛⅜⅝⅞_.-])-([A-Za-z][A-Za-z0-9]{{0,20}}(?:[-_][A-Za-z0-9]{{1,20}}){{0,5}})(?![{LETTERS}0-9_$-])(=)?"
)
_COUNT = re.compile(r"(?<=[ ])-([0-9]{1,5})(?![0-9A-Za-z.,])")
_COUNTING = frozenset({"tail", "head", "kill", "killall", "pkill", "xargs", "fold"})
_REDIRECTION = re.compile(r"(?<![0-9A-Za-z.,])(?:([12])>>?(?:&([12])(?![0-9]))?|&>>?)(?![=0-9])")
_STREAMS = {"1": "standard output", "2": "standard error"}
_VOWEL = re.compile("[aeiouyAEIOUY]")
_PARAMETER_FOLLOWS = re.compile(r"[^\s.!?\"”][\"`']?[ ]$")
"""What stands before an option with a capital, such as -Wall: no end of a sentence, behind which a speaker's name may
be."""
_WORDS = frozenset({"as", "do", "if", "in", "no", "of", "on", "or", "so", "to"})
"""Words of two letters that options are called by."""
_NUMBERS = frozenset({"inf", "infinity", "nan"})
"""What programs write for a number that has no digits; "-" before it is a minus."""
_WARNING = re.compile("W[a-z]")
"""How compilers call their warnings: -Wall is "W all"."""
_CLUSTER = 3
"""Letters, at most, that may be options of one letter each: -xzf."""


def long_flag(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """--no-cache, --opt=value. "Today --not tomorrow" needs a second look: a flag begins with a small letter."""
    match = _LONG.match(text, at)
    if match is None or (match[1][0].isupper() and context.style == "prose" and not match[2]):
        return None
    dash = context.term("dash")
    said = f"{dash} {dash} {identifier(match[1].replace('.', '-'), context)}"
    return match.end(), _with_equals(said, match[2], context)


def short_flag(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """-rf, -n, -Xmx512m, -name; not "-Hola", with which a line of dialogue begins."""
    match = _SHORT.match(text, at)
    if match is None or match[1].lower() in _NUMBERS:
        return None
    name = match[1]
    letters = name.isalpha() and (
        len(name) == 1
        or (len(name) == 2 and name.lower() not in _WORDS)
        or (len(name) <= _CLUSTER and (context.style == "code" or not _VOWEL.search(name)))
    )
    capitalised = len(name) > 1 and name[0].isupper() and name[1:].islower() and name.isalpha()
    if capitalised and english(context) and _PARAMETER_FOLLOWS.search(text, max(0, at - 4), at):
        capitalised = False
    line_begins = not text[max(0, at - 200) : at].rpartition("\n")[2].strip()
    if context.style == "prose" and not letters and (capitalised or (line_begins and name.isalpha())):
        return None
    if _WARNING.match(name):
        letters, name = False, f"W-{name[1:]}"
    said = f"{context.term('dash')} {spelled(name, context) if letters else identifier(name, context)}"
    return match.end(), _with_equals(said, match[2], context)


def count(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """tail -3, kill -9: a number as an option, behind a command that has such."""
    match = _COUNT.match(text, at)
    if match is None or context.previous not in _COUNTING:
        return None
    return match.end(), f"{context.term('dash')} {number(match[1], context)}"


def redirection(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """2>&1, 2>, &>: where a shell sends what a program writes."""
    match = _REDIRECTION.match(text, at)
    if match is None:
        return None
    source, target = _STREAMS.get(match[1] or "1"), _STREAMS.get(match[2] or "")
    words = [source and context.term(source), context.term("to"), target and context.term(target)]
    return match.end(), " ".join(filter(None, words))


def _with_equals(said: str, equals: str | None, context: Context) -> str:
    return f"{said} {context.term('equals')}" if equals else said
