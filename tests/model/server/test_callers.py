"""The names of callers: one of their own, or their session's, and never anything of a command line."""

import os
import signal
import subprocess
import sys

from ttsmesh.model.server.callers import caller_name
from ttsmesh.wire.sockets import Peer


def peer(pid: int) -> Peer:
    return Peer(pid=pid, uid=os.getuid(), gid=os.getgid())


def test_a_caller_that_names_itself_is_known_by_that_name() -> None:
    assert caller_name("editor", peer(os.getpid())) == "editor"


def test_commands_of_one_session_are_one_caller() -> None:
    child = subprocess.Popen(["sleep", "60"])
    try:
        ours = caller_name(None, peer(os.getpid()))
        assert caller_name(None, peer(child.pid)) == ours
        assert ours.startswith(f"session {os.getsid(0)} (")
    finally:
        child.kill()
        child.wait()


def test_another_session_is_another_caller_and_its_arguments_are_not_told() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()", "secret"], stdin=subprocess.PIPE, start_new_session=True)
    try:
        name = caller_name(None, peer(child.pid))
        assert name.startswith(f"session {child.pid} (python")
        assert "secret" not in name
    finally:
        child.communicate()


def test_one_that_has_left_already_is_known_by_its_pid() -> None:
    child = subprocess.Popen(["true"])
    child.wait()
    assert caller_name(None, peer(child.pid)) == f"pid {child.pid}"


def test_a_session_whose_leader_has_left_is_still_one() -> None:
    leader = subprocess.Popen(
        ["sh", "-c", "sleep 60 >&- 2>&- & echo $!"], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    left = int(leader.communicate()[0])
    try:
        assert caller_name(None, peer(left)) == f"session {leader.pid} (ended)"
    finally:
        os.kill(left, signal.SIGKILL)
