"""Numbers that options take: in a range, and NaN is in none."""

import math

import click

from ttsmesh.limits import PITCH_MAX, PITCH_MIN, SPEED_MAX, SPEED_MIN, VOLUME_MAX


class Number(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.2 on
    """A number from ``least`` to ``most``; a ``unit`` may be written after it."""

    name = "number"

    def __init__(self, least: float, most: float, unit: str = "") -> None:
        self.least, self.most = least, most
        self._unit = unit

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            number = float(str(value).removesuffix(self._unit))
        except ValueError:
            number = math.nan
        if not self.least <= number <= self.most:
            self.fail(f"must be a number from {self.least:g} to {self.most:g}", param, ctx)
        return number


SPEED = Number(SPEED_MIN, SPEED_MAX, "x")
VOLUME = Number(0, VOLUME_MAX, "%")
PITCH = Number(PITCH_MIN, PITCH_MAX)
