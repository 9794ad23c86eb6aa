"""Chunks grow as the machine allows, and a text is cut the same each time while the machine is the same."""

import math

import pytest

from ttsmesh.model.render.tempo import DRIFT, MARGIN, USUAL, Tempo


def rendered(*factors: float) -> Tempo:
    tempo = Tempo()
    for factor in factors:
        tempo.rendered(factor * 2, 2)
    return tempo


def test_until_something_was_rendered_it_is_as_usual() -> None:
    assert Tempo().factor == USUAL


@pytest.mark.parametrize("factor", [0.02, 0.5, 3.0])
def test_the_first_render_tells_of_another_machine(factor: float) -> None:
    assert rendered(factor).factor == factor


def test_small_changes_are_held_off_and_great_ones_followed() -> None:
    within = USUAL * (1 + DRIFT) / 2
    assert rendered(*[within] * 50).factor == USUAL
    beyond = USUAL * DRIFT * 1.5
    assert rendered(USUAL, *[beyond] * 50).factor == pytest.approx(beyond, rel=DRIFT - 1)
    assert rendered(USUAL, *[beyond] * 50).factor > USUAL * DRIFT


def test_one_slow_render_among_many_changes_nothing() -> None:
    assert rendered(*[USUAL] * 10, 2 * USUAL, *[USUAL] * 10).factor == USUAL


def test_what_takes_no_time_or_makes_no_sound_tells_nothing() -> None:
    tempo = Tempo()
    tempo.rendered(0, 1)
    tempo.rendered(1, 0)
    assert tempo.factor == USUAL


@pytest.mark.parametrize(("factor", "heard_at"), [(0.05, 0.5), (0.05, 4.0), (0.3, 1.0), (0.3, 2.0)])
def test_a_chunk_of_that_growth_is_rendered_while_the_one_before_sounds(factor: float, heard_at: float) -> None:
    tempo = rendered(factor)
    before_s = 2.0
    render_s = before_s * tempo.growth(heard_at) * factor
    assert render_s * MARGIN == pytest.approx(before_s / heard_at)


def test_a_machine_that_just_keeps_up_makes_no_shorter_chunks() -> None:
    assert rendered(0.9).growth(1.0) == 1


def test_a_machine_that_cannot_keep_up_cuts_where_it_sounds_best() -> None:
    assert rendered(0.9).growth(1.2) == math.inf


@pytest.mark.parametrize(("factor", "phonemes"), [(0.05, 300), (0.1, 150), (0.5, 30)])
def test_a_quick_machine_renders_more_phonemes_in_a_second(factor: float, phonemes: int) -> None:
    tempo = Tempo()
    tempo.rendered(factor, 1.0)
    assert tempo.phonemes(1.0) == pytest.approx(phonemes, rel=0.05)
