"""The messages of `say` and of the commands about what sounds. They are here because `say` must start quickly.

``messages`` has them too, by ``__all__``, and tells how to add a message.
"""

from typing import Annotated

from ttsmesh import limits
from ttsmesh.wire.schema import (
    ACKNOWLEDGEMENT,
    HELD,
    STREAMED,
    UNTIL_OUTCOME,
    WITH_PLACES,
    Count,
    ErrorCode,
    Line,
    Maybe,
    Message,
    OneOf,
    OptionalCaller,
    OptionalCount,
    OptionalLine,
    OptionalName,
    OptionalPath,
    OptionalSeconds,
    OptionalSpeed,
    OptionalVolume,
    Pcm,
    Pitch,
    Replies,
    Request,
    Seconds,
    Speed,
    Text,
    Truth,
    Whole,
)

__all__ = [
    "Accepted",
    "Again",
    "Append",
    "Back",
    "EndGroup",
    "Failed",
    "Finished",
    "Interrupted",
    "MarkHeard",
    "Mute",
    "Output",
    "Pause",
    "Progress",
    "Rejected",
    "Resume",
    "Say",
    "SetSpeed",
    "Skip",
    "Started",
    "Stop",
    "WordHeard",
]

SSML = "ssml"
"""The one of ``READ_AS`` that is a markup, and no format."""

READ_AS = ("auto", "text", "markdown", "code", "diff", "log", SSML, "key")
"""What a text may be read as; "auto" finds out."""

OptionalReadAs = Annotated[str | None, Maybe(OneOf(*READ_AS))]

PUNCTUATION = ("none", "some", "most", "all")
"""Which marks of punctuation may be named."""

CAPITALS = ("none", "spell", "icon")
"""How words with a capital may be announced."""

PRIORITIES = ("important", "text", "notification", "progress")
"""How urgent a text may be. ``ttsmesh.model.speech.floor`` has the rules."""

FORMATS = ("wav", "flac", "ogg", "opus", "mp3", "raw")
"""The formats that speech can be saved in. ``ttsmesh.output_formats`` has their properties."""

OptionalFormat = Annotated[str | None, Maybe(OneOf(*FORMATS))]

# --- requests ------------------------------------------------------------------------------------------------------


class Say(Request, name="say", replies=WITH_PLACES):
    """Speak ``text``, or save it as ``output``, an absolute path, with a mode by ``umask``, which is the caller's.

    With ``stream``, what would be saved comes in Output messages instead, and the client waits. ``format`` is the
    extension's, or that of a WAV stream, if it is not given, and ``sample_rate`` and ``bits`` are the model's own. With
    ``captions``, an absolute path, a file says when each word is heard, once all of it was.

    ``directory`` is the caller's: upward from there, the lexicon of a project is looked for. ``tags``: what looks like
    ``[voice:NAME]`` or ``[pause:1.5s]`` in it is one. With ``words`` the client is told of each word that is heard.
    ``start``: it is said from the sentence on in which that character stands.

    With ``terminal``, a person reads what the caller prints, and may be told of an earlier failure. ``began_at`` and
    ``sent_at`` are the CLOCK_MONOTONIC seconds at which the caller's process began, and made this message.
    """

    text: Annotated[str, Text(limits.MAX_TEXT)]
    voice: OptionalName = None
    language: OptionalName = None
    read_as: OptionalReadAs = None
    tags: Truth = False
    punctuation: Annotated[str, OneOf(*PUNCTUATION)] = "none"
    spell: Truth = False
    capitals: Annotated[str, OneOf(*CAPITALS)] = "none"
    start: Count = 0
    directory: OptionalPath = None
    speed: OptionalSpeed = None
    volume: OptionalVolume = None
    pitch: Pitch = 1.0
    output: OptionalPath = None
    stream: Truth = False
    format: OptionalFormat = None
    sample_rate: OptionalCount = None
    bits: OptionalCount = None
    captions: OptionalPath = None
    force: Truth = False
    umask: Annotated[int, Whole(0, 0o777)] = 0o077
    wait: Truth = False
    words: Truth = False
    terminal: Truth = False
    queue: Truth = False
    priority: Annotated[str, OneOf(*PRIORITIES)] = "text"
    caller: OptionalCaller = None
    device: OptionalName = None
    began_at: OptionalSeconds = None
    sent_at: OptionalSeconds = None

    def may_answer(self) -> Replies:
        if self.stream:
            return STREAMED
        return self.replies if self.wait else ACKNOWLEDGEMENT


class Append(Request, name="append", replies=HELD, followups=("append", "end_group")):
    """Append ``text``, which may be empty, to the group of the ``caller`` that is called ``group``.

    ``index``: the place of this piece, counted from 0. A group that there is not begins with it, and then the other
    fields, which are those of Say, hold for the whole group.

    With ``hold`` the group is fed over this exchange, and is not ended for want of news. More Append may follow, of
    which only ``text`` counts, and then EndGroup, which is accepted once all of them are. If the client leaves before
    that, the group is taken back. The outcome may come at any time.
    """

    group: Annotated[str, Text(limits.MAX_NAME, least=1)]
    text: Annotated[str, Text(limits.MAX_TEXT)] = ""
    index: OptionalCount = None
    hold: Truth = False
    voice: OptionalName = None
    language: OptionalName = None
    read_as: OptionalReadAs = None
    punctuation: Annotated[str, OneOf(*PUNCTUATION)] = "none"
    spell: Truth = False
    capitals: Annotated[str, OneOf(*CAPITALS)] = "none"
    directory: OptionalPath = None
    speed: OptionalSpeed = None
    volume: OptionalVolume = None
    pitch: Pitch = 1.0
    terminal: Truth = False
    queue: Truth = False
    priority: Annotated[str, OneOf(*PRIORITIES)] = "text"
    caller: OptionalCaller = None
    device: OptionalName = None

    def may_answer(self) -> Replies:
        return self.replies if self.hold else ACKNOWLEDGEMENT


class EndGroup(Request, name="end_group", replies=UNTIL_OUTCOME):
    """No more is appended to the group of the ``caller`` that is called ``group``; ``index``: behind this piece.

    With ``wait`` the outcome follows: of all of the group.
    """

    group: Annotated[str, Text(limits.MAX_NAME, least=1)]
    index: OptionalCount = None
    wait: Truth = False
    caller: OptionalCaller = None

    def may_answer(self) -> Replies:
        return self.replies if self.wait else ACKNOWLEDGEMENT


class Again(Request, name="again", replies=WITH_PLACES):
    """Speak again what was said last, with ``mine`` by the caller, or utterance ``id``; or save it as ``output``.

    ``from_heard``: from the sentence on in which its hearing ended. The other fields are those of Say.
    """

    id: Annotated[str | None, Maybe(Text(32, least=1))] = None
    mine: Truth = False
    from_heard: Truth = False
    output: OptionalPath = None
    format: OptionalFormat = None
    sample_rate: OptionalCount = None
    bits: OptionalCount = None
    force: Truth = False
    umask: Annotated[int, Whole(0, 0o777)] = 0o077
    wait: Truth = False
    queue: Truth = False
    caller: OptionalCaller = None

    def may_answer(self) -> Replies:
        return self.replies if self.wait else ACKNOWLEDGEMENT


class Stop(Request, name="stop", replies=ACKNOWLEDGEMENT):
    """End what sounds and all that waits, or only one utterance, those of a voice, or with ``mine`` the caller's."""

    id: Annotated[str | None, Maybe(Text(32, least=1))] = None
    voice: OptionalName = None
    mine: Truth = False
    caller: OptionalCaller = None


class Pause(Request, name="pause", replies=ACKNOWLEDGEMENT):
    """Pause what sounds at its sample, until Resume."""


class Resume(Request, name="resume", replies=ACKNOWLEDGEMENT):
    """Go on from the sample at which it was paused."""


class Skip(Request, name="skip", replies=ACKNOWLEDGEMENT):
    """End what sounds, so that the next in the queue sounds. With ``sentence``: so that its next sentence does."""

    sentence: Truth = False


class Back(Request, name="back", replies=ACKNOWLEDGEMENT):
    """Go back ``count`` sentences in what sounds. The first of them is the one that sounds, if it does for a while."""

    count: Annotated[int, Whole(1, limits.MAX_BACK)] = 1


class SetSpeed(Request, name="set_speed", replies=ACKNOWLEDGEMENT):
    """Speak at ``speed`` what sounds, what waits and what comes, except texts with a speed of their own.

    With ``id`` only that utterance is meant, whatever its speed was.
    """

    speed: Speed
    id: Annotated[str | None, Maybe(Text(32, least=1))] = None


class Mute(Request, name="mute", replies=ACKNOWLEDGEMENT):
    """Say nothing of what is said from now on, by anybody, by ``caller``, or with ``mine`` by the caller of this.

    With ``over`` that ends, for everybody if no caller is meant.
    """

    over: Truth = False
    mine: Truth = False
    caller: OptionalCaller = None


# --- replies -------------------------------------------------------------------------------------------------------


class Accepted(Message, name="accepted"):
    """The request is valid. An utterance has been given its ``id``, and will have exactly one outcome. It will be
    heard at ``speed``.

    ``count`` is the number of utterances that a command reached; of Append and EndGroup 1, or 0 if there is no such
    group, or it has been stopped, so that the text is left out. ``notice`` says why the last utterance failed, if no
    terminal was told yet, or of Mute what its caller should know.
    """

    id: Annotated[str | None, Maybe(Text(32, least=1))] = None
    count: OptionalCount = None
    speed: OptionalSpeed = None
    notice: OptionalLine = None


class Rejected(Message, name="rejected"):
    """The request was understood, and is refused."""

    code: ErrorCode
    message: Line


class Started(Message, name="started"):
    """The first sample is about to be written."""


class Progress(Message, name="progress"):
    """It sounds, and so many frames were ``heard``. Clients are also told how many characters of the text that is.

    ``written_at`` and ``heard_at`` are the CLOCK_MONOTONIC seconds at which the device was given the first sample, and
    had played it, as far as that is known.
    """

    heard: Count
    characters: OptionalCount = None
    written_at: OptionalSeconds = None
    heard_at: OptionalSeconds = None


class WordHeard(Message, name="word"):
    """The word that is said for characters ``start`` to ``end`` of the text began to be heard.

    That is ``start_s`` seconds after the text's first sound, and it ends ``end_s`` seconds after that, where nobody
    pauses or goes elsewhere in the text.
    """

    start: Count
    end: Count
    start_s: Seconds
    end_s: Seconds


class MarkHeard(Message, name="mark"):
    """The place called ``name`` in the text was heard."""

    name: Line


class Output(Message, name="output"):
    """The next bytes of what an utterance would be saved as."""

    data: Pcm


class Finished(Message, name="finished"):
    """The utterance was heard, or saved, to its end, or nothing of it for the ``reason``."""

    heard: Count = 0
    reason: Annotated[str | None, Maybe(OneOf("muted"))] = None


class Interrupted(Message, name="interrupted"):
    """The utterance was ended on purpose, after ``heard`` frames, which said ``characters`` of the text."""

    heard: Count = 0
    characters: OptionalCount = None
    reason: Annotated[str, OneOf("superseded", "stopped", "skipped", "muted", "taken_back", "shutdown")] = "stopped"


class Failed(Message, name="failed"):
    """The utterance was ended by a fault."""

    code: ErrorCode
    message: Line
