"""Writes what ttsmesh says of some snippets, and what misaki alone would say, into ``docs/reading.md``.

``python -m bench.side_by_side`` in the repository's root. The snippets are in ``bench/snippets``, one a file; a code
of ``ttsmesh.languages`` may stand before ``.txt``, and English is the language without one.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tests.reading import segments

from ttsmesh.model.text.segments import spoken

SNIPPETS = Path(__file__).parent / "snippets"
DOCUMENT = Path(__file__).parent.parent / "docs" / "reading.md"
BEGIN, END = "<!-- side by side: begin -->", "<!-- side by side: end -->"

_UNKNOWN = "❓"
_UNUSED = ("parser", "attribute_ruler", "lemmatizer", "ner", "senter", "tokenizer")
_LANGUAGES = {"fr-fr": "French", "es": "Spanish", "ja": "Japanese", "hi": "Hindi", "it": "Italian", "zh": "Chinese"}
_SYMBOLS = {
    "=": "equals",
    "#": "hash",
    "+": "plus",
    "@": "at",
    "&": "and",
    "/": "slash",
    "*": "asterisk",
    "≈": "approximately",
    "%": "percent",
    "±": "plus or minus",
    "→": "right arrow",
    "<": "less than",
    ">": "greater than",
    "~": "tilde",
    "≥": "greater than or equal to",
    "🎉": "party popper",
    "🙏": "folded hands",
    "👀": "eyes",
    "_": "underscore",
}
"""Words of the symbols that espeak-ng says for misaki."""
_DIGITS_OR_WORD = re.compile(r"[\d.,]*\d|[^\W\d_]+(?:['’][^\W\d_]+)*|\S")


class Snippet(NamedTuple):
    """``name``: "git diff"; ``language``: a code of ``LANGUAGES``."""

    name: str
    language: str
    text: str


def snippets() -> list[Snippet]:
    """All snippets, in the order of their numbers."""
    found = []
    for path in sorted(SNIPPETS.glob("*.txt")):
        name, _, language = path.stem.partition(".")
        words = name.partition("-")[2].replace("-", " ")
        found.append(Snippet(words, language or "en-us", path.read_text(encoding="utf-8")))
    return found


def ours(snippet: Snippet, read_as: str = "auto") -> str:
    """What ttsmesh says. " / " is a pause between paragraphs, items and the like, where no mark makes one."""
    said = ""
    for segment in segments(snippet.text, snippet.language, read_as):
        if words := spoken(segment.words):
            said += words + (" " if words[-1] in ".!?:;," else " / ")
    return said.rstrip(" /")


def misakis(snippet: Snippet) -> str:
    """What misaki alone says: words in English, phonemes in the other languages."""
    if snippet.language == "en-us":
        return _english()(snippet.text)
    return f"`{_other(snippet.language)(snippet.text)}`"


def section() -> str:
    """The part of the document between the marks."""
    return "\n".join(_lines())


def main() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    assert begin, f"{DOCUMENT} has no {BEGIN}"
    assert end, f"{DOCUMENT} has no {END}"
    DOCUMENT.write_text(f"{before}{BEGIN}\n{section()}\n{END}{after}", encoding="utf-8")


def _lines() -> Iterator[str]:
    for number, snippet in enumerate(snippets(), 1):
        language = f" ({_LANGUAGES[snippet.language]})" if snippet.language in _LANGUAGES else ""
        yield f"\n### {number}. {snippet.name[0].upper()}{snippet.name[1:]}{language}\n"
        yield f"````text\n{snippet.text.rstrip()}\n````\n"
        yield f"**ttsmesh:** {plain(ours(snippet))}\n"
        yield f"**misaki:** {misakis(snippet)}"


def plain(text: str) -> str:
    """``text`` without what Markdown would take for markup."""
    return re.sub(r"([\\*_`<>\[\]|#~])", r"\\\1", text)


# --- misaki -----------------------------------------------------------------------------------------------------------


@cache
def _english() -> Callable[[str], str]:
    import spacy
    from misaki import en, espeak

    from ttsmesh.model.g2p.english.tagger import checked

    class Lexicon(en.Lexicon):  # type: ignore[misc]
        """misaki's, which notes the words that it makes of numbers."""

        def __init__(self) -> None:
            super().__init__(False)
            self.numbers: dict[str, str] = {}
            self._words: list[str] | None = None

        def lookup(self, word: str, *rest: Any) -> Any:
            if self._words is not None:
                self._words.append(word)
            return super().lookup(word, *rest)

        def get_number(self, word: str, *rest: Any) -> Any:
            self._words = []
            said = super().get_number(word, *rest)
            if said[0] is not None:
                self.numbers[word] = " ".join(self._words)
            self._words = None
            return said

    class English(en.G2P):  # type: ignore[misc]
        """misaki's, without its download of a spaCy model. The attributes are all that its ``__call__`` uses."""

        def __init__(self) -> None:
            self.version = None
            self.british = False
            self.nlp = spacy.load(checked(), exclude=_UNUSED)
            self.lexicon = Lexicon()
            self.fallback = espeak.EspeakFallback(False)
            self.unk = _UNKNOWN

    g2p = English()

    def say(text: str) -> str:
        g2p.lexicon.numbers.clear()
        _, tokens = g2p(text)
        said = (_of_token(token.text, token.phonemes, g2p.lexicon.numbers) + token.whitespace for token in tokens)
        return plain(" ".join("".join(said).split()))

    return say


def _of_token(text: str, phonemes: str | None, numbers: dict[str, str]) -> str:
    """The words of a token: a number as it was read, "(…)" for what makes no sound, phonemes where no words can be
    had."""
    if not phonemes or _UNKNOWN in phonemes:
        return f"({text.strip()})" if any(map(str.isalnum, text)) else " "
    if not any(map(str.isdigit, text)):
        if any(map(str.isalpha, text)) or not any(map(str.isalpha, phonemes)):
            return text if text.strip() else phonemes
        return " ".join(_SYMBOLS.get(c, f"/{phonemes}/") for c in dict.fromkeys(text))
    said = []
    for part in _DIGITS_OR_WORD.findall(text):
        if part[-1].isdigit() and part not in numbers:
            return f"/{phonemes}/"
        if part[-1].isalnum():
            said.append(numbers.get(part, part))
    return " ".join(said)


@cache
def _other(language: str) -> Callable[[str], str]:
    if language in ("ja", "zh"):
        from ttsmesh.model.g2p import cjk

        tokens = cjk.japanese() if language == "ja" else cjk.chinese()
        return lambda text: " ".join(token.phonemes for token in tokens(text) if token.phonemes)
    from misaki import espeak

    g2p = espeak.EspeakG2P(language)
    return lambda text: " ".join(str(g2p(text)[0]).split())


if __name__ == "__main__":
    main()
