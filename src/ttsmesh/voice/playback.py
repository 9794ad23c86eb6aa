"""One utterance's way from a source of samples to a sink. This module knows nothing of sockets and messages."""

import asyncio
from collections.abc import AsyncIterable, Callable
from dataclasses import dataclass

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.limits import FIRST_PROGRESS, PROGRESS_INTERVAL
from ttsmesh.voice.pace import Pace
from ttsmesh.voice.places import Places
from ttsmesh.voice.sink import Sink

LOOK = 0.01
"""Seconds between two looks at a place that should be heard just now: a device knows no better what it has played."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a playback ended. ``heard`` counts rendered frames. ``complete`` is false when it was cancelled."""

    complete: bool
    heard: int
    underruns: int


class Playback:
    """Feeds what ``source`` yields to ``sink``, while more is rendered, from the moment ``go`` is called.

    Args:
        source: slices of mono s16le. The caller closes it.
        sink: where they go. It is this playback's own while ``run`` runs.
        started: is called before the first sample reaches the sink.
        progress: is called with the rendered frames heard so far, ``FIRST_PROGRESS`` after ``started`` and then every
            ``PROGRESS_INTERVAL`` seconds, except while it is held; and when one of ``places`` is heard.
        pace: how fast it is heard. The playback, its source and its sink share this one object.
        places: the source adds to them.
    """

    def __init__(
        self,
        source: AsyncIterable[bytes],
        sink: Sink,
        *,
        started: Callable[[], None],
        progress: Callable[[int], None],
        pace: Pace,
        places: Places,
    ) -> None:
        self._source = source
        self._sink = sink
        self._started = started
        self._progress = progress
        self._pace = pace
        self._places = places
        self._look: asyncio.TimerHandle | None = None  # at the next of the places
        self._may_sound = asyncio.Event()
        # Set from ``started`` to the end. Outside of that the sink may be playing another utterance.
        self._ticker: asyncio.TimerHandle | None = None

    def go(self) -> None:
        """Sound, or go on from where it was held."""
        self._may_sound.set()
        if self._ticker is not None:
            self._sink.resume()
            self._expect()

    async def until_go(self) -> None:
        """Wait until it may sound."""
        await self._may_sound.wait()

    def hold(self) -> None:
        """Fall silent and keep everything. ``go`` continues."""
        self._may_sound.clear()
        self._forget()
        if self._ticker is not None:
            self._sink.pause()

    def set_rate(self, rate: float) -> None:
        """Be heard ``rate`` times as fast as rendered, from now on."""
        self._pace.rate = rate
        self._sink.pace_changed()
        self._forget()
        self._expect()

    async def run(self) -> Ending:
        """Play to the end.

        Run it as a task of its own. Cancelling the task silences the sink at once, and makes this *return* how much
        was heard, because a report of it is owed. (A task that is cancelled before its first step never gets here.)

        Raises:
            SinkError: the sink has failed.
            Exception: whatever ``source`` raises. The sound has been faded out by then.
        """
        try:
            return await self._play()
        except asyncio.CancelledError:
            heard = await self._sink.cancel()
            if (task := asyncio.current_task()) is not None:
                task.uncancel()
            return Ending(complete=False, heard=heard, underruns=self._sink.underruns)
        except BaseException:
            await self._sink.cancel()
            raise
        finally:
            self._forget()
            if self._ticker is not None:
                self._ticker.cancel()
                self._ticker = None

    async def _play(self) -> Ending:
        self._sink.start(self._pace)
        async for pcm in self._source:
            if self._ticker is None:
                await self._sink.ready()
                while not self._may_sound.is_set():  # a hold may come between being woken and running
                    await self._may_sound.wait()
                self._started()
                self._schedule_progress(FIRST_PROGRESS)
            self._expect()
            await self._sink.feed(pcm)
        if self._ticker is None:
            await self._sink.cancel()
            return Ending(complete=True, heard=0, underruns=0)
        self._expect()
        heard = await self._sink.drain()
        return Ending(complete=True, heard=heard, underruns=self._sink.underruns)

    def _schedule_progress(self, seconds: float) -> None:
        self._ticker = asyncio.get_running_loop().call_later(seconds, self._report_progress)

    def _report_progress(self) -> None:
        if self._may_sound.is_set():
            self._progress(self._sink.position)
        self._schedule_progress(PROGRESS_INTERVAL)

    def _expect(self) -> None:
        """Look when the next place is heard, unless that is going to happen already, or nothing sounds."""
        place = self._places.next
        if place is None or self._look is not None or self._ticker is None or not self._may_sound.is_set():
            return
        # Not too late if the pace is faster by then. If it is too soon, there will be another look.
        seconds = (place - self._sink.position) / SAMPLE_RATE / self._pace.fastest
        self._look = asyncio.get_running_loop().call_later(
            max(LOOK, min(seconds, PROGRESS_INTERVAL)), self._report_place
        )

    def _report_place(self) -> None:
        self._look = None
        position = self._sink.position
        if self._places.reached(position):
            self._progress(position)
        self._expect()

    def _forget(self) -> None:
        """Look at no place for now."""
        if self._look is not None:
            self._look.cancel()
            self._look = None
