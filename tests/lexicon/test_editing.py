"""Changing an entry leaves everything else in the file as it was."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ttsmesh.errors import ConfigError, TtsmeshError
from ttsmesh.host import locks
from ttsmesh.lexicon import editing
from ttsmesh.lexicon.entries import parse
from ttsmesh.wire import sockets

BEFORE = """\
# My words.
[en]
kubectl = "kube control"  # as the team says it
Nguyen = '/ˈwɪn/'

[es] # Spanish
"git hub" = "guit jab"
node.js = "nodo"
"""


@pytest.fixture
def path(private: Path, tmp_path: Path) -> Path:
    path = tmp_path / "lexicon.toml"
    path.write_text(BEFORE, encoding="utf-8")
    return path


def test_a_file_is_made_with_its_directory(path: Path) -> None:
    new = path.parent / "config" / "lexicon.toml"
    editing.add(new, "en", "repo", "reepo")
    assert new.read_text() == '[en]\nrepo = "reepo"\n'


@pytest.mark.parametrize(
    ("section", "word", "said", "before", "after"),
    [
        pytest.param(
            *("en", "kubectl", "cube cuttle"),
            *('kubectl = "kube control"  # as', 'kubectl = "cube cuttle"  # as'),
            id="replaced, with its comment",
        ),
        pytest.param(
            *("en", "repo", "reepo"),
            *("Nguyen = '/ˈwɪn/'\n", "Nguyen = '/ˈwɪn/'\nrepo = \"reepo\"\n"),
            id="at the end of its table",
        ),
        pytest.param(
            *("es", "git hub", "gui jap"),
            *('"git hub" = "guit jab"', '"git hub" = "gui jap"'),
            id="key of two words",
        ),
        pytest.param(*("es", "node.js", "no"), *('node.js = "nodo"', 'node.js = "no"'), id="key with a dot"),
        pytest.param(*("fr", "thé", "thé"), *("", ""), id="new table"),
    ],
)
def test_one_entry_changes_and_nothing_else(
    path: Path, section: str, word: str, said: str, before: str, after: str
) -> None:
    editing.add(path, section, word, said)
    found = path.read_text(encoding="utf-8")
    if before:
        assert found == BEFORE.replace(before, after)
    else:
        assert found == BEFORE + f'\n[{section}]\n"{word}" = "{said}"\n'
    assert (section, word, said) in [(each.section, each.word, each.said) for each in parse(found)[0]]


def test_a_word_is_taken_out_of_one_table_or_of_all(path: Path) -> None:
    editing.add(path, "es", "kubectl", "cubo")
    assert editing.remove(path, "es", "kubectl")
    assert path.read_text(encoding="utf-8") == BEFORE
    assert editing.remove(path, None, "node.js")
    assert editing.remove(path, None, "kubectl")
    assert [each.word for each in parse(path.read_text(encoding="utf-8"))[0]] == ["Nguyen", "git hub"]
    assert not editing.remove(path, None, "kubectl")
    assert not editing.remove(path, "all", "Nguyen")


def test_nothing_is_written_if_there_is_nothing_to_remove(path: Path) -> None:
    before = path.stat()
    assert not editing.remove(path, None, "absent")
    assert path.stat().st_ino == before.st_ino
    assert not editing.remove(path.with_name("absent.toml"), None, "absent")
    assert not path.with_name("absent.toml").exists()


def test_another_name_of_the_language_is_the_same_table(path: Path) -> None:
    path.write_text('[en_US]\nrepo = "reepo"\n')
    editing.add(path, "en-us", "repo", "rip oh")
    assert path.read_text() == '[en_US]\nrepo = "rip oh"\n'


def test_a_link_stays_one_and_the_mode_of_the_file_too(path: Path) -> None:
    path.chmod(0o600)
    link = path.with_name("link.toml")
    link.symlink_to(path.name)
    editing.add(link, "en", "repo", "reepo")
    assert link.is_symlink()
    assert "repo" in path.read_text(encoding="utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_is_no_lexicon_is_left_as_it_is(path: Path) -> None:
    path.write_text("[en\n")
    with pytest.raises(ConfigError, match=r"lexicon\.toml: "):
        editing.add(path, "en", "repo", "reepo")
    assert path.read_text() == "[en\n"


def test_a_file_with_a_faulty_entry_can_be_changed(path: Path) -> None:
    path.write_text('[en]\nbad = "3"\n')
    editing.add(path, "en", "repo", "reepo")
    assert path.read_text() == '[en]\nbad = "3"\nrepo = "reepo"\n'
    assert editing.remove(path, None, "bad")


@pytest.mark.parametrize(
    ("before", "words"),
    [
        pytest.param('en = { a = "b" }\n', ["a", "repo"], id="inline table"),
        pytest.param('en.a = "b"\n', ["a", "repo"], id="dotted keys"),
        pytest.param('[en]\na = "b"\n[es]\n[en.x]\ny = "z"\n', ["a", "repo", "x.y"], id="in two places"),
        pytest.param("[en]\n\n\n# at the end", ["repo"], id="empty table"),
        pytest.param('\ufeff[en]\na = "b"', ["a", "repo"], id="byte order mark"),
    ],
)
def test_tables_may_be_written_in_any_way_of_toml(path: Path, before: str, words: list[str]) -> None:
    path.write_text(before, encoding="utf-8")
    editing.add(path, "en", "repo", "reepo")
    assert sorted(each.word for each in parse(path.read_text(encoding="utf-8-sig"))[0]) == words
    assert editing.remove(path, "en", "repo")
    assert editing.remove(path, None, "a") == ("a" in words)


@pytest.mark.parametrize("before", ['en = "x"\n', '[[en]]\na = "b"\n'])
def test_what_is_no_table_gets_no_entry(path: Path, before: str) -> None:
    path.write_text(before)
    with pytest.raises(ConfigError, match="no table"):
        editing.add(path, "en", "repo", "reepo")
    assert path.read_text() == before


def test_a_file_does_not_become_larger_than_can_be_read(path: Path) -> None:
    path.write_text("#" * (256 * 1024 - 10) + "\n")
    with pytest.raises(ConfigError, match="too large"):
        editing.add(path, "en", "repo", "reepo")


def test_line_ends_of_windows_stay(path: Path) -> None:
    path.write_bytes(b'[en]\r\na = "b" # c\r\n')
    editing.add(path, "en", "a", "d")
    assert path.read_bytes() == b'[en]\r\na = "d" # c\r\n'


def test_a_directory_that_cannot_be_written_to_is_named(path: Path) -> None:
    (path.parent / "file").touch()
    with pytest.raises(TtsmeshError, match="file") as refused:
        editing.add(path.parent / "file" / "lexicon.toml", "en", "repo", "reepo")
    assert refused.value.exit_status == 74


def test_changes_at_the_same_time_are_all_kept(path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from ttsmesh.lexicon import editing\n"
        "for number in range(5): editing.add(Path(sys.argv[1]), 'en', f'w{sys.argv[2]}x{number}', 'a')"
    )
    children = [subprocess.Popen([sys.executable, "-c", program, str(path), str(child)]) for child in range(3)]
    assert [child.wait(60) for child in children] == [0, 0, 0]
    words = {each.word for each in parse(path.read_text(encoding="utf-8"))[0]}
    assert {f"w{child}x{number}" for child in range(3) for number in range(5)} <= words
    assert not list(path.parent.glob("*.unfinished"))


def test_a_change_that_does_not_end_is_not_waited_for_without_end(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editing, "_LOCK_TIMEOUT", 0.0)
    lock = locks.lock_file(os.path.join(sockets.runtime_dir(), "lexicon.lock"), 0.0)
    assert lock is not None
    try:
        with pytest.raises(TtsmeshError, match="another process") as refused:
            editing.add(path, "en", "repo", "reepo")
        assert refused.value.exit_status == 75
    finally:
        os.close(lock)
    assert path.read_text(encoding="utf-8") == BEFORE
