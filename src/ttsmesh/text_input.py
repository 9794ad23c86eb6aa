"""Whether a text may be spoken. The client checks it before it asks, and the server once more. Pure and light."""

import re

from ttsmesh.errors import Code, RejectedError
from ttsmesh.limits import MAX_TEXT

_SOLID = re.compile(r"[^\s\x08\x1b\x9b]")
_SHOWN = re.compile(r"[^\x08\x1b\x9b]")

_CONTROLS = re.compile(r"[\x00-\x07\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9a\x9c-\x9f]")
"""All of C0 and C1 except tab, line feed and carriage return, which are white space to a reader as well, and except
escape, CSI and backspace."""


def check_text(raw: bytes | str, max_bytes: int = MAX_TEXT, *, blank: bool = False) -> str:
    """``raw`` as text to speak, of the same length in characters: control characters become spaces, all else stays.

    Escape, CSI and backspace stay as well, since the reader leaves out what a terminal would not show.

    ``raw`` is UTF-8, or a string, in which Python may have put surrogates for undecodable bytes of ``argv``. ``blank``:
    white space is a text as well, because its characters are named.

    Raises:
        RejectedError: there is no text, more than ``max_bytes`` bytes of UTF-8, or invalid UTF-8.
    """
    # A character is at least one byte, so too many characters need not be encoded to be refused.
    if len(raw) > max_bytes:
        raise _too_long(max_bytes)
    encoded = _encoded(raw) if isinstance(raw, str) else raw
    if len(encoded) > max_bytes:
        raise _too_long(max_bytes)
    try:
        text = encoded.decode()
    except UnicodeDecodeError as error:
        raise _invalid(error.start) from None
    text = without_controls(text)
    if (_SHOWN if blank else _SOLID).search(text) is None:
        raise RejectedError("no text", Code.TEXT)
    return text


def without_controls(text: str) -> str:
    """``text`` with spaces in the place of control characters."""
    return _CONTROLS.sub(" ", text)


def names_blanks(spell: bool, read_as: str | None) -> bool:
    """Whether white space alone is a text, since its characters are named: it is spelled, or a key."""
    return spell or read_as == "key"


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        # The surrogate stands for no byte, so it came from a peer or a program, and not from argv.
        raise _invalid(len(text[: error.start].encode("utf-8", "surrogateescape"))) from None


def _too_long(max_bytes: int) -> RejectedError:
    return RejectedError(f"text too long: more than {max_bytes} bytes", Code.TEXT)


def _invalid(byte: int) -> RejectedError:
    return RejectedError(f"not valid UTF-8 (byte {byte})", Code.TEXT)
