"""What is refused of SSML, and where; and that a long document is read a little at a time."""

import time
import tracemalloc

import pytest

from tests.few import few
from tests.model.text.markup.read import segments
from ttsmesh.errors import Code, RejectedError
from ttsmesh.limits import MIB
from ttsmesh.model.text.markup.manuscript import examined, manuscript
from ttsmesh.model.text.markup.markup import Markup
from ttsmesh.model.text.markup.notes import Stated
from ttsmesh.model.text.markup.ssml import DEPTH_MAX, FEED, MARKS_MAX, TAG_MAX

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10 if n > 1 else "&lol;" * 10}">' for n in range(1, 10))
    + "]><speak>&lol9;</speak>"
)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("<speak>Hello <b>there</speak>", "mismatched tag (line 1, column 24)"),
        ("<speak>\n\n  Hello <b>there</i></speak>", "mismatched tag (line 3, column 19)"),
        ("<speak>Hello", "no element found (line 1, column 13)"),
        ("Hello", "syntax error (line 1, column 1)"),
        ("<speak>One</speak><speak>Two</speak>", "junk after document element (line 1, column 19)"),
        ("<speak>a < b</speak>", "not well-formed (invalid token) (line 1, column 11)"),
        ("<speak>a & b</speak>", "not well-formed (invalid token) (line 1, column 11)"),
        ("<speak>&nbsp;</speak>", "undefined entity (line 1, column 8)"),
        ("<speak><break time=1s/></speak>", "not well-formed (invalid token) (line 1, column 20)"),
        ("<speak a='1' a='2'/>", "duplicate attribute (line 1, column 14)"),
        ("<!DOCTYPE speak><speak/>", "a document type is refused (line 1, column"),
        ('<!DOCTYPE speak SYSTEM "http://127.0.0.1/x.dtd"><speak/>', "a document type is refused (line 1, column"),
        (LAUGHS, "a document type is refused (line 1, column"),
        ('<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><s>&x;</s>', "a document type is refused"),
        ('<!DOCTYPE s [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><s/>', "a document type is refused"),
        ("<a>" * 300, f"more than {DEPTH_MAX} elements inside one another (line 1, column 769)"),
        ("<speak>" + "<mark name='m'/>" * (MARKS_MAX + 1) + "</speak>", f"more than {MARKS_MAX} marks at one place"),
        (f"<speak><mark name='{'m' * 2000}'/></speak>", "the name of a mark has more than 1024 bytes"),
        (f"<speak><!--{' ' * (TAG_MAX + 2 * FEED)}--></speak>", f"a tag or comment of more than {TAG_MAX} bytes"),
        (f"<speak x='{'é' * TAG_MAX}'/>", f"a tag or comment of more than {TAG_MAX} bytes"),
        ("<speak>\x1b[31m</speak>", "not well-formed (invalid token) (line 1, column 8)"),
    ],
)
def test_c14_what_is_no_ssml_is_refused_in_a_line_that_says_where(source: str, message: str) -> None:
    with pytest.raises(RejectedError) as refused:
        examined(source, "ssml", beginning=100)
    assert refused.value.code is Code.TEXT
    assert refused.value.exit_status == 65
    assert refused.value.message.startswith(f"not valid SSML: {message}")
    assert len(refused.value.message) < 200


def test_marks_beyond_the_limit_are_fine_at_several_places() -> None:
    source = "<speak>" + "<mark name='m'/> word" * (3 * MARKS_MAX) + "</speak>"
    assert sum(len(segment.marks) for segment in segments(source)) == 3 * MARKS_MAX


def document(size: int) -> str:
    """SSML of about ``size`` characters, with all that a document may have."""
    part = (
        "<p>Paragraph of <emphasis>some</emphasis> words, <mark name='m'/>and <prosody rate='fast'>fast</prosody>."
        "<break time='100ms'/> <voice name='bob'>Bob &amp; all</voice> <sub alias='et cetera'>etc.</sub></p>\n"
    )
    return f"<speak>{part * (size // len(part))}</speak>"


def test_the_first_window_of_a_long_document_needs_little_of_it() -> None:
    text = manuscript(document(MIB), Markup("ssml"), "en-us", detect=False)
    began = time.process_time()
    window = text.window(0, 1000)
    assert time.process_time() - began < 0.5  # all of it takes some seconds on a slow machine
    assert (len(window.text), window.final) == (1000, False)


def test_c14_memory_stays_flat_over_a_long_document() -> None:
    """A window and what belongs to it is kept: some hundred KiB, however long the document is."""
    text = manuscript(document(MIB), Markup("ssml"), "en-us", detect=False)
    at, peaks = 0, []
    tracemalloc.start()
    try:
        while not text.ended(at):
            window = text.window(at, 32 * 1024)
            used = len(window.text) if window.final else len(window.text) // 2
            noted = sum(note.at <= at + used for note in window.notes[1:])
            at += used
            text.taken(at, noted)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.reset_peak()
    finally:
        tracemalloc.stop()
    assert len(peaks) > 10
    assert max(peaks) < 8 * MIB
    assert max(peaks[len(peaks) // 2 :]) < 1.5 * max(peaks[: len(peaks) // 2])


UNITS = (
    *("a ", "<b/>", "<p/>", "<s>x</s>", "<!-- c -->", "&amp;", "<![CDATA[x]]>", "é", "\n", "<break/>"),
    *("<mark name='m'/>x", "<voice name='bob'>x</voice>", "<sub alias='one two'>x</sub>", "]", "x<?y?>"),
    "<say-as interpret-as='characters'>x</say-as>",
)


@pytest.mark.parametrize("unit", few({"a ", "<s>x</s>", "<mark name='m'/>x", "]"}, of=UNITS))
def test_c14_the_time_is_linear(unit: str) -> None:
    """A MiB in seconds; anything quadratic would take minutes."""
    source = f"<speak>{unit * (MIB // len(unit))}</speak>"
    began = time.monotonic()
    examined(source, "ssml", beginning=100)
    assert time.monotonic() - began < 30


def test_what_is_asked_for_is_known_from_an_examination() -> None:
    source = (
        "<speak xml:lang=' fr-FR '>Bonjour <voice name='anna bob'>a</voice> <voice gender='FEMALE'>b</voice>"
        "<p xml:lang='es'><voice gender='male'>c</voice></p> <voice languages='xx it-IT'>d</voice><voice/></speak>"
    )
    found = examined(source, "ssml", beginning=7)
    assert (found.kind, found.language, found.beginning) == ("ssml", "fr-FR", "Bonjour")
    assert sorted(found.wishes) == [
        ((), "", "it-IT"),
        ((), "female", ""),
        ((), "male", "es"),
        (("anna", "bob"), "", ""),
    ]


def test_a_text_may_ask_for_so_many_voices() -> None:
    source = "".join(f"<voice name='v{number}'>x</voice>" for number in range(65))
    with pytest.raises(RejectedError, match="asks for more than 64 voices"):
        examined(f"<speak>{source}</speak>", "ssml", beginning=0)


def test_a_long_text_that_is_spelled_is_stated_in_parts() -> None:
    codes = "AB12-" * 3000
    found = list(segments(f"<speak>Key: <say-as interpret-as='characters'>{codes}</say-as> done.</speak>"))
    words = [word for segment in found for word in segment.words if word.kind != "mark"]
    assert (words[0].text, words[-1].text) == ("Key", "done")
    assert sum(len(word.text) for word in words if word.kind == "letters") == 2 * 3000


def test_a_window_says_no_more_than_fits_into_a_reply() -> None:
    code = f"<say-as interpret-as='characters'>{'AB12-' * 38}</say-as> "
    text = manuscript(f"<speak>{code * 100}</speak>", Markup("ssml"), "en-us", detect=False)
    window = text.window(0, 32_768)
    assert not window.final
    assert 6000 < sum(len(note.text) for note in window.notes if isinstance(note, Stated)) <= 8192


def test_more_phonemes_than_a_word_may_have_are_not_taken() -> None:
    (segment,) = segments(f"<speak><phoneme ph='{'ta' * 300}'>tomato</phoneme></speak>")
    assert [(word.text, word.phonemes) for word in segment.words if word.kind != "mark"] == [("tomato", "")]


def test_a_mark_at_each_word_of_a_long_paragraph_parts_no_sentence() -> None:
    words = ("The quick brown fox jumps over the lazy dog near $5.50 of the river bank today. " * 400).split()
    marked = "".join(f"<mark name='{number}:{number + 3}'/>{word} " for number, word in enumerate(words))
    plain, found = (list(segments(f"<speak>{text}</speak>")) for text in (" ".join(words), marked))
    assert [[word.text for word in each.words] for each in found] == [[w.text for w in each.words] for each in plain]
    assert sum(len(segment.marks) for segment in found) == len(words)
