"""What a shell may complete: voices and languages. It looks at names of files only, and starts nothing."""

from typing import TYPE_CHECKING, Any

import click

# Whoever says something completes nothing, and is in a hurry: what only a completion needs is imported by it.
if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class _Voice(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.2 on
    name = "voice"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return str(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> "list[CompletionItem]":
        """Of a blend, its last voice."""
        from click.shell_completion import CompletionItem

        before, comma, last = incomplete.rpartition(",")
        return [CompletionItem(before + comma + name) for name in voice_names() if name.startswith(last)]


class _Language(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.2 on
    name = "language"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return str(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> "list[CompletionItem]":
        from click.shell_completion import CompletionItem

        from ttsmesh.languages import AUTO, LANGUAGES, language_name

        known = {code: language_name(code) for code in LANGUAGES} | {AUTO: "sentence by sentence"}
        return [CompletionItem(code, help=name) for code, name in known.items() if code.startswith(incomplete)]


VOICE = _Voice()
LANGUAGE = _Language()


def voice_names() -> list[str]:
    """Of the voices in the folders that the settings name; of the usual one when the settings cannot be read."""
    from ttsmesh import config, voicefiles
    from ttsmesh.errors import ConfigError

    try:
        own = config.load().voices_folder
    except ConfigError:
        own = ""
    try:
        return list(voicefiles.scan(voicefiles.folders(own)))
    except ConfigError:
        return []
