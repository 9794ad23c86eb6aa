"""Where a line of a log has its time, whose line it is, its level, and where its message begins. Pure."""

import re
from dataclasses import dataclass
from typing import Literal

Part = Literal["date", "clock", "name", "level"]
Place = tuple[Part, int, int]
"""What stands in a line, and at which of its characters: from, to."""

STAMP = re.compile(
    r"[\[(]?(?:"
    r"(?P<iso>\d{4}[-/.]\d\d[-/.]\d\d)[T ,_]{1,2}(?P<iso_clock>\d\d:\d\d(?::\d\d)?)"
    r"|(?:[A-Z][a-z]{2},? )?(?P<month>[^\W\d_]{3,4}\.? {1,2}\d{1,2})(?:,? \d{4})?,? (?P<month_clock>\d\d:\d\d:\d\d)"
    r"|(?P<web>\d{1,2}/[A-Z][a-z]{2}/\d{4}):(?P<web_clock>\d\d:\d\d:\d\d)"
    r"|(?P<clock>\d\d:\d\d:\d\d)"
    r")(?P<fraction>[.,:]\d{1,9})?(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?(?: \d{4})?[\])]?(?=[\s|:\]-]|$)"
)
"""A time as logs write it: ISO, syslog, a web server's, or hours, minutes and seconds."""

_LEVELS = {
    **dict.fromkeys(("error", "err", "severe", "eror", "e"), "error"),
    **dict.fromkeys(("fatal", "panic", "emerg", "alert", "f"), "fatal"),
    **dict.fromkeys(("critical", "crit"), "critical"),
    **dict.fromkeys(("warning", "warn", "wrn", "w"), "warning"),
    **dict.fromkeys(
        ("info", "inf", "debug", "dbg", "trace", "notice", "verbose", "fine", "information", "i", "d", "t"), ""
    ),
}
_SERVICE = re.compile(r"(?P<name>[A-Za-z][\w.-]{0,60})\s{1,40}\|\s")
_KLOG = re.compile(
    r"(?P<level>[IWEFD])\d{4} (?P<clock>\d\d:\d\d:\d\d)\.\d{1,9} {1,8}\d{1,9} [\w./-]{1,100}:\d{1,7}\] ?"
)
_DMESG = re.compile(r"(?:<\d{1,3}>)?\[ {0,8}\d{1,10}\.\d{3,9}\](?: |$)")
_WEB = re.compile(r"(?P<name>[\w.:-]{2,60}) \S{1,60} (?P<user>\S{1,60}) (?=\[)")
_PYTHON = re.compile(r"(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL):(?P<name>[\w.]{1,100}):")
_HOST = re.compile(r" (?P<host>[\w.-]{1,64}) (?P<name>[\w./@-]{1,64})(?:\([\w-]{1,40}\))?(?P<id>\[\d{1,9}\])?:(?: |$)")
_BARE_LEVEL = re.compile(
    r"\[?(?P<level>TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)(?:\]:?|:|(?=\s{2}|\s[\[(-])) {0,4}"
)
_WORD = re.compile(r"\S{1,120}")
_BETWEEN = re.compile(r"\s{0,40}(?:[|:>-]{1,3}\s{1,40}){0,3}")
_BRACKETS = re.compile(r"\[(?P<inner>[^\]\n]{1,80})\]:?(?:\s{1,8}|$)")
_THREAD = re.compile(r"(?:pid|tid|thread)\b|[\w.#-]{1,80}$")
_PROCESS = re.compile(r"\d{1,9} --- |\d{1,9}#\d{1,9}: (?:\*\d{1,9} )?")
_AFTER = re.compile(r"(?P<name>[\w$/<>-]{0,60}[\w$/<>](?:[.:]{1,2}[\w$/<>-]{1,60}){0,12})(?:\s{0,40}:\s|\s-\s|\s\|\s)")


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before the message of a line.

    ``parts``: what is of use and where, in the order of the line. ``level``: "error", "fatal", "critical", "warning"
    or "". ``message``: where that begins. ``certain``: no other text than a log's line looks like it.
    """

    parts: tuple[Place, ...]
    level: str
    message: int
    certain: bool

    @property
    def found(self) -> bool:
        return self.message > 0


def level_of(word: str) -> str | None:
    """``word`` as one of a few levels, "" for those that are not worth a word, None if it is no level."""
    return _LEVELS.get(word.lower())


def head_of(text: str) -> Head:
    """What stands before the message of ``text``, one line."""
    parts: list[Place] = []
    at, level, certain = 0, "", False
    if service := _SERVICE.match(text):
        parts.append(("name", *service.span("name")))
        at = service.end()
    if klog := _KLOG.match(text, at):
        parts += [("level", *klog.span("level")), ("clock", *klog.span("clock"))]
        return Head(tuple(parts), _LEVELS[klog["level"].lower()], klog.end(), True)
    if python := _PYTHON.match(text, at):
        parts += [("level", *python.span("level")), ("name", *python.span("name"))]
        return Head(tuple(parts), _LEVELS[python["level"].lower()], python.end(), True)
    if dmesg := _DMESG.match(text, at):
        return Head(tuple(parts), "", dmesg.end(), True)
    web = _WEB.match(text, at)
    stamp = STAMP.match(text, web.end() if web else at)
    if not stamp:
        if bare := _BARE_LEVEL.match(text, at):
            parts.append(("level", *bare.span("level")))
            return Head(tuple(parts), _LEVELS[bare["level"].lower()], bare.end(), False)
        return Head(tuple(parts), "", at, False)
    if web and stamp["web"]:
        parts.append(("name", *web.span("name")))
        if web["user"] != "-":
            parts.append(("name", *web.span("user")))
        certain = True
    elif web:
        return Head(tuple(parts), "", at, False)
    parts.extend(stamp_parts(stamp))
    at = stamp.end()
    if (host := _HOST.match(text, at)) and (stamp["month"] or host["id"]) and level_of(host["name"]) is None:
        parts += [("name", *host.span("host")), ("name", *host.span("name"))]
        return Head(tuple(parts), "", host.end(), True)
    found = _level(text, at)
    if found:
        names, span, after = found
        parts.extend(("name", *name) for name in names)
        parts.append(("level", *span))
        level, at = level_of(text[slice(*span)]) or "", after
        names_after, at = _names_after(text, at)
        parts.extend(("name", *name) for name in names_after)
    at = _skip(_BETWEEN, text, at)
    dated = bool(stamp["iso"] or stamp["month"] or stamp["web"])
    certain = certain or (dated and bool(found or stamp["fraction"] or stamp["month"]))
    return Head(tuple(parts), level, at, certain)


def stamp_parts(stamp: re.Match[str]) -> list[Place]:
    """Where a time has its date, if it has one, and its hours, minutes and seconds."""
    for date in ("iso", "month", "web"):
        if stamp[date]:
            return [("date", *stamp.span(date)), ("clock", *stamp.span(f"{date}_clock"))]
    return [("clock", *stamp.span("clock"))]


def _level(text: str, at: int) -> tuple[list[tuple[int, int]], tuple[int, int], int] | None:
    """The names before the level, the level, and where it ends with its brackets; None where no level is near."""
    names: list[tuple[int, int]] = []
    plain = False
    for number, found in enumerate(_WORD.finditer(text, at, at + 240)):
        word = found.group()
        bare = word.strip("[]<>():|,-*")
        marked = bare != word
        name = bare.rpartition(":")[2] if word[0] == "[" else bare
        if (
            level_of(name) is not None
            and len(name) > 2
            and (name.isupper() or (marked and not plain) or (number == 0 and _spaced(text, found.end())))
        ):
            begin = found.start() + word.rfind(name)
            return names, (begin, begin + len(name)), found.end()
        if number == 4 or (plain and word not in ("-", "|", ":")):
            return None
        plain = bare.isalpha() and not marked
        if bare and word[0] not in "[(" and not bare.isdigit():
            begin = found.start() + word.find(bare)
            names.append((begin, begin + len(bare)))
    return None


def _names_after(text: str, at: int) -> tuple[list[tuple[int, int]], int]:
    """The names after the level that ends at ``at``, without threads and processes, and where the message begins."""
    names = []
    at = _skip(_PROCESS, text, _skip(_BETWEEN, text, at))
    for _ in range(4):
        if not (brackets := _BRACKETS.match(text, at)):
            break
        if not _THREAD.match(brackets["inner"]):
            names.append(brackets.span("inner"))
        at = brackets.end()
    if (name := _AFTER.match(text, at)) and (re.search(r"[._:/]", name["name"]) or text[name.end("name")] != ":"):
        names.append(name.span("name"))
        at = name.end()
    return names, at


def _skip(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _spaced(text: str, at: int) -> bool:
    """Whether a column ends at ``at``."""
    return text[at : at + 1] == "\t" or text[at : at + 2] == "  " or text[at : at + 2] == " ["
