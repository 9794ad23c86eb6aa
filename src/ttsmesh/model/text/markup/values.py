"""The values of SSML's attributes: how fast, how high and how loud, and for how long the speech pauses. Pure.

Each function answers None for what it does not understand, and the attribute is passed over then.
"""

import re
from collections.abc import Mapping

from ttsmesh.limits import PITCH_MAX, PITCH_MIN, SPEED_MAX, SPEED_MIN, VOLUME_MAX
from ttsmesh.model.text.markup.notes import BREAK_MAX_MS
from ttsmesh.model.text.segments import Delivery

_RATES = {"x-slow": 0.5, "slow": 0.75, "medium": 1.0, "default": 1.0, "fast": 1.3, "x-fast": 1.75}
_PITCHES = {"x-low": 0.75, "low": 0.87, "medium": 1.0, "default": 1.0, "high": 1.15, "x-high": 1.33}
_VOLUMES = {"silent": 0.0, "x-soft": 0.35, "soft": 0.6, "medium": 1.0, "default": 1.0, "loud": 1.4, "x-loud": 2.0}
"""Steps that are heard without a comparison: a quarter of the pace, two semitones and a half, and 3 to 5 dB."""

_STRENGTHS = {"none": 0.0, "x-weak": 100.0, "weak": 200.0, "medium": 400.0, "strong": 700.0, "x-strong": 1200.0}
"""Milliseconds. A weak break is a clause's pause, a strong one is longer than a sentence's."""

EMPHASIS: Mapping[str, Delivery] = {
    "strong": Delivery(rate=0.82, pitch=1.1, volume=1.5),
    "moderate": Delivery(rate=0.9, pitch=1.06, volume=1.25),
    "none": Delivery(),
    "reduced": Delivery(rate=1.1, pitch=0.96, volume=0.75),
}
"""Who stresses a word is slower, higher and louder at once. By one of them alone as much would sound like a fault."""

_NUMBER = r"(\d{1,6}(?:\.\d{0,6})?|\.\d{1,6})"
_TIME = re.compile(rf"\+?{_NUMBER}\s?(ms|s)")
_PERCENT = re.compile(rf"([+-]?){_NUMBER}%")
_FACTOR = re.compile(_NUMBER)
_SEMITONES = re.compile(rf"([+-]?){_NUMBER}st")
_DECIBELS = re.compile(rf"([+-]?){_NUMBER}dB", re.IGNORECASE)


def milliseconds(written: str) -> float | None:
    """A time such as "1.5s" or "300ms"."""
    found = _TIME.fullmatch(written.strip())
    return float(found[1]) * (1 if found[2] == "ms" else 1000) if found else None


def pause_ms(time: str, strength: str) -> float:
    """How long a break of ``time``, or else of ``strength``, is. One that says neither is a medium one."""
    asked = milliseconds(time)
    return _STRENGTHS.get(strength.strip(), _STRENGTHS["medium"]) if asked is None else min(asked, BREAK_MAX_MS)


def rate(written: str) -> float | None:
    """How many times as fast."""
    written = written.strip()
    if written in _RATES:
        return _RATES[written]
    found = _FACTOR.fullmatch(written)
    return float(found[1]) if found else _percent(written)


def pitch(written: str) -> float | None:
    """How many times as high. A pitch in Hertz is not understood: a voice has a pitch of its own."""
    written = written.strip()
    if written in _PITCHES:
        return _PITCHES[written]
    if found := _SEMITONES.fullmatch(written):
        return float(2 ** (max(-48.0, min(48.0, float(found[1] + found[2]))) / 12))
    return _percent(written)


def volume(written: str) -> float | None:
    """How many times as loud. A bare number is a percentage, as it was in the first SSML."""
    written = written.strip()
    if written in _VOLUMES:
        return _VOLUMES[written]
    if found := _DECIBELS.fullmatch(written):
        return float(10 ** (max(-200.0, min(200.0, float(found[1] + found[2]))) / 20))
    found = _FACTOR.fullmatch(written)
    return float(found[1]) / 100 if found else _percent(written)


def _percent(written: str) -> float | None:
    """ "80%" is of what it was, "+20%" and "-20%" are more and less than that."""
    found = _PERCENT.fullmatch(written)
    if found is None:
        return None
    share = float(found[2]) / 100
    return max(0.0, 1 + float(found[1] + "1") * share) if found[1] else share


def times(outer: Delivery, rate: float | None, pitch: float | None, volume: float | None) -> Delivery:
    """``outer``, changed by what is said inside of it, within what the program does at all."""
    return Delivery(
        outer.voice,
        _within(outer.rate, rate, SPEED_MIN, SPEED_MAX),
        _within(outer.pitch, pitch, PITCH_MIN, PITCH_MAX),
        _within(outer.volume, volume, 0.0, VOLUME_MAX / 100),
    )


def _within(value: float, factor: float | None, least: float, most: float) -> float:
    return value if factor is None else round(max(least, min(most, value * factor)), 4)
