"""Who may sound, over real processes and a virtual sink. The tone engine stands in: what is said is not the point."""

import time

import pytest

from tests.heard import RATE, Heard
from tests.mesh import PATIENCE, Mesh

pytest_plugins = ["tests.conftest_sound"]
pytestmark = pytest.mark.sound

LONG = "word " * 200
"""Half a minute of tones."""

SENTENCE = "word " * 12
"""Some seconds of tones, for what is to come to its end."""

SHORT = "short"


class Waiting:
    """A ``say --wait`` that runs beside the test, known by its id."""

    def __init__(self, mesh: Mesh, *arguments: str) -> None:
        self._client = mesh.start("say", "--wait", "--print-id", *arguments)
        assert self._client.stdout is not None
        self.id = self._client.stdout.readline().decode().strip()
        assert self.id

    def status(self) -> int:
        """Wait for its end; its exit status."""
        self._client.communicate(timeout=PATIENCE)
        return self._client.returncode

    def leave(self) -> None:
        """Go away without waiting any longer."""
        self._client.terminate()
        self._client.communicate(timeout=PATIENCE)


def state(mesh: Mesh, utterance: Waiting) -> str | None:
    states = {entry["id"]: entry["state"] for entry in mesh.status()["queue"]}
    return states.get(utterance.id)


def until(mesh: Mesh, utterance: Waiting, wanted: str) -> None:
    mesh.until(lambda _: state(mesh, utterance) == wanted, f"{utterance.id} {wanted}")


def command(mesh: Mesh, *arguments: str) -> None:
    run = mesh.run(*arguments)
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")


def test_a_newer_text_supersedes_what_sounds_and_what_waits_but_not_the_queue(mesh: Mesh) -> None:
    old = Waiting(mesh, LONG)
    until(mesh, old, "sounding")
    queued = Waiting(mesh, "--queue", SHORT)
    newer = Waiting(mesh, SHORT)
    assert old.status() == 130
    assert newer.status() == 0
    assert queued.status() == 0


def test_queued_texts_sound_in_the_order_they_came(mesh: Mesh) -> None:
    clients = [Waiting(mesh, "--queue", SHORT, "-v", voice) for voice in ("af_heart", "bf_emma", "af_heart")]
    assert [client.status() for client in clients] == [0, 0, 0]
    ended = [line.split(" utterance ")[1].split(":")[0] for line in mesh.log().splitlines() if ": finished" in line]
    assert ended[-3:] == [client.id for client in clients]


def test_while_an_important_text_sounds_only_the_newest_waits(mesh: Mesh) -> None:
    important = Waiting(mesh, "--priority", "important", SENTENCE)
    until(mesh, important, "sounding")
    older, newer = Waiting(mesh, SHORT), Waiting(mesh, SHORT)
    assert older.status() == 130
    assert important.status() == 0
    assert newer.status() == 0


def test_progress_replaces_progress_and_interrupts_nothing_else(mesh: Mesh) -> None:
    text = Waiting(mesh, SENTENCE)
    until(mesh, text, "sounding")
    ten = Waiting(mesh, "--priority", "progress", "ten percent")
    twenty = Waiting(mesh, "--priority", "progress", "twenty percent")
    assert ten.status() == 130
    assert text.status() == 0
    assert twenty.status() == 0


@pytest.mark.long
def test_a_paused_text_is_silent_and_goes_on_where_it_was(mesh: Mesh, heard: Heard) -> None:
    begun = time.monotonic()
    utterance = Waiting(mesh, SENTENCE)
    until(mesh, utterance, "sounding")
    heard.recorder.await_sound(begun, RATE // 2)
    command(mesh, "pause")
    until(mesh, utterance, "paused")
    heard.await_silence(0.3)
    command(mesh, "resume")
    assert utterance.status() == 0
    whole = len(heard.since(begun).voiced())
    begun = time.monotonic()
    command(mesh, "say", "--wait", SENTENCE)
    # The fades around the pause say a few milliseconds twice; nothing is left out.
    assert -0.01 * RATE < whole - len(heard.since(begun).voiced()) < 0.05 * RATE


def test_a_paused_text_is_discarded_by_a_newer_one_even_if_important(mesh: Mesh) -> None:
    paused = Waiting(mesh, "--priority", "important", LONG)
    until(mesh, paused, "sounding")
    command(mesh, "pause")
    newer = Waiting(mesh, SHORT)
    assert paused.status() == 130
    assert newer.status() == 0


def test_skip_ends_what_sounds_and_the_queue_goes_on(mesh: Mesh) -> None:
    first = Waiting(mesh, LONG)
    until(mesh, first, "sounding")
    second = Waiting(mesh, "--queue", SHORT)
    command(mesh, "skip")
    assert first.status() == 130
    assert second.status() == 0


def test_stop_by_id_voice_and_caller_ends_only_those(mesh: Mesh) -> None:
    sounding = Waiting(mesh, "--caller", "editor", LONG)
    until(mesh, sounding, "sounding")
    by_id = Waiting(mesh, "--queue", SHORT)
    by_voice = Waiting(mesh, "--queue", "-v", "bf_emma", SHORT)
    by_caller = Waiting(mesh, "--queue", "--caller", "agent", SHORT)
    left = Waiting(mesh, "--queue", "--caller", "editor", SHORT)
    command(mesh, "stop", by_id.id)
    command(mesh, "stop", "--voice", "bf_emma")
    command(mesh, "stop", "--mine", "--caller", "agent")
    assert [by_id.status(), by_voice.status(), by_caller.status()] == [130, 130, 130]
    assert {entry["id"] for entry in mesh.status()["queue"]} == {sounding.id, left.id}
    command(mesh, "skip")
    assert left.status() == 0
    assert sounding.status() == 130


def test_stop_mine_knows_the_callers_session(mesh: Mesh) -> None:
    """Both commands run in this test's session; an utterance of another caller goes on."""
    other = Waiting(mesh, "--caller", "other", SENTENCE)
    until(mesh, other, "sounding")
    mine = Waiting(mesh, "--queue", SHORT)
    command(mesh, "stop", "--mine")
    assert mine.status() == 130
    assert other.status() == 0


def test_a_stop_while_nothing_sounds_eats_nothing_later(mesh: Mesh, heard: Heard) -> None:
    command(mesh, "say", "--wait", SHORT)
    command(mesh, "stop")
    begun = time.monotonic()
    command(mesh, "say", "--wait", SHORT)
    assert len(heard.since(begun).sound())


def test_a_client_that_waits_and_leaves_takes_its_text_back(mesh: Mesh) -> None:
    waiting = Waiting(mesh, LONG)
    until(mesh, waiting, "sounding")
    before = mesh.status()["interrupted"]
    waiting.leave()
    mesh.until_idle()
    assert mesh.status()["interrupted"] == before + 1


def test_a_save_is_disturbed_by_neither_a_newer_text_nor_a_stop(mesh: Mesh) -> None:
    save = Waiting(mesh, "-o", "a.wav", LONG)
    command(mesh, "say", "--wait", SHORT)
    command(mesh, "stop")
    assert save.status() == 0


def test_an_interrupt_before_the_first_sound_drops_the_render_in_flight(heard: Heard) -> None:
    with Mesh({**heard.env, "TTSMESH_TONE_DELAY": "20"}) as mesh:
        slow = Waiting(mesh, LONG)
        until(mesh, slow, "preparing")
        command(mesh, "stop")
        assert slow.status() == 130
        mesh.until_idle()


def test_two_texts_never_sound_at_once(mesh: Mesh, heard: Heard) -> None:
    """Each voice's tones are at most so loud; two at once would be louder."""
    begun = time.monotonic()
    alone = Waiting(mesh, "word " * 10)
    assert alone.status() == 0
    loudest = abs(heard.since(begun).samples.astype(int)).max()
    begun = time.monotonic()
    for voice in ("af_heart", "bf_emma", "am_adam", "af_heart", "bf_emma"):
        mesh.say("-v", voice, LONG)
        heard.recorder.await_sound(time.monotonic())
    command(mesh, "stop")
    mesh.until_idle()
    assert abs(heard.since(begun).samples.astype(int)).max() <= 1.1 * loudest
