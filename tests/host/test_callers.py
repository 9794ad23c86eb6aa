"""The names of callers: one of their own, or their session's, and never anything of a command line."""

import os
import signal
import subprocess
import sys

from ttsmesh.host.callers import caller_name, has_left


def test_a_caller_that_names_itself_is_known_by_that_name() -> None:
    assert caller_name("editor", os.getpid()) == "editor"


def test_commands_of_one_session_are_one_caller() -> None:
    child = subprocess.Popen(["sleep", "60"])
    try:
        ours = caller_name(None, os.getpid())
        assert caller_name(None, child.pid) == ours
        assert ours.startswith(f"session {os.getsid(0)} (")
    finally:
        child.kill()
        child.wait()


def test_another_session_is_another_caller_and_its_arguments_are_not_told() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()", "secret"], stdin=subprocess.PIPE, start_new_session=True)
    try:
        name = caller_name(None, child.pid)
        assert name.startswith(f"session {child.pid} (python")
        assert "secret" not in name
    finally:
        child.communicate()


def test_one_that_has_left_already_is_known_by_its_pid() -> None:
    child = subprocess.Popen(["true"])
    child.wait()
    assert caller_name(None, child.pid) == f"pid {child.pid}"


def test_a_session_whose_leader_has_left_is_still_one() -> None:
    leader = subprocess.Popen(
        ["sh", "-c", "sleep 60 >&- 2>&- & echo $!"], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    left = int(leader.communicate()[0])
    try:
        assert caller_name(None, left) == f"session {leader.pid} (ended)"
    finally:
        os.kill(left, signal.SIGKILL)


def test_a_session_that_is_over_has_left_and_so_has_the_number_that_another_program_has_now() -> None:
    ours = caller_name(None, os.getpid())
    assert not has_left(ours)
    assert has_left(ours.replace("(", "(not "))
    child = subprocess.Popen(["sleep", "60"], start_new_session=True)
    name = caller_name(None, child.pid)
    child.kill()
    child.wait()
    assert has_left(name)
    assert has_left(f"pid {child.pid}")


def test_a_name_of_ones_own_never_leaves() -> None:
    assert not any(map(has_left, ("editor", "session", "pid", "session of ann")))
