"""Words and marks are told when they are heard: real processes, a virtual sink, and tones whose times are known.

The tone engine says each phoneme as a tone that lasts 100 ms at speed 1. Where a word begins is heard after a pause.
"""

import json
import time
from collections.abc import Iterator

import numpy as np
import pytest

from tests.heard import RATE, Heard
from tests.mesh import Mesh
from tests.talk import Saying, ask
from ttsmesh.wire.messages import (
    Finished,
    Interrupted,
    MarkHeard,
    Pause,
    Resume,
    SetSpeed,
    Started,
    Stop,
    WordHeard,
)

pytestmark = pytest.mark.sound
pytest_plugins = ["tests.conftest_sound"]

LATE_S = 0.1
"""Seconds after which a client is told of a word that is heard."""

NOISE = 10.0
"""A busy machine may take so many times as long."""

PAUSED = "<speak>" + '<break time="300ms"/>'.join(f'<mark name="{n}"/>one' for n in range(4)) + "</speak>"
"""A mark at each of four words with pauses between them."""


@pytest.fixture(scope="module")
def shared_mesh(shared_heard: Heard) -> Iterator[Mesh]:
    with Mesh(shared_heard.env) as mesh:
        mesh.warm_up()
        yield mesh


def told(saying: Saying, kind: type[WordHeard] | type[MarkHeard]) -> list[float]:
    return [at for at, message in saying.told if isinstance(message, kind)]


@pytest.mark.alone
@pytest.mark.parametrize("speed", [1.0, 2.0])
def test_each_is_told_when_its_sound_begins(mesh: Mesh, heard: Heard, speed: float) -> None:
    with Saying(mesh, PAUSED, read_as="ssml", words=True, speed=speed) as saying:
        assert isinstance(saying.outcome(), Finished)
        clip = heard.since(saying.begun)
    loud = np.flatnonzero(clip.samples)
    starts = [int(loud[0]), *(int(loud[cut + 1]) for cut in np.flatnonzero(np.diff(loud) > 0.1 * RATE))]
    for kind in (WordHeard, MarkHeard):
        late = [at - clip.time(start) for at, start in zip(told(saying, kind), starts, strict=True)]
        assert min(late) > -0.03
        assert max(late) < NOISE * LATE_S


def test_a_word_is_told_once_in_order_and_before_the_outcome(mesh: Mesh) -> None:
    text = "It cost $2.50, and 3 km more."
    with Saying(mesh, text, words=True, speed=4.0) as saying:
        assert isinstance(saying.outcome(), Finished)
    messages = [message for _, message in saying.told]
    words = [text[message.start : message.end] for message in messages if isinstance(message, WordHeard)]
    assert words == ["It", "cost", "$2.50", "and", "3 km", "more"]
    assert isinstance(messages[0], Started)
    assert isinstance(messages[-1], Finished)


def test_nobody_is_told_of_words_who_did_not_ask(mesh: Mesh) -> None:
    with Saying(mesh, PAUSED, read_as="ssml", speed=4.0) as saying:
        assert isinstance(saying.outcome(), Finished)
    names = [message.name for _, message in saying.told if isinstance(message, MarkHeard)]
    assert (names, told(saying, WordHeard)) == (["0", "1", "2", "3"], [])


def test_while_it_is_held_nothing_is_told_and_all_that_comes_then_is(mesh: Mesh) -> None:
    with Saying(mesh, PAUSED, read_as="ssml") as saying:
        saying.until(MarkHeard)
        ask(mesh, Pause())
        before = len(told(saying, MarkHeard))
        time.sleep(0.5)  # reason: nothing must happen
        assert len(told(saying, MarkHeard)) == before < 4
        ask(mesh, Resume())
        assert isinstance(saying.outcome(), Finished)
    assert len(told(saying, MarkHeard)) == 4


def test_a_change_of_speed_keeps_all_of_them(mesh: Mesh) -> None:
    ask(mesh, SetSpeed(speed=1.0))
    with Saying(mesh, PAUSED, read_as="ssml", words=True) as saying:
        saying.until(MarkHeard)
        ask(mesh, SetSpeed(speed=3.0))
        assert isinstance(saying.outcome(), Finished)
    ask(mesh, SetSpeed(speed=1.0))
    assert [message.name for _, message in saying.told if isinstance(message, MarkHeard)] == ["0", "1", "2", "3"]
    assert len(told(saying, WordHeard)) == 4


def test_of_what_is_stopped_no_more_is_told_than_was_heard(mesh: Mesh) -> None:
    with Saying(mesh, PAUSED, read_as="ssml", words=True) as saying:
        saying.until(MarkHeard)
        ask(mesh, Stop())
        assert isinstance(saying.outcome(), Interrupted)
    assert 1 <= len(told(saying, MarkHeard)) < 4


def test_a_save_tells_all_of_them_too(mesh: Mesh) -> None:
    run = mesh.run("say", "-x", "--wait", "--words", "-o", "saved.wav", PAUSED)
    assert (run.returncode, run.stderr) == (0, b"")
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert [answer["event"] for answer in answers] == ["mark", "word"] * 4
    assert [answer["word"] for answer in answers[1::2]] == ["one"] * 4


def test_marks_of_a_text_that_says_nothing_are_told(mesh: Mesh) -> None:
    run = mesh.run("say", "-x", "--wait", "--words", "<speak><mark name='a'/></speak>")
    assert (run.returncode, run.stderr, json.loads(run.stdout)) == (0, b"", {"event": "mark", "name": "a"})


def test_a_text_is_stopped_by_the_voice_that_it_began_with(mesh: Mesh) -> None:
    text = f"<speak>One. <voice name='bf_emma'>{'word ' * 200}</voice></speak>"
    with Saying(mesh, text, read_as="ssml") as saying:
        mesh.until(lambda status: any(one["state"] == "sounding" for one in status["queue"]))
        assert mesh.run("stop", "-v", "bf_emma").returncode == 0
        assert mesh.status()["queue"]
        assert mesh.run("stop", "-v", "af_heart").returncode == 0
        assert isinstance(saying.outcome(), Interrupted)
