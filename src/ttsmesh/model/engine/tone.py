"""The tone engine, for tests and stress runs: it beeps instead of speaking, deterministically and at once."""

import math
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

import numpy as np

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.config import Settings
from ttsmesh.errors import ConfigError
from ttsmesh.model.build.prepared_model import OnProgress
from ttsmesh.model.engine.protocol import Engine, Floats, RenderCancelled, Samples, Speaker, check_request
from ttsmesh.model.g2p.tokens import encode, table
from ttsmesh.model.kokoro import FRAME_SAMPLES

TOKEN_FRAMES = 4
"""Frames of 25 ms for one phoneme at speed 1, which is about the model's own pace."""

EDGE_FRAMES = 1
"""Frames of silence at the beginning and at the end, at any speed."""

PIECE_SAMPLES = 16 * FRAME_SAMPLES
"""Samples of one piece: 0.4 s."""

LOUDNESS = -14.2
"""LUFS of tones, approximately. Low ones are a little softer, high ones louder."""

PEAK = 0.3
"""Amplitude of a tone, in times full scale."""

FADE_SAMPLES = 120
"""Samples in which a tone fades in, and in which it fades out."""

GATE_LOOK_S = 0.005
"""Seconds between two looks at the gate."""


CHECKS = ()


def make(environment: Mapping[str, str], settings: Settings) -> Engine:
    return ToneEngine.from_environment(environment)


def install(source: str | None, progress: OnProgress) -> None:
    """Do nothing: no file is needed."""


class ToneRendering:
    """The tones of one chunk, cut into pieces. ``wait`` is what each call waits for."""

    def __init__(self, samples: Floats, ends: Samples, wait: Callable[[], None]) -> None:
        self.ends = ends
        self.loudness = LOUDNESS
        self._wait = wait
        self._pieces = iter(np.split(samples, range(PIECE_SAMPLES, len(samples), PIECE_SAMPLES)))

    def next(self) -> Floats | None:
        self._wait()
        return next(self._pieces, None)


class ToneEngine:
    """Renders each phoneme as a short tone whose pitch is its token id, and can be cancelled.

    ``delay_s`` is the seconds that the beginning of each render takes. Renders wait while the file ``gate`` exists,
    also in the middle. ``deaf`` makes ``cancel`` do nothing, as if a native call hung.
    """

    def __init__(self, *, delay_s: float = 0.0, gate: Path | None = None, deaf: bool = False) -> None:
        self._delay_s = delay_s
        self._gate = gate
        self._deaf = deaf
        self._lock = threading.Lock()
        self._in_flight = False
        self._cancelled = threading.Event()

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """An engine with the delay ``TTSMESH_TONE_DELAY`` in seconds, the gate ``TTSMESH_TONE_GATE``, a path, and deaf
        with ``TTSMESH_TONE_DEAF=1``. Raises ``ConfigError`` for a bad delay."""
        gate = environment.get("TTSMESH_TONE_GATE")
        return cls(
            delay_s=_seconds(environment.get("TTSMESH_TONE_DELAY", "0")),
            gate=Path(gate) if gate else None,
            deaf=environment.get("TTSMESH_TONE_DEAF") == "1",
        )

    @property
    def name(self) -> str:
        return "tone"

    @property
    def sample_rate(self) -> int:
        return SAMPLE_RATE

    @property
    def device_memory_bytes(self) -> int | None:
        return None

    @property
    def symbols(self) -> frozenset[str]:
        return frozenset(table())

    def check(self) -> None:
        """Do nothing: no file is needed."""

    def load(self) -> None:
        """Do nothing: there is nothing to load."""

    def begin(self, phonemes: str, speaker: Speaker, speed: float) -> ToneRendering:
        check_request(phonemes, self.symbols, speaker, speed)
        self._wait(self._delay_s)
        frames = max(1, round(TOKEN_FRAMES / speed))
        edge = np.zeros(EDGE_FRAMES * FRAME_SAMPLES, np.float32)
        samples = np.concatenate([edge, *(_tone(token, frames) for token in encode(phonemes)[1:-1]), edge])
        ends = np.cumsum([EDGE_FRAMES, *[frames] * len(phonemes), EDGE_FRAMES]) * FRAME_SAMPLES
        return ToneRendering(samples, ends.astype(np.int64), self._wait)

    @property
    def wants_idle_time(self) -> bool:
        return False

    def use_idle_time(self) -> None:
        """Do nothing: there is nothing to do."""

    def cancel(self) -> None:
        with self._lock:
            if self._in_flight and not self._deaf:
                self._cancelled.set()

    def _wait(self, least_s: float = 0.0) -> None:
        """Take ``least_s`` seconds, and wait while the gate exists. Only this part of a call can be cancelled."""
        with self._lock:
            self._cancelled.clear()
            self._in_flight = True
        try:
            due = time.monotonic() + least_s
            while (left := due - time.monotonic()) > 0 or (self._gate is not None and self._gate.exists()):
                if self._cancelled.wait(max(left, GATE_LOOK_S)):
                    break
        finally:
            with self._lock:
                self._in_flight = False
        if self._cancelled.is_set():
            raise RenderCancelled


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise ConfigError(f"TTSMESH_TONE_DELAY={text[:32]!r}: want seconds")
    return value


def _tone(token: int, frames: int) -> Floats:
    """A sine of ``frames`` frames, faded in and out. Token ids run through three octaves of semitones from 220 Hz."""
    count = frames * FRAME_SAMPLES
    pitch_hz = 220.0 * 2.0 ** (token % 36 / 12)
    wave = PEAK * np.sin(2 * np.pi * pitch_hz / SAMPLE_RATE * np.arange(count))
    fade = np.minimum(1.0, np.arange(1, FADE_SAMPLES + 1) / FADE_SAMPLES)
    wave[:FADE_SAMPLES] *= fade
    wave[-FADE_SAMPLES:] *= fade[::-1]
    return np.asarray(wave, np.float32)
