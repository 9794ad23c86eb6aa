"""Fixtures for tests that listen. A module gets them by ``pytest_plugins = ["tests.conftest_sound"]``."""

from collections.abc import Iterator

import pytest

from tests.heard import Heard
from tests.mesh import Mesh


@pytest.fixture(scope="session")
def shared_heard() -> Iterator[Heard]:
    yield from _heard()


@pytest.fixture
def heard(shared_heard: Heard) -> Heard:
    """The audio server that all tests share which do it no harm. It is silent when a test begins."""
    shared_heard.await_silence()
    return shared_heard


@pytest.fixture
def own_heard() -> Iterator[Heard]:
    """An audio server of the test's own, which may be killed or frozen."""
    yield from _heard()


@pytest.fixture(scope="module")
def shared_mesh(shared_heard: Heard) -> Iterator[Mesh]:
    """One mesh for all tests of a module. The first test starts it."""
    with Mesh(shared_heard.env) as mesh:
        yield mesh


@pytest.fixture
def mesh(shared_mesh: Mesh) -> Mesh:
    """The module's mesh. What the test before has left is stopped."""
    shared_mesh.run("stop")
    shared_mesh.until(lambda status: not status["running"] or not status["queue"])
    return shared_mesh


def _heard() -> Iterator[Heard]:
    heard = Heard()
    yield heard
    heard.close()
