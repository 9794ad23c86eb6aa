"""Locks of the runtime directory: one starter, one server, and a pid that is never stale."""

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ttsmesh.host.locks import lock_file, server_lock, server_pid, start_lock
from ttsmesh.wire.sockets import SERVER_LOCK, START_LOCK


@pytest.fixture
def directory(private: Path) -> str:
    return str(private)


@contextmanager
def other_server(directory: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that is the server, until it is killed."""
    program = "import sys, time; from ttsmesh.host import locks; print(locks.server_lock(sys.argv[1], 0)); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program, directory], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip().isdigit()
        try:
            yield process
        finally:
            process.kill()


def test_one_starts_and_the_other_is_told_so(directory: str) -> None:
    with start_lock(directory, 0) as ours:
        assert ours
        with start_lock(directory, 0.03) as also_ours:
            assert not also_ours
    with start_lock(directory, 0) as ours_again:
        assert ours_again


def test_the_start_lock_is_let_go_when_starting_fails(directory: str) -> None:
    with pytest.raises(OSError, match="no such luck"), start_lock(directory, 0):
        raise OSError("no such luck")
    with start_lock(directory, 0) as ours:
        assert ours


def test_lock_files_are_private_stay_and_are_no_links(directory: str) -> None:
    with start_lock(directory, 0):
        pass
    assert os.lstat(os.path.join(directory, START_LOCK)).st_mode & 0o777 == 0o600
    os.symlink(START_LOCK, os.path.join(directory, "link"))
    with pytest.raises(OSError, match="symbolic links"):
        lock_file(os.path.join(directory, "link"), 0)


def test_a7_while_a_server_lives_nobody_else_becomes_it_and_its_pid_is_known(directory: str) -> None:
    with other_server(directory) as server:
        assert server_pid(directory) == server.pid
        assert server_lock(directory, 0) is None
        assert server_pid(directory) == server.pid


def test_after_kill_9_the_pid_in_the_file_is_nobodys_and_the_place_is_free(directory: str) -> None:
    with other_server(directory) as server:
        server.send_signal(signal.SIGKILL)
        server.wait()
        assert Path(directory, SERVER_LOCK).read_text() == str(server.pid)
        assert server_pid(directory) is None
        lock = server_lock(directory, 0)
        assert lock is not None
        assert Path(directory, SERVER_LOCK).read_text() == str(os.getpid())
        os.close(lock)


def test_a_longer_pid_of_the_one_before_leaves_no_digits_behind(directory: str) -> None:
    Path(directory, SERVER_LOCK).write_text("99999999999")
    lock = server_lock(directory, 0)
    assert lock is not None
    assert server_pid(directory) == os.getpid()
    os.close(lock)


def test_a_successor_waits_for_the_one_that_leaves(directory: str) -> None:
    with other_server(directory) as server:
        assert server.stdin is not None
        server.stdin.write("leave\n")
        server.stdin.flush()
        lock = server_lock(directory, 10)
        assert lock is not None
        os.close(lock)


def test_without_a_server_there_is_no_pid_and_asking_leaves_nothing_behind(directory: str) -> None:
    before = sorted(os.listdir(directory))
    assert server_pid(directory) is None
    assert sorted(os.listdir(directory)) == before


def test_several_may_ask_at_once_and_none_takes_the_other_for_a_server(directory: str) -> None:
    """Otherwise two of `ttsmesh status` at once would show a pid that a stranger may have by now."""
    Path(directory, SERVER_LOCK).write_text("1")
    with open(os.path.join(directory, SERVER_LOCK)) as other:
        fcntl.flock(other, fcntl.LOCK_SH)
        assert server_pid(directory) is None


def test_asking_does_not_keep_a_server_from_starting(directory: str) -> None:
    for _ in range(3):
        assert server_pid(directory) is None
        lock = server_lock(directory, 0)
        assert lock is not None
        os.close(lock)


def test_no_child_inherits_a_lock(directory: str) -> None:
    """A lock lives as long as any copy of its descriptor: a daemon's child would keep it for ever."""
    lock = server_lock(directory, 0)
    assert lock is not None
    program = "import sys; print('up', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, close_fds=False
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"up\n"
        os.close(lock)
        assert server_pid(directory) is None
        child.kill()
