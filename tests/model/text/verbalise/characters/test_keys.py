"""Keys of a keyboard by name."""

import pytest

from ttsmesh.model.text.verbalise.characters.keys import key_name
from ttsmesh.model.text.verbalise.choose import verbaliser

ENGLISH = {
    "a": "A",
    "A": "A",
    "é": "E acute",
    "?": "question mark",
    "+": "plus",
    "_": "underscore",
    "-": "dash",
    " ": "space",
    "7": "seven",
    "space": "space",
    "Tab": "tab",
    "Return": "enter",
    "enter": "enter",
    "Escape": "escape",
    "esc": "escape",
    "BackSpace": "backspace",
    "Delete": "delete",
    "Home": "home",
    "Page_Up": "page up",
    "pgup": "page up",
    "Prior": "page up",
    "page-down": "page down",
    "Next": "page down",
    "Left": "left",
    "arrow-up": "up",
    "F5": "F five",
    "f12": "F twelve",
    "Print": "print screen",
    "Scroll_Lock": "scroll lock",
    "num-lock": "num lock",
    "Caps_Lock": "caps lock",
    "Menu": "menu",
    "KP_Enter": "keypad enter",
    "KP_0": "keypad zero",
    "KP_Add": "keypad plus",
    "kp-*": "keypad star",
    "kp-page-up": "keypad page up",
    "underscore": "underscore",
    "double-quote": "quote",
    "period": "dot",
    "semicolon": "semicolon",
    "bracketleft": "left bracket",
    "eacute": "E acute",
    "Ntilde": "N tilde",
    "ssharp": "sharp S",
    "EuroSign": "euro",
    "ctrl+shift+s": "control shift S",
    "Ctrl-C": "control C",
    "Ctrl + Alt + Del": "control alt delete",
    "Control_shift_a": "control shift A",
    "control_shift_Page_Up": "control shift page up",
    "alt_F4": "alt F four",
    "super+l": "super L",
    "Win+L": "super L",
    "cmd+space": "command space",
    "Super_L": "super",
    "Shift_R": "shift",
    "ISO_Level3_Shift": "alt graph",
    "ctrl++": "control plus",
    "ctrl+ +": "control plus",
    "ctrl + shift + -": "control shift dash",
    "ctrl -": "control dash",
    "ctrl+-": "control dash",
    "ctrl-_": "control underscore",
    "ctrl+é": "control E acute",
    "XF86AudioRaiseVolume": "volume up",
}


@pytest.mark.parametrize("key", ENGLISH)
def test_a_key_has_a_name(key: str) -> None:
    assert key_name(key, verbaliser("en-us")) == ENGLISH[key]


@pytest.mark.parametrize("text", ["", "foo", "ctrl+foo", "Hello there", "123", "f", "ctrl+" * 30, "F100", "x" * 200])
def test_what_is_no_key_has_none(text: str) -> None:
    assert key_name(text, verbaliser("en-us")) == ("F" if text == "f" else "")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en-gb", "control shift F five"),
        ("es", "control mayúsculas F cinco"),
        ("fr-fr", "contrôle majuscule F cinq"),
        ("it", "control maiuscolo F cinque"),
        ("pt-br", "control shift F cinco"),
        ("hi", "कंट्रोल शिफ़्ट F पाँच"),
        ("ja", "コントロール シフト F 五"),
        ("zh", "控制键 上档键 F 五"),
    ],
)
def test_each_language_has_its_own_names(language: str, said: str) -> None:
    assert key_name("ctrl+shift+F5", verbaliser(language)) == said


def test_a_capital_that_is_typed_may_be_announced() -> None:
    assert key_name("A", verbaliser("en-us"), "spell") == "cap A"
    assert key_name("control_a", verbaliser("en-us"), "spell") == "control A"
