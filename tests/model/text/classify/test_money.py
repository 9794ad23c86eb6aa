"""Amounts of money, wherever their sign stands."""

import pytest

from tests.model.text.classify.recording import reading


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en-us", "$2.5", "Money(Number(2.5) USD)"),
        ("en-us", "-$5", "Money(Number(5 sign=-) USD)"),
        ("en-us", "−$5", "Money(Number(5 sign=-) USD)"),
        ("en-us", "-£3", "Money(Number(3 sign=-) GBP)"),
        ("en-us", "$-5", "Money(Number(5 sign=-) USD)"),
        ("en-us", "£2.5m", "Money(Number(2.5 scale=million) GBP)"),
        ("en-us", "$5bn", "Money(Number(5 scale=billion) USD)"),
        ("en-us", "€1.2bn", "Money(Number(1.2 scale=billion) EUR)"),
        ("en-us", "¥500", "Money(Number(500) JPY)"),
        ("en-us", "US$20", "Money(Number(20) USD)"),
        ("en-us", "$1,234.56", "Money(Number(1234.56) USD)"),
        ("en-us", "$0.05", "Money(Number(0.05) USD)"),
        ("en-us", "5¢", "Money(Number(0.05) USD)"),
        ("en-us", "$5k", "Money(Number(5 scale=thousand) USD)"),
        ("en-us", "$100M", "Money(Number(100 scale=million) USD)"),
        ("en-us", "$1.5 million", "Money(Number(1.5 scale=million) USD)"),
        ("en-us", "€5,50", "Money(Number(5.50) EUR)"),
        ("en-us", "5 €", "Money(Number(5) EUR)"),
        ("en-us", "5.50€", "Money(Number(5.50) EUR)"),
        ("en-us", "20 USD", "Money(Number(20) USD)"),
        ("en-us", "USD 20", "Money(Number(20) USD)"),
        ("en-us", "USD", "USD"),
        ("en-us", "~$5", "Money(Number(5 about=True) USD)"),
        ("en-us", "$5 and $6", "Money(Number(5) USD) and Money(Number(6) USD)"),
        ("en-us", "$.50", "Money(Number(0.50) USD)"),
        ("en-us", "COP 26", "COP Number(26)"),
        ("en-us", "₹500", "Money(Number(500) INR)"),
        ("en-us", "$5x", "$Number(5) times"),
        ("en-us", "5 $10", "Number(5) Money(Number(10) USD)"),
        ("es", "-5 €", "Money(Number(5 sign=-) EUR)"),
        ("es", "$5 millones", "Money(Number(5 scale=million) USD)"),
        ("es", "1.234,56 €", "Money(Number(1234.56) EUR)"),
        ("pt-br", "R$ 5,50", "Money(Number(5.50) BRL)"),
        ("zh", "￥50", "Money(Number(50) CNY)"),
        ("zh", "¥5万", "Money(Number(50000) CNY)"),
        ("zh", "¥1.5亿", "Money(Number(150000000) CNY)"),
        ("ja", "¥500", "Money(Number(500) JPY)"),
        ("fr-fr", "5,50 €", "Money(Number(5.50) EUR)"),
        ("fr-fr", "5,50€", "Money(Number(5.50) EUR)"),
        ("hi", "₹1,23,456", "Money(Number(123456) INR)"),
    ],
    ids=lambda value: value,
)
def test_is_read_as_its_kind(language: str, text: str, expected: str) -> None:
    assert reading(text, language) == expected
