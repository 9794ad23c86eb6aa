"""The floor: who may sound now, and who waits in which order. Pure: claims in, decisions out; no tasks, no clocks.

The whole policy of interruption lives here. A claim enters, perhaps superseding others; it holds the floor when nobody
else does, and leaves when its utterance has ended. A superseded holder stays the holder until it leaves, since it may
still be fading out: two voices never sound at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

UNRANKED = 1 << 20
"""A rank after all on the floor, also after those that come later: a rank may be kept while somebody waits."""


class Priority(StrEnum):
    """How much a text matters against others."""

    IMPORTANT = "important"
    TEXT = "text"
    NOTIFICATION = "notification"
    PROGRESS = "progress"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One utterance's wish to sound. ``queued``: after everything accepted before it, interrupting nothing."""

    id: str
    voice: str = ""
    caller: str = ""
    priority: Priority = Priority.TEXT
    queued: bool = False

    @property
    def interrupts(self) -> bool:
        return not self.queued and self.priority in (Priority.IMPORTANT, Priority.TEXT)


class Floor:
    """The holder, and those who wait, first to last."""

    def __init__(self) -> None:
        self.holder: Claim | None = None
        self._fading: Claim | None = None  # a superseded holder: whoever ended it need not do so again
        self.waiting: list[Claim] = []
        self.paused = False  # the holder is held at a sample; set from outside, ends with the holder

    @property
    def next(self) -> Claim | None:
        """Who will hold the floor when the holder leaves: worth preparing now."""
        return self.waiting[0] if self.waiting else None

    def rank(self, id: str) -> int:
        """0 for the holder, 1 for the next, and so on; ``UNRANKED`` for one that needs no floor."""
        if self.holder is not None and self.holder.id == id:
            return 0
        for place, claim in enumerate(self.waiting, start=1):
            if claim.id == id:
                return place
        return UNRANKED

    def enter(self, claim: Claim) -> list[Claim]:
        """Take ``claim`` in. Gives those it supersedes, whose utterances must now end; a superseded holder holds on
        until it leaves.
        """
        superseded = [waiting for waiting in self.waiting if self._replaces(claim, waiting)]
        self.waiting = [waiting for waiting in self.waiting if waiting not in superseded]
        if self.holder is not None and self.holder is not self._fading and self._silences(claim, self.holder):
            self._fading = self.holder
            superseded.append(self.holder)
        self.waiting.insert(self._place(claim), claim)
        self._grant()
        return superseded

    def leave(self, id: str) -> None:
        """``id`` has ended, wherever it was; the next one gets the floor if it is free now."""
        self.waiting = [claim for claim in self.waiting if claim.id != id]
        if self.holder is not None and self.holder.id == id:
            self.holder = None
            self.paused = False
        self._grant()

    def find(self, wanted: Callable[[Claim], bool]) -> list[Claim]:
        """All that sound or wait and are ``wanted``, in order."""
        claims = [self.holder, *self.waiting] if self.holder is not None else self.waiting
        return [claim for claim in claims if wanted(claim)]

    def _grant(self) -> None:
        if self.holder is None and self.waiting:
            self.holder = self.waiting.pop(0)

    @staticmethod
    def _replaces(new: Claim, waiting: Claim) -> bool:
        """Of the waiting interrupting texts only the newest stays; of progress too. Important ones are never lost."""
        if new.priority is Priority.PROGRESS:
            return waiting.priority is Priority.PROGRESS
        return new.interrupts and waiting.interrupts and waiting.priority is not Priority.IMPORTANT

    def _silences(self, new: Claim, holder: Claim) -> bool:
        """While an important text sounds, nothing silences it; a paused one does not sound."""
        if new.priority is Priority.PROGRESS:
            return holder.priority is Priority.PROGRESS
        return new.interrupts and (self.paused or holder.priority is not Priority.IMPORTANT)

    def _place(self, new: Claim) -> int:
        """Interrupting claims go before queued ones, important ones first; all others to the end."""
        if not new.interrupts:
            return len(self.waiting)
        place = 0
        for waiting in self.waiting:
            if not waiting.interrupts or (
                new.priority is Priority.IMPORTANT and waiting.priority is not Priority.IMPORTANT
            ):
                break
            place += 1
        return place
