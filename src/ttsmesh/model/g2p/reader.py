"""The reader as a process sees it: requests in plain values, and the lexicons that belong to a text. Blocking."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ttsmesh.lexicon.files import lexicon_paths, load
from ttsmesh.lexicon.project import project_lexicon
from ttsmesh.model.g2p.installed import is_installed
from ttsmesh.model.g2p.packing import packed
from ttsmesh.model.text.markup import notes
from ttsmesh.model.text.reader import read
from ttsmesh.model.text.reading import Reading


def answer(request: Mapping[str, Any], detect: Callable[[str], str | None] | None = None) -> dict[str, Any]:
    """The beginning of a text, read: ``{segments, used, state, noted}``. ``detect`` finds a sentence's language."""
    reading = Reading(**request["reading"])
    project = project_lexicon(reading.directory) if reading.directory else None
    lexicon, _ = load(lexicon_paths(project))

    def languages(sentences: Sequence[str]) -> list[str | None]:
        assert detect is not None
        return [detect(sentence) for sentence in sentences]

    block = read(
        request["window"],
        request["offset"],
        reading,
        request["state"],
        most=request["most"],
        final=request["final"],
        lexicon=lexicon,
        detect=languages if reading.detect else None,
        speaks=is_installed,
        notes=notes.unpacked(request.get("notes", ())),
    )
    return {"segments": packed(block.segments), "used": block.used, "state": block.state, "noted": block.noted}


def warm_up(language: str = "en-us") -> None:
    """Read a short text, because the first one takes long."""
    reading = {"language": language, "read_as": "auto", "detect": False, "directory": ""}
    answer({"window": "Warm up, please.", "offset": 0, "reading": reading, "state": {}, "most": 100, "final": True})
