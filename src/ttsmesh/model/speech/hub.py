"""The hub: the utterances that live, the floor between them, and what became of those that have ended."""

import asyncio
import logging
import secrets
from collections import Counter
from collections.abc import Callable
from itertools import count

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.errors import Code, RejectedError, TtsmeshError
from ttsmesh.limits import MAX_QUEUE, MAX_QUEUE_BYTES, MAX_SILENT_DEVICES
from ttsmesh.model.render.synthesis import Synthesizer
from ttsmesh.model.speech.floor import Claim, Floor
from ttsmesh.model.speech.history import History, history_entry
from ttsmesh.model.speech.order import Order
from ttsmesh.model.speech.timeline import Milestones
from ttsmesh.model.speech.utterance import Outcome, Utterance
from ttsmesh.model.workers.voice_servers import Supervisor
from ttsmesh.wire.messages import Failed

logger = logging.getLogger(__name__)


class Hub:
    """Takes orders in, lets them sound one after the other, and keeps their outcomes."""

    def __init__(self, supervisor: Supervisor, synthesizer: Synthesizer, group: asyncio.TaskGroup) -> None:
        self.live: dict[str, Utterance] = {}
        self.outcomes: Counter[str] = Counter()
        self.last_failure: str | None = None
        self.history = History()
        self.stages: Milestones | None = None  # of what was accepted last
        self.unsayable = 0  # characters, of all that has ended
        self.no_audio: dict[str | None, None] = {}  # devices whose last text found no audio output, oldest first
        self.idle_since = asyncio.get_running_loop().time()
        self._floor = Floor()
        self._supervisor = supervisor
        self._synthesizer = synthesizer
        self._group = group
        self._bytes = 0  # of all their texts
        # Distinct across restarts, short enough to type.
        self._prefix = secrets.token_hex(2)
        self._numbers = count(1)
        self._idle = asyncio.Event()
        self._idle.set()

    def new_id(self) -> str:
        return f"{self._prefix}-{next(self._numbers)}"

    def check_room(self, text: str) -> None:
        """Raise ``RejectedError(busy)`` when one more utterance is too many."""
        if len(self.live) >= MAX_QUEUE or self._bytes + len(text.encode()) > MAX_QUEUE_BYTES:
            raise RejectedError(f"busy: {len(self.live)} utterances wait already", Code.BUSY)

    def accept(self, order: Order) -> Utterance:
        """From here on ``order`` has exactly one outcome."""
        utterance = Utterance(
            order,
            self._supervisor.voice(order.key),
            self._synthesizer,
            lambda: self._rank(order),
            self._ended,
        )
        self.live[order.id] = utterance
        self.stages = utterance.stages
        self._bytes += len(order.text.encode())
        self._idle.clear()
        utterance.start(self._group)
        if order.output is None:
            for claim in self._floor.enter(order.claim):
                self.live[claim.id].interrupt("superseded")
            self._floor_moved()
        return utterance

    def silence(self, wanted: Callable[[Claim], bool], reason: str = "stopped") -> int:
        """End all that sounds or waits and is ``wanted``; how many that were."""
        claims = self._floor.find(wanted)
        for claim in claims:
            self.live[claim.id].interrupt(reason)
        return len(claims)

    def pause(self) -> int:
        """Hold what sounds, or what sounds next where that is fading out already; how many that were."""
        claim = self._floor.holder
        if claim is not None and self.live[claim.id].ending:
            claim = self._floor.next
        if claim is None or self.live[claim.id].held:
            return 0
        self.live[claim.id].hold(True)
        self._floor_moved()
        return 1

    def resume(self) -> int:
        """Let what is held go on; how many that were."""
        held = self._floor.find(lambda claim: self.live[claim.id].held)
        for claim in held:
            self.live[claim.id].hold(False)
        self._floor_moved()
        return len(held)

    def set_speed(self, speed: float) -> int:
        """Speak at ``speed`` what sounds or waits and has no speed of its own; how many of these sound, or are held."""
        changed = [self.live[claim.id] for claim in self._floor.find(lambda claim: not self._own_speed(claim))]
        for utterance in changed:
            utterance.set_speed(speed)
        return sum(utterance.started_at is not None for utterance in changed)

    def _own_speed(self, claim: Claim) -> bool:
        return self.live[claim.id].order.own_speed

    def skip(self) -> int:
        """End what sounds, or is held; how many that were."""
        holder = self._floor.holder
        if holder is None:
            return 0
        self.live[holder.id].interrupt("skipped")
        return 1

    def interrupt_all(self, reason: str) -> None:
        """End everything, saves too."""
        for utterance in list(self.live.values()):
            utterance.interrupt(reason)

    def fail_all(self, error: TtsmeshError) -> None:
        """End everything as failed."""
        for utterance in list(self.live.values()):
            utterance.fail(error)

    async def until_idle(self) -> None:
        """Wait until everything accepted has its outcome."""
        await self._idle.wait()

    def _rank(self, order: Order) -> int:
        """Order of rendering: the floor's holder, those who wait for it, then saves."""
        return self._floor.rank(order.id)

    def _floor_moved(self) -> None:
        for claim in (self._floor.holder, self._floor.next):
            if claim is not None:
                self.live[claim.id].near.set()
        if self._floor.holder is not None:
            holder = self.live[self._floor.holder.id]
            if holder.turn_at is None:
                holder.turn_at = asyncio.get_running_loop().time()
                holder.stages.reach("turn")
            self._floor.paused = holder.held
            holder.mine.set()

    def _note_no_audio(self, device: str | None) -> None:
        self.no_audio[device] = None
        if len(self.no_audio) > MAX_SILENT_DEVICES:
            del self.no_audio[next(iter(self.no_audio))]

    def _ended(self, utterance: Utterance, outcome: Outcome) -> None:
        order = utterance.order
        del self.live[order.id]
        self._bytes -= len(order.text.encode())
        self._floor.leave(order.id)
        self._floor_moved()
        self.outcomes[outcome.type] += 1
        self.unsayable += utterance.feed.losses.unsayable
        if utterance.feed.losses.dropped:
            logger.warning("utterance %s: %d phonemes dropped", order.id, utterance.feed.losses.dropped)
        if not self.live:
            self.idle_since = asyncio.get_running_loop().time()
            self._idle.set()
        self.history.add(history_entry(utterance, outcome))
        if utterance.started_at is not None and order.output is None:
            self.no_audio.pop(order.device, None)
        if isinstance(outcome, Failed):
            if outcome.code == Code.NO_AUDIO:
                self._note_no_audio(order.device)
            self.last_failure = outcome.message
            detail = f"{outcome.code}: {outcome.message}"
        else:
            detail = f"{outcome.heard / SAMPLE_RATE:.2f} s heard"
        logger.info("utterance %s: %s, %s; %s", order.id, outcome.type, detail, _timing(utterance))


def _timing(utterance: Utterance) -> str:
    if utterance.started_at is None:
        return f"not started, {utterance.feed.rendered_s:.2f} s rendered"
    wait_ms = (utterance.started_at - utterance.accepted_at) * 1e3
    factor = utterance.feed.render_s / utterance.feed.rendered_s if utterance.feed.rendered_s else 0.0
    return f"started after {wait_ms:.0f} ms, real-time factor {factor:.3f}"
