"""The grammar that Spanish, French, Italian and Portuguese share; their words are tables of each language. Pure."""

from collections.abc import Mapping

from ttsmesh.model.text.kinds import (
    Clock,
    Date,
    Decade,
    Duration,
    Fraction,
    Measure,
    Number,
    Percent,
    Range,
    Roman,
    Scientific,
)
from ttsmesh.model.text.verbalise import numbers
from ttsmesh.model.text.verbalise.base import BaseVerbaliser, scaled
from ttsmesh.model.text.verbalise.numbers import Noun
from ttsmesh.model.text.verbalise.tables import Counted

Forms = tuple[str, str, str, str]
"""An adjective after one and many masculine nouns, and after one and many feminine ones."""


class Romance(BaseVerbaliser):
    """What a language has for each part of a sentence is an attribute: ``and_`` is "y", "et" or "e"."""

    singular_below_two: bool = False
    """Whether 0 and 1.5 go with the singular, as in French and Portuguese."""

    large: Mapping[str, Counted]
    """Names for the scales "million", "billion" and "trillion"."""

    large_words: frozenset[str]
    """The last words of numbers that need ``of`` before a noun: "un millón de euros"."""

    and_: str
    of: str
    percent_words: tuple[str, str]
    """Of a hundred, of a thousand."""

    square: Forms
    cubic: Forms
    squared: str
    cubed: str
    raised: str
    times: str
    over: str
    halves: tuple[str, str]
    """A half, masculine and feminine."""

    denominators: Mapping[int, str]
    """Thirds to tenths and more, in the singular."""

    ordinals_to: int
    """The last number of a king or a century that is an ordinal."""

    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    date_of: str
    """What stands between day, month and year, with its spaces."""

    decades: str
    """The word before the number of a decade."""

    # --- numbers of things --------------------------------------------------------------------------------------------

    def unsigned(self, number: Number, noun: Noun = "") -> str:
        if number.scale in ("", "thousand"):
            return numbers.decimal(self.language, scaled(number), noun)
        said = numbers.decimal(self.language, number.digits, "masculine")
        return f"{said} {self._form(number.digits, self.large[number.scale])}"

    def count(self, amount: Number | Fraction | Range, of: Counted) -> str:
        if isinstance(amount, Fraction):
            return self.signed(amount.sign, self._part_of(amount, of))
        said = self.amount(amount, of.gender)
        single = isinstance(amount, Number) and not amount.scale
        name = self._form(amount.digits, of) if isinstance(amount, Number) and single else of.many
        return f"{said} {self._of(name)}" if said.rpartition(" ")[2] in self.large_words else f"{said} {name}"

    def _form(self, digits: str, of: Counted) -> str:
        whole, _, decimals = digits.partition(".")
        one = whole in ("0", "1") if self.singular_below_two else whole == "1" and not decimals
        return of.one if one else of.many

    def _of(self, name: str) -> str:
        return f"{self.of} {name}"

    def _part_of(self, amount: Fraction, of: Counted) -> str:
        half = self.halves[of.gender == "feminine"]
        whole = self.count(Number(str(amount.whole)), of) if amount.whole else ""
        if (amount.numerator, amount.denominator) == (1, 2):
            return f"{whole} {self.and_} {half}" if whole else f"{half} {of.one}"
        part = self.fraction(Fraction(0, amount.numerator, amount.denominator))
        return f"{whole} {self.and_} {part}" if whole else f"{part} {self._of(of.one)}"

    def measure(self, kind: Measure) -> str:
        of = self.unit(kind.unit)
        if kind.power in (2, 3):
            one_m, many_m, one_f, many_f = self.square if kind.power == 2 else self.cubic
            one, many = (one_f, many_f) if of.gender == "feminine" else (one_m, many_m)
            of = Counted(f"{of.one} {one}", f"{of.many} {many}", of.gender)
        said = self.count(kind.amount, of)
        return f"{said} {self.per(kind.per)}" if kind.per else said

    def per(self, key: str) -> str:
        """The end of a rate: "por hora"."""
        return f"{self.by} {self.unit(key).one}"

    def percent(self, kind: Percent) -> str:
        return f"{self.amount(kind.amount)} {self.percent_words[kind.of == 1000]}"

    # --- numbers alone ------------------------------------------------------------------------------------------------

    def fraction(self, kind: Fraction) -> str:
        part = self._part(kind.numerator, kind.denominator)
        if not kind.whole:
            return part
        whole = self.cardinal(str(kind.whole))
        if (kind.numerator, kind.denominator) == (1, 2):
            part = self.halves[0]
        return f"{whole} {self.and_} {part}"

    def _part(self, numerator: int, denominator: int) -> str:
        name = self.denominator(denominator) if numerator else None
        if name is None:
            return f"{self.cardinal(str(numerator))} {self.over} {self.cardinal(str(denominator))}"
        said = numbers.cardinal(self.language, numerator, "masculine")
        return f"{said} {name if numerator == 1 else self.plural(name)}"

    def denominator(self, n: int) -> str | None:
        """The name of a part of ``n`` equal ones; None where people say the number after "over"."""
        return self.denominators.get(n)

    def plural(self, name: str) -> str:
        """The plural of the name of a part."""
        return name + "s"

    def roman(self, kind: Roman) -> str:
        if kind.ordinal and kind.value <= self.ordinals_to:
            return numbers.ordinal(self.language, kind.value)
        return self.cardinal(str(kind.value))

    def power(self, base: str, exponent: Number) -> str:
        if exponent.digits in ("2", "3") and exponent.sign != "-":
            return f"{base} {self.squared if exponent.digits == '2' else self.cubed}"
        return f"{base} {self.raised} {self.number(exponent)}"

    def scientific(self, kind: Scientific) -> str:
        ten = self.power(self.cardinal("10"), kind.exponent)
        return f"{self.number(kind.mantissa)} {self.times} {ten}"

    # --- times --------------------------------------------------------------------------------------------------------

    def duration(self, kind: Duration) -> str:
        words = self.lengths_of_time(kind)
        return f"{' '.join(words[:-1])} {self.and_} {words[-1]}" if words[1:] else " ".join(words)

    def clock(self, kind: Clock) -> str:
        hour = kind.hour
        if kind.half and kind.second is None:
            said = self.half_day(hour % 12 or 12, kind.minute)
            return f"{said} {self.time_of_day(hour % 12 + 12 * (kind.half == 'pm'))}"
        if kind.second is not None:
            return self.duration(Duration(hour, kind.minute, Number(str(kind.second))))
        return self.full_day(hour, kind.minute)

    def full_day(self, hour: int, minute: int) -> str:
        """A time of day that names no half of it."""
        said = self.count(Number(str(hour)), self.unit("h"))
        return f"{said} {self.cardinal(str(minute))}" if minute else said

    def half_day(self, hour: int, minute: int) -> str:
        """A time of 1 to 12 hours, before the words for the part of the day."""
        return self.full_day(hour, minute)

    def time_of_day(self, hour: int) -> str:
        """The words for the part of the day that ``hour``, 0 to 23, is in."""
        raise NotImplementedError

    def date(self, kind: Date) -> str:
        parts = []
        if kind.day is not None:
            first = kind.day == 1
            parts.append(numbers.ordinal(self.language, 1) if first else self.cardinal(str(kind.day)))
        if kind.month is not None:
            parts.append(self.months[kind.month - 1])
        if kind.year is not None:
            parts.append(numbers.year(self.language, kind.year))
        said = self.date_of.join(parts)
        if kind.weekday is None:
            return said
        return f"{self.weekdays[kind.weekday]} {said}".rstrip()

    def decade(self, kind: Decade) -> str:
        in_century = kind.year % 100
        short = in_century >= 20 and (kind.short or 1900 <= kind.year < 2000)
        return f"{self.decades} {self.cardinal(str(in_century if short else kind.year))}"
