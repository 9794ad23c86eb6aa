"""Nothing is lost and nothing is unbounded, whatever the text."""

import re
import time
import unicodedata

import pytest
from hypothesis import assume, given, strategies as st

from tests.few import few
from tests.reading import say, segments
from ttsmesh.errors import RejectedError
from ttsmesh.limits import MAX_TEXT, MAX_WORD
from ttsmesh.model.render.halving import halve
from ttsmesh.model.text.chunking import CHUNK_LIMIT, Chunker, TextChunk
from ttsmesh.model.text.kinds import Money, Number
from ttsmesh.model.text.segments import Segment, spoken
from ttsmesh.model.text.verbalise.choose import verbaliser
from ttsmesh.text_input import check_text
from ttsmesh.wire.client_messages import READ_AS

PIECES = st.sampled_from(
    [
        *"a.,;:!?…—-'\"()[]{}<>|`*_#/\\@$€%&=+~^\n\t 1Aé語。，😀\u0301\u200d\u00a0\u2028\u0915\u093e²½°",
        "Dr.",
        "e.g.",
        " - ",
        "\n\n",
        "word ",
        "3.14",
        "-5",
        "$2.5",
        "10:30",
        "5kg",
        "src/main.py:42",
        "fooBar",
        "v1.2.3",
        "```\n",
        "- item\n",
        "# Title\n",
        "| a | b |\n",
        "https://example.com/a?b=1",
        "jane@example.com",
        "\x1b[31m",
        "HTTP",
        "XIV",
        "+ added\n",
        "@@ -1 +1 @@\n",
    ]
)
TEXTS = st.lists(PIECES | st.characters(exclude_categories=["Cs"]), max_size=120).map("".join)
WORDS = st.sampled_from(["the", "ship", "was", "old", "and", "so", "were", "its", "captain", "crew", "cat"])
LANGUAGES = st.sampled_from(["en-us", "en-gb", "es", "fr-fr", "it", "pt-br", "hi", "ja", "zh"])
FORMATS = st.sampled_from(READ_AS)

SPOKEN_MARKS = frozenset(".,;:?!—–-'“”\"’…")


def words_of(said: str) -> list[str]:
    return re.sub(r"[.,;:?!—–“”\"…]", " ", said).split()


def checked(text: str) -> str:
    try:
        return check_text(text)
    except RejectedError:
        return ""


def chunks(parts: list[Segment]) -> list[TextChunk]:
    chunker = Chunker()
    for segment in parts:
        chunker.add(segment)
    chunker.finish()
    return list(iter(chunker.next, None))


@given(TEXTS, LANGUAGES, FORMATS)
def test_c12_what_is_said_is_words_and_the_marks_of_speech(text: str, language: str, read_as: str) -> None:
    said, _ = say(checked(text), language, read_as)
    for character in said:
        letter = unicodedata.category(character)[0] in "LM" or character == "〇"  # in Japanese and Chinese
        assert letter or character == " " or character in SPOKEN_MARKS, (character, said)


@given(TEXTS, LANGUAGES, FORMATS)
def test_spans_never_go_back_and_lie_in_the_text(text: str, language: str, read_as: str) -> None:
    text = checked(text)
    start = end = 0
    for segment in segments(text, language, read_as, most=60):
        for word in segment.words:
            assert start <= word.start <= word.end <= len(text)
            assert end <= word.end
            start, end = word.start, word.end


@given(TEXTS, LANGUAGES, FORMATS)
def test_no_word_is_longer_than_espeak_can_bear(text: str, language: str, read_as: str) -> None:
    longest = 4 * MAX_WORD if language in ("ja", "zh") else MAX_WORD
    for segment in segments(checked(text), language, read_as):
        assert all(len(word.text.encode()) <= longest for word in segment.words)


@given(TEXTS, LANGUAGES)
def test_c12_each_digit_and_letter_is_said_or_counted(text: str, language: str) -> None:
    """As plain text nothing is summed up, so each stands for a word, or was counted."""
    text = checked(text.replace("\x08", " "))
    found = list(segments(text, language, "text"))
    covered = {place for segment in found for word in segment.words for place in range(word.start, word.end)}
    unseen = re.compile(r"\x1b\[[0-9;]*[A-Za-z]?")
    shown = unseen.sub(lambda match: "\x1b" * len(match.group()), text)
    missing = [c for place, c in enumerate(shown) if c.isalnum() and place not in covered]
    assert len(missing) <= sum(segment.unsayable for segment in found), missing


@given(TEXTS, FORMATS)
def test_it_does_not_matter_how_a_text_is_cut_into_blocks(text: str, read_as: str) -> None:
    text = checked(text)
    whole = " ".join(filter(None, (spoken(segment.words) for segment in segments(text, read_as=read_as))))
    parts = " ".join(filter(None, (spoken(segment.words) for segment in segments(text, read_as=read_as, most=400))))
    assert whole == parts


@given(st.lists(WORDS, min_size=1, max_size=60))
def test_plain_prose_is_said_as_it_is_written(words: list[str]) -> None:
    text = " ".join(words).capitalize() + "."
    assert say(text) == (text, 0)


@given(TEXTS, LANGUAGES)
def test_what_is_said_has_the_same_words_when_it_is_read_again(text: str, language: str) -> None:
    said, _ = say(checked(text), language, "text")
    assume(len(said) != 1)  # a character by itself is named
    again, unsayable = say(said, language, "text")
    space = "" if language in ("ja", "zh") else " "
    assert (space.join(words_of(again)), unsayable) == (space.join(words_of(said)), 0)


@given(TEXTS)
def test_chunks_have_all_words_once_and_halving_comes_to_an_end(text: str) -> None:
    found = list(segments(checked(text)))
    pending = chunks(found)
    said = [word.text for segment in found for word in segment.words]
    assert "".join(word.text for chunk in pending for word in chunk.words) == "".join(said)
    assert all(len(chunk.words) <= CHUNK_LIMIT for chunk in pending)
    pending = pending[:3]
    whole = "".join(word.text for chunk in pending for word in chunk.words)
    letters = []
    while pending:
        chunk = pending.pop(0)
        try:
            first, second = halve(chunk)
        except ValueError:
            letters.append(chunk)
            continue
        assert chunk.start == first.start <= first.end <= second.end == chunk.end
        pending[:0] = [first, second]
    assert "".join(word.text for chunk in letters for word in chunk.words) == whole


@given(st.binary(max_size=200) | st.text(st.characters()))
def test_a_text_is_refused_or_keeps_its_length(raw: bytes | str) -> None:
    try:
        text = check_text(raw)
    except RejectedError:
        return
    if isinstance(raw, bytes) or raw.isprintable():
        assert len(text) == len(raw.decode() if isinstance(raw, bytes) else raw)
    assert text.strip()
    assert text.encode()


@pytest.mark.parametrize(
    "unit",
    few(
        {"a", "word ", "1", "\x1b[31m"},
        of=(
            *("a", "1", "word ", "\n", ". ", "A sentence like any other, it seems. ", "\u0301", "😀", "\x1b[31m"),
            *("a_", "a.b.", "/", "-", "| a ", "[", "> ", "`", "*", "(", "$1", "1/", "1-", "1:", "A", "@a", "&lt;"),
        ),
    ),
)
def test_the_time_is_linear(unit: str) -> None:
    """64 KiB in seconds; anything quadratic would take many minutes."""
    text = check_text(unit * ((MAX_TEXT // 64 - 1) // len(unit.encode())) + "z")
    began = time.monotonic()
    assert sum(segment.end >= segment.start for segment in segments(text)) >= 0
    assert time.monotonic() - began < 60


PLACES = st.sampled_from(["{}", "It is {}.", "({})", "so {}, then", "- {}", "“{}”", "a {} b", "x: {}", "{}\n\nend"])
CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}


@given(st.integers(2, 10**6), st.sampled_from("-−"), st.sampled_from(["", " °C", "%", " km", " €"]), PLACES, LANGUAGES)
def test_c12_no_minus_is_lost(number: int, sign: str, unit: str, place: str, language: str) -> None:
    """What is said of a negative amount is what is said of the positive one, and the minus before it."""
    minus = verbaliser(language).say(Number("5", "-")).replace(verbaliser(language).say(Number("5")), "").strip()
    said, _ = say(place.format(f"{sign}{number}{unit}"), language, "text")
    assert minus and minus in said, (minus, said)
    assert minus not in say(place.format(f"{number}{unit}"), language, "text")[0]


@given(st.integers(2, 10**6), st.sampled_from(sorted(CURRENCIES)), PLACES, LANGUAGES)
def test_c12_no_currency_is_lost(number: int, symbol: str, place: str, language: str) -> None:
    """Before a noun the name is in the singular: "a two dollar ticket"."""
    code = "CNY" if (symbol, language) == ("¥", "zh") else CURRENCIES[symbol]
    name = verbaliser(language).say(Money(Number(str(number)), code)).split()[-1].removesuffix("s")
    said, _ = say(place.format(f"{symbol}{number}"), language, "text")
    assert name in said, (name, said)
