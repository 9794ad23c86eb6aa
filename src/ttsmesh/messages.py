"""What the mesh says: one immutable class per message, validated when it is made, on either side of the wire."""

import inspect
import math
from typing import Annotated, Any, ClassVar, Self, dataclass_transform

from ttsmesh import limits
from ttsmesh.errors import Code, InvalidField, TtsmeshError

PROTOCOL_VERSION = 1

OUTCOMES = ("finished", "interrupted", "failed")
"""How an utterance can end: the types of the messages that say so."""

MEASURES = ("first_audio_ms", "first_chunk_ms", "real_time_factor")
"""What is compared with the usual: to the first sample of speech, to the first chunk of a save, rendering of both."""


class VersionMismatch(TtsmeshError):
    """A request of another protocol version."""

    code = Code.VERSION

    def __init__(self, theirs: object) -> None:
        spoken = theirs if isinstance(theirs, int) else "unknown"
        super().__init__(f"server speaks {PROTOCOL_VERSION}, this client {spoken}; run ttsmesh restart")


# --- rules a field's value must meet, carried in its annotation ----------------------------------------------------


class Rule:
    """What a value must be; ``fault`` says in a few words what is wrong with it, or None."""

    def fault(self, value: object) -> str | None:
        raise NotImplementedError


class Text(Rule):
    """A string of at most ``most`` bytes of UTF-8. Lone surrogates are not text."""

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
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return "must be a finite number"
        return None if self.least <= value <= self.most else f"must be from {self.least:g} to {self.most:g}"


class Whole(Number):
    """A whole number in a range."""

    def fault(self, value: object) -> str | None:
        return super().fault(value) if isinstance(value, int) else "must be a whole number"


class Flag(Rule):
    def fault(self, value: object) -> str | None:
        return None if isinstance(value, bool) else "must be true or false"


class Bytes(Rule):
    def __init__(self, most: int) -> None:
        self.most = most

    def fault(self, value: object) -> str | None:
        if not isinstance(value, bytes):
            return "must be bytes"
        return None if len(value) <= self.most else f"must be at most {self.most} bytes"


class OneOf(Rule):
    def __init__(self, *choices: str) -> None:
        self.choices = choices

    def fault(self, value: object) -> str | None:
        return None if value in self.choices else f"must be one of {', '.join(self.choices)}"


class Maybe(Rule):
    """The rule, or nothing at all."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule

    def fault(self, value: object) -> str | None:
        return None if value is None else self.rule.fault(value)


_NAME = Text(limits.MAX_NAME)
_BIG = 2**53

Name = Annotated[str, _NAME]
OptionalName = Annotated[str | None, Maybe(_NAME)]
Id = Annotated[str, Text(32, least=1)]
Path = Annotated[str, Text(4096, least=1)]
OptionalPath = Annotated[str | None, Maybe(Text(4096, least=1))]
Line = Annotated[str, Text(1024)]
OptionalLine = Annotated[str | None, Maybe(Text(1024))]
Truth = Annotated[bool, Flag()]
Count = Annotated[int, Whole(0, _BIG)]
OptionalCount = Annotated[int | None, Maybe(Whole(0, _BIG))]
Seconds = Annotated[float, Number(0, _BIG)]
OptionalSeconds = Annotated[float | None, Maybe(Number(0, _BIG))]
Speed = Annotated[float, Number(limits.SPEED_MIN, limits.SPEED_MAX)]
OptionalSpeed = Annotated[float | None, Maybe(Number(limits.SPEED_MIN, limits.SPEED_MAX))]
Volume = Annotated[float, Number(0, limits.VOLUME_MAX)]
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

    What ``dataclass`` would generate, without generating code: `say` imports these thirty classes each time it runs,
    and that took 14 ms of its 60.
    """

    type: ClassVar[str]
    rules: ClassVar[dict[str, Rule]] = {}
    _defaults: ClassVar[dict[str, Any]] = {}

    def __init_subclass__(cls, name: str = "") -> None:
        own = inspect.get_annotations(cls)
        cls.rules = cls.rules | {field: annotation.__metadata__[0] for field, annotation in own.items()}
        cls._defaults = cls._defaults | {field: cls.__dict__[field] for field in own if field in cls.__dict__}
        if name:
            cls.type = name
            REGISTRY[name] = cls

    def __init__(self, /, **values: Any) -> None:
        # Positional-only: a field that a peer names "self" is an unknown field like any other.
        values = self._defaults | values
        for name, rule in self.rules.items():
            if name not in values:
                raise InvalidField(f"{self.type}: {name} is missing")
            fault = rule.fault(values[name])
            if fault:
                raise InvalidField(f"{self.type}: {name} {fault}")
        if len(values) > len(self.rules):
            raise InvalidField(f"{self.type}: unknown field {echo(min(values.keys() - self.rules.keys()))}")
        self.__dict__.update(values)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{self.type} messages are immutable")

    def __eq__(self, other: object) -> bool:
        return self.__class__ is other.__class__ and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((self.type, *(self.__dict__[name] for name in self.rules)))

    def __repr__(self) -> str:
        # Names of the fields only: values are somebody's text, and representations end up in logs.
        return f"<{self.type} {' '.join(self.rules)}>"

    def to_map(self) -> dict[str, Any]:
        """The map that goes on the wire; absent optional fields are left out."""
        body = {name: value for name, value in self.__dict__.items() if value is not None}
        body["type"] = self.type
        return body

    @classmethod
    def from_map(cls, body: dict[str, Any]) -> Self:
        """The message in a frame's map. Raises InvalidField."""
        return cls(**{name: value for name, value in body.items() if name != "type"})


class Request(Message):
    """A message that opens an exchange."""

    version: Annotated[int, Whole(0, _BIG)] = PROTOCOL_VERSION


def echo(value: object) -> str:
    """At most ``limits.ECHO`` printable characters of somebody's input, for an error message."""
    text = str(value)
    shown = "".join(c if c.isprintable() else "?" for c in text[: limits.ECHO])
    return repr(shown + ("..." if len(text) > limits.ECHO else ""))


def decode(body: dict[str, Any]) -> Message:
    """The message in a frame's map.

    Raises:
        VersionMismatch: a request of another protocol version; nothing else in it was looked at.
        InvalidField: the first thing wrong with it.
    """
    cls = REGISTRY.get(kind) if isinstance(kind := body.get("type"), str) else None
    if cls is None:
        raise InvalidField(f"unknown message type {echo(kind)}")
    if issubclass(cls, Request) and body.get("version") != PROTOCOL_VERSION:
        raise VersionMismatch(body.get("version"))
    return cls.from_map(body)


# --- requests: cli -> model ----------------------------------------------------------------------------------------


class Say(Request, name="say"):
    """Speak ``text``, or save it as ``output`` (absolute). ``umask`` is the caller's, for the file's mode.

    ``terminal``: a person reads what the caller prints, and may be told of an earlier failure.
    """

    text: Annotated[str, Text(limits.MAX_TEXT)]
    voice: OptionalName = None
    language: OptionalName = None
    speed: OptionalSpeed = None
    volume: OptionalVolume = None
    pitch: Pitch = 1.0
    output: OptionalPath = None
    force: Truth = False
    umask: Annotated[int, Whole(0, 0o777)] = 0o077
    wait: Truth = False
    terminal: Truth = False
    queue: Truth = False
    priority: Annotated[str, OneOf("important", "text", "notification", "progress")] = "text"
    caller: OptionalName = None
    device: OptionalName = None


class Stop(Request, name="stop"):
    """Silence: what sounds and all that waits, or only one utterance, one voice's, or the caller's own (``mine``)."""

    id: Annotated[str | None, Maybe(Text(32, least=1))] = None
    voice: OptionalName = None
    mine: Truth = False
    caller: OptionalName = None


class Pause(Request, name="pause"):
    """Hold what sounds at its sample, until Resume."""


class Resume(Request, name="resume"):
    """Go on from the held sample."""


class Skip(Request, name="skip"):
    """End what sounds; the next in the queue goes on."""


class SetSpeed(Request, name="set_speed"):
    """Speak at ``speed``: what sounds, what waits, and what comes without a speed of its own."""

    speed: Speed


class Status(Request, name="status"):
    """How the mesh is: one ServerState, then VoiceState, UtteranceState and Summary entries, the last HistoryEntry if
    there is one, then End.
    """


class History(Request, name="history"):
    """What became of the ``last`` utterances: HistoryEntry messages, oldest first, then End."""

    last: Annotated[int, Whole(1, limits.MAX_HISTORY)] = limits.MAX_HISTORY


class Voices(Request, name="voices"):
    """What can speak: LanguageEntry and VoiceEntry messages, then End."""


class Shutdown(Request, name="shutdown"):
    """Leave: with ``drain`` let saves finish first; without it everything ends now."""

    drain: Truth = True


# --- requests: between the servers ---------------------------------------------------------------------------------


class Speak(Request, name="speak"):
    """model -> voice: prepare utterance ``id``; sound on Go. With ``output`` it is a save and needs no Go.

    It is to be heard ``rate`` times as fast, and ``pitch`` times as high, as it is rendered.
    """

    id: Id
    output: OptionalPath = None
    force: Truth = False
    umask: Annotated[int, Whole(0, 0o777)] = 0o077
    device: OptionalName = None
    prime_s: Seconds = 0.0
    rate: Speed = 1.0
    pitch: Pitch = 1.0


class Probe(Request, name="probe"):
    """model -> voice: is there an audio output? Accepted, or rejected with the reason."""

    device: OptionalName = None


class Synthesize(Request, name="synthesize"):
    """voice -> model: the audio of utterance ``id``, as it is rendered."""

    id: Id


# --- words the opener may add later --------------------------------------------------------------------------------


class Go(Message, name="go"):
    """The floor is yours: sound, or go on from the held sample."""


class Hold(Message, name="hold"):
    """Pause at this sample."""


class Rate(Message, name="rate"):
    """Be heard ``rate`` times as fast as rendered, from now on."""

    rate: Speed


# --- replies -------------------------------------------------------------------------------------------------------


class Accepted(Message, name="accepted"):
    """Validated, has a place in memory, will have exactly one outcome. ``count``: how many a command reached.

    ``notice``: why the last utterance failed, if no terminal was told yet.
    """

    id: Annotated[str | None, Maybe(Text(32, least=1))] = None
    count: OptionalCount = None
    notice: OptionalLine = None


class Rejected(Message, name="rejected"):
    """Understood, and refused."""

    code: ErrorCode
    message: Line


class Started(Message, name="started"):
    """The first sample is about to be written."""


class Progress(Message, name="progress"):
    """Still sounding: frames heard so far; towards clients also how many characters of the text that is."""

    heard: Count
    characters: OptionalCount = None


class Finished(Message, name="finished"):
    """Heard, or saved, to the end."""

    heard: Count = 0


class Interrupted(Message, name="interrupted"):
    """Ended early on somebody's wish, after ``heard`` frames, which said ``characters`` of the text."""

    heard: Count = 0
    characters: OptionalCount = None
    reason: Annotated[str, OneOf("superseded", "stopped", "skipped", "taken_back", "shutdown")] = "stopped"


class Failed(Message, name="failed"):
    """Ended by a fault."""

    code: ErrorCode
    message: Line


class AudioStart(Message, name="audio_start"):
    """What the PCM of the following Audio messages is: s16le at ``rate`` with ``channels``."""

    rate: Annotated[int, Whole(8000, 192_000)]
    channels: Annotated[int, Whole(1, 2)]


class Chunk(Message, name="chunk"):
    """The following Audio, up to the next Chunk, says characters ``start`` to ``end`` of the text."""

    start: Count
    end: Count


class Audio(Message, name="audio"):
    """PCM, at most 200 ms of it."""

    pcm: Pcm


class AudioEnd(Message, name="audio_end"):
    """All of it was sent."""


class ServerState(Message, name="server_state"):
    """The model server itself. ``model``: how far loading is. Counters are since its start.

    ``last_failure``: of any time. ``voice_starts`` counts processes, also those that came back after an idle exit.
    ``underruns`` and ``unsayable`` (characters) are absent where they are not measured.
    """

    pid: Count
    uptime_s: Seconds
    release: Name
    model: Annotated[str, OneOf("idle", "loading", "ready", "failed")]
    engine: Name
    g2p_pid: OptionalCount = None
    queued: Count
    finished: Count
    interrupted: Count
    failed: Count
    last_failure: OptionalLine = None
    accepted: Count = 0
    memory_bytes: OptionalCount = None
    g2p_memory_bytes: OptionalCount = None
    g2p_uptime_s: OptionalSeconds = None
    voice_starts: Count = 0
    voice_crashes: Count = 0
    underruns: OptionalCount = None
    unsayable: OptionalCount = None


class VoiceState(Message, name="voice_state"):
    """One voice server. ``memory_bytes`` and ``uptime_s`` are its process's, if it has one now."""

    voice: Name
    language: Name
    pid: OptionalCount = None
    state: Annotated[str, OneOf("starting", "idle", "busy", "failed", "stopped")]
    utterances: Count
    memory_bytes: OptionalCount = None
    uptime_s: OptionalSeconds = None
    starts: Count = 0
    crashes: Count = 0


class UtteranceState(Message, name="utterance_state"):
    """One accepted utterance that has no outcome yet."""

    id: Id
    voice: Name
    language: Name
    state: Annotated[str, OneOf("waiting", "preparing", "sounding", "paused", "saving")]
    caller: Name = ""
    age_s: Seconds
    first_audio_ms: OptionalSeconds = None
    rendered_s: Seconds = 0.0
    heard_s: Seconds = 0.0


class HistoryEntry(Message, name="history_entry"):
    """What became of one utterance: never its text.

    ``when``: Unix seconds of its acceptance. ``waited_ms``: how long others had their turn first. ``first_audio_ms``:
    from acceptance, or from its turn, to its first sample; for a save to its first rendered chunk.
    ``real_time_factor``: seconds of rendering per second of sound. ``reason``: of an interruption. ``code`` and
    ``message``: of a failure.
    """

    id: Id
    when: Seconds
    voice: Name
    language: Name
    saved: Truth
    outcome: Annotated[str, OneOf(*OUTCOMES)]
    reason: OptionalName = None
    code: OptionalCode = None
    message: OptionalLine = None
    waited_ms: Seconds = 0.0
    first_audio_ms: OptionalSeconds = None
    real_time_factor: OptionalSeconds = None
    rendered_s: Seconds = 0.0
    heard_s: Seconds = 0.0


class Summary(Message, name="summary"):
    """One measure since the server's start, against the days before (``usual_...``). See metrics.py for the verdict."""

    measure: Annotated[str, OneOf(*MEASURES)]
    count: Count
    median: OptionalSeconds = None
    worst: OptionalSeconds = None
    usual_count: Count = 0
    usual_median: OptionalSeconds = None
    usual_worst: OptionalSeconds = None
    verdict: Annotated[str, OneOf("unknown", "usual", "slower")] = "unknown"


class VoiceEntry(Message, name="voice_entry"):
    """A voice that can be asked for, unless there is a ``fault`` in its file.

    ``language`` and ``gender`` are empty where they are not known. ``source``: official, or yours.
    """

    name: Name
    language: Name
    gender: Name
    default: Truth = False
    source: Annotated[str, OneOf("official", "yours")] = "official"
    path: OptionalName = None
    fault: OptionalLine = None


class LanguageEntry(Message, name="language_entry"):
    """A language that can be asked for, and its default voice if one is installed."""

    code: Name
    name: Name
    voice: OptionalName = None


class End(Message, name="end"):
    """No more entries."""
