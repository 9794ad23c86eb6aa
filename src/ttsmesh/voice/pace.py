"""The pace of one utterance: how fast, and how high, its rendered sound is heard.

Rendered frames go in and frames to be played come out, more or fewer of them. Positions are always told in rendered
frames. At the model's own pace samples pass through untouched, and the stretching library is not loaded.
"""

import collections
import math
from collections.abc import Callable

from ttsmesh.audio import BYTES_PER_FRAME, SAMPLE_RATE, frames
from ttsmesh.voice.sonic import INSIDE, Sonic

PORTION = SAMPLE_RATE // 100
"""Rendered frames that are pulled at once, at least. With those before they are enough for Sonic to find a period."""


class Pace:
    """The pace of one utterance, and the only place where its rate is kept.

    It belongs to the thread of the sink. Other threads may set ``rate``, and do nothing else with it.
    """

    def __init__(self, rate: float = 1.0, pitch: float = 1.0) -> None:
        """The sound is heard ``rate`` times as fast, and ``pitch`` times as high, as it was rendered."""
        self.rate = rate
        self.pitch = pitch
        self._sonic: Sonic | None = None
        self._set: tuple[float, float] | None = None  # the rate and the pitch that Sonic has been told
        self._inside = False  # whether Sonic may be keeping something back
        self._ready = bytearray()  # sound that has come out and was not taken yet
        self._taken = 0  # rendered frames that have gone in
        self._rendered = 0.0  # rendered frames that have come out, as frames to be played
        self._made = 0  # frames to be played that have come out
        self._marks = collections.deque([(0, 0.0)])  # (frames to be played, rendered frames), both from the start

    def prepare(self) -> None:
        """Load what this pace needs, before it is urgent."""
        if self._sonic is None and (self.rate, self.pitch) != (1.0, 1.0):
            self._sonic = Sonic()

    @property
    def holds(self) -> bool:
        """Whether something that went in is still to come out."""
        return self._inside or bool(self._ready)

    def change(self, pcm: bytes) -> bytes:
        """Take rendered ``pcm``. Returns what is to be played of it, and of what was kept back before."""
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
        """Return what was kept back."""
        out = self._sonic.flush() if self._sonic is not None and self._inside else b""
        self._inside = False
        return self._out(out, self._taken - self._rendered)

    def take(self, count: int, pull: Callable[[int], bytes], *, last: Callable[[], bool]) -> bytes:
        """Return ``count`` frames to be played, or fewer.

        ``pull(frames)`` gives so many rendered frames, or fewer. When it gives none, ``last`` says whether that was
        the end.
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
        """Take back the frames that were taken last, because they were not heard after all."""
        self._ready[:0] = pcm

    def position(self, played: int) -> int:
        """Return how many rendered frames were heard when ``played`` frames were played. ``played`` never falls."""
        while len(self._marks) > 2 and self._marks[1][0] <= played:
            self._marks.popleft()
        (made, rendered), (next_made, next_rendered) = self._marks[0], self._marks[min(1, len(self._marks) - 1)]
        if next_made == made:
            return round(rendered)
        share = min(1.0, max(0.0, (played - made) / (next_made - made)))
        return round(rendered + share * (next_rendered - rendered))

    def _out(self, pcm: bytes, rendered: float) -> bytes:
        """Count ``pcm``, which stands for about ``rendered`` frames, and return it."""
        if pcm:
            # Sonic works in whole periods of the voice, so it may be off a little, but by no more than it can hold.
            least = self._taken - INSIDE if self._inside else self._taken
            self._rendered = min(self._taken, max(least, self._rendered + rendered))
            self._made += frames(pcm)
        return pcm

    def _mark(self) -> None:
        self._marks.append((self._made, self._rendered))
