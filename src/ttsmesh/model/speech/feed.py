"""The audio of one utterance, for the one voice process that asks for it."""

import asyncio
import logging
import textwrap
from collections.abc import AsyncGenerator, Callable

from ttsmesh.audio import SAMPLE_RATE, frames, slices
from ttsmesh.errors import Code, PeerGone, TtsmeshError
from ttsmesh.model.captions.captioner import Captioner
from ttsmesh.model.render.pieces import Piece
from ttsmesh.model.render.renderer import Rank
from ttsmesh.model.render.script import Losses
from ttsmesh.model.render.synthesis import RENDER_SPEED, Synthesizer
from ttsmesh.model.speech.heard import Places, WordEnds
from ttsmesh.model.speech.order import Order
from ttsmesh.model.speech.prefetch import Prefetch
from ttsmesh.model.speech.timeline import Milestones
from ttsmesh.wire import word_times
from ttsmesh.wire.messages import Audio, AudioEnd, AudioStart, Chunk, Failed, MarkPlace, PaceChange
from ttsmesh.wire.schema import Message
from ttsmesh.wire.stream import Channel

logger = logging.getLogger(__name__)

TITLE = 60
"""Characters of the title of a file, at most."""

AHEAD_S = 6.0
"""Seconds of sound that are rendered ahead of the sound that is sent: about a sentence."""


class Feed:
    """Renders, and sends each piece as soon as it exists. The voice process sets the pace, but for ``AHEAD_S``.

    ``asked`` is set when the voice process has asked for the audio; ``begun`` when it has some, or none will come.
    ``fault`` is why the rest will not come. ``rendered_s`` counts seconds of sound, ``render_s`` seconds of work.
    """

    def __init__(
        self,
        order: Order,
        synthesizer: Synthesizer,
        rank: Rank,
        speed: Callable[[], float],
        milestones: Milestones,
        places: Places,
        captioner: Captioner | None = None,
    ) -> None:
        self.asked = asyncio.Event()
        self.begun = asyncio.Event()
        self.fault: TtsmeshError | None = None
        self.spoken = WordEnds()
        self.places = places
        self._captioner = captioner
        self.losses = Losses()
        self.rendered_s = 0.0
        self.render_s = 0.0
        self._order = order
        self._synthesizer = synthesizer
        self._rank = rank
        self._speed = speed
        self._milestones = milestones
        self._channel: Channel | None = None

    @property
    def real_time_factor(self) -> float | None:
        """Seconds of work for a second of sound; None where nothing had to be rendered."""
        return self.render_s / self.rendered_s if self.rendered_s and self.render_s else None

    def offer(self, channel: Channel) -> bool:
        """Send the audio over ``channel``; False when another channel was offered before."""
        if self._channel is not None:
            return False
        self._channel = channel
        self.asked.set()
        return True

    async def run(self) -> None:
        """Render ahead, and send all once a channel is offered. What goes wrong on the way is reported there.

        So the first render takes place while a voice process starts, or its device is opened.
        """
        async with Prefetch(self._pieces(), _listening, AHEAD_S) as pieces:
            await self.asked.wait()
            channel = self._channel
            assert channel is not None
            try:
                await channel.send(await self._stream(channel, pieces), patience=None)
            except PeerGone:
                return
            except TtsmeshError as error:
                await self._send_failure(channel, error)
            except Exception:
                logger.exception("utterance %s", self._order.id)
                await self._send_failure(channel, TtsmeshError("internal error"))
            finally:
                self.begun.set()

    async def _pieces(self) -> AsyncGenerator[Piece, None]:
        order = self._order
        async for piece in self._synthesizer.speak(
            order.text,
            order.reading,
            markup=order.markup,
            start=order.start,
            voice=order.key.voice,
            speed=RENDER_SPEED,
            rank=self._rank,
            # No listener waits for the next chunk of a save.
            heard_at=lambda: 1.0 if order.saves else self._speed(),
            volume=order.volume,
            pauses=order.pauses,
            losses=self.losses,
        ):
            if not self.rendered_s:
                self._milestones.rendered(piece.render_s)
            self.render_s += piece.render_s
            self.rendered_s += _seconds(piece)
            yield piece

    async def _stream(self, channel: Channel, pieces: Prefetch[Piece]) -> Message:
        """Send everything but the last message, which is returned."""
        await channel.send(AudioStart(rate=SAMPLE_RATE, channels=1))
        titled = False
        async for piece in pieces:
            if (head := piece.head) is not None:
                self.spoken.begin(head.words)
                self.places.add(self.spoken.length, head.said if self._order.words else (), head.marks)
                if self._captioner is not None:
                    self._captioner.begin(self.spoken.length, head)
                words = word_times.pack(head.words)
                title = _title(head.text) if self._order.saves and not titled else ""
                titled = titled or bool(title)
                await channel.send(Chunk(start=head.start, end=head.end, words=words, title=title), patience=None)
                for frame, rate, pitch in head.paces:
                    await channel.send(PaceChange(frame=frame, rate=rate, pitch=pitch), patience=None)
                for frame, name in head.marks:
                    await channel.send(MarkPlace(name=name, frame=frame), patience=None)
            self.spoken.add(frames(piece.pcm))
            if piece.ends_chunk:
                self.spoken.end()
                self.places.end(self.spoken.length)
            for pcm in slices(piece.pcm):
                # Without a limit: while the utterance is paused nothing is read, perhaps for hours. The watchdog of the
                # conversation knows whether the process lives.
                await channel.send(Audio(pcm=pcm), patience=None)
                self.begun.set()
        if self._order.saves and not self.rendered_s:
            return Failed(code=Code.NOTHING_TO_SAY, message="nothing in the text can be said")
        return AudioEnd()

    async def _send_failure(self, channel: Channel, fault: TtsmeshError) -> None:
        self.fault = fault
        try:
            await channel.send(Failed(code=fault.code, message=fault.message), patience=None)
        except PeerGone:
            return


def _title(said: str) -> str:
    """The first words of what is ``said``. Secrets are not in it, as they are not said."""
    return textwrap.shorten(said, TITLE, placeholder="…")


def _seconds(piece: Piece) -> float:
    return frames(piece.pcm) / SAMPLE_RATE


def _listening(piece: Piece) -> float:
    """Seconds for which ``piece`` is heard at speed 1."""
    return _seconds(piece) / piece.rate
