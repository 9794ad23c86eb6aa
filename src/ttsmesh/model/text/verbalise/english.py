"""English, American and British: how each kind of text is said. Pure.

A time of day without "am" or "pm" is said as it is written. A full hour is "ten o'clock" up to twelve and "thirteen
hundred" after it; 0:00 is midnight, and 0:30 "zero thirty". Seconds that are zero are not said.
"""

from collections.abc import Mapping, Sequence
from functools import singledispatchmethod
from types import MappingProxyType

from ttsmesh.model.text import kinds
from ttsmesh.model.text.kinds import Kind, Number
from ttsmesh.model.text.rules import Rule
from ttsmesh.model.text.verbalise import english_rules, english_symbols, english_words, numbers
from ttsmesh.model.text.verbalise.english_words import CURRENCIES, MONTHS, WEEKDAYS, several, unit_name
from ttsmesh.model.text.verbalise.tables import Counted

_SIGNS: Mapping[str, str] = {"": "", "-": "minus ", "+": "plus ", "±": "plus or minus "}
_EXPONENTS = {"2": "squared", "3": "cubed"}
_SQUARES = {1: "", 2: "square ", 3: "cubic "}
_PARTS = {2: ("half", "halves"), 4: ("quarter", "quarters")}
_NAMED_PARTS = frozenset({*range(2, 11), 12, 16, 20, 32, 64, 100, 1000})
"""Denominators that have a name to the ear; another one is "over" it."""

_HOUR, _MINUTE, _SECOND = unit_name("h"), unit_name("min"), unit_name("s")
_VOWELS = ("a", "e", "i", "o", "hour")
_LONGEST_NUMBER = 15


class English:
    """How English says things; it is a ``Verbaliser``."""

    decimal_mark = "."
    group_marks = ",\u00a0\u2009\u202f"
    symbols: Mapping[str, str] = english_symbols.SYMBOLS
    terms: Mapping[str, str] = MappingProxyType({})
    rules: Sequence[Rule] = english_rules.RULES

    def __init__(self, language: str) -> None:
        """``language``: "en-us" or "en-gb"."""
        self.language = language
        self._british = language == "en-gb"

    def say(self, kind: Kind) -> str:
        """``kind`` in words."""
        return self._say(kind)

    def cardinal(self, digits: str) -> str:
        """ASCII ``digits`` as a number; one by one if there are more than 15, or a zero before others."""
        if len(digits) > _LONGEST_NUMBER or (len(digits) > 1 and digits[0] == "0"):
            return self.one_by_one(digits)
        return numbers.cardinal(self.language, int(digits))

    def one_by_one(self, characters: str) -> str:
        """Each digit in a word and each letter as a capital."""
        return numbers.digits(self.language, characters)

    @singledispatchmethod
    def _say(self, kind: object) -> str:
        raise TypeError(f"no kind of text: {kind!r}")

    @_say.register
    def _number(self, number: Number) -> str:
        return self._signed(number, self._amount(number))

    @_say.register
    def _digits(self, kind: kinds.Digits) -> str:
        return ("plus " if kind.plus else "") + ", ".join(self.one_by_one(group) for group in kind.groups)

    @_say.register
    def _money(self, money: kinds.Money) -> str:
        amount = money.amount
        letters = self.one_by_one(money.currency)
        main, part = CURRENCIES.get(money.currency) or (Counted(letters, letters), None)
        whole, _, decimals = amount.digits.partition(".")
        parts = decimals.ljust(2, "0")
        if amount.scale or len(parts) > 2 or (int(parts) and not part):
            return f"{self._number(amount)} {main.one if money.attributive else main.many}"
        said = (
            f"{self.cardinal(whole)} {main.one}" if money.attributive and not int(parts) else self._count(whole, main)
        )
        if part and int(parts):
            if not int(whole or "0"):
                said = self._count(parts, part)
            elif int(parts) < 10:
                said += f" and {self._count(parts, part)}"
            else:
                said += f" {self.cardinal(parts)}"
        return self._signed(amount, said)

    @_say.register
    def _measure(self, measure: kinds.Measure) -> str:
        counted = unit_name(measure.unit)
        square = _SQUARES[measure.power]
        amount, unit = measure.amount, counted.many
        if _is_one(amount) or measure.attributive:
            unit = counted.one
        elif isinstance(amount, kinds.Fraction) and not amount.whole:
            unit = counted.one
            if amount.numerator > 1 or amount.denominator not in _PARTS:
                square = ("of an " if (square or unit).startswith(_VOWELS) else "of a ") + square
        said = f"{self._say(amount)} {square}{unit}"
        if measure.per:
            said += " per " + unit_name(measure.per).one
        return english_words.british(said) if self._british else said

    @_say.register
    def _percent(self, percent: kinds.Percent) -> str:
        return f"{self._say(percent.amount)} {'percent' if percent.of == 100 else 'per thousand'}"

    @_say.register
    def _fraction(self, fraction: kinds.Fraction) -> str:
        numerator, denominator = fraction.numerator, fraction.denominator
        counted = self.cardinal(str(numerator))
        if denominator not in _NAMED_PARTS or numerator >= denominator:
            said = f"{counted} over {self.cardinal(str(denominator))}"
        else:
            part = numbers.ordinal(self.language, denominator)
            one, several = _PARTS.get(denominator, (part, part + "s"))
            said = f"{'a' if denominator < 5 else 'one'} {one}" if numerator == 1 else f"{counted} {several}"
        whole = self.cardinal(str(fraction.whole)) + " and " if fraction.whole else ""
        return _SIGNS[fraction.sign] + whole + said

    @_say.register
    def _ordinal(self, ordinal: kinds.Ordinal) -> str:
        return numbers.ordinal(self.language, ordinal.value)

    @_say.register
    def _roman(self, roman: kinds.Roman) -> str:
        return (
            f"the {numbers.ordinal(self.language, roman.value)}" if roman.ordinal else self.cardinal(str(roman.value))
        )

    @_say.register
    def _clock(self, clock: kinds.Clock) -> str:
        if clock.half:
            hour = self.cardinal(str(clock.hour or 12))
            said = f"{hour} {self._minutes(clock.minute)}" if clock.minute else hour
        elif clock.minute:
            said = f"{self.cardinal(str(clock.hour))} {self._minutes(clock.minute)}"
        elif not clock.hour:
            said = "midnight"
        elif clock.hour <= 12:
            said = f"{self.cardinal(str(clock.hour))} o'clock"
        else:
            said = f"{self.cardinal(str(clock.hour))} hundred" + (" hours" if clock.second else "")
        if clock.second:
            said += " and " + self._count(str(clock.second), _SECOND)
        return f"{said} {clock.half[0].upper()} M" if clock.half else said

    @_say.register
    def _duration(self, duration: kinds.Duration) -> str:
        hours = "" if duration.hours is None else str(duration.hours)
        minutes = "" if duration.minutes is None else str(duration.minutes)
        seconds = duration.seconds.digits if duration.seconds else ""
        parts = ((hours, _HOUR), (minutes, _MINUTE), (seconds, _SECOND))
        written = [part for part in parts if part[0]]
        # A zero is heard only where nothing else is.
        said = [part for part in written if part[0].strip("0.")] or written[-1:]
        return " ".join(self._count(*part) for part in said)

    @_say.register
    def _date(self, date: kinds.Date) -> str:
        said = []
        if date.weekday is not None:
            said.append(WEEKDAYS[date.weekday] + ("," if date.month and not self._british else ""))
        day = numbers.ordinal(self.language, date.day) if date.day else ""
        if date.month and day:
            month = MONTHS[date.month - 1]
            said.append(f"the {day} of {month}" if self._british else f"{month} {day}")
        elif date.month:
            said.append(MONTHS[date.month - 1])
        elif day:
            said.append(f"the {day}")
        if date.year is not None:
            comma = "," if date.month and day and not self._british else ""
            said = [" ".join(said) + comma] * bool(said) + [self._year_in_words(date.year)]
        return " ".join(said)

    @_say.register
    def _timestamp(self, timestamp: kinds.Timestamp) -> str:
        zone = self._zone(timestamp.zone)
        return f"{self._date(timestamp.date)}, {self._clock(timestamp.clock)}" + (f", {zone}" if zone else "")

    @_say.register
    def _year(self, year: kinds.Year) -> str:
        return self._year_in_words(year.value)

    @_say.register
    def _decade(self, decade: kinds.Decade) -> str:
        tens = decade.year % 100
        if tens:
            said = several(self.cardinal(str(tens)))
            century = decade.year // 100
            return said if decade.short or not century else f"{self.cardinal(str(century))} {said}"
        if decade.short or decade.year % 1000 == 0:
            return self.cardinal(str(decade.year // 1000 or 2)) + " thousands"
        return f"{self.cardinal(str(decade.year // 100))} hundreds"

    @_say.register
    def _power(self, power: kinds.Power) -> str:
        exponent = power.exponent
        named = _EXPONENTS.get(exponent.digits) if exponent.sign != "-" else None
        return f"{self._number(power.base)} {named or self._to_the(exponent)}"

    @_say.register
    def _scientific(self, number: kinds.Scientific) -> str:
        return f"{self._number(number.mantissa)} times ten {self._to_the(number.exponent)}"

    @_say.register
    def _dimensions(self, dimensions: kinds.Dimensions) -> str:
        said = " by ".join(self._number(side) for side in dimensions.sides)
        if not dimensions.unit:
            return said
        counted = unit_name(dimensions.unit)
        unit = counted.one if dimensions.attributive else counted.many
        return f"{said} {english_words.british(unit) if self._british else unit}"

    @_say.register
    def _feet_and_inches(self, height: kinds.FeetAndInches) -> str:
        if isinstance(height.inches, Number) and not height.inches.digits.strip("0."):
            return self._count(str(height.feet), unit_name("ft"))
        return f"{self.cardinal(str(height.feet))} foot {self._say(height.inches)}"

    @_say.register
    def _angle(self, angle: kinds.Angle) -> str:
        said = self._signed(angle.degrees, self._count(angle.degrees.digits, unit_name("°")))
        if angle.minutes is not None:
            said += " " + self._count(angle.minutes.digits, _MINUTE)
        if angle.seconds is not None:
            said += " " + self._count(angle.seconds.digits, _SECOND)
        return f"{said} {english_words.COMPASS[angle.compass]}" if angle.compass else said

    @_say.register
    def _ratio(self, ratio: kinds.Ratio) -> str:
        return f"{self._number(ratio.first)} to {self._number(ratio.second)}"

    @_say.register
    def _range(self, reach: kinds.Range) -> str:
        first, last = reach.first, reach.last
        if self._british and last == Number("0") and isinstance(first, Number):
            return f"{self._say(first)} nil"  # only a score goes down to zero
        # The noun that both share is said once: "five to ten dollars".
        match first, last:
            case kinds.Money(), kinds.Money() if first.currency == last.currency and "." not in first.amount.digits:
                first = first.amount
            case kinds.Percent(), kinds.Percent() if first.of == last.of:
                first = first.amount
            case kinds.Measure(), kinds.Measure() if _units_of(first) == _units_of(last):
                first = first.amount
        return f"{self._say(first)} to {self._say(last)}"

    def _signed(self, number: Number, said: str) -> str:
        return ("about " if number.about else "") + _SIGNS[number.sign] + said

    def _amount(self, number: Number) -> str:
        """``number`` in words, with its scale and without its sign."""
        whole, point, decimals = number.digits.partition(".")
        said = self.cardinal(whole or "0")
        if point and decimals:
            said += f" point {self.one_by_one(decimals)}"
        return f"{said} {number.scale}" if number.scale else said

    def _count(self, digits: str, noun: Counted) -> str:
        """``digits`` of a noun; zeros before others are not said."""
        digits = digits.lstrip("0") or "0"
        return f"{self._amount(Number(digits))} {noun.one if digits == '1' else noun.many}"

    def _minutes(self, minute: int) -> str:
        return f"oh {self.cardinal(str(minute))}" if minute < 10 else self.cardinal(str(minute))

    def _year_in_words(self, year: int) -> str:
        return numbers.year(self.language, year)

    def _to_the(self, exponent: Number) -> str:
        return f"to the {_SIGNS[exponent.sign] if exponent.sign != '+' else ''}{self._amount(exponent)}"

    def _zone(self, zone: str) -> str:
        """ "UTC" in letters, "+02:00" as its distance from UTC."""
        if zone[:1] not in ("+", "-"):
            return self.one_by_one(zone)
        hours, minutes = zone[1:3], zone[-2:] if len(zone) > 3 else "00"
        after = f" {self.cardinal(minutes)}" if int(minutes) else ""
        return f"U T C {_SIGNS[zone[:1]]}{self.cardinal(str(int(hours)))}{after}"


def _is_one(amount: Number | kinds.Fraction | kinds.Range) -> bool:
    return isinstance(amount, Number) and amount.digits == "1" and not amount.scale


def _units_of(measure: kinds.Measure) -> tuple[str, str, int]:
    return measure.unit, measure.per, measure.power
