"""What the verbalisers of all languages but English share: tables, and what needs no grammar. Pure."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from ttsmesh.model.text.kinds import (
    Angle,
    Clock,
    Date,
    Decade,
    Digits,
    Dimensions,
    Duration,
    FeetAndInches,
    Fraction,
    Kind,
    Measure,
    Money,
    Number,
    Ordinal,
    Percent,
    Power,
    Range,
    Ratio,
    Roman,
    Scientific,
    Timestamp,
    Year,
)
from ttsmesh.model.text.rules import Rule
from ttsmesh.model.text.verbalise import numbers
from ttsmesh.model.text.verbalise.numbers import Noun
from ttsmesh.model.text.verbalise.tables import Counted, Currency, unit

PREFIXED = "m g l L s Hz W Wh V A Ah Ω F J cal Pa N Nm eV bar mol t B b P"
"""The units that have names with a prefix of SI or IEC before them."""

_SHIFTS = {"": 0, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}


class BaseVerbaliser(ABC):
    """One language's words. Tables are attributes of the class; grammar is its abstract methods."""

    language: str
    decimal_mark: str
    group_marks: str
    symbols: Mapping[str, str]
    terms: Mapping[str, str]
    rules: Sequence[Rule]

    gap: str = " "
    """What stands between two words; "" in languages that are written without spaces."""

    signs: Mapping[str, str]
    """The words for -, + and ± before a number."""

    about: str
    """The word before a number that is not exact."""

    to: str
    by: str
    ratio_word: str
    """The words between the ends of a range, the sides of an area, and the terms of a ratio."""

    cents_after: str = ""
    """The word between the main unit of money and the minor one."""

    compass: Mapping[str, str]

    units: Mapping[str, Counted]
    prefixes: Mapping[str, str]
    currencies: Mapping[str, Currency]

    @abstractmethod
    def count(self, amount: Number | Fraction | Range, of: Counted) -> str:
        """``amount`` of something, with the name of it."""

    @abstractmethod
    def measure(self, kind: Measure) -> str: ...

    @abstractmethod
    def percent(self, kind: Percent) -> str: ...

    @abstractmethod
    def fraction(self, kind: Fraction) -> str: ...

    @abstractmethod
    def roman(self, kind: Roman) -> str: ...

    @abstractmethod
    def clock(self, kind: Clock) -> str: ...

    @abstractmethod
    def date(self, kind: Date) -> str: ...

    @abstractmethod
    def decade(self, kind: Decade) -> str: ...

    @abstractmethod
    def power(self, base: str, exponent: Number) -> str:
        """``base``, in words, to the ``exponent``."""

    @abstractmethod
    def scientific(self, kind: Scientific) -> str: ...

    def say(self, kind: Kind) -> str:
        """``kind`` in words."""
        match kind:
            case Number():
                return self.number(kind)
            case Digits(groups, plus):
                said = ", ".join(self.one_by_one(group) for group in groups)
                return f"{self.symbols['+']} {said}" if plus else said
            case Money(amount, currency):
                return self.money(amount, currency)
            case Measure():
                return self.measure(kind)
            case Percent():
                return self.percent(kind)
            case Fraction():
                return self.signed(kind.sign, self.fraction(kind))
            case Ordinal(value, feminine):
                return numbers.ordinal(self.language, value, feminine)
            case Roman():
                return self.roman(kind)
            case Clock():
                return self.clock(kind)
            case Duration():
                return self.duration(kind)
            case Date():
                return self.date(kind)
            case Timestamp():
                return self.timestamp(kind)
            case Year(value):
                return numbers.year(self.language, value)
            case Decade():
                return self.decade(kind)
            case Power(base, exponent):
                return self.power(self.number(base), exponent)
            case Scientific():
                return self.scientific(kind)
            case Dimensions():
                return self.dimensions(kind)
            case FeetAndInches(feet, inches):
                lengths = (Number(str(feet)), "ft"), (inches, "in")
                return self.gap.join(self.count(amount, self.unit(key)) for amount, key in lengths)
            case Angle():
                return self.angle(kind)
            case Ratio():
                return self.ratio(kind)
            case Range(first, last):
                return self.range_of(first, last)

    def cardinal(self, digits: str) -> str:
        """A whole number of up to 15 digits in words; a longer one digit by digit."""
        return numbers.decimal(self.language, digits)

    def one_by_one(self, characters: str) -> str:
        """Digits, each in a word, and Latin letters, each as a capital."""
        return numbers.digits(self.language, characters)

    def signed(self, sign: str, said: str) -> str:
        """``said`` after the word for ``sign``."""
        return f"{self.signs[sign]}{self.gap}{said}" if sign else said

    def number(self, number: Number, noun: Noun = "") -> str:
        """``number`` with its sign; ``noun`` is the gender of what it counts."""
        said = self.signed(number.sign, self.unsigned(number, noun))
        return f"{self.about}{self.gap}{said}" if number.about else said

    def unsigned(self, number: Number, noun: Noun = "") -> str:
        """``number`` without its sign. Its scale is multiplied out here: languages with words for scales do more."""
        return numbers.decimal(self.language, scaled(number), noun)

    def amount(self, amount: Number | Fraction | Range, noun: Noun = "") -> str:
        """An amount in words; ``noun`` is the gender of what it counts."""
        match amount:
            case Number():
                return self.number(amount, noun)
            case Fraction():
                return self.say(amount)
            case Range(Number() as first, Number() as last):
                return self.range(self.number(first, noun), self.number(last, noun))
            case Range(first, last):
                return self.range_of(first, last)

    def range_of(self, first: Kind, last: Kind) -> str:
        """A range of any kind. What both ends have in common is said once: "five to ten dollars"."""
        match first, last:
            case Money(start, currency), Money(end, other) if currency == other and _whole(start) and _whole(end):
                return self.count(Range(start, end), self.currency(currency)[0])
            case Percent(Number() as start, of), Percent(Number() as end, other) if of == other:
                return self.percent(Percent(Range(start, end), of))
            case Measure(Number() as start, key, per, power), Measure(Number() as end) if last == Measure(
                end, key, per, power
            ):
                return self.measure(Measure(Range(start, end), key, per, power))
            case _:
                return self.range(self.say(first), self.say(last))

    def money(self, amount: Number, currency: str) -> str:
        """``amount`` in the main and the minor unit of ``currency``; half a dollar is fifty cents."""
        main, minor = self.currency(currency)
        whole, hundredths = parts_of_money(amount) if minor else (amount.digits, "")
        if not hundredths or minor is None:
            return self.count(Number(whole, amount.sign, amount.scale, amount.about), main)
        said = self.count(Number(whole), main) if int(whole) else ""
        said = self.signed(amount.sign, self.with_hundredths(said, hundredths, minor))
        return f"{self.about}{self.gap}{said}" if amount.about else said

    def with_hundredths(self, said: str, hundredths: str, minor: Counted) -> str:
        """The main units as ``said``, "" for none, and ``hundredths`` of one."""
        cents = self.count(Number(hundredths), minor)
        return self.gap.join(filter(None, (said, self.cents_after, cents))) if said else cents

    def dimensions(self, kind: Dimensions) -> str:
        *sides, last = kind.sides
        end = self.count(last, self.unit(kind.unit)) if kind.unit else self.number(last)
        return f"{self.gap}{self.by}{self.gap}".join([*map(self.number, sides), end])

    def ratio(self, kind: Ratio) -> str:
        return self.gap.join((self.number(kind.first), self.ratio_word, self.number(kind.second)))

    def range(self, first: str, last: str) -> str:
        """From ``first`` to ``last``, both in words."""
        return self.gap.join((first, self.to, last))

    def duration(self, kind: Duration) -> str:
        return self.gap.join(self.lengths_of_time(kind))

    def lengths_of_time(self, kind: Duration) -> list[str]:
        """Hours, minutes and seconds, as many of them as there are."""
        return [
            self.count(amount if isinstance(amount, Number) else Number(str(amount)), self.unit(key))
            for amount, key in ((kind.hours, "h"), (kind.minutes, "min"), (kind.seconds, "s"))
            if amount is not None
        ]

    def angle(self, kind: Angle) -> str:
        parts = ((kind.degrees, "°"), (kind.minutes, "min"), (kind.seconds, "s"))
        said = [self.count(amount, self.unit(key)) for amount, key in parts if amount is not None]
        return self.gap.join([*said, self.compass[kind.compass]] if kind.compass else said)

    def timestamp(self, kind: Timestamp) -> str:
        """Date, time and zone, with a pause after the date."""
        said = f"{self.date(kind.date)}, {self.clock(kind.clock)}"
        if not kind.zone:
            return said
        letters, offset = ("U T C", kind.zone) if kind.zone[0] in "+-" else (" ".join(kind.zone), "")
        if not offset:
            return f"{said} {letters}"
        hours, _, minutes = offset[1:].partition(":")
        words = [letters, self.symbols[offset[0]], self.cardinal(str(int(hours)))]
        if int(minutes or "0"):
            words.append(self.cardinal(str(int(minutes))))
        return f"{said} {' '.join(words)}"

    def unit(self, key: str) -> Counted:
        """The name of a unit; its letters where it has none in this language."""
        letters = " ".join(c.upper() for c in key if c.isalpha())
        return unit(key, self.units, self.prefixes, PREFIXED) or Counted(letters, letters)

    def currency(self, code: str) -> Currency:
        """The main and the minor unit of a currency; the letters of its code where it has no name here."""
        letters = " ".join(code)
        return self.currencies.get(code, (Counted(letters, letters), None))


def scaled(number: Number) -> str:
    """The digits of ``number`` times its scale."""
    return shifted(number.digits, _SHIFTS[number.scale])


def shifted(digits: str, power: int) -> str:
    """``digits`` times ten to the ``power``, which is 0 or more."""
    if not power:
        return digits
    whole, _, decimals = digits.partition(".")
    decimals = decimals.ljust(power, "0")
    head = (whole + decimals[:power]).lstrip("0") or "0"
    rest = decimals[power:]
    return f"{head}.{rest}" if rest else head


def parts_of_money(amount: Number) -> tuple[str, str]:
    """Main units and hundredths: "2.5" is two and fifty; hundredths are "" where there are none, or more digits."""
    whole, _, decimals = amount.digits.partition(".")
    if amount.scale or len(decimals) > 2:
        return amount.digits, ""
    return (whole or "0", str(int(decimals.ljust(2, "0")))) if decimals.strip("0") else (whole or "0", "")


def _whole(number: Number) -> bool:
    return "." not in number.digits
