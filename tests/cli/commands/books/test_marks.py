"""Chapter marks, as other programs read them."""

import contextlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.decoded import decoded
from tests.encoding.sounds import chirp, file_of
from ttsmesh.audio import SAMPLE_RATE
from ttsmesh.cli.commands.books import marks
from ttsmesh.cli.commands.books.marks import Chapter, Facts, can_write, m4b_encoder, mark_m4b, mark_ogg
from ttsmesh.encoding.encoder import Tags
from ttsmesh.errors import Code, TtsmeshError
from ttsmesh.output_formats import Encoding

SOUND = chirp(3 * SAMPLE_RATE)
CHAPTERS = (
    Chapter("One; or = how #1 \\ began", 0, int(1.75 * SAMPLE_RATE)),
    Chapter("Zwei\nnew lines, 雨", int(1.75 * SAMPLE_RATE), 3 * SAMPLE_RATE),
)
FACTS = Facts("A Book = a title", "A. Writer", "af_heart")


@contextlib.contextmanager
def opened(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def found(path: Path) -> tuple[list[tuple[str, float]], dict[str, str]]:
    """The titles and starts of the chapters that ffmpeg finds, and the tags."""
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_chapters", "-show_format", "-show_streams", str(path)]
    said = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)
    chapters = [(chapter["tags"]["title"], float(chapter["start_time"])) for chapter in said["chapters"]]
    return chapters, said["streams"][0].get("tags", {}) | said["format"].get("tags", {})


EXPECTED = [("One; or = how #1 \\ began", 0.0), ("Zwei new lines, 雨", 1.75)]


@pytest.mark.parametrize("by", ["ffmpeg", "av"])
def test_an_m4b_has_marks_and_tags(tmp_path: Path, by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if by == "av":
        monkeypatch.setattr(marks, "has_ffmpeg", lambda: False)
    path = tmp_path / "a.m4b"
    with opened(tmp_path / "draft") as draft, opened(path) as file:
        encoder = m4b_encoder(draft)
        for at in range(0, SOUND.size, 1000):
            encoder.add(SOUND[at : at + 1000].tobytes())
        encoder.finish()
        encoder.discard()
        mark_m4b(draft, file, FACTS, CHAPTERS)
    chapters, tags = found(path)
    assert chapters == EXPECTED
    assert (tags["title"], tags["artist"], tags["composer"]) == FACTS
    assert path.read_bytes()[8:12] == b"M4A "
    assert abs(decoded(path).size - SOUND.size) < 0.1 * SAMPLE_RATE
    assert np.array_equal(decoded(path), decoded(tmp_path / "draft"))


@pytest.mark.parametrize("format", marks.IN_OGG)
def test_an_ogg_gets_marks_and_keeps_its_sound(tmp_path: Path, format: str) -> None:
    plain, marked = tmp_path / f"plain.{format}", tmp_path / f"marked.{format}"
    plain.write_bytes(file_of(Encoding(format), SOUND.tobytes(), Tags("A title", "af_heart")))
    with opened(plain) as draft, opened(marked) as file:
        mark_ogg(draft, file, CHAPTERS)
    chapters, tags = found(marked)
    assert chapters == EXPECTED
    assert {name.lower(): value for name, value in tags.items()}["title"] == "A title"
    assert np.array_equal(decoded(marked), decoded(plain))


def test_what_ffmpeg_says_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "draft").write_bytes(b"no ogg at all" * 1000)
    with (
        opened(tmp_path / "draft") as draft,
        opened(tmp_path / "a") as file,
        pytest.raises(TtsmeshError, match="ffmpeg failed: ") as failed,
    ):
        mark_ogg(draft, file, CHAPTERS)
    assert failed.value.code == Code.IO


@pytest.mark.parametrize("seconds", [3, 20])
def test_a_full_disk_is_told(tmp_path: Path, seconds: int) -> None:
    """Also when it is found out before the end."""
    plain = tmp_path / "a.opus"
    plain.write_bytes(file_of(Encoding("opus"), chirp(seconds * SAMPLE_RATE).tobytes(), Tags()))
    with (
        opened(plain) as draft,
        open("/dev/full", "r+b", buffering=0) as full,
        pytest.raises(OSError, match="No space left"),
    ):
        mark_ogg(draft, full.fileno(), CHAPTERS)


@pytest.mark.parametrize("by", ["ffmpeg", "av"])
def test_a_full_disk_is_told_while_an_m4b_is_encoded(by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if by == "av":
        monkeypatch.setattr(marks, "has_ffmpeg", lambda: False)
    with open("/dev/full", "r+b", buffering=0) as full:
        encoder = m4b_encoder(full.fileno())
        with contextlib.closing(contextlib.ExitStack()) as end:
            end.callback(encoder.discard)
            with pytest.raises(OSError, match="No space left"):
                for _ in range(100):
                    encoder.add(SOUND.tobytes())
                encoder.finish()


def test_without_ffmpeg_only_pyav_writes_an_m4b(monkeypatch: pytest.MonkeyPatch) -> None:
    assert can_write("m4b") and can_write("opus")
    monkeypatch.setattr(marks, "has_ffmpeg", lambda: False)
    assert can_write("m4b") and not can_write("opus")
    monkeypatch.setattr(marks, "find_spec", lambda name: None)
    assert not can_write("m4b")
