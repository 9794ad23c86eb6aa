"""The base of all messages: fields with rules, which are checked when a message is made, and what may follow a request.

Also the registry of all messages, and the way back from a frame's map to a message.
"""

import inspect
import math
from collections.abc import Iterable, Mapping
from enum import Enum, auto
from typing import Annotated, Any, ClassVar, Self, dataclass_transform

from ttsmesh import limits
from ttsmesh.errors import MAX_ERROR, Code, InvalidField, TtsmeshError, quoted

PROTOCOL_VERSION = 2

ADVICE = "if server and client are of different releases, run ttsmesh restart"

MAX_PATH = 4096
"""Bytes of the path of a file: the kernel takes no longer one."""


class VersionMismatch(TtsmeshError):
    """The request is of another protocol version."""

    code = Code.VERSION

    def __init__(self, theirs: object) -> None:
        spoken = theirs if isinstance(theirs, int) else "unknown"
        super().__init__(f"server speaks {PROTOCOL_VERSION}, this client {spoken}; run ttsmesh restart")


# --- rules for the values of fields, carried in their annotations --------------------------------------------------


class Rule:
    """What the value of a field must be."""

    def fault(self, value: object) -> str | None:
        """What is wrong with ``value``, in a few words that follow the field's name, or None."""
        raise NotImplementedError


class Text(Rule):
    """A string of ``least`` to ``most`` bytes of UTF-8. Lone surrogates are not text."""

    def __init__(self, most: int, least: int = 0) -> None:
        self.least, self.most = least, most

    def fault(self, value: object) -> str | None:
        if not isinstance(value, str):
            return "must be text"
        try:
            size = len(value.encode())
        except UnicodeEncodeError:
            return "must be valid UTF-8"
        return None if self.least <= size <= self.most else f"must be {self.least} to {self.most} bytes"


class Number(Rule):
    """A finite number in a range; booleans are not numbers."""

    def __init__(self, least: float, most: float) -> None:
        self.least, self.most = least, most

    def fault(self, value: object) -> str | None:
        # Compared, not math.isfinite(): that raises OverflowError for whole numbers of more than 308 digits.
        if isinstance(value, bool) or not isinstance(value, int | float) or not -math.inf < value < math.inf:
            return "must be a finite number"
        return None if self.least <= value <= self.most else f"must be from {self.least:g} to {self.most:g}"


class Whole(Number):
    """A whole number in a range."""

    def fault(self, value: object) -> str | None:
        return super().fault(value) if isinstance(value, int) else "must be a whole number"


class Flag(Rule):
    """True or false."""

    def fault(self, value: object) -> str | None:
        return None if isinstance(value, bool) else "must be true or false"


class Bytes(Rule):
    """At most ``most`` bytes."""

    def __init__(self, most: int) -> None:
        self.most = most

    def fault(self, value: object) -> str | None:
        if not isinstance(value, bytes):
            return "must be bytes"
        return None if len(value) <= self.most else f"must be at most {self.most} bytes"


class OneOf(Rule):
    """One of the ``choices``."""

    def __init__(self, *choices: str) -> None:
        self.choices = choices

    def fault(self, value: object) -> str | None:
        return None if value in self.choices else f"must be one of {', '.join(self.choices)}"


class Maybe(Rule):
    """A value that meets the rule, or None."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule

    def fault(self, value: object) -> str | None:
        return None if value is None else self.rule.fault(value)


_NAME = Text(limits.MAX_NAME)
_BIG = 2**53  # up to here a float has each whole number

Name = Annotated[str, _NAME]
OptionalName = Annotated[str | None, Maybe(_NAME)]
OptionalCaller = Annotated[str | None, Maybe(Text(limits.MAX_NAME, least=1))]
Id = Annotated[str, Text(32, least=1)]
Path = Annotated[str, Text(MAX_PATH, least=1)]
OptionalPath = Annotated[str | None, Maybe(Text(MAX_PATH, least=1))]
Line = Annotated[str, Text(MAX_ERROR)]
OptionalLine = Annotated[str | None, Maybe(Text(MAX_ERROR))]
Truth = Annotated[bool, Flag()]
Count = Annotated[int, Whole(0, _BIG)]
OptionalCount = Annotated[int | None, Maybe(Whole(0, _BIG))]
Seconds = Annotated[float, Number(0, _BIG)]
OptionalSeconds = Annotated[float | None, Maybe(Number(0, _BIG))]
Speed = Annotated[float, Number(limits.SPEED_MIN, limits.SPEED_MAX)]
OptionalSpeed = Annotated[float | None, Maybe(Number(limits.SPEED_MIN, limits.SPEED_MAX))]
OptionalVolume = Annotated[float | None, Maybe(Number(0, limits.VOLUME_MAX))]
Pitch = Annotated[float, Number(limits.PITCH_MIN, limits.PITCH_MAX)]
ErrorCode = Annotated[str, OneOf(*Code)]
OptionalCode = Annotated[str | None, Maybe(OneOf(*Code))]
Pcm = Annotated[bytes, Bytes(limits.MAX_REPLY // 2)]


# --- the base, the registry, the codec -----------------------------------------------------------------------------


REGISTRY: dict[str, type["Message"]] = {}


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Message:
    """Base of all messages: immutable, keyword-only, compared by value, every field checked against its rule.

    It does what ``dataclass`` would, without generating code. `say` imports some twenty of these classes each time it
    runs, and to generate code for them took 14 ms of its 60.
    """

    type: ClassVar[str]
    rules: ClassVar[dict[str, Rule]] = {}
    _defaults: ClassVar[dict[str, Any]] = {}

    def __init_subclass__(cls, name: str = "") -> None:
        annotations = inspect.get_annotations(cls).items()
        own = {field: rule for field, rule in annotations if getattr(rule, "__origin__", None) is not ClassVar}
        cls.rules = cls.rules | {field: annotation.__metadata__[0] for field, annotation in own.items()}
        cls._defaults = cls._defaults | {field: cls.__dict__[field] for field in own if field in cls.__dict__}
        if name:
            cls.type = name
            REGISTRY[name] = cls

    def __init__(self, /, **values: Any) -> None:
        # ``self`` is positional-only, so a field that a peer calls "self" is an unknown field like any other.
        values = self._defaults | values
        for name, rule in self.rules.items():
            if name not in values:
                raise InvalidField(f"{self.type}: {name} is missing")
            fault = rule.fault(values[name])
            if fault:
                raise InvalidField(f"{self.type}: {name} {fault}")
        if len(values) > len(self.rules):
            unknown = quoted(min(values.keys() - self.rules.keys()))
            raise InvalidField(f"{self.type}: unknown field {unknown}; {ADVICE}")
        self.__dict__.update(values)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{self.type} messages are immutable")

    def __eq__(self, other: object) -> bool:
        return self.__class__ is other.__class__ and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((self.type, *(self.__dict__[name] for name in self.rules)))

    def __repr__(self) -> str:
        # Only the names of the fields: values are the users' texts, and representations end up in logs.
        return f"<{self.type} {' '.join(self.rules)}>"

    def to_map(self) -> dict[str, Any]:
        """The map that goes on the wire, without the optional fields that are absent."""
        body = {name: value for name, value in self.__dict__.items() if value is not None}
        body["type"] = self.type
        return body

    @classmethod
    def from_map(cls, body: dict[str, Any]) -> Self:
        """The message in a frame's map. Raises InvalidField."""
        return cls(**{name: value for name, value in body.items() if name != "type"})


class State(Enum):
    """How far the answerer of a request has come."""

    ASKED = auto()
    ACCEPTED = auto()
    SOUNDING = auto()
    STREAMING = auto()
    ENDED = auto()


ASKED, ACCEPTED, SOUNDING, STREAMING, ENDED = State

Replies = Mapping[State, Mapping[str, State]]
"""What may answer a request: in each state the types of the replies, and the state that follows each of them.

Types, not classes, because a client need not import the messages that it never meets.
"""

_OUTCOMES = {"finished": ENDED, "interrupted": ENDED, "failed": ENDED}

ACKNOWLEDGEMENT: Replies = {ASKED: {"accepted": ENDED}}
"""The request is accepted, and nothing more is said."""

UNTIL_OUTCOME: Replies = {
    ASKED: {"accepted": ACCEPTED},
    ACCEPTED: {"started": SOUNDING, **_OUTCOMES},
    SOUNDING: {"progress": SOUNDING, **_OUTCOMES},
}
"""The request is accepted, and followed to the outcome of its utterance."""

WITH_PLACES: Replies = {
    **UNTIL_OUTCOME,
    ACCEPTED: {**UNTIL_OUTCOME[ACCEPTED], "mark": ACCEPTED},
    SOUNDING: {**UNTIL_OUTCOME[SOUNDING], "word": SOUNDING, "mark": SOUNDING},
}
"""The same, with the words and marks that are heard."""

HELD: Replies = {ASKED: {"accepted": ACCEPTED}, ACCEPTED: {"accepted": ACCEPTED, **_OUTCOMES}}
"""The request is accepted, what follows it is accepted as well, and an outcome ends it."""

STREAMED: Replies = {**WITH_PLACES, SOUNDING: {**WITH_PLACES[SOUNDING], "output": SOUNDING}}
"""The same, with the bytes of its sound."""


def listing(*entries: str) -> Replies:
    """Any number of ``entries``, by the types of their messages, then End."""
    more = {**dict.fromkeys(entries, STREAMING), "end": ENDED}
    return {ASKED: more, STREAMING: more}


class Request(Message):
    """A message that opens an exchange.

    Its class declares what may follow it: ``replies``, and the types of the messages that the opener may send later.
    """

    version: Annotated[int, Whole(0, _BIG)] = PROTOCOL_VERSION
    replies: ClassVar[Replies]
    followups: ClassVar[frozenset[str]]

    def __init_subclass__(cls, name: str, *, replies: Replies, followups: Iterable[str] = ()) -> None:
        super().__init_subclass__(name)
        cls.replies = replies
        cls.followups = frozenset(followups)

    def may_answer(self) -> Replies:
        """What may answer this very request. Any request may also be rejected while it is only asked."""
        return self.replies


def decode(body: dict[str, Any]) -> Message:
    """The message in a frame's map.

    Raises:
        VersionMismatch: it is a request of another protocol version; nothing else in it was looked at.
        InvalidField: names the first fault of the message.
    """
    cls = REGISTRY.get(kind) if isinstance(kind := body.get("type"), str) else None
    is_request = issubclass(cls, Request) if cls is not None else "version" in body
    if is_request and body.get("version") != PROTOCOL_VERSION:
        raise VersionMismatch(body.get("version"))
    if cls is None:
        raise InvalidField(f"unknown message type {quoted(kind)}; {ADVICE}")
    return cls.from_map(body)


def known(reply: dict[str, Any]) -> dict[str, Any] | None:
    """``reply``, a frame's map, without the fields that this release does not know; None if it is of an unknown type.

    A later release may add both. Requests are not read so: what a server does not know would silently not be done.
    """
    kind = reply.get("type")
    if not isinstance(kind, str):
        return reply
    cls = REGISTRY.get(kind)
    return {name: reply[name] for name in reply if name == "type" or name in cls.rules} if cls is not None else None
