"""What is kept of a book between two runs."""

import os
import time
from pathlib import Path

import pytest

from ttsmesh.cli.commands.books.kept import ABANDONED, Kept, key_of
from ttsmesh.errors import Code, TtsmeshError


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "ttsmesh" / "render"


def test_a_part_is_there_once_it_is_complete_and_the_next_run_finds_it() -> None:
    kept = Kept("/a.txt", "/a.opus")
    part = kept.begin("one")
    part.write(b"sound")
    assert not kept.has("one")
    part.keep()
    dropped = kept.begin("two")
    dropped.write(b"half")
    dropped.drop()
    kept.close()
    again = Kept("/a.txt", "/a.opus")
    assert again.has("one") and not again.has("two")
    assert again.part("one").read_bytes() == b"sound"
    again.forget("one")
    assert not again.has("one")
    again.close()
    other = Kept("/a.txt", "/b.opus")
    assert not other.has("one")
    other.close()


def test_what_a_killed_render_left_unfinished_is_removed(cache: Path) -> None:
    kept = Kept("/a.txt", "/a.opus")
    left = kept.begin("one")
    kept.begin("two").keep()
    kept.close()
    kept = Kept("/a.txt", "/a.opus")
    assert sorted(path.suffix for path in next(cache.iterdir()).iterdir()) == ["", ".raw"]
    left.drop()
    kept.remove()
    assert not list(cache.iterdir())


def test_one_process_at_a_time_has_it() -> None:
    kept = Kept("/a.txt", "/a.opus")
    with pytest.raises(TtsmeshError, match="another render makes the same file") as refused:
        Kept("/a.txt", "/a.opus")
    assert refused.value.code == Code.BUSY
    kept.close()
    kept.close()  # once more does nothing
    Kept("/a.txt", "/a.opus").close()


def test_nothing_is_left_where_nothing_is_kept(cache: Path) -> None:
    Kept("/a.txt", "/a.opus").close()
    assert not list(cache.iterdir())


def test_a_file_is_the_one_that_was_made_only_as_long_as_it_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, target = Kept("/a.txt", "/a.opus"), tmp_path / "a.opus"
    assert not kept.made("one", str(target))
    target.write_bytes(b"sound")
    assert not kept.made("one", str(target))
    descriptor = os.open(target, os.O_RDONLY)
    kept.note_target("one", descriptor)
    os.close(descriptor)
    assert kept.made("one", str(target)) and not kept.made("two", str(target))
    other = os.stat(target)
    moved = os.stat_result([*other[:2], other.st_dev + 1, *other[3:]], {"st_mtime_ns": other.st_mtime_ns})
    with monkeypatch.context() as patched:
        patched.setattr(os, "stat", lambda *_, **__: moved)
        assert kept.made("one", str(target)), "a disk has another number when it is mounted again"
    target.rename(tmp_path / "b.opus")
    assert kept.made("one", str(tmp_path / "b.opus"))
    target.write_bytes(b"sound")
    assert not kept.made("one", str(target))
    kept.remove()


def test_what_nobody_went_on_with_is_forgotten(cache: Path) -> None:
    kept = Kept("/a.txt", "/a.opus")
    kept.begin("one").keep()
    (directory,) = cache.iterdir()
    long_ago = time.time() - ABANDONED - 60
    os.utime(directory, (long_ago, long_ago))
    Kept("/b.txt", "/b.opus").close()
    assert directory.exists(), "somebody is at it"
    kept.close()
    os.utime(directory, (long_ago, long_ago))
    Kept("/b.txt", "/b.opus").close()
    assert not directory.exists()


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(TtsmeshError, match=r"what was rendered cannot be kept in .*: not a directory"):
        Kept("/a.txt", "/a.opus")


def test_a_key_stands_for_everything_it_is_made_of() -> None:
    assert key_of("a", {"b": 1, "c": 2}) == key_of("a", {"c": 2, "b": 1})
    assert len({key_of("a"), key_of("b"), key_of("a", None), key_of(["a"])}) == 4
