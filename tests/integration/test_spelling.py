"""What a screen reader asks for, as its programs see it: characters, keys, marks and capitals by name."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mesh import Mesh


@pytest.fixture(scope="module")
def mesh() -> Iterator[Mesh]:
    with Mesh() as running:
        yield running


def spoken(mesh: Mesh, *arguments: str) -> str:
    result = mesh.run("say", "--explain", *arguments)
    assert (result.returncode, result.stderr) == (0, b"")
    return " ".join(result.stdout.decode().split())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--punctuation", "all", "Hello, world."), "Hello comma, world dot."),
        (("--punctuation", "some", "Hello, this & that."), "Hello, this ampersand that."),
        (("--spell", "a,b"), "A, comma, B"),
        (("--spell", " "), "space"),
        (("--spell", "-l", "es", "ñ"), "eñe"),
        (("--capitals", "spell", "so The HTTP end"), "so cap The all caps H T T P end"),
        (("--capitals", "icon", "so The end"), "so The end"),
        (("--as", "key", "Control_shift_a"), "control shift A"),
        (("--as", "key", " "), "space"),
        (("?",), "question mark"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_it_says_what_was_asked_for(mesh: Mesh, arguments: tuple[str, ...], said: str) -> None:
    assert spoken(mesh, *arguments) == said


@pytest.mark.parametrize(
    ("arguments", "status", "reason"),
    [
        (("--punctuation", "loud", "hi"), 2, "loud"),
        (("--capitals", "beep", "hi"), 2, "beep"),
        (("--spell", ""), 65, "no text"),
        (("--as", "key", ""), 65, "no text"),
        ((" ",), 65, "no text"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_bad_input_is_one_line(mesh: Mesh, arguments: tuple[str, ...], status: int, reason: str) -> None:
    result = mesh.run("say", *arguments)
    assert (result.returncode, result.stdout) == (status, b"")
    assert reason in result.stderr.decode()
    assert result.stderr.count(b"\n") == 1


def test_a_line_of_pipe_may_be_a_blank_that_is_named(mesh: Mesh) -> None:
    lines = [{"text": " ", "spell": True, "output": "blank.wav"}, {"text": " ", "output": "none.wav"}]
    result = mesh.run("pipe", input="".join(json.dumps(line) + "\n" for line in lines).encode())
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert {(answer["ref"], answer["event"]) for answer in events} >= {
        (1, "accepted"),
        (1, "finished"),
        (2, "rejected"),
    }


def test_a_character_said_before_needs_no_model(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    texts = {"mark": ("?",), "key": ("--as", "key", "F5"), "letter": ("--capitals", "spell", "A")}
    with Mesh({"TTSMESH_TONE_GATE": str(gate)}, as_shipped=True) as mesh:
        for name, text in texts.items():
            mesh.say(*text, "-o", f"{name}-1.wav")
        mesh.until_idle()
        gate.touch()
        for name, text in texts.items():
            mesh.say(*text, "-o", f"{name}-2.wav")
        mesh.until_idle()
        for name in texts:
            assert (mesh.work / f"{name}-1.wav").read_bytes() == (mesh.work / f"{name}-2.wav").read_bytes()
        gate.unlink()


def test_an_icon_is_heard_and_takes_no_time(mesh: Mesh) -> None:
    for capitals in ("none", "icon"):
        mesh.say("so The end", "--capitals", capitals, "-o", f"{capitals}.wav")
    mesh.until_idle()
    plain, marked = ((mesh.work / f"{capitals}.wav").read_bytes() for capitals in ("none", "icon"))
    assert len(plain) == len(marked)
    assert plain != marked
