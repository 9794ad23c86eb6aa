"""The input of `ttsmesh pipe`: from bytes to lines, and from a line to the request that it means. Sans-IO."""

import json
from collections.abc import Mapping
from typing import Any

from ttsmesh.cli import saving
from ttsmesh.errors import Code, RejectedError, quoted
from ttsmesh.limits import KIB, MAX_NAME, MAX_TEXT
from ttsmesh.text_input import check_text, names_blanks
from ttsmesh.wire.client_messages import (
    SSML,
    Again,
    Append,
    Back,
    EndGroup,
    Mute,
    Pause,
    Resume,
    Say,
    SetSpeed,
    Skip,
    Stop,
)
from ttsmesh.wire.schema import OneOf, Request, Rule, Text

MAX_LINE = 6 * MAX_TEXT + 64 * KIB
"""Bytes of one line: the longest text fits even if JSON writes each of its bytes as six characters."""

_KEYS = {
    "voice": "voice",
    "lang": "language",
    "as": "read_as",
    "tags": "tags",
    "punctuation": "punctuation",
    "spell": "spell",
    "capitals": "capitals",
    "speed": "speed",
    "volume": "volume",
    "pitch": "pitch",
    "output": "output",
    "captions": "captions",
    "format": "format",
    "sample_rate": "sample_rate",
    "bits": "bits",
    "force": "force",
    "priority": "priority",
    "caller": "caller",
    "device": "device",
    "words": "words",
}
"""The keys of a text's JSON object, which are called as on the command line, and the fields of ``Say``."""

_COMMANDS = ("stop", "pause", "resume", "skip", "back", "speed_now", "again", "mute", "unmute")
"""The keys that make a JSON object a command."""

_MODE = OneOf("now", "queue")
_REF = Text(MAX_NAME)


class Lines:
    """Collects bytes and gives lines without their ends, and None for a line of more than ``limit`` bytes."""

    def __init__(self, limit: int = MAX_LINE) -> None:
        self._limit = limit
        self._buffer = bytearray()
        self._searched = 0  # bytes of the buffer in which there is no end of a line
        self._dropping = False
        self.ended = False

    def feed(self, data: bytes) -> None:
        """Take bytes; ``b""`` is the end of the input, which also ends the last line."""
        if data:
            self._buffer += data
        else:
            self.ended = True
            if self._buffer or self._dropping:
                self._buffer += b"\n"

    def next(self) -> tuple[bytes | None] | None:
        """The next line, in a tuple, or None if there is no whole one."""
        end = self._buffer.find(b"\n", self._searched)
        if end < 0:
            self._searched = len(self._buffer)
            if self._searched > self._limit:
                self._buffer.clear()
                self._searched = 0
                self._dropping = True
            return None
        line = None if self._dropping or end > self._limit else bytes(memoryview(self._buffer)[:end])
        del self._buffer[: end + 1]
        self._searched = 0
        self._dropping = False
        return (line,)


def reference(body: Mapping[str, Any]) -> str | int | None:
    """The line's own ``ref``, if it has one.

    Raises:
        RejectedError: the ``ref`` is neither a text nor a whole number.
    """
    ref = body.get("ref")
    if ref is None or (isinstance(ref, int) and not isinstance(ref, bool)):
        return ref
    _check("ref", ref, _REF)
    return str(ref)


def parse(line: bytes, *, text_only: bool) -> Mapping[str, Any]:
    """The JSON object in ``line``, or for a text the object with nothing but this text. It is empty for an empty line.

    Raises:
        RejectedError: the line is neither.
    """
    if not line.strip():
        return {}
    if text_only or not line.lstrip().startswith(b"{"):
        return {"text": check_text(line)}
    try:
        body: dict[str, Any] = json.loads(line.decode())
    except UnicodeDecodeError as error:
        raise RejectedError(f"not valid UTF-8 (byte {error.start})", Code.TEXT) from None
    except json.JSONDecodeError as error:
        raise RejectedError(f"not valid JSON: {error.msg} (character {error.pos})", Code.USAGE) from None
    except (ValueError, RecursionError):
        raise RejectedError("not valid JSON: a number too long, or too many brackets", Code.USAGE) from None
    return body


def request(body: Mapping[str, Any], defaults: Say) -> Request:
    """The request that a line's object means. A text takes from ``defaults`` what its object does not say.

    Raises:
        RejectedError: names the key that is unknown, or that has a value it cannot have.
    """
    if "group" in body:
        return _group(body, defaults)
    asked = [key for key in ("text", *_COMMANDS) if key in body]
    if len(asked) != 1:
        raise _wrong(f"one of text, {', '.join(_COMMANDS)} is needed" + (", not several" if asked else ""))
    (key,) = asked
    rest = {name: value for name, value in body.items() if name not in (key, "ref")}
    if key == "text":
        return _say(body["text"], rest, defaults)
    if key == "stop":
        return _stop(body["stop"], rest, defaults)
    if key == "again":
        return _again(body["again"], rest, defaults)
    if key in ("mute", "unmute"):
        return _mute(key, body[key], rest, defaults)
    _known(rest, ())
    if key == "speed_now":
        _check(key, body[key], SetSpeed.rules["speed"])
        return SetSpeed(speed=body[key])
    if key == "back" and body[key] is not True:
        _check(key, body[key], Back.rules["count"])
        return Back(count=body[key])
    if key == "skip" and body[key] == "sentence":
        return Skip(sentence=True)
    _true(key, body[key])
    return {"pause": Pause, "resume": Resume, "skip": Skip, "back": Back}[key]()


def _say(text: object, rest: Mapping[str, Any], defaults: Say) -> Say:
    if not isinstance(text, str):
        raise _wrong("text must be text")
    _known(rest, (*_KEYS, "ssml", "mode"))
    fields = {name: getattr(defaults, name) for name in Say.rules}
    for key, value in rest.items():
        if key == "mode":
            _check(key, value, _MODE)
            fields["queue"] = value == "queue"
        elif key == "ssml":
            _check(key, value, Say.rules["tags"])
            if value and rest.get("as", SSML) != SSML:
                raise _wrong(f"ssml is as {SSML}, and not another one as well")
            if value:
                fields["read_as"] = SSML
            elif fields["read_as"] == SSML:
                fields["read_as"] = None
        else:
            _check(key, value, Say.rules[_KEYS[key]])
            fields[_KEYS[key]] = value
    if fields["output"] == "-":
        raise _wrong("output must be a file: the standard output is for the answers")
    fields |= saving.fields(*(fields[name] for name in ("output", "format", "sample_rate", "bits")))
    if fields["captions"] is not None:
        fields |= saving.captions_fields(fields["captions"])
    blank = names_blanks(fields["spell"], fields["read_as"])
    return Say(**{**fields, "text": check_text(text, blank=blank)})


def _group(body: Mapping[str, Any], defaults: Say) -> Append | EndGroup:
    rest = {name: value for name, value in body.items() if name not in ("ref", "append", "end")}
    if ("append" in body) == ("end" in body):
        raise _wrong("a group needs append or end, and not both")
    if "end" in body:
        _true("end", body["end"])
        _known(rest, ("group", "index", "caller"))
        for key, value in rest.items():
            _check(key, value, EndGroup.rules[key])
        return EndGroup(wait=defaults.wait, **{"caller": defaults.caller, **rest})
    if defaults.tags:
        raise _wrong("what comes in pieces has no tags")
    if not isinstance(body["append"], str):
        raise _wrong("append must be text")
    fields = {name: getattr(defaults, name) for name in Append.rules if name in Say.rules}
    keys = {key: name for key, name in _KEYS.items() if name in Append.rules}
    _known(rest, ("group", "index", *keys, "mode"))
    for key, value in rest.items():
        name = "queue" if key == "mode" else keys.get(key, key)
        _check(key, value, _MODE if key == "mode" else Append.rules[name])
        fields[name] = value == "queue" if key == "mode" else value
    text = check_text(body["append"], blank=True) if body["append"] else ""
    return Append(**{**fields, "text": text})


def _stop(which: object, rest: Mapping[str, Any], defaults: Say) -> Stop:
    _known(rest, ("voice", "mine", "caller"))
    for key, value in rest.items():
        _check(key, value, Stop.rules[key])
    if isinstance(which, str):
        _check("stop", which, Stop.rules["id"])
        return Stop(id=which, **rest)
    _true("stop", which)
    return Stop(**_mine(rest, defaults))


def _again(which: object, rest: Mapping[str, Any], defaults: Say) -> Again:
    _known(rest, ("from_heard", "mine", "caller", "mode"))
    fields: dict[str, Any] = {"wait": defaults.wait, "queue": defaults.queue, "caller": defaults.caller}
    for key, value in rest.items():
        if key == "mode":
            _check(key, value, _MODE)
            fields["queue"] = value == "queue"
        else:
            _check(key, value, Again.rules[key])
            fields[key] = value
    if isinstance(which, str):
        _check("again", which, Again.rules["id"])
        return Again(id=which, **fields)
    _true("again", which)
    return Again(**fields)


def _mute(key: str, value: object, rest: Mapping[str, Any], defaults: Say) -> Mute:
    _true(key, value)
    _known(rest, ("mine", "caller"))
    for name, meant in rest.items():
        _check(name, meant, Mute.rules[name])
    return Mute(over=key == "unmute", **_mine(rest, defaults))


def _mine(rest: Mapping[str, Any], defaults: Say) -> Mapping[str, Any]:
    """``rest`` with the name of this pipe, if what is ``mine`` is meant."""
    return {"caller": defaults.caller, **rest} if rest.get("mine") else rest


def _known(rest: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    for key in rest:
        if key not in keys:
            raise _wrong(f"unknown key {quoted(key)}" + (f"; known: {', '.join(keys)}" if keys else " here"))


def _check(key: str, value: object, rule: Rule) -> None:
    fault = rule.fault(value)
    if fault:
        raise _wrong(f"{key} {fault}")


def _true(key: str, value: object) -> None:
    if value is not True:
        raise _wrong(f"{key} must be true")


def _wrong(reason: str) -> RejectedError:
    return RejectedError(reason, Code.USAGE)
