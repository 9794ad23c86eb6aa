"""Words become captions, captions become cues, and cues become files."""

import json
from collections.abc import Iterator
from itertools import pairwise

import pytest

from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.model.captions.cues import LINE, LONGEST_S, cues
from ttsmesh.model.captions.formats import as_json, srt, vtt
from ttsmesh.model.captions.words import Caption, Pacing, Times, captions
from ttsmesh.model.text.markup.manuscript import WRITTEN
from ttsmesh.wire.word_times import WordTime

RATE = 1000


def words(text: str, each: int = 300, pause: int = 0) -> Iterator[WordTime]:
    """The words of ``text`` between spaces, ``each`` frames long, with ``pause`` frames between them."""
    at = frame = 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        bare = len(word.rstrip('.,!?”"')) or len(word)
        opened = len(word) - len(word.lstrip('“"'))
        yield WordTime(frame, frame + each, start + opened, start + bare)
        frame += each + pause


def captioned(text: str, each: int = 300, pause: int = 0) -> list[Caption]:
    return captions(text, words(text, each, pause), Times(RATE).at)


def test_a_caption_has_the_word_as_it_was_written_its_seconds_and_its_place() -> None:
    first, second = captioned("Hello, world.")
    assert first == Caption("Hello", 0.0, 0.3, 0, 5, "", ",", True)
    assert second == Caption("world", 0.3, 0.6, 7, 12, "", ".", False)


def test_words_that_are_said_for_the_same_characters_are_one_caption() -> None:
    times = [WordTime(0, 100, 0, 5), WordTime(100, 200, 0, 5), WordTime(200, 400, 0, 5), WordTime(400, 500, 6, 9)]
    first, second = captions("$2.50 off", times, Times(RATE).at)
    assert (first.word, first.start_s, first.end_s) == ("$2.50", 0.0, 0.4)
    assert second.word == "off"


def test_quotes_cling_to_their_words() -> None:
    said, *_ = captioned("“Really?” he asked")
    assert (said.before, said.word, said.after) == ("“", "Really", "?”")


def test_in_a_script_without_spaces_words_are_not_parted() -> None:
    times = [WordTime(0, 100, 0, 2), WordTime(100, 200, 2, 4)]
    (cue,) = cues(captions("你好世界。", times, Times(RATE).at))
    assert cue.lines == ("你好世界。",)


def test_markup_is_not_shown_and_parts_no_mark_from_its_word() -> None:
    text = "<s>“<emphasis>R&amp;D</emphasis>”,<break/> they say</s>"
    times = [
        WordTime(at, at + 1, text.index(word), text.index(word) + len(word))
        for at, word in enumerate(("R&amp;D", "they", "say"))
    ]
    found = captions(text, times, Times(RATE).at, WRITTEN["ssml"])
    assert [caption.word for caption in found] == ["R&D", "they", "say"]
    (cue,) = cues(found)
    assert cue.lines == ("“R&D”, they say",)


@pytest.mark.parametrize(("frame", "second"), [(0, 0.0), (500, 0.25), (1000, 0.5), (1500, 1.0), (3000, 1.625)])
def test_seconds_follow_the_rate_at_which_sound_is_heard(frame: int, second: float) -> None:
    times = Times(RATE, rate=2.0)
    times.change(1000, 1.0)
    times.change(1500, 4.0)
    times.change(2000, 2.0)
    assert times.at(frame) == pytest.approx(second)


def test_a_cue_ends_with_its_sentence() -> None:
    assert [cue.lines for cue in cues(captioned("It rains. It pours."))] == [("It rains.",), ("It pours.",)]


def test_a_cue_ends_at_a_pause() -> None:
    heard = captioned("one two")
    later = [heard[0], heard[1]._replace(start_s=2.0, end_s=2.3)]
    assert [cue.lines for cue in cues(later)] == [("one",), ("two",)]


def test_a_long_sentence_becomes_cues_of_two_lines_that_can_be_read() -> None:
    text = "The quick brown fox jumps over the lazy dog, and then it runs far away into the dark forest to sleep " * 3
    found = list(cues(captioned(text)))
    assert all(len(cue.lines) <= 2 and all(len(line) <= LINE + 10 for line in cue.lines) for cue in found)
    assert all(cue.end_s - cue.start_s <= LONGEST_S for cue in found)
    assert " ".join(line for cue in found for line in cue.lines) == " ".join(text.split())


def test_cues_follow_one_another() -> None:
    found = list(cues(captioned("one two three. four five, six seven eight! nine " * 8)))
    assert all(one.end_s <= other.start_s for one, other in pairwise(found))


def test_subrip() -> None:
    assert srt(captioned("It rains. It pours.")) == (
        "1\n00:00:00,000 --> 00:00:00,600\nIt rains.\n\n2\n00:00:00,600 --> 00:00:01,200\nIt pours.\n"
    )


def test_webvtt_writes_what_is_special_there_as_references() -> None:
    (only,) = captions("a<b&c", [WordTime(3_600_000, 3_661_500, 0, 5)], Times(RATE).at)
    assert vtt([only]) == "WEBVTT\n\n01:00:00.000 --> 01:01:01.500\na&lt;b&amp;c\n"


def test_json_has_one_object_for_each_word() -> None:
    assert json.loads(as_json(captioned("Hé “yes”"))) == [
        {"word": "Hé", "start_s": 0.0, "end_s": 0.3, "from": 0, "to": 2},
        {"word": "yes", "start_s": 0.3, "end_s": 0.6, "from": 4, "to": 7},
    ]


def test_a_text_without_words_has_an_empty_file() -> None:
    assert (srt([]), vtt([]), json.loads(as_json([]))) == ("", "WEBVTT\n", [])


# --- how fast it is heard --------------------------------------------------------------------------------------------


def test_rates_of_the_text_and_speeds_of_the_listener_multiply() -> None:
    pacing = Pacing(2.0)
    pacing.rate(SAMPLE_RATE, 1.5)
    pacing.speed(2 * SAMPLE_RATE, 4.0)
    pacing.rate(3 * SAMPLE_RATE, 1.0)
    found = [pacing.times().at(second * SAMPLE_RATE) for second in range(5)]
    assert found == pytest.approx([0, 1 / 2, 1 / 2 + 1 / 3, 1 / 2 + 1 / 3 + 1 / 6, 1 / 2 + 1 / 3 + 1 / 6 + 1 / 4])


def test_who_went_back_and_wished_for_another_speed_there_hears_all_the_rest_at_it() -> None:
    pacing = Pacing(1.0)
    pacing.speed(4 * SAMPLE_RATE, 2.0)
    assert pacing.times().at(6 * SAMPLE_RATE) == 5
    pacing.speed(2 * SAMPLE_RATE, 4.0)
    assert pacing.times().at(6 * SAMPLE_RATE) == 3
