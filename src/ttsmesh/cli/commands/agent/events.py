"""What an agent tells its hooks, and what is to be done about it. Pure.

Claude Code, Qwen Code and Codex write the same object on a hook's standard input, with small differences. Codex also
has `notify`, whose object is an argument of the command.
"""

import re
from typing import Any, NamedTuple

NOTICE_LENGTH = 300
"""Characters of a notification that are said, at most."""

_LONGEST_PATH = 1000
"""Characters of the path of a directory in which a lexicon is looked for."""

_SILENT_NOTICES = ("auth_success", "elicitation_complete", "elicitation_response")
"""Notifications of which a person sees what he has done himself."""

_URGENT_NOTICES = ("permission_prompt", "elicitation_dialog", "agent_needs_input")
"""Notifications without whose answer the agent does nothing more."""

_FENCE = re.compile(r"[ \t>]*(?:```|~~~)")


class Piece(NamedTuple):
    """Part of an answer that is being written: piece ``number``, or without one all that was written so far."""

    message: str
    text: str
    number: int | None
    final: bool


class Answer(NamedTuple):
    """The whole answer, which may have come in pieces before. ``turn``: the name of what it answers, if it has one."""

    text: str
    turn: str


class Notice(NamedTuple):
    """What the agent wants to be heard. ``urgent``: it does nothing more without the person."""

    text: str
    urgent: bool


class Hush(NamedTuple):
    """The person has typed something, or has left."""


class Event(NamedTuple):
    """What happens in one ``session``. ``directory``: where the agent works."""

    session: str
    directory: str | None
    action: Piece | Answer | Notice | Hush


def read(said: Any, title: str, *, brief: bool) -> Event | None:
    """The event in the object that the agent called ``title`` has written; None if there is nothing to do.

    ``brief``: of an answer only the end is wanted, and nothing before it is whole.
    """
    if not isinstance(said, dict):
        return None
    if said.get("agent_id"):  # a helper says it, which answers the agent and not the person
        return None
    action = _action(said, title, brief)
    if action is None:
        return None
    session = _text(said, "session_id") or _text(said, "thread-id") or "session"
    directory = _text(said, "cwd")
    return Event(session, directory if directory.startswith("/") and len(directory) <= _LONGEST_PATH else None, action)


def _action(said: dict[str, Any], title: str, brief: bool) -> Piece | Answer | Notice | Hush | None:
    match said.get("hook_event_name") or said.get("type"):
        case "MessageDisplay" if not brief:
            return _piece(said)
        case "Stop":
            return _answer(_text(said, "last_assistant_message"), _text(said, "turn_id"), brief)
        case "agent-turn-complete":
            return _answer(_text(said, "last-assistant-message"), _text(said, "turn-id"), brief)
        case "UserPromptSubmit":
            # Qwen Code says this of the results of tools as well, with a prompt in which no text is.
            return Hush() if _text(said, "prompt").strip() or "prompt" not in said else None
        case "SessionEnd":
            return Hush()
        case "Notification":
            kind = _text(said, "notification_type")
            return None if kind in _SILENT_NOTICES else _notice(_text(said, "message"), urgent=kind in _URGENT_NOTICES)
        case "PermissionRequest":
            return _notice(f"{title} needs your permission to use {_text(said, 'tool_name') or 'a tool'}.", urgent=True)
    return None


def _piece(said: dict[str, Any]) -> Piece | None:
    message = _text(said, "message_id")
    if not message:
        return None
    if "delta" not in said:
        return Piece(message, _text(said, "displayed_text"), None, said.get("is_final") is True)
    index = said.get("index")
    if not isinstance(index, int) or isinstance(index, bool) or index < 0:
        return None
    return Piece(message, _text(said, "delta"), index, said.get("final") is True)


def _answer(text: str, turn: str, brief: bool) -> Answer | None:
    text = last_paragraph(text) if brief else text
    return Answer(text, turn) if text.strip() else None


def _notice(text: str, *, urgent: bool) -> Notice | None:
    text = " ".join(text.split())
    return Notice(text if len(text) <= NOTICE_LENGTH else text[:NOTICE_LENGTH] + "...", urgent) if text else None


def last_paragraph(text: str) -> str:
    """The last paragraph that is no code; the whole text if there is none."""
    paragraphs: list[list[str]] = [[]]
    fenced = False
    for line in text.splitlines():
        fence = _FENCE.match(line) is not None
        if fenced or fence or not line.strip():
            paragraphs.append([])
        else:
            paragraphs[-1].append(line)
        fenced ^= fence
    return next(("\n".join(lines) for lines in reversed(paragraphs) if lines), text)


def _text(said: dict[str, Any], name: str) -> str:
    """The text called ``name``, or nothing. Half a surrogate, which JSON may have, becomes ``?``."""
    value = said.get(name)
    return value.encode(errors="replace").decode() if isinstance(value, str) else ""
