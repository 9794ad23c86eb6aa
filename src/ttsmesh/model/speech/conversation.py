"""What an utterance and its voice process say to each other over one connection."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import NoReturn

from ttsmesh.errors import PeerGone
from ttsmesh.limits import (
    BEGIN_TIMEOUT,
    CANCEL_TIMEOUT,
    PROGRESS_TIMEOUT,
    SAVE_CANCEL_TIMEOUT,
    SPEAK_ACCEPTED_TIMEOUT,
    VOICE_START_TIMEOUT,
)
from ttsmesh.model.speech.feed import Feed
from ttsmesh.model.speech.order import Order
from ttsmesh.model.speech.watchdog import Overdue, Watchdog
from ttsmesh.model.workers.voice_servers import VoiceProcess
from ttsmesh.wire.messages import (
    Accepted,
    Failed,
    Finished,
    Go,
    Hold,
    Interrupted,
    Output,
    Progress,
    Rate,
    Rejected,
    Speak,
    Started,
)
from ttsmesh.wire.schema import Message
from ttsmesh.wire.stream import Channel

Outcome = Finished | Interrupted | Failed


class Steering:
    """What the hub wants of one utterance, whichever voice process speaks it: it sounds once it ``has_floor``, unless
    it is ``paused``, at ``speed``. With ``moved`` set it is to go on elsewhere, ``sentences`` further.
    """

    def __init__(self, speed: Callable[[], float]) -> None:
        self.has_floor = asyncio.Event()
        self.paused = False
        self.speed = speed
        self.changed = asyncio.Event()
        self.moved = asyncio.Event()
        self.sentences = 0
        self.held_up = False  # by a client that does not read its stream
        self.watchdog = Watchdog(lambda: self.paused or self.held_up)

    def pause(self, paused: bool) -> None:
        """Pause at this sample, or before the first one; or go on from there."""
        self.paused = paused
        self.watchdog.alive()
        self.changed.set()

    def move(self, sentences: int) -> None:
        """Go on so many sentences further, or further back if that is negative, than it would have gone on by now."""
        self.sentences += sentences
        self.moved.set()


class Conversation:
    """One try to have ``order`` heard or saved by a voice process.

    ``outcome`` is the last report of the process, from the moment it arrives. ``report`` gets all earlier ones, and
    ``pass_on`` the bytes of a stream: it returns when the client has room for more. The process waits meanwhile.
    """

    def __init__(
        self,
        channel: Channel,
        order: Order,
        voice: VoiceProcess,
        feed: Feed,
        steering: Steering,
        report: Callable[[Accepted | Started | Progress], None],
        pass_on: Callable[[Output], Awaitable[None]],
    ) -> None:
        self.outcome: Outcome | None = None
        self._channel = channel
        self._order = order
        self._voice = voice
        self._feed = feed
        self._steering = steering
        self._watchdog = steering.watchdog
        self._report = report
        self._pass_on = pass_on
        self._accepted = asyncio.Event()
        self._started = asyncio.Event()
        self._may_sound = order.saves  # a save needs no Go

    async def run(self) -> Outcome | None:
        """Have the order heard or saved, to its end; or until it is to go on elsewhere, which gives None.

        Raises:
            PeerGone: the process went away, or was killed because it hung.
        """
        speed = self._steering.speed()
        await self._channel.send(self._request(speed))
        listening = asyncio.create_task(self._listen(), name=f"listen {self._order.id}")
        watching = asyncio.create_task(self._watch(), name=f"watch {self._order.id}")
        steering = asyncio.create_task(self._steer(speed), name=f"steer {self._order.id}")
        moving = asyncio.create_task(self._steering.moved.wait(), name=f"move {self._order.id}")
        try:
            await asyncio.wait([listening, watching, moving], return_when=asyncio.FIRST_COMPLETED)
            if listening.done():
                outcome = listening.result()
                # A move may come with the last word, and its caller was told that it takes place.
                return None if isinstance(outcome, Finished) and self._steering.moved.is_set() else outcome
            return watching.result() if watching.done() else None
        finally:
            for task in (listening, watching, steering, moving):
                task.cancel()
            await asyncio.gather(listening, watching, steering, moving, return_exceptions=True)

    async def cancel(self) -> None:
        """Have the process stop, and wait for its last report. ``run`` must have ended.

        Half-close is the cancel. The report comes soon, because the next utterance waits for it. A process that has no
        audio, or no ``Go``, makes no sound and owes no report: it may still be starting.
        """
        if self.outcome is not None or not (self._may_sound and self._feed.asked.is_set()):
            return
        self._channel.half_close()
        try:
            async with asyncio.timeout(SAVE_CANCEL_TIMEOUT if self._order.saves else CANCEL_TIMEOUT):
                await self._listen()
        except PeerGone:
            return
        except TimeoutError:
            if not self._order.saves:  # a save shares its process with what may be sounding
                # The listener may interrupt as often as he likes, so it is not held against the voice.
                self._voice.kill("no report after a cancel", counts=False)

    def _request(self, speed: float) -> Speak:
        order = self._order
        return Speak(
            id=order.id,
            output=order.output,
            stream=order.stream,
            **(order.encoding._asdict() if order.encoding is not None else {}),
            voice=order.key.voice,
            force=order.force,
            umask=order.umask,
            device=order.device,
            prime_s=order.prime_s,
            rate=speed,
            pitch=order.pitch,
            words=order.words,
        )

    async def _listen(self) -> Outcome:
        """Take reports, up to the last one."""
        while True:
            message = self._placed(await self._channel.receive())
            self._watchdog.alive()
            match message:
                case Accepted():
                    self._voice.up = True
                    self._accepted.set()
                    self._report(message)
                case Started():
                    self._started.set()
                    self._report(message)
                case Progress():
                    self._report(message)
                case Output():
                    await self._hand_over(message)
                case Rejected():
                    self.outcome = Failed(code=message.code, message=message.message)
                    return self.outcome
                case Finished() | Interrupted() | Failed():
                    self.outcome = message
                    return self.outcome
                case None:
                    raise PeerGone("the voice server closed the connection")

    def _placed(self, message: Message | None) -> Message | None:
        """``message``, with frames of the text's sound: the process counts from where it began to speak."""
        first = self._feed.first_frame
        match message:
            case Progress() | Finished() | Interrupted() if first:
                return type(message)(**{**vars(message), "heard": first + message.heard})
        return message

    async def _hand_over(self, message: Output) -> None:
        self._steering.held_up = True
        try:
            await self._pass_on(message)
        finally:
            self._steering.held_up = False
            self._watchdog.alive()

    async def _watch(self) -> NoReturn:
        """Wait until the process is late with what it owes, and kill it."""
        expect = self._watchdog.expect
        try:
            await self._until_accepted()
            await expect(self._feed.asked, SPEAK_ACCEPTED_TIMEOUT, "it does not ask for its audio")
            await self._feed.begun.wait()
            await self._steering.has_floor.wait()
            await expect(self._started, BEGIN_TIMEOUT, "it does not begin")
            await expect(asyncio.Event(), PROGRESS_TIMEOUT, "no sign of life")
            raise AssertionError("what is never set was waited for")
        except Overdue as overdue:
            self._voice.kill(str(overdue))
            raise PeerGone("the voice server does not answer") from None

    async def _until_accepted(self) -> None:
        patience = SPEAK_ACCEPTED_TIMEOUT if self._voice.up else VOICE_START_TIMEOUT
        while True:
            starts = self._voice.starts
            try:
                return await self._watchdog.expect(self._accepted, patience, "it does not accept the utterance")
            except Overdue:
                if starts == self._voice.starts:
                    raise
                patience = (
                    VOICE_START_TIMEOUT  # the process has left, and the next one finds the connection in the backlog
                )

    async def _steer(self, told_speed: float) -> None:
        """Send ``Go`` with the floor; then ``Hold``, ``Go`` and ``Rate`` as the hub wants them."""
        if self._order.saves:
            return
        steering = self._steering
        await steering.has_floor.wait()
        with contextlib.suppress(PeerGone):  # `_listen` notices it too
            while True:
                steering.changed.clear()
                if told_speed != (speed := steering.speed()):
                    told_speed = speed
                    await self._channel.send(Rate(rate=speed))
                if steering.paused:
                    await self._channel.send(Hold())
                else:
                    self._may_sound = True
                    await self._channel.send(Go())
                await steering.changed.wait()
