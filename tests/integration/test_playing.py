"""What reaches the ear: whole, without gaps, faded when it is interrupted, and reported as far as it was heard.

Over real processes and a virtual sink. The tone engine says each phoneme as a tone of its own pitch, so that a
recording tells which of them were heard.
"""

import statistics
import time
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest

from tests.heard import RATE, Clip, Heard, Samples
from tests.mesh import Mesh
from tests.talk import Saying, ask, saved, say_in_each
from ttsmesh.model.g2p.tokens import encode
from ttsmesh.model.kokoro import FRAME_SAMPLES
from ttsmesh.wire.messages import Finished, Interrupted, Progress, Stop

pytestmark = pytest.mark.sound
pytest_plugins = ["tests.conftest_sound"]

WORD = "word "
SENTENCES = "The first one is short. And there is another one, which is a little longer. That is the end of it all."

QUEUE_GAP = 0.08
"""Seconds between two queued texts of one voice, beyond the silence that was rendered at their edges."""

NOISE = 10.0
"""How many times the promised time a busy machine may take at worst."""


@pytest.fixture(scope="module")
def shared_mesh(shared_heard: Heard) -> Iterator[Mesh]:
    with Mesh(shared_heard.env) as mesh:
        mesh.say("start")
        say_in_each(mesh, ("af_heart", "bf_emma"))
        yield mesh


# --- whole and without gaps -----------------------------------------------------------------------------------------


@pytest.mark.alone
def test_every_sample_is_heard_to_the_last_and_chunks_join_without_a_gap(mesh: Mesh, heard: Heard) -> None:
    rendered = Clip(saved(mesh, SENTENCES), 0.0)
    logged = len(mesh.log())
    with Saying(mesh, SENTENCES) as saying:
        assert isinstance(saying.outcome(), Finished)
        clip = heard.since(saying.begun)
    assert clip.voiced().tobytes() == rendered.voiced().tobytes()
    if "underruns" not in mesh.log()[logged:]:  # on a machine that was too busy they are told
        assert clip.sound().tobytes() == rendered.sound().tobytes()


def test_the_timeline_of_a_text_ends_when_it_is_heard(mesh: Mesh, heard: Heard) -> None:
    begun = time.monotonic()
    assert mesh.run("say", "--wait", SENTENCES).returncode == 0
    truly = (heard.recorder.await_sound(begun) - begun) * 1e3
    timeline = mesh.status()["timeline"]
    assert None not in timeline.values(), "every stage was reached"
    assert 0 < timeline["sent"] <= timeline["accepted"] <= timeline["rendered"] <= timeline["written"]
    assert timeline["written"] - 100 < truly < timeline["heard"] + 500


@pytest.mark.alone
def test_queued_texts_of_one_voice_follow_closely(mesh: Mesh, heard: Heard) -> None:
    text = WORD * 2
    rendered = saved(mesh, text)
    first, end = Clip(rendered, 0.0).span()
    edges = first + len(rendered) - end
    sayings = [Saying(mesh, text, queue=True) for _ in range(6)]
    for saying in sayings:
        assert isinstance(saying.outcome(), Finished)
    clip = heard.since(sayings[0].begun)
    assert len(clip.voiced()) == 6 * len(Clip(rendered, 0.0).voiced())
    between = sorted((end - first - edges) / RATE for first, end in clip.silences())[-5:]
    assert statistics.median(between) < 2 * QUEUE_GAP
    assert between[-1] < NOISE * QUEUE_GAP


# --- interrupted ----------------------------------------------------------------------------------------------------


@pytest.mark.alone
def test_d10_a_stop_is_silent_within_100_ms_and_does_not_click(mesh: Mesh, heard: Heard) -> None:
    """At the ear, from before the request is sent."""
    took = []
    for at in range(5):
        with Saying(mesh, WORD * 100) as saying:
            heard.recorder.await_sound(saying.begun, RATE // 2 + at * 777)
            undisturbed = heard.since(saying.begun).largest_step()
            asked = time.monotonic()
            ask(mesh, Stop())
            assert isinstance(saying.outcome(), Interrupted)
            heard.await_silence(0.1)
            clip = heard.since(saying.begun)
        took.append(clip.time(clip.span()[1]) - asked)
        assert clip.largest_step() <= 1.05 * undisturbed
    assert statistics.median(took) < 0.1 * 1.5
    assert max(took) < 0.1 * NOISE


@pytest.mark.alone
@pytest.mark.parametrize("voice", ["af_heart", "bf_emma"])
def test_d10_a_newer_text_is_heard_after_the_older_has_faded(mesh: Mesh, heard: Heard, voice: str) -> None:
    text = "short"
    rendered = Clip(saved(mesh, text, "-v", voice), 0.0).voiced()
    with Saying(mesh, WORD * 100) as old:
        heard.recorder.await_sound(old.begun, RATE // 2)
        with Saying(mesh, text, voice=voice) as new:
            assert isinstance(old.outcome(), Interrupted)
            assert isinstance(new.outcome(), Finished)
            clip = heard.since(new.begun)
    silence = max(clip.gaps(), key=lambda gap: gap[1] - gap[0])
    assert clip.time(silence[0]) - new.begun < 0.1 * NOISE
    after = Clip(clip.samples[silence[1] :], 0.0)
    assert after.voiced().tobytes() == rendered.tobytes()


# --- how far it was heard -------------------------------------------------------------------------------------------


def spaces(samples: Samples) -> int:
    """How many times the tone of the space between two words sounds in ``samples``."""
    tokens = encode(" ")
    pitch_hz = 220.0 * 2.0 ** (tokens[1] % 36 / 12)
    window = FRAME_SAMPLES // 2
    hears = []
    for at in range(0, len(samples) - window, window):
        spectrum = np.abs(np.fft.rfft(samples[at : at + window] * np.hanning(window), 24_000))
        loudest = int(np.argmax(spectrum))  # 24,000 points: in Hz
        hears.append(spectrum.max() > 1e4 and abs(loudest - pitch_hz) < pitch_hz * 0.02)
    # A window that has the end of one tone and the begin of the next can seem to have any pitch: two in a row count.
    steady = [False, *map(all, pairwise(hears))]
    rises = np.flatnonzero(np.diff(np.array([False, *steady]).astype(int)) == 1) * window
    # How the windows lie to the tones can part one tone in two; two words are never so close.
    return int(np.count_nonzero(np.diff(rises, prepend=-RATE) > RATE // 10))


@pytest.mark.alone
def test_all_words_of_a_finished_text_can_be_told_from_the_recording(mesh: Mesh, heard: Heard) -> None:
    """What the next tests go by."""
    with Saying(mesh, (WORD * 8).strip()) as saying:
        assert isinstance(saying.outcome(), Finished)
        assert spaces(heard.since(saying.begun).samples) == 7


def assert_heard(outcome: Interrupted, rendered: Samples, clip: Clip) -> None:
    """Counted in samples that are not silence, so that it does not matter how often a busy machine ran dry."""
    first = Clip(rendered, 0.0).span()[0]
    reported = Clip(rendered[: max(first, outcome.heard)], 0.0).voiced()
    assert abs(len(reported) - len(clip.voiced())) < 0.05 * RATE


@pytest.mark.parametrize("seconds", [0.2, 0.9, 2.3, 6.1])
def test_interrupted_says_how_far_it_was_heard_within_one_word(mesh: Mesh, heard: Heard, seconds: float) -> None:
    with Saying(mesh, WORD * 40) as saying:
        heard.recorder.await_sound(saying.begun, round(seconds * RATE))
        ask(mesh, Stop())
        outcome = saying.outcome()
        heard.await_silence(0.1)
        clip = heard.since(saying.begun)
    assert isinstance(outcome, Interrupted)
    assert outcome.characters is not None
    rendered = saved(mesh, WORD * 40)
    assert_heard(outcome, rendered, clip)
    # The words are counted in what was rendered: a recording can lie to its tones so that one counts twice.
    words = (outcome.characters + 1) // len(WORD)
    assert abs(words - spaces(rendered[: outcome.heard])) <= 1


def test_progress_says_how_far_it_was_heard_within_one_word(mesh: Mesh, heard: Heard) -> None:
    with Saying(mesh, WORD * 12) as saying:
        assert isinstance(saying.outcome(), Finished)
        reports = [(at, message) for at, message in saying.told if isinstance(message, Progress)]
        assert len(reports) >= 3
        for at, progress in reports:
            assert progress.characters is not None
            words = (progress.characters + 1) // len(WORD)
            # A report that a busy machine has kept waiting tells of less than has been heard by now.
            assert words <= spaces(heard.recorder.between(saying.begun, at).samples) + 1
        characters = [progress.characters for _, progress in reports if progress.characters is not None]
        assert characters == sorted(characters)


def test_a_held_text_reports_where_it_is_held(mesh: Mesh, heard: Heard) -> None:
    with Saying(mesh, WORD * 40) as saying:
        heard.recorder.await_sound(saying.begun, RATE)
        assert mesh.run("pause").returncode == 0
        heard.await_silence(0.3)
        clip = heard.since(saying.begun)
        assert mesh.run("stop").returncode == 0
        outcome = saying.outcome()
    assert isinstance(outcome, Interrupted)
    rendered = saved(mesh, WORD * 40)
    assert_heard(outcome, rendered, clip)
    assert outcome.characters is not None
    assert abs((outcome.characters + 1) // len(WORD) - spaces(rendered[: outcome.heard])) <= 1
