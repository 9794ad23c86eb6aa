"""The messages of `say` and of the commands about what sounds. They are here because `say` must start quickly.

``messages`` has them too, by ``__all__``, and tells how to add a message.
"""

from typing import Annotated

from ttsmesh import limits
from ttsmesh.wire.schema import (
    ACKNOWLEDGEMENT,
    UNTIL_OUTCOME,
    Count,
    ErrorCode,
    Line,
    Maybe,
    Message,
    OneOf,
    OptionalCount,
    OptionalLine,
    OptionalName,
    OptionalPath,
    OptionalSeconds,
    OptionalSpeed,
    OptionalVolume,
    Pitch,
    Replies,
    Request,
    Speed,
    Text,
    Truth,
    Whole,
)

__all__ = [
    "Accepted",
    "Failed",
    "Finished",
    "Interrupted",
    "Pause",
    "Progress",
    "Rejected",
    "Resume",
    "Say",
    "SetSpeed",
    "Skip",
    "Started",
    "Stop",
]

# --- requests ------------------------------------------------------------------------------------------------------


class Say(Request, name="say", replies=UNTIL_OUTCOME):
    """Speak ``text``, or save it as ``output`` (absolute). ``umask`` is the caller's, for the file's mode.

    ``terminal``: a person reads what the caller prints, and may be told of an earlier failure. ``began_at`` and
    ``sent_at``: CLOCK_MONOTONIC seconds when the caller's process began, and when it made this.
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
    began_at: OptionalSeconds = None
    sent_at: OptionalSeconds = None

    def may_answer(self) -> Replies:
        return self.replies if self.wait else ACKNOWLEDGEMENT


class Stop(Request, name="stop", replies=ACKNOWLEDGEMENT):
    """Silence: what sounds and all that waits, or only one utterance, one voice's, or the caller's own (``mine``)."""

    id: Annotated[str | None, Maybe(Text(32, least=1))] = None
    voice: OptionalName = None
    mine: Truth = False
    caller: OptionalName = None


class Pause(Request, name="pause", replies=ACKNOWLEDGEMENT):
    """Hold what sounds at its sample, until Resume."""


class Resume(Request, name="resume", replies=ACKNOWLEDGEMENT):
    """Go on from the held sample."""


class Skip(Request, name="skip", replies=ACKNOWLEDGEMENT):
    """End what sounds; the next in the queue goes on."""


class SetSpeed(Request, name="set_speed", replies=ACKNOWLEDGEMENT):
    """Speak at ``speed`` what sounds, what waits and what comes, but for texts with a speed of their own."""

    speed: Speed


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
    """Still sounding: frames heard so far; towards clients also how many characters of the text that is.

    ``written_at`` and ``heard_at``: CLOCK_MONOTONIC seconds when the first sample was given to the device, and when the
    device had played it, as far as that is known.
    """

    heard: Count
    characters: OptionalCount = None
    written_at: OptionalSeconds = None
    heard_at: OptionalSeconds = None


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
