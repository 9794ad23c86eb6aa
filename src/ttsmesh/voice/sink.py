"""The sink contract: where the samples of an utterance go. Three classes fulfil it: ``DeviceSink``,
``FileSink`` and ``StreamSink``.

For each utterance a sink is called in this order: ``start``, ``ready``, any number of ``feed``, ``drain``. ``cancel``
may come at any point, also after a SinkError, and is then the last call. Samples are mono s16le at ``SAMPLE_RATE``.
Every count is one of rendered frames, as they were fed, whatever the pace they are heard at.
"""

import array
from dataclasses import dataclass
from typing import Protocol

from ttsmesh.voice.pace import Pace


@dataclass(frozen=True, slots=True)
class Began:
    """When the first sample was written to the device, and when the device had played it; monotonic seconds."""

    written_at: float | None = None
    heard_at: float | None = None


class Sink(Protocol):
    """Only ``cancel`` and the synchronous methods may be called while another method is being awaited."""

    def start(self, pace: Pace) -> None:
        """Begin an utterance that is heard at ``pace``.

        The sink opens in the background, so that this overlaps with the first render.
        """

    async def ready(self) -> None:
        """Wait until samples can be taken. SinkError (``no_audio``) when there is nowhere to put them."""

    async def feed(self, pcm: bytes) -> None:
        """Append samples, gaplessly. Waits while enough of them are buffered. SinkError when the sink has failed."""

    async def drain(self) -> int:
        """Take note that no more samples come, and wait until all were heard, or are on the disk.

        Returns the frames heard.
        """

    async def cancel(self) -> int:
        """Fade out at once and throw the rest away. Returns the frames heard. Never raises SinkError.

        The command is given before the first wait, so it is obeyed even if the caller is cancelled itself.
        """

    def pause(self) -> None:
        """Fade out and hold. The frames of the fade will be heard again."""

    def resume(self) -> None:
        """Fade in and go on from the held sample."""

    def pace_changed(self) -> None:
        """Take note that the rate of a pace was changed: there may be room for more samples now."""

    @property
    def position(self) -> int:
        """The frames heard so far. For a file: the frames written so far."""

    @property
    def began(self) -> Began:
        """When this utterance began to sound, as far as that is known yet. A file never sounds."""

    @property
    def underruns(self) -> int:
        """How often this utterance ran dry before its end."""


class Unheard:
    """The part of a sink for those that nobody hears: there is nothing to pause, and nothing runs dry."""

    underruns = 0
    began = Began()

    def pause(self) -> None:
        """Do nothing."""

    def resume(self) -> None:
        """Do nothing."""

    def pace_changed(self) -> None:
        """Do nothing: the next samples are written at the new pace."""


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
