"""Loudness: how loud each voice is, and what brings all of them to the same loudness.

The official voices were measured beforehand. Any other voice is measured once, while it speaks, and the result is kept.
Loudness is by ITU-R BS.1770, in LUFS, of samples as the model renders them, before any volume.
"""

import json
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.errors import os_reason
from ttsmesh.host.files import write
from ttsmesh.host.offload import NoResponse, Result, Worker
from ttsmesh.model.engine.lufs import SOFTEST, measure
from ttsmesh.model.engine.protocol import Floats, content_name

logger = logging.getLogger(__name__)

TARGET = -21.0
"""LUFS of every voice at a volume of 100 percent. The loudest of the official voices is at -17, the softest at -27, and
that one peaks just below full scale when it is raised."""

FILE = "loudness.json"
"""In the state directory: LUFS by the SHA-256 of a style table, so by a voice's content and not by its name."""

ENOUGH = 12 * SAMPLE_RATE
"""Samples after which a voice's loudness is settled."""

MAX_MEASURED = 8
"""Voices that are being measured at a time, 1 MB each. If there is one more, the measurement of the voice that has been
silent for longest is dropped."""

MAX_KEPT = 1000
"""Voices in the file, since there is no end of blends. The oldest are dropped."""

MAX_BYTES = 128 * 1024
"""Bytes that are read of the file: ``MAX_KEPT`` voices need less."""

EMPHASIS = 0.5
"""Fraction of a chunk's difference from its voice that is left as emphasis."""

EMPHASIS_MAX = 1.0
"""LU of emphasis at most: some voices shout whole sentences."""

EVENED_MAX = 6.0
"""LU that are evened out at most: a chunk that differs more is hardly speech, and must not be raised like speech."""

PATIENCE = 1.0
"""Seconds that the state directory may take to respond. Speech then goes on without it: voices are measured again."""


@cache
def measured() -> dict[str, float]:
    """LUFS of each official voice: ``levels.json``, which ``bench.levels`` prints."""
    table: dict[str, float] = json.loads((files("ttsmesh.model.voices") / "levels.json").read_text(encoding="utf-8"))
    return table


@cache
def usual() -> float:
    """LUFS that are assumed of an unknown voice: the median of the official ones."""
    return float(np.median(list(measured().values())))


def levelling(lufs: float) -> float:
    """The factor that brings sound of ``lufs`` to ``TARGET``."""
    return float(10 ** ((TARGET - lufs) / 20))


@dataclass(frozen=True, slots=True, eq=False)
class _Heard:
    """The last ``samples`` of a voice that is being measured, and their loudness, None where they have none."""

    samples: Floats
    lufs: float | None


class LoudnessNormaliser:
    """Brings each chunk of each voice to the common loudness, and learns how loud unknown voices are.

    Methods are thread-safe and blocking. If the state directory does not respond, they wait for it no longer than
    ``PATIENCE``, when the file is first read and when a voice is settled, and only the worker's thread is lost.

    Args:
        path: the file where measurements are kept. Without one they are kept as long as this object.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._files = Worker("the disk with the loudness of voices")
        self._settled: dict[str, float] | None = None  # None until the file was read
        self._heard: OrderedDict[str, _Heard] = OrderedDict()
        self._lock = threading.Lock()

    def factor(self, own: float | None, table: Floats, known: float | None) -> float:
        """The factor for one chunk of the voice whose style is ``table``.

        ``own``: LUFS of the chunk; None where it cannot be told. ``known``: LUFS of the voice; where it is None, what
        was learned of the voice counts. If nothing was, the chunk is taken to be as loud as its voice.
        """
        voice = self._learned(table) if known is None else known
        if voice is None:
            return levelling(usual() if own is None else own)
        if own is None:
            return levelling(voice)
        difference = own - voice
        evened = difference - _within(EMPHASIS * difference, EMPHASIS_MAX)
        return levelling(voice + _within(evened, EVENED_MAX))

    def knows(self, table: Floats) -> bool:
        """Whether the loudness of the voice whose style is ``table`` is settled."""
        with self._lock:
            return content_name(table) in self._known()

    def learn(self, table: Floats, samples: Floats) -> None:
        """Measure the voice whose style is ``table``, unless it is settled. ``samples`` are what it said next."""
        name = content_name(table)
        with self._lock:
            settled = self._known()
            if name in settled:
                return
            before = self._heard.pop(name).samples if name in self._heard else samples[:0]
            heard = np.concatenate([before, samples])[-ENOUGH:]
            lufs = measure(heard)
            if lufs is None or len(heard) < ENOUGH:
                self._heard[name] = _Heard(heard, lufs)
                if len(self._heard) > MAX_MEASURED:
                    self._heard.popitem(last=False)
                return
            settled[name] = round(lufs, 1)
            while len(settled) > MAX_KEPT:
                del settled[next(iter(settled))]
            content = json.dumps(settled, indent=1).encode()
            self._on_disk(lambda path: _write(path, content), None)

    def _learned(self, table: Floats) -> float | None:
        """LUFS of the voice, as far as it was heard by now."""
        name = content_name(table)
        with self._lock:
            if name in (settled := self._known()):
                return settled[name]
            return self._heard[name].lufs if name in self._heard else None

    def _known(self) -> dict[str, float]:
        if self._settled is None:
            self._settled = self._on_disk(_read, dict[str, float]())
        return self._settled

    def _on_disk(self, call: Callable[[Path], Result], otherwise: Result) -> Result:
        """What ``call`` returns for the file; ``otherwise`` if there is none, or its disk does not respond."""
        if (path := self._path) is None:
            return otherwise
        try:
            return self._files.submit(lambda: call(path)).result(PATIENCE)
        except (TimeoutError, NoResponse):
            logger.warning("%s does not respond", path)
            return otherwise


def _read(path: Path) -> dict[str, float]:
    try:
        with path.open("rb") as file:
            said = json.loads(file.read(MAX_BYTES))
        return {str(name): float(lufs) for name, lufs in said.items() if SOFTEST < float(lufs) < 0}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        logger.warning("cannot read %s, so voices are measured again: %s", path, type(error).__name__)
        return {}


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write(path, content, durable=False)  # what is lost is measured again
    except OSError as error:
        logger.warning("cannot write %s: %s", path, os_reason(error))


def _within(value: float, most: float) -> float:
    return max(-most, min(value, most))
