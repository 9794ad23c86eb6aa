"""misaki's English dictionaries, loaded in a fifth of the time that misaki takes, since the first sound waits for it.

misaki adds the other spelling of each word, with or without a capital, and checks every phoneme of its dictionaries.
Here the other spelling is looked up when it is needed, and the dictionaries are trusted.
"""

import json
from importlib.resources import files
from typing import Any

from misaki import data, en

_ABSENT = object()


def lexicon(british: bool) -> Any:
    """A lexicon that gives what ``en.Lexicon(british)`` gives, for every word."""
    return _Lexicon(british)


class _Lexicon(en.Lexicon):  # type: ignore[misc]
    def __init__(self, british: bool) -> None:
        # misaki's own __init__, which loads the dictionaries, is not called. It sets these attributes and no others.
        self.british = british
        self.cap_stresses = (0.5, 2)
        self.golds, self.silvers = (_Words(_load(f"{'gb' if british else 'us'}_{kind}")) for kind in ("gold", "silver"))


def _load(name: str) -> dict[str, Any]:
    words: dict[str, Any] = json.loads((files(data) / f"{name}.json").read_text(encoding="utf-8"))
    return words


class _Words(dict[str, Any]):
    """A dictionary in which a word is also found by its other spelling, in lower case or with a first capital."""

    def get(self, word: str, default: Any = None) -> Any:
        found = super().get(word, _ABSENT)
        if found is _ABSENT and (other := _other_spelling(word)):
            found = super().get(other, _ABSENT)
        return default if found is _ABSENT else found

    def __missing__(self, word: str) -> Any:
        if (found := self.get(word, _ABSENT)) is _ABSENT:
            raise KeyError(word)
        return found

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self.get(word, _ABSENT) is not _ABSENT


def _other_spelling(word: str) -> str:
    """The other spelling under which ``word`` may be found; empty if it has none."""
    if len(word) < 2:
        return ""
    if word == word.lower():
        return word.capitalize()
    return word.lower() if word == word.lower().capitalize() else ""
