"""The silence between two chunks: what the text asks for, less what is silent at the edges of the chunks' sound."""

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.model.render.pauses import Pauses
from ttsmesh.model.render.spacing import HEAD_SAMPLES, TAIL_SAMPLES
from ttsmesh.model.text.chunking import TextChunk

RESERVE_SAMPLES = SAMPLE_RATE // 10
"""Samples of a pause that are not made before the chunk behind it is rendered: for the silence at its start."""


class Gap:
    """The silence between the sound so far and the next chunk.

    ``exact``: the text says how long it is. Then it is heard at the utterance's own rate, whatever that of the words
    around it, and no silence at their edges comes on top of it.
    """

    def __init__(self, pauses: Pauses, speed: float) -> None:
        self.exact = False
        self._pauses = pauses
        self._speed = speed
        self._ms = 0.0
        self._made = 0.0  # frames of it that were made already, such as those at the end of the chunk before

    def lead(self, chunk: TextChunk) -> None:
        """``chunk`` comes next."""
        if chunk.lead_ms:
            self._ms += chunk.lead_ms
            self.exact = True

    def early(self) -> int:
        """Frames of silence that can be made before the next chunk is rendered. From now on they count as made."""
        early = max(0, round(self._wanted - self._made) - RESERVE_SAMPLES) if self.exact else 0
        self._made += early
        return early

    def most_head(self, rate: float) -> int:
        """Samples of silence that the next chunk may have at its start, heard ``rate`` times as fast."""
        return max(0, min(HEAD_SAMPLES, round((self._wanted - self._made) * rate))) if self.exact else HEAD_SAMPLES

    def most_tail(self, chunk: TextChunk) -> int:
        """Samples of silence that ``chunk`` may have at its end."""
        if chunk.pause_ms is None:
            return TAIL_SAMPLES
        if _last_rate(chunk) != 1:
            return 0  # what is still in the stretching library when the rate changes is heard at the next rate
        # Half of a short pause is left to the next chunk, whose sound begins more softly.
        return min(TAIL_SAMPLES, round(_frames(chunk.pause_ms, self._speed) / 2))

    def frames(self, head: int = 0, rate: float = 1.0) -> int:
        """Frames of silence before a chunk that begins with ``head`` samples of it, heard ``rate`` times as fast."""
        return max(0, round(self._wanted - self._made - (head / rate if self.exact else head)))

    def sounded(self, chunk: TextChunk, tail: int) -> None:
        """``chunk`` was said, with ``tail`` samples of silence at its end."""
        self.exact = chunk.pause_ms is not None
        self._ms = self._pauses.after(chunk.pause) if chunk.pause_ms is None else chunk.pause_ms
        self._made = tail

    def was_silent(self, chunk: TextChunk) -> None:
        """``chunk`` has nothing to say. If the silence before it was ``exact``, it was made."""
        if self.exact:
            self._ms = self._made = 0.0
        if chunk.pause_ms is not None:
            self._ms = chunk.pause_ms
        elif not self.exact:
            self._ms = max(self._ms, self._pauses.after(chunk.pause))
        self.exact = chunk.pause_ms is not None

    @property
    def _wanted(self) -> float:
        return _frames(self._ms, self._speed)


def _frames(ms: float, speed: float) -> float:
    return ms / 1000 / speed * SAMPLE_RATE


def _last_rate(chunk: TextChunk) -> float:
    return chunk.deliveries[-1][1].rate
