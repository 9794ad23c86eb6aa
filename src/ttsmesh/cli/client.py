"""The blocking driver of an exchange with the model server."""

import os
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ttsmesh.errors import Code, InvalidField, PeerGone, RejectedError, RemoteProtocolError, TtsmeshError, system_faults
from ttsmesh.limits import ACKNOWLEDGE_TIMEOUT, START_TIMEOUT
from ttsmesh.wire import client_messages, sockets
from ttsmesh.wire.exchange import Exchange, NeedData, PeerDone, Side
from ttsmesh.wire.schema import Message, Request

if TYPE_CHECKING:
    from ttsmesh.cli.start import Starter

_READ_SIZE = 64 * 1024


class NotRunning(TtsmeshError):
    """No model server, and this request does not start one."""

    code = Code.UNAVAILABLE


class _Leaving(Exception):
    """The server closed before its first reply: it was just leaving."""


class Client:
    """One exchange. ``first`` is the reply that acknowledges; iterate for the rest."""

    def __init__(self, sock: socket.socket, request: Request, patience: float | None = None) -> None:
        self._sock = sock
        self._exchange = Exchange(Side.OPENER)
        sock.settimeout(ACKNOWLEDGE_TIMEOUT if patience is None else patience)
        try:
            sock.sendall(self._exchange.send(request))
        except TimeoutError:
            raise PeerGone("the model server does not answer") from None
        except (BrokenPipeError, ConnectionResetError):
            pass  # a refusal, if that is what it is, comes first
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
        """Replies after the first, to the end of the exchange. Raises PeerGone when the server goes away early."""
        while not self._exchange.ended:
            yield self._receive()

    @property
    def ended(self) -> bool:
        """Whether the last reply was given."""
        return self._exchange.ended

    def fileno(self) -> int:
        return self._sock.fileno()

    def here(self) -> Iterator[Message]:
        """Replies that were received and not given yet. Raises PeerGone as above."""
        while not self._exchange.ended and (message := self._next()) is not None:
            yield message

    def read(self) -> None:
        """Receive something: at once when the socket is readable."""
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
            # Of a message that we make it is the user's mistake, of one that we get it is the server's.
            raise RemoteProtocolError(error.message) from None
        if isinstance(event, PeerDone):
            raise PeerGone("the model server went away")
        return None if isinstance(event, NeedData) else event


def ask(request: Request, *, may_start: bool, patience: float | None = None) -> Client:
    """Send ``request`` to the model server, starting one if there is none and ``may_start``.

    Raises:
        NotRunning: there is none and it may not be started.
        Rejected: the server refuses, with its reason.
        PeerGone: it does not answer within ``patience`` seconds; without them, within the usual time, which is longer
            for a server that is starting.
    """
    directory = sockets.runtime_dir()
    path = os.path.join(directory, sockets.MODEL_SOCKET)
    if not may_start and _would_start(directory):
        raise NotRunning("the mesh is not running")
    starter: Starter | None = None
    # A server that is just leaving may close on us; whoever comes next finds no socket, or a successor's.
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


# `say` on a warm mesh needs neither of these, nor what they import.


def _starter(directory: str, request: Request) -> "Starter":
    from ttsmesh.cli.start import Starter, check_voices

    if isinstance(request, client_messages.Say):
        check_voices()
    return Starter(directory)


def _is_starting(sock: socket.socket) -> bool:
    """Whether it is not the model server that listens behind ``sock``, but one that still waits for it to leave."""
    from ttsmesh.host import locks

    return locks.server_pid(os.path.dirname(sock.getpeername())) != sockets.peer(sock).pid


def _would_start(directory: str) -> bool:
    """Whether merely to connect would start a server: none is there, and it is systemd that listens."""
    from ttsmesh.host import locks

    if locks.server_pid(directory) is not None:
        return False
    from ttsmesh.cli.start import in_charge

    return in_charge(directory)
