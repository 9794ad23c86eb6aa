"""Asks the G2P processes for phonemes. Each family of languages has a process of its own.

So a family loads, fails and leaves without the others: loading Japanese for a book does not delay an English barge-in.
The memory of an idle family is given back as a whole, which unloading inside a process would not achieve.
"""

import asyncio
import logging
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ttsmesh.errors import SynthesisError, TtsmeshError
from ttsmesh.limits import G2P_LOAD_TIMEOUT, G2P_TIMEOUT, KIB
from ttsmesh.model.bounded_cache import BoundedCache
from ttsmesh.model.g2p.detect import DETECTOR
from ttsmesh.model.g2p.installed import check_language
from ttsmesh.model.g2p.lane import CRASHED, G2PError, Lane, closed
from ttsmesh.model.g2p.packing import READER, unpacked
from ttsmesh.model.g2p.phonemes import Phonemes, WordSpan, join
from ttsmesh.model.text.markup.notes import Note, packed
from ttsmesh.model.text.reading import Block, Reading
from ttsmesh.model.text.segments import Word

_log = logging.getLogger(__name__)

MAX_POISONED = 5
"""Words of one chunk that may crash or hang the process before the chunk is given up. Each costs a restart."""

KEPT_PHONEMES = 64 * KIB
"""Phonemes that are kept, as those of short texts that programs say again and again, or of a text said again: an hour
of speech, in some 5 MB. Said again, they need no process."""

_FAMILIES: Mapping[str, str] = {
    "en-us": "en",
    "en-gb": "en",
    "ja": "ja",
    "zh": "zh",
    DETECTOR: DETECTOR,
    READER: READER,
}
"""The family of each language. Languages of one family share what is loaded, and so a process. All languages that are
not in here are of espeak-ng's family. The reader and the detector are no languages, and have processes of their own."""


class G2P:
    """Starts each process when it is first needed, and again after it was lost.

    All methods must be called on one event loop. ``rank`` is how urgent a request is: the lowest that waits is served
    first, and among equals the first to come.
    """

    def __init__(
        self,
        timeout: float = G2P_TIMEOUT,
        load_timeout: float = G2P_LOAD_TIMEOUT,
        idle: float = math.inf,
        kept: int = 0,
    ) -> None:
        """``timeout``, ``load_timeout``: seconds for one chunk, and for loading a language.

        ``idle``: seconds without a request after which a process ends. ``kept``: phonemes that are kept.
        """
        self._timeout = timeout
        self._load_timeout = load_timeout
        self._idle = idle
        self._lanes: dict[str, Lane] = {}
        self._last: Lane | None = None
        self._kept: BoundedCache[Phonemes] = BoundedCache(kept)
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process that was used last, for ``status``; None while there is none."""
        return self._last.pid if self._last else None

    @property
    def pids(self) -> list[int]:
        """All living processes."""
        return [lane.pid for lane in self._lanes.values() if lane.pid is not None]

    async def phonemise(self, words: Sequence[Word], language: str, rank: int = 0) -> Phonemes:
        """The phonemes of one chunk. A word that crashes or hangs the process is left out, and counted as unsayable.

        Raises:
            RejectedError: ``Code.LANGUAGE``, the language is unknown or not installed.
            ConfigError: something that the language needs is missing or damaged.
            SynthesisError: the process cannot be loaded, or fails on too many words.
        """
        check_language(language)
        try:
            return await self._say(words, language, rank)
        except G2PError as failure:
            _log.warning("g2p %s; trying again word by word", failure)
        return await self._word_by_word(words, language, rank)

    async def read(
        self,
        window: str,
        offset: int,
        reading: Reading,
        state: Mapping[str, Any],
        *,
        most: int,
        final: bool,
        rank: int = 0,
        notes: Sequence[Note] = (),
    ) -> Block:
        """Read the beginning of ``window``, as ``ttsmesh.model.text.reader.read`` does.

        A process that crashed is asked once more, since one that was killed while idle is often only found dead by the
        next request.

        Raises:
            G2PError: the process crashed or hung on this text.
            ConfigError, SynthesisError: as ``phonemise``.
        """
        request = {
            "window": window,
            "offset": offset,
            "reading": asdict(reading),
            "state": state,
            "most": most,
            "final": final,
        }
        if notes:
            request["notes"] = packed(notes)
        # The detector is big, so it has a process of its own; that one reads as well.
        reader = DETECTOR if reading.detect else READER
        lane = self._lane(reader)
        try:
            answer = await lane.ask(reader, request, self._timeout, rank)
        except G2PError as failure:
            if failure.args != (CRASHED,):
                raise
            _log.warning("reader %s; trying again", failure)
            answer = await lane.ask(reader, request, self._timeout, rank)
        return Block(tuple(unpacked(answer["segments"])), answer["used"], answer["state"], answer["noted"])

    async def detect(self, sentences: Sequence[str], rank: int = 0) -> list[str | None]:
        """The language of each sentence; None where it is unsure, and for all sentences if the detector fails."""
        try:
            answer = await self._lane(DETECTOR).ask(DETECTOR, {"sentences": list(sentences)}, self._timeout, rank)
        except (G2PError, TtsmeshError) as failure:
            _log.warning("g2p: no language detected (%s)", failure)
            return [None] * len(sentences)
        return list(answer["languages"])

    async def warm(self, language: str, rank: int = 0, *, stay: bool = False) -> None:
        """Load the reader and ``language``. ``stay``: their processes do not leave when they are idle.

        Raises as ``phonemise`` does.
        """
        check_language(language)
        for name in (READER, language):
            lane = self._lane(name)
            if stay:
                lane.idle = math.inf
        await asyncio.gather(*(self._lane(name).ask(name, None, self._timeout, rank) for name in (READER, language)))

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
            self._lanes[family] = Lane(family, self._load_timeout, self._idle)
        if language not in (DETECTOR, READER):
            self._last = self._lanes[family]
        return self._lanes[family]

    async def _word_by_word(self, words: Sequence[Word], language: str, rank: int) -> Phonemes:
        parts: list[tuple[int, Phonemes]] = []
        poisoned = at = 0
        for group in _with_marks(words):
            try:
                said = await self._say(group, language, rank)
            except G2PError as failure:
                poisoned += 1
                if poisoned > MAX_POISONED:
                    raise SynthesisError(f"g2p {failure} on more than {MAX_POISONED} words of a chunk") from None
                said = Phonemes("", (), sum(len(word.text) for word in group if word.kind != "mark"))
            parts.append((at, said))
            at += sum(len(word.text) for word in group)
        _log.warning("g2p: %d of %d words left out", poisoned, len(parts))
        return join(parts)

    async def _say(self, words: Sequence[Word], language: str, rank: int) -> Phonemes:
        key = language, tuple((word.text, word.kind, word.phonemes, word.spaced) for word in words)
        if (kept := self._kept.get(key)) is not None:
            return kept
        answer = await self._lane(language).ask(
            language, {"words": [list(word) for word in key[1]]}, self._timeout, rank
        )
        spans = tuple(WordSpan(*span) for span in answer["words"])
        phonemes = Phonemes(answer["text"], spans, answer["unsayable"], answer["dropped"])
        self._kept.keep(key, phonemes, max(1, len(phonemes.text)))
        return phonemes


def _with_marks(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Each of ``words`` with the marks that stand before and after it without a space."""
    group: list[Word] = []
    for word in words:
        follows = word.kind == "mark" or all(before.kind == "mark" for before in group)
        if group and (group[-1].spaced or not follows):
            yield group
            group = []
        group.append(word)
    if group:
        yield group
