"""The files of an agent's settings are changed as a whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from ttsmesh.cli.commands.agent.hooks import NotSettings
from ttsmesh.cli.commands.agent.settings import MOST, change, look
from ttsmesh.errors import ConfigError, TtsmeshError


def longer(text: str | None) -> str:
    return (text or "") + "+"


def test_a_file_is_changed_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "settings"
    path.write_bytes(b"one\r\n")
    path.chmod(0o664)
    before = os.umask(0o077)
    try:
        assert change(str(path), longer)
    finally:
        os.umask(before)
    assert path.read_bytes() == b"one\r\n+"
    assert stat.S_IMODE(path.stat().st_mode) == 0o664
    assert [entry.name for entry in tmp_path.iterdir()] == ["settings"]


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    target = tmp_path / "dotfiles" / "settings"
    target.write_text("one")
    link = tmp_path / "settings"
    link.symlink_to(Path("dotfiles", "settings"))
    assert change(str(link), longer)
    assert link.is_symlink()
    assert target.read_text() == "one+"


def test_a_missing_file_is_made_for_its_owner_only_with_its_directory(tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings"
    assert change(str(path), longer)
    assert path.read_text() == "+"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert change(str(path), lambda _: None)
    assert not path.exists()
    assert not change(str(path), lambda text: text)


def test_a_file_that_is_read_only_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "settings"
    path.write_text("one")
    path.chmod(0o444)
    for edit in (longer, lambda _: None):
        with pytest.raises(TtsmeshError, match=f"cannot change {path}: it is read-only"):
            change(str(path), edit)
    assert path.read_text() == "one"


def test_nothing_is_written_where_nothing_changes(tmp_path: Path) -> None:
    path = tmp_path / "settings"
    path.write_text("one")
    before = path.stat()
    assert not change(str(path), lambda text: text)
    assert path.stat().st_ino == before.st_ino


def test_the_mark_at_the_beginning_stays(tmp_path: Path) -> None:
    path = tmp_path / "settings"
    path.write_bytes(b"\xef\xbb\xbfone")
    seen: list[str | None] = []

    def edit(text: str | None) -> str:
        seen.append(text)
        return longer(text)

    assert change(str(path), edit)
    assert seen == ["one"]
    assert path.read_bytes() == b"\xef\xbb\xbfone+"
    assert look(str(path), str) == "one+"


def test_what_cannot_be_understood_stays_and_is_named(tmp_path: Path) -> None:
    path = tmp_path / "settings"

    def refuse(_: str | None) -> str:
        raise NotSettings("it is no object")

    for data, reason in ((b"\xff", "not valid UTF-8 (byte 0)"), (b"x" * (MOST + 1), "is too large"), (b"7", "it is")):
        path.write_bytes(data)
        with pytest.raises(ConfigError, match=str(path)) as refused:
            change(str(path), refuse)
        assert reason in refused.value.message
        assert path.read_bytes() == data


def test_a_directory_in_its_place_is_named(tmp_path: Path) -> None:
    with pytest.raises(TtsmeshError, match=f"{tmp_path}: is a directory"):
        change(str(tmp_path), longer)
    assert look(str(tmp_path / "none"), str) is None


def test_what_is_no_file_is_neither_waited_for_nor_replaced(tmp_path: Path) -> None:
    fifo, link = tmp_path / "fifo", tmp_path / "link"
    os.mkfifo(fifo)
    link.symlink_to(os.devnull)
    for path in (fifo, link):
        with pytest.raises(ConfigError, match=f"{path} is no regular file"):
            change(str(path), longer)
