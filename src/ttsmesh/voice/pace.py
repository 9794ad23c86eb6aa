"""The pace of one utterance: rendered frames go in, frames to be heard come out, and positions are told in the former.

Where the pace is the model's own, samples pass through untouched and nothing is loaded.
"""

import collections
import math
from collections.abc import Callable

from ttsmesh.audio import BYTES_PER_FRAME, SAMPLE_RATE, frames
from ttsmesh.voice.sonic import INSIDE, Sonic

PORTION = SAMPLE_RATE // 100
"""Rendered frames pulled at once at least: enough for Sonic to find a period with the ones before."""


class Pace:
    """For one thread; only ``rate`` may be set by another."""

    def __init__(self, rate: float = 1.0, pitch: float = 1.0) -> None:
        """``rate`` times as fast as rendered, ``pitch`` times as high."""
        self.rate = rate
        self.pitch = pitch
        self._sonic: Sonic | None = None
        self._set: tuple[float, float] | None = None
        self._inside = False  # whether Sonic may be keeping something back
        self._ready = bytearray()
        self._rendered = 0.0  # frames of the rendered sound that have come out
        self._taken = 0  # frames of it that have gone in
        self._made = 0  # frames that have come out
        self._marks = collections.deque([(0, 0.0)])  # (frames made, frames of the rendered sound that they say)

    def prepare(self) -> None:
        """Load what this pace needs, before it is urgent."""
        if self._sonic is None and (self.rate, self.pitch) != (1.0, 1.0):
            self._sonic = Sonic()

    @property
    def holds(self) -> bool:
        """Whether something that went in is still to come out."""
        return self._inside or bool(self._ready)

    def change(self, pcm: bytes) -> bytes:
        """Take rendered ``pcm``; what is to be heard of it, and of what was kept back before."""
        self._taken += frames(pcm)
        self.prepare()
        if self._sonic is None:
            return self._out(pcm, len(pcm) // BYTES_PER_FRAME)
        if self._set != (self.rate, self.pitch):
            self._set = (self.rate, self.pitch)
            self._sonic.set_pace(*self._set)
        self._inside = True
        out = self._sonic.write(pcm)
        return self._out(out, frames(out) * self._set[0])

    def finish(self) -> bytes:
        """What was kept back."""
        out = self._sonic.flush() if self._sonic is not None and self._inside else b""
        self._inside = False
        return self._out(out, self._taken - self._rendered)

    def take(self, count: int, pull: Callable[[int], bytes], *, last: Callable[[], bool]) -> bytes:
        """``count`` frames to be heard, or fewer, from the rendered ones that ``pull(frames)`` gives.

        When it gives none, ``last`` says whether no more of them will come.
        """
        wanted = count * BYTES_PER_FRAME
        while len(self._ready) < wanted:
            missing = (wanted - len(self._ready)) // BYTES_PER_FRAME
            if self._sonic is not None or (self.rate, self.pitch) != (1.0, 1.0):
                missing = max(PORTION, math.ceil(missing * self.rate))
            if pcm := pull(missing):
                self._ready += self.change(pcm)
                self._mark()
            elif self._inside and last():
                self._ready += self.finish()
                self._mark()
            else:
                break
        out = bytes(self._ready[:wanted])
        del self._ready[: len(out)]
        return out

    def give_back(self, pcm: bytes) -> None:
        """What was taken last and not heard after all."""
        self._ready[:0] = pcm

    def position(self, heard: int) -> int:
        """Which rendered frame is heard when ``heard`` frames have been; never asked for an earlier one again."""
        while len(self._marks) > 2 and self._marks[1][0] <= heard:
            self._marks.popleft()
        (made, rendered), (next_made, next_rendered) = self._marks[0], self._marks[min(1, len(self._marks) - 1)]
        if next_made == made:
            return round(rendered)
        share = min(1.0, max(0.0, (heard - made) / (next_made - made)))
        return round(rendered + share * (next_rendered - rendered))

    def _out(self, pcm: bytes, rendered: float) -> bytes:
        """Keep account of ``pcm``, which says about so many ``rendered`` frames."""
        if pcm:
            # Sonic works in whole periods of the voice, so it may be off a little; but never by more than it can hold.
            least = self._taken - INSIDE if self._inside else self._taken
            self._rendered = min(self._taken, max(least, self._rendered + rendered))
            self._made += frames(pcm)
        return pcm

    def _mark(self) -> None:
        self._marks.append((self._made, self._rendered))
