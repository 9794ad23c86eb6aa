"""The floor: which utterance may sound now, and which wait, in which order. Pure: no tasks, no clocks.

The whole policy of interruption is here. Claims go in, and those that they supersede come out. A claim holds the floor
when no other does, and leaves when its utterance has ended. A superseded holder keeps the floor until it leaves: it may
still be fading out, and two voices never sound at once.
"""

from dataclasses import dataclass
from enum import StrEnum

UNRANKED = 1 << 20
"""The rank of an utterance that needs no floor: after all that are on it, now and for as long as a rank may be kept."""


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
    caller: str = ""
    priority: Priority = Priority.TEXT
    queued: bool = False

    @property
    def interrupts(self) -> bool:
        return not self.queued and self.priority in (Priority.IMPORTANT, Priority.TEXT)


class Floor:
    """The claim that holds the floor, and those that wait, first to last."""

    def __init__(self) -> None:
        self.holder: Claim | None = None
        self.waiting: list[Claim] = []
        self._fading: Claim | None = None  # a superseded holder, which need not be ended again

    @property
    def next(self) -> Claim | None:
        """The claim that will hold the floor when the holder leaves, and is worth preparing now."""
        return self.waiting[0] if self.waiting else None

    def claims(self) -> list[Claim]:
        """The holder, then those that wait, in order."""
        return [self.holder, *self.waiting] if self.holder is not None else [*self.waiting]

    def rank(self, id: str) -> int:
        """The place of ``id`` in the order of rendering: 0 for the holder, 1 for the next one, or ``UNRANKED``."""
        if self.holder is not None and self.holder.id == id:
            return 0
        for place, claim in enumerate(self.waiting, start=1):
            if claim.id == id:
                return place
        return UNRANKED

    def enter(self, claim: Claim, *, paused: bool = False) -> list[Claim]:
        """Take ``claim`` in, and give those that it supersedes, whose utterances must now end.

        ``paused``: the holder is paused. A superseded holder keeps the floor until it leaves.
        """
        superseded = [waiting for waiting in self.waiting if _replaces(claim, waiting)]
        self.waiting = [waiting for waiting in self.waiting if waiting not in superseded]
        if self.holder is not None and self.holder is not self._fading and _silences(claim, self.holder, paused):
            self._fading = self.holder
            superseded.append(self.holder)
        self.waiting.insert(self._place(claim), claim)
        self._grant()
        return superseded

    def leave(self, id: str) -> None:
        """Take out ``id``, which has ended, wherever it is. The next one gets the floor if it is free now."""
        self.waiting = [claim for claim in self.waiting if claim.id != id]
        if self.holder is not None and self.holder.id == id:
            self.holder = None
        self._grant()

    def _grant(self) -> None:
        if self.holder is None and self.waiting:
            self.holder = self.waiting.pop(0)

    def _place(self, new: Claim) -> int:
        """Interrupting claims go before all others, and important ones before the rest of these."""
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


def _replaces(new: Claim, waiting: Claim) -> bool:
    """Whether ``new`` takes the place of one that waits.

    Of the interrupting texts that wait only the newest stays, and of progress too. Important ones are never lost.
    """
    if new.priority is Priority.PROGRESS:
        return waiting.priority is Priority.PROGRESS
    return new.interrupts and waiting.interrupts and waiting.priority is not Priority.IMPORTANT


def _silences(new: Claim, holder: Claim, paused: bool) -> bool:
    """Whether ``new`` interrupts the holder. Nothing interrupts an important text, unless it is paused."""
    if new.priority is Priority.PROGRESS:
        return holder.priority is Priority.PROGRESS
    return new.interrupts and (paused or holder.priority is not Priority.IMPORTANT)
