"""How loud the voices are. The official ones were measured; any other is while it speaks, once, and that is kept.

Loudness is by ITU-R BS.1770, in LUFS, of samples as the model renders them, before any volume.
"""

import hashlib
import json
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.host.files import write
from ttsmesh.model.engine.protocol import Floats
from ttsmesh.model.voices.volume import levelling

logger = logging.getLogger(__name__)

FILE = "loudness.json"
"""In the state directory: loudness by the SHA-256 of a style table, so of a voice's content and not of its name."""

ENOUGH = 12 * SAMPLE_RATE
"""Samples after which a voice's loudness is settled."""

UNDER_WAY = 8
"""Voices that are being measured at a time, 1 MB each. Of more, the one that was silent for longest starts anew."""

MAX_KEPT = 1000
"""Voices in the file; blends are without end. The oldest go."""

MAX_BYTES = 128 * 1024
"""Of the file: so many voices have less."""

EMPHASIS = 0.5
"""How much is left of what a chunk differs from its voice."""

EMPHASIS_MAX = 1.0
"""LU of it at most: some voices shout whole sentences."""

EVENED_MAX = 6.0
"""LU that are taken away at most: a chunk that is further off is hardly speech, and not to be raised to it."""

_BLOCK = int(0.4 * SAMPLE_RATE)
"""BS.1770 says nothing of a shorter sound."""

_SOFTEST = -60.0
"""LUFS; what is softer is no speech."""


@cache
def measured() -> dict[str, float]:
    """LUFS of the official voices: ``levels.json``, which ``bench.levels`` prints."""
    table: dict[str, float] = json.loads((files("ttsmesh.model.voices") / "levels.json").read_text(encoding="utf-8"))
    return table


@cache
def usual() -> float:
    """LUFS of a voice of which nothing is known yet: the middle of the official ones."""
    return float(np.median(list(measured().values())))


@cache
def _meter() -> Callable[[Floats, int], float] | None:
    """What measures, loaded when it is first needed. None, and a line in the log, where it is not installed."""
    try:
        from loudness import integrated_loudness
    except ImportError as error:
        logger.warning("loudness is not measured, so only the official voices are levelled, as a whole: %s", error)
        return None
    meter: Callable[[Floats, int], float] = integrated_loudness
    return meter


def measure(samples: Floats) -> float | None:
    """LUFS of ``samples`` (-1..1); None where that cannot be told, of silence and of less than 0.4 s. 2 ms for 5 s."""
    meter = _meter()
    if meter is None or len(samples) <= _BLOCK:
        return None
    lufs = float(meter(np.ascontiguousarray(samples), SAMPLE_RATE))
    return lufs if _SOFTEST < lufs < 0 else None


class Levels:
    """What brings each chunk of each voice to the common loudness. Methods are thread-safe.

    Args:
        path: where to keep what was measured; None: only as long as this object.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._kept: dict[str, float] | None = None
        self._heard: OrderedDict[str, Floats] = OrderedDict()
        self._lock = threading.Lock()

    def factor(self, samples: Floats, table: Floats, known: float | None) -> float:
        """By how much to multiply ``samples``, one chunk of the voice whose style is ``table``.

        ``known``: LUFS of that voice. Where it is None, this chunk helps to find it out.
        """
        voice = self._learn(table, samples) if known is None else known
        own = measure(samples)
        if own is None:
            return levelling(voice)
        astray = own - voice
        evened = astray - _within(EMPHASIS * astray, EMPHASIS_MAX)
        return levelling(voice + _within(evened, EVENED_MAX))

    def knows(self, table: Floats) -> bool:
        """Whether the voice whose style is ``table`` has been heard for long enough."""
        with self._lock:
            return _name(table) in self._known()

    def _learn(self, table: Floats, samples: Floats) -> float:
        name = _name(table)
        with self._lock:
            kept = self._known()
            if name in kept:
                return kept[name]
            heard = self._heard[name] = np.concatenate([self._heard.pop(name, samples[:0]), samples])[-ENOUGH:]
            if len(self._heard) > UNDER_WAY:
                self._heard.popitem(last=False)
            voice = measure(heard)
            if voice is None:
                return usual()
            if len(heard) >= ENOUGH:
                del self._heard[name]
                kept[name] = round(voice, 1)
                while len(kept) > MAX_KEPT:
                    del kept[next(iter(kept))]
                self._write(kept)
            return voice

    def _known(self) -> dict[str, float]:
        if self._kept is None:
            self._kept = self._read()
        return self._kept

    def _read(self) -> dict[str, float]:
        if self._path is None:
            return {}
        try:
            with self._path.open("rb") as file:
                said = json.loads(file.read(MAX_BYTES))
            return {str(name): float(lufs) for name, lufs in said.items() if _SOFTEST < float(lufs) < 0}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            logger.warning("cannot read %s, so voices are measured again: %s", self._path, type(error).__name__)
            return {}

    def _write(self, kept: dict[str, float]) -> None:
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write(self._path, json.dumps(kept, indent=1).encode(), durable=False)  # else measured again
        except OSError as error:
            logger.warning("cannot write %s: %s", self._path, error.strerror)


def _within(value: float, most: float) -> float:
    return max(-most, min(value, most))


def _name(table: Floats) -> str:
    """By its content: the same voice in another file, or a blend that was saved, is known already."""
    return hashlib.sha256(table.tobytes()).hexdigest()
