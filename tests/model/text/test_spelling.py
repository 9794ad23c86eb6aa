"""Texts that are spelled, single characters, and keys: what is said, and for which characters."""

from typing import Any

import pytest

from tests.few import few
from tests.reading import say, segments
from ttsmesh.languages import LANGUAGES
from ttsmesh.limits import KIB
from ttsmesh.model.text.chunking import CHUNK_LIMIT, Chunker
from ttsmesh.model.text.segments import Word
from ttsmesh.model.text.spelling import GROUP, spell_out
from ttsmesh.model.text.verbalise.choose import verbaliser


def words(text: str, language: str = "en-us", read_as: str = "auto", **options: Any) -> list[Word]:
    return [word for segment in segments(text, language, read_as, **options) for word in segment.words]


def spelled(text: str, language: str = "en-us", **options: Any) -> str:
    return say(text, language, spell=True, **options)[0]


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("en-us", "Hi, Bob 42", "H I, comma, space, B O B, space, four two"),
        ("en-us", "a.b", "A, dot, B"),
        ("en-us", "Zoë’s", "Z O, E umlaut, right single quote, S"),
        ("en-us", "e\u0301 x", "E acute, space, X"),
        ("en-us", "one\ntwo", "O N E, new line. T W O"),
        ("en-us", "a\tb", "A, tab, B"),
        ("en-us", "ж中", "cyrillic zhe, character four E two D"),
        ("en-us", "ok 👩\u200d💻!", "O K, space, woman technologist, exclamation mark"),
        ("en-gb", "z.", "Z, full stop"),
        ("es", "año", "A eñe O"),
        ("es", "¿Sí?", "abre interrogación, S, I con acento, cierra interrogación"),
        ("fr-fr", "l'été", "L, apostrophe, E accent aigu, T, E accent aigu"),
        ("it", "è 5", "E accento grave, spazio, cinque"),
        ("pt-br", "pão", "P, A til, O"),
        ("hi", "नमस्ते", "न म, आधा स, ते"),
        ("hi", "क a", "क, स्पेस, A"),
        ("ja", "きっと。", "き, 小さい つ, と, 句点"),
        ("ja", "漢字", "漢 字"),
        ("zh", "你好，世界", "你 好, 逗号, 世 界"),
    ],
)
def test_each_character_is_said_by_its_name(language: str, text: str, said: str) -> None:
    assert spell_out(text, verbaliser(language)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [("Hi", "cap H, I"), ("HTTP", "cap H, cap T, cap T, cap P"), ("é É", "E acute, space, cap E acute")],
)
def test_capitals_are_announced_one_by_one(text: str, said: str) -> None:
    assert spell_out(text, verbaliser("en-us"), "spell") == said
    assert spelled(text, capitals="spell") == said


def test_a_capital_may_be_a_sound_instead() -> None:
    assert [(word.text, word.icon) for word in words("aBc", spell=True, capitals="icon")] == [
        ("A", False),
        ("B", True),
        ("C", False),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_spelled_as_a_text_is_what_is_said_for_a_part_of_one(language: str) -> None:
    text = "Ab 12, (x)."
    assert spelled(text, language) == spell_out(text, verbaliser(language))


def test_long_runs_are_parted() -> None:
    said = spell_out("a" * 20, verbaliser("en-us")).split(", ")
    assert {len(group.split()) for group in said} == {GROUP}


def test_each_character_is_the_span_of_its_words() -> None:
    found = [(word.text, word.start, word.end) for word in words("a, e\u0301b", spell=True) if word.kind != "mark"]
    assert found == [("A", 0, 1), ("comma", 1, 2), ("space", 2, 3), ("E", 3, 5), ("acute", 3, 5), ("B", 5, 6)]


def test_nothing_in_a_text_that_is_spelled_is_markup_or_a_number() -> None:
    assert spelled("# 10") == "number, space, one zero"
    assert spelled("**a**", read_as="markdown") == "star, star, A, star, star"
    assert spelled("- x") == "dash, space, X"


def test_the_end_of_the_last_line_is_not_said() -> None:
    assert spelled("ab\n") == spelled("ab\r\n") == "A B"
    assert spelled("\n") == "new line."


def test_blanks_alone_are_named() -> None:
    assert spelled("  ") == "space, space,"


@pytest.mark.parametrize("language", ["ja", "zh"])
def test_characters_without_spaces_are_not_joined_to_words(language: str) -> None:
    assert all(word.spaced for word in words("今日本", language, spell=True))


@pytest.mark.parametrize("unit", few({"The quick fox.\n", "x"}, of=("The quick fox.\n", "x", "Abc, ", "語", "😀")))
def test_a_long_text_is_spelled_in_chunks_of_a_usual_size(unit: str) -> None:
    chunker = Chunker()
    text = unit * (16 * KIB // len(unit))
    for segment in segments(text, spell=True):
        chunker.add(segment)
    chunker.finish()
    chunks = list(iter(chunker.next, None))
    assert all(len(chunk.words) <= CHUNK_LIMIT for chunk in chunks)
    covered = {place for chunk in chunks for word in chunk.words for place in range(word.start, word.end)}
    assert covered == set(range(len(text.rstrip("\n"))))


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("en-us", "a", "A"),
        ("en-us", "?", "question mark"),
        ("en-us", " ! \n", "exclamation mark"),
        ("en-us", "7", "seven"),
        ("en-us", "-", "dash"),
        ("en-us", "😀", "grinning face"),
        ("en-us", "中", "character four E two D"),
        ("en-gb", ".", "full stop"),
        ("es", "y", "Y"),
        ("es", "ñ", "eñe"),
        ("fr-fr", "é", "E accent aigu"),
        ("it", "@", "chiocciola"),
        ("pt-br", "ç", "cê-cedilha"),
        ("hi", "क", "क"),
        ("ja", "か", "か"),
        ("zh", "中", "中"),
    ],
)
def test_a_text_of_one_character_is_said_by_name(language: str, text: str, said: str) -> None:
    assert say(text, language) == (said, 0)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", list("aZ5?.,-'\"~é😀"))
def test_no_single_character_is_silent(language: str, text: str) -> None:
    said, unsayable = say(text, language)
    assert any(c.isalpha() for c in said)
    assert unsayable == 0


def test_a_single_capital_is_announced_when_asked() -> None:
    assert say("A", capitals="spell")[0] == "cap A"
    assert [word.icon for word in words("A", capitals="icon")] == [True]
    assert say("a", capitals="spell")[0] == "A"


def test_two_characters_are_a_text() -> None:
    assert say("a?")[0] == "a?"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ctrl+shift+s", "control shift S"),
        ("Control_shift_a", "control shift A"),
        ("F5\n", "F five"),
        ("KP_Enter", "keypad enter"),
        ("a", "A"),
        (" ", "space"),
        ("Sesame 5", "Sesame five"),
        ("ctrl+c\nctrl+v", "control C control V"),
    ],
)
def test_a_key_is_said_by_name_and_what_is_none_is_read(text: str, said: str) -> None:
    assert say(text, read_as="key")[0] == said


def test_the_words_for_a_key_have_its_span() -> None:
    assert {(word.start, word.end) for word in words("  ctrl+c\n", read_as="key")} == {(2, 8)}
    assert {segment.read_as for segment in segments("ctrl+c", read_as="key")} == {"key"}


@pytest.mark.parametrize(
    ("text", "read_as", "said"),
    [("\nx\n", "auto", "X"), ("  \n\n?\n", "auto", "question mark"), ("\nctrl+a\n", "key", "control A")],
)
def test_blank_lines_around_a_character_or_a_key_are_not_said(text: str, read_as: str, said: str) -> None:
    assert say(text, "en-us", read_as)[0].rstrip(".") == said


def test_the_end_of_a_line_is_one_character_however_it_is_written() -> None:
    assert spelled("c\r\nd") == spelled("c\nd")
