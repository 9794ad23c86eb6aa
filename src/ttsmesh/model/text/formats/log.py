"""Logs: syslog, dmesg, ISO times, Python logging, web servers, klog, logfmt, JSON lines, docker compose. Pure.

Of each line the time, the level and the message are said, and whose line it is (host, process, logger, service,
address) where that is not the same as in the line before.

Silent are the date where it is that of the line before, the time where it is in the minute of the line before, parts
of a second, time zones, times in seconds since some start, process ids, threads, levels below a warning, klog's date
and source file, the protocol, size, referrer and browser in a web server's line, and the marks between these. Lines
that tell the same as the line before are counted: "12 times". All of them are in the spans of pieces of their line.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from ttsmesh.model.text.formats import traces
from ttsmesh.model.text.formats.by_line import log_fields
from ttsmesh.model.text.formats.by_line.colours import past_colours
from ttsmesh.model.text.formats.by_line.log_head import STAMP, Head, head_of, level_of, stamp_parts
from ttsmesh.model.text.formats.by_line.writer import Line, PassageWriter, lines_of
from ttsmesh.model.text.passages import Passage
from ttsmesh.model.text.terms.credentials.keys import is_key, is_secret

_LONGEST_COMPARED = 1000
"""Characters of a message up to which it is compared with that of the line before."""

_REQUEST = re.compile(r'"(?P<request>[^"\n]{0,4000})" (?P<status>\d{3}) (?:\d{1,15}|-)(?= |$)')
_PROTOCOL = re.compile(r" HTTP/\d(?:\.\d)?$")


def likely(lines: Sequence[str]) -> bool:
    """Whether ``lines`` certainly are of a log: half of them at least have a time and what else a log's line has."""
    certain = possible = others = 0
    for line in lines:
        head = head_of(line)
        if head.found and not line[head.message :].strip():
            continue  # a time alone tells nothing
        if head.certain or _has_fields(line.rstrip(), head.message):
            certain += 1
        elif any(part in ("level", "date") for part, _, _ in head.parts):
            possible += 1
        elif not line[:1].isspace() and not line.startswith("Traceback"):
            others += 1  # no line that goes on with the one before it
    return (certain > 0 and certain + possible >= others) or (possible >= 3 and possible > 2 * others)


@past_colours
def read(text: str, offset: int, carry: dict[str, Any], term: Callable[[str], str]) -> list[Passage]:
    """The lines of ``text``.

    ``carry``: "date" and "minute" of the line before as they were written, "names" whose line it was, "told" what it
    told, and "times" how many lines in a row have told that.
    """
    reader = _Reader(text, offset, carry, term)
    lines = lines_of(text, offset)
    at = 0
    while at < len(lines):
        at = reader.line(lines, at)
    reader.end_repeats()
    return reader.writer.passages()


def _has_fields(text: str, at: int) -> bool:
    fields = log_fields.of_json(text[at:])
    return bool(log_fields.of_log(fields) if fields else log_fields.of_logfmt(text, at))


class _Reader:
    """Writes the passages of one text."""

    def __init__(self, text: str, offset: int, carry: dict[str, Any], term: Callable[[str], str]) -> None:
        self.writer = PassageWriter(text, offset)
        self._carry, self._term = carry, term
        self._repeats_end: int | None = None

    def line(self, lines: Sequence[Line], at: int) -> int:
        """Write what begins at ``lines[at]``, and return the number of the line after it."""
        line = lines[at]
        if not line.text:
            return at + 1
        head = head_of(line.text)
        if not head.found and traces.begins(lines, at):
            self.end_repeats()
            self._carry["told"] = ""
            if (end := traces.read_run(self.writer, lines, at, self._term)) > at:
                return end
        names = " ".join(line.text[start:end] for part, start, end in head.parts if part == "name")
        told = f"{names} {head.level} {line.text[head.message :].strip()}"
        if len(told) <= _LONGEST_COMPARED and told == self._carry.get("told"):
            self._carry["times"] += 1
            self._repeats_end = line.end
            return at + 1
        self.end_repeats()
        self._carry["told"], self._carry["times"] = told[: _LONGEST_COMPARED + 1], 1
        self._say(line, head)
        return at + 1

    def end_repeats(self) -> None:
        """Say how many times the last line was there, if it was there again."""
        if self._repeats_end is not None:
            self.writer.say(f"{self._carry['times']} {self._term('times')}", self._repeats_end)
            self.writer.close("sentence")
            self._repeats_end = None

    def _say(self, line: Line, head: Head) -> None:
        said = self._say_head(line, head)
        text = line.text
        message = head.message + len(text[head.message :]) - len(text[head.message :].lstrip())
        if message < len(text):
            if (fields := log_fields.of_json(text[message:])) and log_fields.of_log(fields):
                self.writer.say((", " if said else "") + self._json(fields), line.end)
            elif logfmt := log_fields.of_logfmt(text, message):
                self._logfmt(line, logfmt, said)
            else:
                self._comma(said, line.start + message)
                if request := _REQUEST.match(text, message):
                    self._request(line, request)
                else:
                    self.writer.copy(line.start + message, line.end)
        self.writer.close("sentence")

    def _say_head(self, line: Line, head: Head) -> bool:
        """Write what stands before the message, and return whether there was anything to say."""
        names = [line.text[start:end] for part, start, end in head.parts if part == "name"]
        known, self._carry["names"] = self._carry.get("names", []), [name[:100] for name in names]
        said, dated = False, False
        for part, start, end in head.parts:
            value = line.text[start:end]
            if part == "level":
                if head.level:
                    self.writer.say((", " if said else "") + self._term(head.level), line.start + end)
                    said = True
                continue
            if (part == "name" and value in known) or (part in ("date", "clock") and not self._is_new(part, value)):
                continue
            if dated and part == "clock":
                self.writer.say(" ", line.start + start)
            else:
                self._comma(said, line.start + start)
            self.writer.copy(line.start + start, line.start + end)
            said, dated = True, part == "date"
        return said

    def _is_new(self, part: str, value: str) -> bool:
        """Whether a date or the minute of a time is not that of the line before."""
        key, value = ("date", value) if part == "date" else ("minute", value[:5])
        if self._carry.get(key) == value:
            return False
        self._carry[key] = value
        if key == "date":
            self._carry.pop("minute", None)
        return True

    def _comma(self, said: bool, at: int) -> None:
        if said:
            self.writer.say(", ", at)
        else:
            self.writer.leave_out(at)

    def _request(self, line: Line, request: re.Match[str]) -> None:
        """What a web server was asked for, and its status."""
        start, end = (line.start + at for at in request.span("request"))
        protocol = _PROTOCOL.search(request["request"][-12:])
        self.writer.leave_out(start)
        self.writer.copy(start, end - (len(protocol.group()) if protocol else 0))
        self.writer.say(", ", line.start + request.start("status"))
        self.writer.copy(line.start + request.start("status"), line.start + request.end("status"))
        self.writer.leave_out(line.end)

    def _json(self, fields: list[tuple[str, str]]) -> str:
        """What a line of JSON says: time, level, message, and then all other fields with their names."""
        first: dict[str, str] = {}
        others = []
        for key, value in fields:
            kind = _kind(key)
            if kind and kind not in first:
                first[kind] = value
            else:
                others.append(f"{key} {self._value(key, value)}" if value else key)
        words = [*self._time(first.get("time", "")), self._level(first.get("level", "")), first.get("message", "")]
        return ", ".join(word for word in (*words, *others) if word)

    def _value(self, key: str, value: str) -> str:
        return self._term("a secret") if is_key(key.rpartition(".")[2]) and is_secret(key, value) else value

    def _logfmt(self, line: Line, fields: list[re.Match[str]], said: bool) -> None:
        for field in fields:
            value = "quoted" if field["quoted"] is not None else "bare"
            start, end = (line.start + at for at in field.span(value))
            kind = _kind(field["key"])
            if kind in ("time", "level"):
                words = self._time(field[value]) if kind == "time" else [self._level(field[value])]
                if any(words):
                    self.writer.say((", " if said else "") + ", ".join(words), line.start + field.end())
                    said = True
                continue
            if kind != "message" or field["key"] in ("error", "err"):
                self._comma(said, line.start + field.start("key"))
                self.writer.copy(line.start + field.start("key"), line.start + field.end("key"))
                self.writer.say(" ", start)
            else:
                self._comma(said, start)
            if (shown := self._value(field["key"], field[value])) != field[value]:
                self.writer.say(shown, end)
            self.writer.copy(start, end)
            said = True
        self.writer.leave_out(line.end)

    def _time(self, written: str) -> list[str]:
        """What is said of a time: its date and clock, so far as they are new. Nothing for a number of seconds."""
        stamp = STAMP.match(written)
        parts = stamp_parts(stamp) if stamp else []
        new = [written[start:end] for part, start, end in parts if self._is_new(part, written[start:end])]
        return [" ".join(new)] if new else []

    def _level(self, written: str) -> str:
        level = level_of(log_fields.as_number(written))
        return written if level is None else self._term(level) if level else ""


def _kind(key: str) -> str:
    key = key.lower()
    kinds = (("time", log_fields.TIMES), ("level", log_fields.LEVELS), ("message", log_fields.MESSAGES))
    return next((kind for kind, keys in kinds if key in keys), "")
