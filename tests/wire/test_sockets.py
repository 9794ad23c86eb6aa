"""Unix sockets: a private directory, binding, connecting, and who the peer is."""

import os
import shutil
import socket
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ttsmesh.errors import ConfigError, PeerGone
from ttsmesh.limits import SOCKET_PATH_MAX
from ttsmesh.wire.sockets import (
    ForeignPeer,
    SocketPathTaken,
    connect,
    listen,
    listen_anew,
    peer,
    runtime_dir,
    socket_file,
)

NOBODY = 65534
as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else")


def mode(path: Path | str) -> int:
    return stat.S_IMODE(os.lstat(path).st_mode)


@pytest.fixture
def path(private: Path) -> str:
    return str(private / "model.sock")


@pytest.fixture
def no_run_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine without ``/run/user/UID``."""
    monkeypatch.setattr(os.path, "isdir", lambda path, real=os.path.isdir: not _usual(path) and real(path))


def _usual(path: str) -> bool:
    return str(path).startswith("/run/user/")


# --- the runtime directory -----------------------------------------------------------------------------------------


def test_a12_the_runtime_directory_is_made_private_for_any_user_and_any_umask(private: Path) -> None:
    before = os.umask(0)
    try:
        assert runtime_dir() == str(private / "runtime" / "ttsmesh")
    finally:
        os.umask(before)
    assert mode(runtime_dir()) == 0o700


@pytest.mark.parametrize("bits", [0o777, 0o710, 0o701, 0o740])
@pytest.mark.parametrize("which", ["runtime", "runtime/ttsmesh"])
def test_a3_a_directory_open_to_others_is_refused_and_left_as_it_is(private: Path, bits: int, which: str) -> None:
    (private / which).mkdir(exist_ok=True)
    (private / which).chmod(bits)
    with pytest.raises(ConfigError) as refusal:
        runtime_dir()
    assert refusal.value.message == f"unsafe directory {private / which}: mode {bits:04o} (want 0700)"
    assert refusal.value.exit_status == 78
    assert mode(private / which) == bits
    assert not list((private / which).iterdir())


@as_root
def test_a3_a_directory_of_another_owner_is_refused(private: Path) -> None:
    ours = private / "runtime" / "ttsmesh"
    ours.mkdir(mode=0o700)
    os.chown(ours, NOBODY, NOBODY)
    with pytest.raises(ConfigError, match=f"unsafe directory {ours}: owner {NOBODY} "):
        runtime_dir()


def test_a3_a_link_to_a_directory_is_refused(private: Path) -> None:
    (private / "elsewhere").mkdir(mode=0o700)
    (private / "runtime" / "ttsmesh").symlink_to(private / "elsewhere")
    with pytest.raises(ConfigError, match="not a directory"):
        runtime_dir()


def test_a_directory_that_cannot_be_made_is_named(private: Path, no_run_user: None) -> None:
    (private / "state" / "ttsmesh").touch()
    shutil.rmtree(private / "runtime")
    with pytest.raises(ConfigError, match=f"no runtime directory: {private}/state/ttsmesh/run"):
        runtime_dir()


@pytest.mark.parametrize("given", [None, "", "relative", "/proc/nowhere"])
def test_a4_without_a_usable_xdg_runtime_dir_the_state_directory_serves_and_never_tmp(
    private: Path, monkeypatch: pytest.MonkeyPatch, no_run_user: None, given: str | None
) -> None:
    if given is None:
        monkeypatch.delenv("XDG_RUNTIME_DIR")
    else:
        monkeypatch.setenv("XDG_RUNTIME_DIR", given)
    assert runtime_dir() == str(private / "state" / "ttsmesh" / "run")
    assert mode(runtime_dir()) == 0o700
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    assert runtime_dir() == str(private / ".local" / "state" / "ttsmesh" / "run")


@as_root
def test_a4_a_runtime_dir_of_somebody_else_is_not_used(private: Path, no_run_user: None) -> None:
    os.chown(private / "runtime", NOBODY, NOBODY)
    assert runtime_dir() == str(private / "state" / "ttsmesh" / "run")


def test_a5_a_path_too_long_for_a_socket_is_refused_with_the_limit_and_nothing_is_made(
    private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    longest_name = "/ttsmesh/voice-0123456789abcdef.sock"
    for size, fits in ((SOCKET_PATH_MAX - 1, True), (SOCKET_PATH_MAX, True), (SOCKET_PATH_MAX + 1, False)):
        base = str(private / "r").ljust(size - len(longest_name), "x")
        os.mkdir(base, mode=0o700)
        monkeypatch.setenv("XDG_RUNTIME_DIR", base)
        if fits:
            listen(runtime_dir() + longest_name.removeprefix("/ttsmesh")).close()
            continue
        with pytest.raises(
            ConfigError, match=f"{base}{longest_name} is longer than {SOCKET_PATH_MAX} bytes"
        ) as refusal:
            runtime_dir()
        assert refusal.value.exit_status == 78
        assert not os.listdir(base)


# --- listening -----------------------------------------------------------------------------------------------------


def test_a_socket_is_ours_alone_and_not_inherited(path: str) -> None:
    with listen(path) as sock:
        assert mode(path) == 0o600
        assert not os.get_inheritable(sock.fileno())


def test_the_umask_is_as_it_was_after_binding(path: str) -> None:
    before = os.umask(0o027)
    try:
        listen(path).close()
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(before)


def test_a1_a_stale_socket_is_replaced(path: str) -> None:
    listen(path).close()
    with pytest.raises(ConnectionRefusedError):
        connect(path)
    with listen(path):
        connect(path).close()


def _file(path: str) -> None:
    Path(path).write_text("precious")


def _link(path: str) -> None:
    os.symlink("nowhere", path)


@pytest.mark.parametrize("make", [_file, os.mkdir, _link, os.mkfifo])
def test_a2_what_is_not_a_socket_is_left_alone_by_servers_and_by_clients(
    path: str, make: Callable[[str], None]
) -> None:
    make(path)
    before = os.lstat(path)
    with pytest.raises(SocketPathTaken, match=path) as refusal:
        listen(path)
    assert refusal.value.exit_status == 69
    if make is not _link:  # a link to nowhere is as if there were no file, and the start of a server finds it
        with pytest.raises(SocketPathTaken, match=path):
            connect(path)
    assert os.path.samestat(os.lstat(path), before)


def test_a_socket_gives_up_its_own_file_and_no_other_ones(path: str) -> None:
    with listen(path) as first:
        ours = socket_file(first)
        assert ours.is_ours()
        with listen(path) as second:  # it takes the file's place
            theirs = socket_file(second)
            assert (ours.is_ours(), theirs.is_ours()) == (False, True)
            ours.remove()
            assert theirs.is_ours()
            theirs.remove()
            assert not os.path.exists(path)
            theirs.remove()  # once more is no harm


def test_the_number_of_a_file_is_not_given_again_while_its_socket_is_open(path: str) -> None:
    """Where it were, another socket's file would be taken for one's own."""
    with listen(path) as first:
        ours = socket_file(first)
        for _ in range(100):
            os.unlink(path)
            listen_anew(path).close()
            assert not ours.is_ours()


def test_a_socket_without_a_file_is_never_found_by_its_path() -> None:
    for name in ("", "\0ttsmesh-test-" + str(os.getpid())):
        with socket.socket(socket.AF_UNIX) as sock:
            if name:
                sock.bind(name)
            nowhere = socket_file(sock)
            assert not nowhere.is_ours()
            nowhere.remove()


def test_where_something_is_a_new_socket_is_not_bound(path: str) -> None:
    with listen(path) as first:
        with pytest.raises(OSError, match="in use"):
            listen_anew(path)
        assert socket_file(first).is_ours()


# --- connecting ----------------------------------------------------------------------------------------------------


def test_no_server_is_told_apart_from_a_fault(path: str) -> None:
    with pytest.raises(FileNotFoundError):
        connect(path)


def test_both_ends_know_each_other(path: str) -> None:
    with listen(path) as listening, connect(path) as ours:
        theirs, _ = listening.accept()
        with theirs:
            assert peer(ours) == peer(theirs) == (os.getpid(), os.getuid(), os.getgid())
            assert not os.get_inheritable(ours.fileno())


def test_the_timeout_stays_for_what_follows(path: str) -> None:
    with listen(path), connect(path, timeout=0.02) as ours, pytest.raises(TimeoutError):
        ours.recv(1)


@as_root
def test_a9_a_server_of_another_user_is_told_nothing(path: str) -> None:
    with listen(path) as sock:
        os.seteuid(NOBODY)  # the kernel notes who listens at the moment of listening
        try:
            sock.listen()
        finally:
            os.seteuid(0)
        with pytest.raises(ForeignPeer, match=rf"{path}: the server belongs to another user \({NOBODY}\)") as refusal:
            connect(path)
        assert refusal.value.exit_status == 77
        theirs, _ = sock.accept()
        with theirs:
            assert theirs.recv(1) == b""


def full(sock: socket.socket, path: str) -> list[socket.socket]:
    """Connections that fill the backlog of ``sock``."""
    sock.listen(1)
    return [connect(path) for _ in range(2)]


def test_a_full_backlog_is_waited_for(path: str) -> None:
    with listen(path) as listening:
        waiting = full(listening, path)
        with pytest.raises(BlockingIOError), socket.socket(socket.AF_UNIX) as direct:
            direct.settimeout(5)
            direct.connect(path)  # what the kernel says, however long one would wait
        accepting = threading.Timer(0.02, lambda: listening.accept()[0].close())
        accepting.start()
        connect(path, timeout=5).close()
        accepting.join()
        for sock in waiting:
            sock.close()


@pytest.mark.parametrize("timeout", [0, 0.02])
def test_a_backlog_that_stays_full_is_given_up_at_the_deadline(path: str, timeout: float) -> None:
    with listen(path) as listening:
        waiting = full(listening, path)
        with pytest.raises(PeerGone, match="takes no connections") as refusal:
            connect(path, timeout=timeout)
        assert refusal.value.exit_status == 69
        for sock in waiting:
            sock.close()
