"""What `ttsmesh say` reads."""

import os
from pathlib import Path

from ttsmesh.cli.commands.say import _pieces


def test_a_file_that_is_followed_is_closed_at_its_end(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_bytes(b"x" * 100_000)
    before = len(os.listdir("/proc/self/fd"))
    assert sum(map(len, _pieces(str(path)))) == 100_000
    assert len(os.listdir("/proc/self/fd")) == before
