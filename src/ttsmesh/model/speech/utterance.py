"""One accepted text, from its acknowledgement to its one outcome: a task that owns everything done for it."""

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.errors import Code, PeerGone, TtsmeshError
from ttsmesh.limits import FILE_TIMEOUT, SAVE_TIMEOUT
from ttsmesh.model.captions.captioner import Captioner
from ttsmesh.model.captions.words import Pacing
from ttsmesh.model.render.pieces import ChunkHead
from ttsmesh.model.render.renderer import Rank
from ttsmesh.model.render.rendition import Place, Rendition
from ttsmesh.model.render.script import Losses
from ttsmesh.model.render.synthesis import RENDER_SPEED, Synthesizer
from ttsmesh.model.speech.conversation import Conversation, Outcome, Steering
from ttsmesh.model.speech.feed import Feed
from ttsmesh.model.speech.heard import Places
from ttsmesh.model.speech.order import Order
from ttsmesh.model.speech.timeline import Milestones
from ttsmesh.model.workers.voice_servers import VoiceProcess, VoiceServerFailed
from ttsmesh.wire.messages import Accepted, Failed, Finished, Interrupted, Output, Progress, Started
from ttsmesh.wire.schema import Message
from ttsmesh.wire.stream import Channel

if TYPE_CHECKING:
    from ttsmesh.model.render.growing import Part

logger = logging.getLogger(__name__)

TRIES = 2
"""Tries to have a text heard, at most."""

SAVE_TRIES = 10
"""Tries to save a text, at most. Those do not count that end because other speech was interrupted."""


KEPT_SAVE = 200
"""Characters of the longest text that is kept when it is saved: what programs say again and again is short, and a book
would take the room of all that."""


_ABOUT_ALL = SAMPLE_RATE // 10
"""Frames that may be missing where all of what was made so far was heard: the device knows no better."""


class _LostUnheard(Exception):
    """The voice process went away and nothing was heard, so the utterance may be tried again."""


class Utterance:
    """Runs one order.

    ``may_prepare`` is set when the utterance is to sound now or next, ``ended`` when it has its outcome. ``heard`` is
    up to which frame of the text's sound it was heard, or saved. ``beginning``: what is said in its first chunk.
    """

    def __init__(
        self,
        order: Order,
        voice: VoiceProcess,
        synthesizer: Synthesizer,
        on_end: Callable[["Utterance", Outcome], None],
        *,
        rank: Rank,
        speed: Callable[[], float],
        part: "Part | None" = None,
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        """``part``: of a text that is still being written. Its order has what was read of it so far.
        ``on_change`` is called when it sounds, and when its ``beginning`` is known after that."""
        self.order = order
        self.part = part
        self.beginning = ""
        self.milestones = Milestones(order.id, order.began_at, order.sent_at)
        self.may_prepare = asyncio.Event()
        self.ended = asyncio.Event()
        self.heard = 0
        self._voice = voice
        self._synthesizer = synthesizer
        self._on_end = on_end
        self._on_change = on_change
        self._rank = rank
        self._watchers: list[asyncio.Queue[Message]] = []
        self._task: asyncio.Task[None] | None = None
        self._reason: str | None = None
        self._fault: TtsmeshError | None = None
        self._own_speed: float | None = None  # that it was given while it sounds
        self._steering = Steering(lambda: self._own_speed or speed())
        self._conversation: Conversation | None = None
        self._captioner = _captioner(order)
        self._pacing = Pacing(1.0)
        self._moved = False
        self.rendition = self._new_rendition()
        self.feed = Feed(order, self.rendition)
        if order.saves:  # it needs no floor
            self.may_prepare.set()
            self._steering.has_floor.set()

    @property
    def state(self) -> str:
        """``waiting``, ``preparing``, ``sounding``, ``paused`` or ``saving``, for people."""
        if self.order.saves:
            return "saving"
        if self.paused and self._steering.has_floor.is_set():
            return "paused"
        if self.started:
            return "sounding"
        return "preparing" if self.may_prepare.is_set() else "waiting"

    @property
    def paused(self) -> bool:
        return self._steering.paused

    @property
    def speed(self) -> float:
        """Times the usual speaking rate at which it is heard."""
        return self._steering.speed()

    @property
    def started(self) -> bool:
        """Whether any of it was heard, or written to its file."""
        return self.milestones.at("started") is not None

    @property
    def ending(self) -> bool:
        """Whether it was told to end. It may still be fading out."""
        return self._reason is not None or self._fault is not None

    @property
    def losses(self) -> Losses:
        """What of the text was not said so far."""
        return self.rendition.losses

    @property
    def characters(self) -> int:
        """How many characters of the text were heard, now or before."""
        return max(self.order.start, self.feed.spoken.characters(self.heard))

    def start(self, group: asyncio.TaskGroup) -> None:
        self._task = group.create_task(self._run(), name=f"utterance {self.order.id}")

    def give_floor(self) -> None:
        """Let it sound."""
        if not self._steering.has_floor.is_set():
            self.milestones.reach("turn")
            self._steering.has_floor.set()

    def pause(self, paused: bool) -> None:
        """Pause at this sample, or before the first one; or go on from there."""
        self._steering.pause(paused)

    def speed_changed(self, own: float | None = None) -> None:
        """Be heard at the speed that is wanted now, from what sounds next. ``own``: it has this one from now on."""
        if own is not None:
            self._own_speed = own
        self._pacing.speed(self.heard, self._steering.speed())
        self._steering.changed.set()

    def move(self, sentences: int) -> bool:
        """Go on so many sentences further, or further back if that is negative; False if that cannot be."""
        if self.order.saves or self.ending or (sentences < 0 and not self.started):
            return False
        self._steering.move(sentences)
        return True

    def interrupt(self, reason: str) -> None:
        """End it early, for ``reason`` (of ``Interrupted``), unless it is being ended already."""
        self._end(reason, None)

    def fail(self, error: TtsmeshError) -> None:
        """End it as failed, unless it is being ended already."""
        self._end(None, error)

    def _end(self, reason: str | None, fault: TtsmeshError | None) -> None:
        if self._task is not None and not self.ending:
            self._reason, self._fault = reason, fault
            # In the loop's next turn: a task that is cancelled before its first step would never record its outcome.
            asyncio.get_running_loop().call_soon(self._task.cancel)

    def watch(self) -> asyncio.Queue[Message]:
        """A queue that gets ``Started``, words and marks that are heard, the bytes of a stream, ``Progress`` and the
        outcome. A stream goes on when all that was taken from the queue is done.
        """
        queue: asyncio.Queue[Message] = asyncio.Queue()
        self._watchers.append(queue)
        return queue

    def unwatch(self, queue: asyncio.Queue[Message]) -> None:
        self._watchers.remove(queue)

    def offer(self, channel: Channel) -> bool:
        """Send the audio over ``channel``, which must stay open until ``ended``; False when it is not expected."""
        return self.feed.offer(channel)

    async def _run(self) -> None:
        outcome: Outcome = Failed(code=Code.INTERNAL, message="internal error")
        try:
            outcome = await self._speak()
            if self._captioner is not None and isinstance(outcome, Finished):
                # A slow disk holds up what is to sound next only for a short time.
                await self._captioner.save(self._pacing.times(), SAVE_TIMEOUT if self.order.saves else FILE_TIMEOUT)
        except asyncio.CancelledError:
            outcome = self._cancelled()
            if not self.ending:
                raise
        except TtsmeshError as error:
            outcome = Failed(code=error.code, message=error.message)
        except Exception:
            logger.exception("utterance %s", self.order.id)
        finally:
            self._conclude(outcome)

    def _cancelled(self) -> Outcome:
        # What the voice process reported last is truer than what was wished: it may just have finished.
        report = self._conversation.outcome if self._conversation is not None else None
        if isinstance(report, Finished):
            return report
        if self._fault is not None:
            return Failed(code=self._fault.code, message=self._fault.message)
        if isinstance(report, Failed):
            return report
        if isinstance(report, Interrupted):
            self.heard = report.heard
        if self._reason == "muted" and not self.started:
            return Finished(reason="muted")
        return Interrupted(heard=self.heard, characters=self.characters, reason=self._reason or "shutdown")

    def _conclude(self, outcome: Outcome) -> None:
        self.ended.set()
        try:
            self._tell_places(outcome)
            self._publish(outcome)
            self._on_end(self, outcome)
        except Exception:  # it would end the server's task group, and with it all other utterances
            logger.exception("utterance %s: its outcome", self.order.id)

    async def _speak(self) -> Outcome:
        await self.may_prepare.wait()
        tries = 0
        while True:
            replaced = self._voice.replaced
            try:
                return await self._try()
            except _LostUnheard:
                tries += self._voice.replaced == replaced  # else the process was killed for the sake of other speech
                if tries == (SAVE_TRIES if self.order.saves else TRIES):
                    raise VoiceServerFailed(f"the voice server went away {tries} times") from None
            logger.warning("utterance %s: its voice server went away; once more", self.order.id)
            self.rendition = self._new_rendition()

    def _new_rendition(self) -> Rendition:
        order = self.order
        return self._synthesizer.rendition(
            order.text,
            order.reading,
            markup=order.markup,
            start=order.start,
            voice=order.key.voice,
            speed=RENDER_SPEED,
            rank=self._rank,
            # No listener waits for the next chunk of a save.
            heard_at=lambda: 1.0 if order.saves else self._steering.speed(),
            volume=order.volume,
            pauses=order.pauses,
            keep=not order.saves or len(order.text) <= KEPT_SAVE,
            begun=self._chunk_begun,
            part=self.part,
        )

    def _chunk_begun(self, head: ChunkHead) -> None:
        if self.part is not None:
            self.part.begun()
        if head.text and not self.beginning:
            self.beginning = head.text
            if self.started:  # what came before was silence
                self._on_change()
        if not head.frame:
            self.milestones.rendered(self.rendition.render_s)
        for frame, rate, _pitch in head.paces:
            self._pacing.rate(head.frame + frame, rate)
        if self._captioner is not None:
            self._captioner.begin(head.frame, head)

    async def _try(self) -> Outcome:
        """Have all of it heard or saved, wherever its listener goes in it."""
        self.heard = 0
        if self._captioner is not None:
            self._captioner.lost()
        self._pacing = Pacing(self._steering.speed())
        place: Place | None = None
        places = Places(self.feed.places.told)
        try:
            while True:
                self.feed = Feed(self.order, self.rendition, place, places)
                if (outcome := await self._converse()) is not None:
                    return outcome
                sentences, self._steering.sentences = self._steering.sentences, 0
                self._steering.moved.clear()
                if self.part is not None:
                    self.part.heard(True)  # what follows may still have to be written
                if (place := await self.rendition.sentence(self.heard, sentences)) is None:
                    return Interrupted(heard=self.heard, characters=self.characters, reason="skipped")
                self.heard = place.frame
                places, self._moved = Places(), True
        finally:
            await self.rendition.close()

    async def _converse(self) -> Outcome | None:
        """Have the rest of it heard or saved; None if it is to go on elsewhere."""
        self._conversation = None
        async with self._voice.exchange() as channel:
            feeding = asyncio.create_task(self.feed.run(), name=f"feed {self.order.id}")
            feeding.add_done_callback(self._feed_ended)
            conversation = Conversation(
                channel, self.order, self._voice, self.feed, self._steering, self._report, self._pass_on
            )
            self._conversation = conversation
            try:
                outcome = await conversation.run()
                if outcome is None:
                    feeding.cancel()
                    await conversation.cancel()
                    self._interrupted(conversation.outcome)
                return outcome
            except PeerGone:
                raise self._lost() from None
            except asyncio.CancelledError:
                feeding.cancel()  # drops the render under way, which nobody will hear
                await conversation.cancel()
                raise
            finally:
                if not feeding.cancelling():  # a second time would interrupt how it ends
                    feeding.cancel()
                await asyncio.wait([feeding])

    def _interrupted(self, report: Outcome | None) -> None:
        """Note how far it was heard, by the last report of a conversation that was cancelled."""
        if isinstance(report, Interrupted | Finished):
            self.heard = report.heard
            self._tell_places(report)

    def _feed_ended(self, feeding: asyncio.Task[None]) -> None:
        """End with a feed that has broken down: the voice process would wait for the rest for ever."""
        if not feeding.cancelled() and (error := feeding.exception()) is not None:
            logger.error("utterance %s: its audio", self.order.id, exc_info=error)
            self.fail(TtsmeshError("internal error"))

    def _lost(self) -> Exception:
        """What it means that the voice process went away."""
        if self.feed.fault is not None:
            return self.feed.fault  # the process had no time to report it
        if not self.started or (self.order.saves and not self.order.stream):
            return _LostUnheard()
        return VoiceServerFailed("the voice server went away in the middle of the text")

    def _report(self, message: Accepted | Started | Progress) -> None:
        match message:
            case Accepted():
                if not self._moved:
                    self.milestones.reach("ready")
            case Started():
                if not self.started:  # else a save is tried again
                    self.milestones.reach("started")
                    self._publish(message)
                    if self.part is not None:
                        self.part.sounds()
                    self._on_change()
            case Progress():
                self.heard = message.heard
                self.feed.spoken.forget(self.heard)
                for milestone, at in (("written", message.written_at), ("heard", message.heard_at)):
                    if at is not None and not self._moved:
                        self.milestones.reach(milestone, at)
                if self.part is not None:
                    self.part.heard(self.heard >= self.feed.spoken.length - _ABOUT_ALL)
                self._tell_places(message)
                self._publish(Progress(heard=self.heard, characters=self.characters))

    def _tell_places(self, report: Progress | Outcome) -> None:
        """Tell of the words and marks that were heard, by this report."""
        match report:
            case Finished(reason=None):
                places = self.feed.places.reached(self._second)  # the last may be placed a little behind the sound
            case Progress(heard=heard) | Interrupted(heard=heard) if self.started:
                places = self.feed.places.reached(self._second, heard)
            case _:
                return
        for place in places:
            self._publish(place)

    def _second(self, frame: int) -> float:
        return self._pacing.times().at(frame)

    async def _pass_on(self, output: Output) -> None:
        """Give ``output`` to the client, and wait until it has gone to its socket. Nobody wants what comes after the
        end."""
        if not self.ending:
            self._publish(output)
            for queue in self._watchers:
                await queue.join()

    def _publish(self, message: Message) -> None:
        for queue in self._watchers:
            queue.put_nowait(message)


def _captioner(order: Order) -> Captioner | None:
    if order.captions is None:
        return None
    markup = order.markup.kind if order.markup else ""
    return Captioner(order.text, markup, order.captions, force=order.force, mode=0o666 & ~order.umask)
