"""Whether media keys can work, by settings and environment."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from ttsmesh.config import Settings
from ttsmesh.model.server.media_keys.available import available, bus_address, check_keys
from ttsmesh.wire.messages import MEDIA_KEYS

NAMED = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/somewhere"}


@pytest.fixture
def runtime(private: Path) -> Iterator[Path]:
    """A runtime directory with the socket of a bus."""
    with socket.socket(socket.AF_UNIX) as bus:
        bus.bind(str(private / "runtime" / "bus"))
        yield private / "runtime"


def test_the_bus_is_the_one_that_is_named_or_else_the_one_in_the_usual_place(runtime: Path) -> None:
    usual = {"XDG_RUNTIME_DIR": str(runtime)}
    assert bus_address(usual) == f"unix:path={runtime}/bus"
    assert bus_address(usual | NAMED) == NAMED["DBUS_SESSION_BUS_ADDRESS"]


def test_without_a_socket_there_is_no_bus(private: Path) -> None:
    assert bus_address({}) is None
    assert bus_address({"XDG_RUNTIME_DIR": "relative"}) is None
    assert bus_address({"XDG_RUNTIME_DIR": str(private)}) is None
    (private / "bus").touch()
    assert bus_address({"XDG_RUNTIME_DIR": str(private)}) is None


def test_why_media_keys_do_not_work(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [available(Settings(), NAMED), available(Settings(), {}), available(Settings(media_keys=False), NAMED)]
    assert found == ["on", "no session bus", "off"]
    monkeypatch.setattr("ttsmesh.model.server.media_keys.available.find_spec", lambda _: None)
    found.append(available(Settings(), NAMED))
    assert found[-1] == "not installed"
    assert set(found) == set(MEDIA_KEYS)


def test_doctor_says_how_to_get_them(private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ttsmesh.model.server.media_keys.available.find_spec", lambda _: None)
    (finding,) = check_keys()
    assert (finding.state, finding.message) == ("ok", "media keys: not installed")
    assert "ttsmesh[media-keys]" in finding.advice
