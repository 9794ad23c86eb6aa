"""The device sink: samples out of the speakers. This is the event loop's side of the audio thread."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator

from ttsmesh.errors import Code, SinkError
from ttsmesh.limits import CANCEL_TIMEOUT
from ttsmesh.voice.audio_thread import AudioThread, Command, Job, State
from ttsmesh.voice.pace import Pace
from ttsmesh.voice.portaudio import STALL_TIMEOUT
from ttsmesh.voice.sink import Began

OPEN_TIMEOUT = 4.0
"""Seconds for importing sounddevice and opening a stream. Usual are 0.05; a Bluetooth device that sleeps takes 1.5."""

CANCEL_ANSWER_TIMEOUT = 0.8 * CANCEL_TIMEOUT
"""Seconds until a cancel is answered at the latest. After ``CANCEL_TIMEOUT`` the model server kills this process."""

RELEASE_TIMEOUT = 1.0
"""Seconds for closing the stream. It usually takes milliseconds."""


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
        self._thread: AudioThread | None = None
        self._job: Job | None = None

    def start(self, pace: Pace) -> None:
        if self._thread is None:
            self._thread = AudioThread(self._device, self._prime_s)
            self._thread.start()
        self._job = Job(pace)
        self._thread.put(self._job)

    async def ready(self) -> None:
        job = self._current()
        await self._until(lambda: job.state is not State.WAITING, OPEN_TIMEOUT, Code.NO_AUDIO)

    async def feed(self, pcm: bytes) -> None:
        job = self._current()
        await self._until(lambda: len(job.buffer) < job.most_buffered, STALL_TIMEOUT)
        with self._changing():
            job.buffer += pcm

    async def drain(self) -> int:
        job = self._current()
        with self._changing():
            job.all_fed = True
        await self._until(lambda: job.state is State.ENDED, STALL_TIMEOUT)
        return job.position

    async def cancel(self) -> int:
        if self._job is None:
            return 0
        job = self._current()
        self._give(Command.STOP)
        with contextlib.suppress(SinkError):
            await self._until(lambda: job.state is State.ENDED, CANCEL_ANSWER_TIMEOUT)
        return job.position

    def pause(self) -> None:
        self._give(Command.HOLD)

    def resume(self) -> None:
        self._give(Command.PLAY)

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

    def _current(self) -> Job:
        assert self._job is not None, "start() comes first"
        return self._job

    def _give(self, command: Command) -> None:
        job = self._job
        if job is not None and job.command is not Command.STOP:
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
