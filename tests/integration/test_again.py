"""What was said once more, as it is heard: over real processes, the tone engine and a virtual sink."""

import json
import time
import wave
from collections.abc import Iterator
from typing import Any

import pytest

from tests.decoded import described
from tests.heard import RATE, Clip, Heard
from tests.integration.test_pipe import Pipe
from tests.mesh import Mesh
from tests.talk import Saying, ask, saved
from ttsmesh.wire.messages import Finished, Interrupted, Stop

pytest_plugins = ["tests.conftest_sound"]
pytestmark = pytest.mark.sound

SHORT = "short"

SENTENCES = "This is the first one. And the second one is longer, for it is to be interrupted. That is all of it."
"""The first sentence is a chunk of its own."""


@pytest.fixture(scope="module")
def shared_mesh(shared_heard: Heard) -> Iterator[Mesh]:
    with Mesh(shared_heard.env, as_shipped=True) as mesh:
        mesh.warm_up()
        yield mesh


def history(mesh: Mesh, *options: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads(mesh.run("history", "--json", *options).stdout)["entries"]
    return entries


def test_again_sounds_the_same_and_a_short_text_needs_no_render(mesh: Mesh, heard: Heard) -> None:
    begun = time.monotonic()
    assert mesh.run("say", "--wait", "--speed", "1.2", "-v", "bf_emma", SHORT).returncode == 0
    first = heard.since(begun).voiced()
    begun = time.monotonic()
    run = mesh.run("again", "--wait", "--print-id")
    again = heard.since(begun).voiced()
    assert (run.returncode, run.stderr) == (0, b"")
    assert again.tobytes() == first.tobytes()
    before, after = history(mesh, "-n", "2")
    assert after["id"] == run.stdout.decode().strip()
    assert (after["voice"], after["real_time_factor"]) == ("bf_emma", None)
    assert before["real_time_factor"] is not None


def test_again_interrupts_what_sounds_or_waits_for_it(mesh: Mesh, heard: Heard) -> None:
    with Saying(mesh, SENTENCES) as saying:
        heard.recorder.await_sound(saying.begun, RATE // 4)
        queued = mesh.run("again", "--queue", "--print-id", saying.id).stdout.decode().strip()
        assert [entry["state"] != "waiting" for entry in mesh.status()["queue"]] == [True, True]
        assert mesh.run("again").returncode == 0
        outcome = saying.outcome()
        assert isinstance(outcome, Interrupted) and outcome.reason == "superseded"
    assert mesh.run("stop", queued).returncode == 0


def test_from_heard_it_goes_on_with_the_sentence_in_which_it_was_interrupted(mesh: Mesh, heard: Heard) -> None:
    """Also when that is interrupted in turn, because characters are counted in the whole text."""
    whole = Clip(saved(mesh, SENTENCES), 0.0).voiced()
    first = Clip(saved(mesh, SENTENCES.partition(".")[0] + "."), 0.0).voiced()
    with Saying(mesh, SENTENCES) as saying:
        heard.recorder.await_sound(saying.begun, len(first) + RATE)
        for number in range(2):
            assert mesh.run("stop").returncode == 0
            mesh.until_idle()
            heard.await_silence(0.1)
            begun = time.monotonic()
            assert mesh.run("again", "--from-heard").returncode == 0
            heard.recorder.await_sound(begun, RATE // 2)
            again = heard.since(begun).voiced()[: RATE // 4]
            assert whole.tobytes().find(again.tobytes()) // 2 == len(first), number


def test_what_was_heard_of_an_interrupted_text_is_told(mesh: Mesh, heard: Heard) -> None:
    with Saying(mesh, SENTENCES, caller="me") as saying:
        heard.recorder.await_sound(saying.begun, RATE)
        ask(mesh, Stop())
        outcome = saying.outcome()
    assert isinstance(outcome, Interrupted) and outcome.characters
    told = mesh.run("last", "--caller", "me", "--heard").stdout.decode()
    assert told == SENTENCES[: outcome.characters] + "\n"
    (entry,) = history(mesh, "-n", "1", "--text")
    assert (entry["characters"], entry["length"]) == (outcome.characters, len(SENTENCES))
    assert entry["heard"] + entry["not_heard"] == SENTENCES


def test_what_was_said_last_is_saved_as_it_was_said(mesh: Mesh) -> None:
    text = "saved"
    assert mesh.run("say", "--wait", "--speed", "2", "-v", "bf_emma", text).returncode == 0
    assert mesh.run("save-last", "--wait", "last.wav").returncode == 0
    wanted = saved(mesh, text, "--speed", "2", "-v", "bf_emma")
    with wave.open(str(mesh.work / "last.wav")) as file:
        assert file.readframes(file.getnframes()) == wanted.tobytes()
    run = mesh.run("save-last", "last.wav")
    assert (run.returncode, run.stderr) == (73, b"ttsmesh: the output file exists; --force replaces it\n")
    assert mesh.run("save-last", "--force", "--wait", "last.wav").returncode == 0
    assert mesh.run("save-last", "--wait", "last.mp3").returncode == 0
    assert mesh.run("save-last", "last.txt").returncode == 73
    assert mesh.run("save-last", "--wait", "--format", "flac", "last.txt").returncode == 0
    found = described(mesh.work / "last.txt")
    assert (found["codec"], found["sample_rate"], found["bits"]) == ("flac", RATE, 16)
    assert mesh.run("save-last", "--wait", "--sample-rate", "48000", "--bits", "24", "more.wav").returncode == 0
    found = described(mesh.work / "more.wav")
    assert (found["codec"], found["sample_rate"], found["bits"]) == ("pcm_s24le", 48_000, 24)
    run = mesh.run("save-last", "--bits", "24", "last.opus")
    assert (run.returncode, run.stderr) == (2, b"ttsmesh: opus has no number of bits\n")


def test_a_pipe_says_again_and_mutes_itself_only(mesh: Mesh) -> None:
    with Pipe(mesh, "--caller", "editor") as pipe:
        pipe.say(SHORT)
        id = pipe.event(1, "accepted")["id"]
        pipe.event(1, "started")
        assert pipe.event(1, "finished")["heard_s"] > 0
        pipe.say({"again": id, "ref": "once more"})
        assert pipe.event("once more", "accepted")["id"] != id
        pipe.event("once more", "started")
        pipe.event("once more", "finished")
        pipe.say({"again": id, "from_heard": True})
        assert pipe.event(3, "rejected")["code"] == "nothing_to_say"
        pipe.say({"mute": True, "mine": True})
        assert pipe.event(4, "accepted")["count"] == 0
        pipe.say(SHORT)
        pipe.event(5, "accepted")
        assert pipe.event(5, "finished") == {**pipe_muted(5), "id": history(mesh, "-n", "1")[0]["id"]}
        with Saying(mesh, SHORT) as other:
            assert isinstance(finished := other.outcome(), Finished) and finished.reason is None
        pipe.say({"unmute": True, "mine": True})
        pipe.event(6, "accepted")
        assert pipe.end() == ([], 0)


def pipe_muted(ref: int) -> dict[str, Any]:
    return {"ref": ref, "event": "finished", "reason": "muted", "heard_s": 0.0}


def test_what_sounds_is_silent_when_it_is_muted_and_the_next_text_is_not_heard(mesh: Mesh, heard: Heard) -> None:
    with Saying(mesh, SENTENCES) as saying:
        heard.recorder.await_sound(saying.begun, RATE // 2)
        assert mesh.run("mute").returncode == 0
        outcome = saying.outcome()
        assert isinstance(outcome, Interrupted) and outcome.reason == "muted" and outcome.heard > 0
    heard.await_silence(0.1)
    begun = time.monotonic()
    assert mesh.run("say", "--wait", SHORT).returncode == 0
    assert len(heard.since(begun).sound()) == 0
    assert mesh.run("unmute").returncode == 0
    assert mesh.run("again", "--wait").returncode == 0
    assert len(heard.since(begun).sound()) > 0


def test_a_text_that_waits_and_is_muted_tells_of_no_word_and_no_mark(mesh: Mesh, heard: Heard) -> None:
    with Saying(mesh, SENTENCES) as saying:
        heard.recorder.await_sound(saying.begun, RATE // 2)
        waits = mesh.start("say", "-q", "-w", "--words", "-x", "<speak>Second <mark name='x'/>text.</speak>")
        mesh.until(lambda status: len(status["queue"]) == 2)
        assert mesh.run("mute").returncode == 0
        assert (*waits.communicate(), waits.returncode) == (b"", b"", 0)
        saying.outcome()
    assert mesh.run("unmute").returncode == 0
