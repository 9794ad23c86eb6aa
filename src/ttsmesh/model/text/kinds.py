"""What a stretch of text with digits or symbols means, apart from how a language says it. Pure.

``classify`` finds these in a text, and a verbaliser (``verbalise``) says them in words of its language.
"""

from dataclasses import dataclass
from typing import Literal

Sign = Literal["", "-", "+", "±"]
Scale = Literal["", "thousand", "million", "billion", "trillion"]


@dataclass(frozen=True, slots=True)
class Number:
    """A number: ``digits`` are ASCII, without grouping, with "." before decimals: "1234.50", "0.5".

    Zeros at the end of the decimals are kept, because 3.10 is not 3.1. ``about``: a tilde or ≈ stands before it.
    """

    digits: str
    sign: Sign = ""
    scale: Scale = ""
    about: bool = False


@dataclass(frozen=True, slots=True)
class Digits:
    """Digits that are read one by one, in ``groups`` with a short pause between them: a phone number, a PIN."""

    groups: tuple[str, ...]
    plus: bool = False


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of a ``currency``, its ISO 4217 code: ``Money(Number("2.5"), "USD")`` is two dollars fifty.

    ``attributive``: it stands before what it describes, as in "a $20 bill".
    """

    amount: Number
    currency: str
    attributive: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """``amount`` of a ``unit``, a key of ``classify.units.UNITS``; ``per`` is another one, as in "10 MB/s".

    ``power``: 2 and 3 for square and cubic. ``attributive``: it stands before what it describes, as in "a 5 km run".
    """

    amount: "Number | Fraction | Range"
    unit: str
    per: str = ""
    power: int = 1
    attributive: bool = False


@dataclass(frozen=True, slots=True)
class Percent:
    """``amount`` of a hundred, or of a thousand."""

    amount: "Number | Range"
    of: Literal[100, 1000] = 100


@dataclass(frozen=True, slots=True)
class Fraction:
    """``whole`` and ``numerator`` / ``denominator``: ½ is ``Fraction(0, 1, 2)``."""

    whole: int
    numerator: int
    denominator: int
    sign: Sign = ""


@dataclass(frozen=True, slots=True)
class Ordinal:
    """A place in a row: 3rd, 3º, 3e. ``feminine`` where the writing says so (3ª)."""

    value: int
    feminine: bool = False


@dataclass(frozen=True, slots=True)
class Roman:
    """A Roman numeral. ``ordinal``: it is said as one, as after the name of a king, or before a century."""

    value: int
    ordinal: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day. ``half``: which half of the day the writing names."""

    hour: int
    minute: int
    second: int | None = None
    half: Literal["", "am", "pm"] = ""


@dataclass(frozen=True, slots=True)
class Duration:
    """Hours, minutes and seconds: 1:02:33, 1h30m. None where the writing has none."""

    hours: int | None
    minutes: int | None
    seconds: Number | None


@dataclass(frozen=True, slots=True)
class Date:
    """A date; None for what is not said. ``weekday``: 0 for Monday, where the writing names it."""

    year: int | None
    month: int | None
    day: int | None
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A date with a time. ``zone``: "" or "UTC" or "+02:00"."""

    date: Date
    clock: Clock
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Year:
    """A year by itself, 1000 to 2099, where the words around it say that it is one."""

    value: int


@dataclass(frozen=True, slots=True)
class Decade:
    """1990s; ``short`` for '90s."""

    year: int
    short: bool = False


@dataclass(frozen=True, slots=True)
class Power:
    """``base`` to the ``exponent``: 10², 10^6, 2^-3."""

    base: Number
    exponent: Number


@dataclass(frozen=True, slots=True)
class Scientific:
    """1.5e-3, 6.02 × 10^23."""

    mantissa: Number
    exponent: Number


@dataclass(frozen=True, slots=True)
class Dimensions:
    """Lengths of sides: 1920x1080, 5 × 3 m. ``attributive``: they stand before what has these sides."""

    sides: tuple[Number, ...]
    unit: str = ""
    attributive: bool = False


@dataclass(frozen=True, slots=True)
class FeetAndInches:
    """5'10\" and 5′10½″."""

    feet: int
    inches: Number | Fraction


@dataclass(frozen=True, slots=True)
class Angle:
    """40°26′46″, with the letter of the compass where there is one."""

    degrees: Number
    minutes: Number | None
    seconds: Number | None
    compass: Literal["", "N", "S", "E", "W"] = ""


@dataclass(frozen=True, slots=True)
class Ratio:
    """16:9, 3:1."""

    first: Number
    second: Number


@dataclass(frozen=True, slots=True)
class Range:
    """From ``first`` to ``last``, of one kind: pages 10–12, $5-$10, 9:00–17:00, 2019–2021."""

    first: "Kind"
    last: "Kind"


Kind = (
    Number
    | Digits
    | Money
    | Measure
    | Percent
    | Fraction
    | Ordinal
    | Roman
    | Clock
    | Duration
    | Date
    | Timestamp
    | Year
    | Decade
    | Power
    | Scientific
    | Dimensions
    | FeetAndInches
    | Angle
    | Ratio
    | Range
)
