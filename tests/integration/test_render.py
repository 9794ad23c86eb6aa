"""``ttsmesh render`` over real processes with the tone engine."""

import json
import os
import pty
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.cli.commands.books.source.epubs import epub, xhtml
from tests.decoded import decoded, described
from tests.faults import shorten, until
from tests.few import few
from tests.mesh import PATIENCE, Mesh
from tests.talk import saved

PART = 400
"""Characters of a part here."""

SENTENCE = "It was a dark night, and the rain fell in torrents. "
CHAPTERS = 3


def text_of(chapters: int = CHAPTERS, parts: int = 2) -> str:
    """A book of so many chapters, each of which is cut into so many parts."""
    paragraphs = round(parts * PART / (2 * len(SENTENCE)))
    return "".join(
        f"# Chapter {number}\n\n" + f"{number} {SENTENCE * 2}\n\n" * paragraphs for number in range(1, chapters + 1)
    )


BOOK = text_of()
NOBODY = "no voice 'nobody'; nearest: af_heart (ttsmesh voices lists all)"


@pytest.fixture(scope="module")
def mesh() -> Iterator[Mesh]:
    with Mesh() as mesh:
        mesh.env["XDG_CACHE_HOME"] = str(mesh.directory / "cache")
        mesh.env["TTSMESH_TONE_GATE"] = str(mesh.directory / "gate")
        shorten(mesh, BOOK_PART=PART)
        (mesh.work / "book.md").write_text(BOOK)
        yield mesh


@pytest.fixture(autouse=True)
def gate(mesh: Mesh) -> Iterator[Path]:
    """While this file exists, nothing is rendered."""
    path = mesh.directory / "gate"
    yield path
    path.unlink(missing_ok=True)


@pytest.fixture(scope="module")
def whole(mesh: Mesh) -> bytes:
    """The book rendered without an interruption."""
    return whole_in(mesh, "flac")


def whole_in(mesh: Mesh, format: str) -> bytes:
    path = mesh.work / f"whole.{format}"
    if not path.exists():
        assert render(mesh, "book.md", "-o", path.name) == (0, "")
    return path.read_bytes()


def render(mesh: Mesh, *arguments: str) -> tuple[int, str]:
    """Render to the end. Returns the exit status, and what was said on standard error."""
    run = mesh.run("render", *arguments)
    return run.returncode, run.stderr.decode()


def kept(mesh: Mesh) -> list[Path]:
    """The parts that are kept."""
    return list((mesh.directory / "cache").glob("ttsmesh/render/*/*.raw"))


def is_nothing_kept(mesh: Mesh) -> bool:
    return not list((mesh.directory / "cache" / "ttsmesh" / "render").iterdir())


def test_a_directory_gets_a_file_of_each_chapter_and_its_tags(mesh: Mesh) -> None:
    text = "".join(f"# Chapter {number}\n\nIt rained.\n\n" for number in range(1, CHAPTERS + 1))
    (mesh.work / "rain.md").write_text(text)
    run = mesh.run("render", "rain.md", "-o", "chapters")
    assert (run.returncode, run.stderr) == (0, b"")
    files = sorted(path.name for path in (mesh.work / "chapters").iterdir())
    assert files == [f"0{number} Chapter {number}.opus" for number in range(1, CHAPTERS + 1)]
    assert [line.rsplit(maxsplit=1)[0] for line in run.stdout.decode().splitlines()] == [
        str(mesh.work / "chapters" / name) for name in files
    ]
    found = described(mesh.work / "chapters" / files[1])
    assert (found["title"], found["album"], found["artist"]) == ("Chapter 2", "rain", "af_heart")
    assert is_nothing_kept(mesh)


def test_the_sound_is_that_of_a_say_with_the_pauses_of_a_reader(mesh: Mesh, whole: bytes) -> None:
    sound = decoded(whole)
    said = saved(mesh, BOOK)
    # A chapter's pause is longer than a paragraph's.
    assert said.size < sound.size < said.size + CHAPTERS * 2.0 * 24_000
    first = saved(mesh, "Chapter 1")
    assert np.array_equal(sound[: first.size], first)


def test_one_file_has_marks_at_its_chapters(mesh: Mesh) -> None:
    (mesh.work / "marks.md").write_text(text_of(parts=1))
    assert render(mesh, "marks.md", "-o", "book.m4b") == (0, "")
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_chapters", str(mesh.work / "book.m4b")]
    chapters = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["chapters"]
    assert [chapter["tags"]["title"] for chapter in chapters] == [f"Chapter {n}" for n in range(1, CHAPTERS + 1)]


def test_an_epub_becomes_files_and_what_is_wrong_with_one_is_told_before_anything_is_rendered(mesh: Mesh) -> None:
    epub(mesh.work / "a.epub", [("1.xhtml", xhtml("<h1>Rain</h1><p>It rained.</p>"))])
    assert render(mesh, "a.epub", "-o", "epub", "--format", "wav") == (0, "")
    assert (mesh.work / "epub" / "a.wav").exists()
    epub(mesh.work / "b.epub", [("1.xhtml", xhtml("<p>a</p>"))], more={"META-INF/rights.xml": "<rights/>"})
    status, reason = render(mesh, "a.epub", "b.epub", "-o", "both")
    assert status == 65
    assert reason == "ttsmesh: b.epub: it is protected against copying (DRM), so it cannot be read\n"
    assert not (mesh.work / "both").exists()


def test_tags_hold_over_the_borders_of_parts_and_are_checked_at_once(mesh: Mesh) -> None:
    mesh.work.joinpath("tags.md").write_text(f"[voice:bm_george]{BOOK}[voice:nobody] Hm.\n")
    status, reason = render(mesh, "tags.md", "-o", "tags.wav", "--tags")
    assert (status, reason) == (66, f"ttsmesh: tags.md: '[voice:nobody]': {NOBODY}\n")
    mesh.work.joinpath("tags.md").write_text(f"[voice:bm_george]{BOOK}[voice:default] Hm.\n")
    assert render(mesh, "tags.md", "-o", "tags.wav", "--tags")[0] == 0


# --- killed, interrupted, and gone on with ----------------------------------------------------------------------------

KILLS = 20


@pytest.mark.parametrize("number", few(range(1), of=range(KILLS)))
def test_d18_killed_at_a_random_moment_it_goes_on_to_the_identical_result(mesh: Mesh, number: int) -> None:
    format = ("flac", "m4b")[number % 2]  # one is encoded by the command itself, the other by ffmpeg
    whole = whole_in(mesh, format)
    target = f"killed{number}.{format}"
    client = mesh.start("render", "book.md", "-o", target)
    # What this takes to the end is about 2 s here. A moment after the end is one as well.
    time.sleep(random.Random(number).uniform(0.2, 2.5))  # reason: any moment is meant
    client.kill()
    client.communicate()
    status, reason = render(mesh, "book.md", "-o", target)
    # Killed at the very end, its file is there and it has forgotten everything else.
    assert (status, reason) == (0, "") or (status, "exists" in reason) == (73, True)
    assert (mesh.work / target).read_bytes() == whole
    assert is_nothing_kept(mesh)


def until_kept(mesh: Mesh, client: subprocess.Popen[bytes], parts: int) -> None:
    until(lambda: len(kept(mesh)) >= parts or client.poll() is not None, f"{parts} parts are kept")
    assert client.returncode is None


def test_d18_what_is_rendered_is_not_rendered_again(mesh: Mesh, whole: bytes, gate: Path) -> None:
    client = mesh.start("render", "book.md", "-o", "again.flac")
    until_kept(mesh, client, 2)
    gate.touch()
    client.send_signal(signal.SIGKILL)
    client.communicate()
    before = {path: path.stat().st_mtime_ns for path in kept(mesh)}
    assert before
    gate.unlink()
    client = mesh.start("render", "book.md", "-o", "again.flac")
    until_kept(mesh, client, len(before) + 1)
    assert before.items() <= {path: path.stat().st_mtime_ns for path in kept(mesh)}.items()
    client.communicate()
    assert (mesh.work / "again.flac").read_bytes() == whole


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_says_what_is_kept_and_how_it_goes_on(mesh: Mesh, gate: Path, number: signal.Signals) -> None:
    client = mesh.start("render", "book.md", "-o", "chapters-2", "--format", "flac")
    until(lambda: bool(list(mesh.work.glob("chapters-2/01*"))), "the first chapter is there")
    gate.touch()
    client.send_signal(number)
    _, said = client.communicate(timeout=PATIENCE)
    assert client.returncode == 130
    told = said.decode()
    assert told.startswith("ttsmesh: interrupted; ") and told.count("\n") == 1
    assert told.endswith("parts are rendered, and the same command goes on from there\n")
    gate.unlink()
    assert render(mesh, "book.md", "-o", "chapters-2", "--format", "flac") == (0, "")
    assert len(list(mesh.work.glob("chapters-2/*"))) == CHAPTERS
    assert is_nothing_kept(mesh)
    for path in mesh.work.glob("chapters-2/*"):
        path.unlink()


def test_d18_a_server_that_is_killed_costs_the_parts_that_it_was_rendering_and_no_more(
    mesh: Mesh, whole: bytes
) -> None:
    client = mesh.start("render", "book.md", "-o", "server.flac")
    until_kept(mesh, client, 1)
    pid = mesh.server_pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    _, errors = client.communicate(timeout=PATIENCE)
    assert (client.returncode, errors) == (0, b"")
    assert (mesh.work / "server.flac").read_bytes() == whole


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_who_stops_a_part_or_the_mesh_stops_it(mesh: Mesh, gate: Path, how: str) -> None:
    gate.touch()
    client = mesh.start("render", "book.md", "-o", "stopped.flac")
    status = mesh.until(lambda status: len(status["queue"]) == 2, "two parts are rendered at once")
    assert mesh.run(*(["stop", status["queue"][0]["id"]] if how == "stop" else ["kill"])).returncode == 0
    _, said = client.communicate(timeout=PATIENCE)
    assert client.returncode == 130
    assert said.startswith(b"ttsmesh: interrupted; 0 of ")
    assert how == "stop" or mesh.server_pid() is None, "it does not start what was killed"
    assert is_nothing_kept(mesh)


def test_what_was_changed_is_rendered_again_and_nothing_else(mesh: Mesh, whole: bytes, gate: Path) -> None:
    path = mesh.work / "changed.md"
    path.write_text(BOOK)
    client = mesh.start("render", "changed.md", "-o", "changed.flac")
    until_kept(mesh, client, 3)
    gate.touch()
    client.kill()
    client.communicate()
    before = {path.name for path in kept(mesh)}
    path.write_text(BOOK.replace("Chapter 1", "Chapter One"))
    gate.unlink()
    assert render(mesh, "changed.md", "-o", "changed.flac") == (0, "")
    path.write_text(BOOK)
    assert len(before) >= 3
    assert np.array_equal(decoded(mesh.work / "changed.flac")[-24_000:], decoded(whole)[-24_000:])


# --- with others ------------------------------------------------------------------------------------------------------


def test_several_books_are_rendered_in_turn(mesh: Mesh) -> None:
    (mesh.work / "long.md").write_text(text_of(1, 8).replace("night", "day"))
    (mesh.work / "short.md").write_text(text_of(1, 1).replace("night", "morning"))
    client = mesh.start("render", "long.md", "short.md", "-o", "turns", "--format", "wav")
    until(lambda: (mesh.work / "turns" / "short.wav").exists(), "the short one is made")
    assert not (mesh.work / "turns" / "long.wav").exists()
    assert client.communicate(timeout=PATIENCE) is not None and client.returncode == 0
    assert (mesh.work / "turns" / "long.wav").exists()


def test_two_books_may_have_parts_in_common(mesh: Mesh) -> None:
    for name in ("one", "two"):
        (mesh.work / f"{name}.md").write_text(f"# The same\n\n{SENTENCE}\n\n# Another\n\n{name} {SENTENCE * 9}\n")
    assert render(mesh, "one.md", "two.md", "-o", "common", "--format", "wav") == (0, "")
    same = [(mesh.work / "common" / name / "01 The same.wav").read_bytes() for name in ("one", "two")]
    assert decoded(same[0]).size == decoded(same[1]).size > 0


def test_two_at_once_do_not_make_the_same_file(mesh: Mesh, gate: Path) -> None:
    gate.touch()
    client = mesh.start("render", "book.md", "-o", "twice.flac")
    mesh.until(lambda status: bool(status["queue"]), "it renders")
    status, reason = render(mesh, "book.md", "-o", "twice.flac")
    assert (status, reason) == (75, "ttsmesh: book.md: another render makes the same file\n")
    client.send_signal(signal.SIGINT)
    client.communicate(timeout=PATIENCE)


def test_the_mesh_is_free_for_others_meanwhile(mesh: Mesh) -> None:
    client = mesh.start("render", "book.md", "-o", "meanwhile.flac")
    until_kept(mesh, client, 1)
    assert saved(mesh, "Somebody else is served.").size
    assert client.poll() is None
    client.communicate(timeout=PATIENCE)
    assert client.returncode == 0


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "status", "reason"),
    [
        (("none.md", "-o", "a.opus"), 74, "none.md: cannot read it: no such file or directory"),
        (("book.md", "book.md", "-o", "a.opus"), 2, "several files need a directory as output"),
        (("book.md", "book.md", "-o", "twins"), 2, "two files would be {work}/twins/book/01 Chapter 1.opus"),
        (("book.md", "-o", "a.xyz"), 73, "the output's name must end in"),
        (("book.md", "-o", "a.m4b", "--bits", "16"), 2, "m4b has 24000 samples a second, and no number of bits"),
        (("book.md", "-o", "a.mp3", "--bits", "24"), 2, "mp3 has no number of bits"),
        (("book.md", "-o", "/nowhere/a.mp3"), 73, "the output file's directory does not exist"),
        (("book.md", "-o", "a.mp3", "-v", "nobody"), 66, NOBODY),
        (("book.md", "-o", "a.mp3", "-l", "xx"), 66, "unknown language 'xx'"),
        (("-", "-o", "a.mp3"), 2, "a book is read from a file; say -o saves what comes through a pipe"),
        (("book.md", "-o", "-"), 73, "a book goes into files; say -o - writes to the standard output"),
        (("book.md", "-o", "/dev/null", "--format", "mp3"), 73, "the output path is a device"),
        (("book.md",), 2, "Missing option '-o'"),
    ],
)
def test_what_cannot_be_done_is_refused_at_once(
    mesh: Mesh, arguments: tuple[str, ...], status: int, reason: str
) -> None:
    found, said = render(mesh, *arguments)
    assert found == status
    assert reason.format(work=mesh.work) in said
    assert said.startswith("ttsmesh: ") and said.count("\n") == 1


def test_a_file_that_exists_is_replaced_only_by_force(mesh: Mesh) -> None:
    (mesh.work / "small.md").write_text("It rained.")
    (mesh.work / "exists.wav").write_text("precious")
    status, reason = render(mesh, "small.md", "-o", "exists.wav")
    assert (status, reason) == (
        73,
        f"ttsmesh: {mesh.work / 'exists.wav'}: the output file exists; --force replaces it\n",
    )
    assert (mesh.work / "exists.wav").read_text() == "precious"
    assert render(mesh, "small.md", "-o", "exists.wav", "--force") == (0, "")
    assert decoded(mesh.work / "exists.wav").size
    assert is_nothing_kept(mesh)


def test_a_book_with_nothing_to_say_is_told(mesh: Mesh) -> None:
    (mesh.work / "stars.md").write_text("* * *\n\n- - -\n")
    status, reason = render(mesh, "stars.md", "-o", "stars.wav")
    assert status == 65
    assert reason == "ttsmesh: stars.md: nothing in 'stars' can be said\n"
    (mesh.work / "sun.md").write_text(f"{SENTENCE}\n")
    assert render(mesh, "stars.md", "sun.md", "-o", "sky", "--format", "wav") == (0, reason)
    assert [path.name for path in (mesh.work / "sky").iterdir()] == ["sun.wav"]
    assert is_nothing_kept(mesh)


# --- what is shown ----------------------------------------------------------------------------------------------------


def test_a_terminal_shows_the_chapter_the_speed_and_the_time_that_is_left(mesh: Mesh) -> None:
    controller, terminal = pty.openpty()
    client = subprocess.Popen(
        mesh.command("render", "book.md", "-o", "shown.flac"),
        env=mesh.env | {"COLUMNS": "120", "TERM": "xterm"},
        cwd=mesh.work,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=terminal,
    )
    os.close(terminal)
    shown = b""
    try:
        while data := os.read(controller, 4096):
            shown += data
    except OSError:  # how a terminal says that its other side is closed
        pass
    os.close(controller)
    assert client.wait(PATIENCE) == 0
    for expected in (b"chapter 1 of 3", b"chapter 3 of 3", b"100%", b"left"):
        assert expected in shown


# --- memory -----------------------------------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_mib_is_rendered_in_flat_memory_in_every_process() -> None:
    """After a MiB, no process has had more than after a small part of it. Most of the text cannot be said in English,
    or there would be gigabytes of sound."""
    unsayable = " ".join(["слово"] * 40)
    peaks: dict[str, dict[str, float]] = {}
    with Mesh() as mesh:
        mesh.env["XDG_CACHE_HOME"] = str(mesh.directory / "cache")
        for name, size in (("little", 100_000), ("much", 1024 * 1024)):
            paragraphs = size // (len(unsayable.encode()) + 20)
            text = "\n\n".join(f"{number} it rained. {unsayable}." for number in range(paragraphs))
            (mesh.work / f"{name}.txt").write_text(text, encoding="utf-8")
            client = subprocess.Popen(
                mesh.command("render", f"{name}.txt", "-o", f"{name}.flac"),
                env=mesh.env,
                cwd=mesh.work,
                stdout=subprocess.DEVNULL,
            )
            _, client.returncode, usage = os.wait4(client.pid, 0)
            assert client.returncode == 0
            peaks[name] = {"client": usage.ru_maxrss / 1024}
            for pid, command in mesh.processes().items():
                status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
                peaks[name][command.split(" -Pm ")[-1][:60]] = int(status["VmHWM"].split()[0]) / 1024
            (mesh.work / f"{name}.flac").unlink()
    print(peaks)
    grown = {name: peaks["much"][name] - mib for name, mib in peaks["little"].items()}
    assert max(grown.values()) < 24, peaks
