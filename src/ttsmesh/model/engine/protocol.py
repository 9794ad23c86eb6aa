"""The seam between synthesis and whatever renders: OpenVINO for speech, the tone engine for tests.

Token ids cross it, not phoneme strings: ids are what every runtime takes, and because ``tokens.encode`` puts the begin
and end token on, ``durations[i]`` always belongs to ``tokens[i]``. All calls block; the server makes them in threads.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ttsmesh.limits import MAX_PHONEMES
from ttsmesh.model.kokoro import EDGE, STYLE_SIZE, SYMBOLS

Floats = NDArray[np.float32]

RENDER_SPEED_MIN = 0.5
RENDER_SPEED_MAX = 3.0
"""What the model is ever asked for; it divides its durations by it. What it does well is narrower: see
RENDER_SPEED."""


class RenderCancelled(Exception):
    """``cancel()`` ended the render. Nobody's fault, so it is none of the mesh's errors."""


@dataclass(frozen=True, slots=True, eq=False)
class Rendered:
    """One chunk's sound. ``samples``: float32 [n], 24 kHz, -1..1, the loudest voices a little beyond.

    ``durations``: float32 [tokens], frames of 25 ms: how much of ``samples`` each token takes, in order. Silence that
    the model speaks at the beginning and at the end may have been left out of both.
    """

    samples: Floats
    durations: Floats


class Engine(Protocol):
    """One model. ``load`` and ``render`` are called from one thread at a time; ``check`` and ``cancel`` from any."""

    @property
    def name(self) -> str:
        """For people, in ``status`` and logs: which runtime, what it waits for, and its precision once loaded."""

    def check(self) -> None:
        """Stat-level test, under a millisecond, that ``load`` has what it needs. Raises ``ConfigError``."""

    def load(self) -> None:
        """Make ready to render at full speed. Raises ``ConfigError`` when model files are missing or damaged."""

    def render(self, tokens: Sequence[int], style: Floats, speed: float) -> Rendered:
        """Speak ``tokens`` (1 to 510 phonemes between two zeros) with ``style`` [1, 256] at ``speed``.

        Raises ``RenderCancelled`` soon after ``cancel()``, and ``SynthesisError`` when no usable sound comes out.
        """

    def prepare_next(self) -> bool:
        """Make one kind of render quicker that would be slow the first time; whether there is more to prepare.

        For idle times. It is cancelled, and fails, as a render does.
        """

    def cancel(self) -> None:
        """End the render under way, if there is one; never the next one. Returns at once."""


def check_request(tokens: Sequence[int], style: Floats, speed: float) -> None:
    """Raise ``ValueError`` for what no caller may ask: a native runtime would read out of bounds, or worse, answer."""
    if not 3 <= len(tokens) <= MAX_PHONEMES + 2:
        raise ValueError(f"{len(tokens)} tokens; want 1 to {MAX_PHONEMES} phonemes and two edges")
    if tokens[0] != EDGE or tokens[-1] != EDGE:
        raise ValueError("tokens must begin and end with the edge token")
    if not all(0 <= token < SYMBOLS for token in tokens):
        raise ValueError(f"token ids must be below {SYMBOLS}")
    if style.shape != (1, STYLE_SIZE) or style.dtype != np.float32:
        raise ValueError(f"style is {style.dtype} {style.shape}, want float32 (1, {STYLE_SIZE})")
    if not (math.isfinite(speed) and RENDER_SPEED_MIN <= speed <= RENDER_SPEED_MAX):
        raise ValueError(f"speed must be {RENDER_SPEED_MIN} to {RENDER_SPEED_MAX}")
