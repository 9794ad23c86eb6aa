"""`say --ssml`, `say --tags` and the same in `pipe`, as a user sees them: real processes, the real reader and G2P."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.test_explain import explained
from tests.mesh import PATIENCE, Mesh
from ttsmesh.limits import MIB


@pytest.fixture(scope="module")
def mesh() -> Iterator[Mesh]:
    with Mesh() as running:
        yield running


def test_what_ssml_asks_for_is_explained_chunk_by_chunk(mesh: Mesh) -> None:
    found = explained(
        mesh,
        "-x",
        "<speak>Hello <break time='1s'/><mark name='now'/>world, <emphasis>this</emphasis> is it."
        "<voice name='ff_siwis'>Bonjour</voice><break time='2s'/><mark name='end'/></speak>",
    )
    shown = [{key: chunk[key] for key in chunk if key not in ("as", "phonemes", "unsayable")} for chunk in found]
    assert {chunk["as"] for chunk in found} == {"ssml"}
    assert shown == [
        {"language": "en-us", "spoken": "Hello,", "pause_ms": 1000},
        {"language": "en-us", "spoken": "world, this is it.", "marks": ["now"]},
        {"language": "fr-fr", "spoken": "Bonjour", "voice": "ff_siwis", "pause_ms": 2000},
        {"language": "en-us", "spoken": "", "marks": ["end"]},
    ]


def test_what_has_no_words_is_not_printed_for_people(mesh: Mesh) -> None:
    result = mesh.run("say", "--explain", "--ssml", "<speak><break/>One.<mark name='end'/></speak>")
    assert (result.returncode, result.stdout, result.stderr) == (0, b"One.\n", b"")


def test_tags_make_a_dialogue_of_one_text(mesh: Mesh) -> None:
    text = "[voice:am_adam]Hi there.\n[pause:1.5s]\n[voice:af_bella:2,af_heart]Hello! [voice:]The end."
    found = [(chunk.get("voice"), chunk["spoken"], chunk.get("pause_ms")) for chunk in explained(mesh, "--tags", text)]
    assert found == [
        ("am_adam", "Hi there.", 1500),
        ("af_bella:0.6667,af_heart:0.3333", "Hello!", None),
        (None, "The end.", None),
    ]
    (untold,) = explained(mesh, "Say [voice:nobody] now.")
    assert untold["spoken"] == "Say, voice: nobody, now."


def test_languages_are_found_in_what_is_left_of_the_markup(mesh: Mesh) -> None:
    text = "<speak xml:lang='en'>Good <b>morning</b>, my old friend. <p>La reunión del lunes es a las tres.</p></speak>"
    assert [chunk["language"] for chunk in explained(mesh, "-l", "auto", "-x", text)] == ["en-us", "es"]


@pytest.mark.parametrize(
    ("arguments", "status", "reason"),
    [
        (("-x", "<speak>\n<p>One</speak>"), 65, "not valid SSML: mismatched tag (line 2, column 9)"),
        (("-x", "Hello."), 65, "not valid SSML: syntax error (line 1, column 1)"),
        (("-x", "<!DOCTYPE s [<!ENTITY a 'b'>]><s>&a;</s>"), 65, "not valid SSML: a document type is refused"),
        (("-x", "<speak xmlns:x='y'>&x;</speak>"), 65, "not valid SSML: undefined entity"),
        (("-x", "--as", "markdown", "<speak/>"), 2, "--ssml is --as ssml, so there is no --as markdown"),
        (("-x", "--tags", "<speak/>"), 2, "SSML or has tags, not both"),
        (("--tags", "Hello [pause:soon]"), 65, "'[pause:soon]': a pause is like 1.5s or 300ms, at most 60s"),
        (("--tags", "[voice:nobody]Hello"), 66, "'[voice:nobody]': no voice 'nobody'; nearest: "),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
@pytest.mark.parametrize("explain", [True, False], ids=["explain", "say"])
def test_c14_what_is_wrong_is_one_line_before_a_text_is_accepted(
    mesh: Mesh, arguments: tuple[str, ...], status: int, reason: str, explain: bool
) -> None:
    result = mesh.run("say", *(["--explain"] if explain else []), *arguments)
    assert (result.returncode, result.stdout) == (status, b"")
    assert reason in result.stderr.decode()
    assert result.stderr.count(b"\n") == 1


def test_a_line_of_pipe_may_be_ssml_or_have_tags(mesh: Mesh) -> None:
    lines: list[dict[str, Any]] = [
        {"text": "<speak>One.</speak>", "ssml": True, "output": "one.wav"},
        {"text": "<speak>Two.</speak>", "as": "ssml", "output": "two.wav"},
        {"text": "[voice:bf_emma]Three.", "tags": True, "output": "three.wav"},
        {"text": "<speak>", "ssml": True},
        {"text": "[pause:x]", "tags": True},
        {"text": "<speak/>", "ssml": True, "tags": True},
        {"text": "<speak/>", "ssml": True, "as": "text"},
        {"text": "<speak/>", "ssml": "no"},
    ]
    result = mesh.run("pipe", input="\n".join(map(json.dumps, lines)).encode())
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    finished = sorted(answer["ref"] for answer in answers if answer["event"] == "finished")
    rejected = {answer["ref"]: answer for answer in answers if answer["event"] == "rejected"}
    assert finished == [1, 2, 3], answers
    codes = {4: "text", 5: "text", 6: "usage", 7: "usage", 8: "usage"}
    assert {ref: answer["code"] for ref, answer in rejected.items()} == codes
    assert rejected[4]["message"] == "not valid SSML: no element found (line 1, column 8)"
    assert rejected[7]["message"] == "ssml is as ssml, and not another one as well"


def test_a_document_of_a_mib_needs_little_memory_and_its_first_words_come_soon(mesh: Mesh) -> None:
    part = "<p>Some <emphasis>more</emphasis> words, <mark name='m'/>and <prosody rate='fast'>fast</prosody> ones.</p>"
    (mesh.work / "long.xml").write_text(f"<speak>{part * (MIB // len(part))}</speak>")
    explained(mesh, "-x", "<speak>Warm up, please.</speak>")
    before = mesh.status()["memory_bytes"]
    with mesh.start("say", "--explain", "-x", "-f", "long.xml") as client:
        assert client.stdout is not None
        assert client.stdout.readline() == b"Some more words, and fast ones.\n"
        assert mesh.status()["memory_bytes"] - before < 50 * MIB
        client.terminate()
        client.communicate(timeout=PATIENCE)
