"""One connection = one exchange: a request, its replies, then close. Sans-IO: bytes in and out, no sockets, no clocks.

The table below says what may follow what. It names messages by their types, because a client need not know those that
it never meets. The side that opened the connection (the *opener*) sends one request, and for some a few words later;
half-closing is its cancel. The *answerer* replies until the exchange has ended.
"""

from collections.abc import Mapping
from enum import Enum, auto

from ttsmesh import limits
from ttsmesh.errors import LocalProtocolError, PeerGone, RemoteProtocolError
from ttsmesh.wire.client_messages import Rejected, Say
from ttsmesh.wire.framing import FrameReader, pack
from ttsmesh.wire.schema import Message, Request, decode


class State(Enum):
    """Where the answerer is in an exchange."""

    ASKED = auto()
    ACCEPTED = auto()
    SOUNDING = auto()
    STREAMING = auto()
    ENDED = auto()


ASKED, ACCEPTED, SOUNDING, STREAMING, ENDED = State

Replies = Mapping[State, Mapping[str, State]]

_OUTCOMES: Mapping[str, State] = {"finished": ENDED, "interrupted": ENDED, "failed": ENDED}

_FOLLOWED: Replies = {
    ASKED: {"accepted": ACCEPTED},
    ACCEPTED: {"started": SOUNDING, **_OUTCOMES},
    SOUNDING: {"progress": SOUNDING, **_OUTCOMES},
}

_COMMAND: Replies = {ASKED: {"accepted": ENDED}}

_REPLIES: Mapping[str, Replies] = {
    "speak": _FOLLOWED,
    "synthesize": {
        ASKED: {"audio_start": STREAMING, "failed": ENDED},
        STREAMING: {"chunk": STREAMING, "audio": STREAMING, "audio_end": ENDED, "failed": ENDED},
    },
    "probe": _COMMAND,
    "stop": _COMMAND,
    "pause": _COMMAND,
    "resume": _COMMAND,
    "skip": _COMMAND,
    "set_speed": _COMMAND,
    "shutdown": _COMMAND,
    "status": {
        ASKED: {"server_state": STREAMING},
        STREAMING: {
            **dict.fromkeys(("voice_state", "utterance_state", "summary", "history_entry", "timeline"), STREAMING),
            "end": ENDED,
        },
    },
    "history": {ASKED: {"history_entry": ASKED, "end": ENDED}},
    "voices": {ASKED: {"language_entry": ASKED, "voice_entry": ASKED, "end": ENDED}},
}

_WORDS: Mapping[str, frozenset[str]] = {"speak": frozenset({"go", "hold", "rate"})}


def replies_to(request: Request) -> Replies:
    """What may answer ``request``: state -> reply -> next state. Any request may be rejected while it is only asked."""
    if isinstance(request, Say):
        return _FOLLOWED if request.wait else _COMMAND
    return _REPLIES[request.type]


class Side(Enum):
    OPENER = auto()
    ANSWERER = auto()


class NeedData:
    """``Exchange.next`` has no whole message yet."""


class PeerDone:
    """The peer will send nothing more (it half-closed or closed), and was allowed to."""


NEED_DATA = NeedData()
PEER_DONE = PeerDone()


class Exchange:
    """One side of one exchange.

    ``send`` turns a message into bytes; ``receive`` takes the peer's bytes (``b""`` is its end of file) and ``next``
    gives its messages. Nothing may be sent or read that the table does not allow.
    """

    def __init__(self, side: Side) -> None:
        self._side = side
        self._request: Request | None = None
        self._state = ASKED
        self._peer_closed = False
        # Only requests are large, and only openers send them.
        self._frames = FrameReader(limits.MAX_REPLY if side is Side.OPENER else limits.MAX_REQUEST)

    @property
    def ended(self) -> bool:
        """Whether the terminal reply was sent or received."""
        return self._state is ENDED

    @property
    def partial(self) -> bool:
        """Whether part of a frame was received."""
        return self._frames.partial

    def send(self, message: Message) -> bytes:
        """The bytes of ``message``.

        Raises:
            LocalProtocolError: it may not be said now.
        """
        wrong = self._advance(message, by_opener=self._side is Side.OPENER)
        if wrong:
            raise LocalProtocolError(wrong)
        return pack(message.to_map())

    def receive(self, data: bytes) -> None:
        """Take bytes from the peer; ``b""`` is its end of file.

        Raises:
            RemoteProtocolError: a length over the limit.
        """
        if data:
            self._frames.feed(data)
        else:
            self._peer_closed = True

    def next(self) -> Message | NeedData | PeerDone:
        """The peer's next message.

        Raises:
            RemoteProtocolError, InvalidField, VersionMismatch: what came is not a message, or may not be said now.
            PeerGone: the peer closed and still owed something.
        """
        body = self._frames.next()
        if body is not None:
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
        """Apply one message by either side; says what is wrong with it, if anything."""
        if self._request is None:
            if by_opener and isinstance(message, Request):
                self._request = message
                return None
            # A frame that could not be read as a request is answered too.
            if not by_opener and isinstance(message, Rejected):
                self._state = ENDED
                return None
            return f"{message.type} before a request"
        if by_opener:
            allowed = message.type in _WORDS.get(self._request.type, frozenset())
            return None if allowed else f"{message.type} after {self._request.type}"
        if self._state is ASKED and isinstance(message, Rejected):
            self._state = ENDED
            return None
        following = replies_to(self._request).get(self._state, {}).get(message.type)
        if following is None:
            return f"{message.type} in answer to {self._request.type} ({self._state.name.lower()})"
        self._state = following
        return None
