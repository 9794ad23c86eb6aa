"""Lexicons are read from their files, again when these change, and never with trust."""

import os
from pathlib import Path

import pytest

from ttsmesh.lexicon import files
from ttsmesh.lexicon.entries import Entry


def write(path: Path, source: str) -> Path:
    path.write_text(source, encoding="utf-8")
    return path


def test_a_change_is_seen_and_changes_the_version(tmp_path: Path) -> None:
    path = write(tmp_path / "a.toml", '[en]\nrepo = "one"')
    first, _ = files.load([path])
    assert files.load([path])[0] is first, "read once"
    write(path, '[en]\nrepo = "another"')
    second, _ = files.load([path])
    assert second.find("repo", "en-us") == Entry("another", "")
    assert second.version != first.version
    path.unlink()
    third, faults = files.load([path])
    assert third.find("repo", "en-us") is None
    assert third.version not in (first.version, second.version)
    assert faults == []


def test_a_file_of_the_same_size_and_time_in_its_place_is_seen(tmp_path: Path) -> None:
    path = write(tmp_path / "a.toml", '[en]\nrepo = "one"')
    files.load([path])
    other = write(tmp_path / "b.toml", '[en]\nrepo = "two"')
    os.utime(other, ns=(0, os.stat(path).st_mtime_ns))
    other.rename(path)
    assert files.load([path])[0].find("repo", "en-us") == Entry("two", "")


def test_which_file_says_it_is_in_the_version(tmp_path: Path) -> None:
    first = write(tmp_path / "a.toml", '[en]\nrepo = "one"')
    second = write(tmp_path / "b.toml", '[en]\nrepo = "two"')
    one, two = files.load([first, second])[0], files.load([second, first])[0]
    assert one.version != two.version
    assert one.find("repo", "en-us") == Entry("one", "")
    assert two.find("repo", "en-us") == Entry("two", "")


def test_a_broken_file_leaves_the_others(tmp_path: Path) -> None:
    broken = write(tmp_path / "broken.toml", "[en\n")
    good = write(tmp_path / "good.toml", '[en]\nrepo = "one"')
    lexicon, faults = files.load([broken, good])
    assert lexicon.find("repo", "en-us") == Entry("one", "")
    assert len(faults) == 1
    assert faults[0].startswith(f"{broken}: ")
    assert "line 1" in faults[0]


def test_a_fault_is_told_each_time(tmp_path: Path) -> None:
    path = write(tmp_path / "a.toml", '[en]\nrepo = "3"\nconfig = "con fig"')
    for _ in range(2):
        lexicon, faults = files.load([path])
        assert faults == [f"{path}: [en] 'repo': '3' cannot be said; write it in words"]
        assert lexicon.find("config", "en-us") == Entry("con fig", "")


def fifo(path: Path) -> None:
    os.mkfifo(path)


def large(path: Path) -> None:
    path.write_bytes(b"#" * (files.MAX_FILE + 1))


def not_text(path: Path) -> None:
    path.write_bytes(b"[en]\n\xff")


def loop(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.parametrize(
    ("make", "fault"),
    [
        pytest.param(fifo, "not a regular file", id="fifo"),
        pytest.param(Path.mkdir, "not a regular file", id="directory"),
        pytest.param(large, "larger than 256 KiB", id="large"),
        pytest.param(not_text, "not valid UTF-8 (byte 5)", id="not text"),
        pytest.param(loop, "too many levels of symbolic links", id="loop"),
    ],
)
def test_what_is_no_file_of_text_is_a_fault_and_nothing_waits_for_it(tmp_path: Path, make: object, fault: str) -> None:
    path = tmp_path / "a.toml"
    assert callable(make)
    make(path)
    lexicon, faults = files.load([path])
    assert faults == [f"{path}: {fault}"]
    assert lexicon.find("repo", "en-us") is None


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = write(tmp_path / "a.toml", '\ufeff[en]\nrepo = "one"')
    assert files.load([path])[1] == []


def test_a_project_goes_before_the_user_and_the_user_before_our_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert files.lexicon_paths("/p/.ttsmesh-lexicon.toml") == [
        Path("/p/.ttsmesh-lexicon.toml"),
        tmp_path / "ttsmesh" / "lexicon.toml",
        files.shipped_lexicon(),
    ]
    assert files.lexicon_paths() == files.lexicon_paths("x")[1:]


def test_no_more_than_a_few_lexicons_are_kept(tmp_path: Path) -> None:
    for number in range(30):
        files.load([write(tmp_path / f"{number}.toml", f'[en]\nrepo = "{"a" * (number + 1)}"')])
    assert len(files._contents) <= 8
    assert len(files._lexicons) <= 8
