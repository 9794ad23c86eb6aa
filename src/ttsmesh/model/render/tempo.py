"""How fast this machine renders, and so how much of a chunk must exist before its first sound is given away. Pure."""

USUAL = 0.1
"""Render seconds per second of sound, assumed until something was rendered: a machine with AMX or VNNI needs this."""

MARGIN = 1.6
"""How many times as long as usual a piece may take before the listener notices: other programs are busy, too."""

WEIGHT = 0.3
"""Weight of the last chunk in the moving average. It is low because a chunk of a new length, or one beside a busy
program, says little about the next ones."""

PIECE_S = 0.2
"""Seconds of sound in one piece of a chunk, approximately."""


class Tempo:
    """``factor``: render seconds per second of sound, a moving average over the chunks so far."""

    def __init__(self) -> None:
        self.factor = USUAL
        self._known = False

    def rendered(self, render_s: float, sound_s: float) -> None:
        """Take into account that a chunk with ``sound_s`` seconds of sound took ``render_s`` seconds."""
        if render_s <= 0 or sound_s <= 0:
            return
        last = render_s / sound_s
        self.factor = WEIGHT * last + (1 - WEIGHT) * self.factor if self._known else last
        self._known = True

    def hold(self, sound_s: float, heard_at: float) -> float:
        """The seconds of sound that must exist before the first of a chunk with ``sound_s`` seconds is given away.

        Heard at ``heard_at`` times the normal speed, the sound then never catches up with the render inside the chunk,
        even if any one piece takes ``MARGIN`` times as long as usual. Where the machine cannot keep up, the listener so
        waits between chunks and not inside words.

        While one second of sound is rendered, ``hurry`` seconds are heard. With pieces of P seconds and H seconds at
        the beginning, H + (k - 1) P exist when piece k is awaited, and ``hurry`` P (k - 1 + MARGIN) were heard before
        it comes. Where ``hurry`` is below 1 the first piece is the one to wait for; else it is the last one, before
        which ``sound_s`` - P exist.
        """
        hurry = self.factor * heard_at
        if hurry < 1:
            return min(sound_s, hurry * PIECE_S * MARGIN)
        return min(sound_s, (sound_s - PIECE_S) * (1 - 1 / hurry) + PIECE_S * MARGIN)
