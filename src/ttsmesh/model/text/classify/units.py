"""The units of measurement that a text may name behind a number, by their symbols. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

_MICRO = ("µ", "μ", "u")
"""How the prefix micro is written: the sign, the Greek letter, and the letter of a keyboard without them."""

_PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "m": "n µ m c d k",
        "g": "n µ m k",
        "l": "µ m c d h",
        "s": "p n µ m",
        "Hz": "m k M G T",
        "W": "µ m k M G T",
        "Wh": "m k M G T",
        "V": "µ m k M",
        "A": "n µ m k",
        "Ah": "m",
        "Ω": "m k M",
        "F": "p n µ m",
        "J": "k M G",
        "cal": "k",
        "Pa": "h k M G",
        "N": "m k",
        "Nm": "m k",
        "eV": "m k M G T",
        "bar": "m",
        "mol": "n µ m",
        "t": "k M G",
        "B": "k M G T P E Ki Mi Gi Ti Pi Ei",
        "b": "k M G T Ki Mi Gi",
        "P": "M G",
    }
)
"""The prefixes that a unit has in practice. Others would be words of a language, as "pm" and "hm" are."""

_WRITTEN: Mapping[str, str] = MappingProxyType(
    {
        "m": "m",
        "g": "g",
        "l": "l L ℓ",
        "s": "s sec secs seg",
        "Hz": "Hz hz HZ",
        "W": "W",
        "Wh": "Wh",
        "V": "V",
        "A": "A",
        "Ah": "Ah",
        "Ω": "Ω Ω ohm ohms Ohm",
        "F": "",
        "J": "J",
        "cal": "cal",
        "Pa": "Pa",
        "N": "N",
        "Nm": "Nm N·m",
        "eV": "eV",
        "bar": "bar",
        "mol": "mol",
        "t": "t",
        "B": "B",
        "b": "b bit bits",
        "P": "",
        "min": "min mins mn",
        "h": "h hr hrs hs",
        "d": "d",
        "wk": "wk wks",
        "mo": "mos",
        "yr": "yr yrs",
        "mi": "mi",
        "ft": "ft",
        "in": "in",
        "yd": "yd yds",
        "nmi": "nmi",
        "ly": "ly",
        "lb": "lb lbs",
        "oz": "oz",
        "gal": "gal gals",
        "qt": "qt qts",
        "fl oz": "floz",
        "tbsp": "tbsp tbsps",
        "tsp": "tsp tsps",
        "ha": "ha",
        "ac": "ac",
        "°C": "°C ºC ℃ °c ºc C",
        "°F": "°F ºF ℉ °f F",
        "°": "° º ˚",
        "K": "K",
        "dB": "dB db",
        "dBA": "dBA dB(A)",
        "dBm": "dBm",
        "px": "px",
        "em": "em",
        "rem": "rem",
        "pt": "pt pts",
        "vh": "vh",
        "vw": "vw",
        "dpi": "dpi DPI",
        "ppi": "ppi PPI",
        "fps": "fps FPS",
        "rpm": "rpm RPM",
        "bpm": "bpm BPM",
        "mph": "mph MPH",
        "kn": "kn kt kts",
        "hp": "hp HP bhp",
        "psi": "psi PSI",
        "atm": "atm",
        "mmHg": "mmHg",
        "ppm": "ppm",
        "ppb": "ppb",
        "lm": "lm",
        "lx": "lx lux",
        "cd": "cd",
        "VA": "VA",
        "IU": "IU",
        "req": "req reqs",
        "op": "op ops",
        "tok": "tok toks tokens token",
        "it": "it",
        "msg": "msg msgs",
        "pkt": "pkt pkts",
    }
)


def _written(prefix: str, base: str) -> tuple[str, ...]:
    prefixes = _MICRO if prefix == "µ" else ("k", "K") if prefix == "k" and base in ("B", "b", "Hz", "W") else (prefix,)
    bases = tuple(symbol for symbol in _WRITTEN[base].split() if symbol not in ("sec", "secs", "seg", "bits", "ℓ"))
    return tuple(p + b for p in prefixes for b in bases) or (prefix + base,)


PARTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {prefix + base: (prefix, base) for base, prefixes in _PREFIXES.items() for prefix in prefixes.split()}
)
"""The prefix and the base of each key of ``UNITS`` that has a prefix: "km" is ("k", "m"), "MiB" is ("Mi", "B")."""

UNITS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **{base: tuple(symbols.split()) for base, symbols in _WRITTEN.items() if symbols},
        **{key: _written(*parts) for key, parts in PARTS.items()},
        "s²": ("s²", "s2", "s^2"),
        "m²": ("m²", "m2", "m^2"),
        "m³": ("m³", "m3", "m^3"),
    }
)
"""Each unit's key, which ``kinds.Measure`` has as ``unit`` and ``per``, and the symbols that a text writes for it.

The keys "s²", "m²" and "m³" are for ``per`` alone; an amount of square metres is "m" with ``power=2``. "P" (pixels) and
"F" (farads) have prefixes only: "MP" is megapixels. "req", "op", "tok", "it", "msg" and "pkt" (requests, operations,
tokens, iterations, messages, packets) occur before ``per`` alone: "5 req/s".
"""

SYMBOLS: Mapping[str, str] = MappingProxyType(
    {symbol: key for key, symbols in UNITS.items() for symbol in symbols}
    | {"KG": "kg", "Kg": "kg", "kgs": "kg", "Kgs": "kg", "KM": "km", "Km": "km", "kms": "km", "CM": "cm", "MM": "mm"}
    | {
        "ML": "ml",
        "msec": "ms",
        "msecs": "ms",
        "usec": "µs",
        "mcg": "µg",
        "nsec": "ns",
        "Mhz": "MHz",
        "Ghz": "GHz",
        "kbit": "kb",
    }
    | {"Mbit": "Mb", "Gbit": "Gb", "LBS": "lb", "OZ": "oz", "FT": "ft", "Kcal": "kcal", "hpa": "hPa"}
)
"""The key of each symbol."""

RATES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "kph": ("km", "h"),
        "kmh": ("km", "h"),
        "bps": ("b", "s"),
        "kbps": ("kb", "s"),
        "Kbps": ("kb", "s"),
        "Mbps": ("Mb", "s"),
        "Gbps": ("Gb", "s"),
        "Tbps": ("Tb", "s"),
        "MBps": ("MB", "s"),
        "GBps": ("GB", "s"),
        "mbps": ("Mb", "s"),
        "gbps": ("Gb", "s"),
        "mpg": ("mi", "gal"),
        "MPG": ("mi", "gal"),
        "QPS": ("req", "s"),
        "qps": ("req", "s"),
        "rps": ("req", "s"),
    }
)
"""The unit, and the one that it is per, of each symbol that has no stroke."""

COUNTED = frozenset({"req", "op", "tok", "it", "msg", "pkt"})
"""Keys of things that are counted, which are units only before a stroke."""

LENGTHS = frozenset({"m", "ft", "in", "yd", "mi", *(prefix + "m" for prefix in _PREFIXES["m"].split())})
"""Keys that have squares and cubes."""

WORDS = frozenset({"in", "em", "us", "um", "ug", "ac", "op", "cd", "hp"})
"""Symbols that are words as well in one of the languages: units only where they are glued to their number."""

WORDS_OF: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "es": frozenset({"mi", "ha", "d"}),
        "it": frozenset({"mi", "ha", "d"}),
        "pt": frozenset({"mi"}),
        "fr": frozenset({"d"}),
    }
)
"""Such symbols of one language, by the first part of its name."""

CAPITALS = frozenset("ABJKNT") | {"b", "t"}
"""Symbols of one letter that are more often a name behind a number without decimals: seat 5A, 4K, 2T, a 5K run."""
