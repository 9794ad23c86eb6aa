"""The audio of one utterance, for the one voice server that asks for it."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable

from ttsmesh.audio import SAMPLE_RATE, frames, slices
from ttsmesh.errors import Code, PeerGone, TtsmeshError
from ttsmesh.model.render.renderer import Rank
from ttsmesh.model.render.script import Losses
from ttsmesh.model.render.synthesis import RENDER_SPEED, RenderedChunk, Synthesizer
from ttsmesh.model.speech.ahead import Ahead
from ttsmesh.model.speech.heard import WordEnds
from ttsmesh.model.speech.order import Order
from ttsmesh.model.speech.timeline import Milestones
from ttsmesh.wire.messages import Audio, AudioEnd, AudioStart, Chunk, Failed
from ttsmesh.wire.schema import Message
from ttsmesh.wire.stream import Channel

logger = logging.getLogger(__name__)


class Feed:
    """Renders, and sends each chunk as soon as it exists; the listener's pace is ours, but for one chunk ahead.

    ``begun`` is set once the listener has some audio, or none will come. ``fault`` is why the rest will not come.
    Seconds in ``rendered_s`` are of sound, in ``render_s`` of work.
    """

    def __init__(
        self, order: Order, synthesizer: Synthesizer, rank: Rank, speed: Callable[[], float], stages: Milestones
    ) -> None:
        self.listener: asyncio.Future[Channel] = asyncio.get_running_loop().create_future()
        self.begun = asyncio.Event()
        self.fault: TtsmeshError | None = None
        self.spoken = WordEnds()
        self.losses = Losses()
        self.first_chunk_at: float | None = None
        self.rendered_s = 0.0
        self.render_s = 0.0
        self._order = order
        self._synthesizer = synthesizer
        self._rank = rank
        self._speed = speed
        self._stages = stages

    def offer(self, channel: Channel) -> bool:
        """Somebody asks for the audio over ``channel``. False: somebody has done so already."""
        if self.listener.done():
            return False
        self.listener.set_result(channel)
        return True

    async def run(self) -> None:
        """Render the first chunk, and once somebody listens send all; raises nothing of what may go wrong on the way.

        A voice process that has yet to start, or a device to open, takes no longer than the render meanwhile.
        """
        async with Ahead(self._parts()) as parts:
            channel = await self.listener
            try:
                await channel.send(await self._stream(channel, parts), patience=None)
            except PeerGone:
                return
            except TtsmeshError as error:
                await self._excuse(channel, error)
            except Exception:
                logger.exception("utterance %s", self._order.id)
                await self._excuse(channel, TtsmeshError("internal error"))
            finally:
                self.begun.set()

    async def _parts(self) -> AsyncGenerator[RenderedChunk, None]:
        order = self._order
        async for part in self._synthesizer.speak(
            order.text,
            voice=order.key.voice,
            language=order.key.language,
            speed=RENDER_SPEED,
            rank=self._rank,
            # Nobody waits for the next chunk of a save.
            heard_at=lambda: self._speed() if order.output is None else 1.0,
            volume=order.volume,
            pauses=order.pauses,
            detect=order.detect,
            losses=self.losses,
        ):
            if self.first_chunk_at is None:
                self.first_chunk_at = asyncio.get_running_loop().time()
                self._stages.rendered(part.render_s)
            self.render_s += part.render_s
            self.rendered_s += frames(part.pcm) / SAMPLE_RATE
            yield part

    async def _stream(self, channel: Channel, parts: Ahead[RenderedChunk]) -> Message:
        """Everything but the last message, which it returns."""
        await channel.send(AudioStart(rate=SAMPLE_RATE, channels=1))
        async for part in parts:
            self.spoken.add(part.words, frames(part.pcm))
            await channel.send(Chunk(start=part.start, end=part.end), patience=None)
            for piece in slices(part.pcm):
                # No limit: a paused listener may keep us waiting for hours. Its Speak exchange says whether it lives.
                await channel.send(Audio(pcm=piece), patience=None)
                self.begun.set()
        if self._order.output is not None and not self.rendered_s:
            return Failed(code=Code.NOTHING_TO_SAY, message="nothing in the text can be said")
        return AudioEnd()

    async def _excuse(self, channel: Channel, fault: TtsmeshError) -> None:
        self.fault = fault
        try:
            await channel.send(Failed(code=fault.code, message=fault.message), patience=None)
        except PeerGone:
            return
