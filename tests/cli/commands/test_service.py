"""The systemd units: what they say, and who may install and remove them. ``systemctl`` is a fake that logs its orders.

That the units work is shown in tests/integration/test_systemd.py.
"""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mesh import Mesh
from ttsmesh.host import systemd
from ttsmesh.wire import sockets

FAKE_SYSTEMCTL = """#!/bin/sh
# A fake systemctl: it logs its orders, shows the states in $FAKE_SYSTEMD, and fails where a file "fail-ORDER" is.
shift
echo "$*" >> "$FAKE_SYSTEMD/orders"
for unit; do :; done
if [ -e "$FAKE_SYSTEMD/fail-$1" ]; then
    echo "Failed to $1: the fake says no" >&2
    exit 1
fi
if [ "$1" = show ]; then
    cat "$FAKE_SYSTEMD/$unit" 2>/dev/null || printf 'ActiveState=inactive\\nMainPID=0\\n'
fi
"""


class Installation:
    """A mesh whose user has a fake systemd."""

    def __init__(self, mesh: Mesh, fake: Path) -> None:
        self.mesh = mesh
        self.fake = fake
        self.units = mesh.directory / "config" / "systemd" / "user"

    def orders(self) -> list[str]:
        """What systemctl was told since last asked, without the questions."""
        log = self.fake / "orders"
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return [line for line in lines if not line.startswith("show ")]

    def files(self) -> list[str]:
        return sorted(path.name for path in self.units.iterdir()) if self.units.exists() else []

    def run(self, *arguments: str) -> tuple[int, str, str]:
        run = self.mesh.run(*arguments)
        return run.returncode, run.stdout.decode(), run.stderr.decode()


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    fake = tmp_path / "fake"
    fake.mkdir()
    (fake / "systemctl").write_text(FAKE_SYSTEMCTL)
    (fake / "systemctl").chmod(0o755)
    with Mesh() as mesh:
        mesh.env |= {"PATH": f"{fake}:{mesh.env['PATH']}", "FAKE_SYSTEMD": str(fake)}
        (mesh.runtime.parent / "systemd").mkdir()
        (mesh.runtime.parent / "systemd" / "private").touch()  # how a running user manager shows
        yield Installation(mesh, fake)


def verify(directory: Path, texts: dict[str, str]) -> str:
    """What systemd has to say about units; its exit status is 0 whatever it says."""
    for name, text in texts.items():
        (directory / name).write_text(text)
    runtime = directory / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    run = subprocess.run(
        ["systemd-analyze", "--user", "verify", *(str(directory / name) for name in texts)],
        env={"PATH": "/usr/bin:/bin", "HOME": str(directory), "XDG_RUNTIME_DIR": str(runtime)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return run.stderr


def test_systemd_has_nothing_to_say_against_the_units(tmp_path: Path) -> None:
    assert verify(tmp_path, systemd.texts()) == ""


def test_systemd_would_say_so_if_a_directive_were_misspelt(tmp_path: Path) -> None:
    texts = {name: text.replace("WatchdogSec", "WatchdgoSec") for name, text in systemd.texts().items()}
    assert "WatchdgoSec" in verify(tmp_path, texts)


def test_paths_with_spaces_quotes_and_percent_signs_are_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = tmp_path / "a b%i"
    odd.mkdir()
    (odd / "python").symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(odd / "python"))
    monkeypatch.setenv("XDG_DATA_HOME", '/data/a b%i "c" \\d')
    assert verify(tmp_path, systemd.texts()) == ""


def test_systemd_listens_where_clients_connect(private: Path) -> None:
    (line,) = [line for line in systemd.texts()[systemd.SOCKET].splitlines() if line.startswith("ListenStream=")]
    path = line.removeprefix("ListenStream=").replace("%t", str(private / "runtime"))
    assert path == f"{sockets.runtime_dir()}/{sockets.MODEL_SOCKET}"


def test_the_service_does_not_own_the_sockets_directory() -> None:
    """systemd would delete the live socket with it whenever the service stops."""
    assert not any("RuntimeDirectory=" in text for text in systemd.texts().values())


def test_a_users_own_directories_are_carried_into_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/data/50%")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    text = systemd.texts()[systemd.SERVICE]
    assert 'Environment="XDG_DATA_HOME=/data/50%%"\n' in text
    assert "XDG_CACHE_HOME" not in text


def test_install_writes_both_units_and_enables_the_socket(here: Installation) -> None:
    status, out, err = here.run("service", "install")
    assert (status, err) == (0, "")
    assert out == f"installed: systemd listens on {here.mesh.socket()}\n"
    assert here.files() == [systemd.SERVICE, systemd.SOCKET]
    assert all(systemd.is_ours((here.units / name).read_text()) for name in here.files())
    assert here.orders() == ["daemon-reload", f"enable --now {systemd.SOCKET}"]
    assert here.mesh.processes() == {}


def test_installing_again_brings_the_units_up_to_date(here: Installation) -> None:
    here.run("service", "install")
    (here.units / systemd.SERVICE).write_text(systemd.MARK + "\n[Service]\nExecStart=/old\n")
    assert "out of date" in here.run("service", "status")[1]
    assert here.run("service", "install")[0] == 0
    assert "out of date" not in here.run("service", "status")[1]


@pytest.mark.parametrize("name", [systemd.SOCKET, systemd.SERVICE])
@pytest.mark.parametrize("order", ["install", "uninstall"])
def test_a_foreign_unit_is_never_touched(here: Installation, name: str, order: str) -> None:
    here.units.mkdir(parents=True)
    (here.units / name).write_text("[Unit]\nDescription=mine\n")
    status, _, err = here.run("service", order)
    assert (status, err) == (73, f"ttsmesh: {here.units / name} is not ours; move it away first\n")
    assert (here.units / name).read_text() == "[Unit]\nDescription=mine\n"
    assert here.files() == [name]
    assert here.orders() == []


def test_without_systemd_install_says_so_and_writes_nothing(here: Installation) -> None:
    (here.mesh.runtime.parent / "systemd" / "private").unlink()
    status, _, err = here.run("service", "install")
    assert status == 69
    assert err.startswith("ttsmesh: systemd --user does not run here")
    assert here.files() == []


def test_a_mesh_that_systemd_did_not_start_is_in_the_way(here: Installation) -> None:
    here.mesh.say("hello", "-o", "a.wav")
    pid = here.mesh.server_pid()
    status, _, err = here.run("service", "install")
    assert (status, err.count("\n")) == (75, 1)
    assert f"pid {pid}" in err
    assert "ttsmesh kill" in err
    assert here.files() == []
    assert here.mesh.server_pid() == pid


def test_a_mesh_that_systemd_started_is_not_in_the_way(here: Installation) -> None:
    here.mesh.say("hello", "-o", "a.wav")
    (here.fake / systemd.SERVICE).write_text(f"ActiveState=active\nMainPID={here.mesh.server_pid()}\n")
    assert here.run("service", "install")[0] == 0


def test_half_an_installation_is_taken_back(here: Installation) -> None:
    (here.fake / "fail-enable").touch()
    status, _, err = here.run("service", "install")
    assert (status, err) == (69, "ttsmesh: systemctl --user enable: Failed to enable: the fake says no\n")
    assert here.files() == []


def test_uninstall_stops_and_removes_only_what_is_ours(here: Installation) -> None:
    here.run("service", "install")
    (here.units / "other.service").write_text("[Unit]\n")
    here.orders()
    assert here.run("service", "uninstall") == (0, "uninstalled\n", "")
    assert here.files() == ["other.service"]
    stop = [f"disable --now {systemd.SOCKET}", f"stop {systemd.SERVICE}"]
    assert here.orders() == [*stop, "daemon-reload", f"reset-failed {systemd.SOCKET} {systemd.SERVICE}"]
    assert here.run("service", "uninstall") == (0, "not installed\n", "")
    assert here.orders() == []


def test_uninstall_works_where_systemd_does_not_run(here: Installation) -> None:
    here.run("service", "install")
    (here.units / "sockets.target.wants").mkdir()
    (here.units / "sockets.target.wants" / systemd.SOCKET).symlink_to(here.units / systemd.SOCKET)
    (here.mesh.runtime.parent / "systemd" / "private").unlink()
    here.orders()
    assert here.run("service", "uninstall")[0] == 0
    assert here.files() == ["sockets.target.wants"]
    assert list((here.units / "sockets.target.wants").iterdir()) == []
    assert here.orders() == []


def test_status_shows_each_unit(here: Installation) -> None:
    here.run("service", "install")
    (here.fake / systemd.SOCKET).write_text("ActiveState=active\nUnitFileState=enabled\n")
    (here.fake / systemd.SERVICE).write_text("ActiveState=failed\nUnitFileState=static\nMainPID=0\n")
    _, out, _ = here.run("service", "status")
    assert out.splitlines() == [
        "ttsmesh.socket  installed, active, enabled",
        "ttsmesh.service installed, failed, static",
        f"to repair: {systemd.REPAIR}",
    ]
    report = json.loads(here.run("service", "status", "--json")[1])
    assert report["systemd"] is True
    assert report["units"][systemd.SOCKET] == {
        "file": "installed",
        "active": "active",
        "enabled": "enabled",
        "pid": None,
    }


def test_a10_a_failed_socket_unit_is_reported_with_its_repair_and_no_rival_is_started(here: Installation) -> None:
    here.run("service", "install")
    (here.fake / systemd.SOCKET).write_text("ActiveState=failed\nResult=service-start-limit-hit\n")
    here.orders()
    status, out, err = here.run("say", "hello")
    assert (status, out) == (69, "")
    assert systemd.REPAIR in err
    assert err.count("\n") == 1
    assert here.orders() == []
    assert here.mesh.processes() == {}


def test_a10_a_socket_unit_that_cannot_start_is_asked_once_and_no_rival_is_started(here: Installation) -> None:
    here.run("service", "install")
    (here.fake / "fail-start").touch()
    here.orders()
    status, _, err = here.run("say", "hello")
    assert status == 69
    assert systemd.REPAIR in err
    assert here.orders() == [f"start {systemd.SOCKET}"]
    assert here.mesh.processes() == {}


def test_foreign_units_of_our_name_do_not_keep_us_from_starting(here: Installation) -> None:
    here.units.mkdir(parents=True)
    (here.units / systemd.SOCKET).write_text("[Socket]\n")
    here.mesh.say("hello", "-o", "a.wav")
    assert here.orders() == []


@pytest.mark.parametrize("command", [["status"], ["stop"], ["kill"], ["say", "--kill"]], ids=" ".join)
def test_systemds_socket_is_not_woken_by(here: Installation, command: list[str]) -> None:
    here.run("service", "install")
    with socket.socket(socket.AF_UNIX) as systemd:
        systemd.bind(here.mesh.socket())
        systemd.listen()
        systemd.setblocking(False)
        status, _, err = here.run(*command)
        assert (status, err) == (0, "")
        with pytest.raises(BlockingIOError):
            systemd.accept()
