"""An order: one text that a client wants to be heard or saved, checked and complete."""

from dataclasses import dataclass

from ttsmesh.model.keys import VoiceKey
from ttsmesh.model.render.pauses import DEFAULT_PAUSES, Pauses
from ttsmesh.model.speech.floor import Claim
from ttsmesh.model.text.markup.markup import Markup
from ttsmesh.model.text.reading import Reading
from ttsmesh.output_formats import Encoding


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What was asked for. ``markup``: of a text that is marked up, by whom its parts are spoken. ``start``: the
    characters before it were heard, so it is said from the sentence on in which they end.

    ``words``: its client is told of each word that is heard.

    ``encoding``: of what is saved, as the file ``output`` or, with ``stream``, as bytes for the client.

    ``fixed_speed``: a later ``ttsmesh speed`` does not change it, because it was asked for with the text, or belongs to
    a save. ``began_at``, ``sent_at``: CLOCK_MONOTONIC seconds at which the client says it began, and asked.
    """

    claim: Claim
    text: str
    key: VoiceKey
    speed: float
    output: str | None
    stream: bool = False
    encoding: Encoding | None = None
    captions: str | None = None
    force: bool
    umask: int
    device: str | None = None
    prime_s: float = 0.0
    volume: float = 100.0
    pitch: float = 1.0
    pauses: Pauses = DEFAULT_PAUSES
    reading: Reading
    markup: Markup | None = None
    words: bool = False
    start: int = 0
    fixed_speed: bool = False
    began_at: float | None = None
    sent_at: float | None = None

    @property
    def id(self) -> str:
        return self.claim.id

    @property
    def saves(self) -> bool:
        """Whether the text goes to a file or to the client, and is not heard."""
        return self.stream or self.output is not None
