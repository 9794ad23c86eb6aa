"""Emoji by name, each once in a row of the same; shortcodes and smileys likewise. Pure.

The names come from the ``emoji`` library, which is loaded when the first emoji is read.
"""

import re
from functools import lru_cache
from types import ModuleType

from ttsmesh.model.text.kinds import Ordinal
from ttsmesh.model.text.rules import Context
from ttsmesh.model.text.terms.names import LETTERS
from ttsmesh.model.text.terms.tables.symbols import ALIKE, HINDI_EMOJI, SMILEYS

NAMED = 5
"""Different emoji of a row that are named; of more the rest is counted."""

_LONGEST = 12
"""Code points of an emoji."""
_SKIN = re.compile("[\U0001f3fb-\U0001f3ff]")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_TAGS = re.compile("[\U000e0020-\U000e007f]")
_NOT_SAID = re.compile(r"[^\w\s'.-]|_")
_NO_EMOJI = re.compile("[©®™\u2190-\u21ff]")
"""What the library calls emoji, and is a symbol in text."""
_KEYCAP = re.compile("([0-9#*])\ufe0f?\u20e3")

_SHORTCODE = re.compile(rf"(?<![{LETTERS}0-9:]):([a-z0-9_+-]{{2,50}}):(?![{LETTERS}0-9:])", re.IGNORECASE)
_ANY_SMILEY = "|".join(map(re.escape, sorted(SMILEYS, key=len, reverse=True)))
_SMILEY = re.compile(rf"(?<![{LETTERS}0-9])(?:{_ANY_SMILEY})(?![{LETTERS}0-9(\[/\\<>])")
_AMOUNT_BEFORE = frozenset({"in", "within", "for", "of", "at", "is", "are", "was", "takes", "took", "needs", "by"})
_AMOUNT_BEHIND = re.compile(
    r" ?(?:[%°$€£]|(?:[mnµ]?s|sec|min|h|hrs?|[kMG]i?B|kg|km|mm|cm|m|seconds?|minutes?|hours?|days?|weeks?|months?"
    r"|years?|points?|percent|times|people|items|users)\b)"
)
"""What stands around "<3" where it means less than three."""

_SPACE = re.compile(r"[ \ufe0f\u200d]{0,2}")
_CLOSERS = ")]}\"'”’»"


@lru_cache(maxsize=1)
def _library() -> ModuleType:
    import emoji

    return emoji


@lru_cache(maxsize=4)
def _load(language: str) -> None:
    _library().config.load_language(language)


def emoji_row(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """All emoji that follow one another, also with a space between: "party popper, rocket"."""
    if text[at] < "\u00a9" and not _KEYCAP.match(text, at):
        return None
    names: list[str] = []
    more: set[str] = set()
    position, last_end = at, at
    while position < len(text) and (found := _one(text, position, context)):
        last_end, name = found
        if name and name not in names:
            if len(names) < NAMED:
                names.append(name)
            else:
                more.add(name)
        gap = _SPACE.match(text, last_end)
        position = gap.end() if gap else last_end
    if last_end == at:
        return None
    if more:
        count = context.verbaliser.cardinal(str(len(more)))
        names.append(f"{context.term('and')} {count} {context.term('more')}")
    return last_end, _parted(text, at, last_end, ", ".join(names))


def _parted(text: str, start: int, end: int, said: str) -> str:
    """``said``, with a pause to the word before ``text[start:end]`` and to the one behind it."""
    before, behind = text[max(0, start - 4) : start].rstrip(), text[end : end + 4].lstrip()
    comma_before = ", " if said and before and (before[-1].isalnum() or before[-1] in _CLOSERS) else ""
    return comma_before + said + ("," if said and behind[:1].isalnum() else "")


def shortcode(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """:tada:, as chats and git hosts write it."""
    match = _SHORTCODE.match(text, at)
    if match is None:
        return None
    character = _library().emojize(match.group().lower(), language="alias", variant="text_type")
    if character.startswith(":"):
        return None
    found = _one(character, 0, context)
    return (match.end(), _parted(text, at, match.end(), found[1])) if found else None


def smiley(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """:-) and the like."""
    match = _SMILEY.match(text, at)
    if match is None or context.style == "code":
        return None
    if match[0] == "<3" and (context.previous in _AMOUNT_BEFORE or _AMOUNT_BEHIND.match(text, match.end())):
        return None
    found = _one(SMILEYS[match.group()], 0, context)
    return (match.end(), _parted(text, at, match.end(), found[1])) if found else None


def _one(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """The end and the name of the emoji at ``at``; the name is empty for a part of one that has none by itself."""
    first = text[at]
    if keycap := _KEYCAP.match(text, at):
        return keycap.end(), _keycap(keycap[1], context)
    if first < "\u00a9" or (first.isalpha() and first not in ALIKE) or _NO_EMOJI.match(first):
        return None
    if (own := context.verbaliser.symbols.get(first)) and text[at + 1 : at + 2] != "\u200d":
        known = first in ALIKE or first in _library().EMOJI_DATA
        return (_past_marks(text, at + 1), own) if known else None
    if first in ALIKE:
        return _past_marks(text, at + 1), _name(ALIKE[first], context)
    data = _library().EMOJI_DATA
    for end in range(min(len(text), at + _LONGEST), at, -1):
        whole = text[at:end]
        if whole in data:
            return _past_marks(text, end), _name(whole, context)
    return (at + 1, "") if _SKIN.match(first) or _TAGS.match(first) else None


def _past_marks(text: str, end: int) -> int:
    while end < len(text) and (text[end] in "\ufe0e\ufe0f" or _SKIN.match(text, end)):
        end += 1
    return end


def _keycap(character: str, context: Context) -> str:
    if character.isdecimal():
        return context.verbaliser.cardinal(character)
    return context.verbaliser.symbols.get(character) or context.term({"#": "hash", "*": "star"}[character])


@lru_cache(maxsize=1024)
def _plain(emoji: str, language: str) -> str:
    """The library's name, with spaces; "" where it has none in ``language``."""
    library = _library()
    if language not in library.LANGUAGES:
        return ""
    _load(language)
    without_skin = _SKIN.sub("", emoji)
    for known in (without_skin, without_skin + "\ufe0f", emoji, emoji + "\ufe0f"):
        if name := library.EMOJI_DATA.get(known, {}).get(language, ""):
            return str(name).strip(":").replace("_", " ")
    return ""


def _name(emoji: str, context: Context) -> str:
    language = context.language.split("-")[0]
    if language == "hi":
        return HINDI_EMOJI.get(_SKIN.sub("", emoji).rstrip("\ufe0f")) or context.term("emoji")
    name = _plain(emoji, language)
    if not name:
        return context.term("emoji")
    if language == "en" and _FLAG.fullmatch(emoji):
        name += " flag"
    return _in_words(name, context)


def _in_words(name: str, context: Context) -> str:
    def digits(match: re.Match[str]) -> str:
        if match[2]:
            return f" {context.verbaliser.say(Ordinal(int(match[1])))} "
        return f" {context.verbaliser.cardinal(match[1])} "

    said = re.sub(
        r"([0-9]{1,9})(st|nd|rd|th)?", digits, name.replace("’", "'").replace("&", f" {context.term('and')} ")
    )
    return " ".join(_NOT_SAID.sub(" ", said).split())
