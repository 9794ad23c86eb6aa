"""The silences of a chunk, piece by piece as it is rendered: trims those at its edges, and stretches those at its marks
as the settings say.

Words are placed when the chunk begins, before there is sound. So by how much the pause at a mark is to change is worked
out from the phonemes' durations, and when the silence turns up in the sound, it changes by just that.

An engine may have trimmed the edges to whole frames before, so that they need not be decoded. Here they are trimmed to
samples, by what is heard, whichever engine renders.
"""

from dataclasses import dataclass
from itertools import groupby, takewhile

import numpy as np

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.model.engine.protocol import Floats, Samples
from ttsmesh.model.kokoro import FRAME_SAMPLES
from ttsmesh.model.render.pauses import Pauses
from ttsmesh.model.text import marks

EDGE_SAMPLES = 4 * FRAME_SAMPLES
"""Samples before the first phoneme, and after the last one, in which sound is looked for. Before and after these the
model is silent, in every chunk. With two frames some onsets are clipped."""

SILENCE = 0.003
"""Fraction of full scale below which a sample is silent. The model's own silence is below 0.001, the faintest
consonants are above 0.01."""

HEAD_SAMPLES = round(0.02 * SAMPLE_RATE)
"""Samples kept before the first sound, which the model begins 40 to 75 ms into those frames: the listener waits."""

TAIL_SAMPLES = round(0.05 * SAMPLE_RATE)
"""Samples kept after the last sound, for a breath to die away."""

MIN_PAUSE_SAMPLES = round(0.04 * SAMPLE_RATE)
"""Samples of silence that a pause has at least, also after it was shortened. A stop consonant has fewer."""

RAMP_SAMPLES = SAMPLE_RATE // 200
"""Samples of the fade at a cut: the model's silence is not digital, so a cut in it can click."""

_SILENT = frozenset(" “(" + marks.SENTENCE + marks.CLAUSE + marks.CLOSERS)
"""Phonemes without a sound of their own. A pause goes on through all that follow one another."""

_Places = np.ndarray[tuple[int], np.dtype[np.intp]]


class Spacer:
    """Takes the pieces of one chunk, and gives its sound with most of the silence at its edges left out, and with the
    wanted pauses at its marks.

    What comes out is the same however the sound is cut into pieces. Silence is held back until it is known what becomes
    of it. So are the last 5 ms of sound, which fade if the chunk ends with them.

    ``head``: samples of silence at the chunk's start; known once sound has come out. ``tail``: those at its end; known
    once it has ended. ``phonemes``: what is said.

    Args:
        ends: where the phonemes end, as ``Rendering.ends`` says.
        phonemes: what is said.
        pauses: how long the speech is to pause at marks.
        head: samples of silence that are left at the chunk's start, at most.
        tail: the same at its end.
    """

    def __init__(
        self, ends: Samples, phonemes: str, pauses: Pauses, head: int = HEAD_SAMPLES, tail: int = TAIL_SAMPLES
    ) -> None:
        self.head = 0
        self.tail = 0
        self._most_head = head
        self._most_tail = tail
        self.phonemes = phonemes
        self._samples = int(ends[-1])
        self._taken = 0  # of these, how many were taken
        self._start = max(0, int(ends[0]) - EDGE_SAMPLES)  # the rendered sample that comes out first
        self._stop = int(min(ends[-1], ends[-2] + EDGE_SAMPLES))
        self._pauses = _planned(ends, phonemes, pauses)
        self._reached = 0  # how many of these the sound has reached
        self._owed = 0  # samples by which those should have become longer, and did not
        self._begun = False
        self._at = self._start  # the rendered sample with which what is held back begins
        self._held = np.zeros(0, np.float32)  # once sound has begun: all silence since the last of it
        self._strip = _Strip()

    @property
    def ended(self) -> bool:
        """Whether the whole chunk was taken, and so was given."""
        return self._taken >= self._samples

    def place(self, sample: int) -> int:
        """Where in the chunk's sound the rendered ``sample`` will be; known once sound has come out.

        What comes before the first sound is placed where that begins. Of the silence at the chunk's end less may be
        left, so that the place lies behind the sound.
        """
        moved = sum(pause.moved(sample) for pause in self._pauses)
        return max(self.head, min(sample, self._stop) - self._start + moved)

    def add(self, piece: Floats) -> Floats:
        """Take the next ``piece``, and give what is certain by now: perhaps nothing, and with the last piece all."""
        kept = piece[max(0, self._start - self._taken) : max(0, self._stop - self._taken)]
        self._taken += len(piece)
        self._held = np.concatenate([self._held, kept])
        loud = np.flatnonzero(np.abs(self._held) > SILENCE) + self._at
        out = [self._sound(loud)] if len(loud) else []
        if self.ended:
            if not self._begun:
                self.head = len(self._held)
            left = self._held[: self._most_tail] if self._begun else self._held
            self.tail = len(left)
            out += [self._strip.add(left), self._strip.end()]
        return np.concatenate([self._held[:0], *out])

    def _sound(self, loud: _Places) -> Floats:
        """What was held back, up to the last of the ``loud`` samples in it."""
        if not self._begun:
            self._begin(int(loud[0]))
        out: list[Floats] = []
        for first, last, more in self._changes(loud):
            removed = max(0, -more)
            cut = (first + last - removed) // 2
            out += [self._strip.add(self._take(cut)), self._strip.end(), np.zeros(max(0, more), np.float32)]
            self._take(cut + removed)
        return np.concatenate([*out, self._strip.add(self._take(int(loud[-1]) + 1))])

    def _begin(self, first: int) -> None:
        """Sound begins with the rendered sample ``first``."""
        self._begun = True
        self.head = min(self._most_head, first - self._at)
        self._start = first - self.head
        self._take(self._start)
        self._pauses = [pause for pause in self._pauses if pause.middle > first]

    def _changes(self, loud: _Places) -> list[tuple[int, int, int]]:
        """The first sample and the end of each silence that changes before the last of the ``loud`` samples, and by how
        many samples it becomes longer. (Less than 0: shorter.)"""
        wanted: dict[tuple[int, int], int] = {}
        for pause in self._pauses[self._reached :]:
            if pause.middle > loud[-1]:
                break
            self._reached += 1
            after = int(np.searchsorted(loud, pause.middle))
            silence = int(loud[after - 1]) + 1 if after else self._at, int(loud[after])
            wanted[silence] = wanted.get(silence, 0) + pause.more
        changes = []
        for (first, last), more in wanted.items():
            # There may be no silence, or less than is to be left out. Then the next pause makes up for it, so that the
            # words are where they were placed.
            self._owed += more
            removable = last - first - MIN_PAUSE_SAMPLES
            change = max(self._owed, -removable) if removable >= 0 else 0
            self._owed -= change
            if change:
                changes.append((first, last, change))
        return changes

    def _take(self, end: int) -> Floats:
        """Of what was held back, all before the rendered sample ``end``."""
        taken, self._held = self._held[: end - self._at], self._held[end - self._at :]
        self._at = end
        return taken


@dataclass(frozen=True, slots=True)
class _Pause:
    """A pause at a mark: the rendered sample in its ``middle``, and by how many samples it is to become longer. (Less
    than 0: shorter.)"""

    middle: int
    more: int

    def moved(self, sample: int) -> int:
        """By how much the rendered ``sample`` moves with this pause."""
        if self.more > 0:
            return self.more if sample >= self.middle else 0
        cut = self.middle + self.more // 2
        return -min(max(0, sample - cut), -self.more)


def _planned(ends: Samples, phonemes: str, pauses: Pauses) -> list[_Pause]:
    """The pauses that are to change. Of two marks in one pause, the longer pause is wanted."""
    planned = []
    for silent, group in groupby(range(len(phonemes)), lambda number: phonemes[number] in _SILENT):
        numbers = list(group)
        wanted = {number: stretch for number in numbers if (stretch := pauses.stretch(phonemes[number])) is not None}
        if not silent or not wanted or numbers[0] == 0 or numbers[-1] == len(phonemes) - 1:
            continue  # no mark, or one at the chunk's edge
        # Phoneme n is between ends[n] and ends[n + 1].
        first, last = int(ends[min(wanted)]), int(ends[numbers[-1] + 1])
        length = last - first
        more = max(round(length * max(wanted.values())) - length, min(0, MIN_PAUSE_SAMPLES - length))
        if more:
            planned.append(_Pause((first + last) // 2, more))
    return planned


def pauses(phonemes: str, at: int) -> bool:
    """Whether a pause at a mark, or the chunk's end, follows phoneme number ``at - 1``."""
    silent = "".join(takewhile(_SILENT.__contains__, phonemes[at:]))
    return at + len(silent) == len(phonemes) or any(mark in marks.SENTENCE + marks.CLAUSE for mark in silent)


class _Strip:
    """The sound between two cuts: it fades in where it begins, and out where it ends."""

    def __init__(self) -> None:
        self._begun = False
        self._late = np.zeros(0, np.float32)

    def add(self, samples: Floats) -> Floats:
        """Take ``samples``, and give all but the last ones."""
        late = np.concatenate([self._late, samples])
        if len(late) > RAMP_SAMPLES and not self._begun:
            self._begun = True
            late[:RAMP_SAMPLES] *= _ramp(RAMP_SAMPLES)
        given, self._late = late[:-RAMP_SAMPLES], late[-RAMP_SAMPLES:]
        return given

    def end(self) -> Floats:
        """Give the last samples, and begin anew."""
        late, self._late = self._late, self._late[:0]
        ramp = _ramp(len(late))
        if not self._begun:
            late *= ramp
        late *= ramp[::-1]
        self._begun = False
        return late


def _ramp(samples: int) -> Floats:
    """A rise from 0 to 1."""
    return np.linspace(0, 1, samples, dtype=np.float32)
