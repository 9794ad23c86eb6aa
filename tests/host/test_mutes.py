"""What is muted: who is, for how long, and a file that whatever happens to it does no harm."""

import json
import os
import stat
from pathlib import Path

import pytest

from ttsmesh.errors import Code, RejectedError
from ttsmesh.host.callers import caller_name
from ttsmesh.host.mutes import FILE, Mutes, read, write
from ttsmesh.limits import MAX_MUTED, MAX_NAME


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / FILE


def test_one_caller_is_muted_or_everyone() -> None:
    assert not Mutes().silence("vim")
    assert Mutes().muted(None).silence("vim")
    vim = Mutes().muted("vim").muted("vim")
    assert vim == Mutes(callers=("vim",))
    assert (vim.silence("vim"), vim.silence("mail")) == (True, False)


def test_unmuting_ends_all_mutes_or_that_of_one_caller() -> None:
    mutes = Mutes(True, ("vim", "mail"))
    assert mutes.unmuted("vim") == Mutes(True, ("mail",))
    assert mutes.unmuted("nobody") == mutes
    assert mutes.unmuted(None) == Mutes()


def test_so_many_callers_are_muted_and_no_more() -> None:
    mutes = Mutes()
    for number in range(MAX_MUTED):
        mutes = mutes.muted(f"caller {number}")
    assert mutes.muted("caller 1") == mutes
    with pytest.raises(RejectedError, match="busy: 64 callers are muted already") as refused:
        mutes.muted("one more")
    assert refused.value.code is Code.BUSY
    assert mutes.muted(None).everyone


def test_what_is_written_is_read_and_only_its_owner_may_read_it(path: Path) -> None:
    assert read(path) == Mutes()
    longest = Mutes(True, tuple("\x01" * (MAX_NAME - 2) + f"{number:02}" for number in range(MAX_MUTED)))
    for mutes in (longest, Mutes(callers=("vim", "mél", "session")), Mutes()):
        write(path, mutes)
        assert read(path) == mutes
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == [FILE]


def test_e10_a_session_that_is_over_is_muted_no_longer_since_another_may_get_its_number(path: Path) -> None:
    ours = caller_name(None, os.getpid())
    write(path, Mutes(callers=(ours, "session 1 (no such program)", "pid 7", "vim")))
    assert read(path) == Mutes(callers=(ours, "vim"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b'{"format": 2, "everyone": true, "callers": []}',
        b'{"format": 1, "everyone": 1, "callers": []}',
        b'{"format": 1, "everyone": true, "callers": "vim"}',
        b'{"format": 1, "everyone": true, "callers": [5]}',
        b'{"format": 1, "everyone": true, "callers": ["\\ud800"]}',
        json.dumps({"format": 1, "everyone": True, "callers": ["x" * (MAX_NAME + 1)]}).encode(),
        json.dumps({"format": 1, "everyone": True, "callers": ["x"] * (MAX_MUTED + 1)}).encode(),
        b"[" * 100_000,
        b" " * 2**21,
    ],
    ids=range(13),
)
def test_e10_a_damaged_file_is_set_aside_with_one_line_and_mutes_nothing(
    path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    assert read(path) == Mutes()
    assert os.listdir(path.parent) == ["muted.damaged"]
    (line,) = caplog.messages
    assert line.startswith("muted.json is damaged (")
    assert line.count("\n") == 0
