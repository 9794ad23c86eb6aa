"""A rule for money whose symbol is in front and whose millions are a word: "R$ 2,5 milhões". Pure."""

import re
from collections.abc import Mapping

from ttsmesh.model.text.kinds import Money, Number
from ttsmesh.model.text.rules import Context, Rule
from ttsmesh.model.text.verbalise.base import shifted
from ttsmesh.model.text.verbalise.tables import entries

_CURRENCIES = entries(
    """
    R$: BRL; US$: USD; $: USD; €: EUR; £: GBP; ¥: JPY; ₹: INR; CA$: CAD; C$: CAD; A$: AUD; AU$: AUD; MX$: MXN;
    HK$: HKD; S$: SGD; NZ$: NZD
    """
)
_SIGNS = "-−+"


def money_in_words(powers: Mapping[str, int]) -> Rule:
    """A rule for amounts before a word of ``powers``, singular or plural, each with its power of ten."""
    symbols, scales = (
        "|".join(map(re.escape, sorted(table, key=len, reverse=True))) for table in (_CURRENCIES, powers)
    )
    number = r"\d{1,3}(?:[.,\u00a0\u202f]?\d{1,3}){0,4}"
    space = r"[ \u00a0\u202f]"
    written = re.compile(
        rf"(?P<sign>[{_SIGNS}]?)(?P<symbol>{symbols}){space}?(?P<number>{number}){space}(?P<power>{scales})(?!\w)"
    )
    firsts = {symbol[0] for symbol in _CURRENCIES} | set(_SIGNS)

    def rule(text: str, at: int, context: Context) -> tuple[int, str] | None:
        match = written.match(text, at) if text[at] in firsts and not text[at - 1 : at].isalnum() else None
        if match is None:
            return None
        mark = context.verbaliser.decimal_mark
        whole, _, decimals = match["number"].rpartition(mark) if mark in match["number"] else (match["number"], "", "")
        digits = re.sub(r"\D", "", whole) + ("." + re.sub(r"\D", "", decimals) if decimals else "")
        power = powers[match["power"]]
        sign = "-" if match["sign"] == "−" else match["sign"]
        scale = {3: "thousand", 6: "million", 9: "billion", 12: "trillion"}.get(power)
        amount = Number(digits, sign, scale) if scale else Number(shifted(digits, power), sign)  # type: ignore[arg-type]
        return match.end(), context.verbaliser.say(Money(amount, _CURRENCIES[match["symbol"]]))

    return rule
