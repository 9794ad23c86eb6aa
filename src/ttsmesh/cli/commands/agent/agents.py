"""The agents that are known: where their settings are, and which of their events we want to be told of."""

import os
from typing import NamedTuple

_TALK = ("MessageDisplay", "Stop", "Notification", "UserPromptSubmit", "SessionEnd")


class Agent(NamedTuple):
    """An agent. ``title``: what people call it. ``variable``: names the ``folder`` of its settings, if it is set.

    ``hooks``: the file with its hooks, and ``project``: that of one project. ``notify``: the file with a command that
    is told of each answer. ``second``: what a second is in the times of its hooks.
    """

    title: str
    variable: str
    folder: str
    hooks: str
    project: str = ""
    notify: str = ""
    events: tuple[str, ...] = _TALK
    second: int = 1

    def file(self, name: str) -> str:
        """The path of one of its files."""
        from ttsmesh.paths import home  # reason: a hook must be quick, and does not need it

        given = os.environ.get(self.variable, "") if self.variable else ""
        return os.path.join(given if os.path.isabs(given) else os.path.join(home(), self.folder), name)


AGENTS = {
    "claude": Agent(
        "Claude Code",
        "CLAUDE_CONFIG_DIR",
        ".claude",
        "settings.json",
        project=os.path.join(".claude", "settings.local.json"),
    ),
    "codex": Agent(
        "Codex",
        "CODEX_HOME",
        ".codex",
        "hooks.json",
        notify="config.toml",
        events=("UserPromptSubmit", "PermissionRequest"),
    ),
    "qwen": Agent(
        "Qwen Code",
        "",
        ".qwen",
        "settings.json",
        project=os.path.join(".qwen", "settings.json"),
        second=1000,
    ),
}

STREAMED = "MessageDisplay"
"""The event that brings an answer while it is being written."""

ANSWERED = "Stop"
"""The event that brings an answer when it is written."""
