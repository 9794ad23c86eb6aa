"""``ttsmesh read`` in a terminal: real processes, keys that are pressed, screens that are read."""

import json
import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.few import few
from tests.heard import Heard
from tests.mesh import PATIENCE, Mesh
from tests.talk import Saying, ask
from tests.terminal import Terminal
from ttsmesh.wire.messages import Pause, Started, Stop

pytestmark = pytest.mark.sound
pytest_plugins = ["tests.conftest_sound"]

TEXT = """\
# A title

First we walk along the river. Then we cross it by the old bridge.

- bread and butter
- 日本語 in a list, naïve

The last paragraph is here.
"""


@pytest.fixture(scope="module")
def shared_mesh(shared_heard: Heard) -> Iterator[Mesh]:
    with Mesh(shared_heard.env) as mesh:
        mesh.warm_up()
        yield mesh


@pytest.fixture
def text(mesh: Mesh) -> Path:
    path = mesh.work / "text.md"
    path.write_text(TEXT, encoding="utf-8")
    return path


def idle(mesh: Mesh) -> bool:
    return not mesh.status()["queue"]


def bar(screen: str) -> str:
    """The status line."""
    return screen.rstrip("\n").rpartition("\n")[0].rpartition("\n")[2]


def test_each_word_is_highlighted_when_it_is_heard(mesh: Mesh, text: Path) -> None:
    with Terminal(mesh, "read", text.name, "--speed", "3") as terminal:
        seen = [terminal.until_word(bool)]
        deadline = time.monotonic() + PATIENCE
        while "the end" not in bar(terminal.screen()):
            assert time.monotonic() < deadline
            word = terminal.word()
            if word not in ("", seen[-1]):
                seen.append(word)
        assert terminal.lines()[:9] == [*TEXT.split("\n")][:9]
        terminal.press("q")
        assert terminal.until_left() == 0
    words = [word.strip(".,") for word in TEXT.replace("#", "").replace("- ", " ").split()]
    at = 0
    for word in seen:
        assert word in words[at:], (seen, "in the order of the text")
        at = words.index(word, at) + 1
    assert len(seen) > len(words) // 3  # on a busy machine not each of them is seen


def test_keys_pause_and_go_on_and_quitting_silences_only_the_reader(mesh: Mesh, text: Path) -> None:
    with Terminal(mesh, "read", text.name) as terminal:
        terminal.until_word(bool)
        terminal.press("Space")
        terminal.until(lambda screen: "paused" in bar(screen), "paused")
        mesh.until(lambda status: status["queue"][0]["state"] == "paused")
        held = terminal.word()
        assert held
        with Saying(mesh, "word " * 30, queue=True) as other:
            terminal.press("Space")
            terminal.until_word(lambda word: word not in ("", held))
            terminal.press("q")
            assert terminal.until_left() == 0
            other.until(Started)
        mesh.run("stop")


def test_sentences_are_gone_over_and_back_to(mesh: Mesh, text: Path) -> None:
    with Terminal(mesh, "read", text.name) as terminal:
        terminal.until_word(lambda word: word in ("First", "we"))
        terminal.press("Right")
        terminal.until_word(lambda word: word == "Then")
        terminal.press("Right")
        terminal.until_word(lambda word: word == "butter")
        terminal.press("Left")
        terminal.until_word(lambda word: word in ("Then", "cross", "bread"))  # by how far it had come
        for _ in range(5):
            terminal.press("Right")
        terminal.until(lambda screen: "the end" in bar(screen), "the end")
        terminal.press("Left")
        terminal.until(lambda _: terminal.shown("cursor_y") == "7", "the last sentence, in silence")
        terminal.press("Space")
        terminal.until_word(lambda word: word in ("The", "last"))
        terminal.press("q")
        assert terminal.until_left() == 0


def test_what_is_searched_for_is_spoken_from_there_and_then_the_sentence_before(mesh: Mesh, text: Path) -> None:
    with Terminal(mesh, "read", text.name) as terminal:
        terminal.until_word(bool)
        terminal.press("/")
        terminal.write("PARA")
        terminal.press("Enter")
        terminal.until(lambda screen: "not found" in bar(screen), "not found")
        terminal.press("/")
        terminal.write("paragraph")
        terminal.press("Enter")
        terminal.until(lambda _: terminal.hits() == ["paragraph"], "the hit")
        terminal.until(lambda screen: "Esc" in bar(screen), "what is spoken is elsewhere")
        assert (terminal.shown("cursor_x"), terminal.shown("cursor_y")) == ("9", "7")
        terminal.press("Enter")
        assert terminal.until_word(lambda word: word in ("The", "last", "paragraph"))
        terminal.press("Left")
        assert terminal.until_word(lambda word: word not in ("The", "last", "paragraph", "is", "here", ""))
        terminal.press("G", "Enter")
        assert terminal.until_word(lambda word: word in ("The", "last", "paragraph"))
        terminal.press("q")
        assert terminal.until_left() == 0


def test_the_speed_is_this_texts_own(mesh: Mesh, text: Path) -> None:
    with Terminal(mesh, "read", text.name) as terminal:
        terminal.until(lambda screen: " 1×" in bar(screen), "the speed")
        terminal.press("+", "+", "+")
        terminal.until(lambda screen: " 1.3×" in bar(screen), "another speed")
        terminal.press("-")
        terminal.until(lambda screen: " 1.2×" in bar(screen), "another speed")
        terminal.press("q")
        assert terminal.until_left() == 0
    with Terminal(mesh, "read", text.name) as terminal:
        terminal.until(lambda screen: " 1×" in bar(screen), "the speed of others")


@pytest.mark.long
def test_what_another_text_has_interrupted_goes_on(mesh: Mesh, text: Path) -> None:
    with Terminal(mesh, "read", text.name) as terminal:
        terminal.until_word(lambda word: word == "river")
        mesh.say("now")
        terminal.until(lambda screen: "interrupted by another text" in bar(screen), "interrupted")
        assert terminal.word() == ""
        terminal.press("Space")
        terminal.until_word(lambda word: word == "First")  # the sentence from its beginning
        ask(mesh, Stop())
        terminal.until(lambda screen: "stopped" in bar(screen), "stopped")
        terminal.press("C-c")
        assert terminal.until_left() == 130


def test_what_was_paused_from_elsewhere_goes_on_with_the_same_key(mesh: Mesh, text: Path) -> None:
    with Terminal(mesh, "read", text.name) as terminal:
        terminal.until_word(bool)
        ask(mesh, Pause())
        mesh.until(lambda status: status["queue"][0]["state"] == "paused")
        terminal.press("Space")
        mesh.until(lambda status: status["queue"][0]["state"] == "sounding")
        terminal.press("q")
        assert terminal.until_left() == 0


@pytest.mark.long
def test_a_mesh_that_dies_is_told_in_a_line_and_started_again(shared_heard: Heard) -> None:
    with Mesh(shared_heard.env) as mesh:
        (mesh.work / "text.md").write_text(TEXT, encoding="utf-8")
        with Terminal(mesh, "read", "text.md") as terminal:
            terminal.until_word(bool)
            pid = mesh.server_pid()
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            terminal.until(lambda screen: "went away" in bar(screen), "the server has died")
            terminal.press("Space")
            terminal.until_word(bool)
            terminal.press("q")
            assert terminal.until_left() == 0


@pytest.mark.parametrize("signum", few([signal.SIGTERM], of=[signal.SIGTERM, signal.SIGINT, signal.SIGHUP]))
def test_a_signal_ends_it_and_leaves_the_terminal_as_it_was(mesh: Mesh, text: Path, signum: signal.Signals) -> None:
    with Terminal(mesh, "read", text.name) as terminal:
        terminal.until_word(bool)
        (reader,) = [pid for pid, command in mesh.processes().items() if command.rstrip().endswith("text.md")]
        os.kill(reader, signum)
        assert terminal.until_left() == 130
        mesh.until_idle()


def test_a_text_from_a_pipe_is_read_with_the_keys_of_the_terminal(mesh: Mesh, text: Path) -> None:
    with Terminal(mesh, "read", before=f"cat {text.name} |") as terminal:
        terminal.until_word(bool)
        terminal.press("?")
        terminal.until(lambda screen: "a sentence back" in screen, "the keys")
        terminal.press("?")
        terminal.until(lambda screen: "old bridge" in screen, "the text")
        terminal.press("q")
        assert terminal.until_left() == 0


def test_a_refusal_is_told_in_the_terminal(mesh: Mesh, text: Path) -> None:
    with Terminal(mesh, "read", text.name, "--voice", "nobody") as terminal:
        terminal.until(lambda screen: "nobody" in bar(screen), "the refusal")
        terminal.press("q")
        assert terminal.until_left() == 0


@pytest.mark.long
def test_rows_follow_the_width_and_the_page_the_word(mesh: Mesh) -> None:
    words = [f"w{number:03}" for number in range(300)]
    (mesh.work / "long.txt").write_text("日本語のテキストです。" + " ".join(words) + ".", encoding="utf-8")
    with Terminal(mesh, "read", "long.txt", "--speed", "4", columns=30, rows=10) as terminal:
        terminal.until_word(lambda word: word > "w005")
        terminal.press("G")
        terminal.until(lambda screen: words[-1] in screen, "the end")
        terminal.press("Escape")
        terminal.until(lambda _: terminal.word(), "the word again")
        terminal.resize(17, 8)
        terminal.until(lambda screen: max(map(len, screen.split("\n"))) <= 17 and terminal.word(), "narrow rows")
        terminal.until(lambda screen: words[0] not in screen and terminal.word(), "another page")
        terminal.press("g")
        terminal.until(lambda screen: screen.startswith("日本語のテキスト\n"), "the beginning, in narrow rows")
        terminal.press("q")
        assert terminal.until_left() == 0


def test_without_a_terminal_sentences_are_printed_as_they_are_spoken(mesh: Mesh, text: Path) -> None:
    reading = mesh.start("read", text.name, "--from", "3", "--speed", "4")
    assert reading.stdout is not None
    first = os.read(reading.stdout.fileno(), 1000)
    assert first == b"First we walk along the river. "
    rest, errors = reading.communicate(timeout=PATIENCE)
    assert (first + rest).decode() == TEXT.partition("\n\n")[2]
    assert (reading.returncode, errors) == (0, b"")


@pytest.mark.parametrize("plain", few(["TERM=dumb"], of=["TERM=dumb", "--plain"]))
def test_a_terminal_that_can_show_only_lines_is_shown_lines(mesh: Mesh, text: Path, plain: str) -> None:
    arguments = ["read", text.name, "--speed", "4", *([plain] if plain == "--plain" else [])]
    with Terminal(mesh, *arguments, before=plain if plain == "TERM=dumb" else "") as terminal:
        terminal.until(lambda screen: "old bridge" in screen, "a sentence")
        terminal.press("C-c")
        assert terminal.until_left() == 130


def test_interrupted_without_a_terminal_it_says_so(mesh: Mesh, text: Path) -> None:
    reading = mesh.start("read", text.name)
    assert reading.stdout is not None and os.read(reading.stdout.fileno(), 1000)
    mesh.run("stop")
    reading.communicate(timeout=PATIENCE)
    assert reading.returncode == 130


@pytest.mark.parametrize(
    ("arguments", "input", "status", "message"),
    [
        (["read", "nothing.txt"], b"", 74, "cannot read nothing.txt: no such file or directory"),
        (["read"], b" \n", 65, "no text"),
        (["read"], b"\xff", 65, "not valid UTF-8 (byte 0)"),
        (["read", "--from", "3"], b"a\nb\n", 2, "--from"),
        (["read", "--voice", "nobody"], b"hello", 66, "nobody"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(
    mesh: Mesh, arguments: list[str], input: bytes, status: int, message: str
) -> None:
    run = mesh.run(*arguments, input=input)
    assert run.returncode == status
    assert message in run.stderr.decode()
    assert run.stderr.count(b"\n") == 1


@pytest.mark.long
def test_the_longest_text_is_read_from_its_end_on(mesh: Mesh) -> None:
    """No part of four megabytes but the last one is read by the mesh."""
    sentence = "The quick brown fox jumps over the lazy dog again. "
    body = "\n\n".join([sentence * 8] * (4 * 2**20 // (8 * len(sentence) + 2) - 1))
    (mesh.work / "book.txt").write_text(body + "\n\nZebras come last.")
    with Terminal(mesh, "read", "book.txt", "--speed", "4") as terminal:
        terminal.until_word(bool)
        terminal.press("/")
        terminal.write("zebras")
        terminal.press("Enter")
        terminal.until(lambda _: terminal.hits() == ["Zebras"], "the hit")
        terminal.press("Enter")
        terminal.until_word(lambda word: word in ("Zebras", "come", "last"))
        terminal.until(lambda screen: "the end" in bar(screen), "the end")
        for _ in range(20):
            terminal.press("b")
        terminal.press("g")
        terminal.until(lambda screen: screen.startswith("The quick"), "the beginning")
        terminal.press("q")
        assert terminal.until_left() == 0


@pytest.mark.long
def test_who_quits_at_once_hears_nothing(shared_heard: Heard) -> None:
    with Mesh(shared_heard.env) as mesh:
        (mesh.work / "text.md").write_text(TEXT, encoding="utf-8")
        with Terminal(mesh, "read", "text.md") as terminal:
            terminal.until(lambda screen: "starting" in bar(screen), "the text")
            terminal.press("q")
            assert terminal.until_left() == 0
        assert mesh.run("say", "--wait", "end").returncode == 0
        entries = json.loads(mesh.run("history", "--json").stdout)["entries"]
        assert not [entry for entry in entries if entry["length"] == len(TEXT) and entry["heard_s"] > 0.5]
        assert entries[-1]["length"] == len("end")


@pytest.mark.long
def test_a_voice_that_dies_is_told_and_the_text_goes_on(mesh: Mesh, text: Path) -> None:
    with Terminal(mesh, "read", text.name) as terminal:
        terminal.until_word(bool)
        os.kill(mesh.status()["voices"][0]["pid"], signal.SIGKILL)
        terminal.until(lambda screen: "the voice server went away" in bar(screen), "the failure")
        terminal.press("Space")
        terminal.until_word(bool)
        terminal.press("q")
        assert terminal.until_left() == 0


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_pressed_it_goes_on_and_leaves_in_order(mesh: Mesh, text: Path, seed: int) -> None:
    chance = random.Random(seed)
    keys = ["Space", "Left", "Right", "+", "-", "Up", "Down", "PageUp", "PageDown", "Home", "End", "Enter", "Escape"]
    keys += ["n", "N", "?", "/", "a", "BSpace", "C-l", "F5", "M-x", "Tab", "日"]
    with Terminal(mesh, "read", text.name) as terminal:
        terminal.until_word(bool)
        for _ in range(150):
            terminal.press(chance.choice(keys))
            if chance.random() < 0.1:
                terminal.resize(chance.randint(3, 90), chance.randint(3, 30))
        terminal.resize(80, 24)
        terminal.press("Escape")
        time.sleep(0.5)  # reason: an escape is told from the key after it by the time between them
        terminal.press("q")
        assert terminal.until_left() == 0
    mesh.until_idle()


@pytest.mark.long
def test_suspended_it_is_silent_and_gives_the_terminal_back(mesh: Mesh, text: Path) -> None:
    with Terminal(mesh, "read", text.name, before="set -m;") as terminal:
        terminal.until_word(bool)
        terminal.press("C-z")
        mesh.until(lambda status: status["queue"][0]["state"] == "paused")
        assert terminal.until_left() == 128 + signal.SIGTSTP
