"""The silences of a chunk: its edges, the pauses at its marks, and where its words are afterwards."""

import numpy as np
import pytest

from ttsmesh.model.engine.protocol import Rendered
from ttsmesh.model.kokoro import FRAME_SAMPLES
from ttsmesh.model.render.pauses import Pauses
from ttsmesh.model.render.spacing import EDGE_FRAMES, HEAD_SAMPLES, MIN_PAUSE_SAMPLES, TAIL_SAMPLES, Spaced, space

LOUD, WHISPER = 0.5, 0.001
SPOKEN, PAUSED, EDGE = 4, 12, 16
"""Frames of a phoneme, of a mark, of an edge token."""

TEXT = "ab. cd, ef."


def rendered(text: str = TEXT) -> Rendered:
    """A sound in which letters are loud. Marks, spaces and edges are the model's silence, which is not digital."""
    frames = [EDGE, *(PAUSED if c in ".," else 0 if c == " " else SPOKEN for c in text), EDGE]
    levels = [WHISPER, *(LOUD if c.isalpha() else WHISPER for c in text), WHISPER]
    samples = np.concatenate([np.full(f * FRAME_SAMPLES, v, np.float32) for f, v in zip(frames, levels, strict=True)])
    return Rendered(samples, np.array(frames, np.float32))


def quiet(spaced: Spaced) -> list[int]:
    """Lengths of the silences between sounds, in samples."""
    loud = np.flatnonzero(np.abs(spaced.samples) > LOUD / 2)
    return [int(gap) - 1 for gap in np.diff(loud) if gap > 1]


def test_little_is_left_of_the_silence_at_the_edges() -> None:
    spaced = space(rendered(), TEXT, Pauses())
    loud = np.flatnonzero(np.abs(spaced.samples) > LOUD / 2)
    assert loud[0] == spaced.head == HEAD_SAMPLES
    assert len(spaced.samples) - loud[-1] == TAIL_SAMPLES


@pytest.mark.parametrize("early", [0, HEAD_SAMPLES // 2, EDGE_FRAMES * FRAME_SAMPLES - 1])
def test_a_sound_that_begins_early_loses_nothing(early: int) -> None:
    """The model begins some onsets before the silence of the begin token has ended."""
    sound = rendered()
    onset = (EDGE - EDGE_FRAMES) * FRAME_SAMPLES + early
    sound.samples[onset : EDGE * FRAME_SAMPLES] = LOUD
    spaced = space(sound, TEXT, Pauses())
    begun = int(np.flatnonzero(np.abs(sound.samples) > LOUD / 2)[0])
    assert spaced.head == min(HEAD_SAMPLES, begun - (EDGE - EDGE_FRAMES) * FRAME_SAMPLES)
    assert spaced.place(begun) == spaced.head
    kept = spaced.samples[spaced.head : spaced.head + FRAME_SAMPLES]
    # Half the ramp is all that the very first samples give up.
    assert (kept[FRAME_SAMPLES // 2 :] == LOUD).all()
    assert (kept > 0).sum() >= FRAME_SAMPLES - 1


def test_without_a_wish_the_models_pauses_stay() -> None:
    assert quiet(space(rendered(), TEXT, Pauses())) == [PAUSED * FRAME_SAMPLES] * 2


@pytest.mark.parametrize("factor", [0.5, 2.0, 3.0])
def test_pauses_become_as_much_longer_or_shorter_as_is_wished(factor: float) -> None:
    wished = Pauses(sentence=Pauses().sentence * factor)
    stop, comma = quiet(space(rendered(), TEXT, wished))
    assert stop == pytest.approx(PAUSED * FRAME_SAMPLES * factor, abs=1)
    assert comma == PAUSED * FRAME_SAMPLES


def test_no_pause_is_cut_so_short_that_words_run_together() -> None:
    assert quiet(space(rendered(), TEXT, Pauses(clause=0, sentence=0))) == [MIN_PAUSE_SAMPLES] * 2


def test_a_cut_does_not_click() -> None:
    whisper = rendered()
    for pauses in (Pauses(sentence=0), Pauses(sentence=2000)):
        spaced = space(whisper, TEXT, pauses)
        steps = np.abs(np.diff(np.where(np.abs(spaced.samples) > LOUD / 2, 0, spaced.samples)))
        assert steps.max() <= WHISPER


@pytest.mark.parametrize("sentence", [0.0, 500.0, 2000.0])
def test_words_are_found_where_they_went(sentence: float) -> None:
    sound = rendered()
    spaced = space(sound, TEXT, Pauses(sentence=sentence))
    ends = np.cumsum(sound.durations) * FRAME_SAMPLES
    for number in (TEXT.index("b"), TEXT.index("d"), TEXT.index("f")):
        place = spaced.place(int(ends[number + 1]))
        assert abs(spaced.samples[place - 1]) == LOUD
        assert abs(spaced.samples[place]) < LOUD
    assert spaced.place(0) == 0
    assert spaced.place(len(sound.samples)) == len(spaced.samples)


def test_silence_alone_is_kept_as_it_is() -> None:
    silent = Rendered(np.zeros(10 * FRAME_SAMPLES, np.float32), np.array([4, 2, 4], np.float32))
    assert len(space(silent, ".", Pauses()).samples) == 10 * FRAME_SAMPLES
