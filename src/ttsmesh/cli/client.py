"""Exchanges with the model server on a blocking socket, for all commands.

`say` on a warm mesh must start quickly. So what only a start needs is imported in the functions at the end.
"""

import contextlib
import os
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ttsmesh.errors import Code, InvalidField, PeerGone, RejectedError, RemoteProtocolError, TtsmeshError, system_faults
from ttsmesh.limits import ACKNOWLEDGE_TIMEOUT, START_LOCK_TIMEOUT, START_TIMEOUT
from ttsmesh.wire import client_messages, sockets
from ttsmesh.wire.exchange import Exchange, NeedData, PeerDone, Side
from ttsmesh.wire.schema import Message, Request

if TYPE_CHECKING:
    from ttsmesh.cli.start import Starter

_READ_SIZE = 64 * 1024
"""Bytes that are read at once, at most."""


def directory() -> str | None:
    """The caller's directory for a request; None if it is gone or has a name that no message can hold."""
    try:
        path = os.getcwd()
        path.encode()
    except (OSError, UnicodeEncodeError):
        return None
    return path


class NotRunning(TtsmeshError):
    """There is no model server, and the request does not start one."""

    code = Code.UNAVAILABLE


class _Leaving(Exception):
    """The server closed before its first reply, because it was leaving."""


class Client:
    """One exchange. ``first`` is the reply that acknowledges the request; to iterate gives the others."""

    def __init__(self, sock: socket.socket, request: Request, patience: float | None = None) -> None:
        self._sock = sock
        self._exchange = Exchange(Side.OPENER)
        sock.settimeout(ACKNOWLEDGE_TIMEOUT if patience is None else patience)
        try:
            sock.sendall(self._exchange.send(request))
        except TimeoutError:
            raise PeerGone("the model server does not answer") from None
        except (BrokenPipeError, ConnectionResetError):
            pass  # the server may have refused before it closed, and that is read below
        try:
            reply = self._first(may_be_starting=patience is None)
        except TimeoutError:
            raise PeerGone("the model server does not answer") from None
        except PeerGone:
            raise _Leaving from None
        if isinstance(reply, client_messages.Rejected):
            raise RejectedError(reply.message, Code(reply.code))
        self.first = reply
        sock.settimeout(None)

    def __iter__(self) -> Iterator[Message]:
        """The replies after the first. Raises ``PeerGone`` if the server goes away before the exchange has ended."""
        while not self._exchange.ended:
            yield self._receive()

    def send(self, message: Message) -> None:
        """Send what may follow the request, and wait while the server has no room for it. A server that has closed may
        have said why before, and that can be read."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._sock.sendall(self._exchange.send(message))

    @property
    def ended(self) -> bool:
        """Whether the last reply was received."""
        return self._exchange.ended

    def fileno(self) -> int:
        return self._sock.fileno()

    def here(self) -> Iterator[Message]:
        """The replies that ``read`` has received. Raises ``PeerGone`` as ``__iter__`` does."""
        while not self._exchange.ended and (message := self._next()) is not None:
            yield message

    def read(self) -> None:
        """Receive what there is, or wait for something."""
        try:
            self._exchange.receive(self._sock.recv(_READ_SIZE))
        except ConnectionResetError:
            raise PeerGone("the model server went away") from None

    def close(self) -> None:
        self._sock.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _first(self, *, may_be_starting: bool) -> Message:
        try:
            return self._receive()
        except TimeoutError:
            if not (may_be_starting and _is_starting(self._sock)):
                raise
        self._sock.settimeout(START_TIMEOUT)
        return self._receive()

    def _receive(self) -> Message:
        while (message := self._next()) is None:
            self.read()
        return message

    def _next(self) -> Message | None:
        try:
            event = self._exchange.next()
        except InvalidField as error:
            # An invalid field is the user's mistake in a message that we make, and the server's in one that we get.
            raise RemoteProtocolError(error.message) from None
        if isinstance(event, PeerDone):
            raise PeerGone("the model server went away")
        return None if isinstance(event, NeedData) else event


def ask(request: Request, *, may_start: bool, patience: float | None = None) -> Client:
    """Send ``request`` to the model server. If there is none, start one, provided that it ``may_start``.

    Raises:
        NotRunning: there is no server and it may not be started.
        RejectedError: the server refuses, with its reason.
        PeerGone: the server does not answer within ``patience`` seconds. If they are not given, that is the usual time,
            which is longer for a server that starts.
    """
    directory = sockets.runtime_dir()
    path = os.path.join(directory, sockets.MODEL_SOCKET)
    if not may_start and _would_start(directory):
        raise NotRunning("the mesh is not running")
    starter: Starter | None = None
    # A server that leaves may close without a reply. The second time there is no socket, or a successor's.
    for _ in range(2):
        with system_faults(path, Code.UNAVAILABLE):
            try:
                sock = sockets.connect(path)
            except (FileNotFoundError, ConnectionRefusedError):
                if not may_start:
                    raise NotRunning("the mesh is not running") from None
                starter = starter or _starter(directory, request)
                sock = starter.connect()
        try:
            return Client(sock, request, patience)
        except _Leaving:
            sock.close()
        except BaseException:
            sock.close()
            raise
    raise (starter or _starter(directory, request)).failure()


def tell(request: Request) -> int:
    """Send a command to the model server if there is one. Returns the number of utterances that it reached."""
    try:
        with ask(request, may_start=False) as client:
            assert isinstance(client.first, client_messages.Accepted)
            return client.first.count or 0
    except NotRunning:
        return 0


def start_early() -> None:
    """Start the model server if there is none, and do not wait until it serves. For who will have something to say."""
    directory = sockets.runtime_dir()
    path = os.path.join(directory, sockets.MODEL_SOCKET)
    with system_faults(path, Code.UNAVAILABLE):
        try:
            sock = sockets.connect(path)
        except (FileNotFoundError, ConnectionRefusedError):
            from ttsmesh.cli.start import Starter

            sock = Starter(directory).connect(START_LOCK_TIMEOUT)
    sock.close()


def _starter(directory: str, request: Request) -> "Starter":
    from ttsmesh.cli.start import Starter, check_voices

    if isinstance(request, client_messages.Say | client_messages.Append):
        check_voices()
    return Starter(directory)


def _is_starting(sock: socket.socket) -> bool:
    """Whether the process behind ``sock`` is not yet the model server, because it waits for another one to leave."""
    from ttsmesh.host import locks

    return locks.server_pid(os.path.dirname(sock.getpeername())) != sockets.peer(sock).pid


def _would_start(directory: str) -> bool:
    """Whether to connect would by itself start a server: none runs, and systemd listens."""
    from ttsmesh.host import locks

    if locks.server_pid(directory) is not None:
        return False
    from ttsmesh.cli.start import in_charge

    return in_charge(directory)
