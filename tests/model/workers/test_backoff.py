"""How long a crashed process stays down: hardly at first, longer each time, never for long."""

import random

import pytest

from ttsmesh.limits import CRASH_LIMIT, CRASH_WINDOW
from ttsmesh.model.workers.backoff import FIRST, MOST, backoff


def longest(monkeypatch: pytest.MonkeyPatch, crashes: int) -> float:
    with monkeypatch.context() as patched:
        patched.setattr(random, "uniform", lambda low, high: high)
        return backoff(crashes)


def test_e3_after_one_crash_it_is_back_almost_at_once() -> None:
    assert all(0 < backoff(1) <= FIRST <= 0.1 for _ in range(50))


def test_each_crash_doubles_the_wait_up_to_its_most(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = [longest(monkeypatch, crashes) for crashes in range(1, 20)]
    assert waits[:4] == [FIRST, 2 * FIRST, 4 * FIRST, 8 * FIRST]
    assert waits == sorted(waits)
    assert waits[-1] == MOST


def test_a_great_many_crashes_do_not_overflow() -> None:
    assert MOST / 2 <= backoff(1000) <= MOST


def test_waits_differ_by_up_to_half_so_that_several_do_not_come_back_in_step() -> None:
    waits = [backoff(3) for _ in range(200)]
    assert all(2 * FIRST <= wait <= 4 * FIRST for wait in waits)
    assert len(set(waits)) > 1


def test_e6_the_crashes_that_mark_a_voice_failed_fit_in_their_window(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sum(longest(monkeypatch, crashes) for crashes in range(1, CRASH_LIMIT + 1)) < CRASH_WINDOW
