"""Saving in every format, and the standard output, over real processes with the tone engine."""

import contextlib
import json
import os
import pty
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.decoded import Samples, decoded, described
from tests.encoding.test_recorder import CODEC_FRAME
from tests.faults import open_files, pid_of, shorten, until
from tests.few import few
from tests.mesh import PATIENCE, Mesh
from tests.talk import saved
from ttsmesh.output_formats import FORMATS

TEXT = "One two three four five. The last of them is seven."
BOOK = "A short sentence for a long book. " * 2000
"""Far more than is rendered before a reader is found to be paused."""

LIMIT = 0.5
"""Seconds after which a peer that does not read, or a process without a sign of life, would be given up."""


def gate_of(mesh: Mesh) -> Path:
    """While this file exists the renderer is blocked."""
    return mesh.directory / "gate"


@pytest.fixture(scope="module")
def mesh() -> Iterator[Mesh]:
    with Mesh() as mesh:
        mesh.env["TTSMESH_TONE_GATE"] = str(gate_of(mesh))
        shorten(mesh, PROGRESS_TIMEOUT=LIMIT, SEND_TIMEOUT=LIMIT)
        yield mesh


@pytest.fixture(scope="module")
def said(mesh: Mesh) -> Samples:
    """The sound of ``TEXT``."""
    return saved(mesh, TEXT)


def is_all_of(found: Samples, said: Samples, format: str) -> None:
    """Check that ``found``, which was saved in ``format``, has all of the sound, to the end."""
    frame = CODEC_FRAME[format]
    assert abs(found.size - said.size) < frame
    if frame == 1:
        assert np.array_equal(found, said)
    else:
        loud = np.flatnonzero(np.abs(said.astype(int)) > 2_000)
        for place in (slice(loud[0], loud[0] + 1200), slice(loud[-1] - 1200, loud[-1])):
            assert np.abs(found[place].astype(int)).max() > 1_000


@pytest.mark.parametrize("format", FORMATS)
def test_d13_every_format_has_all_of_the_sound_and_says_what_it_is(mesh: Mesh, said: Samples, format: str) -> None:
    path = mesh.work / f"all.{format}"
    run = mesh.run("say", "--wait", "-o", path.name, TEXT)
    assert (run.returncode, run.stderr) == (0, b"")
    is_all_of(decoded(path, raw="s16le" if format == "raw" else ""), said, format)
    if format != "raw":
        found = described(path)
        assert found["title"] == "One two three four five."
        assert found["artist"] == "af_heart"


@pytest.mark.parametrize("format", few({"raw", "opus", "mp3"}, of=FORMATS))
def test_every_format_can_be_a_stream(mesh: Mesh, said: Samples, format: str) -> None:
    run = mesh.run("say", "-o", "-", "--format", format, TEXT)
    assert (run.returncode, run.stderr) == (0, b"")
    found = decoded(run.stdout, raw="s16le" if format == "raw" else "")
    if format == "mp3":  # without corrections, nothing says how much of its beginning is no sound
        found = found[found.size - said.size :]
        assert np.abs(found.astype(int)).max() > 1_000
    else:
        is_all_of(found, said, format)


def test_the_standard_output_is_wav_unless_told_otherwise(mesh: Mesh) -> None:
    assert mesh.run("say", "-o", "-", TEXT).stdout[:4] == b"RIFF"


def test_format_goes_before_the_extension_and_the_sound_can_have_another_rate_and_more_bits(
    mesh: Mesh, said: Samples
) -> None:
    options = ("--format", "flac", "--sample-rate", "48000", "--bits", "24", "-o", "name.wav")
    assert mesh.run("say", "--wait", *options, TEXT).returncode == 0
    found = described(mesh.work / "name.wav")
    assert (found["codec"], found["sample_rate"], found["bits"]) == ("flac", 48_000, 24)
    assert decoded(mesh.work / "name.wav", 48_000).size == 2 * said.size


def test_a_save_is_as_fast_as_was_asked_in_every_format(mesh: Mesh, said: Samples) -> None:
    assert mesh.run("say", "--wait", "-o", "fast.flac", "-r", "2", TEXT).returncode == 0
    assert decoded(mesh.work / "fast.flac").size == pytest.approx(said.size / 2, rel=0.05)


@contextlib.contextmanager
def paused(mesh: Mesh, text: str, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """A `say -o -` whose reader has taken the first bytes, and no more until everything between the two is full."""
    client = mesh.start("say", "-o", "-", *options, text)
    try:
        assert client.stdout is not None
        assert os.read(client.stdout.fileno(), 4)
        rendered = [-1.0, 0.0]

        def stands_still(status: dict[str, Any]) -> bool:
            rendered.append(status["queue"][0]["rendered_s"])
            return 0 < rendered[-1] == rendered[-3]

        mesh.until(stands_still, "no more is rendered")
        yield client
    finally:
        client.kill()
        client.communicate()


def test_d14_a_stream_comes_while_it_is_rendered_and_a_paused_reader_stops_nobody_else(mesh: Mesh) -> None:
    with paused(mesh, BOOK) as client:
        (entry,) = mesh.status()["queue"]
        assert entry["state"] == "saving"
        assert entry["rendered_s"] < 60
        for options in (("-o", "beside.wav"), ("-o", "-")):
            assert mesh.run("say", "--wait", "--force", *options, TEXT).returncode == 0
        client.kill()
    mesh.until_idle()


def test_d14_a_reader_that_goes_on_after_a_pause_gets_all(mesh: Mesh) -> None:
    text = "A sentence that is long enough to fill what lies between. " * 12
    said = saved(mesh, text)
    with paused(mesh, text, "--format", "raw", "--sample-rate", "192000") as client:
        begun = mesh.status()["queue"][0]["age_s"]
        mesh.until(lambda status: status["queue"][0]["age_s"] > begun + 4 * LIMIT, "a pause")
        rest, errors = client.communicate(timeout=PATIENCE)
    assert (client.returncode, errors) == (0, b"")
    assert len(rest) // 2 + 2 == 8 * said.size


def test_d14_a_reader_that_has_had_enough_ends_the_text_silently_with_74(mesh: Mesh) -> None:
    with paused(mesh, BOOK) as client:
        assert client.stdout is not None and client.stderr is not None
        client.stdout.close()
        assert client.wait(PATIENCE) == 74
        assert client.stderr.read() == b""
        client.stdout = None
    mesh.until_idle()
    assert last(mesh)["outcome"] == "interrupted"
    assert last(mesh)["reason"] == "taken_back"


def test_ctrl_c_takes_a_stream_back(mesh: Mesh) -> None:
    with paused(mesh, BOOK) as client:
        client.send_signal(signal.SIGINT)
        _, errors = client.communicate(timeout=PATIENCE)
        assert (client.returncode, errors.strip()) == (130, b"")
    mesh.until_idle()
    assert last(mesh)["reason"] == "taken_back"


def test_a_stream_that_is_stopped_ends_with_130(mesh: Mesh) -> None:
    with paused(mesh, BOOK) as client:
        assert mesh.run("stop", mesh.status()["queue"][0]["id"]).returncode == 0
        mesh.until_idle()
        client.communicate(timeout=PATIENCE)
        assert client.returncode == 130


def test_a_stream_whose_voice_process_dies_fails_with_70(mesh: Mesh) -> None:
    with paused(mesh, BOOK) as client:
        os.kill(pid_of(mesh, "voice"), signal.SIGKILL)
        _, errors = client.communicate(timeout=PATIENCE)
        assert (client.returncode, errors) == (70, b"ttsmesh: the voice server went away in the middle of the text\n")


def streamed_to(mesh: Mesh, descriptor: int) -> subprocess.CompletedProcess[bytes]:
    """Run `say -o -` with this file as its standard output."""
    command = mesh.command("say", "-o", "-", TEXT)
    return subprocess.run(
        command, env=mesh.env, stdout=descriptor, stderr=subprocess.PIPE, timeout=PATIENCE, check=False
    )


def test_a_stream_to_a_full_disk_is_74_with_a_line(mesh: Mesh) -> None:
    with open("/dev/full", "wb") as full:
        run = streamed_to(mesh, full.fileno())
    assert run.returncode == 74
    assert run.stderr == b"ttsmesh: cannot write to the standard output: no space left on device\n"


def test_a_stream_with_nothing_to_say_is_empty_and_65(mesh: Mesh) -> None:
    run = mesh.run("say", "-o", "-", "...")
    assert (run.returncode, run.stdout, run.stderr) == (65, b"", b"ttsmesh: nothing in the text can be said\n")


def test_a_terminal_is_no_place_for_a_stream(mesh: Mesh) -> None:
    ours, theirs = pty.openpty()
    try:
        run = streamed_to(mesh, theirs)
    finally:
        os.close(ours)
        os.close(theirs)
    assert run.returncode == 73
    assert run.stderr == b"ttsmesh: the standard output is a terminal: add | aplay, or > and a file's name\n"


@pytest.mark.parametrize(
    ("arguments", "status", "reason"),
    [
        (("-o", "/dev/stdout"), 73, "with -o -"),
        (("-o", "/dev/fd/1", "--format", "wav"), 73, "with -o -"),
        (("-o", "fifo"), 73, "is a FIFO: say -o - writes to the standard output, so > leads there"),
        (("-o", "fifo", "--format", "wav"), 73, "is a FIFO: say -o -"),
        (("-o", "/dev/null", "--force"), 73, "is a device: say -o -"),
        (("-o", "a.doc"), 73, "must end in .wav, .flac, .ogg, .opus, .mp3 or .raw, or --format"),
        (("-o", "a.mp3", "--bits", "16"), 2, "mp3 has no number of bits"),
        (("-o", "-", "--format", "opus", "--sample-rate", "44100"), 2, "opus has sample rates of"),
        (("-o", "-", "--print-id"), 2, "no --print-id"),
        (("-o", "-", "--wait", "--words"), 2, "no --words"),
        (("--format", "mp3"), 2, "format is for what is saved"),
        (("--explain", "--bits", "24"), 2, "there is no --bits"),
    ],
)
def test_d3_what_cannot_be_saved_is_refused_with_what_to_use_instead(
    mesh: Mesh, arguments: tuple[str, ...], status: int, reason: str
) -> None:
    with contextlib.suppress(FileExistsError):
        os.mkfifo(mesh.work / "fifo")
    run = mesh.run("say", *arguments, TEXT)
    assert run.returncode == status
    assert reason in run.stderr.decode()
    assert run.stdout == b""


@pytest.mark.parametrize("format", ["flac", "opus"])
def test_d5_a_directory_that_vanishes_fails_the_save_and_all_can_see_it(mesh: Mesh, format: str) -> None:
    (mesh.work / "gone").mkdir()
    gate_of(mesh).touch()
    client = mesh.start("say", "--wait", "-o", f"gone/a.{format}", f"A text that is not known yet, for {format}.")
    voice = pid_of(mesh, "voice")
    until(lambda: any(path.startswith(f"{mesh.work}/gone/") for path in open_files(voice)), "the file is open")
    (mesh.work / "gone").rmdir()
    gate_of(mesh).unlink()
    _, errors = client.communicate(timeout=PATIENCE)
    assert client.returncode == 74
    reason = "the output file cannot be written: no such file or directory"
    assert errors.decode() == f"ttsmesh: {reason}\n"
    mesh.until_idle()
    assert reason in mesh.run("status").stdout.decode()
    assert (last(mesh)["outcome"], last(mesh)["message"]) == ("failed", reason)


def test_pipe_saves_in_every_format_and_keeps_the_standard_output_for_its_answers(mesh: Mesh, said: Samples) -> None:
    lines = [
        {"text": TEXT, "output": "pipe.opus", "sample_rate": 48000},
        {"text": TEXT, "output": "pipe", "format": "flac", "bits": 24},
        {"text": TEXT, "output": "-", "format": "flac"},
        {"text": TEXT, "output": "a.ogg", "bits": 24},
        {"text": TEXT, "format": "ogg"},
    ]
    run = mesh.run("pipe", input="\n".join(map(json.dumps, lines)).encode())
    assert run.returncode == 0
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    ends = {answer["ref"]: answer for answer in answers if answer["event"] in ("finished", "rejected")}
    assert [ends[ref]["event"] for ref in range(1, 6)] == ["finished"] * 2 + ["rejected"] * 3
    assert ends[3]["message"] == "output must be a file: the standard output is for the answers"
    assert [ends[ref]["code"] for ref in (3, 4, 5)] == ["usage"] * 3
    is_all_of(decoded(mesh.work / "pipe.opus"), said, "opus")
    assert described(mesh.work / "pipe")["bits"] == 24


def test_a_paused_reader_does_not_keep_the_mesh_that_is_to_end(mesh: Mesh) -> None:
    with paused(mesh, BOOK):
        server = mesh.server_pid()
        assert mesh.run("kill").returncode == 0
        assert f"model server {server} has left\n" in mesh.log()


def last(mesh: Mesh) -> dict[str, object]:
    """What became of the last utterance."""
    run = mesh.run("history", "--json")
    assert run.returncode == 0, run
    found: dict[str, object] = json.loads(run.stdout)["entries"][-1]
    return found
