"""The reader as a process sees it: requests in plain values, and the lexicons that belong to a text. Blocking."""

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ttsmesh.lexicon.files import lexicon_paths, load
from ttsmesh.lexicon.project import project_lexicon
from ttsmesh.limits import MAX_REPLY
from ttsmesh.model.g2p.installed import is_installed
from ttsmesh.model.g2p.packing import packed
from ttsmesh.model.text.markup import notes
from ttsmesh.model.text.reader import read
from ttsmesh.model.text.reading import Reading
from ttsmesh.model.text.segments import Segment

FEWEST = 100
"""Characters of the text that are read at once, however many words they stand for."""

WORD_BYTES = 24
"""Bytes of a word in a reply, besides its text."""


def answer(request: Mapping[str, Any], detect: Callable[[str], str | None] | None = None) -> dict[str, Any]:
    """The beginning of a text, read: ``{segments, used, state, noted}``. ``detect`` finds a sentence's language."""
    reading = Reading(**request["reading"])
    project = project_lexicon(reading.directory) if reading.directory else None
    lexicon, _ = load(lexicon_paths(project))

    def languages(sentences: Sequence[str]) -> list[str | None]:
        assert detect is not None
        return [detect(sentence) for sentence in sentences]

    most = request["most"]
    while True:
        block = read(
            request["window"],
            request["offset"],
            reading,
            copy.deepcopy(request["state"]),
            most=most,
            final=request["final"],
            lexicon=lexicon,
            detect=languages if reading.detect else None,
            speaks=is_installed,
            notes=notes.unpacked(request.get("notes", ())),
        )
        if most <= FEWEST or _size(block.segments) <= MAX_REPLY:
            break
        most //= 4  # few characters may stand for many words
    return {"segments": packed(block.segments), "used": block.used, "state": block.state, "noted": block.noted}


def _size(segments: Sequence[Segment]) -> int:
    """Bytes of a reply with ``segments``, or some more."""
    return sum(WORD_BYTES + 4 * len(word.text) for segment in segments for word in segment.words)


def warm_up(language: str = "en-us") -> None:
    """Read a short text, because the first one takes long."""
    reading = {"language": language, "read_as": "auto", "detect": False, "directory": ""}
    answer({"window": "Warm up, please.", "offset": 0, "reading": reading, "state": {}, "most": 100, "final": True})
