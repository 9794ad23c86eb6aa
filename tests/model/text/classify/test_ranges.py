"""Two amounts with a dash between them."""

import pytest

from tests.model.text.classify.recording import reading


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en-us", "1-800-FLOWERS", "Number(1)-Number(800)-FLOWERS"),
        ("en-us", "pages 10–12", "pages Range(Number(10) Number(12))"),
        ("en-us", "3-4 times", "Range(Number(3) Number(4)) times"),
        ("en-us", "10 – 12", "Range(Number(10) Number(12))"),
        ("en-us", "10 - 12", "Range(Number(10) Number(12))"),
        ("en-us", "12 - 10", "Number(12) - Number(10)"),
        ("en-us", "won 3-1", "won Range(Number(3) Number(1))"),
        ("en-us", "$5-$10", "Range(Money(Number(5) USD) Money(Number(10) USD))"),
        ("en-us", "$5-10", "Range(Number(5) Money(Number(10) USD))"),
        ("en-us", "$5-10 million", "Range(Number(5) Money(Number(10 scale=million) USD))"),
        ("en-us", "$5m–10m", "Range(Money(Number(5 scale=million) USD) Money(Number(10 scale=million) USD))"),
        ("en-us", "5-10%", "Percent(Range(Number(5) Number(10)))"),
        ("en-us", "5%–10%", "Percent(Range(Number(5) Number(10)))"),
        ("en-us", "10–12 km", "Measure(Range(Number(10) Number(12)) km)"),
        ("en-us", "5km-10km", "Measure(Range(Number(5) Number(10)) km)"),
        ("en-us", "1.5-2.5 kg", "Measure(Range(Number(1.5) Number(2.5)) kg)"),
        ("en-us", "9:00–17:00", "Range(Clock(9 0) Clock(17 0))"),
        ("en-us", "9am-5pm", "Range(Clock(9 0 half=am) Clock(5 0 half=pm))"),
        ("en-us", "9–11am", "Range(Number(9) Clock(11 0 half=am))"),
        ("en-us", "5th–7th", "Range(Ordinal(5) Ordinal(7))"),
        ("en-us", "5-7th", "Range(Ordinal(5) Ordinal(7))"),
        ("en-us", "1920s–1930s", "Range(Decade(1920) Decade(1930))"),
        ("en-us", "-10–-5", "Range(Number(10 sign=-) Number(5 sign=-))"),
        ("en-us", "-5–5", "Range(Number(5 sign=-) Number(5))"),
        ("en-us", "1..10", "Range(Number(1) Number(10))"),
        ("en-us", "5-3=2", "Number(5) minus Number(3)=Number(2)"),
        ("en-us", "5-3 = 2", "Number(5) minus Number(3) = Number(2)"),
        ("en-us", "1-2-3-4", "Number(1) Number(2) Number(3) Number(4)"),
        ("en-us", "½–1", "Range(Fraction(0 1 2) Number(1))"),
        ("en-us", "10–12 °C", "Measure(Range(Number(10) Number(12)) °C)"),
        ("ja", "10〜20", "Range(Number(10) Number(20))"),
        ("zh", "5~10个", "Range(Number(5) Number(10))个"),
        ("es", "10–12 km", "Measure(Range(Number(10) Number(12)) km)"),
    ],
    ids=lambda value: value,
)
def test_is_read_as_its_kind(language: str, text: str, expected: str) -> None:
    assert reading(text, language) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10-5=5", "Number(10) minus Number(5)=Number(5)"),
        ("y = 5 - 3", "y = Number(5) minus Number(3)"),
        ("9 - 4 - 2 = 3", "Number(9) minus Number(4) minus Number(2) = Number(3)"),
        ("n-1", "n minus Number(1)"),
        ("pages 10-12", "pages Range(Number(10) Number(12))"),
        ("won 3-1", "won Range(Number(3) Number(1))"),
        ("5 - 3", "Number(5) - Number(3)"),
        ("2024-01-31=x", "Date(2024 1 31)=x"),
    ],
    ids=lambda value: value,
)
def test_a_hyphen_is_minus_where_an_equals_sign_or_a_letter_says_so(text: str, expected: str) -> None:
    assert reading(text) == expected
