"""Back and on by sentences, as it is heard: over real processes, the tone engine and a virtual sink."""

import json
import time
from collections.abc import Iterator

import numpy as np
import pytest

from tests.few import few
from tests.heard import RATE, Clip, Heard, Samples
from tests.integration.test_pipe import Pipe
from tests.mesh import Mesh
from tests.talk import Saying, saved
from ttsmesh.model.render.places import EARLY_SAMPLES, LEAD_FRAMES
from ttsmesh.model.render.rendition import WELL_INTO
from ttsmesh.wire.messages import Finished, Interrupted, Started, WordHeard

pytest_plugins = ["tests.conftest_sound"]
pytestmark = pytest.mark.sound

SENTENCES = ("This is it.", "And the second sentence of it.", "The third is last.")
TEXT = " ".join(SENTENCES)
BEGINS = [TEXT.index(sentence) for sentence in SENTENCES]

REACTION_S = 0.25
"""Seconds from asking to hearing another sentence that is rendered already."""

NOISE = 10.0
"""How many times that a busy machine may take at worst."""


@pytest.fixture(scope="module")
def shared_mesh(shared_heard: Heard) -> Iterator[Mesh]:
    with Mesh(shared_heard.env, as_shipped=True) as mesh:
        mesh.warm_up()
        yield mesh


@pytest.fixture(scope="module")
def parts(shared_mesh: Mesh) -> list[Samples]:
    """What is heard of the text from each of its sentences on, without silence."""
    whole = Clip(saved(shared_mesh, TEXT), 0.0).voiced()
    lengths = [len(Clip(saved(shared_mesh, TEXT[:begin]), 0.0).voiced()) if begin else 0 for begin in BEGINS]
    return [whole[length:] for length in lengths]


def same(found: Samples, wanted: Samples) -> bool:
    """Whether both are the same but for their beginning: a sentence begins a little before its first word."""
    lead = LEAD_FRAMES + EARLY_SAMPLES
    length = min(len(found), len(wanted)) - lead
    return abs(len(found) - len(wanted)) <= lead and found[-length:].tobytes() == wanted[-length:].tobytes()


@pytest.mark.parametrize(("count", "number"), few([(1, 1)], of=[(1, 1), (2, 0)]))
def test_d16_back_says_the_sentence_again_from_its_beginning_or_the_one_before_it(
    mesh: Mesh, heard: Heard, parts: list[Samples], count: int, number: int
) -> None:
    with Saying(mesh, TEXT, words=True) as saying:
        heard.recorder.await_sound(saying.begun, len(parts[0]) - len(parts[1]) + WELL_INTO + RATE // 4)
        asked = time.monotonic()
        assert mesh.run("back", str(count)).returncode == 0
        outcome = saying.outcome()
        clip = heard.since(asked)
    assert isinstance(outcome, Finished)
    # A busy sink has gaps as well.
    rests = [Clip(clip.samples[end:], 0.0).voiced() for _, end in clip.silences()]
    assert any(same(rest, parts[number]) for rest in rests)
    starts = [message.start for _, message in saying.told if isinstance(message, WordHeard)]
    assert starts.count(BEGINS[number]) == 2
    assert [type(message) for _, message in saying.told].count(Started) == 1


def test_d16_on_by_a_sentence_and_at_the_end_the_next_text_follows(
    mesh: Mesh, heard: Heard, parts: list[Samples]
) -> None:
    with Saying(mesh, TEXT) as saying, Saying(mesh, "next", queue=True) as following:
        heard.recorder.await_sound(saying.begun, RATE // 2)
        asked = time.monotonic()
        assert mesh.run("skip", "--sentence").returncode == 0
        heard.recorder.await_sound(asked, RATE)
        assert mesh.run("skip", "--sentence").returncode == 0
        heard.recorder.await_sound(time.monotonic(), RATE // 2)
        assert mesh.run("skip", "--sentence").returncode == 0
        outcome = saying.outcome()
        assert isinstance(outcome, Interrupted)
        assert outcome.reason == "skipped"
        assert outcome.characters is not None and outcome.characters >= BEGINS[2]
        assert isinstance(following.outcome(), Finished)


@pytest.mark.alone
@pytest.mark.long
@pytest.mark.parametrize("command", ["back", "skip --sentence"])
def test_another_sentence_is_heard_soon_and_without_a_click(mesh: Mesh, heard: Heard, command: str) -> None:
    undisturbed = Clip(saved(mesh, TEXT), 0.0).largest_step()
    steps = []
    for _ in range(3):  # the sink of a busy machine has gaps, and these click as well
        with Saying(mesh, TEXT) as saying:
            heard.recorder.await_sound(saying.begun, RATE)
            asked = time.monotonic()
            assert mesh.run(*command.split()).returncode == 0
            heard.recorder.await_sound(time.monotonic(), RATE // 2)
            clip = heard.since(asked)
        first, end = clip.silences()[0]
        assert clip.time(first) - asked < NOISE * 0.1
        assert clip.time(end) - asked < NOISE * REACTION_S
        steps.append(int(np.abs(np.diff(clip.samples.astype(int))).max()))
        if steps[-1] <= 1.05 * undisturbed:
            return
    pytest.fail(f"steps of {steps}, undisturbed {undisturbed}")


def test_what_is_paused_stays_paused_and_goes_on_from_where_one_went(
    mesh: Mesh, heard: Heard, parts: list[Samples]
) -> None:
    with Saying(mesh, TEXT) as saying:
        heard.recorder.await_sound(saying.begun, len(parts[0]) - len(parts[1]) + WELL_INTO + RATE // 4)
        assert mesh.run("pause").returncode == 0
        heard.await_silence(0.3)
        assert mesh.run("back").returncode == 0
        begun = time.monotonic()
        assert [entry["state"] for entry in mesh.status()["queue"]] == ["paused"]
        heard.await_silence(0.3)
        assert not np.any(heard.since(begun).samples)
        assert mesh.run("resume").returncode == 0
        assert isinstance(saying.outcome(), Finished)
        assert same(heard.since(begun).voiced(), parts[1])


def test_where_nothing_sounds_there_is_nothing_to_go_back_in(mesh: Mesh) -> None:
    for command in (("back",), ("back", "3"), ("skip", "--sentence")):
        run = mesh.run(*command)
        assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")
    run = mesh.run("back", "0")
    assert run.returncode == 2
    assert b"0 is not in the range 1<=x<=1000" in run.stderr


def test_a_pipe_goes_back_and_on(mesh: Mesh, heard: Heard) -> None:
    with Pipe(mesh) as pipe:
        begun = time.monotonic()
        pipe.say({"text": TEXT, "speed": 3.0})
        pipe.event(1, "accepted")
        pipe.event(1, "started")
        heard.recorder.await_sound(begun, RATE // 4)
        pipe.say({"skip": "sentence", "ref": "on"})
        assert pipe.event("on", "accepted")["count"] == 1
        pipe.say({"back": 2, "ref": "back"})
        assert pipe.event("back", "accepted")["count"] == 1
        pipe.event(1, "finished")


def test_d16_a_long_text_said_again_is_not_rendered_again(mesh: Mesh) -> None:
    text = f"{TEXT} And there is more to be said, in a sentence that is long enough for a chunk."
    with Saying(mesh, text, speed=4.0) as saying:
        outcome = saying.outcome()
        assert isinstance(outcome, Finished), (outcome.to_map(), mesh.log()[-2500:])
    run = mesh.run("again", "--wait", "--print-id")
    entries = json.loads(mesh.run("history", "--json", "-n", "1").stdout)["entries"]
    assert [(entry["id"], entry["outcome"]) for entry in entries] == [(run.stdout.decode().strip(), "finished")]
    assert entries[0]["real_time_factor"] is None, "nothing was rendered"
