"""`ttsmesh say --explain`, lexicons and `--as`, as a user sees them: real processes, the real reader and G2P."""

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults import pid_of
from tests.mesh import PATIENCE, Mesh


@pytest.fixture(scope="module")
def mesh() -> Iterator[Mesh]:
    with Mesh() as running:
        yield running


def explained(mesh: Mesh, *arguments: str, input: bytes | None = None) -> list[dict[str, Any]]:
    result = mesh.run("say", "--explain", "--json", *arguments, input=input)
    assert (result.returncode, result.stderr) == (0, b"")
    return [json.loads(line) for line in result.stdout.splitlines()]


def spoken(mesh: Mesh, *arguments: str) -> str:
    return " ".join(chunk["spoken"] for chunk in explained(mesh, *arguments))


def test_it_prints_what_will_be_said_and_starts_no_voice(mesh: Mesh) -> None:
    result = mesh.run("say", "--explain", "It cost $2.50, see src/main.py:42.")
    assert (result.returncode, result.stderr) == (0, b"")
    said = "It cost two dollars fifty, see source slash main dot pie, line forty-two."
    assert " ".join(result.stdout.decode().split()) == said
    status = mesh.status()
    assert (status["voices"], status["queue"], status["accepted"]) == ([], [], 0)


def test_a_mesh_that_it_starts_loads_no_model_and_no_voice_until_something_is_to_be_said() -> None:
    with Mesh(as_shipped=True) as cold:
        assert spoken(cold, "It is 10:30.") == "It is ten thirty."
        status = cold.status()
        assert (status["model"], status["voices"]) == ("idle", []), status
        cold.say("hello", "--output", "a.wav")
        assert cold.until_idle()["model"] == "ready"


def test_json_has_an_object_for_each_chunk(mesh: Mesh) -> None:
    (chunk,) = explained(mesh, "Hello there, 你好 my friend.")
    assert set(chunk) == {"language", "as", "spoken", "phonemes", "unsayable"}
    assert (chunk["language"], chunk["as"], chunk["unsayable"]) == ("en-us", "text", 2)
    assert chunk["spoken"] == "Hello there, my friend."
    assert "fɹˈɛnd" in chunk["phonemes"]


def test_what_cannot_be_said_at_all_is_counted_too(mesh: Mesh) -> None:
    assert [chunk["unsayable"] for chunk in explained(mesh, "你好")] == [2]
    result = mesh.run("say", "--explain", "Hello. 你好")
    assert (result.returncode, result.stdout) == (0, b"Hello.\n")
    assert b"2 characters cannot be said" in result.stderr


def test_the_language_and_the_format_can_be_chosen_or_are_found(mesh: Mesh) -> None:
    (french,) = explained(mesh, "--lang", "fr-fr", "--", "Il fait -5 °C.")
    assert (french["language"], french["spoken"]) == ("fr-fr", "Il fait moins cinq degrés Celsius.")
    text = "Good morning, my dear old friend. La reunión del lunes es a las tres."
    assert [chunk["language"] for chunk in explained(mesh, "--lang", "auto", text)] == ["en-us", "es"]
    markdown = "# Title\n\n- **one**\n- two\n"
    assert [chunk["as"] for chunk in explained(mesh, markdown)] == ["markdown"] * 3
    assert "*" not in spoken(mesh, markdown)
    assert {chunk["as"] for chunk in explained(mesh, "--as", "code", "x = 1")} == {"code"}
    assert {chunk["as"] for chunk in explained(mesh, "--as", "text", markdown)} == {"text"}


@pytest.mark.long
def test_the_first_line_of_a_long_text_comes_before_its_last(mesh: Mesh) -> None:
    text = "A sentence like any other, it seems. " * 800
    found = explained(mesh, input=text.encode())
    assert " ".join(chunk["spoken"] for chunk in found) == text.strip()


@pytest.mark.parametrize(
    ("arguments", "status", "reason"),
    [
        (("--explain", " "), 65, "no text"),
        (("--explain", "-v", "nobody", "hi"), 66, "nobody"),
        (("--explain", "-l", "xx", "hi"), 66, "xx"),
        (("--explain", "--as", "poem", "hi"), 2, "poem"),
        (("--json", "hi"), 2, "--explain"),
        (("--explain", "-o", "x.wav", "hi"), 2, "--output"),
        (("--explain", "--wait", "hi"), 2, "--wait"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_bad_input_is_one_line(mesh: Mesh, arguments: tuple[str, ...], status: int, reason: str) -> None:
    result = mesh.run("say", *arguments)
    assert (result.returncode, result.stdout) == (status, b"")
    assert reason in result.stderr.decode()
    assert result.stderr.count(b"\n") == 1


def test_a_line_of_pipe_says_what_it_is(mesh: Mesh) -> None:
    lines = b'{"text": "x", "as": "poem"}\n'
    result = mesh.run("pipe", input=lines)
    answer = json.loads(result.stdout)
    assert (result.returncode, answer["event"], answer["code"]) == (0, "rejected", "usage")
    assert "as must be one of" in answer["message"]


def test_a_lexicon_counts_for_the_next_text_and_a_projects_for_its_directory(mesh: Mesh) -> None:
    assert spoken(mesh, "Ask zork.") == "Ask zork."
    added = mesh.run("lexicon", "add", "zork", "the great zork")
    assert added.returncode == 0, added.stderr
    assert spoken(mesh, "Ask zork.") == "Ask the great zork."
    project = Path(mesh.work) / ".ttsmesh-lexicon.toml"
    project.write_text('[en]\nzork = "zee orc"\nNguyen = "/wˈɪn/"\n', encoding="utf-8")
    (chunk,) = explained(mesh, "Ask zork, Nguyen.")
    assert (chunk["spoken"], "wˈɪn" in chunk["phonemes"]) == ("Ask zee orc, Nguyen.", True)
    project.unlink()
    removed = mesh.run("lexicon", "remove", "zork")
    assert removed.returncode == 0, removed.stderr
    assert spoken(mesh, "Ask zork.") == "Ask zork."


def test_lexicon_test_prints_what_is_said_for_words_and_their_phonemes(mesh: Mesh) -> None:
    result = mesh.run("lexicon", "test", "kubectl", "hi 你好")
    assert (result.returncode, result.stderr) == (0, b"")
    assert result.stdout.decode().splitlines() == [
        "kubectl: kube control /kjˈub kəntɹˈOl/",
        "hi 你好: hi /hˈI/ (unsayable: 2)",
    ]
    unknown = mesh.run("lexicon", "test", "--lang", "xx", "hi")
    assert (unknown.returncode, unknown.stdout) == (66, b"")


def test_c13_what_a_broken_lexicon_says_is_left_out_and_the_rest_spoken(mesh: Mesh) -> None:
    project = Path(mesh.work) / ".ttsmesh-lexicon.toml"
    project.write_text("[en\n", encoding="utf-8")
    assert spoken(mesh, "Ask kubectl.") == "Ask kube control."
    listed = mesh.run("lexicon", "list")
    assert str(project) in listed.stderr.decode()
    project.unlink()


def test_a_reader_that_hangs_is_replaced_and_the_text_goes_on(mesh: Mesh) -> None:
    explained(mesh, "Warm up, please.")
    began = time.monotonic()
    os.kill(pid_of(mesh, "model.g2p.worker reader"), signal.SIGSTOP)
    assert spoken(mesh, "It is 10:30 now.")
    assert time.monotonic() - began < PATIENCE
