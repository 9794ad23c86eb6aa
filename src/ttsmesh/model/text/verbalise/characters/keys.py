"""Names the keys of a keyboard, as programs and people write them: "ctrl+shift+s", "Control_a", "KP_Enter". Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from ttsmesh.model.text.reading import Capitals
from ttsmesh.model.text.rules import Verbaliser
from ttsmesh.model.text.verbalise.characters.choose import names
from ttsmesh.model.text.verbalise.characters.naming import character_name, characters
from ttsmesh.model.text.verbalise.tables import entries

_LONGEST = 100
"""Characters of a key's name, at most, with those of the keys that are held with it."""

_JOINED = 3
"""Words of a key's name, at most: "print screen", "ISO level3 shift"."""

_BETWEEN = re.compile(r"[+_\-\s]+")
_LAST = re.compile(r"(.*[^+_\-\s])(?:\s*[+_-]\s*|\s+)([+_-])", re.DOTALL)
"""Keys before one that is written like what stands between keys: "ctrl++", "ctrl + +"."""

_FUNCTION = re.compile(r"f([1-9][0-9]?)")
_SIDED = re.compile(r"_[LR]$")
"""What tells the two keys of one name apart: "Shift_L"."""

_LETTER = re.compile(r"([a-z])(grave|acute|circumflex|tilde|diaeresis|ring|cedilla|caron)", re.IGNORECASE)
_ACCENTS = {
    "grave": "\u0300",
    "acute": "\u0301",
    "circumflex": "\u0302",
    "tilde": "\u0303",
    "diaeresis": "\u0308",
    "ring": "\u030a",
    "cedilla": "\u0327",
    "caron": "\u030c",
}


def _aliases(text: str) -> Mapping[str, str]:
    found = {alias: key for key, value in entries(text).items() for alias in value.split()}
    return {key.replace(" ", ""): key for key in entries(text)} | found


_KEYS = _aliases(
    """
    control: ctrl ctl; shift: shift; alt: alt; super: win windows window logo; meta: meta; hyper: hyper;
    alt graph: altgr isolevel3shift modeswitch; command: cmd; option: opt; function: fn; enter: return; escape: esc;
    tab: isolefttab; space: spacebar; backspace: bksp bs; delete: del suppr; insert: ins; home: begin; end: end;
    page up: pgup prior; page down: pgdn pgdown next; up: uparrow arrowup; down: downarrow arrowdown;
    left: leftarrow arrowleft; right: rightarrow arrowright; print screen: print prtsc prtscn prntscrn sysreq;
    scroll lock: scrlk; pause: pause; break: break; caps lock: caps; num lock: numlk;
    menu: apps application contextmenu; keypad: kp numpad; compose: multikey; help: help; undo: undo; redo: redo;
    cut: cut; copy: copy; paste: paste; find: find; volume up: xf86audioraisevolume;
    volume down: xf86audiolowervolume; mute: xf86audiomute; play: xf86audioplay; stop: xf86audiostop cancel;
    next: xf86audionext; previous: xf86audioprev
    """
)
"""The names of keys in ``Names.keys`` by what they are called elsewhere, without what parts their words."""

_CHARACTERS = {
    alias: character
    for character, value in entries(
        """
        !: exclam exclamation; ": quotedbl doublequote; #: numbersign hash; $: dollar; %: percent; &: ampersand;
        ': apostrophe quoteright quote; (: parenleft; ): parenright; *: asterisk star multiply; +: plus add;
        ,: comma separator; -: minus subtract hyphen dash; .: period dot decimal; /: slash divide; <: less; =: equal
        equals; >: greater; ?: question; @: at; [: bracketleft; \\: backslash; ]: bracketright; ^: asciicircum caret;
        _: underscore; `: grave quoteleft backtick; {: braceleft; |: bar pipe; }: braceright; ~: asciitilde tilde;
        ¡: exclamdown; ¿: questiondown; £: sterling; €: eurosign euro; ¥: yen; §: section; °: degree; ß: ssharp;
        «: guillemotleft; »: guillemotright; æ: ae; ø: oslash; ·: periodcentered
        """
    ).items()
    for alias in value.split()
} | {"colon": ":", "semicolon": ";"}


def key_name(text: str, verbaliser: Verbaliser, capitals: Capitals = "none") -> str:
    """What is said for a key and those that are held with it, in the form that a ``Rule`` answers in.

    It is "" if any of them is unknown.
    """
    text = text.strip() or text[:1]
    if not text or len(text) > _LONGEST:
        return ""
    if len(list(characters(text))) == 1:
        return character_name(text, verbaliser, capitals)
    text = _SIDED.sub("", text)
    last = _LAST.fullmatch(text)
    parts = [*_BETWEEN.split(last[1]), last[2]] if last else [part for part in _BETWEEN.split(text) if part]
    said: list[str] = []
    at = 0
    while at < len(parts):
        for count in range(min(_JOINED, len(parts) - at), 0, -1):
            if name := _key(parts[at : at + count], verbaliser, capitals):
                said.append(name)
                at += count
                break
        else:
            return ""
    return " ".join(said)


def _key(words: Sequence[str], verbaliser: Verbaliser, capitals: Capitals) -> str:
    """The name of one key; "" if ``words`` together are none."""
    written = "".join(words)
    key = written.lower()
    if key in _KEYS:
        return names(verbaliser.language).keys[_KEYS[key]]
    if key in _CHARACTERS:
        return character_name(_CHARACTERS[key], verbaliser)
    if function := _FUNCTION.fullmatch(key):
        return f"F {verbaliser.cardinal(function[1])}"
    if letter := _LETTER.fullmatch(written):
        return character_name(
            unicodedata.normalize("NFC", letter[1] + _ACCENTS[letter[2].lower()]), verbaliser, capitals
        )
    if key.isascii() and key.isdecimal() and len(words) == 1:
        return verbaliser.cardinal(key) if len(key) < 3 else ""
    if len(words) == 1 and len(list(characters(written))) == 1:
        return character_name(written, verbaliser, capitals)
    if key.startswith("kp") and len(key) > 2 and (name := _key([written[2:]], verbaliser, capitals)):
        return f"{names(verbaliser.language).keys['keypad']} {name}"
    return ""
