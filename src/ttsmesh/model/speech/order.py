"""An order: one text that somebody wants to be heard or saved, checked and complete."""

from dataclasses import dataclass

from ttsmesh.model.floor import Claim
from ttsmesh.model.pauses import Pauses
from ttsmesh.model.supervisor import VoiceKey
from ttsmesh.model.synthesis import DEFAULT_PAUSES


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What was asked for, checked and complete."""

    claim: Claim
    text: str
    key: VoiceKey
    speed: float
    output: str | None
    force: bool
    umask: int
    device: str | None = None
    prime_s: float = 0.0
    volume: float = 100.0
    pitch: float = 1.0
    pauses: Pauses = DEFAULT_PAUSES
    detect: bool = False
    own_speed: bool = False  # asked for with the text, so that a later `ttsmesh speed` leaves it alone

    @property
    def id(self) -> str:
        return self.claim.id
