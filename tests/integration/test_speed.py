"""As fast as one listens: rate, volume and pauses, over real processes and a virtual sink.

The tone engine says each phoneme as a tone that lasts 100 ms at speed 1, with silence between chunks only.
"""

import time
from collections.abc import Iterator

import numpy as np
import pytest

from tests.few import few
from tests.heard import RATE, Clip, Heard, Samples
from tests.mesh import Mesh
from tests.talk import Saying, ask, saved
from ttsmesh.wire.messages import Accepted, Finished, Interrupted, SetSpeed, Stop

pytestmark = pytest.mark.sound
pytest_plugins = ["tests.conftest_sound"]

WORD = "word "
SENTENCES = (
    "The old ship left the harbour early in the morning, long before anybody in the town was awake to see it go. "
    "Nobody on board knew how far the journey would take them, or when they would come back to their families."
)

JOINED = "The first one is short. And there is another one, that is a little longer."
"""Two chunks."""

CHANGE_S = 0.1
NOISE = 10.0
"""A change of speed is heard within the first; a busy machine may take so many times as long."""


@pytest.fixture(scope="module")
def shared_mesh(shared_heard: Heard) -> Iterator[Mesh]:
    with Mesh(shared_heard.env) as mesh:
        mesh.warm_up()
        yield mesh


@pytest.fixture
def mesh(shared_mesh: Mesh) -> Mesh:
    shared_mesh.run("stop")
    shared_mesh.until_idle()
    ask(shared_mesh, SetSpeed(speed=1.0))
    return shared_mesh


def pauses(samples: Samples) -> list[float]:
    """Milliseconds of each silence of 15 ms and more between sounds."""
    runs = Clip(samples, 0.0).runs(quiet=100)
    between = zip((end for _, end in runs), (first for first, _ in runs[1:]), strict=False)
    return [(first - end) / RATE * 1e3 for end, first in between if first - end >= 0.015 * RATE]


@pytest.mark.parametrize("rate", [0.5, 0.75, 1.7, 3.0, 4.0])
def test_a_save_lasts_one_over_the_rate_and_its_pauses_do_too_and_nothing_clicks(mesh: Mesh, rate: float) -> None:
    normal, other = saved(mesh, SENTENCES), saved(mesh, SENTENCES, "--speed", str(rate))
    assert len(other) * rate / len(normal) == pytest.approx(1, abs=0.03)
    assert Clip(other, 0.0).largest_step() <= 1.5 * Clip(normal, 0.0).largest_step()
    assert len(pauses(normal)) >= 1
    assert [pause * rate for pause in pauses(other)] == pytest.approx(pauses(normal), abs=30 * max(1, rate))


@pytest.mark.alone
@pytest.mark.parametrize("rate", few({1.7, 4.0}, of=(0.5, 1.7, 3.0, 4.0)))
def test_what_is_heard_is_what_is_saved_without_a_gap_at_the_joins(mesh: Mesh, heard: Heard, rate: float) -> None:
    reference = saved(mesh, JOINED, "-r", str(rate))
    with Saying(mesh, JOINED, speed=rate) as saying:
        assert isinstance(saying.outcome(), Finished)
        clip = heard.since(saying.begun)
    assert len(clip.voiced()) == pytest.approx(np.count_nonzero(reference), rel=0.02)
    extra = len(pauses(clip.sound())) - len(pauses(reference))
    assert extra <= 2, "more gaps than a busy machine makes"


def test_the_speed_of_what_sounds_changes_soon(mesh: Mesh, heard: Heard) -> None:
    text = WORD * 16
    rendered = len(saved(mesh, text)) / RATE
    with Saying(mesh, text) as saying:
        heard.recorder.await_sound(saying.begun, RATE)
        asked = time.monotonic()
        assert ask(mesh, SetSpeed(speed=3.0)) == Accepted(count=1)
        assert isinstance(saying.outcome(), Finished)
        clip = heard.since(saying.begun)
    first, end = clip.span()
    # Heard for x seconds at 1, and the rest at 3.
    x = (3 * (end - first) / RATE - rendered) / 2
    assert -0.1 < clip.time(first) + x - asked < CHANGE_S * NOISE


def test_the_speed_stays_for_what_follows_but_not_for_a_text_with_its_own(mesh: Mesh, heard: Heard) -> None:
    normal = len(saved(mesh, WORD * 6))
    run = mesh.run("speed", "2")
    assert (run.returncode, run.stderr) == (0, b"")
    assert run.stdout == b"nothing changes now; what follows is spoken at 2\n"
    assert len(saved(mesh, WORD * 6)) == pytest.approx(normal / 2, rel=0.03)
    assert len(saved(mesh, WORD * 6, "-r", "1")) == pytest.approx(normal, rel=0.03)


def test_what_waits_follows_the_change_too(mesh: Mesh, heard: Heard) -> None:
    normal = len(saved(mesh, WORD * 6)) / RATE
    with Saying(mesh, WORD * 40) as first, Saying(mesh, WORD * 6, queue=True) as second:
        heard.recorder.await_sound(first.begun, RATE // 4)
        ask(mesh, SetSpeed(speed=4.0))
        mesh.run("skip")
        assert isinstance(first.outcome(), Interrupted)
        begun = time.monotonic()
        assert isinstance(second.outcome(), Finished)
        # Its length, in what is left of the recording after the first one has faded out.
        assert len(heard.since(begun).voiced()) < 0.7 * normal * RATE


@pytest.mark.parametrize("rate", [0.5, 2.0, 4.0])
def test_how_far_it_was_heard_is_right_within_a_word(mesh: Mesh, heard: Heard, rate: float) -> None:
    word_s = len(saved(mesh, WORD * 40)) / RATE / 40
    with Saying(mesh, WORD * 40, speed=rate) as saying:
        heard.recorder.await_sound(saying.begun, round(1.7 * RATE))
        ask(mesh, Stop())
        outcome = saying.outcome()
        heard.await_silence(0.1)
        clip = heard.since(saying.begun)
    assert isinstance(outcome, Interrupted)
    assert outcome.characters is not None
    words = len(clip.voiced()) / RATE * rate / word_s
    assert abs(outcome.characters / len(WORD) - words) <= 1.3


def test_a_speed_without_a_mesh_starts_none_and_says_so(heard: Heard) -> None:
    with Mesh(heard.env) as mesh:
        run = mesh.run("speed", "2")
        assert (run.returncode, run.stdout) == (69, b"")
        assert run.stderr == b"ttsmesh: the mesh is not running\n"
        assert mesh.server_pid() is None


def test_louder_does_not_clip_and_quieter_is_quieter(mesh: Mesh) -> None:
    normal = np.abs(saved(mesh, WORD).astype(int)).max()
    assert np.abs(saved(mesh, WORD, "-i", "50").astype(int)).max() == pytest.approx(normal / 2, rel=0.01)
    assert np.abs(saved(mesh, WORD, "-i", "200%").astype(int)).max() == pytest.approx(normal * 2, rel=0.01)
    assert not saved(mesh, WORD, "-i", "0").any()


def test_a_pitch_changes_no_length(mesh: Mesh) -> None:
    assert len(saved(mesh, WORD * 6, "--pitch", "1.3")) == pytest.approx(len(saved(mesh, WORD * 6)), rel=0.03)


def test_settings_give_speed_volume_and_pauses_and_a_voice_has_its_own(heard: Heard) -> None:
    text = "A first line of it\n\nand then a second one"
    with Mesh(heard.env) as plain, Mesh(heard.env) as mesh:
        mesh.settings("speed = 2\npause_paragraph = 2000\n[voice.bf_emma]\nspeed = 1\nvolume = 50\n")
        normal, fast = saved(plain, text), saved(mesh, text)
        assert pauses(normal) == [pytest.approx(800, abs=60)]
        assert pauses(fast) == [pytest.approx(1000, abs=60)]
        emma, quiet = saved(plain, WORD, "-v", "bf_emma"), saved(mesh, WORD, "-v", "bf_emma")
        assert len(emma) == len(quiet)
        assert np.abs(quiet.astype(int)).max() == pytest.approx(np.abs(emma.astype(int)).max() / 2, rel=0.01)
