"""Fixtures of the editors' tests."""

from pathlib import Path

import pytest

from tests.contrib.recorder import Recorder


@pytest.fixture
def fake(tmp_path: Path) -> Recorder:
    """A fake ``ttsmesh`` in a directory of its own."""
    return Recorder(tmp_path / "fake")
