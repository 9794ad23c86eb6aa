"""Reads what is neither a word nor taken by a rule: marks, which are heard as pauses or by name, and symbols. Pure."""

import re
import unicodedata
from collections.abc import Callable

from ttsmesh.model.text.punctuation import MarkNames
from ttsmesh.model.text.rules import Context
from ttsmesh.model.text.scanning.draft import UNSPACED, Draft
from ttsmesh.model.text.sentences import STOP, ends_sentence, is_initial
from ttsmesh.model.text.terms.rules import SYMBOL

_DOTS = re.compile(r"\.{2,}|…+|\.(?: \.(?!\w)){2,}")
_DASHES = re.compile(r"\s*(?:-{2,3}|[—–]+)\s*")

_OPENING, _CLOSING = "([{<", ")]}>"
_SILENT = frozenset({"Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Zs", "Zl", "Zp", "Cc", "Cf", "Sk", "Mn", "Me"})
"""Categories that no reader would say, so that leaving them out loses nothing."""


class Signs:
    """The marks and symbols of ``text``, which go into ``draft``.

    ``names``: those that are named. ``by_rule``: reads by the rule for symbols what stands somewhere, and says where
    that ends.
    """

    def __init__(
        self, text: str, draft: Draft, context: Context, names: MarkNames, by_rule: Callable[[int], int | None]
    ) -> None:
        self._text = text
        self._draft = draft
        self._context = context
        self._language = context.language
        self._unspaced = context.language in UNSPACED
        self._names = names
        self._by_rule = by_rule

    def read(self, at: int) -> int:
        """Read the mark or the symbol at ``at``; where it ends."""
        text = self._text
        if (dots := _DOTS.match(text, at)) is not None:
            self.name(at, dots.end())
            self._draft.put_mark("...", at, dots.end(), ends=self._ends_sentence(at))
            return dots.end()
        if (dashes := _DASHES.match(text, at)) is not None and dashes.end() > at:
            self.name(at, dashes.end())
            self._draft.put_mark("—", at, dashes.end())
            return dashes.end()
        c = text[at]
        if c in ".!?":
            end = self.name(at, self._names.end_of_run(at))
            if c == "." and self._stop_is_silent(at):
                return end
            for mark in dict.fromkeys(text[at:end]):
                self._draft.put_mark(mark, at, end, ends=self._ends_sentence(at))
            return end
        if c in ",;:":
            end = self.name(at, self._names.end_of_run(at))
            self._draft.put_mark(c, at, end)
            return end
        if c in '“”"':
            self._quote(at)
            return at + 1
        if self._names and self._names.at(at):
            return self._symbol(at)
        if (read := self._by_rule(at)) is not None:
            return read
        if c in _OPENING or c in _CLOSING:
            if self._draft.in_clause:
                self._draft.put_mark(",", at, at + 1)
        elif unicodedata.category(c) not in _SILENT and not "\ufe00" <= c <= "\ufe0f":
            self._draft.unsayable += 1
        return at + 1

    def name(self, at: int, end: int) -> int:
        """Say the names of the marks in ``text[at:end]``, as far as they are to be named; ``end``."""
        if self._names:
            for said, first, last in self._names.between(at, end):
                self._draft.say(said, first, last, apart=True)
        return end

    def _symbol(self, at: int) -> int:
        """Name the mark at ``at`` and those like it, with the pause that they would make without their name."""
        end = self._names.end_of_run(at)
        answer = SYMBOL(self._text, at, self._context)
        pause = answer[1] if answer is not None and answer[1] in (",", ".", "—") else ""
        opens, closes = self._text[at] in _OPENING, self._text[at] in _CLOSING
        if opens and pause and self._text[at - 1 : at].isspace():
            self._draft.put_mark(pause, at, end)
        self.name(at, end)
        if pause and not opens and not (closes and self._text[end : end + 1].strip()):
            self._draft.put_mark(pause, at, end)
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
            last = self._draft.last
            if last is None:
                self.name(at, at + 1)
                return
            if self._text[at - 1 : at] == " " == self._text[at + 1 : at + 2] and not self._is_quoting(at):
                self.name(at, at + 1)
                self._draft.put_mark(",", at, at + 1)  # User › Settings
                return
            reported = self._language == "ja" and self._text.startswith(("と", "って"), at + 1)
            ends = last.ends_sentence and not reported
            last.ends_sentence = False
            self.name(at, at + 1)
            self._draft.join()
            unspaced = self._unspaced and not self._text[at + 1 : at + 2].isspace()
            self._draft.put(c, at, at + 1, kind="mark", spaced=not unspaced, ends=ends)
        else:
            self.name(at, at + 1)
            self._draft.put(c, at, at + 1, kind="mark", spaced=False)

    def _is_quoting(self, at: int) -> bool:
        """Whether a quotation began before ``at``."""
        before = self._text[max(0, at - 400) : at]
        return before.count("“") > before.count("”") or '"' in before
