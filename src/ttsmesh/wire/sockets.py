"""Unix sockets: the runtime directory and its rules, binding, connecting, and who the peer is. Blocking, stdlib."""

import contextlib
import errno
import os
import socket
import stat
import struct
import time
from typing import NamedTuple

from ttsmesh.errors import Code, ConfigError, PeerGone, TtsmeshError, os_reason
from ttsmesh.limits import BACKLOG, CONNECT_TIMEOUT, SOCKET_PATH_MAX

MODEL_SOCKET = "model.sock"
"""Where clients find the model server."""

AUDIO_SOCKET = "audio.sock"
"""Where voice servers fetch audio. It stays open until the last save is done, when ``model.sock`` is long closed."""

START_LOCK = "start.lock"
"""Locked by the client that starts a server, until the socket listens, and by a server that unlinks its socket."""

SERVER_LOCK = "server.lock"
"""Locked by the model server for as long as it lives; its pid is inside."""


class SocketPathTaken(TtsmeshError):
    """The file in the place of our socket is not a socket."""

    code = Code.UNAVAILABLE


class ForeignPeer(TtsmeshError):
    """Another user is at the other end."""

    code = Code.PERMISSION


class Peer(NamedTuple):
    """The process at the other end of a connection, as the kernel knows it."""

    pid: int
    uid: int
    gid: int


class SocketFile(NamedTuple):
    """The file of a listening socket: its path, and which file was there right after binding.

    A path alone does not tell a socket from its successor's. As long as the socket is open the kernel keeps its inode,
    so no other file can have the same number.
    """

    path: str
    device: int
    inode: int

    def is_ours(self) -> bool:
        """Whether a client that connects to the path finds this socket."""
        try:
            info = os.lstat(self.path)
        except OSError:
            return False
        return (info.st_dev, info.st_ino) == (self.device, self.inode)

    def remove(self) -> None:
        """Unlink the file, unless another socket's has taken its place. Call it before the socket is closed."""
        if self.is_ours():
            with contextlib.suppress(OSError):
                os.unlink(self.path)


def socket_file(sock: socket.socket) -> SocketFile:
    """The file of a socket that was bound just now. If there is none, the result is never ours."""
    path = sock.getsockname()
    try:
        info = os.lstat(path)
    except (OSError, ValueError):  # it was removed already, or the socket has no name, or an abstract one
        return SocketFile("", 0, 0)
    return SocketFile(path, info.st_dev, info.st_ino)


def runtime_dir() -> str:
    """The directory of our sockets and locks. It is made if it is missing, with mode 0700.

    It is ``$XDG_RUNTIME_DIR/ttsmesh``, else ``/run/user/UID/ttsmesh``, else ``$XDG_STATE_HOME/ttsmesh/run``, and never
    below /tmp unless a variable says so.

    Raises:
        ConfigError: the directory belongs to another user, or is open to others. It is left as it is.
    """
    directory = _choose()
    longest = os.path.join(directory, "voice-0123456789abcdef.sock")
    if len(os.fsencode(longest)) > SOCKET_PATH_MAX:
        raise ConfigError(f"socket path {longest} is longer than {SOCKET_PATH_MAX} bytes")
    try:
        os.makedirs(os.path.dirname(directory), mode=0o700, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            os.mkdir(directory, mode=0o700)
        fault = _fault(directory)
    except OSError as error:
        raise ConfigError(f"no runtime directory: {directory}: {os_reason(error)}") from None
    if fault:
        raise ConfigError(f"unsafe directory {directory}: {fault}")
    return directory


def _choose() -> str:
    given = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(given) and os.path.isdir(given) and os.stat(given).st_uid == os.getuid():
        # It is the user's own, so the variable means it. If its mode is unsafe, the user has to mend that.
        fault = _fault(given)
        if fault:
            raise ConfigError(f"unsafe directory {given}: {fault}")
        return os.path.join(given, "ttsmesh")
    usual = f"/run/user/{os.getuid()}"
    if os.path.isdir(usual) and not _fault(usual):
        return os.path.join(usual, "ttsmesh")
    from ttsmesh.paths import base_dir  # reason: few need it, and `say` must start quickly

    return os.path.join(base_dir("XDG_STATE_HOME", ".local", "state"), "ttsmesh", "run")


def _fault(directory: str) -> str | None:
    """Why ``directory`` is not safe to keep a socket in, or None."""
    info = os.stat(directory, follow_symlinks=False)
    if not stat.S_ISDIR(info.st_mode):
        return "not a directory"
    if info.st_uid != os.getuid():
        return f"owner {info.st_uid} (want {os.getuid()})"
    if info.st_mode & 0o077:
        return f"mode {stat.S_IMODE(info.st_mode):04o} (want 0700)"
    return None


def listen(path: str) -> socket.socket:
    """A listening socket bound to ``path``, with mode 0600. Replaces a stale socket; the caller holds the start lock.

    Raises:
        SocketPathTaken: the file there is not a socket; it is left as it is.
    """
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISSOCK(os.lstat(path).st_mode):
            raise SocketPathTaken(f"{path} is in the way: not a socket")
        os.unlink(path)
    return listen_anew(path)


def listen_anew(path: str) -> socket.socket:
    """A listening socket bound to ``path``, with mode 0600, where no file is yet.

    Raises:
        OSError: there is a file, or no directory.
    """
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    try:
        # The directory is private already. The mode protects a socket in a directory that is opened to others later.
        before = os.umask(0o177)
        try:
            sock.bind(path)
        finally:
            os.umask(before)
        sock.listen(BACKLOG)
    except BaseException:
        sock.close()
        raise
    return sock


def connect(path: str, timeout: float = CONNECT_TIMEOUT) -> socket.socket:
    """A blocking connection to the user's server behind ``path``, with ``timeout`` on every later operation, too.

    Raises:
        FileNotFoundError, ConnectionRefusedError: no server listens there.
        SocketPathTaken: the file there is not a socket.
        ForeignPeer: another user's server listens there; nothing was sent.
        PeerGone: the server's backlog stayed full for ``timeout`` seconds.
    """
    if os.path.islink(path):
        raise SocketPathTaken(f"{path} is in the way: a symbolic link")
    deadline = time.monotonic() + timeout
    while True:
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        sock.settimeout(timeout)
        try:
            sock.connect(path)
            break
        except OSError as error:
            sock.close()
            if error.errno == errno.ECONNREFUSED and not _is_socket(path):
                raise SocketPathTaken(f"{path} is in the way: not a socket") from None
            # A Unix socket with a full backlog refuses at once with EAGAIN, whatever the timeout.
            if error.errno != errno.EAGAIN:
                raise
            if time.monotonic() > deadline:
                raise PeerGone("the server takes no connections") from None
            time.sleep(0.005)
    owner = peer(sock).uid
    if owner != os.getuid():
        sock.close()
        raise ForeignPeer(f"{path}: the server belongs to another user ({owner})")
    return sock


def _is_socket(path: str) -> bool:
    try:
        return stat.S_ISSOCK(os.lstat(path).st_mode)
    except OSError:
        return True


def peer(sock: socket.socket) -> Peer:
    """The process at the other end of a connected Unix socket, as it was when it connected or listened."""
    size = struct.calcsize("3i")
    return Peer(*struct.unpack("3i", sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)))
