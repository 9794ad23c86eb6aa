"""Reads a clean text from token to token, and makes words of it by the rules of its language. Pure.

Most of a text is plain words, which pass at once. Everything else is offered to the rules, the most specific first.
What no rule takes is a mark, a word of letters, or a symbol; what has no name is counted as unsayable.
"""

import re
from collections.abc import Sequence
from typing import Protocol

from ttsmesh.limits import MAX_WORD
from ttsmesh.model.text.classify.rules import RULES as QUANTITIES, WORDS as QUANTITY_WORDS
from ttsmesh.model.text.clean import CleanText, script
from ttsmesh.model.text.clusters import between_clusters
from ttsmesh.model.text.punctuation import SETS, MarkNames, Written
from ttsmesh.model.text.reading import Capitals, Punctuation
from ttsmesh.model.text.rules import Context, Rule, Style, Verbaliser
from ttsmesh.model.text.scanning.draft import UNSPACED, Draft, Sentence
from ttsmesh.model.text.scanning.signs import Signs
from ttsmesh.model.text.terms.credentials.named import NAME_ENDS
from ttsmesh.model.text.terms.names import identifier
from ttsmesh.model.text.terms.rules import LAST, RULES as TERMS, SECRETS, SYMBOL

_NATIVE = (
    "\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3040-\u318f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\ua48f"
    "\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
"""Letters of scripts that are written without spaces."""

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

_PARTS = re.compile(r"([^-]+)|-+")
"""What a hyphen parts, and hyphens."""

_QUOTED = 80
"""Characters between two apostrophes that are quotation marks, at most."""
_OPENING_QUOTE = re.compile(r"(?<![^\s(\[{=,:])'(?=\w|$)")
_CLOSING_QUOTE = re.compile(r"(?<=[\w.,!?])'(?!\w)")
_OPERANDS = frozenset("=+*/<>^")
"""What stands next to the name of a variable."""


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
    context = Context(verbaliser, style, named=SETS[punctuation])
    names = MarkNames(source, punctuation, context, written)
    draft = Draft(source, verbaliser.language, capitals)
    _Scanner(source, lexicon, context, names, capitals, draft).run()
    return draft.sentences(), draft.unsayable


class _Scanner:
    def __init__(
        self, source: CleanText, lexicon: Lexicon, context: Context, names: MarkNames, capitals: Capitals, draft: Draft
    ) -> None:
        self._text = source.text
        self._given = {stretch.start: stretch for stretch in source.given}
        self._lexicon = lexicon
        self._context = context
        self._language = context.language
        self._unspaced = self._language in UNSPACED
        self._elides = self._language in ("fr-fr", "it")
        self._rules = tuple(context.verbaliser.rules)
        self._names = names
        self._capitals = capitals
        self._draft = draft
        self._signs = Signs(source.text, draft, context, names, lambda at: self._by_rules((SYMBOL,), at))

    def run(self) -> None:
        text, at, given_end = self._text, 0, -1
        while at < len(text):
            if at in self._given:
                _, end, phonemes, said = self._given[at]
                if self._capitals == "icon" or not said:
                    self._draft.announce(at, end)
                if said:
                    self._draft.say(said, at, end, apart=at == given_end)
                else:
                    self._draft.put(" ".join(text[at:end].split()), at, end, phonemes=phonemes)
                at = given_end = end
            elif text[at].isspace():
                at += 1
            else:
                end = self._step(at)
                assert end > at
                at = end

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
                self._draft.announce(at, elided.end())
                self._draft.put(elided.group(), at, elided.end(), spaced=False)
                return elided.end()
            if plain and not _capitals_inside(word.group()):
                return self._plain(at, word.group(), word.end())
        elif _PLAIN_MARK.match(text, at) is not None:
            return self._signs.read(at)
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
            return self._signs.read(at)
        end = self._inside(at, word.end())
        if _is_camel_case(word.group()):
            self._draft.announce(at, end)
            self._draft.say(identifier(self._text[at:end], self._context), at, end)  # glued to what a rule has read
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
        if self._text[end - 1] == "." and self._draft.in_clause and _BEGINS.match(self._text, end):
            self._draft.put_mark(".", end - 1, end, ends=True)

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
            self._signs.name(first, first + 1)
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
        self._draft.announce(at, end)
        if entry.phonemes:
            self._draft.glue(at, self._text[at])
            self._draft.put(self._text[at:end], at, end, phonemes=entry.phonemes)
        else:
            self._draft.say(entry.respelling, at, end)
        self._context.previous = self._text[at:end].lower()
        return True

    def _by_rules(self, rules: Sequence[Rule], at: int) -> int | None:
        for rule in rules:
            if (answer := rule(self._text, at, self._context)) is not None and answer[0] > at:
                end, said = answer
                if self._names and rules is TERMS:
                    named = self._names.inside(at, end, said)
                    if named is None:
                        continue
                    said = named
                if said and rules is not QUANTITIES and rules is not SECRETS:
                    self._draft.announce(at, end)
                first, _, rest = said.partition(" ")
                if self._text[at] in "~≈" and rest and (last := self._draft.last) and last.text.lower() == first:
                    said = rest  # "about ~10"
                if rules is QUANTITIES and not said.islower():
                    said = " ".join(map(self._parted, said.split(" ")))
                if rules is QUANTITIES and (genitive := _GENITIVE.match(self._text, end)) and said[-2:].isalpha():
                    end, said = genitive.end(), said + "'s"
                self._draft.say(said, at, end)
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
            self._draft.announce(at, end)
        if greek:
            self._draft.say(name, at, end)
            self._draft.unsayable += 0 if name else len(text)
        elif len(text) == 1 and text.isascii() and self._is_variable(at):
            self._draft.put_letters(text.upper(), at, end)
        elif len(text) <= MAX_WORD // 4 or len(text.encode()) <= MAX_WORD:
            self._draft.glue(at, text)
            self._put_parts(text, at, end)
        else:
            cut = at + between_clusters(text, MAX_WORD // (1 if text.isascii() else 4))
            self._draft.put(self._text[at:cut], at, cut)
            return cut
        self._context.previous = text.lower()
        return end

    def _put_parts(self, text: str, at: int, end: int) -> None:
        """Put ``text``, a word, and name its hyphens and the quotation mark behind it, if they are to be named."""
        if self._names and "-" in text and self._names.at(at + text.index("-")):
            for part in _PARTS.finditer(text):
                first, last = at + part.start(), at + part.end()
                if part[1]:
                    self._draft.put(part[1], first, last)
                else:
                    self._signs.name(first, last)
        else:
            self._draft.put(text, at, end)
        if len(text) < end - at:
            self._signs.name(at + len(text), end)

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
        self._draft.glue(at, self._text[at])
        self._draft.put(self._text[at:end], at, end)
        self._context.previous = self._text[at:end]
        return end


def _capitals_inside(word: str) -> bool:
    """Whether ``word`` has a capital after its first letter, or is a single one."""
    return not word[1:].islower() and word[1:] != word[1:].lower()


def _is_camel_case(word: str) -> bool:
    return word.isascii() and word.isalpha() and not word.isupper() and _capitals_inside(word)


def _is_greek(text: str) -> bool:
    """Whether ``text`` has Greek letters. All other foreign ones were left out before."""
    return any(script(c) == "GREEK" for c in text)
