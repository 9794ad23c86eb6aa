"""Marks that are named: at which level, how, and with which pauses."""

import pytest

from tests.reading import say, segments, shipped
from ttsmesh.languages import LANGUAGES
from ttsmesh.model.text.clean import clean
from ttsmesh.model.text.passages import Passage, Piece
from ttsmesh.model.text.punctuation import SETS
from ttsmesh.model.text.reading import Punctuation
from ttsmesh.model.text.rules import Style
from ttsmesh.model.text.scanning.scan import scan
from ttsmesh.model.text.segments import spoken
from ttsmesh.model.text.verbalise.characters.choose import names
from ttsmesh.model.text.verbalise.choose import verbaliser


def said(text: str, level: Punctuation, language: str = "en-us", style: Style = "prose") -> str:
    source = clean(Passage((Piece(text, 0, len(text)),), style=style), language)
    found, _ = scan(
        source,
        verbaliser(language),
        shipped(),
        style,
        punctuation=level,
        written=lambda start, end: text[start:end],
    )
    return " ".join(spoken(sentence.words) for sentence in found)


TABLE = [
    # text, and what is said at the levels some, most and all
    ("Hello, world.", "Hello, world.", "Hello, world.", "Hello comma, world dot."),
    ("What?! No.", "What?! No.", "What?! No.", "What question mark exclamation mark?! No dot."),
    ("Stop!!!!", "Stop!", "Stop!", "Stop four exclamation mark!"),
    ("so (it is) on", "so, it is, on", "so, left paren it is right paren, on", None),
    ("one; two: three", "one; two: three", "one semicolon; two colon: three", None),
    ('say "so" now', "say “so” now", "say quote “so quote” now", None),
    ("“One.” Two", "“One.” Two", "left quote “One. right quote” Two", "left quote “One dot. right quote” Two"),
    ("wait... now", "wait... now", "wait ellipsis... now", None),
    ("a — b – c", "a — b — c", "a em dash — b en dash — c", None),
    ("well-known", "well-known", "well dash known", None),
    ("don't", "don't", "don't", "don't"),
    ("this & that", "this ampersand that", "this ampersand that", None),
    ("a @ b # c", "a at b number c", "a at b number c", None),
    ("*word*", "star word star", "star word star", None),
    ("5 * 3 = 15", "five star three equals fifteen", "five star three equals fifteen", None),
    ("snake_case", "snake underscore case", "snake underscore case", None),
    ("foo() a.b(x)", "foo A dot B, x", "foo left paren right paren A dot B left paren x right paren", None),
    ("x->y", "X arrow Y", "X dash greater than Y", None),
    ("a != b", "a not equal to B", "a not equal to B", "a exclamation mark equals B"),
    ("a == b", "A equals equals B", "A equals equals B", None),
    ("<b>so</b>", "less than B greater than so less than slash B greater than", None, None),
    ("$HOME ${X}", "dollar home dollar left brace X right brace", None, None),
    ("=====", "five equals", "five equals", None),
    ("x ------ y", "x. y", "x six dash. y", None),
    ("[1]", "one", "left bracket one right bracket", None),
    ("a | b", "a pipe, b", "a pipe, b", None),
    ("« so »", "“so”", "left angle quote “so right angle quote”", None),
    # what a rule reads has its marks already
    ("It cost $2.50.", "It cost two dollars fifty.", "It cost two dollars fifty.", "It cost two dollars fifty dot."),
    ("at 10:30, or 5-6", "at ten thirty, or five to six", None, "at ten thirty comma, or five to six"),
    ("see a/b.py", "see A slash B dot pie", "see A slash B dot pie", None),
    ("a_b/c-d.py", "A underscore B slash C D dot pie", "A underscore B slash C dash D dot pie", None),
    ("x/a_b.py::c_d", "X slash A underscore B dot pie, C underscore D", None, None),
    ("https://a.org/b-c", "A dot org slash B C", "A dot org slash B dash C", None),
    ("@ann_lee", "at ann underscore lee", "at ann underscore lee", None),
    ("https://a.org/b?c=d", "A dot org slash B", "A dot org slash B", None),
    ("-5 and 50%", "minus five and fifty percent", "minus five and fifty percent", None),
    ("Dr. Who", "Doctor Who", "Doctor Who", "Doctor Who"),
    ("well :-)", "well, smiling face", None, None),
]


@pytest.mark.parametrize(("text", "some", "most", "all_"), TABLE, ids=[text for text, *_ in TABLE])
def test_marks_are_named_by_level(text: str, some: str, most: str | None, all_: str | None) -> None:
    most = most or some
    assert (said(text, "some"), said(text, "most"), said(text, "all")) == (some, most, all_ or most)


@pytest.mark.parametrize(
    ("language", "text", "result"),
    [
        ("en-gb", "Yes.", "Yes full stop."),
        (
            "es",
            "¿Qué? «sí»",
            "abre interrogación Qué cierra interrogación? abre comillas latinas “sí cierra comillas latinas”",
        ),
        ("fr-fr", "Oui ; non.", "Oui point-virgule; non point."),
        ("it", "ecco: (uno)", "ecco due punti: parentesi aperta uno parentesi chiusa"),
        ("pt-br", "um, dois", "um vírgula, dois"),
        ("hi", "नमस्ते।", "नमस्ते पूर्णविराम."),
        ("ja", "「はい、」です。", "かぎかっこ “はい 読点, かぎかっこ閉じ”です 句点."),
        ("zh", "你好，世界。", "你好 逗号, 世界 句号."),
    ],
)
def test_marks_have_the_names_of_the_language(language: str, text: str, result: str) -> None:
    assert said(text, "all", language) == result


def test_code_is_read_with_its_marks() -> None:
    text = "if (x[i] == 'a') { return y; }"
    assert said(text, "most", style="code") == (
        "if, left paren X left bracket I right bracket, equals equals A right paren, left brace return Y semicolon; "
        "right brace"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_level_has_the_marks_of_the_one_before(language: str) -> None:
    assert set(SETS["none"]) < set(SETS["some"]) < set(SETS["most"]) < set(SETS["all"])
    named = names(language).characters
    for mark in "@#$%&*+/<=>\\^_`{|}~":
        assert named[mark].split()[0].lower() in said(f"x {mark} x", "some", language).lower()


def test_a_name_has_the_span_of_its_mark_and_the_pause_stays() -> None:
    (segment,) = segments("Hi, you.", punctuation="all")
    assert [(word.text, word.start, word.end, word.kind) for word in segment.words] == [
        ("Hi", 0, 2, "word"),
        ("comma", 2, 3, "word"),
        (",", 2, 3, "mark"),
        ("you", 4, 7, "word"),
        ("dot", 7, 8, "word"),
        (".", 7, 8, "mark"),
    ]
    assert segment.ends_sentence


def test_a_secret_stays_one() -> None:
    text = "password=hunter2hunter2 ghp_0123456789abcdefghijABCDEFGHIJ012345"
    assert "hunter" not in say(text, punctuation="all")[0]
    assert say("ghp_0123456789abcdefghijABCDEFGHIJ012345", punctuation="all") == say(
        "ghp_0123456789abcdefghijABCDEFGHIJ012345"
    )


@pytest.mark.parametrize(
    ("read_as", "text", "result"),
    [
        ("markdown", "# Title\n\n- **one**\n", "Title one"),
        ("auto", "| a | b |\n|---|---|\n| 1 | 2 |", "a: one, b: two."),
        ("auto", "1. one\n2. two", "one dot, one two dot, two"),
        ("auto", "so - then", "so dash — then"),
        ("auto", "so — then", "so em dash — then"),
        ("auto", "-----", "five dash"),
        ("auto", "* * *\n", "star star star"),
        ("auto", "});", "right brace right paren semicolon;"),
        ("auto", "a -- b", "a dash — b"),
        ("markdown", "see `x_y`.", "see X underscore Y dot."),
    ],
)
def test_only_marks_that_the_text_has_are_named(read_as: str, text: str, result: str) -> None:
    assert say(text, read_as=read_as, punctuation="all")[0] == result


def test_marks_keep_their_places_among_a_terminals_escapes() -> None:
    assert say("\x1b[31mred\x1b[0m, \x1b[1mbold\x1b[0m!", punctuation="all")[0] == "red comma, bold exclamation mark!"
