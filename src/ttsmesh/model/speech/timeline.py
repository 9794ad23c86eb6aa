"""When the stages of one utterance were reached: where its milliseconds went."""

import time

from ttsmesh.wire.messages import MILESTONES, Timeline


class Milestones:
    """Made when the utterance is accepted. Times are CLOCK_MONOTONIC seconds, which all processes of a host share.

    A stage that is reached again counts from then: a voice process that went away is replaced by another.
    """

    def __init__(self, id: str) -> None:
        self._id = id
        self._accepted = time.monotonic()
        self._began: float | None = None
        self._at: dict[str, float] = {"accepted": self._accepted}

    def asked(self, began: float | None, sent: float | None) -> None:
        """When the client says it began, and asked; nothing when that cannot be, as from another time namespace."""
        if began is not None and sent is not None and began <= sent <= self._accepted:
            self._began = began
            self._at["sent"] = sent

    def reach(self, stage: str, at: float | None = None) -> None:
        """``stage``, one of ``MILESTONES``, was reached now or at ``at``."""
        self._at[stage] = time.monotonic() if at is None else at

    def rendered(self, render_s: float) -> None:
        """The first chunk has just been rendered, which took ``render_s`` from its phonemes on."""
        now = time.monotonic()
        self.reach("phonemes", now - render_s)
        self.reach("rendered", now)

    def timeline(self) -> Timeline:
        """What is known so far."""
        zero = self._accepted if self._began is None else self._began
        reached = {stage: max(0.0, (self._at[stage] - zero) * 1e3) for stage in MILESTONES if stage in self._at}
        return Timeline(id=self._id, zero_at=zero, **reached)
