"""What a lexicon says about words, and finding a word in it. Pure.

A lexicon is a TOML file. Each of its tables is for one language by its code (``[en-us]``), for all kinds of one
(``[en]``), or for every language (``[all]``). It maps words to how they are said::

    [en]
    kubectl = "kube control"          # respelled: said like these words
    nginx = "engine X"                # a single capital is the name of the letter
    Nguyen = "/wˈɪn/"                 # between slashes: phonemes, in IPA or as the model writes them
    "Visual Studio" = "vizh wul studio"
    "naïve" = "nigh eve"              # TOML wants quotes around all but ASCII letters, digits, - and _

A word in lower case stands for all its writings, and one with a capital for exactly that one. If a word of English is
respelled or has phonemes, so have its plural and its possessive: kubectl's, repos.

The more specific table counts: ``[en-us]`` before ``[en]`` before ``[all]``.
"""

import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ttsmesh.errors import Code, ConfigError, RejectedError, TtsmeshError, quoted
from ttsmesh.languages import LANGUAGES, language_code
from ttsmesh.lexicon.notation import kokoro

MAX_WORDS = 4
"""Words of a key, at most: the scanner tries so many at each word that begins one."""

MAX_KEY = 100
"""Characters of a key."""

MAX_SAYING = 200
"""Characters of a respelling or of phonemes."""

MAX_ENTRIES = 5000
"""Entries of one file. A project's file is somebody else's, so it may not take much time or memory."""

ALL = "all"
"""The table of every language."""

_MAX_DOTS = 20
"""Dots in a line that is no comment: the time to read a TOML key grows with the square of its parts."""

_MAX_FAULTS = 20
"""Faults of one file that are told one by one."""

_RESPELLING_MARKS = frozenset(" '-,.;:?!—")
_ENGLISH = ("en-us", "en-gb")
_SIBILANTS = frozenset("szʃʒʧʤ")
_VOICELESS = frozenset("ptkfθ")
_SHORTEST_PLURAL = 4
"""Letters of a plural, unless what it is of is in capitals: "ios" is no plural of "io", and IDs is one of ID."""

_HISSING = ("ses", "xes", "zes", "ches", "shes")
"""Plurals that have "es" where the singular has nothing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """How a word is said: by a ``respelling`` or by ``phonemes`` in the model's symbols; the other one is empty."""

    respelling: str
    phonemes: str


@dataclass(frozen=True, slots=True)
class Saying:
    """An entry as a file has it: in the table ``section``, ``word`` is said as ``said``."""

    section: str
    word: str
    said: str


class Lexicon:
    """The sayings of several files, the first of which counts most."""

    def __init__(self, files: Sequence[Iterable[Saying]] = (), version: str = "") -> None:
        """``version``: a text that differs when any of the files does."""
        self.version = version
        self._tables: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
        for sayings in reversed(files):
            self._add(list(sayings))
        keys = (key for table in self._tables.values() for key in table)
        self.longest = max((key.count(" ") + 1 for key in keys), default=1)
        """Words of the longest key, at least 1."""
        self._first = {
            language: frozenset(key.partition(" ")[0].lower() for key in table if " " in key)
            for language, table in self._tables.items()
        }

    def begins(self, word: str, language: str) -> bool:
        """Whether ``word`` may be the first one of a key of several words."""
        return word.lower() in self._first[language]

    def find(self, words: str, language: str) -> Entry | None:
        """How ``words`` are said in a ``language`` of ``LANGUAGES``.

        ``words`` are one word, or up to ``longest`` with a space between any two. A miss takes less than a microsecond.
        """
        key = words if words.isascii() else normal(words)
        table = self._tables[language]
        said = table.get(key) or table.get(key.lower())
        if said is not None:
            return _entry(said, language)
        last = key[-1:]
        if last == "'":  # a closing quotation mark, or the end of a possessive
            return self.find(key[:-1], language)
        return self._inflected(key, language) if last == "s" and language in _ENGLISH else None

    def _add(self, sayings: Iterable[Saying]) -> None:
        """Add the sayings of a file that counts more than those added so far."""
        sections: dict[str, dict[str, str]] = {}
        for saying in sayings:
            sections.setdefault(saying.section, {})[saying.word] = saying.said
        for language, table in self._tables.items():
            for section in (ALL, language.partition("-")[0], language):
                here = sections.get(section, {})
                # A word in lower case also stands for the writings with capitals, which came from elsewhere.
                for word in [word for word in table if word.lower() in here]:
                    del table[word]
                table.update(here)

    def _inflected(self, key: str, language: str) -> Entry | None:
        """The entry of a possessive or a plural, by that of the word itself."""
        if key[-2:-1] == "'":
            bases, ending = [key[:-2]], "'s"
        elif key[-2:-1] != "s" and (len(key) >= _SHORTEST_PLURAL or key[:-1].isupper()):
            bases, ending = [key[:-1], *([key[:-2]] if key.endswith(_HISSING) else [])], "s"
        else:
            return None
        table = self._tables[language]
        for base in bases:
            if said := table.get(base) or table.get(base.lower()):
                return _with_s(_entry(said, language), ending)
        return None


def parse(source: str) -> tuple[list[Saying], list[str]]:
    """The sayings of a file's content, and what is wrong with others, which are left out.

    Raises:
        ConfigError: it is not TOML, or too long to be a lexicon; nothing of it can be used.
    """
    tables = _toml(source)
    sayings: list[Saying] = []
    faults: list[str] = []
    for name, table in tables.items():
        try:
            if not isinstance(table, dict):
                raise ConfigError(f"{quoted(name)} must be in a table such as [en]")
            section = section_name(name)
        except TtsmeshError as error:
            faults.append(error.message)
            continue
        for word, said in _flat(table):
            if len(sayings) + len(faults) == MAX_ENTRIES:
                raise ConfigError(f"more than {MAX_ENTRIES} entries")
            try:
                sayings.append(Saying(section, checked_word(word), checked_saying(said, section)))
            except TtsmeshError as error:
                faults.append(f"[{section}] {quoted(word)}: {error.message}")
    if len(faults) > _MAX_FAULTS:
        faults[_MAX_FAULTS:] = [f"and {len(faults) - _MAX_FAULTS} more faults"]
    return sayings, faults


def section_name(name: str) -> str:
    """The name of the table that ``name`` means: ``all``, a language without its region, or a code of ``LANGUAGES``.

    Raises:
        RejectedError: there is no such language.
    """
    known = name.strip().lower()
    if known == ALL or any(code.startswith(f"{known}-") for code in LANGUAGES):
        return known
    return language_code(name)


def languages_of(section: str) -> tuple[str, ...]:
    """The codes of the languages that the table ``section`` is for."""
    return tuple(code for code in LANGUAGES if section in (ALL, code, code.partition("-")[0]))


def checked_word(word: str) -> str:
    """``word`` as a key: in Unicode's composed form, with single spaces.

    Raises:
        RejectedError: it is no word or no few words.
    """
    key = normal(" ".join(word.split()))
    if not any(c.isalnum() for c in key):
        raise RejectedError("the word is empty, or has neither letters nor digits", Code.USAGE)
    if len(key) > MAX_KEY or not key.isprintable():
        raise RejectedError(f"the word has more than {MAX_KEY} characters, or some that do not print", Code.USAGE)
    if key.count(" ") >= MAX_WORDS:
        raise RejectedError(f"more than {MAX_WORDS} words", Code.USAGE)
    return key


def checked_saying(said: object, section: str) -> str:
    """``said`` as a respelling with single spaces, or as phonemes between slashes.

    Raises:
        RejectedError: it cannot be said in the languages of ``section``; names the symbol.
    """
    if not isinstance(said, str):
        raise RejectedError("what is said must be text in quotes", Code.TEXT)
    saying = normal(" ".join(said.split()))
    if len(saying) > MAX_SAYING:
        raise RejectedError(f"what is said has more than {MAX_SAYING} characters", Code.TEXT)
    if saying.startswith("/"):
        if len(saying) < 2 or not saying.endswith("/"):
            raise RejectedError("phonemes stand between two slashes", Code.TEXT)
        try:
            kokoro(saying[1:-1], languages_of(section)[0])
        except ValueError as error:
            raise RejectedError(str(error), Code.TEXT) from None
        return saying
    for c in saying:
        if not (c.isalpha() or unicodedata.category(c).startswith("M") or c in _RESPELLING_MARKS):
            raise RejectedError(f"{quoted(c)} cannot be said; write it in words", Code.TEXT)
    if not any(c.isalpha() for c in saying):
        raise RejectedError("nothing would be said", Code.TEXT)
    return saying


def normal(text: str) -> str:
    """``text`` as lexicons compare it: composed, with straight apostrophes."""
    return unicodedata.normalize("NFC", text).replace("’", "'")


def _toml(source: str) -> dict[str, Any]:
    for number, line in enumerate(source.split("\n"), 1):
        if line.count(".") > _MAX_DOTS and not line.lstrip().startswith("#"):
            raise ConfigError(f"line {number} has more than {_MAX_DOTS} dots")
    try:
        return tomllib.loads(source)
    except RecursionError:
        raise ConfigError("nested too deeply") from None
    except ValueError as error:  # malformed TOML, and numbers of thousands of digits
        raise ConfigError(str(error)) from None


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    """The entries of ``table``. TOML makes a table of a key with a dot, such as node.js, that has no quotes."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


@lru_cache(1024)
def _entry(said: str, language: str) -> Entry:
    return Entry("", kokoro(said[1:-1], language)) if said.startswith("/") else Entry(said, "")


def _with_s(entry: Entry, ending: str) -> Entry:
    """``entry`` in the possessive or the plural: ``ending`` is "'s" or "s"."""
    if entry.phonemes:
        last = entry.phonemes[-1]
        return Entry("", entry.phonemes + ("ᵻz" if last in _SIBILANTS else "s" if last in _VOICELESS else "z"))
    said = entry.respelling
    if ending == "s" and not said[-1].islower():
        ending = "'s"  # two letters would be a word: "Qs"
    elif ending == "s" and f"{said}es".endswith(_HISSING):
        ending = "es"
    return Entry(said + ending, "")
