"""When an utterance reached its milestones: where its milliseconds went."""

import time

from ttsmesh.limits import CANCEL_TIMEOUT
from ttsmesh.wire.messages import MILESTONES, Timeline


class Milestones:
    """All times of one utterance, in CLOCK_MONOTONIC seconds, which all processes of a host share.

    Besides ``MILESTONES`` there is ``started``: the first word of the voice process that it sounds, or writes. A
    milestone that is reached again counts from then, because a voice process that went away is replaced by another.
    """

    def __init__(self, id: str, began: float | None, sent: float | None) -> None:
        """Make them when the utterance is accepted. ``began`` and ``sent``: when its client says it began, and asked.

        A client's times that cannot be true, as those from another time namespace, are left out.
        """
        self.accepted = time.monotonic()
        self._id = id
        self._zero = self.accepted
        self._at: dict[str, float] = {"accepted": self.accepted}
        if began is not None and sent is not None and began <= sent <= self.accepted:
            self._zero = began
            self._at["sent"] = sent

    def reach(self, milestone: str, at: float | None = None) -> None:
        """Note that ``milestone`` was reached now, or at ``at``."""
        self._at[milestone] = time.monotonic() if at is None else at

    def rendered(self, render_s: float) -> None:
        """Note that the first piece has just been rendered, ``render_s`` after its chunk's phonemes were there."""
        now = time.monotonic()
        self.reach("phonemes", now - render_s)
        self.reach("rendered", now)

    def at(self, milestone: str) -> float | None:
        """When ``milestone`` was reached last."""
        return self._at.get(milestone)

    @property
    def waited_ms(self) -> float:
        """How long others had their turn first. The fade of what an utterance interrupts is part of its own start."""
        waited = self._at.get("turn", self.accepted) - self.accepted
        return waited * 1e3 if waited > CANCEL_TIMEOUT else 0.0

    def since_turn_ms(self, milestone: str) -> float | None:
        """How long it took to reach ``milestone``, without the turns of others; None if it was not reached."""
        at = self.at(milestone)
        return None if at is None else max(0.0, (at - self.accepted) * 1e3 - self.waited_ms)

    def timeline(self) -> Timeline:
        """What is known so far."""
        reached = {name: max(0.0, (self._at[name] - self._zero) * 1e3) for name in MILESTONES if name in self._at}
        return Timeline(id=self._id, zero_at=self._zero, **reached)
