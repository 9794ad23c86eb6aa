"""The silences of a chunk: its edges, the pauses at its marks, and where its words are, whatever pieces it comes in."""

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, strategies as st

from ttsmesh.model.engine.protocol import Floats, Samples
from ttsmesh.model.kokoro import FRAME_SAMPLES
from ttsmesh.model.render.pauses import Pauses
from ttsmesh.model.render.spacing import (
    EDGE_SAMPLES,
    HEAD_SAMPLES,
    MIN_PAUSE_SAMPLES,
    RAMP_SAMPLES,
    TAIL_SAMPLES,
    Spacer,
)

LOUD, WHISPER = 0.5, 0.001
SPOKEN, PAUSED, EDGE = 4, 12, 16
"""Frames of a phoneme, of a mark, of an edge token."""

TEXT = "ab. cd, ef."

PLAIN = Pauses()
SHORT = Pauses(clause=0, sentence=0)


class Rendered:
    """A sound in which letters are loud. Marks, spaces and edges are the model's silence, which is not digital."""

    def __init__(self, text: str = TEXT) -> None:
        self.text = text
        frames = [EDGE, *(PAUSED if c in ".," else 0 if c == " " else SPOKEN for c in text), EDGE]
        levels = [WHISPER, *(LOUD if c.isalpha() else WHISPER for c in text), WHISPER]
        self.ends: Samples = np.cumsum(frames, dtype=np.int64) * FRAME_SAMPLES
        self.samples = np.repeat(np.array(levels, np.float32), np.array(frames) * FRAME_SAMPLES)

    def end(self, letter: str) -> int:
        """Where ``letter`` ends."""
        return int(self.ends[self.text.index(letter) + 1])

    def make(self, level: float, first: int, last: int) -> None:
        self.samples[first:last] = level


class Spaced:
    """What a ``Spacer`` makes of ``rendered``, cut before each of ``cuts``."""

    def __init__(self, rendered: Rendered, pauses: Pauses = PLAIN, cuts: Iterable[int] = ()) -> None:
        spacer = Spacer(rendered.ends, rendered.text, pauses)
        self.given: list[Floats] = []
        for piece in np.split(rendered.samples, sorted(cuts)):
            assert not spacer.ended or not len(piece)
            self.given.append(spacer.add(piece))
        assert spacer.ended
        self.head, self.place = spacer.head, spacer.place
        self.samples = np.concatenate(self.given)
        self.loud = np.flatnonzero(np.abs(self.samples) > LOUD / 2)

    @property
    def quiet(self) -> list[int]:
        """Lengths of the silences between sounds, in samples."""
        return [int(gap) - 1 for gap in np.diff(self.loud) if gap > 1]


def test_little_is_left_of_the_silence_at_the_edges() -> None:
    spaced = Spaced(Rendered())
    assert spaced.loud[0] == spaced.head == HEAD_SAMPLES
    assert len(spaced.samples) - spaced.loud[-1] - 1 == TAIL_SAMPLES


@pytest.mark.parametrize("early", [0, HEAD_SAMPLES // 2, EDGE_SAMPLES - 1])
def test_a_sound_that_begins_early_loses_nothing(early: int) -> None:
    """The model begins some onsets before the silence at the beginning has ended."""
    rendered = Rendered()
    onset = EDGE * FRAME_SAMPLES - EDGE_SAMPLES + early
    rendered.make(LOUD, onset, EDGE * FRAME_SAMPLES)
    spaced = Spaced(rendered)
    assert spaced.head == min(HEAD_SAMPLES, early)
    assert spaced.place(onset) == spaced.head
    kept = spaced.samples[spaced.head : spaced.head + FRAME_SAMPLES]
    # Half the ramp is all that the very first samples give up.
    assert (kept[FRAME_SAMPLES // 2 :] == LOUD).all()
    assert (kept > 0).sum() >= FRAME_SAMPLES - 1


def test_a_sound_that_does_not_end_fades() -> None:
    rendered = Rendered()
    rendered.make(LOUD, int(rendered.ends[-2]), int(rendered.ends[-1]))
    spaced = Spaced(rendered)
    assert len(spaced.samples) == spaced.place(int(rendered.ends[-2])) + EDGE_SAMPLES
    assert (np.diff(spaced.samples[-RAMP_SAMPLES:]) < 0).all()
    assert spaced.samples[-1] == 0


def test_without_a_wish_the_models_pauses_stay_as_they_are() -> None:
    rendered = Rendered()
    spaced = Spaced(rendered)
    assert spaced.quiet == [PAUSED * FRAME_SAMPLES] * 2
    start = rendered.end("f") - spaced.place(rendered.end("f"))
    unfaded = slice(RAMP_SAMPLES, -RAMP_SAMPLES)
    assert np.array_equal(spaced.samples[unfaded], rendered.samples[start:][: len(spaced.samples)][unfaded])


@pytest.mark.parametrize("factor", [0.5, 2.0, 3.0])
def test_pauses_become_as_much_longer_or_shorter_as_is_wished(factor: float) -> None:
    stop, comma = Spaced(Rendered(), Pauses(sentence=PLAIN.sentence * factor)).quiet
    assert stop == PAUSED * FRAME_SAMPLES * factor
    assert comma == PAUSED * FRAME_SAMPLES


def test_no_pause_is_cut_so_short_that_words_run_together() -> None:
    assert Spaced(Rendered(), SHORT).quiet == [MIN_PAUSE_SAMPLES] * 2


@pytest.mark.parametrize("text", ["ab., cd", "ab.” “cd", "ab,. cd", "ab. , “cd"])
def test_of_two_marks_in_one_pause_the_longer_pause_is_wanted_once(text: str) -> None:
    rendered = Rendered(text)
    (usual,) = Spaced(rendered).quiet
    longer = Pauses(sentence=PLAIN.sentence * 2, clause=0)
    (pause,) = Spaced(rendered, longer).quiet
    marked = rendered.ends[text.index("c")] - rendered.ends[2]
    assert pause == usual + marked


@pytest.mark.parametrize("text", ["...ab", "ab...", "“…ab”."])
def test_a_mark_at_the_chunks_edge_is_no_pause(text: str) -> None:
    rendered = Rendered(text)
    long = Spaced(rendered, Pauses(sentence=5000))
    assert np.array_equal(long.samples, Spaced(rendered).samples)
    assert long.place(rendered.end("b")) == HEAD_SAMPLES + 2 * SPOKEN * FRAME_SAMPLES


@pytest.mark.parametrize("pauses", [SHORT, Pauses(sentence=2000)])
def test_a_cut_does_not_click(pauses: Pauses) -> None:
    spaced = Spaced(Rendered(), pauses)
    steps = np.abs(np.diff(np.where(np.abs(spaced.samples) > LOUD / 2, 0, spaced.samples)))
    assert steps.max() <= WHISPER


@pytest.mark.parametrize("sentence", [0.0, 500.0, 2000.0])
def test_words_are_found_where_they_went(sentence: float) -> None:
    rendered = Rendered()
    spaced = Spaced(rendered, Pauses(sentence=sentence))
    for letter in "bdf":
        place = spaced.place(rendered.end(letter))
        assert spaced.samples[place - 1] == LOUD
        assert spaced.samples[place] < LOUD
    assert spaced.place(0) == spaced.head
    assert spaced.place(len(rendered.samples)) >= len(spaced.samples)


def test_words_are_placed_as_soon_as_sound_comes_out() -> None:
    rendered = Rendered()
    spacer = Spacer(rendered.ends, TEXT, SHORT)
    begun = (EDGE + SPOKEN) * FRAME_SAMPLES
    assert len(spacer.add(rendered.samples[:begun]))
    spaced = Spaced(rendered, SHORT)
    assert [spacer.place(int(end)) for end in rendered.ends] == [spaced.place(int(end)) for end in rendered.ends]


@pytest.mark.parametrize("sentence", [0.0, 1000.0])
def test_what_one_pause_cannot_give_the_next_one_does(sentence: float) -> None:
    """The sound goes on through the first stop, so that no silence is there to become longer or shorter."""
    rendered = Rendered("ab. cd. ef")
    rendered.make(LOUD, rendered.end("b"), rendered.end("."))
    spaced = Spaced(rendered, Pauses(sentence=sentence))
    (pause,) = spaced.quiet
    assert pause == (3 * PAUSED * FRAME_SAMPLES if sentence else MIN_PAUSE_SAMPLES)
    # What is not left out by the end of the chunk is not left out at all.
    late = 0 if sentence else PAUSED * FRAME_SAMPLES - MIN_PAUSE_SAMPLES
    assert spaced.loud[-1] + 1 == spaced.place(rendered.end("f")) + late


def test_a_silence_that_is_shorter_than_its_mark_keeps_the_least_and_the_next_pause_makes_up_for_it() -> None:
    rendered = Rendered("ab. cd. ef")
    first, mark = rendered.end("b"), PAUSED * FRAME_SAMPLES
    rendered.make(LOUD, first, rendered.end("."))
    rendered.make(WHISPER, first + mark // 2, first + mark // 2 + 2 * MIN_PAUSE_SAMPLES)
    spaced = Spaced(rendered, Pauses(sentence=PLAIN.sentence * 0.7))
    removed = 2 * round(mark * 0.3)
    assert spaced.quiet == [MIN_PAUSE_SAMPLES, mark - (removed - MIN_PAUSE_SAMPLES)]
    assert spaced.loud[-1] + 1 == spaced.place(rendered.end("f"))


def test_silence_alone_is_kept_as_it_is_and_comes_at_its_end() -> None:
    rendered = Rendered(".")
    spaced = Spaced(rendered, SHORT, cuts=[5000, 9000])
    assert [len(piece) for piece in spaced.given] == [0, 0, spaced.head]
    assert spaced.head == 2 * EDGE_SAMPLES + PAUSED * FRAME_SAMPLES
    assert np.abs(spaced.samples).max() == np.float32(WHISPER)


# --- piece by piece -------------------------------------------------------------------------------------------------


def test_sound_comes_out_at_once_but_for_its_fade_and_silence_when_sound_follows() -> None:
    rendered = Rendered()
    a, b, c = ((EDGE + SPOKEN) * FRAME_SAMPLES, rendered.end("b") + 3000, rendered.end(".") + 600)
    spaced = Spaced(rendered, cuts=[a, b, c])
    voiced = SPOKEN * FRAME_SAMPLES
    first, second, third, _ = (len(piece) for piece in spaced.given)
    assert first == HEAD_SAMPLES + voiced - RAMP_SAMPLES
    assert second == voiced
    assert third == PAUSED * FRAME_SAMPLES + 600


def test_nothing_that_was_given_is_changed_afterwards() -> None:
    rendered = Rendered()
    spacer = Spacer(rendered.ends, TEXT, SHORT)
    given = [spacer.add(piece) for piece in np.split(rendered.samples, 40)]
    copies = [piece.copy() for piece in given]
    whole = Spaced(rendered, SHORT).samples
    assert np.array_equal(np.concatenate(copies), whole)
    assert np.array_equal(np.concatenate(given), whole)


def test_pieces_of_one_sample_make_the_same_sound() -> None:
    rendered = Rendered("a,b")
    pauses = Pauses(clause=300)
    one = Spaced(rendered, pauses, cuts=range(1, len(rendered.samples)))
    assert np.array_equal(one.samples, Spaced(rendered, pauses).samples)


@given(
    st.text(alphabet="abc.,—” ", min_size=1, max_size=12),
    st.lists(st.tuples(st.integers(0, 60_000), st.integers(1, 4000), st.sampled_from([LOUD, WHISPER])), max_size=6),
    st.sets(st.integers(0, 60_000), max_size=12),
    st.sampled_from([0.0, 0.3, 1.0, 2.5]),
    st.sampled_from([0.0, 0.3, 1.0, 2.5]),
)
def test_the_sound_is_the_same_in_whatever_pieces_it_comes(
    text: str, noises: list[tuple[int, int, float]], cuts: set[int], clause: float, sentence: float
) -> None:
    """Sounds and silences are also where they are not expected."""
    rendered = Rendered(text)
    for first, length, level in noises:
        rendered.make(level, first, first + length)
    pauses = Pauses(clause=PLAIN.clause * clause, sentence=PLAIN.sentence * sentence)
    whole = Spaced(rendered, pauses)
    parts = Spaced(rendered, pauses, cuts={min(cut, len(rendered.samples) - 1) for cut in cuts})
    assert np.array_equal(parts.samples, whole.samples)
    assert parts.head == whole.head
    places = [parts.place(sample) for sample in range(0, len(rendered.samples), 97)]
    assert places == [whole.place(sample) for sample in range(0, len(rendered.samples), 97)]
    assert places == sorted(places)


@given(
    st.lists(st.tuples(st.text("abc", min_size=1, max_size=4), st.sampled_from(".,")), max_size=5),
    st.sampled_from([0.0, 0.3, 1.0, 2.5]),
    st.sampled_from([0.0, 0.3, 1.0, 2.5]),
)
def test_where_the_model_pauses_at_its_marks_each_word_is_where_it_was_placed(
    words: list[tuple[str, str]], clause: float, sentence: float
) -> None:
    rendered = Rendered(" ".join(word + mark for word, mark in [*words, ("x", ".")]))
    spaced = Spaced(rendered, Pauses(clause=PLAIN.clause * clause, sentence=PLAIN.sentence * sentence))
    for number, phoneme in enumerate(rendered.text):
        first, last = (spaced.place(int(rendered.ends[at])) for at in (number, number + 1))
        if phoneme.isalpha():
            assert last - first == SPOKEN * FRAME_SAMPLES
            assert (spaced.samples[first:last] == LOUD).all()
    assert len(spaced.loud) == sum(map(str.isalpha, rendered.text)) * SPOKEN * FRAME_SAMPLES
