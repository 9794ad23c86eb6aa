"""The statistics of the generator's norms, told before the generator runs, so that it can run window by window.

Mean and standard deviation of each channel depend on the voice, which was measured beforehand, and on the text: on the
share of silence, on pitch and on the sounds. How they do was found by ridge regression over renders of many texts with
all voices (``bench.statistics``). What is known of a chunk beforehand are the statistics of what its source, and of
what the trunk, gives to the generator.
"""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ttsmesh.model.build.recipe import SOURCE_CHANNELS
from ttsmesh.model.engine.protocol import Floats

PATH = Path(__file__).with_name("statistics.npz")
"""The centre of each voice, and the regression. ``bench.statistics`` writes it."""

VERSION = 1
"""Of the file's layout."""

EPSILON = 1e-5
"""What the norms add to a variance."""


class Statistics(NamedTuple):
    """``mean`` and ``variance`` of each channel of the norms [C], and ``loudness`` of the chunk in LUFS."""

    mean: Floats
    variance: Floats
    loudness: float


def known(source_mean: Floats, source_variance: Floats, hidden: Floats) -> Floats:
    """What is known of a chunk: means, and logarithms of standard deviations, of source and ``hidden`` [channels, n].

    ``hidden`` is of the whole chunk, with all its silence.
    """
    variance = np.concatenate([source_variance, hidden.var(axis=-1)])
    mean = np.concatenate([source_mean, hidden.mean(axis=-1)])
    return np.concatenate([mean, np.log(variance + EPSILON) / 2]).astype(np.float32)


def affine(rows: Floats, statistics: Statistics) -> Floats:
    """The generator's ``AFFINE`` [1, 4 C, 1, 1], of the trunk's ``ROWS`` of the same shape."""
    scale, shift = rows.reshape(2, 2, -1)
    scale = scale / np.sqrt(statistics.variance + EPSILON)
    return np.stack([scale, shift - statistics.mean * scale]).astype(np.float32).reshape(rows.shape)


class Predictor:
    """Tells the statistics of a chunk by its voice and by what is known of it."""

    def __init__(self, path: Path = PATH) -> None:
        with np.load(path) as file:
            arrays: dict[str, Any] = {name: file[name] for name in file.files}
        if int(arrays["version"]) != VERSION:
            raise ValueError(f"{path} has version {arrays['version']}, not {VERSION}")
        self._voices = {str(name): number for number, name in enumerate(arrays["voices"])}
        self._usual, self._centres = arrays["usual"], arrays["centres"]
        self._scale = arrays["scale"].astype(np.float32)
        self._reduce = arrays["reduce"].astype(np.float32)
        self._expand = arrays["expand"].astype(np.float32)

    @property
    def voices(self) -> tuple[str, ...]:
        """The voices that were measured."""
        return tuple(self._voices)

    def predict(self, voice: str, seen: Floats) -> Statistics:
        """The statistics of a chunk of ``voice`` of which ``seen`` is known. Raises ``KeyError`` for another voice."""
        number = self._voices[voice]
        centre = self._centres[number].astype(np.float32)
        difference = (seen - self._usual[number].astype(np.float32)) / self._scale
        # Not the product of NumPy: its threads go on spinning for 60 ms, and take a core from what comes next.
        change = np.einsum("r,ro->o", np.einsum("i,ir->r", difference, self._reduce), self._expand)
        channels = (centre.size - 1) // 2
        log_sd = centre[:channels] + change[:channels]
        mean = centre[channels:-1] + change[channels:-1] * np.exp(centre[:channels])
        variance = np.maximum(np.exp(2 * log_sd) - EPSILON, 0)
        # What only the source goes into is known exactly.
        exact = seen.size // 2
        mean[:SOURCE_CHANNELS] = seen[:SOURCE_CHANNELS]
        variance[:SOURCE_CHANNELS] = np.exp(2 * seen[exact : exact + SOURCE_CHANNELS]) - EPSILON
        return Statistics(mean, variance, float(centre[-1] + change[-1]))
