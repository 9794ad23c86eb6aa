"""Reads a clean text from token to token, and makes words of it by the rules of its language. Pure.

Most of a text is plain words, which pass at once. Everything else is offered to the rules, the most specific first.
What no rule takes is a mark, a word of letters, or a symbol; what has no name is counted as unsayable.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ttsmesh.limits import MAX_WORD
from ttsmesh.model.text.classify.rules import RULES as QUANTITIES, WORDS as QUANTITY_WORDS
from ttsmesh.model.text.clean import CleanText, script
from ttsmesh.model.text.clusters import between_clusters
from ttsmesh.model.text.punctuation import SETS, MarkNames, Written
from ttsmesh.model.text.reading import Capitals, Punctuation
from ttsmesh.model.text.rules import Context, Rule, Style, Verbaliser
from ttsmesh.model.text.segments import Word, WordKind
from ttsmesh.model.text.sentences import STOP, ends_sentence, is_initial
from ttsmesh.model.text.terms.credentials.named import NAME_ENDS
from ttsmesh.model.text.terms.names import identifier
from ttsmesh.model.text.terms.rules import LAST, RULES as TERMS, SECRETS, SYMBOL
from ttsmesh.model.text.verbalise.characters.choose import names

_NATIVE = (
    "\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3040-\u318f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\ua48f"
    "\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
"""Letters of scripts that are written without spaces."""

_LAST_SPACED = "\u2e7f"
"""Between two words that end and begin with characters up to this one there is a space."""

_NUMERIC = "\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u2079\u2080-\u2089\u2150-\u218b\u2460-\u249b\u24ea-\u24ff"
"""Characters that Python counts as letters of a word, and that are numbers."""

_LETTER = rf"(?:[^\W\d_{_NATIVE}{_NUMERIC}]|[\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963])"
_LETTERS = re.compile(rf"{_LETTER}+(?:['-]{_LETTER}+)*'?")
"""A word of letters, with apostrophes and hyphens inside and perhaps an apostrophe at its end."""

_ELIDED = re.compile(r"[A-Za-z][a-z]{0,7}'(?=[A-Z]{2,12}(?![^\W_])|\d|[a-z]{2,5}\. ?[A-Z\d])")
"""An article or a preposition before an acronym, a number or an abbreviation: "l'API", "l'80%", "l'avv. Bianchi"."""

_NATIVE_RUN = re.compile(rf"[{_NATIVE}]+")

_PLAIN_AFTER = re.compile(
    rf"(?:[,;:!?]{{0,8}}(?=[\s\"”)\]}}—–…]|$)|[”\")\]}}—–…](?![\w(])|\.{{2,}}(?=\s|$)|\.(?=[\s\"”)\]}}]|$)|,(?=[^\W\d_])"
    rf"|(?=[{_NATIVE}]))"
)
"""What may follow a plain word. Anything else makes it a part of something else: a path, a call, an address."""

_TOKEN = re.compile(r"\S{1,100}(?!\S)")
_TOKEN_ENDS = ".,;:!?)]}\"'”"

_PLAIN_MARK = re.compile(r"(?:(?:[,!?”\"]|\.(?! \.))(?=[\s”\")]|$)|[:;](?=[\s”\"]|$))")
"""A mark that ends a word, and so begins nothing else."""

_BEGINS = re.compile(
    r"\s*(?:$|(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Jan|Febr)uary|March|April|May|June|July|August"
    r"|(?:Septem|Octo|Novem|Decem)ber|[A-Z]{2})[\"“‘(]?[A-ZÀ-Þ])"
)
"""The beginning of a sentence after a time or an amount; a day, a month or a time zone would go on with it."""

_SECRET_LENGTH = 16
_SECRET_BEFORE, _SECRET_BETWEEN = frozenset(":="), frozenset("\"' \t")
_SECRET_SIGNS = frozenset(" \t:：'\"`*_=])")
_SECRET_FOLLOWS = frozenset(
    {"bearer", "basic", "token", "apikey", "digest", "password", "passwd", "passphrase", "passcode", "secret", "api"}
    | {"identified", "password's", "token's", "secret's", "key", "contraseña", "senha", "passwort", "mot", "pwd"}
)
"""Letters that a secret has at least, and words before one without a colon."""

_LONGEST_QUANTITY = 3
"""Letters, Greek ones among them, that name a quantity together: "Δt", "μg"."""

_GENITIVE = re.compile(r"'s(?!\w)")
"""What belongs to the word before it, also where that is a number: "Formula 1's"."""

_DOTS = re.compile(r"\.{2,}|…+|\.(?: \.(?!\w)){2,}")
_PARTS = re.compile(r"([^-]+)|-+")
"""What a hyphen parts, and hyphens."""

_DASHES = re.compile(r"\s*(?:-{2,3}|[—–]+)\s*")
_QUOTED = 80
"""Characters between two apostrophes that are quotation marks, at most."""
_OPENING_QUOTE = re.compile(r"(?<![^\s(\[{=,:])'(?=\w|$)")
_CLOSING_QUOTE = re.compile(r"(?<=[\w.,!?])'(?!\w)")
_OPERANDS = frozenset("=+*/<>^")
"""What stands next to the name of a variable."""

_STRENGTH = {mark: strength for strength, mark in enumerate((",", "—", "–", ":", ";", "...", ".", "!", "?"))}

_OPENING, _CLOSING = "([{<", ")]}>"
_SILENT = frozenset({"Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Zs", "Zl", "Zp", "Cc", "Cf", "Sk", "Mn", "Me"})
"""Categories that no reader would say, so that leaving them out loses nothing."""


class Entry(Protocol):
    """What a lexicon has for a word: one of both is empty."""

    @property
    def respelling(self) -> str: ...
    @property
    def phonemes(self) -> str: ...


class Lexicon(Protocol):
    """Words whose pronunciation is known. ``longest``: words that an entry has at most."""

    longest: int

    def begins(self, word: str, language: str) -> bool: ...
    def find(self, words: str, language: str) -> Entry | None: ...


@dataclass(slots=True)
class _Said:
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


def scan(
    source: CleanText,
    verbaliser: Verbaliser,
    lexicon: Lexicon,
    style: Style = "prose",
    *,
    punctuation: Punctuation = "none",
    capitals: Capitals = "none",
    written: Written = lambda start, end: "",
) -> tuple[list[Sentence], int]:
    """The sentences of ``source``, and how many characters of it cannot be said.

    ``punctuation``: which marks are named, for which ``written`` is needed. ``capitals``: how a word with a capital is
    announced.
    """
    scanner = _Scanner(source, verbaliser, lexicon, style, written, punctuation, capitals)
    scanner.run()
    return scanner.sentences(), scanner.unsayable


class _Scanner:
    def __init__(
        self,
        source: CleanText,
        verbaliser: Verbaliser,
        lexicon: Lexicon,
        style: Style,
        written: Written,
        punctuation: Punctuation,
        capitals: Capitals,
    ) -> None:
        self.unsayable = source.unsayable
        self._source = source
        self._text = source.text
        self._lexicon = lexicon
        self._language = verbaliser.language
        self._unspaced = self._language in ("ja", "zh")
        self._elides = self._language in ("fr-fr", "it")
        self._context = Context(verbaliser, style, named=SETS[punctuation])
        self._rules = tuple(verbaliser.rules)
        self._out: list[_Said] = []
        self._given = {stretch.start: stretch for stretch in source.given}
        self._marks = MarkNames(source, punctuation, self._context, written)
        self._capitals = capitals
        self._icon = False
        self._apart = 0  # words up to here have a space behind them

    def run(self) -> None:
        text, at, given_end = self._text, 0, -1
        while at < len(text):
            if at in self._given:
                _, end, phonemes, said = self._given[at]
                if self._capitals == "icon" or not said:
                    self._announce(at, end)
                if said:
                    self._say(said, at, end, apart=at == given_end)
                else:
                    self._put(" ".join(text[at:end].split()), at, end, phonemes=phonemes)
                at = given_end = end
            elif text[at].isspace():
                at += 1
            else:
                end = self._step(at)
                assert end > at
                at = end

    def sentences(self) -> list[Sentence]:
        found: list[Sentence] = []
        words: list[Word] = []
        for said in self._out:
            words.append(Word(said.text, said.start, said.end, said.spaced, said.kind, said.phonemes, said.icon))
            if said.ends_sentence:
                found.append(Sentence(tuple(words), True))
                words = []
        if words:
            found.append(Sentence(tuple(words), False))
        return found

    # --- one token ----------------------------------------------------------------------------------------------------

    def _step(self, at: int) -> int:
        """Read what stands at ``at``; where it ends."""
        text = self._text
        word = _LETTERS.match(text, at)
        if word is not None:
            plain = _PLAIN_AFTER.match(text, word.end()) is not None
            if (end := self._known(at, word, plain)) is not None:
                return end
            if self._elides and "'" in word.group() and (elided := _ELIDED.match(text, at)):
                self._announce(at, elided.end())
                self._put(elided.group(), at, elided.end(), spaced=False)
                return elided.end()
            if plain and not _capitals_inside(word.group()):
                return self._plain(at, word.group(), word.end())
        elif _PLAIN_MARK.match(text, at) is not None:
            return self._mark(at)
        elif (native := _NATIVE_RUN.match(text, at)) is not None:
            return self._native(at, self._inside(at, native.end()))
        if (end := self._known_token(at)) is not None:
            return end
        for rules in (self._rules, SECRETS, TERMS, QUANTITIES, LAST):
            if (end := self._by_rules(rules, at)) is not None:
                if rules is QUANTITIES:
                    self._end_after(end)
                return end
        if word is None:
            return self._mark(at)
        end = self._inside(at, word.end())
        if _is_camel_case(word.group()):
            self._announce(at, end)
            self._say(identifier(self._text[at:end], self._context), at, end)  # glued to what a rule has read
            return end
        return self._word(at, end)

    def _plain(self, at: int, word: str, end: int) -> int:
        """Read a word of letters that no rule for developers' things could read."""
        if (read := self._by_rules(self._rules, at)) is not None:
            return read
        lower = word.lower()
        if self._may_be_secret(lower, end) and (read := self._by_rules(SECRETS, at)) is not None:
            return read
        if lower in QUANTITY_WORDS and (read := self._by_rules(QUANTITIES, at)) is not None:
            self._end_after(read)
            return read
        return self._word(at, self._inside(at, end))

    def _may_be_secret(self, word: str, end: int) -> bool:
        """Whether ``word`` may be the name of a secret that follows it, or one itself."""
        return (
            len(word) >= _SECRET_LENGTH
            or word in _SECRET_FOLLOWS
            or self._unspaced
            or self._context.previous == "password"
            or self._is_value(end - len(word))
            or (self._text[end : end + 1] in _SECRET_SIGNS and NAME_ENDS.match(self._text, end) is not None)
        )

    def _is_value(self, at: int) -> bool:
        """Whether what stands at ``at`` is given to a name: "name=", "name: ", "name='"."""
        before = self._text[at - 1] if at else ""
        return before in _SECRET_BEFORE or (
            before in _SECRET_BETWEEN and at > 1 and self._text[at - 2] in _SECRET_BEFORE
        )

    def _end_after(self, end: int) -> None:
        """Keep the mark of the sentence's end, if a rule took it with its last word: "at 5 p.m. She left." """
        if self._text[end - 1] == "." and self._out and self._out[-1].kind != "mark" and _BEGINS.match(self._text, end):
            self._put_mark(".", end - 1, end, ends=True)

    def _inside(self, at: int, end: int) -> int:
        """``end``, or the beginning of phonemes that the source gives before it."""
        return min((start for start in self._given if at < start < end), default=end) if self._given else end

    def _known(self, at: int, word: re.Match[str], plain: bool) -> int | None:
        """Say what stands at ``at`` as the lexicon has it, if it does; the longest entry first."""
        text, end = self._text, word.end()
        ends = [end]
        several = plain and text[end : end + 1] == " " and self._lexicon.begins(word.group(), self._language)
        while several and len(ends) < self._lexicon.longest and text[end : end + 1] == " ":
            following = _LETTERS.match(text, end + 1)
            if following is None:
                break
            end = following.end()
            ends.append(end)
        for end in reversed(ends):
            if not plain and _PLAIN_AFTER.match(text, end) is None:
                continue
            if self._said_by_lexicon(at, end):
                return end
        if plain and "-" in word.group():
            return self._known_part(at, word.end())
        return None

    def _known_part(self, at: int, end: int) -> int | None:
        """Say the first part of a compound, if the lexicon has any of its parts; where the next part begins."""
        parts = self._text[at:end].split("-")
        if not any(self._lexicon.find(part, self._language) for part in parts if part):
            return None
        first = at + len(parts[0])
        if parts[0] and not self._said_by_lexicon(at, first):
            self._word(at, first)
        if first < end:
            self._name_marks(first, first + 1)
        return min(first + 1, end)

    def _known_token(self, at: int) -> int | None:
        """Say what stands up to the next space, but for the marks at its end, if the lexicon has it."""
        token = _TOKEN.match(self._text, at)
        end = at + len(token.group().rstrip(_TOKEN_ENDS)) if token else at
        return end if end > at and self._said_by_lexicon(at, end) else None

    def _said_by_lexicon(self, at: int, end: int) -> bool:
        entry = self._lexicon.find(self._text[at:end], self._language)
        if entry is None:
            return False
        self._announce(at, end)
        if entry.phonemes:
            self._glue(at, self._text[at])
            self._put(self._text[at:end], at, end, phonemes=entry.phonemes)
        else:
            self._say(entry.respelling, at, end)
        self._context.previous = self._text[at:end].lower()
        return True

    def _by_rules(self, rules: Sequence[Rule], at: int) -> int | None:
        for rule in rules:
            if (answer := rule(self._text, at, self._context)) is not None and answer[0] > at:
                end, said = answer
                if self._marks and rules is TERMS:
                    named = self._marks.inside(at, end, said)
                    if named is None:
                        continue
                    said = named
                if said and rules is not QUANTITIES and rules is not SECRETS:
                    self._announce(at, end)
                first, _, rest = said.partition(" ")
                if self._text[at] in "~≈" and rest and self._out and self._out[-1].text.lower() == first:
                    said = rest  # "about ~10"
                if rules is QUANTITIES and not said.islower():
                    said = " ".join(map(self._parted, said.split(" ")))
                if rules is QUANTITIES and (genitive := _GENITIVE.match(self._text, end)) and said[-2:].isalpha():
                    end, said = genitive.end(), said + "'s"
                self._say(said, at, end)
                self._context.previous = self._text[at:end].lower()
                return end
        return None

    def _parted(self, word: str) -> str:
        """``word``, or its parts where it is a name in capitals or in camel case that has stood next to digits."""
        name = _is_camel_case(word) or (len(word) > 1 and word.isascii() and word.isalpha() and word.isupper())
        return identifier(word, self._context) if name else word

    def _word(self, at: int, end: int) -> int:
        text = self._text[at:end]
        if text[-1] == "'" and self._closes_quote(at):
            text = text[:-1]
        greek = not text.isascii() and _is_greek(text)
        name = self._named(text) if greek else text
        if name:
            self._announce(at, end)
        if greek:
            self._say(name, at, end)
            self.unsayable += 0 if name else len(text)
        elif len(text) == 1 and text.isascii() and self._is_variable(at):
            self._flush(text.upper(), at, end)
        elif len(text) <= MAX_WORD // 4 or len(text.encode()) <= MAX_WORD:
            self._glue(at, text)
            self._put_parts(text, at, end)
        else:
            cut = at + between_clusters(text, MAX_WORD // (1 if text.isascii() else 4))
            self._put(self._text[at:cut], at, cut)
            return cut
        self._context.previous = text.lower()
        return end

    def _put_parts(self, text: str, at: int, end: int) -> None:
        """Put ``text``, a word, and name its hyphens and the quotation mark behind it, if they are to be named."""
        if self._marks and "-" in text and self._marks.at(at + text.index("-")):
            for part in _PARTS.finditer(text):
                first, last = at + part.start(), at + part.end()
                if part[1]:
                    self._put(part[1], first, last)
                else:
                    self._name_marks(first, last)
        else:
            self._put(text, at, end)
        if len(text) < end - at:
            self._name_marks(at + len(text), end)

    def _closes_quote(self, at: int) -> bool:
        """Whether the apostrophe behind the word at ``at`` ends what another one began, rather than a possessive."""
        before = self._text[max(0, at - _QUOTED) : at]
        opening = _OPENING_QUOTE.search(before)
        return opening is not None and _CLOSING_QUOTE.search(before, opening.end()) is None

    def _is_variable(self, at: int) -> bool:
        """Whether the letter at ``at`` is a name in a program or a formula, rather than a word of one letter."""
        if self._context.style == "code":
            return True
        before, behind = self._text[max(0, at - 2) : at].strip(), self._text[at + 1 : at + 3].strip()
        return before[-1:] in _OPERANDS or behind[:1] in _OPERANDS

    def _named(self, text: str) -> str:
        """The names of the letters of mathematics, as in "Δt"; "" for a word of another script."""
        symbols = self._context.verbaliser.symbols
        if len(text) > _LONGEST_QUANTITY or not all(c in symbols or c.isascii() for c in text):
            return ""
        if len(text) > 1 and text.isalpha() and not any(c.isascii() for c in text):
            return ""
        return " ".join(symbols[c] if c in symbols else c.upper() for c in text)

    def _native(self, at: int, end: int) -> int:
        self._glue(at, self._text[at])
        self._put(self._text[at:end], at, end)
        self._context.previous = self._text[at:end]
        return end

    # --- marks and symbols --------------------------------------------------------------------------------------------

    def _mark(self, at: int) -> int:
        text = self._text
        if (dots := _DOTS.match(text, at)) is not None:
            self._name_marks(at, dots.end())
            self._put_mark("...", at, dots.end(), ends=self._ends_sentence(at))
            return dots.end()
        if (dashes := _DASHES.match(text, at)) is not None and dashes.end() > at:
            self._name_marks(at, dashes.end())
            self._put_mark("—", at, dashes.end())
            return dashes.end()
        c = text[at]
        if c in ".!?":
            end = self._name_marks(at, self._marks.end_of_run(at))
            if c == "." and self._stop_is_silent(at):
                return end
            for mark in dict.fromkeys(text[at:end]):
                self._put_mark(mark, at, end, ends=self._ends_sentence(at))
            return end
        if c in ",;:":
            end = self._name_marks(at, self._marks.end_of_run(at))
            self._put_mark(c, at, end)
            return end
        if c in '“”"':
            self._quote(at)
            return at + 1
        if self._marks and self._marks.at(at):
            return self._symbol(at)
        if (read := self._by_rules((SYMBOL,), at)) is not None:
            return read
        if c in _OPENING or c in _CLOSING:
            if self._out and self._out[-1].kind != "mark":
                self._put_mark(",", at, at + 1)
        elif unicodedata.category(c) not in _SILENT and not "\ufe00" <= c <= "\ufe0f":
            self.unsayable += 1
        return at + 1

    # --- marks that are named -----------------------------------------------------------------------------------------

    def _name_marks(self, at: int, end: int) -> int:
        """Say the names of the marks in ``text[at:end]``, as far as they are to be named; ``end``."""
        if self._marks:
            for said, first, last in self._marks.between(at, end):
                self._say(said, first, last, apart=True)
        return end

    def _symbol(self, at: int) -> int:
        """Name the mark at ``at`` and those like it, with the pause that they would make without their name."""
        end = self._marks.end_of_run(at)
        answer = SYMBOL(self._text, at, self._context)
        pause = answer[1] if answer is not None and answer[1] in (",", ".", "—") else ""
        opens, closes = self._text[at] in _OPENING, self._text[at] in _CLOSING
        if opens and pause and self._text[at - 1 : at].isspace():
            self._put_mark(pause, at, end)
        self._name_marks(at, end)
        if pause and not opens and not (closes and self._text[end : end + 1].strip()):
            self._put_mark(pause, at, end)
        return end

    def _stop_is_silent(self, at: int) -> bool:
        """Whether the stop at ``at`` belongs to an initial, or to nothing."""
        if at + 1 < len(self._text) and not self._text[at + 1].isspace() and self._text[at + 1].isascii():
            return self._text[at + 1].isalnum()
        return is_initial(self._text, at) and bool(self._text[at + 1 :].strip())

    def _ends_sentence(self, at: int) -> bool:
        stop = STOP.match(self._text, at)
        return stop is not None and ends_sentence(self._text, stop)

    def _quote(self, at: int) -> None:
        c = self._text[at]
        if c == '"':
            before = self._text[max(0, at - 2) : at]
            opens = not before or before[-1].isspace() or before[-1] in _OPENING + "—–=" or before == "--"
            opens = opens or (before[-1] in ":," and self._text[at + 1 : at + 2].isalnum())
            c = "“" if opens else "”"
        if c == "”":
            if not self._out:
                self._name_marks(at, at + 1)
                return
            if self._text[at - 1 : at] == " " == self._text[at + 1 : at + 2] and not self._is_quoting(at):
                self._name_marks(at, at + 1)
                self._put_mark(",", at, at + 1)  # User › Settings
                return
            reported = self._language == "ja" and self._text.startswith(("と", "って"), at + 1)
            ends = self._out[-1].ends_sentence and not reported
            self._out[-1].ends_sentence = False
            self._name_marks(at, at + 1)
            self._out[-1].spaced = False
            unspaced = self._unspaced and not self._text[at + 1 : at + 2].isspace()
            self._put(c, at, at + 1, kind="mark", spaced=not unspaced)
            self._out[-1].ends_sentence = ends
        else:
            self._name_marks(at, at + 1)
            self._put(c, at, at + 1, kind="mark", spaced=False)

    def _is_quoting(self, at: int) -> bool:
        """Whether a quotation began before ``at``."""
        before = self._text[max(0, at - 400) : at]
        return before.count("“") > before.count("”") or '"' in before

    def _put_mark(self, mark: str, at: int, end: int, *, ends: bool = False) -> None:
        """Add ``mark`` to the word before it. Of several marks the strongest stays, but "?!" stays as it is."""
        if not self._out:
            return
        last = self._out[-1]
        if last.kind == "mark" and last.text in _STRENGTH:
            if {last.text, mark} == {"?", "!"}:
                last.text += mark
            elif _STRENGTH[mark] > _STRENGTH[last.text]:
                if "—" in (last.text, mark) and len(self._out) > 1:
                    self._out[-2].spaced = mark == "—"
                last.text = mark
            last.end = max(last.end, self._source.ends[end - 1])
            last.ends_sentence = last.ends_sentence or ends
            return
        if last.kind == "mark" and (last.text == "?!" or (last.text == "”" and last.ends_sentence and not ends)):
            return
        if mark != "—":
            last.spaced = False
        self._put(mark, at, end, kind="mark")
        self._out[-1].ends_sentence = ends

    # --- what is said -------------------------------------------------------------------------------------------------

    def _announce(self, at: int, end: int) -> None:
        """Announce what is said next for ``text[at:end]``, if it has a capital."""
        if self._capitals == "none" or not (capitals := sum(map(str.isupper, self._text[at:end]))):
            return
        if self._capitals == "icon":
            self._icon = True
            return
        own = names(self._language)
        all_are = capitals > 1 and capitals == sum(map(str.isalpha, self._text[at:end]))
        for word in (own.capitals if all_are else own.capital).split():
            self._put(word, at, end)
        self._apart = len(self._out)

    def _say(self, said: str, at: int, end: int, *, apart: bool = False) -> None:
        """Put the words that a rule says for ``text[at:end]``, ``apart`` from what is before them."""
        if not apart:
            self._glue(at, said)
        letters = ""
        for token in said.split():
            body = token.rstrip(".,;:?!")
            if len(body) == 1 and body.isupper() and body.isascii():
                letters += body
            else:
                self._flush(letters, at, end)
                letters = ""
                if body in ("—", "–"):
                    self._put_mark("—", at, end)
                elif body:
                    self._put(body, at, end)
            if len(body) < len(token):
                self._flush(letters, at, end)
                letters = ""
                mark = token[len(body)]
                self._put_mark(mark, at, end, ends=mark in ".?!" and self._sentence_begins(end))
        self._flush(letters, at, end)
        if apart:
            self._apart = len(self._out)

    def _flush(self, letters: str, at: int, end: int) -> None:
        if letters:
            self._put(letters, at, end, kind="letters")

    def _sentence_begins(self, at: int) -> bool:
        """Whether what follows ``at`` may begin a sentence."""
        return not self._text[at : at + 16].lstrip("\"'“‘([ \t\r\n")[:1].islower()

    def _put(
        self, text: str, at: int, end: int, *, kind: WordKind = "word", phonemes: str = "", spaced: bool = True
    ) -> None:
        source = self._source
        start, last = source.starts[at], max(source.ends[at:end])
        icon = self._icon and kind != "mark"
        self._icon = self._icon and not icon
        self._out.append(_Said(text, start, last, spaced, kind, phonemes, icon))

    def _glue(self, at: int, said: str) -> None:
        """Put no space before ``said``, which stands for what is at ``at``, where language and text have none."""
        if not self._unspaced or not said or not self._out or self._text[at - 1 : at].isspace():
            return
        if len(self._out) == self._apart:
            return
        last = self._out[-1]
        if last.kind != "mark" and (last.text[-1] > _LAST_SPACED or said[0] > _LAST_SPACED):
            last.spaced = False


def _capitals_inside(word: str) -> bool:
    """Whether ``word`` has a capital after its first letter, or is a single one."""
    return not word[1:].islower() and word[1:] != word[1:].lower()


def _is_camel_case(word: str) -> bool:
    return word.isascii() and word.isalpha() and not word.isupper() and _capitals_inside(word)


def _is_greek(text: str) -> bool:
    """Whether ``text`` has Greek letters. All other foreign ones were left out before."""
    return any(script(c) == "GREEK" for c in text)
