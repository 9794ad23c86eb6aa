"""Parts joined to files."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.cli.commands.books.made import book, manuscript
from tests.decoded import decoded, described
from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.cli.commands.books.joining import EDGES_S, Abandoned, How, Joining, Pauses, Sound, chapters, clock
from ttsmesh.cli.commands.books.plan import Book, Target, plan_file, plan_parts
from ttsmesh.encoding.encoder import Tags
from ttsmesh.encoding.recorder import Recorder
from ttsmesh.errors import Code, TtsmeshError
from ttsmesh.output_formats import Encoding

PAUSES = Pauses(paragraph=0.8, sentence=0.5, chapter=2.0)
TEXT = "# One\n\na\n\n# Two\n\n* * *\n\n# Three\n\nc\n\n# Four\n\n- - -\n"
SECOND = (8000 * np.sin(np.arange(SAMPLE_RATE) / 10)).astype("<i2").tobytes()
SOUNDS = (SECOND, b"", SECOND, b"")


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Book]:
    """A book with two chapters that can be heard, and two that cannot."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with contextlib.closing(manuscript(TEXT)) as text:
        planned = plan_parts(text, {}, tags=False)
        target = plan_file(text, planned, str(tmp_path / "a.file"), [])
        found = book(text, [target], {part.key: sound for part, sound in zip(target.parts, SOUNDS, strict=True)})
        yield found
        found.kept.close()


def how(format: str, *, marked: bool = False, force: bool = False) -> How:
    encoding = Encoding("raw" if format == "m4b" else format)
    return How(format, encoding, marked, PAUSES, "af_heart", force, 0o022)


def make(book: Book, target: Target, how: How) -> float | None:
    return Joining(book, target, how).finish()


SILENCE = 2.0 - EDGES_S
LENGTH = 2.0 + SILENCE


@pytest.mark.parametrize("format", ["wav", "flac", "raw", "opus", "mp3", "m4b"])
def test_a_file_has_all_parts_with_a_pause_before_each_chapter(made: Book, format: str) -> None:
    (target,) = made.targets
    assert make(made, target, how(format)) == pytest.approx(LENGTH)
    found = decoded(Path(target.path), raw="s16le" if format == "raw" else "")
    assert abs(found.size / SAMPLE_RATE - LENGTH) < 0.1
    quiet = np.abs(found[int(1.2 * SAMPLE_RATE) : int((0.8 + SILENCE) * SAMPLE_RATE)].astype(int))
    assert quiet.max() < 100 < np.abs(found[: SAMPLE_RATE // 2].astype(int)).max()
    if format != "raw":
        facts = described(Path(target.path))
        assert (facts["title"], facts["artist"]) == ("A Book", "af_heart")
    assert Path(target.path).stat().st_mode & 0o777 == 0o644
    assert made.kept.made(target.key, target.path)


def test_marks_are_at_the_first_sound_of_a_chapter_and_only_where_there_is_one(made: Book) -> None:
    (target,) = made.targets
    found = chapters(target, [Sound(0, 0, SAMPLE_RATE), Sound(2, round(SILENCE * SAMPLE_RATE), SAMPLE_RATE)])
    begins = round(SAMPLE_RATE * (1 + SILENCE))
    assert [(chapter.title, chapter.start, chapter.end) for chapter in found] == [
        ("One", 0, begins),
        ("Three", begins, round(SAMPLE_RATE * LENGTH)),
    ]


def test_it_is_encoded_while_its_parts_are_rendered_and_identical_whatever_becomes_of_them(
    made: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    (target,) = made.targets
    make(made, target, how("flac"))
    whole = Path(target.path).read_bytes()
    taken: list[int] = []
    encode = Recorder.encode

    def counted(self: Recorder, pcm: bytes, tags: Tags) -> bytes:
        taken.append(len(pcm))
        return encode(self, pcm, tags)

    monkeypatch.setattr(Recorder, "encode", counted)
    first, third = target.parts[0].key, target.parts[2].key
    for key in (first, third):
        made.kept.forget(key)
    joining = Joining(made, target, how("flac", force=True))
    assert not joining.advance()
    part = made.kept.begin(first)
    part.write(SECOND * 3)
    assert not joining.advance() and sum(taken) > len(SECOND) * 2
    part.drop()  # the server has crashed, for instance
    part = made.kept.begin(first)
    part.write(SECOND)
    part.keep()
    assert not joining.advance() and not joining.advance()
    part = made.kept.begin(third)
    part.write(SECOND[:40_000])
    assert not joining.advance()
    part.write(SECOND[40_000:])
    part.keep()
    assert joining.finish() == pytest.approx(LENGTH)
    assert Path(target.path).read_bytes() == whole


def test_what_is_not_wanted_any_more_ends_soon_and_leaves_nothing(made: Book, tmp_path: Path) -> None:
    (target,) = made.targets
    joining = Joining(made, target, how("m4b"))
    joining.advance()
    joining.stop()
    with pytest.raises(Abandoned):
        joining.finish()
    assert not list(tmp_path.glob("a*"))


def test_where_nothing_can_be_said_there_is_no_file(made: Book) -> None:
    (target,) = made.targets
    for part in target.parts:
        made.kept.begin(part.key).keep()
    assert make(made, target, how("wav")) is None
    assert not Path(target.path).exists()


@pytest.mark.parametrize("format", ["wav", "m4b"])
def test_what_has_appeared_meanwhile_is_replaced_only_by_force(made: Book, format: str) -> None:
    (target,) = made.targets
    Path(target.path).write_text("precious")
    with pytest.raises(TtsmeshError, match="has appeared meanwhile") as refused:
        make(made, target, how(format))
    assert refused.value.code == Code.EXISTS
    assert Path(target.path).read_text() == "precious"
    assert not made.kept.made(target.key, target.path)
    make(made, target, how(format, force=True))
    assert made.kept.made(target.key, target.path)


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.4, "0:00"), (59.6, "1:00"), (125, "2:05"), (3599.4, "59:59"), (36_061, "10:01:01")]
)
def test_how_long_it_is_for_people(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown
