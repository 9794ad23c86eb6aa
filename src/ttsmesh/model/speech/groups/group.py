"""One group: a text that comes piece by piece, from its first piece to its one outcome."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

from ttsmesh.errors import Code, RejectedError
from ttsmesh.model.render.growing import Part
from ttsmesh.model.speech.conversation import Outcome
from ttsmesh.model.speech.floor import Priority
from ttsmesh.model.speech.groups.assembly import Assembly
from ttsmesh.model.speech.hub import Hub
from ttsmesh.model.speech.order import Order
from ttsmesh.model.speech.utterance import Utterance
from ttsmesh.model.text.growing.growth import Growth
from ttsmesh.text_input import without_controls
from ttsmesh.wire.messages import Failed, Finished, Interrupted

logger = logging.getLogger(__name__)


class Group:
    """Puts pieces together, and has what is certain of them said, as one part after the other.

    A part is an utterance. While text comes it goes on; when it was heard and no more has come for a while, it ends,
    and blocks nobody. What comes then is another part, which is queued, so that it interrupts nothing.

    ``over`` is set with the ``outcome``. ``held``: so many clients feed it, so that it is not ended for want of news.
    """

    def __init__(
        self, order: Order, hub: Hub, *, stall: float, idle: float, most: int, on_over: Callable[[], None]
    ) -> None:
        """``order``: how all parts are spoken, and with which claim the first one is made. ``stall``, ``idle``: seconds
        without news after which what waits is said, and after which it is ended. ``most``: bytes that may wait."""
        self.order = order
        self.over = asyncio.Event()
        self.outcome: Outcome | None = None
        self.held = 0
        self._hub = hub
        self._idle = idle
        self._most = most
        self._on_over = on_over
        self._loop = asyncio.get_running_loop()
        self._assembly = Assembly()
        self._growth = Growth(order.reading, stall)
        self._news = self._loop.time()
        self._part: Part | None = None  # the one that is being read
        self._live: list[Utterance] = []
        self._parts = 0
        self._heard = 0
        self._dropped = 0  # characters
        self._muted = False  # and a part has told of it
        self._last: Outcome = Finished()
        self._room = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None

    # --- what comes ---------------------------------------------------------------------------------------------------

    @property
    def ended(self) -> bool:
        """Whether no more pieces can come."""
        return self._assembly.ended or self.outcome is not None

    @property
    def silent(self) -> bool:
        """Whether nothing of it sounds or waits."""
        return not self._live

    @property
    def waits(self) -> bool:
        """Whether nothing of it sounds, and its first part is over, for which its own claim speaks."""
        return not any(part.started or part.order.claim.id == self.order.claim.id for part in self._live)

    @property
    def expired(self) -> bool:
        """Whether it is over, and was not heard of for so long that its name is free."""
        return self.outcome is not None and not self.held and self._loop.time() >= self._news + self._idle

    def check_room(self, text: str) -> None:
        """Raise ``RejectedError`` when ``text`` is more than may wait, or what came before has failed."""
        if isinstance(self.outcome, Failed):
            raise RejectedError(self.outcome.message, Code(self.outcome.code))
        size, waiting = len(text.encode()), self._growth.waiting + self._assembly.waiting
        if size > self._most:
            raise RejectedError(f"text too long: more than {self._most} bytes", Code.TEXT)
        if self.outcome is None and waiting + size > self._most:
            raise RejectedError(f"busy: {waiting} bytes of the group are not said yet", Code.BUSY)

    async def room(self) -> None:
        """Wait until there is room for more."""
        while self.outcome is None and self._growth.waiting >= self._most:
            self._room.clear()
            await self._room.wait()

    def add(self, text: str, index: int | None) -> bool:
        """Append a piece, number ``index`` if it has one; False if it is left out because the group is over."""
        self._news = self._loop.time()
        if self.outcome is not None:
            self._dropped += len(text)
            return False
        self._grow(self._assembly.add(text, index, self._news))
        return True

    def end(self, last: int | None = None) -> bool:
        """No more pieces come behind number ``last``; False if the group is over."""
        if self.outcome is not None:
            return False
        self._grow(self._assembly.end(last, self._loop.time()))
        return True

    def stop(self, reason: str) -> None:
        """End it early: nothing more of it is said."""
        self._conclude(Interrupted(reason=reason))

    # --- what becomes of it -------------------------------------------------------------------------------------------

    def _grow(self, text: str) -> None:
        self._growth.add(without_controls(text), self._loop.time())
        if self._assembly.ended:
            self._growth.end()
        if self._part is not None:
            self._part.grew()
        self._go_on()

    def _go_on(self) -> None:
        """Do what is to be done now, and look again when there may be more to be done."""
        if self.outcome is not None:
            return
        now = self._loop.time()
        late = self._assembly.late(now)
        if late or (self._assembly.ended and not self._growth.ended):
            self._grow(late)
            return
        self._open(now)
        if self._may_expire and now >= self._news + self._idle and not self._growth.ended:
            logger.info("group %s: no news for %g s", self.order.id, self._idle)
            self.end()
        elif self.silent and self._growth.done:
            self._conclude(self._last)
        else:
            self._look_again(now)

    def _open(self, now: float) -> None:
        """Have the next part said, if there is something to say, and the one before can take no more."""
        if self._part is not None and self._live and not (self._part.closed and self._live[-1].started):
            return
        claim = self.order.claim
        if self._live and claim.priority is Priority.PROGRESS:
            return  # it would take the place of the one before
        # What is only counted makes room when it is read, and is nothing to hear.
        if self._growth.portion(now, audible=self._growth.waiting < self._most) is None:
            return
        if self._hub.mutes.silence(claim.caller):
            if self._muted:  # or a log would fill the history
                self._drop()
                return
        else:
            self._muted = False
        if self._parts:
            claim = replace(claim, id=self._hub.new_id(), queued=True)
        self._parts += 1
        self._part = Part(self._growth, self._was_read)
        self._live.append(self._hub.accept(replace(self.order, claim=claim), self._part, self._part_ended))

    def _drop(self) -> None:
        """Leave out what waits to be read, which makes room."""
        self._dropped += self._growth.drop()
        self._room.set()

    def _was_read(self) -> None:
        """What was read makes room. A part that is closed, and sounds, lets the next one be said."""
        assert self._part is not None
        if self._live:
            self._hub.grew(self._live[-1], self._part.text)
        if self._growth.waiting < self._most:
            self._room.set()
        self._loop.call_soon(self._go_on)

    def _part_ended(self, utterance: Utterance, outcome: Outcome) -> None:
        self._live.remove(utterance)
        self._last = outcome
        self._heard += utterance.heard if isinstance(outcome, Failed) else outcome.heard
        if self.outcome is not None:
            return
        match outcome:
            case Finished(reason="muted") | Interrupted(reason="muted"):
                self._muted = isinstance(outcome, Finished)
                self._drop()
            case Interrupted(reason="skipped") if not utterance.ending:
                pass  # its last sentence was skipped, and not the whole of it
            case Interrupted() | Failed():
                self._conclude(outcome)
        self._loop.call_soon(self._go_on)

    def _conclude(self, outcome: Outcome) -> None:
        if self.outcome is not None:
            return
        heard = self._heard + sum(utterance.heard for utterance in self._live)
        match outcome:  # of all of it, and not only of the part that was the last
            case Interrupted(reason=reason):
                outcome = Interrupted(heard=heard, reason=reason)
            case Finished(reason=cause):
                outcome = Finished(heard=heard, reason=cause)
        self.outcome = outcome
        for utterance in list(self._live):
            utterance.interrupt(outcome.reason if isinstance(outcome, Interrupted) else "stopped")
        self._drop()
        self._dropped += self._assembly.waiting
        if self._timer is not None:
            self._timer.cancel()
        self.over.set()
        logger.info(
            "group %s: %s after %d parts; %d characters dropped, %d pieces missing, %d repeated",
            self.order.id,
            outcome.type,
            self._parts,
            self._dropped,
            self._assembly.missing,
            self._assembly.repeated,
        )
        self._on_over()

    @property
    def _may_expire(self) -> bool:
        """Whether it is ended if no news come. Pieces that wait for others are heard before."""
        return self.silent and not self.held and self._assembly.deadline is None

    def _look_again(self, now: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        times = [self._assembly.deadline]
        if self._part is None or self._part.closed or self.silent:
            times.append(self._growth.deadline(now))
        if self._may_expire:
            times.append(self._news + self._idle)
        until = min((time for time in times if time is not None), default=None)
        self._timer = None if until is None else self._loop.call_at(until, self._go_on)
