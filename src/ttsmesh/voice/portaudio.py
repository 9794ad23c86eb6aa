"""One PortAudio output stream, for the one thread that owns it.

It has no callback. No call waits, as long as the audio server is well.
"""

import atexit
import contextlib
import functools
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

from ttsmesh.audio import BYTES_PER_FRAME, SAMPLE_RATE, frames
from ttsmesh.errors import Code, SinkError, printable, quoted
from ttsmesh.voice.sink import Began, fade_out

LATENCY = 0.1
"""Seconds of sound in the buffer that PortAudio is asked for."""

BLOCK = round(LATENCY * SAMPLE_RATE) // 4
"""Frames that the audio server takes at a time. Nothing sounds before the first block is full."""

AHEAD = round(0.04 * SAMPLE_RATE)
"""Frames that are written and not yet heard. They cannot be taken back without a click, so a cancel waits for them."""

AHEAD_BUSY = round(0.08 * SAMPLE_RATE)
"""Frames that are written and not yet heard on a busy machine, where the device runs dry although there are samples."""

BUSY = 20.0
"""Seconds in which a device that runs dry twice shows that the machine is busy. It counts as busy for as long again."""

FADE = round(0.01 * SAMPLE_RATE)
"""Frames of a fade. A shorter one would click."""

PERIOD = 0.01
"""Seconds between two writes."""

FADE_MARGIN = round(0.01 * SAMPLE_RATE)
"""Frames from the end of a fade to the abort, which drops what the server still has. A fade may lose a little."""

TAIL_MARGIN = round(0.03 * SAMPLE_RATE)
"""Frames from the last sample's due time to the abort. The end of a sentence must lose nothing."""

NONE_FOUND = "no audio device was found; is the audio server running?"

STALL_TIMEOUT = 2.0
"""Seconds in which a device takes no samples before it is given up."""


class Line:
    """An open stream. All counts are of frames since ``start``. Every method may raise sounddevice's PortAudioError."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._ran_dry = -BUSY  # when the device ran dry last
        self._busy_until = 0.0
        self.underruns = 0
        self.moved = 0.0  # when the device last had room, on the monotonic clock
        self.start()

    def start(self) -> None:
        """Make the stream ready to sound; it may be ready already.

        Raises PortAudioError when the audio server was restarted since the stream was opened.
        """
        self._stream.start()
        self._capacity = int(self._stream.write_available)
        self._written = 0
        self._last_sample = b""
        self._starved = True
        self.moved = time.monotonic()
        self._anchor = (self.moved, 0)
        self.began = Began()

    def heard(self) -> int:
        """Return about how many frames have left the loudspeaker."""
        return self._heard(int(self._stream.write_available))

    def fill(self, take: Callable[[int], bytes]) -> None:
        """Write as many frames as are missing ahead, or as many of them as ``take(frames)`` gives.

        Raises:
            SinkError: the device has stopped taking samples.
        """
        available = int(self._stream.write_available)
        now = time.monotonic()
        ahead = AHEAD_BUSY if now < self._busy_until else AHEAD
        missing = min(available, ahead - (self._written - self._heard(available)))
        if missing <= 0:
            if now - self.moved > STALL_TIMEOUT:
                raise SinkError("the audio server has stopped taking samples")
            return
        self.moved = now
        pcm = take(missing)
        if pcm and self._written and available >= self._capacity:
            self.underruns += 1
            if not self._starved:
                if now - self._ran_dry < BUSY:
                    self._busy_until = now + BUSY
                self._ran_dry = now
        self._starved = frames(pcm) < missing
        self._write(pcm, available)

    def write(self, pcm: bytes) -> None:
        """Write as much as fits without waiting. A fade always fits."""
        self._write(pcm, int(self._stream.write_available))

    def play_out(self) -> int:
        """Let everything be heard, then stop. Returns the frames heard.

        PortAudio's stop() would drop the end, because ALSA's does not drain. So silence is played until the end has
        been heard.
        """
        end = self._written
        while self.heard() < end + TAIL_MARGIN:
            self.fill(silent)
            time.sleep(PERIOD)
        self._stream.abort()
        return end

    def fall_silent(self, coming: bytes) -> int:
        """Fade out over the samples that were to come next, then stop. Returns the frames before the fade.

        There is no click, because the very samples go on: a bare abort() leaves a step, and so does a tail that is
        written after it.
        """
        end = self._written
        unheard = end - self.heard()
        if unheard > 0:
            held_level = (coming or self._last_sample)[-BYTES_PER_FRAME:]
            self.write(fade_out(coming + held_level * (FADE - frames(coming))) + silent(FADE_MARGIN))
            time.sleep((unheard + FADE + FADE_MARGIN) / SAMPLE_RATE)
        self._stream.abort()
        return end

    def abort(self) -> None:
        """Stop at once, and throw away what was written. This clicks, unless that is silence."""
        self._stream.abort()

    def close(self) -> None:
        self._stream.close()

    def _heard(self, available: int) -> int:
        # The audio server reports in whole blocks, and up to two blocks late. In between, the time since the device
        # was last dry is more exact. The reports keep the server's clock and ours from drifting apart.
        since, frame = self._anchor
        by_clock = frame + int((time.monotonic() - since) * SAMPLE_RATE)
        taken = self._written - (self._capacity - available)
        if taken > 0 and self.began.written_at is not None and self.began.heard_at is None:
            # The report is late, but about whole blocks: their first sample was heard as long ago as they last.
            heard_at = max(self.began.written_at, time.monotonic() - taken / SAMPLE_RATE)
            self.began = Began(self.began.written_at, heard_at)
        return max(0, min(self._written, taken + 2 * BLOCK, max(taken - BLOCK, by_clock)))

    def _write(self, pcm: bytes, available: int) -> None:
        if available >= self._capacity:
            self._anchor = (time.monotonic(), self._written)
        if fitting := pcm[: available * BYTES_PER_FRAME]:
            if not self._written:
                self.began = Began(time.monotonic())
            self._stream.write(fitting)
            self._written += frames(fitting)
            self._last_sample = fitting[-BYTES_PER_FRAME:]


def silent(count: int) -> bytes:
    """``count`` frames of silence."""
    return bytes(count * BYTES_PER_FRAME)


def load() -> Any:
    """Import sounddevice, which initialises PortAudio and takes 26-52 ms for it.

    It never returns when the audio server is frozen.

    Raises:
        SinkError: there is no PortAudio (``no_audio``).
    """
    try:
        import sounddevice  # reason: it may hang, so it is imported in a thread
    except OSError as error:
        raise SinkError(f"{error}; install libportaudio2", Code.NO_AUDIO) from None
    # At exit it would close all streams, and hang if the audio server is frozen. ``Line.close`` closes ours.
    atexit.unregister(sounddevice._exit_handler)
    return sounddevice


def output_devices() -> list[str]:
    """The names of the output devices, as ``open_line`` takes them: at least one.

    Raises:
        SinkError: there is none (``no_audio``).
    """
    with _quiet():
        sounddevice = load()
    if names := _output_names(sounddevice):
        return names
    raise SinkError(NONE_FOUND, Code.NO_AUDIO)


def _output_names(sounddevice: Any) -> list[str]:
    return [device["name"] for device in sounddevice.query_devices() if device["max_output_channels"]]


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Lead standard error away, since PortAudio and ALSA write there, from C, about each device they try in vain."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def open_line(device: str | int | None) -> Line:
    """Open ``device`` (``None``: the default one). It never returns when the audio server is frozen.

    Raises:
        SinkError: it cannot be opened (``no_audio``).
    """
    sounddevice = load()
    open_stream = functools.partial(
        sounddevice.RawOutputStream,
        samplerate=SAMPLE_RATE,
        channels=1,
        dtype="int16",
        latency=LATENCY,
        device=device,
    )
    try:
        return Line(open_stream())
    except (sounddevice.PortAudioError, ValueError):
        pass  # PortAudio looks for devices only when it is initialised: perhaps the audio server came up later
    try:
        sounddevice._terminate()
        sounddevice._initialize()
        return Line(open_stream())
    except (sounddevice.PortAudioError, ValueError) as error:
        raise SinkError(_fault(sounddevice, device, error), Code.NO_AUDIO) from None


def as_sink_error(error: Exception, device: str | int | None) -> SinkError:
    """Turn what the audio thread met into a SinkError. An error that is neither ours nor PortAudio's is a bug."""
    if isinstance(error, SinkError):
        return error
    if type(error).__module__ == "sounddevice":
        return SinkError(f"{_named(device)} failed while in use{_reason(error)}; is it still there?")
    return SinkError(f"the audio thread met {type(error).__name__}", Code.INTERNAL)


def _fault(sounddevice: Any, device: str | int | None, error: Exception) -> str:
    """Why ``device`` could not be opened, and what to do about it."""
    if isinstance(error, ValueError):
        return f"{quoted(device)} names no audio device, or more than one; ttsmesh say -a '?' lists them"
    with contextlib.suppress(sounddevice.PortAudioError):
        if _output_names(sounddevice):
            return f"{_named(device)} cannot be opened{_reason(error)}; is it plugged in, and not in use?"
    return NONE_FOUND


def _named(device: str | int | None) -> str:
    return "the default audio device" if device is None else f"the audio device {quoted(device)}"


def _reason(error: Exception) -> str:
    """The system's reason in brackets, or else PortAudio's. Nothing if PortAudio says only that it does not know."""
    message, code, host = (*error.args, None, None, None)[:3]
    said = host[2] if host is not None else str(message).rpartition(": ")[2] if code is not None else ""
    return f" ({printable(said)})" if said else ""
