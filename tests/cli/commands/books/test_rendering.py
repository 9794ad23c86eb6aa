"""Parts rendered, and files made of them. With real processes it is tested in tests/integration/test_render.py."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.commands.books.made import book, manuscript
from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.cli.commands.books import rendering
from ttsmesh.cli.commands.books.joining import How, Pauses
from ttsmesh.cli.commands.books.plan import Book, Planned, plan_files, plan_parts
from ttsmesh.cli.commands.books.rendering import TRIES, Rendering, Watcher
from ttsmesh.errors import Code, RejectedError
from ttsmesh.output_formats import Encoding
from ttsmesh.wire.client_messages import Say

HOW = How("wav", Encoding("wav"), False, Pauses(0.8, 0.5, 2.0), "af_heart", False, 0o022)
TEXT = "# One\n\na\n\n# Two\n\n* * *\n\n# Three\n\nc\n"


@contextlib.contextmanager
def planned(tmp_path: Path, sounds: tuple[bytes, ...]) -> Iterator[Book]:
    """A book of whose chapters, each of them one part, the first ``sounds`` are kept."""
    with contextlib.closing(manuscript(TEXT)) as text:
        parts = plan_parts(text, {}, tags=False)
        targets = plan_files(text, parts, str(tmp_path), "a", ".wav", [], several=False)
        keys = [target.parts[0].key for target in targets]
        found = book(text, targets, dict(zip(keys, sounds, strict=False)))
        yield found
        found.kept.close()


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(rendering, "RETRY_S", 0.0)


def request(book: Book, part: Planned) -> Say:
    return Say(text=book.text(part))


def test_a_chapter_of_which_nothing_can_be_said_has_no_file_and_the_others_have_theirs(tmp_path: Path) -> None:
    watcher, second = Watcher(), bytes(2 * SAMPLE_RATE)
    with planned(tmp_path, (second, b"", second)) as found:
        Rendering([found], request, HOW, watcher).run()
        assert sorted(path.name for path in tmp_path.glob("*.wav")) == ["01 One.wav", "03 Three.wav"]
        assert [(book, target.title) for book, target in watcher.silent] == [(found, "Two")]
        assert sorted(watcher.made_s.values()) == [1.0, 1.0]
        assert not found.unmade()


@pytest.mark.parametrize(("code", "tries"), [(Code.INTERNAL, TRIES), (Code.VOICE, 1)])
def test_a_part_that_is_refused_for_a_fault_of_the_mesh_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: Code, tries: int
) -> None:
    asked = []

    def ask(request: Say, *, may_start: bool) -> None:
        asked.append(request.text)
        raise RejectedError("no", code)

    monkeypatch.setattr(rendering, "ask", ask)
    with planned(tmp_path, (b"ab", b"ab")) as found, pytest.raises(RejectedError):
        Rendering([found], request, HOW, Watcher()).run()
    assert len(asked) == tries
