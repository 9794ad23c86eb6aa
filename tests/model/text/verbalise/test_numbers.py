"""Numbers in words of every language."""

import re

import pytest

from ttsmesh.languages import LANGUAGES
from ttsmesh.model.text.verbalise.numbers import cardinal, decimal, digits, ordinal, year

CARDINALS = [
    ("en-us", 0, "zero"),
    ("en-us", 21, "twenty-one"),
    ("en-us", 1234, "one thousand two hundred thirty-four"),
    ("en-gb", 1234, "one thousand two hundred and thirty-four"),
    ("en-gb", 1_001_005, "one million one thousand and five"),
    ("es", 16, "dieciséis"),
    ("es", 21, "veintiuno"),
    ("es", 100, "cien"),
    ("es", 555, "quinientos cincuenta y cinco"),
    ("es", 1_000_000_000, "mil millones"),
    ("fr-fr", 21, "vingt et un"),
    ("fr-fr", 71, "soixante et onze"),
    ("fr-fr", 80, "quatre-vingts"),
    ("fr-fr", 81, "quatre-vingt-un"),
    ("fr-fr", 99, "quatre-vingt-dix-neuf"),
    ("fr-fr", 200, "deux cents"),
    ("fr-fr", 1999, "mille neuf cent quatre-vingt-dix-neuf"),
    ("hi", 0, "शून्य"),
    ("hi", 25, "पच्चीस"),
    ("hi", 99, "निन्यानबे"),
    ("hi", 100_000, "एक लाख"),
    ("hi", 12_345_678, "एक करोड़ तेईस लाख पैंतालीस हज़ार छह सौ अठहत्तर"),
    ("it", 3, "tre"),
    ("it", 23, "ventitré"),
    ("it", 28, "ventotto"),
    ("it", 1001, "milleuno"),
    ("it", 2024, "duemilaventiquattro"),
    ("ja", 0, "ゼロ"),
    ("ja", 300, "三百"),
    ("ja", 800, "はっぴゃく"),
    ("ja", 1_230_000, "百二十三万"),
    ("pt-br", 16, "dezesseis"),
    ("pt-br", 100, "cem"),
    ("pt-br", 101, "cento e um"),
    ("pt-br", 2024, "dois mil e vinte e quatro"),
    ("zh", 10, "十"),
    ("zh", 105, "一百零五"),
    ("zh", 123_456_789, "一亿二千三百四十五万六千七百八十九"),
    ("zh", 1_000_000_000_000, "一万亿"),
    ("zh", 1_000_000_000_003, "一万亿零三"),
]


@pytest.mark.parametrize(("language", "n", "said"), CARDINALS, ids=[f"{c[0]}-{c[1]}" for c in CARDINALS])
def test_a_whole_number_is_said_in_words(language: str, n: int, said: str) -> None:
    assert cardinal(language, n) == said


@pytest.mark.parametrize(
    ("language", "n", "masculine", "feminine"),
    [
        ("es", 1, "un", "una"),
        ("es", 21, "veintiún", "veintiuna"),
        ("es", 200, "doscientos", "doscientas"),
        ("fr-fr", 1, "un", "une"),
        ("fr-fr", 21, "vingt et un", "vingt et une"),
        ("it", 1, "un", "una"),
        ("it", 21, "ventuno", "ventuno"),
        ("pt-br", 2, "dois", "duas"),
        ("pt-br", 201, "duzentos e um", "duzentas e uma"),
        ("zh", 2, "两", "两"),
        ("zh", 12, "十二", "十二"),
        ("en-us", 1, "one", "one"),
    ],
)
def test_a_number_agrees_with_the_noun_that_it_counts(language: str, n: int, masculine: str, feminine: str) -> None:
    assert (cardinal(language, n, "masculine"), cardinal(language, n, "feminine")) == (masculine, feminine)


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_words_and_no_two_are_the_same(language: str) -> None:
    numbers = [*range(1500), *range(1500, 1_000_000, 997), *(10**power for power in range(7, 15))]
    said = [cardinal(language, n) for n in numbers]
    assert len(set(said)) == len(set(numbers))
    for words in (*said, *(ordinal(language, n) for n in range(1, 300))):
        assert re.fullmatch(r"(?:[^\W\d_]|[\u0900-\u0965])+(?:[ -](?:[^\W\d_]|[\u0900-\u0965])+)*", words), words


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_that_is_too_long_is_said_digit_by_digit(language: str) -> None:
    assert cardinal(language, 10**15 + 2) == digits(language, "1" + "0" * 14 + "2")


@pytest.mark.parametrize(
    ("language", "n", "masculine", "feminine"),
    [
        ("en-us", 22, "twenty-second", "twenty-second"),
        ("en-us", 130, "one hundred thirtieth", "one hundred thirtieth"),
        ("en-gb", 130, "one hundred and thirtieth", "one hundred and thirtieth"),
        ("es", 3, "tercero", "tercera"),
        ("fr-fr", 1, "premier", "première"),
        ("fr-fr", 19, "dix-neuvième", "dix-neuvième"),
        ("hi", 1, "पहला", "पहली"),
        ("hi", 21, "इक्कीसवाँ", "इक्कीसवीं"),
        ("it", 14, "quattordicesimo", "quattordicesima"),
        ("ja", 3, "第三", "第三"),
        ("pt-br", 2, "segundo", "segunda"),
        ("zh", 1, "第一", "第一"),
    ],
)
def test_a_place_in_a_row_has_its_own_words(language: str, n: int, masculine: str, feminine: str) -> None:
    assert (ordinal(language, n), ordinal(language, n, feminine=True)) == (masculine, feminine)


@pytest.mark.parametrize(
    ("language", "n", "said"),
    [
        ("en-us", 1066, "ten sixty-six"),
        ("en-us", 1900, "nineteen hundred"),
        ("en-us", 1905, "nineteen oh five"),
        ("en-us", 1984, "nineteen eighty-four"),
        ("en-us", 2000, "two thousand"),
        ("en-us", 2007, "two thousand seven"),
        ("en-gb", 2007, "two thousand and seven"),
        ("en-us", 2024, "twenty twenty-four"),
        ("en-us", 476, "four hundred seventy-six"),
        ("es", 1984, "mil novecientos ochenta y cuatro"),
        ("fr-fr", 1984, "mille neuf cent quatre-vingt-quatre"),
        ("hi", 1947, "उन्नीस सौ सैंतालीस"),
        ("hi", 2024, "दो हज़ार चौबीस"),
        ("it", 1984, "millenovecentottantaquattro"),
        ("ja", 1984, "千九百八十四"),
        ("pt-br", 1984, "mil novecentos e oitenta e quatro"),
        ("zh", 2024, "二零二四"),
    ],
)
def test_a_year_is_said_as_people_say_it(language: str, n: int, said: str) -> None:
    assert year(language, n) == said


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [
        ("en-us", "3.10", "three point one zero"),
        ("en-us", "0.5", "zero point five"),
        ("en-us", "7", "seven"),
        ("en-us", "007", "zero zero seven"),
        (
            "en-us",
            "1234567890123456.5",
            "one two three four five six seven eight nine zero one two three four five six point five",
        ),
        ("es", "2.5", "dos coma cinco"),
        ("es", "3.14", "tres coma catorce"),
        ("fr-fr", "3.05", "trois virgule zéro cinq"),
        ("fr-fr", "3.10", "trois virgule dix"),
        ("hi", "2.50", "दो दशमलव पाँच शून्य"),
        ("it", "0.5", "zero virgola cinque"),
        ("ja", "3.14", "三点一四"),
        ("pt-br", "1.234", "um vírgula dois três quatro"),
        ("zh", "3.10", "三点一零"),
    ],
)
def test_decimals_keep_their_zeros(language: str, number: str, said: str) -> None:
    assert decimal(language, number) == said


def test_characters_are_said_one_by_one() -> None:
    assert digits("en-us", "40a-z") == "four zero A Z"
    assert digits("ja", "07") == "ゼロ 七"
