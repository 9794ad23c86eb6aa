"""What is said of a text, as it is put together: words and marks, each with its place in the source. Pure."""

from dataclasses import dataclass

from ttsmesh.model.text.clean import CleanText
from ttsmesh.model.text.reading import Capitals
from ttsmesh.model.text.segments import Word, WordKind
from ttsmesh.model.text.verbalise.characters.choose import names

_LAST_SPACED = "\u2e7f"
"""Between two words that end and begin with characters up to this one there is a space."""

_STRENGTH = {mark: strength for strength, mark in enumerate((",", "—", "–", ":", ";", "...", ".", "!", "?"))}

UNSPACED = ("ja", "zh")
"""Languages that are written without spaces."""


@dataclass(slots=True)
class Said:
    """A word under way; the fields are those of ``Word``."""

    text: str
    start: int
    end: int
    spaced: bool = True
    kind: WordKind = "word"
    phonemes: str = ""
    icon: bool = False
    ends_sentence: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """``complete``: it ends with the mark of a sentence's end."""

    words: tuple[Word, ...]
    complete: bool


class Draft:
    """The words that are said of ``source`` so far. ``unsayable``: characters of it that cannot be said.

    ``capitals``: how a word with a capital is announced.
    """

    def __init__(self, source: CleanText, language: str, capitals: Capitals) -> None:
        self.unsayable = source.unsayable
        self._source = source
        self._text = source.text
        self._language = language
        self._unspaced = language in UNSPACED
        self._capitals = capitals
        self._words: list[Said] = []
        self._icon = False
        self._apart = 0  # words up to here have a space behind them

    @property
    def last(self) -> Said | None:
        """The word or mark that was put last."""
        return self._words[-1] if self._words else None

    @property
    def in_clause(self) -> bool:
        """Whether a word was put last, rather than a mark or nothing."""
        return bool(self._words) and self._words[-1].kind != "mark"

    def sentences(self) -> list[Sentence]:
        found: list[Sentence] = []
        words: list[Word] = []
        for said in self._words:
            words.append(Word(said.text, said.start, said.end, said.spaced, said.kind, said.phonemes, said.icon))
            if said.ends_sentence:
                found.append(Sentence(tuple(words), True))
                words = []
        if words:
            found.append(Sentence(tuple(words), False))
        return found

    def announce(self, at: int, end: int) -> None:
        """Announce what is said next for ``text[at:end]``, if it has a capital."""
        if self._capitals == "none" or not (capitals := sum(map(str.isupper, self._text[at:end]))):
            return
        if self._capitals == "icon":
            self._icon = True
            return
        own = names(self._language)
        all_are = capitals > 1 and capitals == sum(map(str.isalpha, self._text[at:end]))
        for word in (own.capitals if all_are else own.capital).split():
            self.put(word, at, end)
        self._apart = len(self._words)

    def say(self, said: str, at: int, end: int, *, apart: bool = False) -> None:
        """Put the words that a rule says for ``text[at:end]``, ``apart`` from what is before them."""
        if not apart:
            self.glue(at, said)
        letters = ""
        for token in said.split():
            body = token.rstrip(".,;:?!")
            if len(body) == 1 and body.isupper() and body.isascii():
                letters += body
            else:
                self.put_letters(letters, at, end)
                letters = ""
                if body in ("—", "–"):
                    self.put_mark("—", at, end)
                elif body:
                    self.put(body, at, end)
            if len(body) < len(token):
                self.put_letters(letters, at, end)
                letters = ""
                mark = token[len(body)]
                self.put_mark(mark, at, end, ends=mark in ".?!" and self._sentence_begins(end))
        self.put_letters(letters, at, end)
        if apart:
            self._apart = len(self._words)

    def put_letters(self, letters: str, at: int, end: int) -> None:
        if letters:
            self.put(letters, at, end, kind="letters")

    def _sentence_begins(self, at: int) -> bool:
        """Whether what follows ``at`` may begin a sentence."""
        return not self._text[at : at + 16].lstrip("\"'“‘([ \t\r\n")[:1].islower()

    def put(
        self,
        text: str,
        at: int,
        end: int,
        *,
        kind: WordKind = "word",
        phonemes: str = "",
        spaced: bool = True,
        ends: bool = False,
    ) -> None:
        """Put ``text``, which is said for ``text[at:end]`` of the source, and ``ends`` a sentence."""
        source = self._source
        start, last = source.starts[at], max(source.ends[at:end])
        icon = self._icon and kind != "mark"
        self._icon = self._icon and not icon
        self._words.append(Said(text, start, last, spaced, kind, phonemes, icon, ends))

    def join(self) -> None:
        """Put no space behind the word or mark that was put last."""
        self._words[-1].spaced = False

    def glue(self, at: int, said: str) -> None:
        """Put no space before ``said``, which stands for what is at ``at``, where language and text have none."""
        if not self._unspaced or not said or not self._words or self._text[at - 1 : at].isspace():
            return
        if len(self._words) == self._apart:
            return
        last = self._words[-1]
        if last.kind != "mark" and (last.text[-1] > _LAST_SPACED or said[0] > _LAST_SPACED):
            last.spaced = False

    def put_mark(self, mark: str, at: int, end: int, *, ends: bool = False) -> None:
        """Add ``mark`` to the word before it. Of several marks the strongest stays, but "?!" stays as it is."""
        if not self._words:
            return
        last = self._words[-1]
        if last.kind == "mark" and last.text in _STRENGTH:
            if {last.text, mark} == {"?", "!"}:
                last.text += mark
            elif _STRENGTH[mark] > _STRENGTH[last.text]:
                if "—" in (last.text, mark) and len(self._words) > 1:
                    self._words[-2].spaced = mark == "—"
                last.text = mark
            last.end = max(last.end, self._source.ends[end - 1])
            last.ends_sentence = last.ends_sentence or ends
            return
        if last.kind == "mark" and (last.text == "?!" or (last.text == "”" and last.ends_sentence and not ends)):
            return
        if mark != "—":
            last.spaced = False
        self.put(mark, at, end, kind="mark", ends=ends)
