"""The rules that find what has digits in it, in every language. Pure."""

import re

from ttsmesh.model.text.classify import (
    clocks,
    dates,
    differences,
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
from ttsmesh.model.text.classify.attributes import describing, without_article
from ttsmesh.model.text.classify.tokens import UNSPACED, Reader
from ttsmesh.model.text.kinds import Kind, Measure, Number
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


def _saying(reader: Reader) -> Rule:
    """A rule that says what ``reader`` reads."""

    def rule(text: str, at: int, context: Context) -> tuple[int, str] | None:
        found = reader(text, at, context)
        if found is None:
            return None
        return found[0], context.verbaliser.say(describing(text, at, found[0], found[1], context))

    return rule


def _amount(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """What a reader reads, or a range of two such amounts."""
    found = _read(text, at, context)
    if found is None:
        return None
    if not _GLUED.search(text, max(0, at - 2), at):
        found = ranges.extend(text, *found, _read, context) or found
    said = context.verbaliser.say(describing(text, at, *found, context))
    return found[0], without_article(said, context)


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


RULES: tuple[Rule, ...] = (
    dates.timestamp,
    clocks.fine_clock,
    clocks.days,
    fractions.pair,
    _saying(digits.phone),
    _saying(years.span),
    differences.difference,
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
