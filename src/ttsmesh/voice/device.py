"""The device sink: samples out of the speakers.

One thread owns the stream and makes every PortAudio call. The event loop gives it samples and commands, and never waits
inside a call. A frozen audio server blocks such a call for ever. The loop then sees that the thread has been busy for
too long, and leaves it behind.
"""

import asyncio
import collections
import contextlib
import enum
import threading
import time
from collections.abc import Callable, Iterator

from ttsmesh.audio import BYTES_PER_FRAME, SAMPLE_RATE
from ttsmesh.errors import Code, SinkError
from ttsmesh.limits import CANCEL_TIMEOUT
from ttsmesh.voice.pace import Pace
from ttsmesh.voice.portaudio import FADE, PERIOD, STALL_TIMEOUT, Line, as_sink_error, open_line, silent
from ttsmesh.voice.sink import Began, fade_in

MAX_BUFFERED = 2 * SAMPLE_RATE * BYTES_PER_FRAME
"""Bytes of rendered sound that may wait for the device before ``feed`` waits, at rate 1. At a higher rate it is as many
times more, because the next chunk is rendered while they last."""

OPEN_TIMEOUT = 4.0
"""Seconds for importing sounddevice and opening a stream. Usual are 0.05; a Bluetooth device that sleeps takes 1.5."""

CANCEL_ANSWER_TIMEOUT = 0.8 * CANCEL_TIMEOUT
"""Seconds until a cancel is answered at the latest. After ``CANCEL_TIMEOUT`` the model server kills this process."""

RELEASE_TIMEOUT = 1.0
"""Seconds for closing the stream. It usually takes milliseconds."""


class _Command(enum.Enum):
    """What the event loop wants of the thread. ``STOP`` is the last command of a job."""

    PLAY = enum.auto()
    HOLD = enum.auto()
    STOP = enum.auto()


class _State(enum.Enum):
    """How far the thread is with a job."""

    WAITING = enum.auto()
    """The thread is busy with the job before, or is opening the stream."""

    READY = enum.auto()
    ENDED = enum.auto()


class _Job:
    """One utterance for the thread: what the event loop wants, and what the thread has done about it.

    The thread's condition guards it.
    """

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self.buffer = bytearray()
        self.all_fed = False
        self.command = _Command.PLAY
        self.state = _State.WAITING
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
        return MAX_BUFFERED * max(1.0, self.pace.rate)

    def was_heard(self, played: int, line: Line) -> None:
        """Take note that the device has played so many frames of this job."""
        if self.began.heard_at is None:
            self.began = line.began
        self.played = played
        self.position = self.pace.position(played)

    def became(self, state: _State) -> None:
        self.state = state
        self.tell()

    def tell(self) -> None:
        """Wake the event loop."""
        with contextlib.suppress(RuntimeError):  # the loop is gone: nobody waits
            self._loop.call_soon_threadsafe(self.news.set)


class _AudioThread(threading.Thread):
    """Plays one job after the other. It is a daemon, because a hanging PortAudio call must not keep the process."""

    def __init__(self, device: str | int | None, prime_s: float) -> None:
        super().__init__(name="audio", daemon=True)
        self.changed = threading.Condition()
        self.busy_since: float | None = None  # on the monotonic clock; None while it waits for the event loop
        self._device = device
        self._prime_frames = round(prime_s * SAMPLE_RATE)
        self._jobs: collections.deque[_Job | None] = collections.deque()
        self._line: Line | None = None

    def put(self, job: _Job | None) -> None:
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
                job.became(_State.ENDED)
                self._close()  # a stream that has failed once is not used again
            else:
                job.became(_State.ENDED)
        self._close()

    def _next_job(self) -> _Job | None:
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

    def _play(self, job: _Job) -> None:
        if job.command is _Command.STOP:
            return  # it was cancelled while this thread hung in the job before
        line = self._ready_line(job)
        job.pace.prepare()
        while self._wants_sound(job):
            self._sound(line, job)

    def _ready_line(self, job: _Job) -> Line:
        if self._line is not None:
            try:
                self._line.start()
            except Exception:
                self._close()  # the audio server was restarted, so a new stream is needed
        fresh = self._line is None
        line = self._line = self._line or open_line(self._device)
        job.became(_State.READY)
        if fresh and self._prime_frames:
            self._prime(line, job)
        return line

    def _prime(self, line: Line, job: _Job) -> None:
        """Play silence to wake a device that was asleep, so that it does not swallow the first word."""
        while line.heard() < self._prime_frames and job.command is not _Command.STOP:
            line.fill(silent)
            with self.changed:
                self._wait(PERIOD)
        line.abort()

    def _wants_sound(self, job: _Job) -> bool:
        """Wait until there is something to play. False when there is nothing more."""
        with self.changed:
            while True:
                if job.command is _Command.STOP:
                    return False
                if job.command is _Command.PLAY and (job.left or job.all_fed):
                    return job.left
                self._wait()

    def _sound(self, line: Line, job: _Job) -> None:
        """Play until the command changes, or the last sample was heard."""

        def take(count: int) -> bytes:
            return self._take(job, count)

        line.start()
        before, underruns = job.played, line.underruns - job.underruns
        if before:
            line.write(fade_in(take(FADE)))
        while job.command is _Command.PLAY:
            line.fill(take)
            job.was_heard(before + line.heard(), line)
            job.underruns = line.underruns - underruns
            with self.changed:
                if job.all_fed and not job.left:
                    break
                if job.command is _Command.PLAY:
                    self._wait(PERIOD)
        if job.command is _Command.PLAY:
            job.was_heard(before + line.play_out(), line)
        else:
            faded = take(FADE)
            job.was_heard(before + line.fall_silent(faded), line)
            job.pace.give_back(faded)

    def _take(self, job: _Job, count: int) -> bytes:
        return job.pace.take(count, lambda frames: self._pull(job, frames), last=lambda: job.all_fed)

    def _pull(self, job: _Job, count: int) -> bytes:
        buffer = job.buffer
        with self.changed:
            was = len(buffer)
            pcm = bytes(buffer[: count * BYTES_PER_FRAME])
            del buffer[: len(pcm)]
            if len(buffer) < job.most_buffered <= was:
                job.tell()
        return pcm


class DeviceSink:
    """Plays one utterance after the other on one device; see ``Sink``. The stream stays open until ``release``."""

    def __init__(self, device: str | int | None = None, *, prime_s: float = 0.0) -> None:
        """
        Args:
            device: its name or number in PortAudio; None for the default one.
            prime_s: seconds of silence that wake the device after it was opened.
        """
        self._device = device
        self._prime_s = prime_s
        self._thread: _AudioThread | None = None
        self._job: _Job | None = None

    def start(self, pace: Pace) -> None:
        if self._thread is None:
            self._thread = _AudioThread(self._device, self._prime_s)
            self._thread.start()
        self._job = _Job(pace)
        self._thread.put(self._job)

    async def ready(self) -> None:
        job = self._current()
        await self._until(lambda: job.state is not _State.WAITING, OPEN_TIMEOUT, Code.NO_AUDIO)

    async def feed(self, pcm: bytes) -> None:
        job = self._current()
        await self._until(lambda: len(job.buffer) < job.most_buffered, STALL_TIMEOUT)
        with self._changing():
            job.buffer += pcm

    async def drain(self) -> int:
        job = self._current()
        with self._changing():
            job.all_fed = True
        await self._until(lambda: job.state is _State.ENDED, STALL_TIMEOUT)
        return job.position

    async def cancel(self) -> int:
        if self._job is None:
            return 0
        job = self._current()
        self._give(_Command.STOP)
        with contextlib.suppress(SinkError):
            await self._until(lambda: job.state is _State.ENDED, CANCEL_ANSWER_TIMEOUT)
        return job.position

    def pause(self) -> None:
        self._give(_Command.HOLD)

    def resume(self) -> None:
        self._give(_Command.PLAY)

    def pace_changed(self) -> None:
        if self._job is not None:
            self._job.news.set()  # ``feed`` looks again

    @property
    def position(self) -> int:
        return self._job.position if self._job else 0

    @property
    def began(self) -> Began:
        return self._job.began if self._job else Began()

    @property
    def underruns(self) -> int:
        return self._job.underruns if self._job else 0

    @property
    def stuck(self) -> bool:
        """Whether the audio thread hangs in PortAudio. It may come back, but a new process is the surer way."""
        since = self._thread.busy_since if self._thread else None
        return since is not None and time.monotonic() - since > STALL_TIMEOUT

    async def release(self) -> None:
        """Fall silent and close the stream, so that the device may sleep. The next ``start`` opens it again.

        Call it before exiting, too. The process may be aborted if its interpreter ends while a thread is in PortAudio.
        """
        await self.cancel()
        thread, self._thread, self._job = self._thread, None, None
        if thread is not None:
            thread.put(None)
            await asyncio.to_thread(thread.join, RELEASE_TIMEOUT)

    def _current(self) -> _Job:
        assert self._job is not None, "start() comes first"
        return self._job

    def _give(self, command: _Command) -> None:
        job = self._job
        if job is not None and job.command is not _Command.STOP:
            with self._changing():
                job.command = command

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        assert self._thread is not None
        with self._thread.changed:
            yield
            self._thread.changed.notify()

    async def _until(self, done: Callable[[], bool], limit: float, hanging: Code = Code.AUDIO) -> None:
        """Wait until the thread has brought ``done`` about, however long it waits for commands or samples.

        Raises:
            SinkError: what the thread met instead; or, with the code ``hanging``, that it has been inside one call for
                ``limit`` seconds.
        """
        job, thread = self._current(), self._thread
        assert thread is not None
        while not done() and job.error is None:
            job.news.clear()
            since = thread.busy_since
            left = limit if since is None else since + limit - time.monotonic()
            if left <= 0:
                raise SinkError("the audio server does not answer", hanging)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await job.news.wait()
        if job.error is not None:
            raise job.error
