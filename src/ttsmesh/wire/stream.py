"""Exchanges on asyncio: a channel over a connected socket, with limits on time and buffers, and an accept loop.

``ttsmesh.cli.client`` is the same for blocking sockets.
"""

import asyncio
import contextlib
import errno
import logging
import os
import select
import socket
from collections.abc import Awaitable, Callable

from ttsmesh.errors import PeerGone, os_reason
from ttsmesh.limits import FRAME_TIMEOUT, SEND_BUFFER, SEND_TIMEOUT
from ttsmesh.wire import sockets
from ttsmesh.wire.exchange import Exchange, NeedData, PeerDone, Side
from ttsmesh.wire.schema import Message

logger = logging.getLogger(__name__)

_READ_SIZE = 64 * 1024
"""Bytes that are read at once, at most."""


class Channel:
    """One side of one exchange over a connected Unix socket.

    Mistakes of the peer raise ``RemoteProtocolError``, ``InvalidField`` or ``VersionMismatch``. A peer that vanished or
    stalled raises ``PeerGone``.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, side: Side) -> None:
        self._reader = reader
        self._writer = writer
        self._exchange = Exchange(side)
        writer.transport.set_write_buffer_limits(high=SEND_BUFFER)

    @classmethod
    async def over(cls, sock: socket.socket, side: Side) -> "Channel":
        """Take over a connected socket."""
        sock.setblocking(False)
        reader, writer = await asyncio.open_unix_connection(sock=sock, limit=_READ_SIZE)
        return cls(reader, writer, side)

    @classmethod
    async def to(cls, path: str) -> "Channel":
        """Open an exchange with the server behind ``path``.

        Raises:
            OSError: no server listens there.
        """
        # To connect to a Unix socket succeeds at once or not at all, so it never blocks the loop.
        return await cls.over(sockets.connect(path, timeout=0), Side.OPENER)

    @property
    def ended(self) -> bool:
        return self._exchange.ended

    @property
    def peer_left(self) -> bool:
        """Whether the peer has closed, and not only half-closed, so that nothing that is sent will be read."""
        sock = self._writer.get_extra_info("socket")
        if sock.fileno() < 0:
            return True
        poll = select.poll()
        poll.register(sock.fileno(), 0)  # POLLHUP is always reported
        return bool(poll.poll(0))

    async def send(self, message: Message, *, patience: float | None = SEND_TIMEOUT) -> None:
        """Send ``message``, and wait at most ``patience`` seconds (None: for ever) while the peer does not read.

        Raises:
            PeerGone: the peer closed, or did not read in time.
        """
        data = self._exchange.send(message)
        try:
            self._writer.write(data)
            async with asyncio.timeout(patience):
                await self._writer.drain()
        except TimeoutError:
            self._writer.transport.abort()
            raise PeerGone("the peer does not read") from None
        except (OSError, RuntimeError):
            # uvloop raises RuntimeError for a write to a transport that closes.
            raise PeerGone("the peer closed the connection") from None

    async def receive(self, timeout: float | None = None) -> Message | None:
        """The peer's next message, or None when the peer has half-closed or closed, and owed nothing.

        Raises:
            PeerGone: it closed too early, or a frame was not complete ``FRAME_TIMEOUT`` seconds after its first byte.
            TimeoutError: no message came within ``timeout`` seconds.
        """
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(timeout):
            begun: float | None = None
            while True:
                event = self._exchange.next()
                if isinstance(event, Message):
                    return event
                if isinstance(event, PeerDone):
                    return None
                assert isinstance(event, NeedData)
                if self._exchange.partial and begun is None:
                    begun = loop.time()
                try:
                    async with asyncio.timeout_at(None if begun is None else begun + FRAME_TIMEOUT) as frame:
                        data = await self._reader.read(_READ_SIZE)
                except TimeoutError:
                    if frame.expired():
                        raise PeerGone("a frame was not completed in time") from None
                    raise
                except OSError:
                    raise PeerGone("the connection was reset") from None
                self._exchange.receive(data)

    def half_close(self) -> None:
        """Send nothing more. The opener cancels its request by that."""
        with contextlib.suppress(OSError, RuntimeError):
            self._writer.write_eof()

    def abort(self) -> None:
        """Close at once, without what the peer has not taken yet."""
        self._writer.transport.abort()

    async def close(self) -> None:
        """Close in both directions, after what was sent has been flushed."""
        self._writer.close()
        # A task, because a timeout would cancel a future that all share that wait for the end of this connection.
        closed = asyncio.ensure_future(self._writer.wait_closed())
        if not (await asyncio.wait([closed], timeout=SEND_TIMEOUT))[0]:
            self._writer.transport.abort()  # or it would keep the descriptor for as long as the peer does not read
            await asyncio.wait([closed])
        if not closed.cancelled():
            closed.exception()  # looked at, so that asyncio does not log it: the peer may leave as it likes

    async def __aenter__(self) -> "Channel":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


class Listener:
    """Accepts connections of the same user from a listening socket, and gives each to ``serve`` in a task of its own.

    It accepts one connection for each readiness event. The others stay in the kernel's backlog, where the next process
    finds them, so that an idle exit loses no client.
    """

    _EMFILE_PAUSE = 0.1
    """Seconds without accepting after descriptors ran out: the listening socket is readable all the while."""

    def __init__(
        self,
        sock: socket.socket,
        serve: Callable[[Channel, sockets.Peer], Awaitable[None]],
        group: asyncio.TaskGroup,
    ) -> None:
        sock.setblocking(False)
        self._sock = sock
        self._serve = serve
        self._group = group
        self._loop = asyncio.get_running_loop()
        self.connections: set[asyncio.Task[None]] = set()
        self._not_started: set[socket.socket] = set()
        self._retry: asyncio.TimerHandle | None = None
        self.resume()

    def resume(self) -> None:
        """Accept connections, at first or again."""
        self._loop.add_reader(self._sock, self.accept_waiting)

    def pause(self) -> None:
        """Leave further connections in the backlog."""
        if self._retry is not None:
            self._retry.cancel()
        self._loop.remove_reader(self._sock)

    def accept_waiting(self) -> bool:
        """Accept one connection if one waits; returns whether one did."""
        try:
            conn, _ = self._sock.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return False
        except OSError as error:
            if error.errno not in (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM):
                raise
            logger.error("cannot accept: %s", os_reason(error))
            self.pause()
            self._retry = self._loop.call_later(self._EMFILE_PAUSE, self.resume)
            return False
        who = sockets.peer(conn)
        if who.uid != os.getuid():
            logger.warning("refused a connection of uid %d (pid %d)", who.uid, who.pid)
            conn.close()
            return True
        self._not_started.add(conn)
        task = self._group.create_task(self._serve_connection(conn, who))
        self.connections.add(task)
        task.add_done_callback(lambda task: self._forget(task, conn))
        return True

    def _forget(self, task: asyncio.Task[None], conn: socket.socket) -> None:
        self.connections.discard(task)
        # A task that is cancelled before its first step closes nothing itself.
        if conn in self._not_started:
            self._not_started.discard(conn)
            conn.close()

    async def _serve_connection(self, conn: socket.socket, who: sockets.Peer) -> None:
        self._not_started.discard(conn)
        async with await Channel.over(conn, Side.ANSWERER) as channel:
            await self._serve(channel, who)
