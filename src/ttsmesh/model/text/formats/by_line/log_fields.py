"""Lines of a log that are fields: JSON objects, and ``level=info msg="..."``. Pure."""

import json
import re
from typing import Any

LOGFMT = re.compile(
    r'(?<!\S)(?P<key>[A-Za-z_@][\w.@/-]{0,60})=(?:"(?P<quoted>(?:[^"\\]|\\.){0,2000})"|(?P<bare>[^\s"]{0,2000}))(?=\s|$)'
)
TIMES = ("time", "ts", "timestamp", "@timestamp", "t", "datetime", "date")
LEVELS = ("level", "severity", "lvl", "loglevel", "log.level", "levelname")
MESSAGES = ("msg", "message", "event", "text", "error", "err")

_LONGEST, _DEEPEST = 16_384, 8


def of_json(text: str) -> list[tuple[str, str]] | None:
    """The fields of a JSON object in its order, those of inner objects as "outer.inner"; None if ``text`` is none."""
    if not (text.startswith("{") and text.endswith("}") and len(text) <= _LONGEST):
        return None
    try:
        found = json.loads(text, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_Object)
    except (ValueError, RecursionError):
        return None
    return list(_flat(found, "", _DEEPEST))


def of_log(fields: list[tuple[str, str]]) -> bool:
    """Whether a line with ``fields`` is of a log: it has a message, and a time or a level."""
    keys = {key.lower() for key, _ in fields}
    return bool(keys & {*MESSAGES}) and bool(keys & {*TIMES, *LEVELS})


def of_logfmt(text: str, at: int) -> list[re.Match[str]]:
    """The fields at ``text[at:]``, if it begins with one and is of a log; else none."""
    if not LOGFMT.match(text, at):
        return []
    found = list(LOGFMT.finditer(text, at))
    return found if of_log([(field["key"], "") for field in found]) else []


def as_number(level: str) -> str:
    """A level of 10 to 60 by its name."""
    return {"40": "warn", "50": "error", "60": "fatal"}.get(level, "info" if level in ("10", "20", "30") else level)


class _Object(list[tuple[str, Any]]):
    """A JSON object, with keys that are there twice."""


def _flat(value: Any, key: str, depth: int) -> list[tuple[str, str]]:
    if depth and isinstance(value, _Object):
        prefix = f"{key}." if key else ""
        return [field for name, inner in value for field in _flat(inner, prefix + name, depth - 1)]
    if depth and isinstance(value, list):
        return [(key, ", ".join(word for inner in value for _, word in _flat(inner, "", depth - 1)))]
    return [(key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))]
