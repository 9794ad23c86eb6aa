"""The audio of one utterance, for the one voice process that asks for it."""

import asyncio
import logging
import textwrap
from collections.abc import Iterator

from ttsmesh.audio import SAMPLE_RATE, frames, slices
from ttsmesh.errors import Code, PeerGone, TtsmeshError
from ttsmesh.model.render.pieces import ChunkHead, Piece
from ttsmesh.model.render.rendition import Place, Rendition
from ttsmesh.model.speech.heard import Places, WordEnds
from ttsmesh.model.speech.order import Order
from ttsmesh.model.speech.prefetch import Prefetch
from ttsmesh.wire import word_times
from ttsmesh.wire.messages import Audio, AudioEnd, AudioStart, Chunk, Failed, MarkPlace, PaceChange
from ttsmesh.wire.schema import Message
from ttsmesh.wire.stream import Channel
from ttsmesh.wire.word_times import WordTime

logger = logging.getLogger(__name__)

TITLE = 60
"""Characters of the title of a file, or of what sounds, at most."""

AHEAD_S = 6.0
"""Seconds of sound that are rendered ahead of the sound that is sent: about a sentence."""


class Feed:
    """Renders, and sends each piece as soon as it exists. The voice process sets the pace, but for ``AHEAD_S``.

    ``asked`` is set when the voice process has asked for the audio; ``begun`` when it has some, or none will come.
    ``fault`` is why the rest will not come. ``first_frame``: that of the text's sound with which it begins.

    Args:
        place: where in the text it begins, if not at its beginning.
        places: those that come for a second time are not told of again.
    """

    def __init__(
        self,
        order: Order,
        rendition: Rendition,
        place: Place | None = None,
        places: Places | None = None,
    ) -> None:
        self.asked = asyncio.Event()
        self.begun = asyncio.Event()
        self.fault: TtsmeshError | None = None
        self.first_frame = place.frame if place is not None else 0
        # Going back or on, all that is before counts as heard.
        self.spoken = WordEnds() if place is None else WordEnds(place.frame, place.character)
        self.places = places or Places()
        self._order = order
        self._rendition = rendition
        self._place = place
        self._channel: Channel | None = None

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
        async with Prefetch(self._rendition.pieces(self._place), _listening, AHEAD_S) as pieces:
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

    async def _stream(self, channel: Channel, pieces: Prefetch[Piece]) -> Message:
        """Send everything but the last message, which is returned."""
        await channel.send(AudioStart(rate=SAMPLE_RATE, channels=1))
        titled = False
        async for piece in pieces:
            if (head := piece.head) is not None:
                self.spoken.begin(head.words)
                self.places.add(self.spoken.length, _said(head) if self._order.words else (), head.marks)
                words = word_times.pack(head.words)
                title = first_words(head.text) if self._order.saves and not titled else ""
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
        if self._order.saves and not self._rendition.rendered_s:
            return Failed(code=Code.NOTHING_TO_SAY, message="nothing in the text can be said")
        return AudioEnd()

    async def _send_failure(self, channel: Channel, fault: TtsmeshError) -> None:
        self.fault = fault
        try:
            await channel.send(Failed(code=fault.code, message=fault.message), patience=None)
        except PeerGone:
            return


def _said(head: ChunkHead) -> Iterator[WordTime]:
    """The words that are told of, each to the end of what is said for its characters."""
    ends = {(word.start, word.end): word.last_frame for word in head.words}
    return (WordTime(frame, ends.get((start, end), frame), start, end) for frame, start, end in head.said)


def first_words(said: str) -> str:
    """The first words of what is ``said``. Secrets are not in it, as they are not said."""
    return textwrap.shorten(said, TITLE, placeholder="…")


def _seconds(piece: Piece) -> float:
    return frames(piece.pcm) / SAMPLE_RATE


def _listening(piece: Piece) -> float:
    """Seconds for which ``piece`` is heard at speed 1."""
    return _seconds(piece) / piece.rate
