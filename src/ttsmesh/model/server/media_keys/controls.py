"""What a player shows of what sounds, and what its keys do."""

from collections.abc import Callable
from typing import NamedTuple

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.model.speech.feed import first_words
from ttsmesh.model.speech.hub import Hub


class Sounding(NamedTuple):
    """What sounds, is paused, or is about to sound. ``title``: its first words as they are said, so without secrets."""

    id: str
    title: str
    voice: str
    paused: bool


class Controls:
    """The keys. ``stop`` ends what sounds and all that waits."""

    def __init__(self, hub: Hub, stop: Callable[[], object]) -> None:
        self.stop = stop
        self._hub = hub

    def begun(self) -> str | None:
        """The id of what sounds, or is paused."""
        utterance = self._hub.current()
        return utterance.order.id if utterance is not None and utterance.started else None

    def sounding(self) -> Sounding | None:
        utterance = self._hub.current()
        if utterance is None:
            return None
        order = utterance.order
        return Sounding(order.id, first_words(utterance.beginning), order.key.voice, utterance.paused)

    def heard_s(self) -> float:
        """Seconds of the text that were heard, at speed 1."""
        utterance = self._hub.current()
        return 0.0 if utterance is None else utterance.heard / SAMPLE_RATE

    def pause(self) -> None:
        self._hub.pause()

    def play(self) -> None:
        self._hub.resume()

    def play_pause(self) -> None:
        if not self._hub.pause():
            self._hub.resume()

    def next(self) -> None:
        """Go on with the next sentence, or behind the last one with the next text."""
        self._hub.skip(sentence=True)

    def previous(self) -> None:
        """Go back to the beginning of the sentence, or in its first moments to the one before it."""
        self._hub.back(1)
