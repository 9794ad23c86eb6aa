"""The interface between synthesis and the engines that render: OpenVINO or PyTorch for speech, and the tone engine for
tests.

An engine takes phonemes and a voice, and gives a ``Rendering``: the sound of one chunk, piece by piece, with the times
of all phonemes known before the first piece. One that cannot make a part of a chunk gives one piece. What its model
takes besides, as token ids and styles, is its own affair. All calls block, so the server makes them in a thread. To add
an engine: docs/engines.md.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ttsmesh.errors import SynthesisError
from ttsmesh.limits import MAX_PHONEMES
from ttsmesh.model.kokoro import STYLE_SIZE

Floats = NDArray[np.float32]
Samples = NDArray[np.int64]

RENDER_SPEED_MIN = 0.5
RENDER_SPEED_MAX = 3.0
"""Speeds that an engine accepts. The model divides its durations by the speed. It speaks well in a narrower range
only, so ``synthesis.RENDER_SPEED`` says what it is asked for."""


CLIP_LEVEL = 2.0
"""Times full scale. The loudest voices reach 1.07; ``volume`` rounds that off after the levels are applied."""


class RenderCancelled(Exception):
    """``cancel()`` ended the render. That is not a fault, so this is not a ``TtsmeshError``."""


class DeviceFailed(SynthesisError):
    """What the engine computes on has run out of memory, or is gone. Another engine may do better (``spare``)."""


@dataclass(frozen=True, slots=True, eq=False)
class Speaker:
    """A voice, as engines take it.

    ``table`` is float32 [510, 256]: its style for each number of phonemes. ``shares``: the official voices that it is
    made of, and how much of each, which adds up to 1. It is empty for a voice of which only the table is known.
    """

    table: Floats
    shares: Mapping[str, float] = field(default_factory=dict)


def content_name(table: Floats) -> str:
    """A name of a voice by the content of its table, so that the same voice in another file, or a blend that was saved,
    is known already."""
    return hashlib.sha256(table.tobytes()).hexdigest()


class Rendering(Protocol):
    """The sound of one chunk, which is made while ``next`` is called."""

    @property
    def ends(self) -> Samples:
        """The sample before which the silence at the beginning, each phoneme, and the silence at the end ends, in this
        order: int64 [phonemes + 2]. The last one is the number of samples in all pieces. The engine may have left
        silence at the beginning and at the end out."""

    @property
    def loudness(self) -> float | None:
        """LUFS that the whole chunk will have; None where that can only be measured afterwards."""

    def next(self) -> Floats | None:
        """The samples of the next piece, float32 [n], from -1 to 1 and a little beyond for the loudest voices; None
        after the last piece.

        Raises ``RenderCancelled`` soon after ``cancel()``; the same piece may be asked for again then. Raises
        ``SynthesisError`` when no usable sound comes out; no more pieces come then.
        """


class Engine(Protocol):
    """One model. ``load``, ``begin``, ``use_idle_time`` and the ``next`` of renderings are called from one thread at a
    time, the others from any. Several renderings may be under way, and take turns piece by piece."""

    @property
    def name(self) -> str:
        """The runtime, its precision once loaded, and what loading waits for, as ``status`` and logs show them."""

    @property
    def sample_rate(self) -> int:
        """Samples a second."""

    @property
    def symbols(self) -> frozenset[str]:
        """The phonemes that the model knows, one character each."""

    @property
    def device_memory_bytes(self) -> int | None:
        """Bytes taken on a device of its own, such as a GPU; None where it computes in this process's memory."""

    def check(self) -> None:
        """Raise ``ConfigError`` unless ``load`` has the files it needs. Looks at their sizes only, in under a
        millisecond."""

    def load(self) -> None:
        """Become ready to render at full speed. Raises ``ConfigError`` when model files are missing or damaged."""

    def begin(self, phonemes: str, speaker: Speaker, speed: float) -> Rendering:
        """Begin to say ``phonemes``, 1 to 510 of ``symbols``, at ``speed``, and find out how long each will last.

        Raises ``RenderCancelled`` soon after ``cancel()``, and ``SynthesisError`` when the model does not say.
        """

    @property
    def wants_idle_time(self) -> bool:
        """Whether ``use_idle_time`` would do something."""

    def use_idle_time(self) -> None:
        """Do a part of what makes later renders better or quicker; some seconds at most. The server calls this when
        nobody waits. It can be cancelled, and it fails, as a render does."""

    def cancel(self) -> None:
        """End the call in flight, if there is one, and never the next one. Returns at once."""


def check_request(phonemes: str, symbols: frozenset[str], speaker: Speaker, speed: float) -> None:
    """Raise ``ValueError`` for an invalid request. A native runtime would read out of bounds or, worse, answer it."""
    if not 1 <= len(phonemes) <= MAX_PHONEMES:
        raise ValueError(f"{len(phonemes)} phonemes; want 1 to {MAX_PHONEMES}")
    if unknown := set(phonemes) - symbols:
        raise ValueError(f"phonemes that the model does not know: {''.join(sorted(unknown))}")
    table = speaker.table
    if table.shape != (MAX_PHONEMES, STYLE_SIZE) or table.dtype != np.float32:
        raise ValueError(f"the table of styles is {table.dtype} {table.shape}, want float32 (510, {STYLE_SIZE})")
    if not (math.isfinite(speed) and RENDER_SPEED_MIN <= speed <= RENDER_SPEED_MAX):
        raise ValueError(f"speed must be {RENDER_SPEED_MIN} to {RENDER_SPEED_MAX}")


def checked(samples: NDArray[Any]) -> Floats:
    """A copy of ``samples`` within ``CLIP_LEVEL``. Raises ``SynthesisError`` if they are no sound."""
    if not np.isfinite(samples).all():
        raise SynthesisError("the model made no usable sound")
    within: Floats = np.clip(samples, -CLIP_LEVEL, CLIP_LEVEL).astype(np.float32)
    return within
