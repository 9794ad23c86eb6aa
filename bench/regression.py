"""Finds how the statistics of the generator's norms follow from what is known of a chunk, for ``bench.statistics``.

It is a ridge regression: of the differences from each voice's own centre, over all voices at once, and for a part of
what is known also with slopes of each voice's own. What it finds is kept to those directions in which the statistics
vary most, in few bits, so that the file stays small.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ttsmesh.model.build.recipe import SOURCE_CHANNELS
from ttsmesh.model.engine.openvino.norms import VERSION

Array = NDArray[Any]

STRENGTH, OWN = 0.05, 0.3
"""Of the ridge, and how much of what is known is expected to depend on the voice. Neither matters much: with half or
twice as much, the error is 1 % larger."""

OWN_INPUTS, RANK = 64, 144
"""Directions of what is known for which each voice has slopes of its own, and directions of the statistics."""

_LARGEST = 127


def regression(seen: Array, wanted: Array, names: Array) -> dict[str, Array]:
    """What ``norms.Predictor`` reads, found from renders: ``seen`` [renders, known], ``wanted`` [renders, targets], and
    the ``names`` of their voices."""
    voices, numbers = np.unique(names, return_inverse=True)
    channels = wanted.shape[1] // 2
    usual, centres = (
        np.array([values[numbers == number].mean(axis=0) for number in range(len(voices))]) for values in (seen, wanted)
    )
    change = wanted - centres[numbers]
    change[:, channels:-1] /= np.exp(centres[numbers, :channels])
    x = seen - usual[numbers]
    scale = (x.std(axis=0) + 1e-6) * np.sqrt(x.shape[1])
    z = x / scale
    inputs = np.linalg.eigh(z.T @ z)[1][:, ::-1][:, :OWN_INPUTS]
    u = z @ inputs
    alike = OWN * (numbers[:, None] == numbers)
    kernel = z @ z.T + alike * (u @ u.T)

    # Some channels are there twice, and those of the source are known.
    first, places = _distinct(wanted[:, :channels])
    predicted = np.concatenate([first, first + channels, [2 * channels]])
    weights = np.linalg.solve(kernel + STRENGTH * np.eye(len(z)), change[:, predicted])
    told = kernel @ weights
    directions = np.linalg.eigh(told @ told.T)[1][:, ::-1][:, :RANK]
    expand = told.T @ directions
    expand /= np.linalg.norm(expand, axis=0)
    weights = weights @ expand
    own = np.array([OWN * u[numbers == number].T @ weights[numbers == number] for number in range(len(voices))])
    return {
        "version": np.array(VERSION),
        "voices": voices,
        "usual": usual.astype(np.float16),
        "centres": centres[:, predicted].astype(np.float16),
        "places": places.astype(np.int16),
        "scale": scale.astype(np.float32),
        "reduce": (z.T @ weights).astype(np.float16),
        "inputs": inputs.astype(np.float16),
        **_in_bytes("own", own.reshape(-1, RANK)),
        **_in_bytes("expand", expand),
    }


def _distinct(values: Array) -> tuple[Array, Array]:
    """The first of each channel that only the source does not tell, and for all of these, which of the first it is."""
    _, first, places = np.unique(values[:, SOURCE_CHANNELS:], axis=1, return_index=True, return_inverse=True)
    order = np.argsort(first)
    return first[order] + SOURCE_CHANNELS, np.argsort(order)[places.reshape(-1)]


def _in_bytes(name: str, values: Array) -> dict[str, Array]:
    """``values`` [n, RANK] as int8, and a scale for each column."""
    scale = np.abs(values).max(axis=0) / _LARGEST
    return {name: np.rint(values / scale).astype(np.int8), f"{name}_scale": scale.astype(np.float32)}


def save(path: Path, found: dict[str, Array]) -> None:
    """Write what ``regression`` has found."""
    kept: dict[str, Any] = found
    np.savez_compressed(path, **kept)
