"""The blocking driver of an exchange with the model server."""

import os
import socket
from collections.abc import Iterator

from ttsmesh import locks, messages, sockets
from ttsmesh.cli import start
from ttsmesh.errors import Code, InvalidField, PeerGone, Rejected, RemoteProtocolError, TtsmeshError
from ttsmesh.exchange import Exchange, NeedData, PeerDone, Side
from ttsmesh.limits import ACKNOWLEDGE_TIMEOUT
from ttsmesh.schema import Message, Request

_READ_SIZE = 64 * 1024


class NotRunning(TtsmeshError):
    """No model server, and this request does not start one."""

    code = Code.UNAVAILABLE


class _Leaving(Exception):
    """The server closed before its first reply: it was just leaving."""


class Client:
    """One exchange. ``first`` is the reply that acknowledges; iterate for the rest."""

    def __init__(self, sock: socket.socket, request: Request, patience: float = ACKNOWLEDGE_TIMEOUT) -> None:
        self._sock = sock
        self._exchange = Exchange(Side.OPENER)
        sock.settimeout(patience)
        try:
            sock.sendall(self._exchange.send(request))
        except TimeoutError:
            raise PeerGone("the model server does not answer") from None
        except (BrokenPipeError, ConnectionResetError):
            pass  # a refusal, if that is what it is, comes first
        try:
            reply = self._receive()
        except TimeoutError:
            raise PeerGone("the model server does not answer") from None
        except PeerGone:
            raise _Leaving from None
        if isinstance(reply, messages.Rejected):
            raise Rejected(reply.message, Code(reply.code))
        self.first = reply
        sock.settimeout(None)

    def __iter__(self) -> Iterator[Message]:
        """Replies after the first, to the end of the exchange. Raises PeerGone when the server goes away early."""
        while not self._exchange.ended:
            yield self._receive()

    def close(self) -> None:
        self._sock.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _receive(self) -> Message:
        while True:
            try:
                event = self._exchange.next()
            except InvalidField as error:
                # Of a message that we make it is the user's mistake, of one that we get it is the server's.
                raise RemoteProtocolError(error.message) from None
            if isinstance(event, Message):
                return event
            if isinstance(event, PeerDone):
                raise PeerGone("the model server went away")
            assert isinstance(event, NeedData)
            try:
                self._exchange.receive(self._sock.recv(_READ_SIZE))
            except ConnectionResetError:
                raise PeerGone("the model server went away") from None


def ask(request: Request, *, may_start: bool, patience: float = ACKNOWLEDGE_TIMEOUT) -> Client:
    """Send ``request`` to the model server, starting one if there is none and ``may_start``.

    Raises:
        NotRunning: there is none and it may not be started.
        Rejected: the server refuses, with the reason.
        PeerGone: it does not answer within ``patience`` seconds.
    """
    directory = sockets.runtime_dir()
    starter = start.Starter(directory)
    if not may_start and locks.server_pid(directory) is None and start.in_charge(directory):
        raise NotRunning("the mesh is not running")  # to connect would start it: it is systemd that listens
    # A server that is just leaving may close on us; whoever comes next finds no socket, or a successor's.
    for _ in range(2):
        try:
            sock = starter.connect() if may_start else sockets.connect(os.path.join(directory, sockets.MODEL_SOCKET))
            try:
                return Client(sock, request, patience)
            except BaseException:
                sock.close()
                raise
        except (FileNotFoundError, ConnectionRefusedError):
            raise NotRunning("the mesh is not running") from None
        except _Leaving:
            continue
    raise starter.failure()
