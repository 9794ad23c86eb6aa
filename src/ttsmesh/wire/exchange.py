"""One exchange a connection: a request, its replies, then close. Sans-IO: bytes in and out, no sockets, no clocks.

The side that opened the connection (the *opener*) sends one request, and after some requests further messages; it
cancels by half-closing. The *answerer* replies until the exchange has ended. The class of a request declares what may
follow it (see ``messages``).
"""

from enum import Enum, auto

from ttsmesh import limits
from ttsmesh.errors import LocalProtocolError, PeerGone, RemoteProtocolError
from ttsmesh.wire.client_messages import Rejected
from ttsmesh.wire.framing import FrameReader, pack
from ttsmesh.wire.schema import ASKED, ENDED, Message, Request, decode, known


class Side(Enum):
    """One of the two ends of an exchange."""

    OPENER = auto()
    ANSWERER = auto()


class NeedData:
    """No whole message has come yet."""


class PeerDone:
    """The peer has half-closed or closed, which it was allowed to, and will send nothing more."""


NEED_DATA = NeedData()
PEER_DONE = PeerDone()


class Exchange:
    """One side of one exchange.

    ``send`` turns a message into bytes, ``receive`` takes the peer's bytes, and ``next`` gives the peer's messages.
    Neither side may send what the request does not allow.
    """

    def __init__(self, side: Side) -> None:
        self._side = side
        self._request: Request | None = None
        self._state = ASKED
        self._peer_closed = False
        # Only requests may be large, and only openers send them.
        self._frames = FrameReader(limits.MAX_REPLY if side is Side.OPENER else limits.MAX_REQUEST)

    @property
    def ended(self) -> bool:
        """Whether the terminal reply was sent or received."""
        return self._state is ENDED

    @property
    def partial(self) -> bool:
        """Whether part of a frame was received, and its rest was not."""
        return self._frames.partial

    def send(self, message: Message) -> bytes:
        """The bytes of ``message``.

        Raises:
            LocalProtocolError: it may not be sent now.
        """
        wrong = self._advance(message, by_opener=self._side is Side.OPENER)
        if wrong:
            raise LocalProtocolError(wrong)
        return pack(message.to_map())

    def receive(self, data: bytes) -> None:
        """Take bytes from the peer; ``b""`` is its end of file.

        Raises:
            RemoteProtocolError: the frame is longer than is allowed.
        """
        if data:
            self._frames.feed(data)
        else:
            self._peer_closed = True

    def next(self) -> Message | NeedData | PeerDone:
        """The peer's next message. Of replies, what this release does not know is left out.

        Raises:
            RemoteProtocolError, InvalidField, VersionMismatch: what came is not a message, or may not be sent now.
            PeerGone: the peer closed although it still owed something.
        """
        while (body := self._frames.next()) is not None:
            if self._side is Side.OPENER and (body := known(body)) is None:
                continue
            message = decode(body)
            wrong = self._advance(message, by_opener=self._side is Side.ANSWERER)
            if wrong:
                raise RemoteProtocolError(wrong)
            return message
        if not self._peer_closed:
            return NEED_DATA
        if self._frames.partial or (self._side is Side.OPENER and not self.ended):
            raise PeerGone("the connection was closed in the middle of an exchange")
        return PEER_DONE

    def _advance(self, message: Message, *, by_opener: bool) -> str | None:
        """Take one message by either side into account. Returns what is wrong with it, or None."""
        if self._request is None:
            if by_opener and isinstance(message, Request):
                self._request = message
                return None
            # The answerer also refuses what it could not read as a request.
            if not by_opener and isinstance(message, Rejected):
                self._state = ENDED
                return None
            return f"{message.type} before a request"
        if by_opener:
            return None if message.type in self._request.followups else f"{message.type} after {self._request.type}"
        if self._state is ASKED and isinstance(message, Rejected):
            self._state = ENDED
            return None
        following = self._request.may_answer().get(self._state, {}).get(message.type)
        if following is None:
            return f"{message.type} in answer to {self._request.type} ({self._state.name.lower()})"
        self._state = following
        return None
