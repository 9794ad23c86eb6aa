"""The tone engine, for tests and stress runs: it beeps instead of speaking, deterministically and at once."""

import math
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import numpy as np

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.errors import ConfigError
from ttsmesh.model.engine.protocol import Floats, RenderCancelled, Rendered, check_request
from ttsmesh.model.kokoro import FRAME_SAMPLES

TOKEN_FRAMES = 4
"""Frames of 25 ms for one phoneme at speed 1, which is about the model's own pace."""

EDGE_FRAMES = 1
"""Frames of silence for the begin token and for the end token, at any speed."""

PEAK = 0.3
"""Amplitude of a tone, in times full scale."""

FADE_SAMPLES = 120
"""Samples in which a tone fades in, and in which it fades out."""

GATE_LOOK_S = 0.005
"""Seconds between two looks at the gate."""


class ToneEngine:
    """Renders each phoneme as a short tone whose pitch is its token id, with durations, and can be cancelled.

    ``delay_s`` is the seconds that each render takes. Renders wait while the file ``gate`` exists. ``deaf`` makes
    ``cancel`` do nothing, as if a native call hung.
    """

    def __init__(self, *, delay_s: float = 0.0, gate: Path | None = None, deaf: bool = False) -> None:
        self._delay_s = delay_s
        self._gate = gate
        self._deaf = deaf
        self._lock = threading.Lock()
        self._rendering = False
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

    def check(self) -> None:
        """Do nothing: no file is needed."""

    def load(self) -> None:
        """Do nothing: there is nothing to load."""

    def render(self, tokens: Sequence[int], style: Floats, speed: float) -> Rendered:
        check_request(tokens, style, speed)
        with self._lock:
            self._cancelled.clear()
            self._rendering = True
        try:
            self._wait()
        finally:
            with self._lock:
                self._rendering = False
        frames = max(1, round(TOKEN_FRAMES / speed))
        durations = np.full(len(tokens), frames, np.float32)
        durations[0] = durations[-1] = EDGE_FRAMES
        edge = np.zeros(EDGE_FRAMES * FRAME_SAMPLES, np.float32)
        samples = np.concatenate([edge, *(_tone(token, frames) for token in tokens[1:-1]), edge])
        return Rendered(samples, durations)

    def prepare_next(self) -> bool:
        return False

    def cancel(self) -> None:
        with self._lock:
            if self._rendering and not self._deaf:
                self._cancelled.set()

    def _wait(self) -> None:
        """Take ``delay_s``, and wait while the gate exists."""
        due = time.monotonic() + self._delay_s
        while (left := due - time.monotonic()) > 0 or (self._gate is not None and self._gate.exists()):
            if self._cancelled.wait(max(left, GATE_LOOK_S)):
                raise RenderCancelled
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
