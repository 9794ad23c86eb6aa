"""The interface between synthesis and the engines that render: OpenVINO for speech, and the tone engine for tests.

Engines take token ids, not phoneme strings, since every runtime takes ids. ``tokens.encode`` has added the begin and
end tokens, so ``durations[i]`` always belongs to ``tokens[i]``. All calls block, so the server makes them in threads.
To add an engine, write a module with a class that has these methods, and name it in ``choose``.
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
"""Speeds that an engine accepts. The model divides its durations by the speed. It speaks well in a narrower range
only, so ``synthesis.RENDER_SPEED`` says what it is asked for."""


class RenderCancelled(Exception):
    """``cancel()`` ended the render. That is not a fault, so this is not a ``TtsmeshError``."""


@dataclass(frozen=True, slots=True, eq=False)
class Rendered:
    """The sound of one chunk.

    ``samples`` is float32 [n] at 24 kHz, from -1 to 1, and a little beyond for the loudest voices. ``durations`` is
    float32 [tokens]: the frames of 25 ms that each token takes in ``samples``, in order. The engine may have left
    silence at the beginning and at the end out of both.
    """

    samples: Floats
    durations: Floats


class Engine(Protocol):
    """One model. ``load`` and ``render`` are called from one thread at a time; ``check`` and ``cancel`` from any."""

    @property
    def name(self) -> str:
        """The runtime, its precision once loaded, and what loading waits for, as ``status`` and logs show them."""

    def check(self) -> None:
        """Raise ``ConfigError`` unless ``load`` has the files it needs. Looks at their sizes only, in under a
        millisecond."""

    def load(self) -> None:
        """Become ready to render at full speed. Raises ``ConfigError`` when model files are missing or damaged."""

    def render(self, tokens: Sequence[int], style: Floats, speed: float) -> Rendered:
        """Speak ``tokens`` (1 to 510 phonemes between two zeros) with ``style`` [1, 256] at ``speed``.

        Raises ``RenderCancelled`` soon after ``cancel()``, and ``SynthesisError`` when no usable sound comes out.
        """

    def prepare_next(self) -> bool:
        """Make one kind of render quicker that would be slow the first time. True if there is more to prepare.

        The server calls this when it is idle. It can be cancelled, and it fails, as a render does.
        """

    def cancel(self) -> None:
        """End the render in flight, if there is one, and never the next one. Returns at once."""


def check_request(tokens: Sequence[int], style: Floats, speed: float) -> None:
    """Raise ``ValueError`` for an invalid request. A native runtime would read out of bounds or, worse, answer it."""
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
