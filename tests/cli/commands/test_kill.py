"""Ending the mesh: a process that is to be ended may end by itself at any moment."""

import subprocess

import pytest

from ttsmesh.cli.commands import kill
from ttsmesh.host import locks


def test_a_server_that_has_just_gone_by_itself_needs_no_signal(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    seen = iter([gone.pid, gone.pid, None])
    monkeypatch.setattr(locks, "server_pid", lambda _: next(seen))
    kill._until_gone("", gone.pid, patience=-1.0)
    assert next(seen, "none left") == "none left"
