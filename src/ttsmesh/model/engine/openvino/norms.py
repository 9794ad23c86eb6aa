"""The statistics of the generator's norms, told before the generator runs, so that it can run window by window.

Mean and standard deviation of each channel depend on the voice, which was measured beforehand, and on the text: on the
share of silence, on pitch and on the sounds. How they do was found by ridge regression over renders of many texts with
all voices (``bench.statistics``). What is known of a chunk beforehand are the statistics of what its source, and of
what the trunk, gives to the generator.
"""

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ttsmesh.errors import ConfigError
from ttsmesh.model.build.recipe import SOURCE_CHANNELS
from ttsmesh.model.engine.protocol import Floats

PATH = Path(__file__).with_name("statistics.npz")
"""The centre of each voice, and the regression. ``bench.statistics`` writes it."""

VERSION = 2
"""Of the file's layout."""

SHA256 = "744fb408733e5cf35d79f4b97f600cdd3525397c34e2115331a84a5cf8f8f19b"
"""Of the file. ``bench.statistics`` prints it."""

EPSILON = 1e-5
"""What the norms add to a variance."""


class Statistics(NamedTuple):
    """``mean`` and ``variance`` of each channel of the norms [C], and ``loudness`` of the chunk in LUFS."""

    mean: Floats
    variance: Floats
    loudness: float


def known(source_mean: Floats, source_variance: Floats, hidden_mean: Floats, hidden_variance: Floats) -> Floats:
    """What is known of a chunk: means, and logarithms of standard deviations, of source and hidden.

    Mean and variance of each channel are of the whole chunk, with all its silence.
    """
    variance = np.concatenate([source_variance, hidden_variance])
    return np.concatenate([source_mean, hidden_mean, np.log(variance + EPSILON) / 2]).astype(np.float32)


def wanted(mean: Floats, variance: Floats, loudness: float | None) -> Floats:
    """What is told of a chunk, as a voice's centre has it: logarithms of standard deviations, means, and loudness.

    A loudness that could not be measured is NaN.
    """
    last = [np.nan if loudness is None else loudness]
    return np.concatenate([np.log(variance + EPSILON) / 2, mean, last]).astype(np.float32)


class Centre(NamedTuple):
    """The means of ``known`` and of ``wanted`` over many chunks of one voice, and its ``slopes``, if it has its own.

    These are [inputs, directions]: how much more it follows what is known than voices do in general.
    """

    known: Floats
    wanted: Floats
    slopes: Floats | None = None


def affine(rows: Floats, statistics: Statistics) -> Floats:
    """The generator's ``AFFINE`` [1, 4 C, 1, 1], of the trunk's ``ROWS`` of the same shape."""
    scale, shift = rows.reshape(2, 2, -1)
    scale = scale / np.sqrt(statistics.variance + EPSILON)
    return np.stack([scale, shift - statistics.mean * scale]).astype(np.float32).reshape(rows.shape)


class Predictor:
    """Tells the statistics of a chunk by its voice and by what is known of it. ``bench.regression`` writes its file."""

    def __init__(self, path: Path = PATH) -> None:
        """Raises ``ConfigError`` if the file that comes with the program is damaged."""
        content = path.read_bytes()
        if path == PATH and hashlib.sha256(content).hexdigest() != SHA256:
            raise ConfigError(f"{path} is damaged; install ttsmesh again")
        with np.load(io.BytesIO(content)) as file:
            arrays: dict[str, Any] = {name: file[name] for name in file.files}
        if int(arrays["version"]) != VERSION:
            raise ValueError(f"{path} has version {arrays['version']}, not {VERSION}")
        self._voices = {str(name): number for number, name in enumerate(arrays["voices"])}
        self._usual, self._centres, self._places = arrays["usual"], arrays["centres"], arrays["places"]
        self._scale, self._reduce, self._inputs = (
            arrays[name].astype(np.float32) for name in ("scale", "reduce", "inputs")
        )
        own, self._own_scale = arrays["own"], arrays["own_scale"]
        self._own = own.reshape(len(self._voices), -1, own.shape[-1])
        self._expand = (arrays["expand"] * arrays["expand_scale"]).T.astype(np.float32, order="C")

    @property
    def voices(self) -> tuple[str, ...]:
        """The voices that were measured."""
        return tuple(self._voices)

    def centre(self, shares: Mapping[str, float]) -> Centre:
        """The centre of a voice made of ``shares`` of measured voices. Raises ``KeyError`` for another one."""
        numbers = [self._voices[name] for name in shares]
        weights = np.array(list(shares.values()), np.float32)
        usual, centre, own = (
            np.einsum("v,v...->...", weights, values[numbers].astype(np.float32))
            for values in (self._usual, self._centres, self._own)
        )
        return Centre(usual, self._spread(centre), own * self._own_scale)

    def _spread(self, told: Floats) -> Floats:
        """``told`` of the channels that the file has, as ``wanted``: some channels are there twice, and those of the
        source, which are known, are left at 0."""
        levels, means = told[:-1].reshape(2, -1)
        source = np.zeros(SOURCE_CHANNELS, np.float32)
        return np.concatenate([source, levels[self._places], source, means[self._places], told[-1:]])

    def predict(self, centre: Centre, seen: Floats) -> Statistics:
        """The statistics of a chunk of a voice with this ``centre``, of which ``seen`` is known."""
        # Not the products of NumPy: its threads go on spinning for 60 ms, and take a core from what comes next.
        difference = (seen - centre.known) / self._scale
        reduced = np.einsum("i,ir->r", difference, self._reduce)
        if centre.slopes is not None:
            reduced += np.einsum("p,pr->r", np.einsum("i,ip->p", difference, self._inputs), centre.slopes)
        change = self._spread(np.einsum("r,ro->o", reduced, self._expand))
        channels = (centre.wanted.size - 1) // 2
        log_sd = centre.wanted[:channels] + change[:channels]
        mean = centre.wanted[channels:-1] + change[channels:-1] * np.exp(centre.wanted[:channels])
        variance = np.maximum(np.exp(2 * log_sd) - EPSILON, 0)
        # What only the source goes into is known exactly.
        exact = seen.size // 2
        mean[:SOURCE_CHANNELS] = seen[:SOURCE_CHANNELS]
        variance[:SOURCE_CHANNELS] = np.exp(2 * seen[exact : exact + SOURCE_CHANNELS]) - EPSILON
        return Statistics(mean, variance, float(centre.wanted[-1] + change[-1]))
