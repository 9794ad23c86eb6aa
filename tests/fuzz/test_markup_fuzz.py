"""Markup never fails but by a clear refusal, and loses, doubles and misplaces nothing, wherever the text is cut."""

import os
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings, strategies as st

from tests.few import few
from tests.fuzz.test_text_fuzz import PIECES, chunks
from tests.model.text.markup.read import segments
from ttsmesh.errors import Code, RejectedError
from ttsmesh.model.render.halving import halve
from ttsmesh.model.text.chunking import TextChunk
from ttsmesh.model.text.markup.markup import Kind
from ttsmesh.model.text.segments import Segment
from ttsmesh.text_input import check_text

pytestmark = pytest.mark.timeout(3600)  # ten thousand documents take ten minutes

LONG = int(os.environ.get("TTSMESH_FUZZ", "500"))
"""How many documents each test of ``make test-long`` reads."""

EXAMPLES = few({100}, of=(100, LONG))
WORDS = ["one ", "two", "three.", " four, ", "It was so. ", "é", "語。", "$2.50 ", "A&B ", "<3 ", "\n", "x\u0301", "😀"]
VALUES = ["", "slow", "80%", "+20%", "1.5", "+2st", "-6dB", "loud", "1s", "300ms", "strong", "none", "x", "9" * 40]
ATTRIBUTES = {
    "prosody": ["rate", "pitch", "volume"],
    "emphasis": ["level"],
    "voice": ["name", "gender", "xml:lang"],
    "lang": ["xml:lang"],
    "p": ["xml:lang"],
    "s": [],
    "say-as": ["interpret-as", "format"],
    "sub": ["alias"],
    "phoneme": ["ph", "alphabet"],
    "break": ["time", "strength"],
    "mark": ["name"],
    "audio": ["src"],
    "metadata": [],
    "unknown": ["x"],
}
NAMES = ["bob", "marie", "nobody", "fr", "en-GB", "de", "male", "characters", "date", "digits", "mdy", "tˈu", "ipa"]

# --- documents ------------------------------------------------------------------------------------------------------


def attributes(name: str) -> st.SearchStrategy[str]:
    value = st.sampled_from([*VALUES, *NAMES])
    pairs = st.dictionaries(st.sampled_from(ATTRIBUTES[name]), value) if ATTRIBUTES[name] else st.just({})
    return pairs.map(lambda found: "".join(f" {key}={quoteattr(text)}" for key, text in found.items()))


def element(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def made(name: str) -> st.SearchStrategy[str]:
        content = st.lists(inside, max_size=4).map("".join)
        return st.builds(lambda given, text: f"<{name}{given}>{text}</{name}>", attributes(name), content)

    return st.sampled_from(sorted(ATTRIBUTES)).flatmap(made)


TEXT = (st.sampled_from(WORDS) | PIECES).map(lambda text: escape(text.replace("\x1b", " ")))
EXTRAS = st.sampled_from(["<!-- so -->", "<![CDATA[a < b & c]]>", "&#65;", "\r\n", "<?pi?>"])
PARTS = st.recursive(TEXT | EXTRAS, element, max_leaves=12)
DOCUMENTS = st.lists(PARTS, max_size=8).map(lambda parts: f"<speak>{''.join(parts)}</speak>")
PARAGRAPHS = st.lists(PARTS, min_size=3, max_size=6).map(
    lambda parts: f"<speak>{''.join(f'<p>{part}</p>' for part in parts * 4)}</speak>"
)
TAGS = st.sampled_from(
    ["[voice:bob]", "[voice:marie]", "[voice:]", "[pause:1s]", "[pause:300ms]", "[pause:0s]", "[voice", "[x]"]
)
TAGGED = st.lists(TAGS | st.sampled_from(WORDS) | PIECES, min_size=1, max_size=40).map("".join)
KINDS: list[tuple[Kind, st.SearchStrategy[str]]] = [("ssml", DOCUMENTS), ("tags", TAGGED)]


def check(strategy: st.SearchStrategy[Any], examples: int, holds: Callable[[Any], None]) -> None:
    settings(max_examples=examples)(given(strategy)(holds))()


def read(source: str, kind: Kind, **options: Any) -> list[Segment]:
    """The segments of ``source``; none if it is refused."""
    try:
        return list(segments(check_text(source), kind, **options))
    except RejectedError as error:
        assert error.code in (Code.TEXT, Code.VOICE)
        assert error.message.isprintable()
        return []


def heard(found: list[Segment]) -> list[object]:
    """What is said, how, and with which marks and pauses, in one order, however it is divided into segments."""
    said: list[object] = []
    for segment in found:
        for number, word in enumerate(segment.words):
            said += [mark.name for mark in segment.marks if mark.word == number]
            if word.kind != "mark":
                said.append((word.text, word.start, word.end, word.phonemes, segment.language, segment.delivery))
        said += [mark.name for mark in segment.marks if mark.word == len(segment.words)]
        if segment.pause_ms is not None:
            said.append(segment.pause_ms)
    return said


@pytest.mark.parametrize("examples", EXAMPLES)
@pytest.mark.parametrize(("kind", "documents"), KINDS, ids=["ssml", "tags"])
def test_spans_never_go_back_and_lie_in_the_source(
    kind: Kind, documents: st.SearchStrategy[str], examples: int
) -> None:
    def holds(source: str) -> None:
        start = end = 0
        for segment in read(source, kind, most=60):
            for word in segment.words:
                assert start <= word.start <= word.end <= len(source)
                assert end <= word.end
                start, end = word.start, word.end

    check(documents, examples, holds)


@pytest.mark.parametrize("examples", EXAMPLES)
def test_c15_it_does_not_matter_how_a_text_is_cut_into_blocks(examples: int) -> None:
    """Each paragraph is shorter than a block. A longer one is parted, and so may be read a little differently."""

    def holds(source: str) -> None:
        assert heard(read(source, "ssml", most=10**6)) == heard(read(source, "ssml", most=400))

    check(PARAGRAPHS, examples, holds)


@pytest.mark.parametrize("examples", EXAMPLES)
def test_it_does_not_matter_how_a_text_with_tags_is_cut_into_blocks(examples: int) -> None:
    def holds(lines: list[str]) -> None:
        source = "\n\n".join(lines * 4)
        assert heard(read(source, "tags", read_as="text")) == heard(read(source, "tags", read_as="text", most=400))

    line = st.lists(TAGS | st.sampled_from(WORDS), min_size=1, max_size=10).map("".join)
    check(st.lists(line, min_size=4, max_size=8), examples, holds)


@pytest.mark.parametrize("examples", EXAMPLES)
def test_c15_each_mark_and_each_break_is_kept_once_and_in_order(examples: int) -> None:
    notes = st.sampled_from(["<mark name='{}'/>", "<break time='{}ms'/>"])
    parts = st.lists(notes | st.sampled_from(["<p>", "</p>", *map(escape, WORDS)]), max_size=30)

    def holds(found: list[str]) -> None:
        depth, source = 0, "<speak>"
        for number, part in enumerate(found, 1):
            if part == "</p>" and not depth:
                continue
            depth += (part == "<p>") - (part == "</p>")
            source += part.format(number)
        source += "</p>" * depth + "</speak>"
        said = heard(read(source, "ssml", most=10))
        numbers = [number for number, part in enumerate(found, 1) if "name" in part]
        assert [int(name) for name in said if isinstance(name, str)] == numbers
        asked = sum(number for number, part in enumerate(found, 1) if "time" in part)
        assert sum(ms for ms in said if isinstance(ms, float)) == asked

    check(parts, examples, holds)


@pytest.mark.parametrize("examples", EXAMPLES)
def test_each_pause_of_a_tag_is_kept_in_a_text_of_any_format(examples: int) -> None:
    def holds(source: str) -> None:
        found = read(source, "tags", most=60)
        asked = 1000 * source.count("[pause:1s]") + 300 * source.count("[pause:300ms]")
        assert sum(segment.pause_ms or 0 for segment in found) == asked

    check(TAGGED, examples, holds)


@pytest.mark.parametrize("examples", EXAMPLES)
def test_each_letter_of_plain_elements_is_said_or_counted(examples: int) -> None:
    names = st.sampled_from(["prosody rate='fast'", "voice name='bob'", "lang xml:lang='fr'", "p", "s", "x"])

    def inside(content: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        many = st.lists(content, max_size=4).map("".join)
        return st.builds(lambda name, text: f"<{name}>{text}</{name.split()[0]}>", names, many)

    def holds(content: str) -> None:
        source = f"<speak>{content}</speak>"
        found = read(source, "ssml", most=60)
        covered = {at for segment in found for word in segment.words for at in range(word.start, word.end)}
        in_tag, missing = False, ""
        for at, character in enumerate(source):
            in_tag = in_tag or character == "<"
            missing += character if not in_tag and character.isalnum() and at not in covered else ""
            in_tag = in_tag and character != ">"
        assert len(missing) <= sum(segment.unsayable for segment in found), missing

    letters = st.sampled_from([word for word in WORDS if not set("&<$") & set(word)])
    check(st.recursive(letters, inside, max_leaves=20), examples, holds)


@pytest.mark.parametrize("examples", EXAMPLES)
def test_c14_broken_xml_is_refused_in_one_line(examples: int) -> None:
    def holds(parts: tuple[str, int, str]) -> None:
        document, at, change = parts
        at %= len(document) + 1
        read(document[:at] + change + document[at:], "ssml")
        read(document[:at], "ssml")

    changes = st.sampled_from(["<", ">", "&", "]]>", "<!DOCTYPE x>", "<speak>", "</speak>", "\x00", "'", '"', "<a b='"])
    check(st.tuples(DOCUMENTS, st.integers(0, 10_000), changes | st.text(max_size=3)), examples, holds)


@pytest.mark.parametrize("examples", EXAMPLES)
def test_chunks_have_all_words_and_marks_once_and_each_word_is_delivered_as_its_segment_says(examples: int) -> None:
    def holds(source: str) -> None:
        found = read(source, "ssml")
        pending = chunks(found)
        assert delivered(pending) == [(word.text, segment.delivery) for segment in found for word in segment.words]
        marks = [mark.name for segment in found for mark in segment.marks]
        assert [mark.name for chunk in pending for mark in chunk.marks] == marks
        for chunk in pending:
            assert [mark.word for mark in chunk.marks] == sorted(mark.word for mark in chunk.marks)
            assert all(0 <= mark.word <= len(chunk.words) for mark in chunk.marks)
            try:
                halves = halve(chunk)
            except (ValueError, IndexError):
                continue
            if len(chunk.words) > 1:
                assert delivered(halves) == delivered([chunk])
            assert [mark.name for half in halves for mark in half.marks] == [mark.name for mark in chunk.marks]

    check(DOCUMENTS, examples, holds)


def delivered(found: list[TextChunk] | tuple[TextChunk, TextChunk]) -> list[object]:
    said: list[object] = []
    for chunk in found:
        numbers = [number for number, _ in chunk.deliveries]
        assert numbers == sorted(set(numbers)) and numbers[0] == 0
        assert not chunk.words or numbers[-1] < len(chunk.words)
        assert len({delivery.voice for _, delivery in chunk.deliveries}) == 1
        for number, word in enumerate(chunk.words):
            said.append((word.text, [how for first, how in chunk.deliveries if first <= number][-1]))
    return said
