"""In which order the tests of all processes run."""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.room import SLOW, Room


@pytest.fixture
def room() -> Iterator[Room]:
    with tempfile.NamedTemporaryFile() as file, closing(Room(file.name)) as room:
        yield room


def item(path: str, name: str, *, alone: bool = False) -> Any:
    """A fake of what pytest knows of a test."""
    return SimpleNamespace(path=Path(path), nodeid=f"{path}::{name}", get_closest_marker=lambda _: alone or None)


def test_slow_files_come_first_and_those_that_nothing_runs_beside_last(room: Room) -> None:
    tests = [
        item("tests/voice/test_device.py", "gaps", alone=True),
        item("tests/wire/test_framing.py", "quick"),
        item("tests/integration/test_playing.py", "gaps", alone=True),
        item("tests/integration/test_playing.py", "heard"),
        item("tests/integration/test_words.py", "told"),
        item("tests/model/engine/openvino/test_engine.py", "sounds"),
    ]
    room.pytest_collection_modifyitems(tests)
    assert [one.nodeid.rpartition("/")[2] for one in tests] == [
        "test_engine.py::sounds",
        "test_playing.py::heard",
        "test_words.py::told",
        "test_playing.py::gaps",
        "test_framing.py::quick",
        "test_device.py::gaps",
    ]


def test_slow_files_are_where_they_are_said_to_be() -> None:
    assert all(Path(__file__).parents[1].joinpath(name).exists() for name in SLOW)
