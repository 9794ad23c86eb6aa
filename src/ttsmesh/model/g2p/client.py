"""Asks the G2P processes for phonemes. Each family of languages has a process of its own.

So a family loads, fails and leaves without the others: loading Japanese for a book does not delay an English barge-in.
The memory of an idle family is given back as a whole, which unloading inside a process would not achieve.
"""

import importlib.util
import logging
import math
import re
from collections.abc import Mapping, Sequence

from ttsmesh.errors import Code, RejectedError, SynthesisError, TtsmeshError, quoted
from ttsmesh.languages import LANGUAGES, language_name
from ttsmesh.limits import G2P_LOAD_TIMEOUT, G2P_TIMEOUT
from ttsmesh.model.g2p.detect import DETECTOR
from ttsmesh.model.g2p.lane import G2PError, Lane, closed
from ttsmesh.model.g2p.phonemes import Phonemes, WordSpan, join

_log = logging.getLogger(__name__)

MAX_POISONED = 5
"""Words of one chunk that may crash or hang the process before the chunk is given up. Each costs a restart."""

_FAMILIES: Mapping[str, str] = {"en-us": "en", "en-gb": "en", "ja": "ja", "zh": "zh", DETECTOR: DETECTOR}
"""The family of each language. Languages of one family share what is loaded, and so a process. All languages that are
not in here are of espeak-ng's family. The detector of languages is big, so it has a process of its own."""

_NEEDS: Mapping[str, tuple[str, ...]] = {
    "ja": ("pyopenjtalk", "fugashi", "jaconv", "mojimoji"),
    "zh": ("jieba", "pypinyin", "ordered_set", "cn2an"),
}
"""Modules that each language needs of the extra which has its name."""

_WORD = re.compile(r"\S+")


def check_language(language: str) -> None:
    """Raise ``RejectedError(Code.LANGUAGE)`` for a language that does not exist, or whose extra is not installed."""
    if language not in LANGUAGES:
        raise RejectedError(f"unknown language {quoted(language)}; known: {', '.join(LANGUAGES)}", Code.LANGUAGE)
    if any(importlib.util.find_spec(name) is None for name in _NEEDS.get(language, ())):
        what = f"{language_name(language)} is not installed"
        raise RejectedError(f"{what}; run: pip install 'ttsmesh[{language}]'", Code.LANGUAGE)


class G2P:
    """Starts each process when it is first needed, and again after it was lost.

    All methods must be called on one event loop. ``rank`` is how urgent a request is: the lowest that waits is served
    first, and among equals the first to come.
    """

    def __init__(
        self, timeout: float = G2P_TIMEOUT, load_timeout: float = G2P_LOAD_TIMEOUT, idle: float = math.inf
    ) -> None:
        """``timeout``, ``load_timeout``: seconds for one chunk, and for loading a language.

        ``idle``: seconds without a request after which a process ends.
        """
        self._timeout = timeout
        self._load_timeout = load_timeout
        self._idle = idle
        self._lanes: dict[str, Lane] = {}
        self._last: Lane | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process that was used last, for ``status``; None while there is none."""
        return self._last.pid if self._last else None

    @property
    def pids(self) -> list[int]:
        """All living processes."""
        return [lane.pid for lane in self._lanes.values() if lane.pid is not None]

    async def phonemise(self, text: str, language: str, rank: int = 0) -> Phonemes:
        """The phonemes of one chunk. A word that crashes or hangs the process is left out, and counted as unsayable.

        Raises:
            RejectedError: ``Code.LANGUAGE``, the language is unknown or not installed.
            ConfigError: something that the language needs is missing or damaged.
            SynthesisError: the process cannot be loaded, or fails on too many words.
        """
        check_language(language)
        try:
            return await self._say(text, language, rank)
        except G2PError as failure:
            _log.warning("g2p %s; trying again word by word", failure)
        return await self._word_by_word(text, language, rank)

    async def detect(self, sentences: Sequence[str], rank: int = 0) -> list[str | None]:
        """The language of each sentence; None where it is unsure, and for all sentences if the detector fails."""
        try:
            answer = await self._lane(DETECTOR).ask(DETECTOR, {"sentences": list(sentences)}, self._timeout, rank)
        except (G2PError, TtsmeshError) as failure:
            _log.warning("g2p: no language detected (%s)", failure)
            return [None] * len(sentences)
        return list(answer["languages"])

    async def warm(self, language: str, rank: int = 0, *, stay: bool = False) -> None:
        """Load ``language``. ``stay``: its process does not leave when it is idle. Raises as ``phonemise`` does."""
        check_language(language)
        lane = self._lane(language)
        if stay:
            lane.idle = math.inf
        await lane.ask(language, None, self._timeout, rank)

    async def close(self) -> None:
        """End the processes and wait for them. Requests in flight, and those that wait, raise ``SynthesisError``."""
        self._closed = True
        for lane in self._lanes.values():
            await lane.close()

    def _lane(self, language: str) -> Lane:
        if self._closed:
            raise closed()
        family = _FAMILIES.get(language, "espeak")
        if family not in self._lanes:
            self._lanes[family] = Lane(self._load_timeout, self._idle)
        if language != DETECTOR:
            self._last = self._lanes[family]
        return self._lanes[family]

    async def _word_by_word(self, text: str, language: str, rank: int) -> Phonemes:
        parts: list[tuple[int, Phonemes]] = []
        poisoned = 0
        for word in _WORD.finditer(text):
            try:
                said = await self._say(word.group(), language, rank)
            except G2PError as failure:
                poisoned += 1
                if poisoned > MAX_POISONED:
                    raise SynthesisError(f"g2p {failure} on more than {MAX_POISONED} words of a chunk") from None
                said = Phonemes("", (), len(word.group()))
            parts.append((word.start(), said))
        _log.warning("g2p: %d of %d words left out", poisoned, len(parts))
        return join(parts)

    async def _say(self, text: str, language: str, rank: int) -> Phonemes:
        answer = await self._lane(language).ask(language, {"text": text}, self._timeout, rank)
        words = tuple(WordSpan(*span) for span in answer["words"])
        return Phonemes(answer["text"], words, answer["unsayable"], answer["dropped"])
