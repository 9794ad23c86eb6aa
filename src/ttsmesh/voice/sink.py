"""The sink contract: where an utterance's PCM goes. Two things stand behind it: the device and the file.

An utterance is ``start`` - ``ready`` - any number of ``feed`` - ``drain``; ``cancel`` ends it at any point, also
after a SinkError. PCM is mono s16le at ``SAMPLE_RATE``; counts are frames as they were fed, whatever
the pace they are heard at.
"""

import array
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Began:
    """When the first sample was given to the device, and when the device had played it; monotonic seconds."""

    written_at: float | None = None
    heard_at: float | None = None


class Sink(Protocol):
    """Only ``cancel`` and the synchronous methods may be called while another method is being awaited."""

    def start(self, rate: float = 1.0, pitch: float = 1.0) -> None:
        """Begin an utterance that is heard ``rate`` times as fast, and ``pitch`` times as high, as it is fed.

        Opening goes on in the background, so that it overlaps with the first render.
        """

    async def ready(self) -> None:
        """Wait until samples can be taken. SinkError (``no_audio``) when there is nowhere to put them."""

    async def feed(self, pcm: bytes) -> None:
        """Append samples, gaplessly; waits while enough of them are buffered. SinkError when the sink has failed."""

    async def drain(self) -> int:
        """No more samples come: let what is buffered be heard (or be safe on the disk). Returns the frames heard."""

    async def cancel(self) -> int:
        """Fade out at once and throw the rest away. Returns the frames heard; never raises SinkError.

        The order is given before the first wait, so that a caller which is itself cancelled has still been obeyed.
        """

    def pause(self) -> None:
        """Fade out and hold; what was faded will be heard again."""

    def resume(self) -> None:
        """Fade in and go on from the held sample."""

    def set_rate(self, rate: float) -> None:
        """Go on at another pace, from what sounds next."""

    @property
    def position(self) -> int:
        """How many of the frames fed were heard so far; for a file, written so far."""

    @property
    def began(self) -> Began:
        """When this utterance began to sound, as far as that is known; of a file it never is."""

    @property
    def underruns(self) -> int:
        """How often this utterance ran dry before its end."""


def fade_out(pcm: bytes) -> bytes:
    """``pcm`` falling linearly to zero over its whole length."""
    samples = array.array("h", pcm)
    count = len(samples)
    return array.array("h", (s * (count - 1 - i) // count for i, s in enumerate(samples))).tobytes()


def fade_in(pcm: bytes) -> bytes:
    """``pcm`` rising linearly from zero over its whole length."""
    samples = array.array("h", pcm)
    count = len(samples)
    return array.array("h", (s * i // count for i, s in enumerate(samples))).tobytes()
