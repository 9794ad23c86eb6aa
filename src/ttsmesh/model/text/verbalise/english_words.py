"""Nouns of English: months, weekdays, currencies, units of measure. Pure."""

import re
from functools import cache

from ttsmesh.model.text.verbalise.base import PREFIXED
from ttsmesh.model.text.verbalise.tables import Counted, counted, currencies, entries, unit

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
COMPASS = {"N": "north", "S": "south", "E": "east", "W": "west"}

CURRENCIES = currencies(
    """
    USD: dollar, dollars / cent, cents; EUR: euro, euros / cent, cents; GBP: pound, pounds / penny, pence; JPY: yen;
    CNY: yuan / fen; INR: rupee, rupees / paisa, paise; KRW: won; CHF: Swiss franc, Swiss francs / centime, centimes;
    CAD: Canadian dollar, Canadian dollars / cent, cents; AUD: Australian dollar, Australian dollars / cent, cents;
    NZD: New Zealand dollar, New Zealand dollars / cent, cents;
    HKD: Hong Kong dollar, Hong Kong dollars / cent, cents; SGD: Singapore dollar, Singapore dollars / cent, cents;
    TWD: Taiwan dollar, Taiwan dollars / cent, cents; MXN: Mexican peso, Mexican pesos / centavo, centavos;
    ARS: Argentine peso, Argentine pesos / centavo, centavos; CLP: Chilean peso, Chilean pesos;
    COP: Colombian peso, Colombian pesos / centavo, centavos;
    PHP: Philippine peso, Philippine pesos / centavo, centavos; BRL: real, reais / centavo, centavos;
    PEN: sol, soles / centimo, centimos; SEK: Swedish krona, Swedish kronor / öre;
    NOK: Norwegian krone, Norwegian kroner / øre; DKK: Danish krone, Danish kroner / øre;
    ISK: Icelandic króna, Icelandic krónur; CZK: Czech koruna, Czech korunas / haler, halers;
    PLN: zloty, zlotys / grosz, groszy; HUF: forint, forints; RON: leu, lei / ban, bani;
    BGN: lev, leva / stotinka, stotinki; RUB: ruble, rubles / kopek, kopeks;
    UAH: hryvnia, hryvnias / kopiyka, kopiykas; TRY: lira / kurush; ILS: shekel, shekels / agora, agorot;
    AED: dirham, dirhams / fils; SAR: riyal, riyals / halala, halalas;
    EGP: Egyptian pound, Egyptian pounds / piastre, piastres; ZAR: rand / cent, cents; NGN: naira / kobo;
    KES: Kenyan shilling, Kenyan shillings / cent, cents; GHS: cedi, cedis / pesewa, pesewas; THB: baht / satang;
    VND: dong; IDR: rupiah; MYR: ringgit / sen; PKR: Pakistani rupee, Pakistani rupees / paisa, paise;
    BDT: taka / paisa, paise; KZT: tenge; GEL: lari / tetri; BTC: bitcoin, bitcoins; ETH: ether
    """
)
"""By ISO 4217 code."""

_PREFIXES = entries(
    """
    f: femto; p: pico; n: nano; µ: micro; m: milli; c: centi; d: deci; h: hecto; k: kilo; M: mega; G: giga; T: tera;
    P: peta; E: exa; Ki: kibi; Mi: mebi; Gi: gibi; Ti: tebi; Pi: pebi; Ei: exbi
    """
)
_NAMES = counted(
    """
    m: meter, meters; g: gram, grams; l: liter, liters; s: second, seconds; Hz: hertz; W: watt, watts;
    Wh: watt hour, watt hours; V: volt, volts; VA: volt amp, volt amps; A: amp, amps; Ah: amp hour, amp hours;
    Ω: ohm, ohms; F: farad, farads; J: joule, joules; N: newton, newtons; Nm: newton meter, newton meters;
    Pa: pascal, pascals; bar: bar, bars; cal: calorie, calories; eV: electron volt, electron volts; mol: mole, moles;
    t: ton, tons; K: kelvin, kelvins; B: byte, bytes; b: bit, bits; P: pixel, pixels; lm: lumen, lumens; lx: lux;
    cd: candela, candelas; min: minute, minutes; h: hour, hours; d: day, days; wk: week, weeks; mo: month, months;
    yr: year, years; in: inch, inches; ft: foot, feet; yd: yard, yards; mi: mile, miles;
    nmi: nautical mile, nautical miles; ly: light year, light years; ha: hectare, hectares; ac: acre, acres;
    lb: pound, pounds; oz: ounce, ounces; gal: gallon, gallons; qt: quart, quarts; fl oz: fluid ounce, fluid ounces;
    tbsp: tablespoon, tablespoons; tsp: teaspoon, teaspoons; °C: degree Celsius, degrees Celsius;
    °F: degree Fahrenheit, degrees Fahrenheit; °: degree, degrees; dB: decibel, decibels; dBA: decibel A, decibels A;
    dBm: D B M; px: pixel, pixels; em: em, ems; rem: rem, rems; pt: point, points; vh: V H; vw: V W;
    dpi: dot per inch, dots per inch; ppi: pixel per inch, pixels per inch; fps: frame per second, frames per second;
    rpm: revolution per minute, revolutions per minute; bpm: beat per minute, beats per minute;
    mph: mile per hour, miles per hour; kn: knot, knots; hp: horsepower;
    psi: pound per square inch, pounds per square inch; atm: atmosphere, atmospheres;
    mmHg: millimeter of mercury, millimeters of mercury; ppm: part per million, parts per million;
    ppb: part per billion, parts per billion; bp: basis point, basis points;
    IU: international unit, international units; req: request, requests;
    op: operation, operations; tok: token, tokens; it: iteration, iterations; msg: message, messages;
    pkt: packet, packets; s²: second squared; m²: square meter, square meters; m³: cubic meter, cubic meters
    """
)
_METRIC_ENDING = re.compile(r"(met|lit)er(s?)\b")


@cache
def unit_name(key: str) -> Counted:
    """What the unit is called that ``classify.units`` has as ``key``, in American spelling."""
    return unit(key, _NAMES, _PREFIXES, PREFIXED) or Counted(key, key)


def british(name: str) -> str:
    """``name`` of a unit in British spelling: "metre", "millilitres"."""
    return _METRIC_ENDING.sub(r"\1re\2", name)


def several(number: str) -> str:
    """A number in words as a plural: "nineties", "tens", "sixes"."""
    if number.endswith("y"):
        return number[:-1] + "ies"
    return number + ("es" if number.endswith("x") else "s")
