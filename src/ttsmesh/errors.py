"""Every expected error of the mesh, with its code on the wire and its exit status, and text for errors to quote.

Whatever else is raised is a bug, and ends in a log as types and frames.
"""

import contextlib
from collections.abc import Iterator
from enum import StrEnum

from ttsmesh.limits import ECHO


class Code(StrEnum):
    """What ``Rejected`` and ``Failed`` carry on the wire. Each code has one exit status (see ``EXIT_STATUS``)."""

    PROTOCOL = "protocol"
    VERSION = "version"
    USAGE = "usage"
    TEXT = "text"
    VOICE = "voice"
    LANGUAGE = "language"
    UNAVAILABLE = "unavailable"
    NO_AUDIO = "no_audio"
    AUDIO = "audio"
    INTERNAL = "internal"
    SYNTHESIS = "synthesis"
    VOICE_SERVER = "voice_server"
    EXISTS = "exists"
    OUTPUT = "output"
    IO = "io"
    NO_SPACE = "no_space"
    NOTHING_TO_SAY = "nothing_to_say"
    BUSY = "busy"
    PERMISSION = "permission"
    CONFIG = "config"


EX_INTERRUPTED = 130
"""The exit status after an interruption, by a signal or by another text."""

MAX_ERROR = 1024
"""Bytes of UTF-8 of the line about an error, which is what a message carries of it."""

EXIT_STATUS: dict[Code, int] = {
    Code.USAGE: 2,
    Code.TEXT: 65,
    Code.NOTHING_TO_SAY: 65,
    Code.VOICE: 66,
    Code.LANGUAGE: 66,
    Code.UNAVAILABLE: 69,
    Code.NO_AUDIO: 69,
    Code.AUDIO: 69,
    Code.INTERNAL: 70,
    Code.SYNTHESIS: 70,
    Code.VOICE_SERVER: 70,
    Code.EXISTS: 73,
    Code.OUTPUT: 73,
    Code.IO: 74,
    Code.NO_SPACE: 74,
    Code.BUSY: 75,
    Code.PROTOCOL: 76,
    Code.VERSION: 76,
    Code.PERMISSION: 77,
    Code.CONFIG: 78,
}


# --- text for people, from sources that may say anything ------------------------------------------------------------


def printable(text: str) -> str:
    """One line that a terminal prints and obeys nothing of. For whatever is written to a terminal or a log."""
    return "".join(c if c.isprintable() else " " for c in text)


def quoted(value: object) -> str:
    """At most ``ECHO`` printable characters in quotes. For what a user or a peer has given, in an error message."""
    text = str(value)
    return repr(printable(text[:ECHO]) + ("..." if len(text) > ECHO else ""))


def clipped(text: str, most: int = MAX_ERROR) -> str:
    """At most ``most`` bytes of UTF-8, with ``?`` for what is not UTF-8. For text that goes into a message's field."""
    data = text.encode(errors="replace")
    if len(data) > most:
        data = data[: most - 3] + b"..."
    return data.decode(errors="ignore")


def failure_line(output: str, index: int = -1) -> str:
    """The line of ``output`` that says what went wrong: mostly the last. For output of other programs and libraries."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return printable(lines[index]) if lines else "no reason given"


def os_reason(error: OSError) -> str:
    """The reason in lower case, like ``permission denied``. For errors of the system, at the end of a sentence."""
    words = error.strerror or str(error) or type(error).__name__
    return words[0].lower() + words[1:]


class TtsmeshError(Exception):
    """An expected error: a code for programs, and one line for people that never carries the text to be spoken.

    The ``message`` is clipped so that it fits into a message on the wire: it may quote a path or a library at length.
    """

    code = Code.INTERNAL

    def __init__(self, message: str, code: Code | None = None) -> None:
        super().__init__(message)
        self.message = clipped(message)
        if code is not None:
            self.code = code

    @property
    def exit_status(self) -> int:
        return EXIT_STATUS[self.code]


class OutputClosed(TtsmeshError):
    """The reader of our output has closed it, so nobody is left to be told."""

    code = Code.IO


class LocalProtocolError(TtsmeshError):
    """Our own side tried to send what the exchange does not allow, which is a bug."""


class RemoteProtocolError(TtsmeshError):
    """The peer sent what the exchange does not allow."""

    code = Code.PROTOCOL


class InvalidField(TtsmeshError):
    """A message has a missing, unknown, mistyped or out-of-range field. The error names the field, not its value."""

    code = Code.PROTOCOL


class PeerGone(TtsmeshError):
    """The peer closed the connection, or died, before it had sent what it owed."""

    code = Code.UNAVAILABLE


class RejectedError(TtsmeshError):
    """A request was understood, and is refused for the reason that the code names."""


class SynthesisError(TtsmeshError):
    """A text could not be turned into sound."""

    code = Code.SYNTHESIS


class SinkError(TtsmeshError):
    """Sound could not be brought to its device or file."""

    code = Code.AUDIO


class ConfigError(TtsmeshError):
    """Settings, model files or the runtime directory are missing, damaged or unsafe."""

    code = Code.CONFIG


@contextlib.contextmanager
def system_faults(unnamed: str, code: Code = Code.IO) -> Iterator[None]:
    """Within it, an error of the system becomes one of ours, about the file that it names or else about ``unnamed``."""
    try:
        yield
    except BrokenPipeError:
        raise OutputClosed("") from None
    except OSError as error:
        raise TtsmeshError(f"{error.filename or unnamed}: {os_reason(error)}", code) from None
