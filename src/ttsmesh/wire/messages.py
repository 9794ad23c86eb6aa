"""All messages of the mesh: one immutable class each, for either side of the wire.

To add a message:

1. Declare its class here, or in ``client_messages`` if `say` needs it. A request declares what may answer it
   (``replies``, by the types of the messages) and what its opener may send later (``followups``).
2. Answer it: ``ttsmesh.model.server.requests`` has the handlers of the model server, ``ttsmesh.voice.server`` those of
   the voice servers.
3. Send it: from a module of ``ttsmesh.cli.commands``, or from the server that needs it.
"""

from typing import Annotated

from ttsmesh import limits
from ttsmesh.output_formats import Encoding
from ttsmesh.wire.client_messages import *  # noqa: F403  # reason: to be had from here as well
from ttsmesh.wire.client_messages import CAPITALS, FORMATS, PUNCTUATION, READ_AS, OptionalReadAs
from ttsmesh.wire.schema import (
    ACKNOWLEDGEMENT,
    ASKED,
    ENDED,
    STREAMED,
    STREAMING,
    UNTIL_OUTCOME,
    Bytes,
    Count,
    Id,
    Line,
    Maybe,
    Message,
    Name,
    Number,
    OneOf,
    OptionalCaller,
    OptionalCode,
    OptionalCount,
    OptionalLine,
    OptionalName,
    OptionalPath,
    OptionalSeconds,
    Pcm,
    Pitch,
    Replies,
    Request,
    Seconds,
    Speed,
    Text,
    Truth,
    Whole,
    listing,
)
from ttsmesh.wire.word_times import MAX_WORD_TIMES

OUTCOMES = ("finished", "interrupted", "failed")
"""Types of the messages that say how an utterance ended."""

MEASURES = ("first_audio_ms", "first_chunk_ms", "real_time_factor")
"""What is compared with the usual: milliseconds to the first sample of speech and to the first chunk of a save, and
seconds of rendering for each second of sound."""

MEDIA_KEYS = ("on", "off", "not installed", "no session bus")
"""Whether media keys work while something sounds, or why not."""

MILESTONES = ("sent", "accepted", "turn", "ready", "phonemes", "rendered", "written", "heard")
"""What an utterance reaches until it is heard. Only those that are reached at the same time may change places."""


# --- requests: cli -> model ----------------------------------------------------------------------------------------


_STATUS_ENTRIES = ("muted", "voice_state", "utterance_state", "summary", "history_entry", "timeline")


class Explain(
    Request,
    name="explain",
    replies={
        ASKED: {"accepted": STREAMING},
        STREAMING: {"explanation": STREAMING, "end": ENDED, "failed": ENDED},
    },
):
    """Ask what would be said of ``text``, without a sound: Accepted, Explanation messages in its order, then End.

    The fields are those of Say.
    """

    text: Annotated[str, Text(limits.MAX_TEXT)]
    voice: OptionalName = None
    language: OptionalName = None
    read_as: OptionalReadAs = None
    tags: Truth = False
    punctuation: Annotated[str, OneOf(*PUNCTUATION)] = "none"
    spell: Truth = False
    capitals: Annotated[str, OneOf(*CAPITALS)] = "none"
    directory: OptionalPath = None


class Status(
    Request,
    name="status",
    replies={
        ASKED: {"server_state": STREAMING},
        STREAMING: {**dict.fromkeys(_STATUS_ENTRIES, STREAMING), "end": ENDED},
    },
):
    """Ask how the mesh is: one ServerState, then Muted, VoiceState, UtteranceState and Summary entries, the last
    HistoryEntry and Timeline if there is one, then End."""


class History(Request, name="history", replies=listing("history_entry", "text_part")):
    """Ask what became of the ``last`` utterances: HistoryEntry messages, oldest first, then End.

    ``caller``: only of those that this caller asked for; with ``mine`` the one that asks now. With ``text`` each entry
    is followed by its text, if that is kept, in one or more TextPart messages.
    """

    last: Annotated[int, Whole(1, limits.MAX_HISTORY)] = limits.MAX_HISTORY
    mine: Truth = False
    caller: OptionalCaller = None
    text: Truth = False


class Last(
    Request, name="last", replies={ASKED: {"accepted": STREAMING}, STREAMING: {"text_part": STREAMING, "end": ENDED}}
):
    """Ask for the text that was said last, by the ``caller`` or the one that asks if one is meant, or by utterance
    ``id``: Accepted with the utterance's id, TextPart messages, then End."""

    id: Annotated[str | None, Maybe(Text(32, least=1))] = None
    mine: Truth = False
    caller: OptionalCaller = None


class Voices(Request, name="voices", replies=listing("language_entry", "voice_entry")):
    """Ask which languages and voices there are: LanguageEntry and VoiceEntry messages, then End."""


class Shutdown(Request, name="shutdown", replies=ACKNOWLEDGEMENT):
    """End the server: with ``drain`` after the saves have finished, without it at once."""

    drain: Truth = True


# --- between the servers: requests, and what their openers may send later -------------------------------------------


class Speak(Request, name="speak", replies=UNTIL_OUTCOME, followups=("go", "hold", "rate")):
    """model -> voice: prepare utterance ``id``, and sound on Go. With ``output`` it is a save, which needs no Go, nor
    does a ``stream``, whose bytes are sent back in Output messages. Both are in ``format``, and name ``voice`` as the
    speaker.

    It is heard ``rate`` times as fast, and ``pitch`` times as high, as it is rendered. With ``words``, a Progress is
    wanted when each word begins to be heard.
    """

    id: Id
    output: OptionalPath = None
    stream: Truth = False
    format: Annotated[str, OneOf(*FORMATS)] = Encoding().format
    sample_rate: Count = Encoding().sample_rate
    bits: Count = Encoding().bits
    voice: Name = ""
    force: Truth = False
    umask: Annotated[int, Whole(0, 0o777)] = 0o077
    device: OptionalName = None
    prime_s: Seconds = 0.0
    rate: Speed = 1.0
    pitch: Pitch = 1.0
    words: Truth = False

    def may_answer(self) -> Replies:
        return STREAMED if self.stream else self.replies


class Probe(Request, name="probe", replies=ACKNOWLEDGEMENT):
    """model -> voice: ask for an audio output. Accepted if there is one, or else rejected with the reason."""

    device: OptionalName = None


class Synthesize(
    Request,
    name="synthesize",
    replies={
        ASKED: {"audio_start": STREAMING, "failed": ENDED},
        STREAMING: {
            **dict.fromkeys(("chunk", "mark_place", "pace_change", "audio"), STREAMING),
            "audio_end": ENDED,
            "failed": ENDED,
        },
    },
):
    """voice -> model: ask for the audio of utterance ``id``, as it is rendered."""

    id: Id


class Go(Message, name="go"):
    """The utterance holds the floor: sound, or go on from the sample at which it was paused."""


class Hold(Message, name="hold"):
    """Pause at this sample."""


class Rate(Message, name="rate"):
    """Play ``rate`` times as fast as rendered, from now on."""

    rate: Speed


# --- replies -------------------------------------------------------------------------------------------------------


class AudioStart(Message, name="audio_start"):
    """The PCM of the following Audio messages is s16le, with ``rate`` frames a second of ``channels``."""

    rate: Annotated[int, Whole(8000, 192_000)]
    channels: Annotated[int, Whole(1, 2)]


class Chunk(Message, name="chunk"):
    """The following Audio, up to the next Chunk, says characters ``start`` to ``end`` of the text.

    ``words``: when each word is heard, and where in the text it stands, as ``ttsmesh.wire.word_times`` packs it. They
    are sent before the sound exists. The last of them may end a little behind it, since silence is trimmed. ``title``:
    with the first chunk of what is saved that says anything, its first words.
    """

    start: Count
    end: Count
    title: Line = ""
    words: Annotated[bytes, Bytes(MAX_WORD_TIMES)] = b""


class PaceChange(Message, name="pace_change"):
    """From ``frame`` frames after the beginning of the last Chunk's sound on, it is heard ``rate`` times as fast and
    ``pitch`` times as high as the utterance otherwise is."""

    frame: Count
    rate: Annotated[float, Number(limits.SPEED_MIN / limits.SPEED_MAX, limits.SPEED_MAX / limits.SPEED_MIN)]
    pitch: Annotated[float, Number(limits.PITCH_MIN / limits.PITCH_MAX, limits.PITCH_MAX / limits.PITCH_MIN)]


class MarkPlace(Message, name="mark_place"):
    """The place called ``name`` is reached ``frame`` frames after the beginning of the last Chunk's sound. When it is
    heard, a Progress is wanted."""

    name: Line
    frame: Count


class Audio(Message, name="audio"):
    """PCM, at most 200 ms of it."""

    pcm: Pcm


class Explanation(Message, name="explanation"):
    """What is said of one chunk of a text: ``spoken`` in words, ``phonemes`` as the model gets them.

    ``read_as`` is the format that the text was found to be in, and ``unsayable`` counts characters that are left out.
    Of a text that is marked up: its ``voice``, if that is not the utterance's, the pauses that were asked for before
    and after it, and the names of its ``marks``, a line each.
    """

    language: Name
    read_as: Annotated[str, OneOf(*READ_AS)]
    spoken: Annotated[str, Text(limits.MAX_REPLY // 4)]
    phonemes: Annotated[str, Text(limits.MAX_REPLY // 4)]
    unsayable: Count
    voice: OptionalName = None
    lead_ms: OptionalSeconds = None
    pause_ms: OptionalSeconds = None
    marks: Annotated[str, Text(limits.MAX_REPLY // 4)] = ""


class AudioEnd(Message, name="audio_end"):
    """The whole utterance was sent."""


class ServerState(Message, name="server_state"):
    """The model server itself. ``model`` is how far loading has come. Counters are since the server's start.

    ``last_failure`` may be older. ``voice_starts`` counts processes, also those that came back after an idle exit.
    ``underruns`` and ``unsayable`` (characters) are absent where they are not measured. ``device_memory_bytes`` is what
    the engine has taken of a GPU's memory. ``media_keys`` tells whether they work while something sounds, or why not.
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
    device_memory_bytes: OptionalCount = None
    g2p_memory_bytes: OptionalCount = None
    g2p_uptime_s: OptionalSeconds = None
    voice_starts: Count = 0
    voice_crashes: Count = 0
    underruns: OptionalCount = None
    unsayable: OptionalCount = None
    media_keys: Annotated[str, OneOf(*MEDIA_KEYS)] = "off"


class VoiceState(Message, name="voice_state"):
    """One voice server. ``memory_bytes`` and ``uptime_s`` are those of its process, if it has one now."""

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
    """What became of one utterance, without its text. Of its ``length`` in characters so many were heard.

    ``when`` is the Unix time of its acceptance in seconds, and ``waited_ms`` the time for which others had their turn
    first. ``first_audio_ms`` counts from its acceptance, or from its turn, to its first sample, or for a save to its
    first rendered chunk. An interruption has a ``reason``, as what was muted has, a failure a ``code`` and a
    ``message``.
    """

    id: Id
    when: Seconds
    voice: Name
    language: Name
    saved: Truth
    caller: Name = ""
    length: Count = 0
    characters: Count = 0
    outcome: Annotated[str, OneOf(*OUTCOMES)]
    reason: OptionalName = None
    code: OptionalCode = None
    message: OptionalLine = None
    waited_ms: Seconds = 0.0
    first_audio_ms: OptionalSeconds = None
    real_time_factor: OptionalSeconds = None
    rendered_s: Seconds = 0.0
    heard_s: Seconds = 0.0


class TextPart(Message, name="text_part"):
    """The next part of an utterance's text, without its secrets. The parts that were ``heard`` come first."""

    text: Annotated[str, Text(limits.MAX_REPLY // 4)]
    heard: Truth


class Muted(Message, name="muted"):
    """What ``caller`` says is muted; without a name, what anybody says."""

    caller: OptionalCaller = None


class Timeline(Message, name="timeline"):
    """When the last accepted utterance reached its ``MILESTONES``, in milliseconds since its client's process began.

    If that is not known, they count from its acceptance, and ``sent`` is absent. At ``turn`` it got the floor, and at
    ``ready`` its voice process answered. ``phonemes`` and ``rendered`` are those of its first chunk, ``written`` and
    ``heard`` those of its first sample. ``zero_at`` is what they count from, in CLOCK_MONOTONIC seconds.
    """

    id: Id
    zero_at: Seconds
    sent: OptionalSeconds = None
    accepted: OptionalSeconds = None
    turn: OptionalSeconds = None
    ready: OptionalSeconds = None
    phonemes: OptionalSeconds = None
    rendered: OptionalSeconds = None
    written: OptionalSeconds = None
    heard: OptionalSeconds = None


class Summary(Message, name="summary"):
    """One measure since the server's start, beside that of the days before (``usual_...``), and how they compare."""

    measure: Annotated[str, OneOf(*MEASURES)]
    count: Count
    median: OptionalSeconds = None
    worst: OptionalSeconds = None
    usual_count: Count = 0
    usual_median: OptionalSeconds = None
    usual_worst: OptionalSeconds = None
    verdict: Annotated[str, OneOf("unknown", "usual", "slower")] = "unknown"


class VoiceEntry(Message, name="voice_entry"):
    """A voice that can be asked for if its file has no ``fault``. An unknown ``language`` or ``gender`` is empty."""

    name: Name
    language: Name
    gender: Name
    default: Truth = False
    source: Annotated[str, OneOf("official", "yours")] = "official"
    path: OptionalPath = None
    fault: OptionalLine = None


class LanguageEntry(Message, name="language_entry"):
    """A language that can be asked for, and its default voice if one is installed."""

    code: Name
    name: Name
    voice: OptionalName = None


class End(Message, name="end"):
    """No more entries."""
