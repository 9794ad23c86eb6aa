"""The command line as a shell sees it: one line on stderr, a documented status, never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ttsmesh import __version__
from ttsmesh.cli.main import _COMMANDS
from ttsmesh.errors import ConfigError
from ttsmesh.limits import MAX_TEXT

pytestmark = pytest.mark.usefixtures("private")

Result = subprocess.CompletedProcess[bytes]


def ttsmesh(
    *arguments: str | bytes, stdin: bytes = b"", stdout: int = subprocess.PIPE, stderr: int = subprocess.PIPE
) -> Result:
    """Run the command line in a process of its own. Nothing here may start a server."""
    return subprocess.run(
        [Path(sys.executable).with_name("ttsmesh"), *arguments],
        input=stdin,
        stdout=stdout,
        stderr=stderr,
        timeout=60,
        check=False,
    )


def assert_one_line(stderr: bytes) -> None:
    assert stderr.startswith(b"ttsmesh: ")
    assert stderr.count(b"\n") == 1
    assert stderr.endswith(b"\n")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["no-such-command"], "No such command 'no-such-command'"),
        (["--no-such-option"], "--no-such-option"),
        (["say", "--no-such-option", "x"], "--no-such-option"),
        (["say", "--voice"], "--voice"),
        (["status", "too", "much"], "too"),
        (["say", "-f", "a file", "and words"], "not both"),
        (["say", "-5", "degrees"], "No such option '-5'; a text that begins with - goes after --"),
        (["say", "--voic", "x"], "Did you mean"),
        (["say", "-"], "- is no text; -f - reads standard input"),
        (["no\nsuch\x1b[31mcommand"], "No such command"),
    ],
)
def test_a_mistake_in_the_command_is_one_line_and_exit_2(arguments: list[str], reason: str) -> None:
    result = ttsmesh(*arguments)
    assert result.returncode == 2
    assert result.stdout == b""
    assert_one_line(result.stderr)
    assert reason in result.stderr.decode()
    assert b"\x1b" not in result.stderr


@pytest.mark.parametrize("speed", ["0", "-1", "nan", "inf", "1e9", "1e-9", "fast", "true", "0.49", "4.01", ""])
def test_c7_a_speed_out_of_range_names_the_range_and_exits_2(speed: str) -> None:
    result = ttsmesh("say", f"--speed={speed}", "hello")
    assert result.returncode == 2
    assert_one_line(result.stderr)
    assert b"0.5 to 4" in result.stderr


@pytest.mark.parametrize("text", [b"", b" \n\t", b"\x00\x1b"])
def test_c1_no_text_is_exit_65_and_starts_nothing(text: bytes, private: Path) -> None:
    result = ttsmesh("say", stdin=text)
    assert result.returncode == 65
    assert_one_line(result.stderr)
    assert not (private / "runtime" / "ttsmesh").exists()


def test_c2_an_endless_input_is_read_no_further_than_the_limit(private: Path) -> None:
    with open("/dev/zero", "rb") as endless:
        piped = subprocess.run(
            [Path(sys.executable).with_name("ttsmesh"), "say"],
            stdin=endless,
            capture_output=True,
            timeout=60,
            check=False,
        )
    for result in (piped, ttsmesh("say", "-f", "/dev/zero")):
        assert (result.returncode, result.stdout) == (65, b"")
        assert_one_line(result.stderr)
        assert str(MAX_TEXT) in result.stderr.decode()
    assert not (private / "runtime" / "ttsmesh").exists()


def test_c4_what_is_no_utf8_is_exit_65_from_a_pipe_and_from_the_arguments() -> None:
    for result in (ttsmesh("say", stdin=b"ab\xff"), ttsmesh("say", b"ab\xff")):
        assert (result.returncode, result.stderr) == (65, b"ttsmesh: not valid UTF-8 (byte 2)\n")


def test_a3_an_unsafe_runtime_directory_is_exit_78(private: Path) -> None:
    (private / "runtime").chmod(0o777)
    result = ttsmesh("say", "hello")
    assert result.returncode == 78
    assert_one_line(result.stderr)
    assert b"mode 0777 (want 0700)" in result.stderr


def test_a2_something_else_in_the_sockets_place_is_exit_69(private: Path) -> None:
    (private / "runtime" / "ttsmesh").mkdir(mode=0o700)
    in_the_way = private / "runtime" / "ttsmesh" / "model.sock"
    in_the_way.write_text("precious")
    result = ttsmesh("say", "hello")
    assert result.returncode == 69
    assert_one_line(result.stderr)
    assert str(in_the_way) in result.stderr.decode()
    assert in_the_way.read_text() == "precious"


def test_help_lists_every_command_with_a_line_about_it() -> None:
    for result in (ttsmesh("--help"), ttsmesh("-h")):
        assert result.returncode == 0
        assert result.stderr == b""
        listed = result.stdout.decode().partition("Commands:")[2].split("\n")
        words = [line.split() for line in listed if line.startswith("  ") and line[2] != " "]
        assert {line[0] for line in words} == set(_COMMANDS)
        assert all(len(line) > 2 for line in words)


@pytest.mark.parametrize("command", sorted(_COMMANDS))
def test_every_command_explains_itself_and_needs_no_server_for_that(command: str, private: Path) -> None:
    result = ttsmesh(command, "--help")
    assert result.returncode == 0
    assert result.stdout.startswith(b"Usage: ")
    assert not (private / "runtime" / "ttsmesh").exists()


def test_no_arguments_at_all_show_the_help_readably() -> None:
    result = ttsmesh()
    assert result.returncode == 2
    assert b"\n  say " in result.stdout + result.stderr


def test_the_version_is_told() -> None:
    assert ttsmesh("--version").stdout.decode().split() == ["ttsmesh", __version__]


@pytest.mark.parametrize("command", [["status"], ["doctor"], ["--help"], ["say", "--help"]])
def test_a_reader_that_has_had_enough_is_no_error_message(command: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        result = ttsmesh(*command, stdout=writing)
    finally:
        os.close(writing)
    assert (result.returncode, result.stderr) == (74, b"")


@pytest.mark.parametrize("command", [["status"], ["doctor"], ["doctor", "--json"], ["--help"], ["say", "--help"]])
def test_output_that_cannot_be_written_is_one_line_and_exit_74(command: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        result = ttsmesh(*command, stdout=full.fileno())
    line = b"ttsmesh: cannot write to the standard output: no space left on device\n"
    assert (result.returncode, result.stderr) == (74, line)


@pytest.mark.parametrize("asked", ["zsh_source", "bash_source", "bash_complete"])
def test_a_completion_that_cannot_be_written_is_one_line_and_exit_74(
    asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("_TTSMESH_COMPLETE", asked), ("COMP_WORDS", "ttsmesh s"), ("COMP_CWORD", "1")):
        monkeypatch.setenv(name, value)
    test_output_that_cannot_be_written_is_one_line_and_exit_74([])


def test_standard_error_that_cannot_be_written_changes_no_status() -> None:
    with open("/dev/full", "wb") as full:
        for command, status in ((["no-such-command"], 2), (["setup", "--voices-from", "/nonexistent"], 78)):
            assert ttsmesh(*command, stderr=full.fileno()).returncode == status


def test_a_file_of_ours_that_cannot_be_read_is_named(private: Path) -> None:
    (private / "config" / "systemd" / "user" / "ttsmesh.socket").mkdir(parents=True)
    result = ttsmesh("service", "status")
    assert result.returncode == 74
    assert result.stderr.decode() == f"ttsmesh: {private}/config/systemd/user/ttsmesh.socket: is a directory\n"


def test_a_text_that_cannot_be_read_is_named(private: Path) -> None:
    for name, reason in ((private, "is a directory"), (private / "none", "no such file or directory")):
        result = ttsmesh("say", "-f", str(name))
        assert (result.returncode, result.stderr.decode()) == (74, f"ttsmesh: cannot read {name}: {reason}\n")


def test_ctrl_c_is_exit_130_without_a_word(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_with(KeyboardInterrupt(), monkeypatch) == 130
    assert capsys.readouterr().err.strip() == ""


def test_an_expected_error_is_its_line_and_its_status_with_nothing_a_terminal_would_obey(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_with(ConfigError("two\nlines and \x1b[31mred"), monkeypatch) == 78
    assert capsys.readouterr().err == "ttsmesh: two lines and  [31mred\n"


def run_with(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> int:
    """The exit status when a command raises ``error``."""
    from ttsmesh.cli import main
    from ttsmesh.cli.commands import status

    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(status.status, "callback", fails)
    monkeypatch.setattr(sys, "argv", ["ttsmesh", "status"])
    return main.run()
