"""One accepted text, from its acknowledgement to its one outcome: a task that owns everything done for it."""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from ttsmesh.errors import Code, PeerGone, TtsmeshError
from ttsmesh.limits import (
    BEGIN_TIMEOUT,
    CANCEL_TIMEOUT,
    PROGRESS_TIMEOUT,
    SAVE_CANCEL_TIMEOUT,
    SPEAK_ACCEPTED_TIMEOUT,
    VOICE_START_TIMEOUT,
)
from ttsmesh.model.render.renderer import Rank
from ttsmesh.model.render.synthesis import Synthesizer
from ttsmesh.model.speech.feed import Feed
from ttsmesh.model.speech.order import Order
from ttsmesh.model.speech.timeline import Milestones
from ttsmesh.model.workers.voice_servers import VoiceProcess, VoiceServerFailed
from ttsmesh.wire.messages import (
    Accepted,
    Failed,
    Finished,
    Go,
    Hold,
    Interrupted,
    Progress,
    Rate,
    Rejected,
    Speak,
    Started,
)
from ttsmesh.wire.schema import Message
from ttsmesh.wire.stream import Channel

logger = logging.getLogger(__name__)

Outcome = Finished | Interrupted | Failed


class _LostUnheard(Exception):
    """The voice server went away and nothing had been heard: worth another try."""


class Utterance:
    """Runs one order. ``near`` and ``mine`` are set by the hub as the floor comes closer; ``ended`` by ourselves."""

    def __init__(
        self,
        order: Order,
        voice: VoiceProcess,
        synthesizer: Synthesizer,
        rank: Rank,
        on_end: Callable[["Utterance", Outcome], None],
    ) -> None:
        self.order = order
        self.stages = Milestones(order.id)
        self.near = asyncio.Event()
        self.mine = asyncio.Event()
        self.ended = asyncio.Event()
        self.heard = 0
        self.held = False
        self.watchers: list[asyncio.Queue[Message]] = []
        self._voice = voice
        self._synthesizer = synthesizer
        self._rank = rank
        self._on_end = on_end
        self._task: asyncio.Task[None] | None = None
        self._reason: str | None = None
        self._fault: TtsmeshError | None = None
        self._last_words: Outcome | None = None
        loop = asyncio.get_running_loop()
        self._clock = loop.time
        self.accepted_at = loop.time()
        self.turn_at: float | None = None  # when the floor became ours
        self.started_at: float | None = None
        self._speed = order.speed
        self._told_speed = order.speed  # what the voice server knows
        self._alive_at = 0.0  # when the voice server last gave a sign of life that it owes
        self._steered = asyncio.Event()
        self._may_sound = False
        self._saves = order.output is not None
        self._accepted = asyncio.Event()  # this and the next: by the voice server, in this try
        self._started = asyncio.Event()
        self.feed = self._new_feed()

    @property
    def state(self) -> str:
        """``waiting``, ``preparing``, ``sounding`` or ``saving``, for people."""
        if self._saves:
            return "saving"
        if self.held:
            return "paused"
        if self.started_at is not None:
            return "sounding"
        return "preparing" if self.near.is_set() else "waiting"

    @property
    def ending(self) -> bool:
        """Whether it was told to end. It may still be fading out."""
        return self._reason is not None or self._fault is not None

    def start(self, group: asyncio.TaskGroup) -> None:
        self._task = group.create_task(self._run(), name=f"utterance {self.order.id}")

    def interrupt(self, reason: str) -> None:
        """End it early, for ``reason`` (of ``Interrupted``). Only the first one counts."""
        if not self.ending:
            self._reason = reason
            self._end()

    def fail(self, error: TtsmeshError) -> None:
        """End it as failed, unless it is being ended already."""
        if not self.ending:
            self._fault = error
            self._end()

    def _end(self) -> None:
        # In the loop's next turn: a task that is cancelled before its first step would never record its outcome.
        if self._task is not None:
            asyncio.get_running_loop().call_soon(self._task.cancel)

    def hold(self, held: bool) -> None:
        """Pause at this sample, or before the first one; or go on from there."""
        self.held = held
        self._alive_at = self._clock()
        self._steered.set()

    def set_speed(self, speed: float) -> None:
        """Be heard at ``speed`` from what sounds next."""
        self._speed = speed
        self._steered.set()

    @property
    def characters(self) -> int:
        """How many characters of the text were heard."""
        return self.feed.spoken.characters(self.heard)

    @property
    def waited_ms(self) -> float:
        """How long others had their turn first. A barge-in waits for a fade at most, and that is part of its start."""
        waited = (self.turn_at if self.turn_at is not None else self.accepted_at) - self.accepted_at
        return waited * 1e3 if waited > CANCEL_TIMEOUT else 0.0

    @property
    def first_audio_ms(self) -> float | None:
        """From acceptance, or from its turn, to the first sample; of a save to the first rendered chunk."""
        first = self.feed.first_chunk_at if self._saves else self.started_at
        return None if first is None else max(0.0, (first - self.accepted_at) * 1e3 - self.waited_ms)

    @property
    def real_time_factor(self) -> float | None:
        """Seconds of rendering per second of sound; None where nothing had to be rendered."""
        return self.feed.render_s / self.feed.rendered_s if self.feed.rendered_s and self.feed.render_s else None

    def watch(self) -> asyncio.Queue[Message]:
        """Started, Progress and the outcome, for somebody who waits."""
        queue: asyncio.Queue[Message] = asyncio.Queue()
        self.watchers.append(queue)
        return queue

    def offer(self, channel: Channel) -> bool:
        """A voice server asks for our audio over ``channel``, which stays open until ``ended``. False: not expected."""
        return self.feed.offer(channel)

    async def _run(self) -> None:
        outcome: Outcome = Failed(code=Code.INTERNAL, message="internal error")
        try:
            outcome = await self._speak()
        except asyncio.CancelledError:
            # What the voice server said last is truer than what was wished: it may just have finished.
            outcome = Interrupted(heard=self.heard, characters=self.characters, reason=self._reason or "shutdown")
            if isinstance(self._last_words, Finished):
                outcome = self._last_words
            elif self._fault is not None:
                outcome = Failed(code=self._fault.code, message=self._fault.message)
            if not self.ending:
                raise
        except TtsmeshError as error:
            outcome = Failed(code=error.code, message=error.message)
        except Exception:
            logger.exception("utterance %s", self.order.id)
        finally:
            self._conclude(outcome)

    def _conclude(self, outcome: Outcome) -> None:
        self.ended.set()
        try:
            self._publish(outcome)
            self._on_end(self, outcome)
        except Exception:  # it would take the server's task group down, and with it everybody else's texts
            logger.exception("utterance %s: its outcome", self.order.id)

    async def _speak(self) -> Outcome:
        if not self._saves:
            await self.near.wait()
        tried = False
        while True:
            try:
                return await self._try()
            except _LostUnheard:
                # A save shares its process with speech, for whose sake that may have been killed. So it is tried until
                # the voice is marked failed, which raises VoiceServerFailed.
                if tried and not self._saves:
                    raise VoiceServerFailed("the voice server went away twice before it began") from None
            logger.warning("utterance %s: its voice server went away; once more", self.order.id)
            tried = True

    def _new_feed(self) -> Feed:
        return Feed(self.order, self._synthesizer, self._rank, lambda: self._speed, self.stages)

    async def _try(self) -> Outcome:
        self.feed = self._new_feed()
        self.heard = 0
        self._may_sound = False
        self._accepted.clear()
        self._started.clear()
        async with self._voice.exchange() as channel:
            feeding = asyncio.create_task(self.feed.run(), name=f"feed {self.order.id}")
            feeding.add_done_callback(self._fed)
            steering = asyncio.create_task(self._steer(channel), name=f"steer {self.order.id}")
            watching = asyncio.create_task(self._expect_start(), name=f"watch {self.order.id}")
            try:
                return await self._converse(channel)
            except PeerGone:
                if self.feed.fault is not None:
                    raise self.feed.fault from None  # of which the voice server said nothing any more
                if self._saves or self.started_at is None:
                    raise _LostUnheard from None
                raise VoiceServerFailed("the voice server went away while it was sounding") from None
            except asyncio.CancelledError:
                # Without a Go or audio it makes no sound, and a process that is still starting, with our Go in its
                # backlog, could not report in time. (Asked first: cancelling the feeder cancels what it waits for.)
                owes_report = (self._may_sound or self._saves) and self.feed.listener.done()
                feeding.cancel()  # drops the render under way: nobody will hear it
                if owes_report:
                    await self._take_back(channel)
                raise
            finally:
                if not feeding.cancelling():
                    feeding.cancel()
                steering.cancel()
                watching.cancel()
                await asyncio.wait([feeding, steering, watching])

    def _fed(self, feeding: asyncio.Task[None]) -> None:
        """End with a feeder that has broken down: the voice server would wait for the rest for ever."""
        if not feeding.cancelled() and (error := feeding.exception()) is not None:
            logger.error("utterance %s: its audio", self.order.id, exc_info=error)
            self.fail(TtsmeshError("internal error"))

    async def _converse(self, channel: Channel) -> Outcome:
        order = self.order
        # A process that has yet to start needs longer than one that is up.
        starts = self._voice.starts
        patience: float | None = SPEAK_ACCEPTED_TIMEOUT if self._voice.up else VOICE_START_TIMEOUT
        self._told_speed = self._speed
        await channel.send(
            Speak(
                id=order.id,
                output=order.output,
                force=order.force,
                umask=order.umask,
                device=order.device,
                prime_s=order.prime_s,
                rate=self._told_speed,
                pitch=order.pitch,
            )
        )
        self._alive_at = self._clock()
        while True:
            try:
                message = await channel.receive(patience)
            except TimeoutError:
                if self.held or (patience is not None and self._clock() < self._alive_at + patience):
                    continue  # a held one says nothing, and owes its next word only from when it went on
                if not self._accepted.is_set() and starts != self._voice.starts:
                    # The one that was up has left, and its successor finds us in the backlog.
                    starts, patience, self._alive_at = self._voice.starts, VOICE_START_TIMEOUT, self._clock()
                    continue
                self._voice.kill("no sign of life")
                raise PeerGone("the voice server does not answer") from None
            self._alive_at = self._clock()
            match message:
                case Accepted():
                    patience = None
                    self._voice.up = True
                    self.stages.reach("ready")
                    self._accepted.set()
                case Started():
                    self._started.set()
                    patience = PROGRESS_TIMEOUT
                    if self.started_at is None:  # else it is a save that is tried again, and those who wait know
                        self.started_at = self._clock()
                        self._publish(message)
                case Progress():
                    self.heard = message.heard
                    if message.written_at is not None:
                        self.stages.reach("written", message.written_at)
                    if message.heard_at is not None:
                        self.stages.reach("heard", message.heard_at)
                    self._publish(Progress(heard=self.heard, characters=self.characters))
                case Rejected():
                    return Failed(code=message.code, message=message.message)
                case Finished() | Interrupted() | Failed():
                    self._last_words = message  # an interruption may still come while the connection is closed
                    return message
                case None:
                    raise PeerGone("the voice server closed the connection")

    async def _expect_start(self) -> None:
        """Until Started there is no Progress to go by: a voice that hangs before it would wait for ever."""
        await self._accepted.wait()
        await asyncio.wait([self.feed.listener], timeout=SPEAK_ACCEPTED_TIMEOUT)
        if not self.feed.listener.done():
            self._voice.kill("it does not ask for its audio")
            return
        await self.feed.begun.wait()
        if not self._saves:
            await self.mine.wait()
        begun = self._clock()
        while not self._started.is_set():
            left = max(begun, self._alive_at) + BEGIN_TIMEOUT - self._clock()
            if left <= 0 and not self.held:
                self._voice.kill("it does not begin")
                return
            await asyncio.sleep(left if left > 0 else BEGIN_TIMEOUT)

    async def _take_back(self, channel: Channel) -> None:
        """Half-close is the cancel; the voice server owes one last report, and soon: the next one waits for it."""
        channel.half_close()
        try:
            async with asyncio.timeout(SAVE_CANCEL_TIMEOUT if self._saves else CANCEL_TIMEOUT):
                while message := await channel.receive():
                    if isinstance(message, Finished | Interrupted | Failed):
                        self._last_words = message
                        if not isinstance(message, Failed):
                            self.heard = message.heard
                        return
        except PeerGone:
            return
        except TimeoutError:
            if not self._saves:
                self._voice.kill("no report after a cancel")

    async def _steer(self, channel: Channel) -> None:
        """Say Go when the floor is ours; then Hold and Go as it is paused and resumed, and Rate as that changes."""
        if self._saves:
            return
        await self.mine.wait()
        with contextlib.suppress(PeerGone):  # the conversation notices it too, and knows what it means
            while True:
                self._steered.clear()
                if self._told_speed != self._speed:
                    self._told_speed = self._speed
                    await channel.send(Rate(rate=self._told_speed))
                if self.held:
                    await channel.send(Hold())
                else:
                    self._may_sound = True
                    await channel.send(Go())
                await self._steered.wait()

    def _publish(self, message: Message) -> None:
        for queue in self.watchers:
            queue.put_nowait(message)
