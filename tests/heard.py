"""Hearing what was played, without a sound card: a private PulseAudio server, a virtual sink, and a recorder of it.

It needs pulseaudio, pulseaudio-utils, libasound2-plugins and libportaudio2. It needs no session, no D-Bus and no home.
Samples are mono int16 at 24 kHz. Times are seconds of CLOCK_MONOTONIC, which PulseAudio's null sink and ALSA use, too.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import numpy as np
import numpy.typing as npt

RATE = 24_000
Samples = npt.NDArray[np.int16]

START_TIMEOUT = 10.0
"""Seconds in which PulseAudio has to come up."""

BLOCK_MS = 5
"""Milliseconds of the blocks that the recorder asks the sink to work in. No figure can be more exact."""

SETTLING = RATE // 5
"""Frames until the length of the sink's blocks is stable. Arrivals before that are not used to find the time base."""

# These settings are complete, so neither /usr/share/alsa nor ~/.asoundrc is read. PortAudio then sees the device
# "default", and one device for each further sink, by the sink's name.
ASOUND = "pcm.!default { type pulse }\nctl.!default { type pulse }\n"
ASOUND_SINK = "pcm.{0} {{ type pulse device {0} }}\n"


class Server:
    """A PulseAudio server of our own with a virtual sink for each of ``sinks``; the first one is the default."""

    def __init__(self, sinks: Sequence[str] = ("heard",)) -> None:
        self.sinks = tuple(sinks)
        # The path of a Unix socket may have 107 bytes, and pytest's tmp_path is too long for that.
        self.directory = Path(tempfile.mkdtemp(prefix="heard-", dir="/tmp"))
        self._socket = self.directory / "s"
        devices = "".join(ASOUND_SINK.format(sink) for sink in self.sinks[1:])
        (self.directory / "asound.conf").write_text(ASOUND + devices)
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def env(self) -> dict[str, str]:
        """The variables that let a program play here. Add PULSE_SINK to choose a sink."""
        return {
            "PULSE_SERVER": f"unix:{self._socket}",
            "PULSE_COOKIE": str(self.directory / "cookie"),
            "ALSA_CONFIG_PATH": str(self.directory / "asound.conf"),
        }

    def start(self) -> None:
        foreign = ("PULSE_", "DBUS_", "ALSA_", "XDG_")
        env = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        env |= {
            "HOME": str(self.directory),
            "XDG_RUNTIME_DIR": str(self.directory),
            "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent",
        }
        options = ["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--disable-shm=yes"]
        options += ["--high-priority=no", "--realtime=no", "--log-target=stderr"]
        for sink in self.sinks:
            # Without norewinds the first milliseconds of each sound are not recorded.
            module = f"module-null-sink sink_name={sink} rate={RATE} channels=1 format=s16le norewinds=1"
            options += ["-L", module]
        options += ["-L", f"module-native-protocol-unix auth-anonymous=1 socket={self._socket}"]
        with (self.directory / "pulse.log").open("ab") as log:
            self._process = subprocess.Popen(
                ["pulseaudio", *options], env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self._await_socket()

    def _await_socket(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise RuntimeError("pulseaudio exited: " + (self.directory / "pulse.log").read_text()[-2000:])
            with socket.socket(socket.AF_UNIX) as probe:
                if probe.connect_ex(str(self._socket)) == 0:
                    return
            time.sleep(0.002)  # reason: nothing tells when a socket appears
        raise TimeoutError("pulseaudio did not come up")

    def pactl(self, *arguments: str) -> str:
        run = subprocess.run(
            ["pactl", *arguments], env=os.environ | self.env, capture_output=True, text=True, check=True, timeout=10
        )
        return run.stdout

    def kill(self) -> None:
        """Kill the server, and remove its socket. ``start`` starts a new one."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._socket.unlink(missing_ok=True)

    def freeze(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self.directory)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class Recorder:
    """Records all that ``sink`` plays, and knows when each sample was heard."""

    def __init__(self, server: Server, sink: str = "heard") -> None:
        self._bytes = bytearray()
        self._arrivals: list[tuple[int, float]] = []  # (first frame of a block, when it came)
        self._news = threading.Condition()
        block = [f"--latency-msec={BLOCK_MS}", f"--process-time-msec={BLOCK_MS}"]
        self._process = subprocess.Popen(
            ["parec", "--raw", "-d", f"{sink}.monitor", f"--rate={RATE}", "--channels=1", "--format=s16le", *block],
            env=os.environ | server.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._reader = threading.Thread(target=self._read, name="recorder", daemon=True)
        self._reader.start()
        self._await_frames(2 * SETTLING)

    def _read(self) -> None:
        assert self._process.stdout is not None
        fd = self._process.stdout.fileno()
        while block := os.read(fd, 65536):
            now = time.monotonic()
            with self._news:
                self._arrivals.append((len(self._bytes) // 2, now))
                self._bytes += block
                self._news.notify_all()

    def _await_frames(self, count: int, timeout: float = 10.0) -> None:
        with self._news:
            if not self._news.wait_for(lambda: len(self._bytes) >= 2 * count, timeout):
                raise TimeoutError(f"recorded {len(self._bytes) // 2} of {count} frames")

    @property
    def origin(self) -> float:
        """When frame 0 was heard.

        The sink plays each block on time, and the block arrives here 0.3 ms later. So all blocks give the same answer,
        except those that a busy machine has delayed.
        """
        with self._news:
            arrivals = np.array(self._arrivals)
        arrivals = arrivals[arrivals[:, 0] >= SETTLING]
        return float(np.percentile(arrivals[:, 1] - arrivals[:, 0] / RATE, 25))

    def between(self, start: float, end: float) -> "Clip":
        """What was heard from ``start`` to ``end``. Waits until that has been recorded."""
        origin = self.origin
        first, last = round((start - origin) * RATE), round((end - origin) * RATE)
        self._await_frames(last)
        with self._news:
            heard = bytes(self._bytes[2 * first : 2 * last])
        return Clip(np.frombuffer(heard, "<i2"), origin + first / RATE)

    def await_sound(self, since: float, frames: int = 1, timeout: float = 10.0) -> float:
        """Wait until ``frames`` samples that are not silence were heard after ``since``.

        Returns when the last one was heard.
        """
        origin = self.origin
        first = max(0, round((since - origin) * RATE))

        def sounding() -> npt.NDArray[np.intp]:
            return np.flatnonzero(np.frombuffer(bytes(self._bytes[2 * first :]), "<i2"))

        with self._news:
            if not self._news.wait_for(lambda: len(sounding()) >= frames, timeout):
                raise TimeoutError(f"heard {len(sounding())} of {frames} frames")
            return origin + (first + int(sounding()[frames - 1])) / RATE

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()


@dataclass(frozen=True)
class Clip:
    """A piece of a recording. ``start`` is when its first sample was heard."""

    samples: Samples
    start: float

    def time(self, index: int) -> float:
        return self.start + index / RATE

    def runs(self, quiet: int = 0) -> list[tuple[int, int]]:
        """``[first, end)`` of every stretch of samples louder than ``quiet``."""
        loud = np.abs(self.samples.astype(np.int32)) > quiet
        edges = np.flatnonzero(np.diff(np.concatenate(([False], loud, [False])).astype(np.int8)))
        return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]

    def span(self) -> tuple[int, int]:
        """``[first, end)`` from the first sound to the last; ``(0, 0)`` if all is silent."""
        runs = self.runs()
        return (runs[0][0], runs[-1][1]) if runs else (0, 0)

    def sound(self) -> Samples:
        """The samples from the first sound to the last."""
        first, end = self.span()
        return self.samples[first:end]

    def voiced(self) -> Samples:
        """All samples but silence. They are what was played, even if a busy machine interrupted it."""
        voiced: Samples = self.samples[self.samples != 0]
        return voiced

    def gaps(self, at_least: int = 1) -> list[tuple[int, int]]:
        """``[first, end)`` of every stretch of ``at_least`` zeros between sounds."""
        runs = self.runs()
        between = zip((end for _, end in runs), (first for first, _ in runs[1:]), strict=False)
        return [(a, b) for a, b in between if b - a >= at_least]

    def silences(self) -> list[tuple[int, int]]:
        """The gaps of 5 ms and more, which can be heard."""
        return self.gaps(at_least=RATE // 200)

    def largest_step(self) -> int:
        """The largest difference between neighbours, where silence comes before and after. A click is a large one."""
        padded = np.concatenate(([0], self.samples.astype(np.int32), [0]))
        return int(np.abs(np.diff(padded)).max())


class Heard:
    """An audio server, and the recorder of its first sink."""

    def __init__(self, sinks: Sequence[str] = ("heard",)) -> None:
        self.server = Server(sinks)
        self.recorder = Recorder(self.server, self.server.sinks[0])

    @property
    def env(self) -> Mapping[str, str]:
        return self.server.env

    def since(self, start: float) -> Clip:
        """What was heard from ``start`` until now."""
        return self.recorder.between(start, time.monotonic())

    def await_silence(self, seconds: float = 0.02) -> None:
        """Wait until nothing has sounded for so long. A player that was killed is still heard for a block or two."""
        start = time.monotonic()
        while len(self.recorder.between(start, start + seconds).sound()):
            start += seconds

    def restart(self) -> None:
        """Start a new server at the same place, after ``server.kill()``, with an empty recording."""
        self.recorder.close()
        self.server.start()
        self.recorder = Recorder(self.server, self.server.sinks[0])

    def close(self) -> None:
        self.recorder.close()
        self.server.close()


RAMP_LENGTH = 30_000


def ramp(frames: int, start: int = 0) -> bytes:
    """``frames`` samples whose values are their numbers (modulo ``RAMP_LENGTH``), and never 0, which is silence."""
    return ((np.arange(start, start + frames) % RAMP_LENGTH) + 1).astype("<i2").tobytes()


def tone(frames: int, frequency: float = 220.0, amplitude: int = 8000) -> bytes:
    """A sine. Its own largest step is ``2 pi frequency amplitude / RATE`` (461 for the defaults)."""
    phase = 2 * np.pi * frequency * np.arange(frames) / RATE
    return np.round(amplitude * np.sin(phase)).astype("<i2").tobytes()


@dataclass(frozen=True)
class Fault:
    """A fault in a ramp: ``frames`` long, at the index ``at``."""

    kind: Literal["gap", "dropped", "doubled"]
    at: int
    frames: int


def ramp_faults(samples: Samples) -> list[Fault]:
    """The faults of ``samples``, which were recorded from a ramp and begin with its first sample.

    None may be longer than half of ``RAMP_LENGTH``.
    """
    faults: list[Fault] = []
    last = int(samples[0]) - 1
    at = 0
    while at < len(samples):
        value = int(samples[at])
        if value == 0:
            sounding = np.flatnonzero(samples[at:])
            length = int(sounding[0]) if len(sounding) else len(samples) - at
            faults.append(Fault("gap", at, length))
            at += length
            continue
        jump = (value - last - 1) % RAMP_LENGTH
        if 0 < jump < RAMP_LENGTH // 2:
            faults.append(Fault("dropped", at, jump))
        elif jump:
            faults.append(Fault("doubled", at, RAMP_LENGTH - jump))
        last = value
        at += 1
    return faults


def missing_programs() -> list[str]:
    """The programs that must be installed before anything can be heard here."""
    return [program for program in ("pulseaudio", "parec", "pactl") if shutil.which(program) is None]
