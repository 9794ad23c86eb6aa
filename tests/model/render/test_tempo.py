"""How fast the machine renders is learnt, and playing never catches up with rendering inside a chunk."""

import pytest

from ttsmesh.model.render.tempo import MARGIN, PIECE_S, USUAL, WEIGHT, Tempo


def rendered(*factors: float) -> Tempo:
    tempo = Tempo()
    for factor in factors:
        tempo.rendered(factor * 2, 2)
    return tempo


def test_until_something_was_rendered_it_is_as_usual() -> None:
    assert Tempo().factor == USUAL


@pytest.mark.parametrize("factor", [0.02, 0.5, 3.0])
def test_the_first_chunk_tells_of_another_machine(factor: float) -> None:
    assert rendered(factor).factor == factor


def test_one_slow_chunk_changes_little_and_many_of_them_all() -> None:
    assert rendered(0.1, 0.2).factor == pytest.approx(0.1 + WEIGHT * 0.1)
    assert rendered(0.1, *[0.2] * 20).factor == pytest.approx(0.2, rel=0.01)


def test_what_takes_no_time_or_makes_no_sound_tells_nothing() -> None:
    tempo = Tempo()
    tempo.rendered(0, 1)
    tempo.rendered(1, 0)
    assert tempo.factor == USUAL


def lateness(factor: float, heard_at: float, pieces: int, slow: int) -> float:
    """Seconds by which the piece that is latest comes too late, if piece ``slow`` takes longer than the others.

    The chunk is played once there is as much of it as is to be held.
    """
    hold_s = rendered(factor).hold(pieces * PIECE_S, heard_at)
    heard_s = ready_s = 0.0  # seconds of the chunk, if it is to be heard without a gap
    late = 0.0
    for number in range(pieces):
        if ready_s >= hold_s - 1e-9:
            heard_s += factor * PIECE_S * (MARGIN if number == slow else 1) * heard_at
            late = max(late, (heard_s - ready_s) / heard_at)
        ready_s += PIECE_S
    return late


@pytest.mark.parametrize("heard_at", [0.5, 1.0, 2.0, 4.0])
@pytest.mark.parametrize("factor", [0.02, 0.1, 0.3, 0.5, 0.6, 0.9, 1.0, 1.1, 2.0, 5.0])
@pytest.mark.parametrize("pieces", [1, 2, 10, 50])
def test_no_piece_comes_too_late_even_if_one_is_slow(factor: float, heard_at: float, pieces: int) -> None:
    for slow in range(pieces):
        assert lateness(factor, heard_at, pieces, slow) <= 1e-6


@pytest.mark.parametrize(("factor", "heard_at"), [(0.02, 1.0), (0.1, 4.0), (0.3, 2.0), (0.6, 1.0)])
def test_a_quick_machine_gives_the_first_piece_away_at_once(factor: float, heard_at: float) -> None:
    assert rendered(factor).hold(5.0, heard_at) <= PIECE_S


def test_a_machine_that_cannot_keep_up_holds_what_it_falls_behind_in_the_chunk() -> None:
    assert rendered(2.0).hold(100.0, 1.0) == pytest.approx(50, rel=0.01)
    assert rendered(0.5).hold(100.0, 4.0) == pytest.approx(50, rel=0.01)
    assert rendered(100.0).hold(100.0, 1.0) == pytest.approx(99, rel=0.01)


def test_what_is_held_grows_steadily_where_the_machine_just_keeps_up() -> None:
    assert rendered(0.9999).hold(10.0, 1.0) == pytest.approx(rendered(1.0001).hold(10.0, 1.0), abs=0.01)


@pytest.mark.parametrize("factor", [0.1, 1.0, 50.0])
def test_no_more_is_held_than_the_chunk_has(factor: float) -> None:
    for sound_s in (0.0, 0.05, 0.3):
        assert 0 <= rendered(factor).hold(sound_s, 4.0) <= sound_s
