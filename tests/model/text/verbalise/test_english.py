"""How American and British English say each kind of text."""

import re

import pytest

from ttsmesh.model.text.classify.units import UNITS
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
from ttsmesh.model.text.verbalise.choose import verbaliser
from ttsmesh.model.text.verbalise.english import English
from ttsmesh.model.text.verbalise.english_words import CURRENCIES, unit_name

AMERICAN, BRITISH = English("en-us"), English("en-gb")

N = Number
JANUARY_31 = Date(2024, 1, 31)

BOTH: list[tuple[Kind, str]] = [
    (N("0"), "zero"),
    (N("42"), "forty-two"),
    (N("3.10"), "three point one zero"),
    (N("0.05"), "zero point zero five"),
    (N("5", "-"), "minus five"),
    (N("5", "+"), "plus five"),
    (N("2", "±"), "plus or minus two"),
    (N("10", about=True), "about ten"),
    (N("10", "-", about=True), "about minus ten"),
    (N("2.5", scale="million"), "two point five million"),
    (N("1000000"), "one million"),
    (N("007"), "zero zero seven"),
    (N("1234567890123456"), "one two three four five six seven eight nine zero one two three four five six"),
    (Digits(("416", "555", "0192")), "four one six, five five five, zero one nine two"),
    (Digits(("49", "30"), plus=True), "plus four nine, three zero"),
    (Digits(("0042",)), "zero zero four two"),
    (Money(N("2.5"), "USD"), "two dollars fifty"),
    (Money(N("2.50"), "USD"), "two dollars fifty"),
    (Money(N("1"), "USD"), "one dollar"),
    (Money(N("5.00"), "USD"), "five dollars"),
    (Money(N("0"), "USD"), "zero dollars"),
    (Money(N("0.99"), "USD"), "ninety-nine cents"),
    (Money(N("0.01"), "GBP"), "one penny"),
    (Money(N("0.5"), "GBP"), "fifty pence"),
    (Money(N("2.05"), "EUR"), "two euros and five cents"),
    (Money(N("1.01"), "GBP"), "one pound and one penny"),
    (Money(N("0.001"), "USD"), "zero point zero zero one dollars"),
    (Money(N("2.5", scale="million"), "GBP"), "two point five million pounds"),
    (Money(N("1", scale="billion"), "USD"), "one billion dollars"),
    (Money(N("500"), "JPY"), "five hundred yen"),
    (Money(N("2.5"), "JPY"), "two point five yen"),
    (Money(N("5", "-"), "USD"), "minus five dollars"),
    (Money(N("5", about=True), "USD"), "about five dollars"),
    (Money(N("30"), "CAD"), "thirty Canadian dollars"),
    (Money(N("3"), "XYZ"), "three X Y Z"),
    (Measure(N("12"), "GiB"), "twelve gibibytes"),
    (Measure(N("1"), "GiB"), "one gibibyte"),
    (Measure(N("10"), "MB", "s"), "ten megabytes per second"),
    (Measure(N("100"), "Mb", "s"), "one hundred megabits per second"),
    (Measure(N("5"), "req", "s"), "five requests per second"),
    (Measure(N("12", "-"), "°C"), "minus twelve degrees Celsius"),
    (Measure(N("1"), "°F"), "one degree Fahrenheit"),
    (Measure(N("3.2"), "GHz"), "three point two gigahertz"),
    (Measure(N("1"), "ft"), "one foot"),
    (Measure(N("6"), "ft"), "six feet"),
    (Measure(N("3"), "in"), "three inches"),
    (Measure(N("350"), "ms"), "three hundred fifty milliseconds"),
    (Measure(N("5"), "µs"), "five microseconds"),
    (Measure(N("1.0"), "s"), "one point zero seconds"),
    (Measure(N("60"), "mph"), "sixty miles per hour"),
    (Measure(N("32"), "psi"), "thirty-two pounds per square inch"),
    (Measure(N("5"), "kWh"), "five kilowatt hours"),
    (Measure(N("12"), "MP"), "twelve megapixels"),
    (Measure(N("2"), "ft", power=3), "two cubic feet"),
    (Measure(Fraction(0, 1, 2), "in"), "a half inch"),
    (Measure(Fraction(0, 3, 4), "in"), "three quarters of an inch"),
    (Measure(Fraction(0, 1, 3), "h"), "a third of an hour"),
    (Measure(Fraction(0, 2, 3), "tsp"), "two thirds of a teaspoon"),
    (Measure(Fraction(2, 1, 2), "lb"), "two and a half pounds"),
    (Measure(Range(N("5"), N("10")), "kg"), "five to ten kilograms"),
    (Percent(N("5")), "five percent"),
    (Percent(N("0.5", "-")), "minus zero point five percent"),
    (Percent(Range(N("5"), N("10"))), "five to ten percent"),
    (Percent(N("2"), 1000), "two per thousand"),
    (Fraction(0, 1, 2), "a half"),
    (Fraction(0, 1, 3), "a third"),
    (Fraction(0, 1, 4), "a quarter"),
    (Fraction(0, 3, 4), "three quarters"),
    (Fraction(0, 2, 3), "two thirds"),
    (Fraction(0, 7, 8), "seven eighths"),
    (Fraction(0, 1, 16), "one sixteenth"),
    (Fraction(2, 1, 2), "two and a half"),
    (Fraction(1, 3, 4), "one and three quarters"),
    (Fraction(0, 5, 17), "five over seventeen"),
    (Fraction(0, 22, 7), "twenty-two over seven"),
    (Fraction(0, 1, 0), "one over zero"),
    (Fraction(0, 1, 2, "-"), "minus a half"),
    (Ordinal(1), "first"),
    (Ordinal(3), "third"),
    (Ordinal(21), "twenty-first"),
    (Ordinal(100), "one hundredth"),
    (Roman(8, ordinal=True), "the eighth"),
    (Roman(2), "two"),
    (Clock(10, 30), "ten thirty"),
    (Clock(10, 0), "ten o'clock"),
    (Clock(9, 5), "nine oh five"),
    (Clock(12, 0), "twelve o'clock"),
    (Clock(0, 0), "midnight"),
    (Clock(0, 30), "zero thirty"),
    (Clock(13, 0), "thirteen hundred"),
    (Clock(17, 45), "seventeen forty-five"),
    (Clock(10, 30, 5), "ten thirty and five seconds"),
    (Clock(10, 30, 1), "ten thirty and one second"),
    (Clock(13, 0, 5), "thirteen hundred hours and five seconds"),
    (Clock(10, 30, 0), "ten thirty"),
    (Clock(9, 0, half="am"), "nine A M"),
    (Clock(9, 5, half="pm"), "nine oh five P M"),
    (Clock(12, 30, half="pm"), "twelve thirty P M"),
    (Duration(1, 30, None), "one hour thirty minutes"),
    (Duration(1, 2, N("33")), "one hour two minutes thirty-three seconds"),
    (Duration(2, 0, N("5")), "two hours five seconds"),
    (Duration(None, 0, N("1.5")), "one point five seconds"),
    (Duration(0, 0, N("0")), "zero seconds"),
    (Date(2024, 1, None), "January twenty twenty-four"),
    (Date(1999, None, None), "nineteen ninety-nine"),
    (Date(None, 5, None), "May"),
    (Date(None, None, 5, 0), "Monday the fifth"),
    (Year(1999), "nineteen ninety-nine"),
    (Year(1905), "nineteen oh five"),
    (Year(1900), "nineteen hundred"),
    (Year(2000), "two thousand"),
    (Year(2024), "twenty twenty-four"),
    (Year(1066), "ten sixty-six"),
    (Decade(1990), "nineteen nineties"),
    (Decade(1990, short=True), "nineties"),
    (Decade(1900), "nineteen hundreds"),
    (Decade(2000), "two thousands"),
    (Decade(2010), "twenty tens"),
    (Power(N("10"), N("2")), "ten squared"),
    (Power(N("2"), N("3")), "two cubed"),
    (Power(N("10"), N("6")), "ten to the six"),
    (Power(N("10"), N("3", "-")), "ten to the minus three"),
    (Power(N("2"), N("2", "-")), "two to the minus two"),
    (Scientific(N("1.5"), N("3", "-")), "one point five times ten to the minus three"),
    (Scientific(N("6.02"), N("23", "+")), "six point zero two times ten to the twenty-three"),
    (Dimensions((N("4"), N("3"))), "four by three"),
    (Dimensions((N("5"), N("3"), N("2")), "ft"), "five by three by two feet"),
    (FeetAndInches(5, N("10")), "five foot ten"),
    (FeetAndInches(6, N("0")), "six feet"),
    (FeetAndInches(5, N("10.5")), "five foot ten point five"),
    (Angle(N("40"), N("26"), N("46"), "N"), "forty degrees twenty-six minutes forty-six seconds north"),
    (Angle(N("1"), None, None), "one degree"),
    (Angle(N("73", "-"), None, None), "minus seventy-three degrees"),
    (Ratio(N("16"), N("9")), "sixteen to nine"),
    (Range(N("10"), N("12")), "ten to twelve"),
    (Range(N("5", "-"), N("3")), "minus five to three"),
    (Range(N("10", about=True), N("12")), "about ten to twelve"),
    (Range(Year(2019), Year(2021)), "twenty nineteen to twenty twenty-one"),
    (Range(Money(N("5"), "USD"), Money(N("10"), "USD")), "five to ten dollars"),
    (Range(Money(N("2.50"), "USD"), Money(N("3"), "USD")), "two dollars fifty to three dollars"),
    (Range(Money(N("5"), "USD"), Money(N("10"), "EUR")), "five dollars to ten euros"),
    (Range(Percent(N("5")), Percent(N("6"))), "five to six percent"),
    (Range(Measure(N("1"), "kg"), Measure(N("2"), "kg")), "one to two kilograms"),
    (Range(Measure(N("1"), "kg"), Measure(N("2"), "lb")), "one kilogram to two pounds"),
    (Range(Clock(9, 0, half="am"), Clock(5, 0, half="pm")), "nine A M to five P M"),
]

APART: list[tuple[Kind, str, str]] = [
    (N("1234"), "one thousand two hundred thirty-four", "one thousand two hundred and thirty-four"),
    (N("105.5"), "one hundred five point five", "one hundred and five point five"),
    (
        Money(N("123.45"), "GBP"),
        "one hundred twenty-three pounds forty-five",
        "one hundred and twenty-three pounds forty-five",
    ),
    (Ordinal(101), "one hundred first", "one hundred and first"),
    (Year(2005), "two thousand five", "two thousand and five"),
    (Measure(N("3"), "m", power=2), "three square meters", "three square metres"),
    (Measure(N("2"), "km"), "two kilometers", "two kilometres"),
    (Measure(N("500"), "ml"), "five hundred milliliters", "five hundred millilitres"),
    (
        Measure(N("9.8"), "m", "s²"),
        "nine point eight meters per second squared",
        "nine point eight metres per second squared",
    ),
    (Dimensions((N("5"), N("3")), "m"), "five by three meters", "five by three metres"),
    (
        Dimensions((N("1920"), N("1080"))),
        "one thousand nine hundred twenty by one thousand eighty",
        "one thousand nine hundred and twenty by one thousand and eighty",
    ),
    (
        JANUARY_31,
        "January thirty-first, twenty twenty-four",
        "the thirty-first of January twenty twenty-four",
    ),
    (Date(None, 12, 25), "December twenty-fifth", "the twenty-fifth of December"),
    (
        Date(2024, 1, 31, 2),
        "Wednesday, January thirty-first, twenty twenty-four",
        "Wednesday the thirty-first of January twenty twenty-four",
    ),
    (
        Timestamp(JANUARY_31, Clock(10, 30, 5), "UTC"),
        "January thirty-first, twenty twenty-four, ten thirty and five seconds, U T C",
        "the thirty-first of January twenty twenty-four, ten thirty and five seconds, U T C",
    ),
    (
        Timestamp(JANUARY_31, Clock(0, 0)),
        "January thirty-first, twenty twenty-four, midnight",
        "the thirty-first of January twenty twenty-four, midnight",
    ),
    (
        Timestamp(JANUARY_31, Clock(8, 5), "-05:30"),
        "January thirty-first, twenty twenty-four, eight oh five, U T C minus five thirty",
        "the thirty-first of January twenty twenty-four, eight oh five, U T C minus five thirty",
    ),
]


@pytest.mark.parametrize(("kind", "said"), BOTH, ids=[f"{type(kind).__name__}: {said}" for kind, said in BOTH])
def test_a_kind_is_said_the_same_on_both_sides_of_the_ocean(kind: Kind, said: str) -> None:
    assert AMERICAN.say(kind) == said
    assert BRITISH.say(kind).replace("hundred and ", "hundred ") == said


@pytest.mark.parametrize(("kind", "american", "british"), APART, ids=[said for _, said, _ in APART])
def test_what_british_people_say_otherwise(kind: Kind, american: str, british: str) -> None:
    assert AMERICAN.say(kind) == american
    assert BRITISH.say(kind) == british


def test_what_is_said_has_words_and_pauses_only() -> None:
    for kind in [*(kind for kind, _ in BOTH), *(kind for kind, _, _ in APART)]:
        assert re.fullmatch(r"[A-Za-z]+(?:(?:,? |-|')[A-Za-z]+)*", AMERICAN.say(kind))


@pytest.mark.parametrize("key", UNITS)
def test_every_unit_that_is_found_has_a_name(key: str) -> None:
    known = ("bar", "em", "rem")  # called by their symbols
    assert unit_name(key).one != key or key in known


@pytest.mark.parametrize(
    ("digits", "said"),
    [
        ("0", "zero"),
        ("100000000000000", "one hundred trillion"),
        ("1234567890123456", "one two three four five six seven eight nine zero one two three four five six"),
        ("0042", "zero zero four two"),
    ],
)
def test_a_cardinal_has_up_to_fifteen_digits(digits: str, said: str) -> None:
    assert AMERICAN.cardinal(digits) == said


def test_letters_and_digits_one_by_one() -> None:
    assert AMERICAN.one_by_one("42af") == "four two A F"


SYMBOLS = [
    ("+", "plus"),
    ("=", "equals"),
    ("&", "and"),
    ("%", "percent"),
    (">", "greater than"),
    ("≤", "less than or equal to"),
    ("≠", "not equal to"),
    ("×", "times"),
    ("÷", "divided by"),
    ("√", "square root of"),
    ("∞", "infinity"),
    ("→", "arrow"),
    ("⇒", "implies"),
    ("π", "pi"),
    ("Ω", "omega"),
    ("Γ", "capital gamma"),
    ("€", "euro"),
    ("§", "section"),
    ("©", "copyright"),
    ("°", "degrees"),
    ("✓", "check"),
    ("♠", "spades"),
    ("♯", "sharp"),
]


@pytest.mark.parametrize(("symbol", "name"), SYMBOLS, ids=[name for _, name in SYMBOLS])
def test_a_symbol_is_called_by_its_name(symbol: str, name: str) -> None:
    assert AMERICAN.symbols[symbol] == name


def test_names_of_symbols_are_words() -> None:
    assert all(re.fullmatch(r"[A-Za-z]+( [A-Za-z]+)*", name) for name in AMERICAN.symbols.values())


def test_every_currency_has_several() -> None:
    assert all(main.many and len(code) == 3 for code, (main, _) in CURRENCIES.items())


def test_both_kinds_of_english_are_chosen_by_their_language() -> None:
    said = [verbaliser(language).say(N("101")) for language in ("en-us", "en-gb")]
    assert said == ["one hundred one", "one hundred and one"]
