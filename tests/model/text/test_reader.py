"""Reading block by block: what each call gives, and that a text's beginning does not wait for its end."""

import re
from collections.abc import Sequence

import pytest

from tests.reading import segments, shipped
from ttsmesh.model.text.formats.lines import UNIT
from ttsmesh.model.text.reader import chosen, read
from ttsmesh.model.text.reading import WINDOW, Block, Reading
from ttsmesh.model.text.segments import spoken
from ttsmesh.wire.client_messages import READ_AS

ENGLISH = Reading(language="en-us")


def first(text: str, reading: Reading = ENGLISH, most: int = 400) -> Block:
    return read(text[:WINDOW], 0, reading, {}, most=most, final=len(text) <= WINDOW, lexicon=shipped())


def spanish_by_its_letters(sentences: Sequence[str]) -> list[str | None]:
    """A fake detector, so that no test waits for the real one."""
    return ["es" if "ñ" in sentence else "en-us" if "This" in sentence else None for sentence in sentences]


@pytest.mark.parametrize("unit", ["A sentence like any other. ", "word ", "- item\n", "a" * 50, "# Title\n\ntext\n\n"])
def test_the_first_block_of_a_long_text_is_as_small_as_that_of_a_short_one(unit: str) -> None:
    block = first(unit * 40_000)
    assert 0 < block.used <= 400 + UNIT
    assert block.segments


def test_what_a_call_leaves_is_all_that_the_next_one_needs() -> None:
    text = "One is here.\n\n```python\n" + "x = 1\n" * 3000 + "```\n\nTwo is there.\n"
    said = [spoken(segment.words) for segment in segments(text, most=100, window=9000)]
    assert said == ["One is here.", "code, Python, three thousand lines", "Two is there."]


def test_segments_say_how_long_to_pause_and_where_a_sentence_ends() -> None:
    found = list(segments("# Title\n\nOne. Two, and\n\n- three\n- four\n\nfive", read_as="markdown"))
    assert [(spoken(s.words), s.pause, s.ends_sentence) for s in found] == [
        ("Title", "paragraph", True),
        ("One.", "", True),
        ("Two, and", "paragraph", True),
        ("three", "item", True),
        ("four", "paragraph", True),
        ("five", "paragraph", True),
    ]


def test_escape_sequences_and_struck_over_characters_are_not_read_and_spans_stay_true() -> None:
    text = "\x1b[1mHello\x1b[0m N\x08NA\x08A now"
    (segment,) = segments(text)
    assert spoken(segment.words) == "Hello N A now"
    hello, *_, now = segment.words
    assert text[hello.start : hello.end] == "Hello"
    assert text[now.start : now.end] == "now"


def test_an_escape_sequence_that_a_window_cuts_is_not_read_either() -> None:
    text = "word " * 1999 + "\x1b[38;5;196mred\x1b[0m " * 400
    said = " ".join(spoken(segment.words) for segment in segments(text, window=10_000))
    assert set(said.split()) == {"word", "red"}


def test_each_sentence_is_in_its_language_and_an_unsure_one_in_that_of_the_one_before() -> None:
    text = "This is that thing. Mañana 5. OK 6. Then that."
    found = list(segments(text, detect=spanish_by_its_letters))
    assert [(spoken(s.words), s.language) for s in found] == [
        ("This is that thing.", "en-us"),
        ("Mañana cinco.", "es"),
        ("O K seis.", "es"),
        ("Then that.", "es"),
    ]


def test_a_detected_language_keeps_the_voices_accent_and_what_is_not_installed_is_not_taken() -> None:
    def every(language: str) -> bool:
        return True

    def none(language: str) -> bool:
        return False

    assert chosen("en-us", "es", "en-gb", every) == "en-gb"
    assert chosen("es", "en-gb", "en-gb", every) == "es"
    assert chosen(None, "es", "en-gb", every) == "es"
    assert chosen("ja", "es", "en-gb", none) == "es"


SECRETS = [
    "sk-proj-Zq83kLw0Pm4xVb7Tn2Rc",
    "ghp_a8Kd02LmQz7TfWv4Xc1Ry6Hn3Bs5Jp9Eu0Gt",
    "AKIAQ7ZPLM3XN5VT2RKB",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVPmB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    "xoxb-2048-4096-Qm8kZtLw3Nv7",
    "glpat-x9Kq2LmZ7vTn4Rc8Wb1P",
    "Zk3vQ8mN1xP7rT5wL0bY6cH2dF9gJ4sA",
]


@pytest.mark.parametrize("read_as", READ_AS)
@pytest.mark.parametrize("language", ["en-us", "es", "fr-fr", "it", "pt-br", "hi", "ja", "zh"])
def test_c11_a_secret_is_never_said_whatever_the_text_is_read_as(language: str, read_as: str) -> None:
    """Each comes by itself, in a sentence, in brackets, after a name, in an address, and in code."""
    for secret in SECRETS:
        parts = [part.lower() for part in re.findall(r"[A-Za-z]{3,}|\d{3,}", secret)[-2:]]
        for place in ("{}", "See {}, please.", "({})", "token={}", "https://x.example/?key={}", 'key = "{}"', "- `{}`"):
            said = " ".join(spoken(s.words) for s in segments(place.format(secret), language, read_as)).lower()
            for part in parts:
                assert part not in said, (place, secret, said)
            assert sum(len(word) == 1 for word in said.split()) < 12, (place, secret, said)


def test_c11_a_key_in_lines_is_passed_over_however_long_it_is() -> None:
    key = (
        "-----BEGIN RSA PRIVATE KEY-----\n"
        + "MIIEpAIBAAKCAQEA7abcd\nshort\n" * 4000
        + "-----END RSA PRIVATE KEY-----\n"
    )
    said = [spoken(segment.words) for segment in segments(f"My key:\n{key}Keep it.", window=9000)]
    assert said == ["My key:", "a secret.", "Keep it."]
