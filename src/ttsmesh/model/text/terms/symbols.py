"""Symbols by themselves: operators, arrows, decoration, brackets. Pure. Tried after everything else."""

import re

from ttsmesh.model.text.rules import Context
from ttsmesh.model.text.terms.names import called, english, spell
from ttsmesh.model.text.terms.tables.symbols import (
    ALIKE_OPERATORS,
    BOXES,
    BULLETS,
    CALLED,
    CODE_ONLY,
    NAMES_OF_MARKS,
    OPERATORS,
)
from ttsmesh.model.text.verbalise.tables import words

_RUN = re.compile(r"([-=*~_#+/\\|<>^:%@&$.`])\1{3,}+|[-=+|*~_]{4,}+|([-=*~_])\2\2(?![-=*~_\w])")
_BOXES = re.compile(rf"[{BOXES}{BULLETS}][{BOXES}{BULLETS} ]*+")
_INFINITE = re.compile(r"(?<![\w-])-(?i:inf|infinity|nan)(?![\w-])")
_EQUAL = re.compile(r"[\w)\]}\"'] === [\w(\[{\"'-]")
_RULER = 5
"""Characters of a line that parts a text, at least: it is a pause as long as a sentence's."""
_OPERATOR = re.compile("|".join(map(re.escape, sorted([*OPERATORS, *CODE_ONLY], key=len, reverse=True))))
_PROMPT = re.compile(r"(?:\$|>>>)[ ](?=[A-Za-z./~_])")
"""How a line begins that was copied from a shell."""
_OF = re.compile(r"(?<![\w.])(?:([OΘΩ])\((?=[\w(^²³ ]{1,30}\))|([fghFGHP])\(([a-z0-9A-Z])\)(?!\())")
_QUOTED = re.compile(r"(['\"`‘“])([!-/:-@\[-`{-~])(['\"`’”])(?!\w)")
"""One symbol between quotation marks, as compilers write what they expected."""
_AMOUNT_BEFORE = re.compile(r"[0-9](?:[%°]|[ ]?[A-Za-zµ°]{1,5}[²³]?)?[ ]?$")
_AMOUNT_BEHIND = re.compile(r"[ ]?[-+−~≈$€£¥]{0,2}[0-9]")
_DECREMENTED = re.compile(r"(?<![\w.])[a-z]$")
_FACTORS = re.compile(r".?(?<![\w])[A-Za-z0-9)] \* [\w(]|[A-Za-z0-9)] \* [A-Za-z0-9](?!\w)", re.DOTALL)
_DIFFERENCE = re.compile(r".?(?<![\w'’])[a-z)] - (?:[a-z0-9(](?!\w)|[0-9])", re.DOTALL)
_POWER = re.compile(r"[\w)] \*\* [\w(]")
_PIPED = re.compile(
    r"\|[ ]?(?:awk|bash|cat|cut|grep|head|jq|less|sed|sh|sort|tail|tee|tr|uniq|wc|xargs)"
    r"(?:[ ]+(?:[-|]|['\"./\w])|[`'\"]?$)"
)
"""What stands between two commands, rather than between columns."""
_GRADE = re.compile(r"(?:^|[\s(])(?:[A-F]|[A-D]{2,3})-(?![\w-])")
"""A mark of a school or a rating of debt, such as B- and AA-, with a minus behind the letters."""
_DASH = re.compile(r"-{1,3}|[‒–—―]")
_BETWEEN = re.compile(r"<([A-Za-z][\w-]{0,30})(?:[ ]([^<>\n]{0,160}))?>")
_ATTRIBUTES = re.compile(
    r"[^=]{0,100}=|[ ]{0,8}/?$|(?:async|checked|compact|controls|defer|disabled|hidden|inert|loop|multiple|muted"
    r"|nowrap|open|readonly|required|reversed|selected)\b"
)
"""What stands behind the name of an element of HTML."""

_TAG = re.compile(
    r"<(/)?([A-Za-z][\w-]{0,30})(?:[ ][^<>\n]{0,160})?/?>|<!--[^\n]{0,400}?-->|<!DOCTYPE[^<>\n]{0,100}>"
    r"|<([A-Za-z][\w+-]{0,30}(?:[./][\w+-]{1,30}){1,4})>"
)
_FORMATTING = frozenset(
    words(
        """
    a abbr b big blockquote body br center code dd details del div dl dt em font h1 h2 h3 h4 h5 h6 head hr html i img
    ins kbd li mark ol p pre q s samp small span strike strong sub summary sup table tbody td tfoot th thead tr tt u
    ul var
    """
    )
)
_OPENING, _CLOSING = "([{⟨", ")]}⟩"
_SILENT = frozenset("`´¨¸\u200b\u200c\u200d\u2060\ufeff\ufe0e\ufe0f\u00ad\u20e3")
_PAUSING = frozenset(";")
_MARKS = ".,;:!?—"


def tag(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """An element of HTML or a placeholder: <b> is silent, <branch> is its name."""
    match = _TAG.match(text, at)
    if match is None or is_comparison(text, at):
        return None
    if match[3]:
        return match.end(), spell(match[3], context, file=True)
    name = match[2]
    if name is None or (name.lower() in _FORMATTING and context.style == "prose"):
        return match.end(), ""
    if text[at - 1 : at].isalnum() and not match[1]:
        return None
    said = " ".join(re.findall(r"[^\W\d_]+", name)).lower()
    if not said or any(character.isdecimal() for character in name):
        return None
    return match.end(), f"{context.term('end of tag')} {said}" if match[1] else said


def is_comparison(text: str, at: int) -> bool:
    """Whether the angle brackets from ``text[at]`` on compare three things, as in "i<a and b>c", and are no element."""
    match = _BETWEEN.match(text, at)
    if match is None:
        return False
    if match[2]:
        return _ATTRIBUTES.match(match[2]) is None
    glued = text[at - 1 : at].isalnum() and text[match.end() : match.end() + 1].isalnum()
    return glued and len(match[1]) == 1 and f"</{match[1]}" not in text[match.end() : match.end() + 400]


def prompt(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """ "$ " and ">>> " at the beginning of a line: nobody says them."""
    match = _PROMPT.match(text, at)
    if match is None or text[max(0, at - 80) : at].rpartition("\n")[2].strip():
        return None
    return match.end(), ""


def decoration(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """Lines, boxes, rulers, leaders of dots: a pause between words."""
    if text[at].isalnum() or not (match := _RUN.match(text, at) or _BOXES.match(text, at)):
        return None
    if match.group() == "===" and _EQUAL.match(text, max(0, at - 2)):
        return None
    return _decoration(text, at, at + len(match.group().rstrip(" ")))


def quoted(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """';' or `{` by its name, in English: expected ';' before '}'."""
    match = _QUOTED.match(text, at) if english(context) and not text[at - 1 : at].isalnum() else None
    if match is None or match[2] == match[1] or match[2] not in NAMES_OF_MARKS:
        return None
    return match.end(), NAMES_OF_MARKS[match[2]]


def function(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """O(n log n), f(x): "O of", up to the bracket."""
    match = _OF.match(text, at)
    if match is None or (match[2] and context.style == "code"):
        return None
    if match[1]:
        return match.end(), f"{match[1]} {context.term('of')}"
    return match.end(), f"{match[2].upper()} {context.term('of')} {spell(match[3], context)}"


def operator(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """An operator of several characters, such as !=, before its first one is taken for a mark of the sentence."""
    match = _OPERATOR.match(text, at)
    if match is None:
        return None
    if _is_change(text, at, match.end()):
        return match.end(), context.term("to")
    written, before, behind = match.group(), text[at - 1 : at], text[match.end() : match.end() + 1]
    if written == "**" and (
        (before.isalnum() and behind.isdecimal()) or _POWER.match(text, max(0, at - 2), match.end() + 2)
    ):
        return match.end(), called("to the power of", "^", context)
    if context.style == "code":
        # "println!" has a mark at its end, and "-- x" is no operator.
        negates = not before.isalnum() and (behind.isalnum() or behind in "(_!")
        if (written == "!" and not negates) or (written == "--" and not before.isalnum()):
            return None
    elif written == "--" and not behind.isalnum() and _DECREMENTED.search(text, max(0, at - 2), at):
        return match.end(), called(CODE_ONLY[written], written, context)  # i--
    elif written in CODE_ONLY or _emphasis(text, at, match.end()):
        return None
    said = _operator(written, context)
    return None if said is None else (match.end(), said)


def symbol(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """What one symbol, or a run of them, is called; a pause for decoration; None for a letter, a digit, a space."""
    first = text[at]
    if first.isalnum() or first.isspace():
        return _second_look(first, at, context)
    if parted := decoration(text, at, context):
        return parted
    if first == "→" and _is_change(text, at, at + 1):
        return at + 1, context.term("to")
    if first == "*" and context.style == "code":
        return at + 1, _star(text, at, context)
    match = _OPERATOR.match(text, at)
    if match and (context.style == "code" or not _emphasis(text, at, match.end())):
        said = _operator(match.group(), context)
        if said is not None:
            return match.end(), said
    if first == "-" and (_is_difference(text, at, context) or _INFINITE.match(text, at)):
        return at + 1, context.verbaliser.symbols.get("-", "")
    if (dash := _DASH.match(text, at)) and (first != "-" or _is_dash(text, *dash.span())):
        return dash.end(), "—"
    if first in _OPENING or first in _CLOSING:
        return at + 1, _bracket(text, at)
    if first in _SILENT:
        return at + 1, ""
    if first in _PAUSING:
        return at + 1, ","
    return _single(text, at, context)


def _second_look(first: str, at: int, context: Context) -> tuple[int, str] | None:
    """Superscripts and the like count as digits, yet may have a name."""
    return (at + 1, context.verbaliser.symbols[first]) if first in context.verbaliser.symbols else None


def _decoration(text: str, at: int, end: int) -> tuple[int, str]:
    if not _word_before(text, at):
        return end, ""
    return end, "." if end - at >= _RULER else "," if _word_behind(text, end) else ""


def _operator(operator: str, context: Context) -> str | None:
    symbols = context.verbaliser.symbols
    for written in (operator, ALIKE_OPERATORS.get(operator, "")):
        if written and written in symbols:
            return symbols[written]
    if operator in OPERATORS:
        return called(OPERATORS[operator], operator, context)
    if context.style == "code" and operator in CODE_ONLY:
        return called(CODE_ONLY[operator], operator, context) if CODE_ONLY[operator] else ","
    return None


def _is_dash(text: str, at: int, end: int) -> bool:
    """Whether hyphens stand for a dash: two or three, or one between spaces."""
    before, behind = text[at - 1 : at] if at else " ", text[end : end + 1] or " "
    return end - at > 1 or (before.isspace() and behind.isspace())


def _is_change(text: str, at: int, end: int) -> bool:
    """Whether an arrow leads from one amount to another: 1.2 GB → 340 MB."""
    return (
        text[at:end] in ("→", "->", "=>", "-->")
        and _AMOUNT_BEFORE.search(text, max(0, at - 16), at) is not None
        and _AMOUNT_BEHIND.match(text, end) is not None
    )


def _star(text: str, at: int, context: Context) -> str:
    """COUNT(*) has a star, a * b a product."""
    before, behind = text[max(0, at - 2) : at].rstrip()[-1:], text[at + 1 : at + 3].lstrip()[:1]
    if (before.isalnum() or before in ")]") and (behind.isalnum() or behind == "("):
        return context.verbaliser.symbols.get("×") or context.term("times")
    return context.term("star")


def _is_difference(text: str, at: int, context: Context) -> bool:
    """Whether a hyphen between spaces is a minus: n - 1, and in code every one."""
    if context.style == "code":
        return text[at - 1 : at] == " " == text[at + 1 : at + 2] and text[at - 2 : at - 1] not in ("", " ")
    return _DIFFERENCE.match(text, max(0, at - 3), at + 4) is not None


def _emphasis(text: str, at: int, end: int) -> bool:
    """Whether a mark clings to a word on one side only, as *emphasis* and ~~struck~~ do."""
    if text[at] not in "*_~":
        return False
    before, behind = text[at - 1 : at] if at else " ", text[end : end + 1] or " "
    return before.isalnum() != behind.isalnum() or (before in "*_~" or behind in "*_~")


def _bracket(text: str, at: int) -> str:
    """A pause, where words stand on both sides of the bracket and no other mark does."""
    return "," if _word_before(text, at) and _word_behind(text, at + 1) else ""


def _single(text: str, at: int, context: Context) -> tuple[int, str] | None:
    character = text[at]
    if context.style == "prose":
        if _emphasis(text, at, at + 1) and not (character == "~" and text[at + 1 : at + 2].isdecimal()):
            return at + 1, ""
        if character in "<>" and _angle_bracket(text, at):
            return at + 1, ""
        if character == "-" and _GRADE.search(text, max(0, at - 4), at + 2):
            return at + 1, context.verbaliser.symbols.get("-", "")
        if character == "-" and (at == 0 or text[at - 1].isalnum() or text[at - 1] == "\n"):
            return at + 1, ""
        if character == "-" and text[at + 1 : at + 2].isalpha():
            return at + 1, "—"
        if character == "|" and _PIPED.match(text, at):
            return at + 1, context.term("pipe")
        if character == "|":
            return at + 1, "," if _word_before(text, at) and _word_behind(text, at + 1) else ""
    elif character == "#" and text[at + 1 : at + 2] == " ":
        return at + 1, "," if _word_before(text, at) else ""
    if character == "*" and context.previous == "select":
        return at + 1, context.term("star")
    if character == "*" and (_between_numbers(text, at) or _FACTORS.match(text, max(0, at - 3), at + 4)):
        return at + 1, context.verbaliser.symbols.get("×") or context.term("times")
    if said := context.verbaliser.symbols.get(character):
        return at + 1, said
    if character in CALLED:
        return at + 1, context.term(CALLED[character])
    return None


def _angle_bracket(text: str, at: int) -> bool:
    """<https://example.com>: a bracket, not a comparison."""
    before, behind = text[at - 1 : at] if at else " ", text[at + 1 : at + 2] or " "
    if text[at] == "<":
        return not before.isalnum() and not behind.isspace() and not behind.isdecimal() and behind != "="
    return not before.isspace() and not behind.isalnum()


def _between_numbers(text: str, at: int) -> bool:
    return text[max(0, at - 2) : at].rstrip()[-1:].isdecimal() and text[at + 1 : at + 3].lstrip()[:1].isdecimal()


def _word_before(text: str, at: int) -> bool:
    before = text[max(0, at - 20) : at].rstrip()
    return bool(before) and before[-1] not in _MARKS and before[-1] not in _OPENING


def _word_behind(text: str, end: int) -> bool:
    behind = text[end : end + 20].lstrip()
    return bool(behind) and behind[0] not in _MARKS and behind[0] not in _CLOSING
