"""The thread that plays: it owns the stream of one device, and makes every PortAudio call about it.

The event loop gives it jobs, samples and commands, and never waits inside a call. A frozen audio server blocks such a
call for ever. The loop then sees that the thread has been busy for too long, and leaves it behind.
"""

import asyncio
import collections
import contextlib
import enum
import threading
import time

from ttsmesh.audio import BYTES_PER_FRAME, SAMPLE_RATE
from ttsmesh.errors import SinkError
from ttsmesh.voice.pace import Pace
from ttsmesh.voice.portaudio import FADE, PERIOD, Line, as_sink_error, open_line, silent
from ttsmesh.voice.sink import Began, fade_in

MAX_BUFFERED = 2 * SAMPLE_RATE * BYTES_PER_FRAME
"""Bytes of rendered sound that may wait for the device before ``feed`` waits, at rate 1. At a higher rate it is as many
times more, because the next chunk is rendered while they last."""


class Command(enum.Enum):
    """What the event loop wants of the thread. ``STOP`` is the last command of a job."""

    PLAY = enum.auto()
    HOLD = enum.auto()
    STOP = enum.auto()


class State(enum.Enum):
    """How far the thread is with a job."""

    WAITING = enum.auto()
    """The thread is busy with the job before, or is opening the stream."""

    READY = enum.auto()
    ENDED = enum.auto()


class Job:
    """One utterance for the thread: what the event loop wants, and what the thread has done about it.

    The thread's condition guards it.
    """

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self.buffer = bytearray()
        self.all_fed = False
        self.command = Command.PLAY
        self.state = State.WAITING
        self.error: SinkError | None = None
        self.played = 0  # frames that the device has played
        self.position = 0  # rendered frames that were heard in them
        self.began = Began()
        self.underruns = 0
        self.news = asyncio.Event()  # set when what the event loop waits for may have come about
        self._loop = asyncio.get_running_loop()

    @property
    def left(self) -> bool:
        """Whether anything is still to be written."""
        return bool(self.buffer) or self.pace.holds

    @property
    def most_buffered(self) -> float:
        """Bytes that may wait in the buffer."""
        return MAX_BUFFERED * max(1.0, self.pace.fastest)

    def was_heard(self, played: int, line: Line) -> None:
        """Take note that the device has played so many frames of this job."""
        if self.began.heard_at is None:
            self.began = line.began
        self.played = played
        self.position = self.pace.position(played)

    def became(self, state: State) -> None:
        self.state = state
        self.tell()

    def tell(self) -> None:
        """Wake the event loop."""
        with contextlib.suppress(RuntimeError):  # the loop is gone: nobody waits
            self._loop.call_soon_threadsafe(self.news.set)


class AudioThread(threading.Thread):
    """Plays one job after the other. It is a daemon, because a hanging PortAudio call must not keep the process."""

    def __init__(self, device: str | int | None, prime_s: float) -> None:
        super().__init__(name="audio", daemon=True)
        self.changed = threading.Condition()
        self.busy_since: float | None = None  # on the monotonic clock; None while it waits for the event loop
        self._device = device
        self._prime_frames = round(prime_s * SAMPLE_RATE)
        self._jobs: collections.deque[Job | None] = collections.deque()
        self._line: Line | None = None

    def put(self, job: Job | None) -> None:
        """Give the thread its next job. ``None`` closes the stream and ends the thread."""
        with self.changed:
            self._jobs.append(job)
            self.changed.notify()

    def run(self) -> None:
        self.busy_since = time.monotonic()
        while (job := self._next_job()) is not None:
            try:
                self._play(job)
            except Exception as error:
                job.error = as_sink_error(error, self._device)
                if self._line is not None:
                    # If the audio server is frozen, that was long ago, and closing the stream will hang as well.
                    self.busy_since = self._line.moved
                job.became(State.ENDED)
                self._close()  # a stream that has failed once is not used again
            else:
                job.became(State.ENDED)
        self._close()

    def _next_job(self) -> Job | None:
        with self.changed:
            while not self._jobs:
                self._wait()
            self.busy_since = time.monotonic()
            return self._jobs.popleft()

    def _wait(self, timeout: float | None = None) -> None:
        self.busy_since = None
        self.changed.wait(timeout)
        self.busy_since = time.monotonic()

    def _close(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def _play(self, job: Job) -> None:
        if job.command is Command.STOP:
            return  # it was cancelled while this thread hung in the job before
        line = self._ready_line(job)
        job.pace.prepare()
        while self._wants_sound(job):
            self._sound(line, job)

    def _ready_line(self, job: Job) -> Line:
        if self._line is not None:
            try:
                self._line.start()
            except Exception:
                self._close()  # the audio server was restarted, so a new stream is needed
        fresh = self._line is None
        line = self._line = self._line or open_line(self._device)
        job.became(State.READY)
        if fresh and self._prime_frames:
            self._prime(line, job)
        return line

    def _prime(self, line: Line, job: Job) -> None:
        """Play silence to wake a device that was asleep, so that it does not swallow the first word."""
        while line.heard() < self._prime_frames and job.command is not Command.STOP:
            line.fill(silent)
            with self.changed:
                self._wait(PERIOD)
        line.abort()

    def _wants_sound(self, job: Job) -> bool:
        """Wait until there is something to play. False when there is nothing more."""
        with self.changed:
            while True:
                if job.command is Command.STOP:
                    return False
                if job.command is Command.PLAY and (job.left or job.all_fed):
                    return job.left
                self._wait()

    def _sound(self, line: Line, job: Job) -> None:
        """Play until the command changes, or the last sample was heard."""

        def take(count: int) -> bytes:
            return self._take(job, count)

        line.start()
        before, underruns = job.played, line.underruns - job.underruns
        if before:
            line.write(fade_in(take(FADE)))
        while job.command is Command.PLAY:
            line.fill(take)
            job.was_heard(before + line.heard(), line)
            job.underruns = line.underruns - underruns
            with self.changed:
                if job.all_fed and not job.left:
                    break
                if job.command is Command.PLAY:
                    self._wait(PERIOD)
        if job.command is Command.PLAY:
            job.was_heard(before + line.play_out(), line)
        else:
            faded = take(FADE)
            job.was_heard(before + line.fall_silent(faded), line)
            job.pace.give_back(faded)

    def _take(self, job: Job, count: int) -> bytes:
        return job.pace.take(count, lambda frames: self._pull(job, frames), last=lambda: job.all_fed)

    def _pull(self, job: Job, count: int) -> bytes:
        buffer = job.buffer
        with self.changed:
            was = len(buffer)
            pcm = bytes(buffer[: count * BYTES_PER_FRAME])
            del buffer[: len(pcm)]
            if len(buffer) < job.most_buffered <= was:
                job.tell()
        return pcm
