"""Years by themselves, spans of years, decades."""

import pytest

from tests.model.text.classify.recording import reading


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en-us", "In 1984 he", "In Year(1984) he"),
        ("en-us", "since 2019,", "since Year(2019),"),
        ("en-us", "of 1776.", "of Year(1776)."),
        ("en-us", "(2019)", "(Year(2019))"),
        ("en-us", "© 2024", "© Year(2024)"),
        ("en-us", "1066 AD", "Year(1066) AD"),
        ("en-us", "2019 was fine", "Year(2019) was fine"),
        ("en-us", "the 2024 election", "the Year(2024) election"),
        ("en-us", "in 2000 cases", "in Number(2000) cases"),
        ("en-us", "port 2000", "port Number(2000)"),
        ("en-us", "line 1984", "line Number(1984)"),
        ("en-us", "1998 files", "Number(1998) files"),
        ("en-us", "2000 people", "Number(2000) people"),
        ("en-us", "2,019", "Number(2019)"),
        ("en-us", "1990s", "Decade(1990)"),
        ("en-us", "1990's", "Decade(1990)"),
        ("en-us", "'90s", "Decade(1990 short=True)"),
        ("en-us", "the 90s", "the Decade(1990 short=True)"),
        ("en-us", "90s", "Measure(Number(90) s)"),
        ("en-us", "in 1066", "in Year(1066)"),
        ("en-us", "in 1024", "in Number(1024)"),
        ("en-us", "the 30s timeout", "the Measure(Number(30) s attributive=True) timeout"),
        ("en-us", "in his 30s", "in his Decade(1930 short=True)"),
        ("en-us", "class of '99", "class of Number(99)"),
        ("en-us", "class of '05", "class of Year(2005)"),
        ("en-us", "2019–2021", "Range(Year(2019) Year(2021))"),
        ("en-us", "2019-20", "Range(Year(2019) Year(2020))"),
        ("en-us", "2019/20", "Range(Year(2019) Year(2020))"),
        ("en-us", "2011-12", "Range(Year(2011) Year(2012))"),
        ("en-us", "2009-10", "Range(Year(2009) Year(2010))"),
        ("en-us", "1914-18", "Range(Year(1914) Year(1918))"),
        ("en-us", "between 1800 and 1850", "between Year(1800) and Year(1850)"),
        ("es", "en 1984", "en Year(1984)"),
        ("fr-fr", "en 1984", "en Year(1984)"),
        ("zh", "2024年", "Year(2024)年"),
        ("zh", "2024块", "Number(2024)块"),
        ("ja", "2024年", "Year(2024)年"),
        ("hi", "सन 1984", "सन Year(1984)"),
    ],
    ids=lambda value: value,
)
def test_is_read_as_its_kind(language: str, text: str, expected: str) -> None:
    assert reading(text, language) == expected
