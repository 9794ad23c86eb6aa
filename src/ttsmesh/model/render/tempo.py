"""How fast this machine renders, and so how long a chunk may be that is rendered while another one sounds. Pure."""

import math

USUAL = 0.1
"""Render seconds per second of sound, assumed until something was rendered: a machine with AMX or VNNI needs this."""

MARGIN = 1.6
"""How many times as long as usual a render may take before the listener notices: other programs are busy, too."""

WEIGHT = 0.3
"""Weight of the last render in the moving average. It is low because a render of a new length, or one beside a busy
program, says little about the next ones."""

PHONEMES_PER_SECOND = 15
"""Phonemes per second of speech, approximately."""

DRIFT = 1.5
"""How many times faster or slower the machine must become before chunks are planned anew. Otherwise the same text would
be cut a little differently each time, and so would sound different."""


class Tempo:
    """``factor``: render seconds per second of sound. It is held until the moving average has drifted far from it."""

    def __init__(self) -> None:
        self.factor = USUAL
        self._average: float | None = None

    def rendered(self, render_s: float, sound_s: float) -> None:
        """Take into account that ``sound_s`` seconds of sound took ``render_s`` seconds."""
        if render_s <= 0 or sound_s <= 0:
            return
        last = render_s / sound_s
        self._average = last if self._average is None else WEIGHT * last + (1 - WEIGHT) * self._average
        if not 1 / DRIFT < self._average / self.factor < DRIFT:
            self.factor = self._average

    def phonemes(self, render_s: float) -> float:
        """Phonemes that are rendered in ``render_s`` seconds, approximately."""
        return PHONEMES_PER_SECOND * render_s / self.factor

    def growth(self, heard_at: float) -> float:
        """How many times as long as one chunk, heard at ``heard_at`` times the normal speed, the next one may be.

        Where the machine cannot keep up at all, the listener has to wait now and then. There is no limit then, so that
        the waits come where sentences end.
        """
        hurry = self.factor * heard_at
        return max(1.0, 1 / (hurry * MARGIN)) if hurry < 1 else math.inf
