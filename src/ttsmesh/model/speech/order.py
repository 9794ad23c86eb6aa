"""An order: one text that somebody wants to be heard or saved, checked and complete."""

from dataclasses import dataclass

from ttsmesh.model.keys import VoiceKey
from ttsmesh.model.render.pauses import DEFAULT_PAUSES, Pauses
from ttsmesh.model.speech.floor import Claim


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
