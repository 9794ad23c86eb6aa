"""Tokens with digits that have no kind of their own."""

import pytest

from tests.model.text.classify.recording import reading


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en-us", "B2B", "B Number(2) B"),
        ("en-us", "H2O", "H Number(2) O"),
        ("en-us", "H₂O", "H Number(2) O"),
        ("en-us", "CO₂", "C O Number(2)"),
        ("en-us", "mp3", "M P Number(3)"),
        ("en-us", "3D", "Number(3) D"),
        ("en-us", "x86_64", "X Number(86) Number(64)"),
        ("en-us", "A4", "A Number(4)"),
        ("en-us", "5G", "Number(5) G"),
        ("en-us", "Q3", "Q Number(3)"),
        ("en-us", "40k", "Number(40) K"),
        ("en-us", "utf8", "U T F Number(8)"),
        ("en-us", "sha256", "sha Number(256)"),
        ("en-us", "log4j", "log Number(4) J"),
        ("en-us", "Base64Encode", "Base Number(64) Encode"),
        ("en-us", "abc12345", "A B C Digits(12345)"),
        ("en-us", "R2D2", "R Number(2) D Number(2)"),
        ("en-us", "covid-19", "covid-Number(19)"),
        ("en-us", "x²", "X to Number(2)"),
        ("en-us", "x^2", "X to Number(2)"),
        ("en-us", "mc²", "M C to Number(2)"),
        ("en-us", "m⁻¹", "M to Number(1 sign=-)"),
        ("en-us", "word¹", "word Number(1)"),
        ("en-us", "#5", "number Number(5)"),
        ("en-us", "#5.", "number Number(5)."),
        ("en-us", "Ⅷ", "Roman(8)"),
        ("en-us", "ⅩⅣ", "Roman(14)"),
        ("en-us", "①", "Number(1)"),
        ("en-us", "⑴", "Number(1)"),
        ("en-us", "-05", "minus Digits(05)"),
        ("en-us", "5_", "Number(5)_"),
        ("en-us", "1.2.3", "Number(1) dot Number(2) dot Number(3)"),
        ("en-us", "x^2x", "x^Number(2) X"),
    ],
    ids=lambda value: value,
)
def test_is_read_as_its_kind(language: str, text: str, expected: str) -> None:
    assert reading(text, language) == expected
