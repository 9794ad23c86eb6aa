"""Which segments are made of SSML and of tags: a table of cases, where their words stand, and how they are cut."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.model.text.markup.read import segments, shown
from ttsmesh.model.text.markup.manuscript import WRITTEN
from ttsmesh.model.text.markup.markup import Kind
from ttsmesh.model.text.segments import Segment

FOLDER = Path(__file__).parent
TABLES: dict[Kind, Any] = {
    kind: tomllib.loads((FOLDER / f"{kind}.toml").read_text(encoding="utf-8")) for kind in ("ssml", "tags")
}
LEAST = 120


def cases() -> Iterator[Any]:
    for kind, table in TABLES.items():
        for name, group in table.items():
            for number, (source, found) in enumerate(group["cases"]):
                yield pytest.param(kind, source, found, id=f"{kind}-{name}-{number}")


@pytest.mark.parametrize(("kind", "source", "expected"), list(cases()))
def test_the_segments_of(kind: Kind, source: str, expected: list[str]) -> None:
    assert [shown(segment) for segment in segments(source, kind)] == expected


def test_the_table_is_large() -> None:
    assert len(list(cases())) >= LEAST


# --- where words stand in the source ---------------------------------------------------------------------------------


def places(source: str, found: Iterator[Segment]) -> list[str]:
    return [source[word.start : word.end] for segment in found for word in segment.words if word.kind != "mark"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<speak>One <b>two</b>\n three</speak>", ["One", "two", "three"]),
        ("<speak>é <b>日本</b> Größe 😀 end</speak>", ["é", "Größe", "😀", "😀", "end"]),
        ("<speak>AT&amp;T &#65;b</speak>", ["AT&amp;T", "AT&amp;T", "AT&amp;T", "&#65;b"]),
        ("<speak>He<b>ll</b>o</speak>", ["He<b>ll</b>o"]),
        ("<speak>one&#10;&#10;two&#160;three &#32; four</speak>", ["one", "two", "three", "four"]),
        ("<speak>\r\none\r\ntwo\rthree</speak>", ["one", "two", "three"]),
        ("<speak><![CDATA[one & two]]> three</speak>", ["one", "&", "two", "three"]),
        ("<speak><sub alias='New York'>N.Y.</sub> is</speak>", ["N.Y.", "N.Y.", "is"]),
        ("<speak><sub alias='nothing'/> is</speak>", ["", "is"]),
        ("<speak><say-as interpret-as='digits'>12</say-as></speak>", ["12", "12"]),
        ("<speak>It is <b>$2</b>.50</speak>", ["It", "is", "$2</b>.50", "$2</b>.50", "$2</b>.50"]),
        ("<?xml version='1.0'?>\n<!-- é -->\n<speak>One</speak>", ["One"]),
        ("\ufeff<?xml version='1.0' encoding='UTF-16'?><speak>é <b>you</b></speak>", ["é", "you"]),
    ],
)
def test_each_word_is_said_for_characters_of_the_xml(source: str, expected: list[str]) -> None:
    assert places(source, segments(source)) == expected


def test_each_word_is_said_for_characters_of_the_text_with_tags() -> None:
    source = "Well[pause:1s] then, [voice:bob]“hello”[voice:] and $2[pause:1s].50"
    expected = ["Well", "then", "hello", "and", "$2", "$2", ".50", ".50", ".50"]
    assert places(source, segments(source, "tags"))[:4] == expected[:4]


def test_a_mark_that_a_pause_needs_stands_between_the_words() -> None:
    source = "<speak>one<break time='1s'/>two</speak>"
    (first, _) = segments(source)
    assert [(word.text, word.start, word.end) for word in first.words] == [("one", 7, 10), (",", 10, 10)]


# --- languages ------------------------------------------------------------------------------------------------------


def test_without_a_region_a_language_is_in_the_accent_of_the_utterance() -> None:
    source = "Oui <lang xml:lang='en'>yes</lang> <lang xml:lang='en-US'>yes</lang>"
    found = segments(f"<speak><voice name='marie'>{source}</voice></speak>", language="en-gb")
    assert [segment.language for segment in found] == ["fr-fr", "en-gb", "en-us"]


def test_found_languages_go_before_the_voice_s_but_not_before_the_text_s() -> None:
    def detect(sentences: Any) -> list[str | None]:
        return ["es" if "Hola" in sentence else None for sentence in sentences]

    source = "<speak>Hola. <voice name='marie'>Hello.</voice> <lang xml:lang='fr'>Hola.</lang> So.</speak>"
    found = [(segment.delivery.voice, segment.language) for segment in segments(source, detect=detect)]
    assert found == [(None, "es"), ("marie", "es"), (None, "fr-fr"), (None, "es")]


@pytest.mark.parametrize(
    ("source", "language", "said"),
    [
        (
            "<say-as interpret-as='date' format='dmy'>1/2/2024</say-as>",
            "fr-fr",
            "premier février deux mille vingt-quatre",
        ),
        ("<say-as interpret-as='cardinal'>1.234,5</say-as>", "es", "mil doscientos treinta y cuatro coma cinco"),
        ("<say-as interpret-as='ordinal'>3</say-as>", "it", "terzo"),
        ("<say-as interpret-as='digits'>42</say-as>", "pt-br", "quatro dois"),
        ("<say-as interpret-as='date'>1/2/2024</say-as>", "en-gb", "the first of February twenty twenty-four"),
        ("<say-as interpret-as='cardinal'>42</say-as>", "ja", "四十二"),
        ("<say-as interpret-as='digits'>42</say-as>", "zh", "四 二"),
        ("<say-as interpret-as='ordinal'>3</say-as>", "hi", "तीसरा"),
    ],
)
def test_what_say_as_asks_for_is_said_in_the_language(source: str, language: str, said: str) -> None:
    (segment,) = segments(f"<speak>{source}</speak>", language=language)
    assert shown(segment, language) == f"{said} ¶"


def test_a_text_with_markup_may_be_spelled() -> None:
    found = [shown(segment) for segment in segments("ab[pause:1s]c [voice:bob]d", "tags", spell=True)]
    assert found == ["A B, |1000|", "C, space,", "<bob> D"]
    first, *_, last = segments("\n[pause:1s]ab", "tags", spell=True)
    assert (shown(first), shown(last)) == ("|1000|", "A B")
    (segment,) = segments("<speak>a<sub alias='b'>xyz</sub>&#99;</speak>", spell=True)
    assert shown(segment) == "A B C"


def test_capitals_are_announced_where_characters_are_spelled_too() -> None:
    (segment,) = segments("<speak><say-as interpret-as='characters'>aB</say-as></speak>", capitals="spell")
    assert "cap" in shown(segment)


# --- secrets --------------------------------------------------------------------------------------------------------

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


@pytest.mark.parametrize(
    "source",
    [
        f"It is {SECRET[:20]}<break/>{SECRET[20:]} now.",
        f"<voice name='bob'>The password is</voice> <voice name='anna'>{SECRET}</voice>",
        "The password is <break time='1s'/>hunter2.",
        "password=<voice name='bob'>hunter2</voice>",
        "<prosody rate='slow'>The password is</prosody> <lang xml:lang='fr'>hunter2</lang>.",
        "The pass<voice name='bob'>word is hun</voice>ter2.",
    ],
)
def test_c11_markup_does_not_part_a_secret_from_what_tells_that_it_is_one(source: str) -> None:
    said = " ".join(shown(segment) for segment in segments(f"<speak>{source}</speak>"))
    assert "a secret" in said
    assert not [part for part in ("hun", "ter", "two", "MDENG", "X U", "R F") if part in said], said


# --- blocks ---------------------------------------------------------------------------------------------------------


def test_a_break_right_behind_a_block_takes_the_place_of_its_pause() -> None:
    paragraph = f"<p>{'One word more. ' * 40}</p>\n"
    source = f"<speak>{paragraph}<break time='7s'/>{paragraph}</speak>"
    found = list(segments(source, most=400))
    assert [segment.pause_ms for segment in found if segment.pause_ms is not None] == [7000.0]
    (pausing,) = (segment for segment in found if segment.pause_ms is not None)
    assert (pausing.pause, pausing.words[-2].text) == ("paragraph", "more")


def test_how_a_text_is_spoken_goes_on_in_the_next_blocks() -> None:
    source = f"<speak><voice name='bob'><prosody rate='fast'>{'One word more. ' * 200}</prosody></voice> End.</speak>"
    *found, last = segments(source, most=400)
    assert len(found) > 100
    assert {(segment.delivery.voice, segment.delivery.rate) for segment in found} == {("bob", 1.3)}
    assert (last.delivery.voice, last.delivery.rate) == (None, 1)


def test_what_is_said_in_place_of_characters_is_said_once_where_blocks_are_cut() -> None:
    source = "<speak>" + "<say-as interpret-as='digits'>12</say-as> so " * 200 + "</speak>"
    said = [word.text for segment in segments(source, most=100) for word in segment.words if word.kind != "mark"]
    assert said == ["one", "two", "so"] * 200


def test_long_content_is_spelled_in_parts_or_read_as_usual() -> None:
    spelled = "<speak><say-as interpret-as='characters'>" + "ab" * 400 + "</say-as></speak>"
    said = [word.text for segment in segments(spelled) for word in segment.words if word.kind != "mark"]
    assert "".join(said) == "AB" * 400
    usual = "<speak><say-as interpret-as='date'>" + "one day " * 100 + "</say-as></speak>"
    said = [word.text for segment in segments(usual) for word in segment.words if word.kind != "mark"]
    assert said == ["one", "day"] * 100


@pytest.mark.parametrize(
    ("kind", "part", "wanted"),
    [
        ("ssml", "<s>one, <emphasis level='strong'>two</emphasis>", "one, two"),
        ("ssml", "one<mark name='a>b'/>two<!-- c > d -->!<?e > ?>", "onetwo!"),
        ("ssml", "a &lt; b &#8364; &amp;lt; <![CDATA[<c> &lt;]]>", "a < b € &lt; <c> &lt;"),
        ("tags", "[voice:af_sky]one[pause:1s], [two] <b>", "one, [two] <b>"),
    ],
)
def test_a_part_of_a_source_is_known_without_its_markup(kind: str, part: str, wanted: str) -> None:
    assert WRITTEN[kind](part) == wanted
