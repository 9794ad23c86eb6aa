"""Media keys, pressed by playerctl on a session bus of the tests' own, while something sounds at a virtual sink."""

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.bus import Bus, Player
from tests.heard import Heard
from tests.mesh import PATIENCE, QUICK, Mesh
from tests.talk import Saying
from ttsmesh.wire.messages import Finished, Interrupted, Started

pytestmark = pytest.mark.sound
pytest_plugins = ["tests.conftest_sound"]

SENTENCE = "La casa de la playa tiene muchas ventanas y una puerta azul."
SHORT = "La casa de la playa."
LONG = " ".join([SENTENCE] * 20)
SECRET = "La contraseña es hunter2-no-se-dice, y nada más. " + SENTENCE

OWNER = """
import asyncio, sys
from dbus_fast.aio import MessageBus
async def own():
    bus = await MessageBus(bus_address=sys.argv[1]).connect()
    await bus.request_name("org.mpris.MediaPlayer2.ttsmesh")
    print("owned", flush=True)
    await bus.wait_for_disconnect()
asyncio.run(own())
"""


@pytest.fixture(scope="module")
def shared_bus() -> Iterator[Bus]:
    with Bus() as bus:
        yield bus


@pytest.fixture(scope="module")
def shared_mesh(shared_heard: Heard, shared_bus: Bus) -> Iterator[Mesh]:
    with Mesh({**shared_heard.env, **shared_bus.env}) as mesh:
        mesh.settings(QUICK)
        mesh.say("hola")
        yield mesh


@pytest.fixture
def player(shared_bus: Bus, mesh: Mesh) -> Player:
    assert mesh.status()["running"], "it is started with the first of both"
    return shared_bus.player()


def test_keys_pause_and_go_on_and_stop_and_then_there_is_no_player(
    mesh: Mesh, heard: Heard, shared_bus: Bus, player: Player
) -> None:
    def press(key: str, status: str) -> None:
        pressed = time.monotonic()
        shared_bus.playerctl(key)
        player.until(status)
        if status == "Playing":
            heard.recorder.await_sound(pressed)
        else:
            heard.await_silence(0.2)

    with Saying(mesh, LONG) as saying:
        player.until("Playing")
        press("pause", "Paused")
        press("play", "Playing")
        press("play-pause", "Paused")
        press("play-pause", "Playing")
        for status in ("Paused", "Playing"):
            assert mesh.run("pause", "--toggle").returncode == 0
            player.until(status)
        press("stop", "")
        assert isinstance(saying.outcome(), Interrupted)
    assert shared_bus.playerctl("--list-all") == ""
    assert mesh.status()["media_keys"] == "on"


def test_letters_that_a_screen_reader_says_are_no_player(mesh: Mesh, shared_bus: Bus, player: Player) -> None:
    for letter in "abc":
        with Saying(mesh, letter, read_as="key", speed=4.0) as saying:
            assert isinstance(saying.outcome(), Finished)
    assert player.shown == []


def test_next_goes_on_by_a_sentence_and_then_to_the_next_text_and_previous_goes_back(
    mesh: Mesh, heard: Heard, shared_bus: Bus, player: Player
) -> None:
    with Saying(mesh, f"{SENTENCE} {LONG}") as first, Saying(mesh, LONG, queue=True) as second:
        player.until("Playing")
        shared_bus.playerctl("previous")
        shared_bus.playerctl("next")
        assert not first.ended
        for _ in range(22):
            shared_bus.playerctl("next")
        assert isinstance(first.outcome(), Interrupted)
        second.until(Started)
        assert shared_bus.playerctl("status") == "Playing"
        shared_bus.playerctl("stop")
        player.until("")


def test_a_player_shows_the_first_words_as_they_are_said_and_who_says_them(
    mesh: Mesh, heard: Heard, shared_bus: Bus, player: Player
) -> None:
    with Saying(mesh, SECRET):
        player.until("Playing")
        shown = shared_bus.playerctl("metadata", "--format", "{{artist}}|{{title}}|{{mpris:length}}")
        voice, title, length = shown.split("|")
        assert (voice, length) == ("ef_dora", "")
        assert title.startswith("La contraseña es")
        assert "hunter" not in title
        shared_bus.playerctl("stop")
        player.until("")


@pytest.mark.long
def test_a_text_in_the_queue_follows_in_the_same_player(
    mesh: Mesh, heard: Heard, shared_bus: Bus, player: Player
) -> None:
    with Saying(mesh, SHORT) as first, Saying(mesh, LONG, queue=True) as second:
        player.until("Playing")
        before = shared_bus.playerctl("metadata", "mpris:trackid")
        assert isinstance(first.outcome(), Finished)
        second.until(Started)
        after = shared_bus.playerctl("metadata", "mpris:trackid")
        assert before == f"'/ttsmesh/utterance/{first.id.replace('-', '_')}'"
        assert after == f"'/ttsmesh/utterance/{second.id.replace('-', '_')}'"
        assert player.shown.count("Playing") == 1
        shared_bus.playerctl("stop")
        player.until("")


def test_where_another_mesh_has_the_name_there_is_one_for_each(
    mesh: Mesh, heard: Heard, shared_bus: Bus, player: Player
) -> None:
    other = subprocess.Popen([sys.executable, "-c", OWNER, shared_bus.address], stdout=subprocess.PIPE)
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"owned\n"
        with Saying(mesh, LONG) as saying:
            saying.until(Started)
            own = f"ttsmesh.instance{mesh.server_pid()}"
            deadline = time.monotonic() + PATIENCE
            while shared_bus.playerctl("--player", own, "status") != "Playing":
                assert time.monotonic() < deadline, shared_bus.playerctl("--list-all")
        other.kill()


@pytest.mark.long
def test_a_bus_that_dies_costs_the_keys_and_no_speech(heard: Heard) -> None:
    with Bus() as bus, Mesh({**heard.env, **bus.env}) as mesh:
        mesh.settings(QUICK)
        mesh.say("hola")
        player = bus.player()
        with Saying(mesh, SHORT) as saying:
            player.until("Playing")
            bus.kill()
            assert isinstance(saying.outcome(), Finished)
            heard.recorder.await_sound(saying.begun)
        with Saying(mesh, "sí") as saying:
            assert isinstance(saying.outcome(), Finished)
        told = [line for line in mesh.log().splitlines() if "media keys" in line or "dbus" in line]
        assert len(told) == 1, told


@pytest.mark.long
def test_a_bus_that_does_not_answer_is_given_up(heard: Heard) -> None:
    with Bus() as bus, Mesh({**heard.env, **bus.env}) as mesh:
        mesh.settings(QUICK)
        bus.freeze()
        mesh.say("hola")
        with Saying(mesh, LONG) as saying:
            deadline = time.monotonic() + PATIENCE
            while "no media keys" not in mesh.log():
                assert time.monotonic() < deadline, mesh.log()
                time.sleep(0.05)  # reason: a log cannot be subscribed to
            saying.until(Started)
            assert not saying.ended
