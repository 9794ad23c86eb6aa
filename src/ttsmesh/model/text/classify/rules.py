"""The rules that find what has digits in it, in every language. Pure.

An amount before what it describes, as in "a 5 km run", is marked as attributive: in English it has no plural there.
"""

import re
from dataclasses import replace

from ttsmesh.model.text.classify import (
    clocks,
    dates,
    digits,
    fractions,
    measures,
    mixed,
    money,
    numbers,
    ranges,
    sizes,
    years,
)
from ttsmesh.model.text.classify.tokens import UNSPACED, Reader, words
from ttsmesh.model.text.kinds import Dimensions, Kind, Measure, Money, Number, Range
from ttsmesh.model.text.rules import Context, Rule

WORDS = frozenset(dates.MONTHS) | {code.lower() for code in money.CODES} | {"rs", "rmb", "zl"}
"""The words, in lower case, with which something with digits may begin: months and currencies."""

_READERS: tuple[Reader, ...] = (
    dates.date,
    clocks.clock,
    clocks.duration,
    years.decade,
    money.money,
    measures.percent,
    numbers.ordinal,
    measures.measure,
    fractions.fraction,
    clocks.ratio,
    years.year,
    years.short_year,
    digits.digits,
    numbers.number,
    mixed.roman,
)
"""What may be either side of a range, the most specific first."""

_GLUED = re.compile(rf"(?:\.|[^\W{UNSPACED}])[-–/]$")

_ARTICLES = words("a an another")
_DETERMINERS = words("the this that its his her their our my your each every") | _ARTICLES
_BEFORE_A_HALF = _DETERMINERS | words("one two three four five six first second last other per no")
_NOUN_BEHIND = re.compile(r"[ \u00a0-]([a-z]{2,20})(?![\w'’])")
_NO_NOUN = words(
    "was is were are had has have will would can could should may might must did does do and or but nor to of in for "
    "per from on at by with as that which who when if than then while because until since after before into about "
    "it he she they we you an the each more less ago away apart long wide tall high deep thick went came goes comes "
    "seemed took takes made makes left remain remains long now later"
)
"""English words that may follow an amount, and that it does not describe."""

_HYPHEN = re.compile(r"\d[-‑][^\W\d_]")


def _saying(reader: Reader) -> Rule:
    """A rule that says what ``reader`` reads."""

    def rule(text: str, at: int, context: Context) -> tuple[int, str] | None:
        found = reader(text, at, context)
        if found is None:
            return None
        return found[0], context.verbaliser.say(_describing(text, at, found[0], found[1], context))

    return rule


def _amount(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """What a reader reads, or a range of two such amounts."""
    found = _read(text, at, context)
    if found is None:
        return None
    if not _GLUED.search(text, max(0, at - 2), at):
        found = ranges.extend(text, *found, _read, context) or found
    said = context.verbaliser.say(_describing(text, at, *found, context))
    return found[0], _without_article(said, context)


def _read(text: str, at: int, context: Context) -> tuple[int, Kind] | None:
    for reader in _READERS:
        if found := reader(text, at, context):
            return found
    return None


def _power_of_a_unit(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """A number with an exponent, and the unit behind it: 5.97 × 10^24 kg, 3e8 m/s."""
    found = numbers.scientific(text, at, context) or numbers.power(text, at, context)
    if found is None:
        return None
    end, said = found[0], context.verbaliser.say(found[1])
    several = Number("2")
    unit = measures.read_unit(text, end, several, context) if text[end : end + 1].isspace() else None
    if unit is None:
        return end, said
    counted, number = context.verbaliser.say(Measure(several, *unit[1:])), context.verbaliser.say(several)
    # Where the unit is not behind its number, it is read by itself.
    return (unit[0], said + counted.removeprefix(number)) if counted.startswith(number + " ") else (end, said)


def _series(text: str, at: int, context: Context) -> tuple[int, str] | None:
    return None if dates.date(text, at, context) else digits.series(text, at, context)


def _describing(text: str, at: int, end: int, kind: Kind, context: Context) -> Kind:
    """``kind``, which is ``text[at:end]``, marked as attributive if a noun that it describes follows."""
    if not context.language.startswith("en") or not isinstance(kind, Money | Measure | Dimensions | Range):
        return kind
    if text[at] in "~≈":
        return kind  # what stands before the sign is no article
    if isinstance(kind, Range):
        last = _describing(text, at, end, kind.last, context)
        return kind if last is kind.last else replace(kind, last=last)
    hyphened = isinstance(kind, Measure) and _HYPHEN.search(text, at, end) is not None
    return replace(kind, attributive=True) if hyphened or _describes(text, end, context.previous) else kind


def _without_article(said: str, context: Context) -> str:
    """ "half" for "a half" where the text itself has an article or a number before it: "a ½-inch gap"."""
    if said.startswith("a ") and context.language.startswith("en") and context.previous in _BEFORE_A_HALF:
        return said[2:]
    return said


def _describes(text: str, end: int, previous: str) -> bool:
    if previous in _ARTICLES:
        return True
    found = _NOUN_BEHIND.match(text, end)
    return previous in _DETERMINERS and found is not None and found[1] not in _NO_NOUN and not found[1].endswith("ed")


RULES: tuple[Rule, ...] = (
    dates.timestamp,
    clocks.fine_clock,
    clocks.days,
    fractions.pair,
    _saying(digits.phone),
    _saying(years.span),
    ranges.difference,
    _series,
    _power_of_a_unit,
    _saying(sizes.dimensions),
    _saying(sizes.feet_and_inches),
    _saying(sizes.angle),
    sizes.product,
    sizes.times,
    _amount,
    mixed.numbered,
    mixed.mixed,
)
"""All rules, the most specific first. The last one reads any token with a digit in it, and a sign before one.

The others leave alone what is no number: versions, addresses of hosts, hexadecimal, hashes, ``file.py:42``.
"""
