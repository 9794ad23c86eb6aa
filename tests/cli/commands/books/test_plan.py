"""Which parts and which files are made of a book."""

import contextlib
from pathlib import Path

import pytest

from tests.cli.commands.books.made import book, manuscript, parts
from ttsmesh.cli.commands.books.plan import plan_file, plan_files, plan_parts, tags_of
from ttsmesh.limits import BOOK_PART

PARAGRAPHS = "It was a dark night. " * (BOOK_PART // 20) + "\n\n"
TEXT = f"before\n\n# One\n\n{PARAGRAPHS}and more\n\n# Two\n\nb\n"


def test_parts_are_all_of_the_text_and_their_keys_are_of_their_text_and_manner() -> None:
    with contextlib.closing(manuscript(TEXT)) as made:
        planned = plan_parts(made, {}, tags=False)
        assert [len(chapter) for chapter in planned] == [1, 2, 1]
        assert "".join(made.read(p.start, p.start + p.size) for chapter in planned for p in chapter) == TEXT
        keys = parts(made)
        assert parts(made, {"speed": 2}) != keys
    changed = TEXT.replace("and more", "and less")
    with contextlib.closing(manuscript(changed)) as made:
        found = parts(made)
        assert found[1][1] != keys[1][1]
        found[1][1] = keys[1][1]
        assert found == keys, "all else is rendered already"


def test_a_part_begins_with_the_voice_that_spoke_before_it() -> None:
    text = f"[voice:bm_george]a\n\n{PARAGRAPHS}# One\n\nb [voice:default]c\n\n# Two\n\nd\n"
    with contextlib.closing(manuscript(text)) as made:
        planned = [part for chapter in plan_parts(made, {}, tags=True) for part in chapter]
        assert [part.prefix for part in planned] == ["", "[voice:bm_george]", "[voice:default]"]
        assert not any(part.prefix for chapter in plan_parts(made, {}, tags=False) for part in chapter)
        assert tags_of(made) == ["[voice:bm_george]", "[voice:default]"]


def test_a_directory_gets_a_file_of_each_chapter() -> None:
    with contextlib.closing(manuscript(TEXT)) as made:
        planned = plan_parts(made, {}, tags=False)
        targets = plan_files(made, planned, "/out", "book", ".opus", [], several=False)
        assert [target.path for target in targets] == [
            "/out/01 Untitled.opus",
            "/out/02 One.opus",
            "/out/03 Two.opus",
        ]
        assert [(target.title, target.album) for target in targets[:2]] == [("A Book", "A Book"), ("One", "A Book")]
        targets = plan_files(made, planned, "/out", "book", ".opus", [], several=True)
        assert targets[0].path == "/out/book/01 Untitled.opus"
    with contextlib.closing(manuscript("no chapters\n")) as made:
        (target,) = plan_files(made, plan_parts(made, {}, tags=False), "/out", "book", ".opus", [], several=True)
        assert target.path == "/out/book.opus"


def test_a_file_has_marks_at_its_chapters() -> None:
    with contextlib.closing(manuscript(TEXT)) as made:
        target = plan_file(made, plan_parts(made, {}, tags=False), "/a.opus", [])
        assert [(mark.title, mark.part) for mark in target.marks] == [("A Book", 0), ("One", 1), ("Two", 3)]
        assert len(target.parts) == 4


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


@pytest.mark.usefixtures("cache")
def test_what_other_files_need_as_well_stays_until_they_are_made() -> None:
    text = "# One\n\nsame\n\n# One\n\nsame\n\n# One\n\nsame\n\n# Two\n\nb"
    with contextlib.closing(manuscript(text)) as made:
        planned = plan_parts(made, {}, tags=False)
        targets = plan_files(made, planned, "/out", "book", ".opus", [], several=False)
        keys = [target.parts[0].key for target in targets]
        assert keys[0] == keys[1] == keys[2] != keys[3]
        found = book(made, targets, {keys[0]: b"ab"})
        assert (found.done, found.parts) == (3, 4)
        assert list(found.missing(targets[3])) == [keys[3]] and not found.missing(targets[0])
        found.now_made(targets[0])
        found.now_made(targets[1])
        assert found.kept.has(keys[0])
        found.now_made(targets[2])
        assert not found.kept.has(keys[0])
        assert found.unmade() == [targets[3]] and found.done == 3
        assert len(found.chapters) == 4
        found.kept.remove()
