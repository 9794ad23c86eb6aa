"""Fixtures for tests that listen. A module that wants them says ``pytest_plugins = ["tests.conftest_sound"]``."""

from collections.abc import Iterator

import pytest

from tests.heard import Heard
from tests.mesh import Mesh


@pytest.fixture(scope="session")
def shared_heard() -> Iterator[Heard]:
    yield from _heard()


@pytest.fixture
def heard(shared_heard: Heard) -> Heard:
    """The server that all tests share which leave it alone; silent, whatever the test before was playing."""
    shared_heard.await_silence()
    return shared_heard


@pytest.fixture
def own_heard() -> Iterator[Heard]:
    """A server that may be killed or frozen."""
    yield from _heard()


@pytest.fixture(scope="module")
def shared_mesh(shared_heard: Heard) -> Iterator[Mesh]:
    """Not started yet."""
    with Mesh(shared_heard.env) as mesh:
        yield mesh


@pytest.fixture
def mesh(shared_mesh: Mesh) -> Mesh:
    """One for all tests of a module: what the one before has left is stopped."""
    shared_mesh.run("stop")
    shared_mesh.until(lambda status: not status["running"] or not status["queue"])
    return shared_mesh


def _heard() -> Iterator[Heard]:
    heard = Heard()
    yield heard
    heard.close()
