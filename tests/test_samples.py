"""The code in the documents works: commands give the output that is shown, programs run, settings are accepted.

Which blocks, and how, is in CONTRIBUTING.md ("Documents"). All of them are run in one private mesh with the engine
``tone``. ``<!-- not run: REASON -->`` right before a block leaves it out.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.documents import ROOT, documents, read
from tests.heard import Heard
from tests.mesh import Mesh
from ttsmesh import config
from ttsmesh.errors import ConfigError
from ttsmesh.lexicon.files import content
from ttsmesh.paths import data_dir

pytest_plugins = ["tests.conftest_sound"]

KINDS = ("console", "sh", "python", "toml", "json")
PATIENCE = 60.0
"""Seconds for one block."""

LONG = ("docs/usage.md", "docs/books.md", "docs/reader.md")
"""Documents with so many samples, or such that wait for sound, that `make test-long` runs them."""

_FENCE = re.compile(r"^(`{3,})(\w*)$")
_NOT_RUN = re.compile(r"^<!-- not run: (\S.*) -->$")
_ID = re.compile(r"\b[0-9a-f]{4}-\d+\b")
_NUMBER = re.compile(r"\d+(?:[.:,-]\d+)*")
_END = "\x1e"

TEXT = "The mill stood.\n"
FILES = {
    **dict.fromkeys(("chapter.txt", "talk.txt", "notes.txt"), TEXT),
    "novel.txt": "Mill\n" + 1198 * "\n" + TEXT,
    "README.md": f"# Mill\n\n{TEXT}",
    "play.txt": "[voice:bm_george]Tea? [voice:af_heart]Yes, please.\n",
}
"""Files that the samples speak of. There are also ``novel.epub`` and the project's ``docs``, in a git repository.
``notes.txt`` has changed since its commit."""

SHOWN_HOME = "/home/ann"
"""The home directory as documents show it."""

STAND_INS = {
    "aplay": "exec cat >/dev/null",
    "col": "exec cat",
    "man": 'echo "It turns."',
    "ssh": 'shift; exec sh -c "$*"',
    "llm": 'echo "It finds addresses. Names become numbers."',
}
"""Fake programs that the samples speak of and that are no part of ttsmesh, as shell scripts."""


@dataclass(frozen=True)
class Block:
    document: str
    line: int
    kind: str
    text: str
    not_run: bool

    def __str__(self) -> str:
        return f"{self.document}:{self.line}"


def blocks(document: str) -> Iterator[Block]:
    """The blocks of code in ``document``, of any kind."""
    fence, kind, begun, before, inside = "", "", 0, "", list[str]()
    for number, line in enumerate(read(document).splitlines(), 1):
        if fence:
            if line == fence:
                yield Block(
                    document, begun, kind, "".join(f"{line}\n" for line in inside), bool(_NOT_RUN.match(before))
                )
                fence, before = "", ""
            else:
                inside.append(line)
        elif found := _FENCE.match(line):
            (fence, kind), begun, inside = found.groups(), number, []
        else:
            before = line


def samples(document: str) -> list[Block]:
    return [block for block in blocks(document) if block.kind in KINDS and not block.not_run]


# --- commands ---------------------------------------------------------------------------------------------------------


def commands(text: str) -> list[tuple[str, list[str]]]:
    """Each command of a ``console`` block, with the lines of output that follow it."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found and found[-1][0].endswith("\\"):
            found[-1] = (f"{found[-1][0]}\n{line}", [])
        else:
            assert found, f"a block begins with a command: {line}"
            found[-1][1].append(line)
    return found


def normal(line: str) -> str:
    """``line`` with the same number in place of each number and each id, and single blanks."""
    return " ".join(_NUMBER.sub("0", _ID.sub("0", line)).split())


def is_as_shown(output: str, shown: list[str], command: str) -> bool:
    """Whether ``output`` is what the document has. ``...`` stands for anything."""
    if command == "echo $?":
        return output.split() == shown
    pattern = "\n".join(".*".join(map(re.escape, normal(line).split("..."))) for line in shown)
    return bool(re.fullmatch(pattern, "\n".join(map(normal, output.strip().splitlines())), re.DOTALL))


@pytest.mark.parametrize(
    ("output", "shown", "same"),
    [
        ("utterance 0c25-5  at\nheard   9 ms\n", ["utterance 0525-5   at", "heard 491 ms"], True),
        ("one\ntwo\nthree\n", ["one", "...", "three"], True),
        ("no voice 'x'; nearest: y\n", ["no voice ...; nearest: ..."], True),
        ("", ["heard"], False),
        ("heard\nand more\n", ["heard"], False),
        ("finished\n", ["interrupted"], False),
    ],
)
def test_what_is_taken_for_the_output_that_is_shown(output: str, shown: list[str], same: bool) -> None:
    assert is_as_shown(output, shown, "ttsmesh status") is same


def test_an_exit_status_that_is_shown_is_the_same_number() -> None:
    assert is_as_shown("73\n", ["73"], "echo $?")
    assert not is_as_shown("74\n", ["73"], "echo $?")


@dataclass(frozen=True)
class Desk:
    """Where the samples are tried: a mesh, a directory with the files that they speak of, and the variables of both."""

    mesh: Mesh
    work: Path
    env: dict[str, str]

    def run(self, *command: str) -> tuple[int, str]:
        """The exit status and all output of ``command``. What it has left in the background is ended."""
        report = self.work.parent / "output"
        with report.open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=self.work,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
            try:
                status = process.wait(PATIENCE)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        return status, report.read_text().replace(self.env["HOME"], SHOWN_HOME)

    def console(self, block: Block) -> None:
        parts = commands(block.text)
        ending = f"end() {{ local status=$?; printf '\\n{_END}%s{_END}' $status; return $status; }}"
        script = "\n".join([ending, *(f"{command}\nend" for command, _ in parts)])
        _, output = self.run("bash", "-c", script)
        found = re.findall(rf"(.*?)\n{_END}(\d+){_END}", output, re.DOTALL)
        assert len(found) == len(parts), output
        for (command, shown), (printed, status) in zip(parts, found, strict=True):
            if shown:
                assert is_as_shown(printed, shown, command), f"{command}\n{printed}"
            failing = bool(shown) and shown[-1].startswith("ttsmesh: ")
            assert (status != "0") == failing, f"{command}: exit {status}\n{printed}"

    def sh(self, block: Block) -> None:
        assert self.run("bash", "-nc", block.text) == (0, "")

    def python(self, block: Block) -> None:
        status, output = self.run(sys.executable, "-c", block.text)
        assert status == 0, output

    def toml(self, block: Block) -> None:
        path = self.work / "sample.toml"
        path.write_text(block.text)
        try:
            config.load(path)
        except ConfigError as error:
            assert content(path).sayings and not content(path).faults, error.message

    def json(self, block: Block) -> None:
        try:
            json.loads(block.text)
        except ValueError:
            for line in block.text.splitlines():
                json.loads(line)


@pytest.fixture(scope="module")
def place(shared_heard: Heard) -> Iterator[Mesh]:
    """A mesh with voices, settings and a cache of its own, since samples set and keep things. It speaks fast."""
    with Mesh(shared_heard.env) as mesh:
        mesh.settings("speed = 4.0\n")
        voices = mesh.directory / "data" / "ttsmesh" / "voices"
        voices.mkdir(parents=True)
        for voice in (data_dir() / "voices").iterdir():
            (voices / voice.name).symlink_to(voice)
        programs = mesh.directory / "bin"
        programs.mkdir()
        for name, script in STAND_INS.items():
            (programs / name).write_text(f"#!/bin/sh\n{script}\n")
            (programs / name).chmod(0o755)
        mesh.env |= {
            "HOME": str(mesh.directory),
            "XDG_DATA_HOME": str(mesh.directory / "data"),
            "XDG_CACHE_HOME": str(mesh.directory / "cache"),
            "PATH": os.pathsep.join([str(programs), str(Path(mesh.command()[0]).parent), os.environ["PATH"]]),
        }
        del mesh.env["PYTHONWARNINGS"]  # a sample need not close what ends with it
        mesh.run("voices")  # starts the mesh, which most samples take for granted
        yield mesh


@pytest.fixture
def desk(place: Mesh) -> Iterator[Desk]:
    work = place.directory / "desk" / "work"
    work.mkdir(parents=True)
    for name, text in FILES.items():
        (work / name).write_text(text)
    epub(work / "novel.epub")
    (work / "docs").symlink_to(ROOT / "docs")
    git = ("git", "-c", "user.name=Anna", "-c", "user.email=anna@example.com", "-c", "init.defaultBranch=main")
    short = ("config", "format.pretty", "%s")  # what is read of a log takes its time
    for command in (("init", "-q"), short, ("add", "notes.txt"), ("commit", "-qm", "Mend it")):
        subprocess.run([*git, *command], cwd=work, env=place.env, check=True)
    (work / "notes.txt").write_text(f"{TEXT}It fell.\n")
    yield Desk(place, work, place.env)
    place.run("unmute")
    place.run("stop")
    (place.directory / "config" / "ttsmesh" / "lexicon.toml").unlink(missing_ok=True)
    shutil.rmtree(work.parent)


def epub(path: Path) -> None:
    """A book of two chapters."""
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="b.opf"'
    )
    package = '<package xmlns="http://www.idpf.org/2007/opf"><manifest>{}</manifest><spine>{}</spine></package>'
    item = '<item id="{0}" href="{0}.xhtml" media-type="application/xhtml+xml"/>'
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr("META-INF/container.xml", f"{container}/></rootfiles></container>")
        names = ("a", "b")
        parts = ("".join(map(item.format, names)), "".join(f'<itemref idref="{name}"/>' for name in names))
        book.writestr("b.opf", package.format(*parts))
        for name in names:
            book.writestr(f"{name}.xhtml", f"<html><body><h1>Chapter {name}</h1><p>{TEXT}</p></body></html>")


@pytest.mark.parametrize(
    "document",
    [pytest.param(it, marks=pytest.mark.long if it in LONG else ()) for it in documents() if samples(it)],
)
def test_the_samples_work(desk: Desk, document: str) -> None:
    for block in samples(document):
        try:
            getattr(desk, block.kind)(block)
        except (AssertionError, subprocess.TimeoutExpired, ValueError) as error:
            pytest.fail(f"{block}: {error}")


def test_there_are_samples() -> None:
    kinds = [block.kind for document in documents() for block in samples(document)]
    assert len(kinds) >= 40
    assert set(kinds) >= {"console", "sh", "python", "toml"}


def test_each_comment_that_leaves_a_block_out_is_before_one() -> None:
    for document in documents():
        comments = re.findall(r"^<!-- not run.*$", read(document), re.MULTILINE)
        assert len(comments) == sum(block.not_run for block in blocks(document)), document
