"""Files that are written whole or not at all, and that survive a power failure."""

import hashlib
import os
import resource
import stat
from pathlib import Path

import pytest

from ttsmesh.host import files


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


@pytest.mark.parametrize("durable", [True, False])
def test_a_file_is_written_and_replaced_and_nothing_is_left_beside_it(path: Path, durable: bool) -> None:
    files.write(path, b"first", durable=durable)
    files.write(path, b"second", durable=durable)
    assert path.read_bytes() == b"second"
    assert list(path.parent.iterdir()) == [path]


def test_what_exists_stays_where_nothing_may_be_replaced(path: Path) -> None:
    files.write(path, b"first", replace=False)
    with pytest.raises(FileExistsError):
        files.write(path, b"second", replace=False)
    assert path.read_bytes() == b"first"
    assert list(path.parent.iterdir()) == [path]


def test_permissions_are_those_wanted_less_the_umask(path: Path) -> None:
    before = os.umask(0o027)
    try:
        for mode, left in ((0o666, 0o640), (0o600, 0o600)):
            files.write(path, b"", mode=mode)
            assert stat.S_IMODE(path.stat().st_mode) == left
    finally:
        os.umask(before)


def test_a_link_is_replaced_and_not_followed(path: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    path.symlink_to(victim)
    files.write(path, b"new")
    assert victim.read_bytes() == b"precious"
    assert not path.is_symlink()


def test_a_full_disk_leaves_the_old_file_and_nothing_beside_it(path: Path) -> None:
    """With a limit on the size of files in place of a full disk."""
    files.write(path, b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OSError, match="too large"):
            files.write(path, b"new" * 1000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == b"old"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(("durable", "synced"), [(True, ["file", "directory"]), (False, [])])
def test_content_and_name_are_on_the_disk_where_that_is_wanted(
    path: Path, durable: bool, synced: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []

    def fake_fsync(descriptor: int) -> None:
        is_directory = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        assert path.exists() == is_directory, "the content comes first"
        found.append("directory" if is_directory else "file")

    monkeypatch.setattr(os, "fsync", fake_fsync)
    files.write(path, b"new", durable=durable)
    assert found == synced


def test_a_file_is_known_by_its_content(path: Path) -> None:
    path.write_bytes(b"content")
    assert files.sha256(path) == hashlib.sha256(b"content").hexdigest()


def test_a_file_is_read_up_to_a_limit_and_what_is_no_text_is_refused(path: Path) -> None:
    path.write_bytes("é".encode())
    assert files.text(path, 2) == "é"
    with pytest.raises(ValueError, match="too large"):
        files.text(path, 1)
    path.write_bytes(b"\xff")
    with pytest.raises(ValueError, match="utf-8"):
        files.text(path, 2)


def test_a_damaged_file_is_kept_under_another_name_and_one_that_is_not_there_is_no_damage(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def number(path: Path) -> int:
        return int(files.text(path, 10))

    assert files.kept(path, number, 0) == 0
    assert caplog.messages == []
    path.write_text("7")
    assert files.kept(path, number, 0) == 7
    path.write_text("seven")
    assert files.kept(path, number, 0) == 0
    assert [(found.name, found.read_text()) for found in path.parent.iterdir()] == [("file.damaged", "seven")]
    assert caplog.messages == ["file is damaged (ValueError): set aside as file.damaged"]
