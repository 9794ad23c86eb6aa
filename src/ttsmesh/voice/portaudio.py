"""One PortAudio output stream, for the one thread that owns it. No callback, and no call that waits while the server
is well."""

import atexit
import contextlib
import functools
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

from ttsmesh.audio import BYTES_PER_FRAME, SAMPLE_RATE, frames, silence
from ttsmesh.errors import Code, SinkError, printable, quoted
from ttsmesh.voice.sink import Began, fade_out

LATENCY = 0.1
"""Seconds of buffer asked of PortAudio."""

BLOCK = round(LATENCY * SAMPLE_RATE) // 4
"""Frames the server takes at a time; nothing sounds before the first block is full."""

AHEAD = round(0.04 * SAMPLE_RATE)
AHEAD_BUSY = round(0.08 * SAMPLE_RATE)
"""Frames written and not yet heard. What is written cannot be taken back without a click, so a cancel waits for it; it
is more only on a machine so busy that the device runs dry again and again although there are samples."""

BUSY = 20.0
"""Seconds: a device that runs dry twice within them belongs to a busy machine, for as long again."""

FADE = round(0.01 * SAMPLE_RATE)
"""Frames of a fade: long enough not to click."""

PERIOD = 0.01
"""Seconds between two writes."""

FADE_MARGIN = 0.01
TAIL_MARGIN = 0.03
"""Seconds between the last sample's due time and the abort, which drops what the server still has. A faded end may
lose a little; the end of a sentence may not."""

NONE_FOUND = "no audio device was found; is the audio server running?"

STALL_TIMEOUT = 2.0
"""Seconds without the device taking anything."""


class Line:
    """An open stream. Counts are frames since ``start``. Every method may raise sounddevice's PortAudioError."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._ran_dry = -BUSY
        self._busy_until = 0.0
        self.underruns = 0
        self.moved = 0.0  # when the device last had room, on the monotonic clock
        self.start()

    def start(self) -> None:
        """Make ready to sound; harmless when it is. Raises when the server was restarted since the stream was
        opened."""
        self._stream.start()
        self._capacity = int(self._stream.write_available)
        self._written = 0
        self._last_sample = b""
        self._starved = True
        self.moved = time.monotonic()
        self._anchor = (self.moved, 0)
        self.began = Began()

    def heard(self) -> int:
        """About how much has left the loudspeaker."""
        return self._heard(int(self._stream.write_available))

    def fill(self, take: Callable[[int], bytes]) -> None:
        """Write what ``take(frames)`` gives of what is missing ahead. SinkError when the device has stopped taking
        any."""
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
        """Write as much as fits without waiting; a fade always does."""
        self._write(pcm, int(self._stream.write_available))

    def play_out(self) -> int:
        """Let everything be heard, then stop. Returns the frames heard.

        PortAudio's stop() would drop the end, because ALSA's does not drain; so silence is played until the end is
        through.
        """
        end = self._written
        while self.heard() < end + TAIL_MARGIN * SAMPLE_RATE:
            self.fill(silent)
            time.sleep(PERIOD)
        self._stream.abort()
        return end

    def fall_silent(self, coming: bytes) -> int:
        """Fade out over the samples that were to come next, then stop. Returns the frames before the fade.

        Continuing the very samples is what makes no click: a bare abort() leaves a step, and so does a tail written
        after it.
        """
        end = self._written
        unheard = end - self.heard()
        if unheard > 0:
            held_level = (coming or self._last_sample)[-BYTES_PER_FRAME:]
            self.write(fade_out(coming + held_level * (FADE - frames(coming))) + silence(FADE_MARGIN))
            time.sleep((unheard + FADE) / SAMPLE_RATE + FADE_MARGIN)
        self._stream.abort()
        return end

    def abort(self) -> None:
        """Stop at once, and throw away what was written; clicks, unless that is silence."""
        self._stream.abort()

    def close(self) -> None:
        self._stream.close()

    def _heard(self, available: int) -> int:
        # The server reports in whole blocks and up to two of them late, so in between the clock is the better
        # witness: the time since the device was last dry. The reports keep the server's clock and ours from drifting
        # apart.
        since, frame = self._anchor
        by_clock = frame + int((time.monotonic() - since) * SAMPLE_RATE)
        taken = self._written - (self._capacity - available)
        if taken > 0 and self.began.written_at is not None and self.began.heard_at is None:
            # The report comes late, but of a whole block: its first sample was heard as long ago as the block lasts.
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
    """``count`` frames of silence, however many are asked for."""
    return bytes(count * BYTES_PER_FRAME)


def load() -> Any:
    """sounddevice, which initialises PortAudio when it is imported and takes 26-52 ms for it; or SinkError
    ``no_audio``. Returns never when the audio server is frozen."""
    try:
        import sounddevice  # only here, and in a thread
    except OSError as error:
        raise SinkError(f"{error}; install libportaudio2", Code.NO_AUDIO) from None
    # At exit it would close the streams, and hang with a frozen server. We close our own; the rest dies with the
    # process.
    atexit.unregister(sounddevice._exit_handler)
    return sounddevice


def output_devices() -> list[str]:
    """The names by which ``open_line`` knows them, at least one, or SinkError ``no_audio``."""
    with _quiet():
        sounddevice = load()
    if names := _output_names(sounddevice):
        return names
    raise SinkError(NONE_FOUND, Code.NO_AUDIO)


def _output_names(sounddevice: Any) -> list[str]:
    return [device["name"] for device in sounddevice.query_devices() if device["max_output_channels"]]


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """PortAudio and ALSA tell standard error, from C, of each device that they tried in vain."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def open_line(device: str | int | None) -> Line:
    """Open ``device`` (``None``: the default one), or SinkError ``no_audio``. Returns never when the audio server is
    frozen."""
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
        pass  # PortAudio looks for devices once, when it is initialised: perhaps the audio server came up later
    try:
        sounddevice._terminate()
        sounddevice._initialize()
        return Line(open_stream())
    except (sounddevice.PortAudioError, ValueError) as error:
        raise SinkError(_fault(sounddevice, device, error), Code.NO_AUDIO) from None


def as_sink_error(error: Exception, device: str | int | None) -> SinkError:
    """What an audio thread met, for the outside; an error that is neither ours nor PortAudio's is a bug here."""
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
    """What the system said, in brackets; else what PortAudio said, unless that is only that it does not know."""
    message, code, host = (*error.args, None, None, None)[:3]
    said = host[2] if host is not None else str(message).rpartition(": ")[2] if code is not None else ""
    return f" ({printable(said)})" if said else ""
