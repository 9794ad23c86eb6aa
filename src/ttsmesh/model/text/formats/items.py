"""The marks before items of a list, and before what is quoted. Pure."""

import re

from ttsmesh.model.text.formats.lines import Line

_QUOTE = re.compile(r"[ \t]{0,12}(?:>[ \t]?){1,16}")
ITEM = re.compile(r"[ \t]*(?:[-*+•◦▪‣·]|(\d{1,3})[.)])[ \t]+(?=\S)")


def is_item(line: Line) -> bool:
    """Whether ``line`` looks like an item of a list, quoted or not."""
    return bool(ITEM.match(line.text, quote_prefix(line)))


def quote_prefix(line: Line) -> int:
    """How many characters of ``line`` say that it is quoted."""
    found = _QUOTE.match(line.text)
    return found.end() if found and line.text[found.end() : found.end() + 1] != "=" else 0
