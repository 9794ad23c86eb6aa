"""Characters and keys in English. Pure."""

from dataclasses import replace

from ttsmesh.model.text.verbalise.characters.names import Names, accents, blanks, named
from ttsmesh.model.text.verbalise.tables import entries

AMERICAN = Names(
    characters=named(
        r"""
        ! exclamation mark  " quote  # number  $ dollar  % percent  & ampersand  ' apostrophe  ( left paren
        ) right paren  * star  + plus  , comma  - dash  . dot  / slash  : colon  ; semicolon  < less than  = equals
        > greater than  ? question mark  @ at  [ left bracket  \ backslash  ] right bracket  ^ caret  _ underscore
        ` backtick  { left brace  | pipe  } right brace  ~ tilde
        ¡ inverted exclamation mark  ¿ inverted question mark  “ left quote  ” right quote  ‘ left single quote
        ’ right single quote  „ low quote  ‚ low single quote  « left angle quote  » right angle quote
        ‹ left single angle quote  › right single angle quote  ‐ hyphen  – en dash  — em dash  … ellipsis
        · middle dot  • bullet  † dagger  ‡ double dagger  § section  ¶ paragraph  © copyright  ® registered
        ™ trademark  ° degree  € euro  £ pound  ¥ yen  ¢ cent  ₹ rupee  ± plus or minus  × times  ÷ divided by
        − minus  ¬ not  ¦ broken bar  ¨ diaeresis  ´ acute accent  ¸ cedilla  ¯ macron  ª feminine ordinal
        º masculine ordinal  µ micro  ¤ currency  ← left arrow  → right arrow  ↑ up arrow  ↓ down arrow
        ↔ left right arrow  。 ideographic full stop  、 ideographic comma  「 left corner bracket
        」 right corner bracket  『 left white corner bracket  』 right white corner bracket
        《 left double angle bracket
        》 right double angle bracket  【 left black bracket  】 right black bracket  ・ middle dot  〜 wave dash
        । danda  ½ one half  ¼ one quarter  ¾ three quarters  ß sharp S  æ A E  œ O E  ø O slash  đ D stroke
        ð eth  þ thorn  ł L stroke  ı dotless I  ŋ eng
        """
    )
    | blanks("space", "tab", "new line", "no break space"),
    accents=accents(
        """grave, acute, circumflex, tilde, umlaut, ring, cedilla, ogonek, caron, macron, breve, dot above,
        double acute, dot below"""
    ),
    superscript="superscript",
    subscript="subscript",
    capital="cap",
    capitals="all caps",
    keys=entries(
        """
        control: control; shift: shift; alt: alt; alt graph: alt graph; super: super; meta: meta; hyper: hyper;
        command: command; option: option; function: function; enter: enter; escape: escape; tab: tab; space: space;
        backspace: backspace; delete: delete; insert: insert; home: home; end: end; page up: page up;
        page down: page down; up: up; down: down; left: left; right: right; print screen: print screen;
        scroll lock: scroll lock; pause: pause; break: break; caps lock: caps lock; num lock: num lock; menu: menu;
        keypad: keypad; compose: compose; help: help; undo: undo; redo: redo; cut: cut; copy: copy; paste: paste;
        find: find; volume up: volume up; volume down: volume down; mute: mute; play: play; stop: stop; next: next;
        previous: previous
        """
    ),
)

BRITISH = replace(
    AMERICAN,
    characters={
        **AMERICAN.characters,
        **named(
            """
            # hash  . full stop  ( left bracket  ) right bracket  [ left square bracket  ] right square bracket
            { left curly bracket  } right curly bracket
            """
        ),
    },
)
