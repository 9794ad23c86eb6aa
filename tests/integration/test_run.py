"""`ttsmesh run`: the command has terminal, input, output and signals to itself, and its exit status comes back.

What is said of its end is read from a mesh that is muted, and is heard in one test.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.few import few
from tests.heard import RATE, Heard
from tests.mesh import PATIENCE, QUICK, Mesh
from tests.terminal import PROMPT, Shell, Terminal
from ttsmesh.host import locks
from ttsmesh.limits import START_TIMEOUT

pytest_plugins = ["tests.conftest_sound"]

QUIET = ("run", "--min", "1000")
"""Nothing is said of what these tests run, and no mesh is started."""

TELLS = """
import signal, sys
def tell(number, _):
    print("got", signal.Signals(number).name, flush=True)
    if number != signal.SIGINT or not sys.stdin.isatty(): sys.exit(7)
for number in map(int, sys.argv[1:]): signal.signal(number, tell)
print("begun", flush=True)
for line in sys.stdin: sys.exit(8)
while True: signal.pause()
"""
"""A program that tells which signals it gets, and ends by all of them but Ctrl-C, or by a line."""


@pytest.fixture(scope="module")
def bare() -> Iterator[Mesh]:
    with Mesh() as mesh:
        yield mesh
        mesh.until_gone()  # nothing was started, but a terminal takes a moment to leave


@pytest.fixture(scope="module")
def muted() -> Iterator[Mesh]:
    with Mesh() as mesh:
        mesh.settings(QUICK)
        mesh.run("mute")
        yield mesh


def said(mesh: Mesh) -> str:
    mesh.until_idle()
    return mesh.run("last").stdout.decode().strip()


# --- the exit status -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "status"),
    few(
        {("exit 0", 0), ("exit 2", 2), ("kill -KILL $$", 137)},
        of=(
            *(("exit 0", 0), ("exit 1", 1), ("exit 2", 2), ("exit 255", 255)),
            *(("kill -KILL $$", 137), ("kill -TERM $$", 143)),
        ),
    ),
)
def test_the_exit_status_is_that_of_the_command(bare: Mesh, script: str, status: int) -> None:
    run = bare.run(*QUIET, "--", "sh", "-c", script)
    assert (run.returncode, run.stdout, run.stderr) == (status, b"", b"")


def test_what_cannot_be_run_has_the_status_that_shells_give_it_and_a_line_says_why(bare: Mesh) -> None:
    (bare.work / "plain.txt").write_text("")
    program = bare.work / "of-another-machine"
    program.write_bytes(b"\x7fELF\x02\x01\x01" + bytes(100))
    program.chmod(0o755)
    for command, status, reason in (
        ("no-such-command", 127, "command not found"),
        ("", 127, "command not found"),
        ("./no-such-file", 127, "no such file or directory"),
        ("./plain.txt", 126, "permission denied"),
        ("/", 126, "permission denied"),
        ("./of-another-machine", 126, "exec format error"),
    ):
        run = bare.run(*QUIET, command)
        assert (run.returncode, run.stderr.decode()) == (status, f"ttsmesh: {command}: {reason}\n")


def test_a_script_without_its_first_line_is_run_by_the_shell(bare: Mesh) -> None:
    script = bare.work / "script"
    script.write_text('exit "$1"')
    script.chmod(0o755)
    assert bare.run(*QUIET, "./script", "5").returncode == 5


def test_no_command_is_wrong_usage_and_an_option_behind_it_is_the_commands(bare: Mesh) -> None:
    run = bare.run("run", "--min", "1")
    assert (run.returncode, run.stderr) == (2, b"ttsmesh: Missing argument 'CMD'.\n")
    assert bare.run(*QUIET, "sh", "-c", "exit 3").returncode == 3
    assert bare.run(*QUIET, "printf", "%s.", "--", "--voice").stdout == b"--.--voice."
    bad = bare.run("run", "--say-success", " ", "--", "touch", "made")
    assert (bad.returncode, bad.stderr) == (65, b"ttsmesh: no text\n")
    assert not (bare.work / "made").exists()


# --- input and output ----------------------------------------------------------------------------------------------


def test_input_output_and_other_descriptors_pass_through_untouched(bare: Mesh) -> None:
    data = os.urandom(100_000)
    run = bare.run(*QUIET, "--", "tee", "/dev/stderr", input=data)
    assert (run.returncode, run.stdout, run.stderr) == (0, data, data)
    command = f"{' '.join(bare.command(*QUIET))} -- cat <(echo from a descriptor)"
    run = subprocess.run(["bash", "-c", command], env=bare.env, capture_output=True, timeout=PATIENCE)
    assert (run.returncode, run.stdout, run.stderr) == (0, b"from a descriptor\n", b"")


def test_the_command_has_the_terminal(bare: Mesh) -> None:
    with Terminal(bare, *QUIET, "--", "sh", "-c", "test -t 0 && test -t 1 && test -t 2 && stty size") as terminal:
        assert terminal.until_left() == 0
        assert "24 80" in terminal.screen()


def test_a_command_is_not_deaf_to_what_python_ignores(bare: Mesh) -> None:
    command = f"{' '.join(bare.command(*QUIET))} -- yes | head -n 1; echo ${{PIPESTATUS[0]}}"
    run = subprocess.run(["bash", "-c", command], env=bare.env, capture_output=True, timeout=PATIENCE)
    assert run.stdout.split() == [b"y", str(128 + signal.SIGPIPE).encode()]


# --- signals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number", few({signal.SIGTERM}, of=(signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1))
)
def test_a_signal_to_run_alone_is_passed_on(bare: Mesh, number: signal.Signals) -> None:
    client = bare.start(*QUIET, "--", sys.executable, "-c", TELLS, str(int(number)))
    assert client.stdout is not None
    assert client.stdout.readline() == b"begun\n"
    client.send_signal(number)
    output, errors = client.communicate(timeout=PATIENCE)
    assert (output.decode(), errors, client.returncode) == (f"got {number.name}\n", b"", 7)


def test_ctrl_c_reaches_the_command_once_and_run_outlives_it(bare: Mesh) -> None:
    with Terminal(bare, *QUIET, "--", sys.executable, "-c", TELLS, str(int(signal.SIGINT))) as terminal:
        terminal.until(lambda screen: "begun" in screen)
        terminal.press("C-c")
        terminal.until(lambda screen: "got SIGINT" in screen)
        terminal.press("Enter")
        assert terminal.until_left() == 8
        assert terminal.screen().count("got SIGINT") == 1


def test_a_terminal_that_goes_away_ends_the_command_that_it_was_opened_for(bare: Mesh) -> None:
    terminal, inner = os.openpty()
    command = ("setsid", "--ctty", *bare.command(*QUIET, "--", "sh", "-c", "echo begun; exec sleep 60"))
    with subprocess.Popen(command, env=bare.env, stdin=inner, stdout=inner, stderr=inner) as run:
        os.close(inner)
        assert b"begun" in os.read(terminal, 100)
        os.close(terminal)
        assert run.wait(PATIENCE) == 128 + signal.SIGHUP


def test_ctrl_c_ends_a_loop_of_the_shell_as_without_run(bare: Mesh) -> None:
    with Shell(bare, "bash") as shell:
        shell.enter("for i in 1 2; do ttsmesh run --min 1000 -- sh -c 'echo begun $0; read line' $i; done")
        shell.until(lambda screen: "begun 1" in screen)
        shell.press("C-c")
        shell.until(lambda screen: screen.rstrip().endswith(PROMPT))
        shell.enter("echo status $?")
        shell.until(lambda screen: "status 130" in screen)
        assert "begun 2" not in shell.screen()


def test_ctrl_z_stops_the_job_and_the_shell_has_its_terminal_until_it_is_continued(bare: Mesh) -> None:
    with Shell(bare, "bash") as shell:
        shell.enter("ttsmesh run --min 1000 -- sh -c 'echo begun; read line; echo got $line'")
        shell.until(lambda screen: "\nbegun" in screen)
        shell.press("C-z")
        shell.until(lambda screen: "Stopped" in screen)
        shell.enter("echo the shell is $((40 + 2))")
        shell.until(lambda screen: "the shell is 42" in screen)
        shell.enter("fg")
        shell.enter("hello")
        shell.until(lambda screen: "got hello" in screen)
        shell.enter("echo status $?")
        shell.until(lambda screen: "status 0" in screen)


def test_a_command_that_stops_itself_stops_the_job_too(bare: Mesh) -> None:
    with Shell(bare, "bash") as shell:
        shell.enter("ttsmesh run --min 1000 -- sh -c 'kill -TSTP $$; echo go on'")
        shell.until(lambda screen: "Stopped" in screen)
        shell.enter("fg; echo status $?")
        shell.until(lambda screen: "\ngo on" in screen and "status 0" in screen)


def test_a_shell_that_is_suspended_stops_the_job_too(bare: Mesh) -> None:
    def inner(screen: str) -> bool:
        return screen.rstrip().endswith("inner>")

    with Shell(bare, "bash") as shell:
        shell.enter("PS1='inner> ' ttsmesh run --min 1000 -- bash --norc -i")
        shell.until(inner)
        shell.enter("suspend")
        shell.until(lambda screen: "Stopped" in screen)
        shell.enter("fg")
        shell.until(inner)
        shell.enter("exit 5")
        shell.until(lambda screen: screen.rstrip().endswith(PROMPT))
        shell.enter("echo status $?")
        shell.until(lambda screen: "status 5" in screen)


# --- what is said --------------------------------------------------------------------------------------------------


def test_it_is_said_how_the_command_ended(muted: Mesh) -> None:
    assert muted.run("run", "-l", "es", "--", "true").returncode == 0
    assert said(muted) == "true finished."
    assert muted.run("run", "-l", "es", "ls", "nowhere").returncode == 2
    assert said(muted) == "ls nowhere failed with status 2."


def test_texts_of_the_users_own_are_said_and_an_empty_one_is_not(muted: Mesh) -> None:
    options = ("run", "--say-success", "Listo.", "--say-failure", "")
    assert muted.run(*options, "true").returncode == 0
    assert said(muted) == "Listo."
    muted.run("say", "otra cosa")
    assert muted.run(*options, "false").returncode == 1
    assert muted.run("run", "--min", "1000", "true").returncode == 0
    assert said(muted) == "otra cosa"


def test_our_sentence_is_english_where_the_voice_is_not(muted: Mesh) -> None:
    assert muted.run("run", "true").returncode == 0
    muted.until_idle()
    entry = muted.status()["last_outcome"]
    assert entry["language"] == "en-us"


def test_the_mesh_is_started_while_the_command_runs(muted: Mesh) -> None:
    muted.run("kill")
    until_started = f"until test -S {muted.socket()}; do sleep 0.05; done"
    assert muted.run("run", "-l", "es", "--", "sh", "-c", until_started).returncode == 0
    assert said(muted).startswith("sh finished")


def test_a_mesh_that_cannot_be_reached_is_one_line_and_the_status_stays() -> None:
    with Mesh() as mesh:  # no other one, in which a server may be starting by now
        nothing = {"XDG_DATA_HOME": str(mesh.directory / "nothing")}
        run = mesh.run("run", "--min", "0.001", "--", "sh", "-c", "echo out; exit 3", env=nothing)
    assert (run.returncode, run.stdout) == (3, b"out\n")
    assert run.stderr.startswith(b"ttsmesh: no voices in ") and run.stderr.count(b"\n") == 1


def test_a_start_that_hangs_does_not_hold_the_command_up(bare: Mesh) -> None:
    bare.runtime.mkdir(mode=0o700, exist_ok=True)
    with locks.start_lock(str(bare.runtime), 0) as ours:
        assert ours
        run = bare.run("run", "--say-success", "", "echo", "out", timeout=START_TIMEOUT / 2)
    assert (run.returncode, run.stdout, run.stderr) == (0, b"out\n", b"")


@pytest.mark.long
@pytest.mark.sound
def test_the_end_of_a_command_is_heard(heard: Heard) -> None:
    with Mesh(heard.env) as mesh:
        mesh.settings(QUICK)
        begun = time.monotonic()
        assert mesh.run("run", "-l", "es", "--", "false").returncode == 1
        heard.recorder.await_sound(begun, RATE // 2)
