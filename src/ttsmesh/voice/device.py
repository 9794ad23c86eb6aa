"""The device sink: PCM out of the speakers.

One thread owns the stream and makes every PortAudio call; the event loop gives it samples and orders, and never waits
inside a call. A frozen audio server blocks such a call for ever: the loop then sees that the thread has been busy for
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
"""Bytes that may wait for the device before ``feed`` waits, at speed 1; at a higher one as many times more, since the
next chunk is rendered while they last."""

OPEN_TIMEOUT = 4.0
"""Seconds for importing sounddevice and opening a stream: usually 0.05; sleepy Bluetooth takes 1.5."""

CANCEL_ANSWER_TIMEOUT = 0.8 * CANCEL_TIMEOUT
"""Seconds; so that the answer is in time for the model server, which otherwise kills this process."""

RELEASE_TIMEOUT = 1.0
"""Seconds for closing the stream; usually milliseconds."""


class _Order(enum.Enum):
    PLAY = enum.auto()
    HOLD = enum.auto()
    STOP = enum.auto()


class _State(enum.Enum):
    WAITING = enum.auto()
    """For the thread, or for its stream."""

    READY = enum.auto()
    ENDED = enum.auto()


class _Utterance:
    """What the event loop wants and what the thread has done about it; guarded by the thread's condition."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self.buffer = bytearray()
        self.all_fed = False
        self.order = _Order.PLAY
        self.state = _State.WAITING
        self.error: SinkError | None = None
        self.sounded = 0  # frames that were heard, at whatever pace
        self.position = 0  # frames of what was rendered
        self.began = Began()
        self.underruns = 0
        self.news = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    @property
    def left(self) -> bool:
        """Whether anything is still to be written."""
        return bool(self.buffer) or self.pace.holds

    @property
    def most_buffered(self) -> float:
        return MAX_BUFFERED * max(1.0, self.pace.rate)

    def was_heard(self, count: int, line: Line) -> None:
        if self.began.heard_at is None:
            self.began = line.began
        self.sounded = count
        self.position = self.pace.position(count)

    def became(self, state: _State) -> None:
        self.state = state
        self.tell()

    def tell(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is gone: nobody waits
            self._loop.call_soon_threadsafe(self.news.set)


class _AudioThread(threading.Thread):
    """Plays one utterance after the other. A daemon: one that hangs inside PortAudio must not keep the process."""

    def __init__(self, device: str | int | None, prime_s: float) -> None:
        super().__init__(name="audio", daemon=True)
        self.changed = threading.Condition()
        self.busy_since: float | None = None
        self._device = device
        self._prime_frames = round(prime_s * SAMPLE_RATE)
        self._jobs: collections.deque[_Utterance | None] = collections.deque()
        self._line: Line | None = None

    def put(self, job: _Utterance | None) -> None:
        """The next utterance; ``None`` closes the stream and ends the thread."""
        with self.changed:
            self._jobs.append(job)
            self.changed.notify()

    def run(self) -> None:
        self.busy_since = time.monotonic()
        while (utterance := self._next_job()) is not None:
            try:
                self._play(utterance)
            except Exception as error:
                utterance.error = as_sink_error(error, self._device)
                if self._line is not None:
                    # If the server is frozen, that was long ago, and closing the stream will hang as well.
                    self.busy_since = self._line.moved
                utterance.became(_State.ENDED)
                self._close()  # not to be trusted again
            else:
                utterance.became(_State.ENDED)
        self._close()

    def _next_job(self) -> _Utterance | None:
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

    def _play(self, utterance: _Utterance) -> None:
        if utterance.order is _Order.STOP:
            return  # given up while this thread hung in the one before
        line = self._ready_line(utterance)
        utterance.pace.prepare()
        while self._wants_sound(utterance):
            self._sound(line, utterance)

    def _ready_line(self, utterance: _Utterance) -> Line:
        if self._line is not None:
            try:
                self._line.start()
            except Exception:
                self._close()  # the audio server was restarted: only a new stream will do
        fresh = self._line is None
        line = self._line = self._line or open_line(self._device)
        utterance.became(_State.READY)
        if fresh and self._prime_frames:
            self._prime(line, utterance)
        return line

    def _prime(self, line: Line, utterance: _Utterance) -> None:
        """Wake a device that was asleep with silence, so that it does not swallow the first word."""
        while line.heard() < self._prime_frames and utterance.order is not _Order.STOP:
            line.fill(silent)
            with self.changed:
                self._wait(PERIOD)
        line.abort()

    def _wants_sound(self, utterance: _Utterance) -> bool:
        """Wait for something to play, or return False when there is no more of it."""
        with self.changed:
            while True:
                if utterance.order is _Order.STOP:
                    return False
                if utterance.order is _Order.PLAY and (utterance.left or utterance.all_fed):
                    return utterance.left
                self._wait()

    def _sound(self, line: Line, utterance: _Utterance) -> None:
        """Play until the order changes, or the last sample was heard."""

        def take(count: int) -> bytes:
            return self._take(utterance, count)

        line.start()
        before, underruns = utterance.sounded, line.underruns - utterance.underruns
        if before:
            line.write(fade_in(take(FADE)))
        while utterance.order is _Order.PLAY:
            line.fill(take)
            utterance.was_heard(before + line.heard(), line)
            utterance.underruns = line.underruns - underruns
            with self.changed:
                if utterance.all_fed and not utterance.left:
                    break
                if utterance.order is _Order.PLAY:
                    self._wait(PERIOD)
        if utterance.order is _Order.PLAY:
            utterance.was_heard(before + line.play_out(), line)
        else:
            faded = take(FADE)
            utterance.was_heard(before + line.fall_silent(faded), line)
            utterance.pace.give_back(faded)

    def _take(self, utterance: _Utterance, count: int) -> bytes:
        return utterance.pace.take(count, lambda frames: self._pull(utterance, frames), last=lambda: utterance.all_fed)

    def _pull(self, utterance: _Utterance, count: int) -> bytes:
        buffer = utterance.buffer
        with self.changed:
            was = len(buffer)
            pcm = bytes(buffer[: count * BYTES_PER_FRAME])
            del buffer[: len(pcm)]
            if len(buffer) < utterance.most_buffered <= was:
                utterance.tell()
        return pcm


class DeviceSink:
    """The speakers, for one utterance after the other; see ``Sink``. The stream stays open until ``release``."""

    def __init__(self, device: str | int | None = None, *, prime_s: float = 0.0) -> None:
        """``device`` as PortAudio names it, ``None`` for the default. ``prime_s`` seconds of silence wake it after
        opening."""
        self._device = device
        self._prime_s = prime_s
        self._thread: _AudioThread | None = None
        self._utterance: _Utterance | None = None

    def start(self, rate: float = 1.0, pitch: float = 1.0) -> None:
        if self._thread is None:
            self._thread = _AudioThread(self._device, self._prime_s)
            self._thread.start()
        self._utterance = _Utterance(Pace(rate, pitch))
        self._thread.put(self._utterance)

    async def ready(self) -> None:
        utterance = self._current()
        await self._until(lambda: utterance.state is not _State.WAITING, OPEN_TIMEOUT, Code.NO_AUDIO)

    async def feed(self, pcm: bytes) -> None:
        utterance = self._current()
        await self._until(lambda: len(utterance.buffer) < utterance.most_buffered, STALL_TIMEOUT)
        with self._changing():
            utterance.buffer += pcm

    async def drain(self) -> int:
        utterance = self._current()
        with self._changing():
            utterance.all_fed = True
        await self._until(lambda: utterance.state is _State.ENDED, STALL_TIMEOUT)
        return utterance.position

    async def cancel(self) -> int:
        if self._utterance is None:
            return 0
        utterance = self._current()
        self._give(_Order.STOP)
        with contextlib.suppress(SinkError):
            await self._until(lambda: utterance.state is _State.ENDED, CANCEL_ANSWER_TIMEOUT)
        return utterance.position

    def pause(self) -> None:
        self._give(_Order.HOLD)

    def resume(self) -> None:
        self._give(_Order.PLAY)

    def set_rate(self, rate: float) -> None:
        if self._utterance is not None:
            self._utterance.pace.rate = rate
            self._utterance.news.set()  # there may be room for more now

    @property
    def position(self) -> int:
        return self._utterance.position if self._utterance else 0

    @property
    def began(self) -> Began:
        return self._utterance.began if self._utterance else Began()

    @property
    def underruns(self) -> int:
        return self._utterance.underruns if self._utterance else 0

    @property
    def stuck(self) -> bool:
        """Whether the audio thread hangs in PortAudio. It may come back; a new process is the surer way."""
        since = self._thread.busy_since if self._thread else None
        return since is not None and time.monotonic() - since > STALL_TIMEOUT

    async def release(self) -> None:
        """Fall silent and close the stream, so that the device may sleep; the next ``start`` opens it again.

        Call it before exiting, too: leaving the interpreter while a thread is inside PortAudio can abort the process.
        """
        await self.cancel()
        thread, self._thread, self._utterance = self._thread, None, None
        if thread is not None:
            thread.put(None)
            await asyncio.to_thread(thread.join, RELEASE_TIMEOUT)

    def _current(self) -> _Utterance:
        assert self._utterance is not None, "start() comes first"
        return self._utterance

    def _give(self, order: _Order) -> None:
        utterance = self._utterance
        if utterance is not None and utterance.order is not _Order.STOP:
            with self._changing():
                utterance.order = order

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        assert self._thread is not None
        with self._thread.changed:
            yield
            self._thread.changed.notify()

    async def _until(self, done: Callable[[], bool], limit: float, hanging: Code = Code.AUDIO) -> None:
        """Wait until the thread has brought ``done`` about. SinkError with what it met instead, or with the code
        ``hanging`` when it has been inside one call for ``limit`` seconds. However long it waits for orders or
        samples is no matter."""
        utterance, thread = self._current(), self._thread
        assert thread is not None
        while not done() and utterance.error is None:
            utterance.news.clear()
            since = thread.busy_since
            left = limit if since is None else since + limit - time.monotonic()
            if left <= 0:
                raise SinkError("the audio server does not answer", hanging)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await utterance.news.wait()
        if utterance.error is not None:
            raise utterance.error
