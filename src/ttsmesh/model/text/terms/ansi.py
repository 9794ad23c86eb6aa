"""The escape sequences that programs write to a terminal: colours, cursor moves, titles, links. Pure."""

import re

_ESC = "\x1b"
_STRING_END = rf"(?:\x07|{_ESC}\\|\x9c)"
"""BEL, or the string terminator in two characters or in one."""

ESCAPES = re.compile(
    rf"""
    (?: {_ESC}\[ | \x9b ) [0-?]*+ [ -/]*+ [@-~]?           # CSI: colours, cursor, erasing
  | (?: {_ESC}[\]PX^_] | [\x9d\x90\x98\x9e\x9f] )           # OSC, DCS, SOS, PM, APC: a string up to its end
    [^\x07\x1b\x9c\n]{{0,2000}}+ {_STRING_END}?
  | {_ESC} [ -/]{{1,4}}+ [0-~]                              # character sets
  | {_ESC} [0-~]?                                           # two characters, or an escape that was cut off
  | [ ]\[ (?: [0-9]{{1,3}} (?: [;:][0-9]{{0,3}} ){{0,15}} )? m(?![a-z]{{0,12}}\])   # a colour whose ESC became a space
  | [ ]\[ (?: [0-9]{{0,2}} K | \?[0-9]{{1,4}}[hl] ) (?![A-Za-z])          # erasing and modes, likewise
    """,
    re.VERBOSE,
)
"""Every whole escape sequence, and what is left of those whose ESC was replaced by a space before the text came here.

A string without an end is matched up to the end of its line, or 2000 characters of it. ``[31m`` after a space
has no other use in text, unless the bracket is closed at once: "[12m]", "[5min]".
"""
