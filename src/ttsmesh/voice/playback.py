"""One utterance's way from a source of PCM to a sink. It knows nothing of sockets or messages."""

import asyncio
from collections.abc import AsyncIterable, Callable
from dataclasses import dataclass

from ttsmesh.limits import FIRST_PROGRESS, PROGRESS_INTERVAL
from ttsmesh.voice.sink import Sink


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a playback ended. ``heard`` counts frames; ``complete`` is false when it was cancelled."""

    complete: bool
    heard: int
    underruns: int


class Playback:
    """Plays what ``source`` yields while it is still being rendered, as soon as ``go`` has been said.

    ``started`` is called before the first sample reaches the sink, ``progress`` with the frames heard after
    ``FIRST_PROGRESS`` and then every ``PROGRESS_INTERVAL`` seconds while it sounds. Frames are counted as they were
    rendered, whatever the ``rate`` they are heard at. Whoever made ``source`` closes it.
    """

    def __init__(
        self,
        source: AsyncIterable[bytes],
        sink: Sink,
        *,
        started: Callable[[], None],
        progress: Callable[[int], None],
        rate: float = 1.0,
        pitch: float = 1.0,
    ) -> None:
        self._source = source
        self._sink = sink
        self._started = started
        self._progress = progress
        self._rate = rate
        self._pitch = pitch
        self._may_sound = asyncio.Event()
        # Set while the sink is ours and sounds, or is held: before and after that it may be playing somebody else.
        self._ticker: asyncio.TimerHandle | None = None
        self._running = False  # from start to end: the sink is ours

    def go(self) -> None:
        """Sound, or go on from where it was held."""
        self._may_sound.set()
        if self._ticker is not None:
            self._sink.resume()

    async def until_go(self) -> None:
        """Wait until it may sound."""
        await self._may_sound.wait()

    def hold(self) -> None:
        """Fall silent, keep everything; ``go`` continues."""
        self._may_sound.clear()
        if self._ticker is not None:
            self._sink.pause()

    def set_rate(self, rate: float) -> None:
        """Be heard ``rate`` times as fast as rendered, from now on."""
        self._rate = rate
        if self._running:
            self._sink.set_rate(rate)

    async def run(self) -> Ending:
        """Play to the end. SinkError and the source's own errors pass through, after the sound has been faded out.

        To be run as a task of its own: cancelling that silences the sink at once and makes it *return* what was heard,
        because a report of it is owed. (A task cancelled before its first step never gets here.)
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
            self._running = False
            if self._ticker is not None:
                self._ticker.cancel()
                self._ticker = None

    async def _play(self) -> Ending:
        self._sink.start(self._rate, self._pitch)
        self._running = True
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
