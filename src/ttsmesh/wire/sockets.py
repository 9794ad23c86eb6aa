"""Unix sockets: the runtime directory and its rules, binding, connecting, who is at the other end. Blocking, stdlib."""

import contextlib
import errno
import os
import socket
import stat
import struct
import time
from typing import NamedTuple

from ttsmesh.errors import Code, ConfigError, PeerGone, TtsmeshError
from ttsmesh.limits import BACKLOG, CONNECT_TIMEOUT, SOCKET_PATH_MAX

MODEL_SOCKET = "model.sock"
AUDIO_SOCKET = "audio.sock"
"""Where the voice servers fetch audio. Not the model server's own socket: that is closed while saves still drain."""

START_LOCK = "start.lock"
"""Held by whoever starts a server, until its socket listens. Never unlinked: a lock on a removed file locks nobody."""

SERVER_LOCK = "server.lock"
"""Held by the model server for as long as it lives; holds its pid."""


class SocketPathTaken(TtsmeshError):
    """Something that is not a socket is where ours should be."""

    code = Code.UNAVAILABLE


class ForeignPeer(TtsmeshError):
    """Another user is at the other end."""

    code = Code.PERMISSION


class Peer(NamedTuple):
    """Who is at the other end, as the kernel says."""

    pid: int
    uid: int
    gid: int


class Place(NamedTuple):
    """Where a socket is bound: a path, and the file that was there right after binding.

    As long as the socket is open the kernel keeps that file, and so no other one can have its number.
    """

    path: str
    device: int
    inode: int

    def ours(self) -> bool:
        """Whether the socket is still what a client finds under its path."""
        try:
            info = os.lstat(self.path)
        except OSError:
            return False
        return (info.st_dev, info.st_ino) == (self.device, self.inode)

    def give_up(self) -> None:
        """Remove the file, unless it is another socket's by now. To be called before the socket is closed."""
        if self.ours():
            with contextlib.suppress(OSError):
                os.unlink(self.path)


def place(sock: socket.socket) -> Place:
    """The place of a socket that was bound just now; one that is not ours where no file is to be seen."""
    path = sock.getsockname()
    try:
        info = os.lstat(path)
    except (OSError, ValueError):  # it was removed already, or the socket has no name, or an abstract one
        return Place("", 0, 0)
    return Place(path, info.st_dev, info.st_ino)


def runtime_dir() -> str:
    """The directory of our sockets and locks, made when missing, mode 0700.

    ``$XDG_RUNTIME_DIR/ttsmesh``, else ``/run/user/UID/ttsmesh``, else ``$XDG_STATE_HOME/ttsmesh/run``; never below /tmp
    by our own choice.

    Raises:
        ConfigError: the directory is somebody else's, or open to others. It is left as it is.
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
        raise ConfigError(f"no runtime directory: {directory}: {error.strerror}") from None
    if fault:
        raise ConfigError(f"unsafe directory {directory}: {fault}")
    return directory


def _choose() -> str:
    given = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(given) and os.path.isdir(given) and os.stat(given).st_uid == os.getuid():
        # Ours, so meant: an unsafe mode is for its owner to mend, not for us to walk around.
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
    """What makes ``directory`` unsafe to keep a socket in, if anything."""
    info = os.stat(directory, follow_symlinks=False)
    if not stat.S_ISDIR(info.st_mode):
        return "not a directory"
    if info.st_uid != os.getuid():
        return f"owner {info.st_uid} (want {os.getuid()})"
    if info.st_mode & 0o077:
        return f"mode {stat.S_IMODE(info.st_mode):04o} (want 0700)"
    return None


def listen(path: str) -> socket.socket:
    """A listening socket bound to ``path``, mode 0600. A stale socket file is replaced; the caller holds the lock.

    Raises:
        SocketPathTaken: something else is there; it is left as it is.
    """
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISSOCK(os.lstat(path).st_mode):
            raise SocketPathTaken(f"{path} is in the way: not a socket")
        os.unlink(path)
    return listen_anew(path)


def listen_anew(path: str) -> socket.socket:
    """A listening socket bound to ``path``, mode 0600, where nothing is yet.

    Raises:
        OSError: something is there, or the directory is not.
    """
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    try:
        # The directory is private already; the mode guards against one that somebody opens later.
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
    """A connection to our own server behind ``path``; blocking, with ``timeout`` on every later operation too.

    Raises:
        FileNotFoundError, ConnectionRefusedError: no server is there.
        SocketPathTaken: no socket is there.
        ForeignPeer: another user's server is there; nothing was sent.
        PeerGone: its backlog stayed full until the deadline.
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
            # A full backlog refuses at once with EAGAIN on Unix sockets, whatever the timeout says.
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
    """Who is at the other end of a connected Unix socket (for a listener's side: who connected)."""
    size = struct.calcsize("3i")
    return Peer(*struct.unpack("3i", sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)))
