"""The pace of one utterance: how fast, and how high, its rendered sound is heard.

Rendered frames go in and frames to be played come out, more or fewer of them. Positions are always told in rendered
frames. At the model's own pace samples pass through untouched, and the stretching library is not loaded.

The utterance has a rate and a pitch, and stretches of a marked-up text have some of their own, by which these are
multiplied.
"""

import collections
import math
from collections.abc import Callable

from ttsmesh.audio import BYTES_PER_FRAME, SAMPLE_RATE, frames
from ttsmesh.limits import PITCH_MAX, PITCH_MIN, SPEED_MAX, SPEED_MIN
from ttsmesh.voice.stretch.resample import Resampler
from ttsmesh.voice.stretch.sonic import INSIDE, Sonic

PORTION = SAMPLE_RATE // 100
"""Rendered frames that are pulled at once, at least. With those before they are enough for Sonic to find a period."""


class Pace:
    """The pace of one utterance, and the only place where its rate is kept.

    It belongs to the thread of the sink. Other threads may set ``rate`` and call ``change_at``, and do nothing else
    with it but read ``fastest``.
    """

    def __init__(self, rate: float = 1.0, pitch: float = 1.0) -> None:
        """The sound is heard ``rate`` times as fast, and ``pitch`` times as high, as it was rendered."""
        self.rate = rate
        self.pitch = pitch
        self._stretch = (1.0, 1.0)  # the rate and the pitch by which these are multiplied just now
        self._most = 1.0  # the highest rate by which the utterance's own was ever to be multiplied
        self._changes: collections.deque[tuple[int, float, float]] = collections.deque()  # those to come
        self._sonic: Sonic | None = None
        self._speed: float | None = None  # what Sonic has been told
        self._resampler: Resampler | None = None
        self._inside = False  # whether Sonic may be keeping something back
        self._ready = bytearray()  # sound that has come out and was not taken yet
        self._taken = 0  # rendered frames that have gone in
        self._rendered = 0.0  # rendered frames that have come out, as frames to be played
        self._made = 0  # frames to be played that have come out
        self._marks = collections.deque([(0, 0.0)])  # (frames to be played, rendered frames), both from the start

    @property
    def fastest(self) -> float:
        """The utterance is heard at most so many times as fast as it was rendered, as far as that is known."""
        return min(SPEED_MAX, self.rate * self._most)

    def change_at(self, frame: int, rate: float, pitch: float) -> None:
        """From the rendered ``frame`` on, multiply the utterance's own rate and pitch by these.

        It must be told before that frame goes in. A change that is told later, and is not behind it, takes its place.
        """
        self._most = max(self._most, rate)
        self._changes.append((frame, rate, pitch))

    def prepare(self) -> None:
        """Load what this pace needs, before it is urgent."""
        if self._sonic is None and (self._changes or self._now != (1.0, 1.0)):
            self._sonic = Sonic()

    @property
    def holds(self) -> bool:
        """Whether something that went in is still to come out."""
        return self._inside or bool(self._ready)

    def change(self, pcm: bytes) -> bytes:
        """Take rendered ``pcm``. Returns what is to be played of it, and of what was kept back before."""
        if not self._changes:
            return self._through(pcm)
        out = b""
        while pcm:
            alike = self._alike(frames(pcm)) * BYTES_PER_FRAME
            out += self._through(pcm[:alike])
            pcm = pcm[alike:]
        return out

    def finish(self) -> bytes:
        """Return what was kept back."""
        out = b""
        if self._sonic is not None and self._inside:
            out = self._sonic.flush()
            if self._resampler is not None:
                pitch = self._now[1]
                out = self._resampler.write(out, pitch) + self._resampler.flush(pitch)
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
            if self._sonic is not None or self._changes or self._now != (1.0, 1.0):
                # Not beyond the next change, so that a mark is made there.
                missing = self._alike(max(PORTION, math.ceil(missing * self._now[0])))
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

    @property
    def _now(self) -> tuple[float, float]:
        """How fast and how high the rendered frame that goes in next is heard."""
        rate, pitch = self._stretch
        return (
            max(SPEED_MIN, min(self.rate * rate, SPEED_MAX)),
            max(PITCH_MIN, min(self.pitch * pitch, PITCH_MAX)),
        )

    def _alike(self, count: int) -> int:
        """How many of the next ``count`` rendered frames are heard like the first one of them."""
        while self._changes:
            frame, rate, pitch = self._changes[0]
            if len(self._changes) > 1 and self._changes[1][0] <= frame:
                self._changes.popleft()  # it is for a word that was placed behind the sound of its chunk
            elif frame <= self._taken:
                self._changes.popleft()
                self._stretch = rate, pitch
            else:
                break
        return min(count, self._changes[0][0] - self._taken) if self._changes else count

    def _through(self, pcm: bytes) -> bytes:
        """Take ``pcm``, which is heard alike. Returns what can be played by now."""
        self._taken += frames(pcm)
        rate, pitch = self._now
        if self._sonic is None and (rate, pitch) == (1.0, 1.0):
            return self._out(pcm, frames(pcm))
        self._sonic = self._sonic or Sonic()
        if self._speed != rate / pitch:
            self._speed = rate / pitch
            self._sonic.set_speed(self._speed)
        self._inside = True
        out = self._sonic.write(pcm)
        if pitch != 1:
            self._resampler = self._resampler or Resampler()
        if self._resampler is not None:
            out = self._resampler.write(out, pitch)
        return self._out(out, frames(out) * rate)

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
