"""The generator in windows: it gives the sound of a chunk piece by piece, as soon as each is asked for."""

from typing import Any

import numpy as np

from ttsmesh.errors import SynthesisError
from ttsmesh.model.build.recipe import HIDDEN_SPAN, HIDDEN_STEPS, SOURCE_SPAN, SPECTRA
from ttsmesh.model.engine.cancelling import CancelScope
from ttsmesh.model.engine.openvino.stage import Array
from ttsmesh.model.engine.protocol import Floats, checked
from ttsmesh.model.kokoro import FRAME_SAMPLES

SHORT_WINDOWS = 2
"""Windows of a chunk that are short: the first one is heard sooner, and while it is heard the second one is ready where
a long one might not be."""


class Generator:
    """The compiled windows: one of ``short`` frames, and later one of ``longest``, so that loading takes less time.

    ``scope`` is the engine's.
    """

    def __init__(self, short: int, longest: int, compiled: Any, scope: CancelScope) -> None:
        self.short, self.longest = short, longest
        self._requests = {short: compiled.create_infer_request()}
        self._scope = scope

    @property
    def long(self) -> int:
        """Frames of the longest window that there is by now."""
        return max(self._requests)

    def add_longest(self, compiled: Any) -> None:
        """Use the compiled window of ``longest`` frames from now on. Any thread may call this."""
        self._requests = {**self._requests, self.longest: compiled.create_infer_request()}

    def run(self, frames: int, hidden: Array, source: Array, affine: Array) -> Array:
        """The samples of one window of ``frames``. They are valid until the next run."""
        request = self._requests[frames]
        self._scope.infer(request, {"hidden": hidden, "source": source, "affine": affine})
        samples: Array = request.get_tensor("audio").data.reshape(-1)
        return samples


class Windows:
    """What the generator needs for frames ``begin`` to ``end`` of one chunk, and how far it has come.

    ``hidden`` [1, 512, 1, 2 frames] and ``source`` [1, 22, 120 frames + 1] are of the whole chunk, and are copied.
    """

    def __init__(
        self, generator: Generator, hidden: Array, source: Array, affine: Floats, begin: int, end: int
    ) -> None:
        self._generator = generator
        # A window at either end reaches beyond the chunk, where there is nothing.
        self._hidden = _padded(hidden, HIDDEN_SPAN, HIDDEN_STEPS * generator.longest)
        self._source = _padded(source, SOURCE_SPAN, SPECTRA * generator.longest)
        self._affine = affine
        self._at = begin
        self._end = end
        self._made = 0

    @property
    def begun(self) -> bool:
        """Whether the first window was made."""
        return self._made > 0

    def next(self) -> Floats | None:
        """The samples of the next window; None after the last one. Raises as ``CancelScope.infer`` and as ``checked``
        do."""
        left = self._end - self._at
        if left <= 0:
            return None
        generator = self._generator
        frames = generator.short if self._made < SHORT_WINDOWS or left <= generator.short else generator.long
        hidden = _part(self._hidden, HIDDEN_STEPS * self._at, HIDDEN_STEPS * frames, HIDDEN_SPAN)
        source = _part(self._source, SPECTRA * self._at, SPECTRA * frames, SOURCE_SPAN)
        samples = generator.run(frames, hidden, source, self._affine)
        if samples.size != frames * FRAME_SAMPLES:
            raise SynthesisError("the model made no usable sound")
        self._at += frames
        self._made += 1
        return checked(samples[: min(frames, left) * FRAME_SAMPLES])


def _padded(sequence: Array, span: tuple[int, int], window: int) -> Array:
    """A copy of ``sequence`` between zeros, enough for a window at either end, and one more at its end."""
    return np.pad(sequence, [(0, 0)] * (sequence.ndim - 1) + [(-span[0], span[1] + window)])


def _part(padded: Array, begin: int, length: int, span: tuple[int, int]) -> Array:
    """What a window takes that begins at ``begin`` of what ``_padded`` was made of."""
    return np.ascontiguousarray(padded[..., begin : begin + length + span[1] - span[0]])
