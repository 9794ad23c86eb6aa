"""The hub: the utterances that are in flight, the floor between them, and what became of those that have ended."""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from ttsmesh.errors import Code, RejectedError, TtsmeshError
from ttsmesh.host.mutes import Mutes
from ttsmesh.limits import MAX_QUEUE, MAX_QUEUE_BYTES, MAX_SILENT_DEVICES
from ttsmesh.model.render.synthesis import Synthesizer
from ttsmesh.model.speech.conversation import Outcome
from ttsmesh.model.speech.floor import Claim, Floor
from ttsmesh.model.speech.history import History
from ttsmesh.model.speech.kept.texts import Kept, Texts
from ttsmesh.model.speech.order import Order
from ttsmesh.model.speech.record import heard_characters, history_entry, log_line
from ttsmesh.model.speech.timeline import Milestones
from ttsmesh.model.speech.utterance import Utterance
from ttsmesh.model.workers.voice_servers import Supervisor
from ttsmesh.wire.messages import Failed, Timeline

if TYPE_CHECKING:
    from ttsmesh.model.render.growing import Part

logger = logging.getLogger(__name__)


class Hub:
    """Accepts orders, lets them sound one after the other, and records their outcomes.

    ``texts`` are those that were said last; ``mutes`` tell whose texts end without a sound.
    ``on_claim`` is called with each claim that enters the floor, and ``on_change`` when something begins or ends, is
    paused or goes on.
    """

    def __init__(
        self,
        supervisor: Supervisor,
        synthesizer: Synthesizer,
        group: asyncio.TaskGroup,
        texts: Texts | None = None,
    ) -> None:
        self.history = History()
        self.texts = texts if texts is not None else Texts()
        self.mutes = Mutes()
        self.on_claim: Callable[[Claim], None] = lambda _: None
        self.on_change: Callable[[], None] = lambda: None
        self._live: dict[str, Utterance] = {}
        self._floor = Floor()
        self._speed: float | None = None
        self._last: Milestones | None = None
        self._unsayable = 0
        self._silent_devices: dict[str | None, None] = {}  # oldest first
        self._supervisor = supervisor
        self._synthesizer = synthesizer
        self._group = group
        self._bytes = 0
        # Distinct across restarts, and short enough to type.
        self._prefix = secrets.token_hex(2)
        self._numbers = count(1)
        self._idle = asyncio.Event()
        self._idle.set()
        self._idle_since = time.monotonic()

    @property
    def live(self) -> Mapping[str, Utterance]:
        """The utterances without an outcome, by their id."""
        return self._live

    @property
    def speed(self) -> float | None:
        """The speed that ``set_speed`` was given last, for texts without one of their own."""
        return self._speed

    @property
    def unsayable(self) -> int:
        """How many characters were left out so far, because they cannot be said."""
        return self._unsayable + sum(utterance.losses.unsayable for utterance in self._live.values())

    @property
    def idle_s(self) -> float:
        """For how many seconds there has been nothing to say."""
        return 0.0 if self._live else time.monotonic() - self._idle_since

    async def until_idle(self) -> None:
        """Wait until everything accepted has its outcome."""
        await self._idle.wait()

    def last_timeline(self) -> Timeline | None:
        """The timeline of the utterance that was accepted last."""
        return None if self._last is None else self._last.timeline()

    def characters(self, kept: Kept) -> int:
        """How many characters of a kept text were heard, until now if it still sounds."""
        utterance = self._live.get(kept.order.id)
        return kept.characters if utterance is None else utterance.characters

    def is_silent(self, device: str | None) -> bool:
        """Whether the last text for ``device`` found no audio output."""
        return device in self._silent_devices

    def has_output(self, device: str | None) -> None:
        """Note that ``device`` has an audio output."""
        self._silent_devices.pop(device, None)

    def new_id(self) -> str:
        return f"{self._prefix}-{next(self._numbers)}"

    def check_room(self, text: str) -> None:
        """Raise ``RejectedError(busy)`` when one more utterance is too many."""
        if len(self._live) >= MAX_QUEUE or self._bytes + len(text.encode()) > MAX_QUEUE_BYTES:
            raise RejectedError(f"busy: {len(self._live)} utterances wait already", Code.BUSY)

    def accept(
        self, order: Order, part: "Part | None" = None, on_end: Callable[[Utterance, Outcome], None] | None = None
    ) -> Utterance:
        """From here on ``order`` has exactly one outcome, which ``on_end`` is told. ``part``: as for ``Utterance``."""
        utterance = Utterance(
            order,
            self._supervisor.voice(order.key),
            self._synthesizer,
            lambda utterance, outcome: self._ended(utterance, outcome, on_end),
            rank=lambda: self._floor.rank(order.id),
            speed=lambda: order.speed if order.fixed_speed else self._speed or order.speed,
            part=part,
            on_change=lambda: self.on_change(),
        )
        self._live[order.id] = utterance
        self._last = utterance.milestones
        self._bytes += len(order.text.encode())
        self._idle.clear()
        utterance.start(self._group)
        self.texts.keep(order)
        if order.saves:
            return utterance
        if self.mutes.silence(order.claim.caller):  # it interrupts nothing either
            utterance.interrupt("muted")
        else:
            holder = self._holder()
            self.on_claim(order.claim)
            for claim in self._floor.enter(order.claim, paused=holder is not None and holder.paused):
                self._live[claim.id].interrupt("superseded")
            self._floor_moved()
        return utterance

    def grew(self, utterance: Utterance, text: str) -> None:
        """So much of the text of ``utterance`` was read by now, which is still being written."""
        self._bytes += len(text.encode()) - len(utterance.order.text.encode())
        begins = not utterance.order.text and self.texts.get(utterance.order.id) is None
        utterance.order = replace(utterance.order, text=text)
        if begins:
            self.texts.keep(utterance.order)
        else:
            self.texts.grew(utterance.order)

    def mute(self, mutes: Mutes) -> int:
        """From now on, say nothing of what ``mutes`` silence. What of it sounds or waits ends; how many these are."""
        self.mutes = mutes
        return self.stop(lambda order: mutes.silence(order.claim.caller), "muted")

    def stop(self, wanted: Callable[[Order], bool], reason: str = "stopped") -> int:
        """End all that sounds or waits and is ``wanted``; how many these are. Saves go on."""
        utterances = [utterance for utterance in self._unended() if wanted(utterance.order)]
        for utterance in utterances:
            utterance.interrupt(reason)
        return len(utterances)

    def interrupt_all(self, reason: str) -> None:
        """End everything, saves too."""
        for utterance in list(self._live.values()):
            utterance.interrupt(reason)

    def fail_all(self, error: TtsmeshError) -> None:
        """End everything as failed, saves too."""
        for utterance in list(self._live.values()):
            utterance.fail(error)

    def current(self) -> Utterance | None:
        """What sounds or is paused, or what sounds next where that is fading out already."""
        return next(iter(self._unended()), None)

    def pause(self) -> int:
        """Pause what sounds, or what sounds next where that is fading out already; how many these are."""
        utterance = self.current()
        if utterance is None or utterance.paused:
            return 0
        utterance.pause(True)
        self.on_change()
        return 1

    def resume(self) -> int:
        """Let what is paused go on; how many these are."""
        paused = [utterance for utterance in self._unended() if utterance.paused]
        for utterance in paused:
            utterance.pause(False)
        self.on_change()
        return len(paused)

    def skip(self, *, sentence: bool = False) -> int:
        """End what sounds or is paused, or what sounds next where that is fading out already; how many these are.

        ``sentence``: go on with its next sentence, if it has one.
        """
        utterance = self.current()
        if utterance is None:
            return 0
        if sentence:
            return int(utterance.move(1))
        utterance.interrupt("skipped")
        return 1

    def back(self, sentences: int) -> int:
        """Go back so many sentences in what sounds or is paused; in how many utterances that is done.

        The first of them is the one that sounds, if it sounds for a while.
        """
        utterance = self.current()
        return int(utterance is not None and utterance.move(-sentences))

    def set_speed(self, speed: float, id: str | None = None) -> int:
        """Speak all texts without a speed of their own at ``speed``; how many of them sound, or are paused.

        With an ``id`` only that utterance is, from now on at a speed of its own.
        """
        if id is not None:
            utterance = self._live.get(id)
            if utterance is None or utterance.order.saves:
                return 0
            utterance.speed_changed(speed)
            return int(utterance.started)
        self._speed = speed
        changed = [utterance for utterance in self._unended() if not utterance.order.fixed_speed]
        for utterance in changed:
            utterance.speed_changed()
        return sum(utterance.started for utterance in changed)

    def _utterance(self, claim: Claim | None) -> Utterance | None:
        return None if claim is None else self._live[claim.id]

    def _holder(self) -> Utterance | None:
        return self._utterance(self._floor.holder)

    def _unended(self) -> list[Utterance]:
        """What sounds or waits, in order, and was not told to end yet."""
        utterances = [self._live[claim.id] for claim in self._floor.claims()]
        return [utterance for utterance in utterances if not utterance.ending]

    def _floor_moved(self) -> None:
        for utterance in (self._holder(), self._utterance(self._floor.next)):
            if utterance is not None:
                utterance.may_prepare.set()
        if (holder := self._holder()) is not None:
            holder.give_floor()
            if holder.part is not None:
                holder.part.floor_wanted(self._floor.next is not None)

    def _ended(
        self, utterance: Utterance, outcome: Outcome, on_end: Callable[[Utterance, Outcome], None] | None
    ) -> None:
        order = utterance.order
        del self._live[order.id]
        self._bytes -= len(order.text.encode())
        self._floor.leave(order.id)
        self._floor_moved()
        if not self._live:
            self._idle_since = time.monotonic()
            self._idle.set()
        self._unsayable += utterance.losses.unsayable
        if utterance.losses.dropped:
            logger.warning("utterance %s: %d phonemes dropped", order.id, utterance.losses.dropped)
        self._note_output(utterance, outcome)
        self.texts.ended(order.id, heard_characters(utterance, outcome))
        self.history.add(history_entry(utterance, outcome))
        logger.info("%s", log_line(utterance, outcome))
        if on_end is not None:
            on_end(utterance, outcome)
        self.on_change()

    def _note_output(self, utterance: Utterance, outcome: Outcome) -> None:
        device = utterance.order.device
        if utterance.started and not utterance.order.saves:
            self.has_output(device)
        if isinstance(outcome, Failed) and outcome.code == Code.NO_AUDIO:
            self._silent_devices[device] = None
            if len(self._silent_devices) > MAX_SILENT_DEVICES:
                del self._silent_devices[next(iter(self._silent_devices))]
