"""What the reader does: what keys ask for, and what the mesh tells of. Pure.

Keys become orders to the mesh, which ``ttsmesh.cli.commands.reader.speech`` carries out.
"""

from dataclasses import dataclass
from enum import StrEnum

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.cli.commands.reader.sentences import next_sentence, sentence
from ttsmesh.limits import SPEED_MAX, SPEED_MIN
from ttsmesh.wire.client_messages import (
    Accepted,
    Back,
    Failed,
    Finished,
    Interrupted,
    Pause,
    Progress,
    Resume,
    SetSpeed,
    Skip,
    Started,
    WordHeard,
)
from ttsmesh.wire.schema import Message

STEP = 0.1
"""Times the usual speaking rate that one key adds."""

ENOUGH = 5.0
"""Seconds of speech after which it is known how long the rest takes."""

LEAP = 200
"""Characters that are not spoken between two reports, but gone over."""

WELL_INTO = 20
"""Characters of a sentence after which going back means its own beginning; the mesh has a time for that."""


class State(StrEnum):
    """What the text does now. The values are for people."""

    ASKED = "starting"
    SPEAKING = "speaking"
    PAUSED = "paused"
    ENDED = "silent"


@dataclass(frozen=True, slots=True)
class Speak:
    """Say the text from ``place`` on, instead of what is being said of it. ``speed`` is the text's own."""

    place: int
    speed: float | None


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Say no more of the text."""


Steering = Pause | Resume | Back | Skip | SetSpeed
"""What is asked of the mesh while the text is being said."""

Order = Speak | TakeBack | Steering

_REASONS = {
    "superseded": "interrupted by another text",
    "stopped": "stopped",
    "skipped": "skipped",
    "muted": "muted",
    "shutdown": "the mesh was ended",
}


class Session:
    """One text that is read. Places are those of characters in it.

    ``place`` is where the last word was heard, or is to be heard first; ``word`` is that word while it is spoken.
    ``note`` says why nothing is spoken. ``speed`` is absent until the mesh has told which one it is.
    """

    def __init__(self, text: str, place: int = 0, speed: float | None = None) -> None:
        self.state = State.ENDED
        self.place = place
        self.word: tuple[int, int] | None = None
        self.note = ""
        self.speed = speed
        self.heard_s = 0.0
        self._text = text
        self._own_speed = speed
        self._id = ""
        self._start = place
        self._is_elsewhere = False  # the place was moved while the text is paused
        self._towards: int | None = None  # where the mesh was told to go on to
        self._reported = (0.0, place)  # seconds and characters
        self._paced = (0.0, 0)

    @property
    def left_s(self) -> float | None:
        """Seconds that the rest of the text takes at this speed; None if that is not known yet."""
        seconds, characters = self._paced
        if seconds < ENOUGH or not characters:
            return None
        return (len(self._text) - self.place) * seconds / characters / (self.speed or 1.0)

    @property
    def fraction(self) -> float:
        """How much of the text is before ``place``."""
        return self.place / len(self._text)

    # --- keys ---------------------------------------------------------------------------------------------------------

    def speak(self, place: int) -> Order:
        """Say the text from ``place`` on, whatever is being done; from its beginning if that is its end."""
        if place >= len(self._text):
            place = 0
        self._begin(place)
        return Speak(place, self._own_speed)

    def toggle(self) -> Order:
        """Pause, or go on. What has not begun to sound is taken back; what was said to its end is said again."""
        match self.state:
            case State.SPEAKING:
                return Pause()
            case State.PAUSED if not self._is_elsewhere:
                return Resume()
            case State.ASKED:
                self._end("stopped")
                return TakeBack()
        return self.speak(self.place)

    def back(self) -> Order | None:
        """A sentence back. While the text is paused, or is silent, only the place moves."""
        begin = sentence(self._text, self.place)
        if self.state is State.SPEAKING and (begin > self._start or self.place > begin + WELL_INTO or not begin):
            self._towards = None
            return Back()  # else the mesh does not have the sentence before
        return self._go_to(sentence(self._text, max(0, begin - 1)))

    def forward(self) -> Order | None:
        """On by a sentence. While the text is paused, or is silent, only the place moves."""
        if self.state is State.SPEAKING:
            self._towards = next_sentence(self._text, self.place if self._towards is None else self._towards)
            return Skip(sentence=True)
        return self._go_to(next_sentence(self._text, self.place))

    def faster(self, steps: int) -> Order | None:
        """Speak so many steps faster, or slower if it is negative, now and from now on."""
        speed = round((self.speed or 1.0) + steps * STEP, 2)
        self.speed = self._own_speed = min(max(speed, SPEED_MIN), SPEED_MAX)
        if self.state is State.ENDED or not self._id:
            return None
        return SetSpeed(speed=self.speed, id=self._id)

    # --- what the mesh tells ------------------------------------------------------------------------------------------

    def accepted(self, reply: Accepted) -> Order | None:
        """The text has an id. A speed that was chosen meanwhile is to be told."""
        self._id = reply.id or ""
        wanted = self._own_speed
        if wanted is None:
            self.speed = reply.speed
        elif wanted != reply.speed:
            return SetSpeed(speed=wanted, id=self._id)
        return None

    def heard(self, message: Message) -> None:
        """One of the messages that follow: what is heard, or how it ended."""
        match message:
            case Started():
                self.state = State.SPEAKING
            case WordHeard(start=start, end=end):
                self.word = (start, end)
                self.place = start
                self._is_elsewhere = False
                if self._towards is not None and start >= self._towards:
                    self._towards = None
            case Progress(heard=frames, characters=characters):
                self._note_pace(frames / SAMPLE_RATE, characters or 0)
            case Finished(heard=frames, reason=reason):
                if reason is None:
                    self.place = len(self._text)
                self._end("muted: `ttsmesh unmute` ends that" if reason else "the end")
            case Interrupted(reason="skipped") if self._towards is not None:  # on from the last sentence
                self.place = len(self._text)
                self._end("the end")
            case Interrupted(reason=reason):
                self._end(_REASONS.get(reason, reason))
            case Failed(message=reason):
                self._end(reason)

    def lost(self, reason: str) -> None:
        """The mesh refused the text, or went away."""
        self._end(reason)

    def reached(self, order: Steering, count: int) -> Order | None:
        """The mesh has done ``order`` to so many texts. What to do now, if somebody else had done it before."""
        match order:
            case Pause() if self.state is State.SPEAKING:
                if not count:  # it was paused from elsewhere, and whoever presses the key wants to hear it
                    return Resume()
                self.state = State.PAUSED
            case Resume() if self.state in (State.SPEAKING, State.PAUSED):
                self.state = State.SPEAKING
        return None

    def _begin(self, place: int) -> None:
        self.state = State.ASKED
        self.note = ""
        self.place = self._start = place
        self.word = None
        self._id = ""
        self._is_elsewhere = False
        self._towards = None
        self._reported = (0.0, place)

    def _go_to(self, place: int) -> Order | None:
        if self.state in (State.SPEAKING, State.ASKED):
            return self.speak(place) if place < len(self._text) else None
        self.place = place
        self.word = None
        self._is_elsewhere = True
        return None

    def _end(self, note: str) -> None:
        self.state = State.ENDED
        self.note = note
        self.word = None
        self._id = ""

    def _note_pace(self, seconds: float, characters: int) -> None:
        further_s, further = seconds - self._reported[0], characters - self._reported[1]
        self._reported = (seconds, characters)
        if further_s > 0:
            self.heard_s += further_s
            if 0 <= further <= LEAP:
                self._paced = (self._paced[0] + further_s, self._paced[1] + further)
