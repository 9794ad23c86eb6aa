"""Captions beside a file, a stream and speech, over real processes with the tone engine."""

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.heard import Heard
from tests.mesh import Mesh
from ttsmesh.audio import SAMPLE_RATE

TEXT = "It costs $2.50 today. And (nearly) nothing tomorrow, they say."
WORDS = ["It", "costs", "$2.50", "today", "And", "nearly", "nothing", "tomorrow", "they", "say"]


@pytest.fixture(scope="module")
def mesh() -> Iterator[Mesh]:
    with Mesh() as mesh:
        yield mesh


def captioned(mesh: Mesh, path: Path, *arguments: str) -> list[dict[str, Any]]:
    """The captions of what ``say`` is asked for."""
    mesh.run("say", "--wait", "--captions", str(path), *arguments)
    return list(json.loads(path.read_text()))


def test_d15_captions_have_each_word_once_in_order_and_at_its_time(mesh: Mesh, tmp_path: Path) -> None:
    found = captioned(mesh, tmp_path / "a.json", "-o", str(tmp_path / "a.wav"), TEXT)
    assert [word["word"] for word in found] == WORDS
    assert [TEXT[word["from"] : word["to"]] for word in found] == WORDS
    times = [time for word in found for time in (word["start_s"], word["end_s"])]
    assert times == sorted(times)
    assert times[-1] <= (tmp_path / "a.wav").stat().st_size / 2 / SAMPLE_RATE


def test_times_are_those_of_the_speed_at_which_it_is_saved(mesh: Mesh, tmp_path: Path) -> None:
    once = captioned(mesh, tmp_path / "a.json", "-o", str(tmp_path / "a.wav"), TEXT)
    twice = captioned(mesh, tmp_path / "b.json", "-o", str(tmp_path / "b.wav"), "--speed", "2", TEXT)
    assert [word["start_s"] for word in twice] == pytest.approx([word["start_s"] / 2 for word in once], abs=0.002)


def test_a_rate_inside_a_text_moves_what_follows(mesh: Mesh, tmp_path: Path) -> None:
    plain = captioned(mesh, tmp_path / "a.json", "-o", str(tmp_path / "a.wav"), "-x", "<speak>one two six ten</speak>")
    text = "<speak>one <prosody rate='50%'>two</prosody> six ten</speak>"
    slower = captioned(mesh, tmp_path / "b.json", "-o", str(tmp_path / "b.wav"), "-x", text)
    assert [word["word"] for word in slower] == ["one", "two", "six", "ten"]
    assert slower[1]["start_s"] == plain[1]["start_s"]
    later = plain[2]["start_s"] - plain[1]["start_s"]
    assert slower[2]["start_s"] - slower[1]["start_s"] == pytest.approx(2 * later, abs=0.002)


@pytest.mark.parametrize(("name", "begins"), [("a.srt", "1\n00:00:00,"), ("a.VTT", "WEBVTT\n\n00:00:00.")])
def test_subtitles_have_the_lines_of_the_text(mesh: Mesh, tmp_path: Path, name: str, begins: str) -> None:
    mesh.run("say", "--wait", "--captions", str(tmp_path / name), "-o", str(tmp_path / "a.wav"), TEXT)
    content = (tmp_path / name).read_text()
    assert content.startswith(begins)
    assert "It costs $2.50 today.\n" in content


def test_a_stream_has_captions_too(mesh: Mesh, tmp_path: Path) -> None:
    done = mesh.start("say", "--captions", str(tmp_path / "a.json"), "-o", "-", TEXT)
    assert done.communicate()[0]
    assert [word["word"] for word in json.loads((tmp_path / "a.json").read_text())] == WORDS


def test_a_line_of_pipe_may_ask_for_them(mesh: Mesh, tmp_path: Path) -> None:
    line = json.dumps({"text": TEXT, "output": str(tmp_path / "a.wav"), "captions": str(tmp_path / "a.json")})
    mesh.run("pipe", input=line.encode() + b"\n")
    assert [word["word"] for word in json.loads((tmp_path / "a.json").read_text())] == WORDS


@pytest.mark.parametrize(
    ("name", "status", "reason"),
    [
        ("a.txt", 73, "must end in .srt, .vtt or .json"),
        ("there.srt", 73, "exists; --force replaces it"),
        ("no/a.srt", 73, "directory does not exist"),
        ("sound.srt", 73, "files of their own"),
    ],
)
def test_what_cannot_become_captions_is_refused_before_a_word(
    mesh: Mesh, tmp_path: Path, name: str, status: int, reason: str
) -> None:
    (tmp_path / "there.srt").touch()
    output = ("-o", str(tmp_path / "sound.srt"), "--format", "wav")
    done = mesh.run("say", *output, "--captions", str(tmp_path / name), TEXT)
    assert (done.returncode, reason in done.stderr.decode()) == (status, True), done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"there.srt"}


def test_d15_captions_that_cannot_be_written_are_a_failure(tmp_path: Path) -> None:
    directory = tmp_path / "captions"
    directory.mkdir()
    with Mesh() as mesh:
        gate = mesh.directory / "gate"
        gate.touch()  # while it exists nothing is rendered
        mesh.env["TTSMESH_TONE_GATE"] = str(gate)
        saving = mesh.start("say", "-w", "-o", str(tmp_path / "a.wav"), "--captions", str(directory / "a.srt"), TEXT)
        mesh.until(lambda status: bool(status["queue"]))
        directory.rmdir()
        gate.unlink()
        errors = saving.communicate()[1].decode()
        assert (saving.returncode, "the file of captions cannot be written" in errors) == (74, True), errors
        assert (tmp_path / "a.wav").exists()
        assert mesh.status()["last_outcome"]["code"] == "io"


@pytest.mark.long
def test_d15_what_is_interrupted_has_no_captions(tmp_path: Path) -> None:
    with contextlib.closing(Heard()) as heard, Mesh(heard.env) as mesh:
        saying = mesh.start("say", "-w", "--captions", str(tmp_path / "a.srt"), "word " * 200)
        mesh.until(lambda status: any(one["state"] == "sounding" for one in status["queue"]))
        mesh.run("stop")
        saying.communicate()
        assert saying.returncode == 130
        assert os.listdir(tmp_path) == []
        found = captioned(mesh, tmp_path / "b.json", "short and heard")
        assert [word["word"] for word in found] == ["short", "and", "heard"]
