"""The centres of voices that were not measured beforehand: users' own, and blends with them.

Such a voice is rendered exactly, each chunk as a whole, until enough of it is known. The server's idle time is used for
that, with some texts that nobody hears, so it is over soon after the voice was first used. Centres are kept by a
voice's content, not by its name.
"""

import io
import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ttsmesh.errors import os_reason
from ttsmesh.host.files import write
from ttsmesh.model.engine.openvino.norms import Centre
from ttsmesh.model.engine.protocol import Floats, content_name

logger = logging.getLogger(__name__)

VERSION = 1
"""Of the files. Raise it when the model's norms change."""

TEXTS = (
    "ɡˈʊd mˈɔɹnɪŋ.",
    "ðə bˈɪld hɐz fˈɪnɪʃt, ænd ˈɔl tˈɛsts pˈæst.",
    "wˌʌt dˈɪd ʃi sˈA?",
    "jˈɛs, əv kˈɔɹs!",
    "wi wˈɔkt əlˈɔŋ ðə ɹˈɪvəɹ ʌntˈɪl ɪt ɡˈɑt dˈɑɹk, ænd ðˈɛn wi tˈʊk ðə lˈæst bˈʌs hˈOm.",
    "ˈɛɹəɹ ˌɪn lˈIn twˈɛlv.",
    "θɹˈi hˈʌndɹəd ænd fˈɪfti mˈɛɡəbˌIts ɑɹ fɹˈi.",
    "hi jˈuzd tə θˈɪŋk ðæt ˌɛvəɹiθˌɪŋ wʊd ʧˈAnʤ wˈʌns hi hæd fˈWnd hɪz fˈɑðəɹz lˈɛtəɹz.",
    "plˈiz kˈip jʊɹ vˈYs dˈWn.",
    "nˈO wˈʌn ɪkspˈɛktəd sˈʌʧ ɐ ʃˈɔɹt ˈænsəɹ.",
)
"""Phonemes of what is rendered in idle time. Short ones are more frequent, since their statistics differ most."""

MAX_KEPT = 100
"""Files, and centres in memory, 80 KB each. The oldest are dropped."""

MAX_UNKNOWN = 8
"""Voices, 1 MB each, that are being measured at a time. The one that was rendered least recently is dropped."""


@dataclass(slots=True)
class _Unknown:
    """A voice of which more has to be rendered, and what each of its renders had."""

    table: Floats
    renders: list[Centre] = field(default_factory=list)


class OwnVoices:
    """Keeps centres in ``directory``, which is made when it is first written to. Methods are thread-safe."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._lock = threading.Lock()
        self._centres: OrderedDict[str, Centre] = OrderedDict()
        self._unknown: OrderedDict[str, _Unknown] = OrderedDict()

    def centre(self, table: Floats) -> Centre | None:
        """The centre of the voice with this ``table``. None as long as too little of it was rendered."""
        name = content_name(table)
        with self._lock:
            if name not in self._centres and name not in self._unknown and (kept := self._read(name)) is not None:
                self._keep(name, kept)
            return self._centres.get(name)

    def add(self, table: Floats, found: Centre) -> None:
        """Take the statistics that an exact render has had into account."""
        name = content_name(table)
        with self._lock:
            if name in self._centres:
                return
            voice = self._unknown.setdefault(name, _Unknown(table))
            self._unknown.move_to_end(name)
            if len(voice.renders) + 1 < len(TEXTS):
                voice.renders.append(found)
                while len(self._unknown) > MAX_UNKNOWN:
                    self._unknown.popitem(last=False)
                return
            del self._unknown[name]
            self._keep(name, _mean([*voice.renders, found]))
            self._write(name, self._centres[name])

    def unfinished(self) -> tuple[Floats, str] | None:
        """The table of a voice of which more has to be rendered, the latest one, and the phonemes to be rendered."""
        with self._lock:
            if not self._unknown:
                return None
            voice = next(reversed(self._unknown.values()))
            return voice.table, TEXTS[len(voice.renders)]

    def _keep(self, name: str, centre: Centre) -> None:
        self._centres[name] = centre
        while len(self._centres) > MAX_KEPT:
            self._centres.popitem(last=False)

    def _read(self, name: str) -> Centre | None:
        try:
            with np.load(io.BytesIO(self._path(name).read_bytes())) as file:
                kept = Centre(file["known"], file["wanted"])
                good = int(file["version"]) == VERSION
        except FileNotFoundError:
            return None
        except Exception as error:  # reason: what NumPy raises for a damaged archive is not known
            logger.warning("cannot read what was found of a voice, so it is measured again: %s", type(error).__name__)
            return None
        finite = np.isfinite(kept.known).all() and np.isfinite(kept.wanted[:-1]).all()  # the loudness may be unknown
        return kept if good and finite else None

    def _write(self, name: str, centre: Centre) -> None:
        content = io.BytesIO()
        np.savez(content, version=VERSION, known=centre.known, wanted=centre.wanted)
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            write(self._path(name), content.getvalue(), durable=False)  # what is lost is measured again
            kept = sorted(self._directory.glob("*.npz"), key=lambda path: path.stat().st_mtime, reverse=True)
            for path in kept[MAX_KEPT:]:
                path.unlink(missing_ok=True)
        except OSError as error:
            logger.warning("cannot write %s: %s", self._directory, os_reason(error))

    def _path(self, name: str) -> Path:
        return self._directory / f"{name}.npz"


def _mean(renders: list[Centre]) -> Centre:
    """The mean of all; of the loudness, of those that could be measured."""
    wanted = np.array([each.wanted for each in renders])
    measured = wanted[np.isfinite(wanted[:, -1]), -1]
    centre = wanted.mean(axis=0)
    centre[-1] = measured.mean() if measured.size else np.nan
    return Centre(np.mean([each.known for each in renders], axis=0), centre)
