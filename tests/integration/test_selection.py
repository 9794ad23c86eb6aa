"""`ttsmesh selection` as a key of a desktop would run it, with the real programs on displays of the tests' own."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.display import selecting, wayland, x11
from tests.heard import Heard
from tests.mesh import QUICK, Mesh
from ttsmesh.limits import MAX_TEXT, SELECTION_TIMEOUT

pytestmark = pytest.mark.sound
pytest_plugins = ["tests.conftest_sound"]

LONG = "La casa de la playa tiene muchas ventanas. " * 20
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def shared_mesh(shared_heard: Heard) -> Iterator[Mesh]:
    with x11() as display, Mesh({**shared_heard.env, **display}) as mesh:
        mesh.env.pop("WAYLAND_DISPLAY", None)
        mesh.settings(QUICK)
        mesh.say("hola")
        yield mesh


@pytest.fixture(params=["xclip", "xsel"])
def reader(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """A PATH on which only this program reads selections."""
    program = shutil.which(request.param)
    assert program is not None
    (tmp_path / request.param).symlink_to(program)
    return {"PATH": str(tmp_path)}


def refused(mesh: Mesh, *options: str, env: dict[str, str] | None = None) -> tuple[int, str]:
    run = mesh.run("selection", *options, env=env)
    assert run.stdout == b""
    assert run.stderr.startswith(b"ttsmesh: ")
    assert run.stderr.count(b"\n") == 1
    return run.returncode, run.stderr.decode().removeprefix("ttsmesh: ").strip()


def last(mesh: Mesh) -> str:
    return mesh.run("last").stdout.decode().strip()


def test_what_is_selected_and_what_was_copied_are_spoken(mesh: Mesh, heard: Heard, reader: dict[str, str]) -> None:
    with selecting(mesh.env, "sí\n".encode()), selecting(mesh.env, b"no", clipboard=True):
        assert_both_are_spoken(mesh, reader)
    assert mesh.status()["last_outcome"]["caller"] == "selection"
    assert mesh.status()["media_keys"] == "no session bus"
    assert "media keys" not in mesh.log()


def assert_both_are_spoken(mesh: Mesh, env: dict[str, str]) -> None:
    for options, text in (((), "sí"), (("--clipboard",), "no")):
        run = mesh.run("selection", "--wait", *options, env=env)
        assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")
        assert last(mesh) == text


def test_the_same_key_stops_it_and_nothing_else(mesh: Mesh, heard: Heard) -> None:
    def until_these_speak(*callers: str) -> None:
        mesh.until(lambda status: tuple(text["caller"] for text in status["queue"]) == callers)

    mesh.say("--caller", "another", LONG)
    with selecting(mesh.env, LONG.encode()):
        for callers in (("another", "selection"), ("another",), ("another", "selection")):
            assert mesh.run("selection", "--toggle", "--queue").returncode == 0
            until_these_speak(*callers)


@pytest.fixture(scope="module")
def compositor() -> Iterator[dict[str, str]]:
    with wayland() as display:
        yield display


@pytest.fixture
def on_wayland(compositor: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing of X11 is to be had. wl-paste runs cat."""
    for name in ("wl-paste", "cat"):
        program = shutil.which(name)
        assert program is not None
        (tmp_path / name).symlink_to(program)
    return {**compositor, "DISPLAY": "", "PATH": str(tmp_path)}


def test_on_wayland_too(mesh: Mesh, heard: Heard, compositor: dict[str, str], on_wayland: dict[str, str]) -> None:
    assert refused(mesh, env=on_wayland) == (65, "no text: nothing is selected")
    assert refused(mesh, "--clipboard", env=on_wayland) == (65, "no text: nothing was copied")
    with selecting(compositor, "sí\n".encode()), selecting(compositor, b"no", clipboard=True):
        assert_both_are_spoken(mesh, on_wayland)
    with selecting(compositor, PNG, kind="image/png"):
        assert refused(mesh, env=on_wayland) == (65, "no text: it is 'image/png'")


def test_nothing_selected_is_no_text(mesh: Mesh, reader: dict[str, str]) -> None:
    assert refused(mesh, env=reader) == (65, "no text: nothing is selected")
    assert refused(mesh, "--clipboard", env=reader) == (65, "no text: nothing was copied")
    with selecting(mesh.env, b" \n\t"):
        assert refused(mesh, env=reader) == (65, "no text")


def test_a_picture_is_no_text(mesh: Mesh, reader: dict[str, str]) -> None:
    reasons = {
        "xclip": "not valid UTF-8 (byte 0)",  # because the owner, another xclip, gives a picture for a text
        "xsel": "no text: nothing is selected",
    }
    with selecting(mesh.env, PNG, kind="image/png"):
        assert refused(mesh, env=reader) == (65, reasons[os.listdir(reader["PATH"])[0]])


def test_what_is_not_utf_8_or_too_long_is_refused(mesh: Mesh) -> None:
    with selecting(mesh.env, b"text \xff\xfe\x00"):
        assert refused(mesh) == (65, "not valid UTF-8 (byte 5)")
    with selecting(mesh.env, b"word " * (MAX_TEXT // 5 + 1)):
        assert refused(mesh) == (65, f"text too long: more than {MAX_TEXT} bytes")


@pytest.mark.long
def test_a_window_that_hangs_is_not_waited_for(
    mesh: Mesh, reader: dict[str, str], compositor: dict[str, str], on_wayland: dict[str, str]
) -> None:
    for display, env in ((mesh.env, reader), (compositor, on_wayland)):
        with selecting(display, b"never given") as owner:
            owner.send_signal(signal.SIGSTOP)
            reason = f"the program with the selection did not give it in {SELECTION_TIMEOUT:g} s"
            assert refused(mesh, env=env) == (69, reason)


def test_a_display_that_is_not_there_is_told(mesh: Mesh, reader: dict[str, str]) -> None:
    status, reason = refused(mesh, env=reader | {"DISPLAY": ":4711"})
    assert status == 69
    assert reason.startswith(f"{os.listdir(reader['PATH'])[0]}: ")
    assert "open display" in reason
    assert refused(mesh, env=reader | {"DISPLAY": ""}) == (
        69,
        "no display: neither WAYLAND_DISPLAY nor DISPLAY is set",
    )
