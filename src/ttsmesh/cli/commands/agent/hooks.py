"""Our hooks in the settings of an agent: put in and taken out again, without a change to any other character. Pure.

What is put in always stands right behind an opening bracket. If the brackets were empty, it stands there without a
blank, and if we made the brackets, with one. So it can be seen later which brackets are ours and go as well.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ttsmesh.cli.commands.agent.jsonc import WHITE, Member, Value, member, parse, string

_COMMENT = re.compile(r"//[^\n]*\Z")
"""A comment that goes on to the end of its line."""

Ours = Callable[[str], bool]
"""Whether a command is one that we have put in."""


class NotSettings(ValueError):
    """The text is JSON, and not what an agent has for settings."""


def added(text: str | None, hooks: Mapping[str, Mapping[str, Any]]) -> str:
    """``text``, the settings, with a hook for each event in ``hooks``. Without a text: settings with nothing else.

    Raises ``NotJson`` and ``NotSettings``.
    """
    if text is None:
        return _layout("{}", hooks, made=True) + "\n"
    return _layout(text, hooks, made=False)


def removed(text: str, ours: Ours) -> str | None:
    """``text`` without the hooks that are ``ours``; None if it never had anything else. Raises ``NotJson``."""
    while (path := _first(text, root := parse(text), ours)) is not None:
        shorter = _without(text, root, path)
        if shorter is None:
            return None
        text = shorter
    return text


def commands(text: str) -> list[str]:
    """The commands of all hooks. Raises ``NotJson``."""
    return [command for _, command in _handlers(text, parse(text))]


def _layout(text: str, hooks: Mapping[str, Mapping[str, Any]], *, made: bool) -> str:
    line = "\r\n" if "\r\n" in text else "\n"
    unit = _indentation(text)
    for event, handler in reversed(list(hooks.items())):
        root = parse(text)
        if root.kind != "{":
            raise NotSettings("it is no object")
        group = json.dumps({"hooks": [handler]}, ensure_ascii=False)
        array = f"[{line}{3 * unit}{group}{line}{2 * unit}]"
        found = member(root, "hooks")
        if found is None:
            new = f'"hooks": {{{line}{2 * unit}{json.dumps(event)}: {array}{line}{unit}}}'
            text = _inserted(text, root, new, line + unit, made)
            if made:
                text = text.removesuffix("}") + line + "}"
            continue
        groups = member(_object(found), event)
        if groups is None:
            text = _inserted(text, found.value, f"{json.dumps(event)}: {array}", line + 2 * unit)
        else:
            text = _inserted(text, _array(groups), group, line + 3 * unit)
    return text


def _inserted(text: str, container: Value, new: str, before: str, made: bool = False) -> str:
    """``text`` with ``new`` as the first member of ``container``."""
    place = container.start + 1
    if container.members:
        new = f"{before}{new},"
    elif made:
        new = before + new
    return text[:place] + new + text[place:]


def _first(text: str, root: Value, ours: Ours) -> list[Member] | None:
    """The way to the first of our hooks; None if there is none."""
    return next((path for path, command in _handlers(text, root) if ours(command)), None)


def _handlers(text: str, root: Value) -> Iterator[tuple[list[Member], str]]:
    """Each hook that is a command, with the way to it. Whatever has another form is none."""
    for hooks in root.members:
        for event in hooks.value.members if hooks.key == "hooks" else ():
            for group in event.value.members if event.value.kind == "[" else ():
                for handlers in group.value.members:
                    for handler in handlers.value.members if handlers.key == "hooks" else ():
                        found = member(handler.value, "command")
                        if found is not None and (command := string(text, found.value)) is not None:
                            yield [hooks, event, group, handlers, handler], command


def _without(text: str, root: Value, path: list[Member]) -> str | None:
    """``text`` without the hook at the end of ``path``, and without brackets around it that are ours and empty then."""
    hooks, event, group, handlers, handler = path
    for container, gone, whole in (
        (handlers.value, handler, len(group.value.members) == 1),
        (group.value, handlers, True),
        (event.value, group, False),
        (hooks.value, event, False),
        (root, hooks, False),
    ):
        begin = gone.start
        while text[begin - 1] in WHITE:
            begin -= 1
        beside = text[container.start + 1 : begin] + text[gone.value.end : container.end - 1]
        alone = len(container.members) == 1 and not beside.strip(WHITE + ",")
        if not (alone and (whole or begin < gone.start)):
            return _cut(text, container, gone, begin)
    around = text[: root.start], text[root.end :]
    return "{}".join(around) if "".join(around).strip() else None


def _cut(text: str, container: Value, gone: Member, begin: int) -> str:
    """``text`` without ``gone``, whose blanks begin at ``begin``, and without one of the commas beside it."""
    place = container.members.index(gone)
    behind = (container.members[place - 1].comma or 0) if place else container.start
    if _COMMENT.search(text[behind + 1 : begin]):  # it would go on without its end of line
        begin = text.find("\n", begin, gone.start) + 1 or begin
    if gone.comma is not None:
        return text[:begin] + text[gone.value.end : gone.comma] + text[gone.comma + 1 :]
    before = container.members[-2].comma if len(container.members) > 1 else None
    if before is None:
        return text[:begin] + text[gone.value.end :]
    return text[:before] + text[before + 1 : begin] + text[gone.value.end :]


def _object(found: Member) -> Value:
    if found.value.kind != "{":
        raise NotSettings(f"{found.key} is no object")
    return found.value


def _array(found: Member) -> Value:
    if found.value.kind != "[":
        raise NotSettings(f"{found.key} is no array")
    return found.value


def _indentation(text: str) -> str:
    """What the first line that is indented begins with."""
    for line in text.splitlines():
        blank = line[: len(line) - len(line.lstrip(" \t"))]
        if blank and line.strip():
            return blank
    return "  "
