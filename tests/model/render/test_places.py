"""When words are heard: the model sounds a little before its durations say, and is silent long before they end."""

import numpy as np
import pytest

from tests.words import words
from ttsmesh.model.engine.protocol import Samples
from ttsmesh.model.g2p.phonemes import WordSpan
from ttsmesh.model.kokoro import FRAME_SAMPLES
from ttsmesh.model.render.pauses import DEFAULT_PAUSES, Pauses
from ttsmesh.model.render.places import EARLY_SAMPLES, LAST_SAMPLES, places
from ttsmesh.model.render.spacing import HEAD_SAMPLES, Spacer
from ttsmesh.model.text.chunking import TextChunk

EDGE, SPOKEN, LONG, SPACE, PAUSED = 4, 3, 20, 2, 8
"""Frames of an edge, of a phoneme, of a phoneme in capitals, of a space and of a mark."""


class Said:
    """``text``, whose words are their own phonemes but for tones, as it is placed.

    The sound begins right after ``quiet`` samples of silence.
    """

    def __init__(self, text: str, pauses: Pauses = DEFAULT_PAUSES, quiet: int = EDGE * FRAME_SAMPLES) -> None:
        self._text = text
        frames = [LONG if c.isupper() else SPACE if c == " " else SPOKEN if c.isalpha() else PAUSED for c in text]
        self._ends: Samples = np.cumsum([EDGE, *frames, EDGE], dtype=np.int64) * FRAME_SAMPLES
        self._spacer = Spacer(self._ends, text, pauses, head=HEAD_SAMPLES)
        samples = np.full(self._ends[-1], 0.5, np.float32)
        samples[:quiet] = 0
        self._spacer.add(samples)
        self._offset = HEAD_SAMPLES - quiet
        said, at, spans = words(text), 0, list[WordSpan]()
        for word in said:
            spans.append(WordSpan(at, at + len(word.text), word.start, word.end))
            at += len(word.text)
        self.words = [place.time for place in places(TextChunk(said, "en-us"), spans, self._ends, self._spacer)]

    def of(self, word: str) -> tuple[int, int]:
        """From when to when ``word`` is heard."""
        (time,) = [time for time in self.words if self._text[time.start : time.end] == word]
        return time.first_frame, time.last_frame

    def begins(self, number: int) -> int:
        """Where phoneme ``number`` begins by its duration, if no pause has changed."""
        return self._offset + int(self._ends[number])


def test_the_first_word_begins_with_the_sound() -> None:
    for quiet in (EDGE * FRAME_SAMPLES, 2 * FRAME_SAMPLES):
        assert Said("one two.", quiet=quiet).of("one")[0] == HEAD_SAMPLES
    assert Said("“one” two.").of("one")[0] == HEAD_SAMPLES


def test_a_word_begins_where_the_one_before_it_ends_and_the_space_between_them_is_its_own() -> None:
    said = Said("one two three")
    assert said.of("one")[1] == said.of("two")[0] == said.begins(len("one")) - EARLY_SAMPLES
    assert said.of("two")[1] == said.of("three")[0] == said.begins(len("one two")) - EARLY_SAMPLES


def test_a_word_behind_a_pause_begins_with_the_space_before_it() -> None:
    said = Said("one, two")
    assert said.of("two")[0] == said.begins(len("one,")) - EARLY_SAMPLES


@pytest.mark.parametrize("text", ["onE, two", "onE.” Two", "one two onE", "onE"])
def test_a_word_before_a_pause_ends_soon_after_its_last_letter_has_begun(text: str) -> None:
    said = Said(text)
    number = text.rindex("onE") + len("on")
    assert said.of("onE")[1] == said.begins(number) + LAST_SAMPLES - EARLY_SAMPLES


def test_a_mark_is_heard_with_the_word_before_it() -> None:
    said = Said("onE, two.")
    for word, mark in (("onE", ","), ("two", ".")):
        assert said.of(mark) == (said.of(word)[1],) * 2
    assert Said("“one”").of("“") == (HEAD_SAMPLES,) * 2


def test_signs_behind_the_last_letter_have_no_sound_of_their_own() -> None:
    said = Said("onEː, two")
    assert said.of("onEː")[1] == said.begins(len("on")) + LAST_SAMPLES - EARLY_SAMPLES


def test_a_short_last_letter_ends_by_its_duration() -> None:
    said = Said("one, two")
    assert said.of("one")[1] == said.begins(len("one")) - EARLY_SAMPLES


def test_a_quote_is_no_pause() -> None:
    said = Said("onE “two”")
    assert said.of("onE")[1] == said.begins(len("onE")) - EARLY_SAMPLES


@pytest.mark.parametrize("clause", [0.0, 200.0, 900.0])
@pytest.mark.parametrize("text", ["onE, two, three.", "“onE”, two “threE”.", "A, b. C", "a", "... onE"])
def test_no_time_goes_back(text: str, clause: float) -> None:
    found = Said(text, Pauses(clause=clause)).words
    for times in ([word.first_frame for word in found], [word.last_frame for word in found]):
        assert times == sorted(times)
    assert all(word.first_frame <= word.last_frame for word in found)
