"""How fast this machine renders, and so how long a chunk may be that is rendered while another sounds. Pure."""

import math

USUAL = 0.1
"""Render seconds per second of sound until something was rendered: a machine with AMX, or with VNNI."""

MARGIN = 1.6
"""Times as long as usual that a render may take before a listener notices: other programs are busy, too."""

WEIGHT = 0.3
"""Of the last render in the mean: of one in a new length, or beside a busy program, the next ones tell little."""

PHONEMES = 15
"""Of a second of speech, about."""

DRIFT = 1.5
"""Times slower or faster before chunks are planned anew: otherwise the same text would be cut, and so would sound,
a little different each time."""


class Tempo:
    """``factor``: render seconds per second of sound, held until the machine has become another."""

    def __init__(self) -> None:
        self.factor = USUAL
        self._mean: float | None = None

    def rendered(self, render_s: float, sound_s: float) -> None:
        """``sound_s`` seconds of sound took ``render_s`` seconds."""
        if render_s <= 0 or sound_s <= 0:
            return
        last = render_s / sound_s
        self._mean = last if self._mean is None else WEIGHT * last + (1 - WEIGHT) * self._mean
        if not 1 / DRIFT < self._mean / self.factor < DRIFT:
            self.factor = self._mean

    def phonemes(self, render_s: float) -> float:
        """About how many of them are rendered in that time."""
        return PHONEMES * render_s / self.factor

    def growth(self, heard_at: float) -> float:
        """How many times as long as one chunk, heard at ``heard_at`` times the normal speed, the next one may be.

        Where the machine cannot keep up at all the listener has to wait now and then: without a limit, then, so that
        this is where sentences end.
        """
        hurry = self.factor * heard_at
        return max(1.0, 1 / (hurry * MARGIN)) if hurry < 1 else math.inf
