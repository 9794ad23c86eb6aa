"""The sentences and lines of a text, roughly: the mesh knows better, but only where it speaks. Pure."""

import re

BACK = 4000
"""Characters before a place in which the beginning of its sentence is looked for."""

_END = re.compile(
    r"""[.!?…]+ ["'”’»)\]]* (?=\s) | [。！？]+ [」』”’）]* | [\r\n\u2028\u2029]+""",
    re.VERBOSE,
)
_BLANKS = re.compile(r"\s*")


def next_sentence(text: str, place: int) -> int:
    """Where the sentence or line behind the one at ``place`` begins; the text's length if there is none."""
    end = _END.search(text, place)
    return len(text) if end is None else _begin(text, end)


def sentence(text: str, place: int) -> int:
    """Where the sentence or line at ``place`` begins, or one that begins there."""
    least = max(0, place - BACK)
    begin = least
    for end in _END.finditer(text, least):
        if (behind := _begin(text, end)) > place:
            break
        begin = behind
    return begin


def _begin(text: str, end: re.Match[str]) -> int:
    blanks = _BLANKS.match(text, end.end())
    assert blanks is not None
    return blanks.end()
