"""Amounts of money, with the sign or the code of a currency before or after them. Pure."""

import re
from collections.abc import Mapping
from dataclasses import replace

from ttsmesh.model.text.classify.numbers import read_number
from ttsmesh.model.text.classify.tokens import MINUS, PLUS, SPACE, UNSPACED, ends, may_be_signed, words
from ttsmesh.model.text.kinds import Money, Number, Scale, Sign
from ttsmesh.model.text.rules import Context

SIGNS: Mapping[str, str] = {
    "US$": "USD",
    "U$S": "USD",
    "R$": "BRL",
    "C$": "CAD",
    "CA$": "CAD",
    "A$": "AUD",
    "AU$": "AUD",
    "NZ$": "NZD",
    "HK$": "HKD",
    "NT$": "TWD",
    "S$": "SGD",
    "MX$": "MXN",
    "CN¥": "CNY",
    "RMB": "CNY",
    "Rs.": "INR",
    "Rs": "INR",
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "₽": "RUB",
    "₩": "KRW",
    "₺": "TRY",
    "₴": "UAH",
    "₪": "ILS",
    "฿": "THB",
    "₫": "VND",
    "₱": "PHP",
    "₦": "NGN",
    "₿": "BTC",
    "¢": "USD",
    "＄": "USD",
    "￡": "GBP",
    "$": "USD",
    "¥": "JPY",
    "￥": "JPY",
    "zł": "PLN",
    "Kč": "CZK",
    "zl": "PLN",
    "Kc": "CZK",
}
"""The currency of each sign. "$" is the dollar of the United States, "¥" is the yen but in Chinese.
Letters with accents that a language does not know have come as those without."""

CODES = words(
    "USD EUR GBP JPY CNY INR BRL CAD AUD NZD CHF SEK NOK DKK PLN CZK HUF RUB TRY KRW MXN ZAR SGD HKD "
    "TWD THB ILS UAH ARS CLP COP PEN IDR MYR PHP VND AED SAR EGP NGN KES BTC ETH"
)
"""The codes of ISO 4217 that people write for an amount, and those of two currencies without a bank."""

_AFTER = frozenset({"€", "£", "$", "¥", "₹", "₽", "₩", "₺", "₴", "₪", "₫", "zł", "Kč", "zl", "Kc", "￥", "US$", "R$"})
_CENTS = "¢"
_PENCE = re.compile(r"[1-9]\d?p(?![^\W_])")
_BY_LENGTH = "|".join(re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True) if sign != "¢")
_CODES = "|".join(sorted(CODES))
# Before a number these are a conference, a tool to write with and a word.
_CODES_BEFORE = "|".join(sorted(CODES - {"COP", "PEN", "TRY"}))
_BEFORE = re.compile(rf"([{MINUS}{PLUS}])?(?:({_BY_LENGTH}){SPACE}?|({_CODES_BEFORE}){SPACE})(?=[{MINUS}~.\d])")
_BEHIND = re.compile(rf"{SPACE}?(?:({_BY_LENGTH}|¢)|({_CODES}))(?![^\W_{UNSPACED}])")
_SCALES: Mapping[str, Scale] = {
    **dict.fromkeys(words("k thousand mil mille"), "thousand"),
    **dict.fromkeys(words("m mn mln mio million millions millón millones milioni milione milhão milhões"), "million"),
    **dict.fromkeys(
        words("b bn bln mrd mld md mds billion milliard milliards miliardo miliardi bilhão bilhões"), "billion"
    ),
    **dict.fromkeys(words("t tn trillion"), "trillion"),
    "mil millones": "billion",
}
_LONG_SCALES = "|".join(sorted((word for word in _SCALES if len(word) > 1), key=len, reverse=True))
_SCALE = re.compile(rf"(?:{SPACE}?({_LONG_SCALES})|{SPACE}?(m)|([kKbBtTM]))(?![^\W_{UNSPACED}])", re.IGNORECASE)
_MYRIADS = {"万": 4, "萬": 4, "億": 8, "亿": 8}


def money(text: str, at: int, context: Context) -> tuple[int, Money] | None:
    """An amount of money: $2.5, -$5, $-5, £2.5m, R$ 5,50, USD 20, 5 €, 20 USD."""
    return _sign_before(text, at, context) or _pence(text, at, context) or _sign_behind(text, at, context)


def _sign_before(text: str, at: int, context: Context) -> tuple[int, Money] | None:
    start, about = at, False
    if text[at] in "~≈":
        start, about = at + 1, True
    found = _BEFORE.match(text, start)
    if found is None or (found[1] and not may_be_signed(text, start)):
        return None
    amount = read_number(text, found.end(), context.verbaliser, comma=True)
    if amount is None:
        return None
    end, value = amount
    if found[1]:
        sign: Sign = "+" if found[1] in PLUS else "-"
        value = replace(value, sign=sign)
    end, value = scaled(text, end, replace(value, about=about or value.about))
    if not ends(text, end):
        return None
    return end, Money(value, _currency(found[2] or found[3], context))


def _pence(text: str, at: int, context: Context) -> tuple[int, Money] | None:
    """50p, as the British write less than a pound."""
    found = _PENCE.match(text, at) if context.language == "en-gb" else None
    return (found.end(), Money(Number(shifted(found[0][:-1], -2)), "GBP")) if found else None


def _sign_behind(text: str, at: int, context: Context) -> tuple[int, Money] | None:
    amount = read_number(text, at, context.verbaliser)
    if amount is None:
        return None
    end, value = amount
    long_end, long = scaled(text, end, value)
    for stop, whole in ((long_end, long), (end, value)):
        found = _BEHIND.match(text, stop)
        if found is None or (found[1] and found[1] not in _AFTER and found[1] != _CENTS):
            continue
        if text[found.end() : found.end() + 1].isdigit():
            # It is the sign of the next amount: "5 $10".
            continue
        if found[1] == _CENTS:
            return found.end(), Money(replace(whole, digits=shifted(whole.digits, -2)), "USD")
        return found.end(), Money(whole, _currency(found[1] or found[2], context))
    return None


def scaled(text: str, end: int, value: Number) -> tuple[int, Number]:
    """``value`` with the scale that follows it."""
    if zeros := _MYRIADS.get(text[end : end + 1]):
        return end + 1, replace(value, digits=shifted(value.digits, zeros))
    found = _SCALE.match(text, end)
    if found is None:
        return end, value
    return found.end(), replace(value, scale=_SCALES[(found[1] or found[2] or found[3]).lower()])


def _currency(written: str, context: Context) -> str:
    if written in ("¥", "￥") and context.language == "zh":
        return "CNY"
    return SIGNS.get(written, written)


def shifted(digits: str, places: int) -> str:
    """``digits`` with the point moved to the right by ``places``, or to the left where that is below 0."""
    whole, _, decimals = digits.partition(".")
    if places < 0:
        whole = whole.rjust(1 - places, "0")
        return f"{whole[:places]}.{whole[places:]}{decimals}"
    decimals = decimals.ljust(places, "0")
    moved = (whole + decimals[:places]).lstrip("0") or "0"
    return f"{moved}.{decimals[places:]}" if decimals[places:] else moved
