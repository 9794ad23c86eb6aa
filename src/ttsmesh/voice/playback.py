"""One utterance's way from a source of samples to a sink. This module knows nothing of sockets and messages."""

import asyncio
from collections.abc import AsyncIterable, Callable
from dataclasses import dataclass

from ttsmesh.limits import FIRST_PROGRESS, PROGRESS_INTERVAL
from ttsmesh.voice.pace import Pace
from ttsmesh.voice.sink import Sink


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
            ``PROGRESS_INTERVAL`` seconds, except while it is held.
        pace: how fast it is heard. The playback and its sink share this one object.
    """

    def __init__(
        self,
        source: AsyncIterable[bytes],
        sink: Sink,
        *,
        started: Callable[[], None],
        progress: Callable[[int], None],
        pace: Pace,
    ) -> None:
        self._source = source
        self._sink = sink
        self._started = started
        self._progress = progress
        self._pace = pace
        self._may_sound = asyncio.Event()
        # Set from ``started`` to the end. Outside of that the sink may be playing another utterance.
        self._ticker: asyncio.TimerHandle | None = None

    def go(self) -> None:
        """Sound, or go on from where it was held."""
        self._may_sound.set()
        if self._ticker is not None:
            self._sink.resume()

    async def until_go(self) -> None:
        """Wait until it may sound."""
        await self._may_sound.wait()

    def hold(self) -> None:
        """Fall silent and keep everything. ``go`` continues."""
        self._may_sound.clear()
        if self._ticker is not None:
            self._sink.pause()

    def set_rate(self, rate: float) -> None:
        """Be heard ``rate`` times as fast as rendered, from now on."""
        self._pace.rate = rate
        self._sink.pace_changed()

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
            await self._sink.feed(pcm)
        if self._ticker is None:
            await self._sink.cancel()
            return Ending(complete=True, heard=0, underruns=0)
        heard = await self._sink.drain()
        return Ending(complete=True, heard=heard, underruns=self._sink.underruns)

    def _schedule_progress(self, seconds: float) -> None:
        self._ticker = asyncio.get_running_loop().call_later(seconds, self._report_progress)

    def _report_progress(self) -> None:
        if self._may_sound.is_set():
            self._progress(self._sink.position)
        self._schedule_progress(PROGRESS_INTERVAL)
