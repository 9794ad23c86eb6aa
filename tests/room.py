"""Which tests run beside which, and in which order, where several processes run them (``-n``)."""

import fcntl
from collections.abc import Generator

import pytest

_LINE, _ROOM = 0, 1
"""Bytes of the file that are locked: a place at the head of the line, and the room that tests run in."""

SLOW = ("tests/model/engine/openvino/test_engine.py", "tests/integration/")
"""Files of tests that take long, and folders of them, the longest first.

One that computes all the time is beside those that mostly wait: two such ones would only delay each other.
"""


class Room:
    """Where the tests of all processes run: together, but for a test that needs the whole machine.

    A process waits in line, or those that share the room would keep it from a test that must be alone. A room that was
    emptied for such a test is kept for those that follow it in the same process.
    """

    def __init__(self, path: str) -> None:
        self._file = open(path, "r+b")  # noqa: SIM115  # locked for as long as this process runs
        self._kept = False

    def close(self) -> None:
        self._file.close()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put the slow files first, so that the quick ones fill up what is left of the time of each process.

        Nothing can run beside a test that must be alone: files of such tests come last, and in others they do, so that
        the room is emptied once for each file.
        """
        lonely = {item.path for item in items} - {item.path for item in items if not must_be_alone(item)}
        items.sort(key=lambda item: (item.path in lonely, _slowness(item), must_be_alone(item)))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, object, object]:
        """Before the test's time limit begins, wait until it disturbs no other one and no other one disturbs it."""
        if not self._kept:
            self._enter(fcntl.LOCK_EX if must_be_alone(item) else fcntl.LOCK_SH)
        try:
            return (yield)
        finally:
            self._kept = nextitem is not None and must_be_alone(item) and must_be_alone(nextitem)
            if not self._kept:
                fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _ROOM)

    def _enter(self, how: int) -> None:
        fcntl.lockf(self._file, fcntl.LOCK_EX, 1, _LINE)
        fcntl.lockf(self._file, how, 1, _ROOM)
        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _LINE)


def must_be_alone(item: pytest.Item) -> bool:
    return item.get_closest_marker("alone") is not None


def _slowness(item: pytest.Item) -> int:
    return next((rank for rank, folder in enumerate(SLOW) if item.nodeid.startswith(folder)), len(SLOW))
