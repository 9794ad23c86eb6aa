"""The options that several commands take, the values that they may have, and what completes them."""

import functools
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ttsmesh.limits import PITCH_MAX, PITCH_MIN, SPEED_MAX, SPEED_MIN, VOLUME_MAX
from ttsmesh.wire.client_messages import CAPITALS, PRIORITIES, PUNCTUATION, READ_AS, SSML

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_Command = TypeVar("_Command", bound=Callable[..., Any] | click.Command)


class Number(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.2 on
    """A number from ``least`` to ``most``, after which a user may write the ``unit``."""

    name = "number"

    def __init__(self, least: float, most: float, unit: str = "") -> None:
        self.least, self.most = least, most
        self._unit = unit

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            number = float(str(value).removesuffix(self._unit))
        except ValueError:
            number = math.nan
        if not self.least <= number <= self.most:
            self.fail(f"must be a number from {self.least:g} to {self.most:g}", param, ctx)
        return number


SPEED = Number(SPEED_MIN, SPEED_MAX, "x")
VOLUME = Number(0, VOLUME_MAX, "%")
PITCH = Number(PITCH_MIN, PITCH_MAX)


def voice_names() -> list[str]:
    """The names of the voices in the folders of the settings, or in the usual one if the settings cannot be read."""
    from ttsmesh import config, voice_files
    from ttsmesh.errors import ConfigError

    try:
        own = config.load().voices_folder
    except ConfigError:
        own = ""
    try:
        return list(voice_files.scan(voice_files.folders(own)))
    except ConfigError:
        return []


def complete_voice(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The names of voices; if it is a blend, for its last voice."""
    before, comma, last = incomplete.rpartition(",")
    return [before + comma + name for name in voice_names() if name.startswith(last)]


def _completed_by(name: str) -> Callable[[click.Context, click.Parameter, str], "list[CompletionItem[str]]"]:
    """The function ``name`` of ``completing``, which only a completion imports: `say` must start quickly."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> "list[CompletionItem[str]]":
        from ttsmesh.cli import completing

        items: list[CompletionItem[str]] = getattr(completing, name)(ctx, param, incomplete)
        return items

    return complete


complete_language = _completed_by("languages")
complete_living = _completed_by("living")
complete_said = _completed_by("said")
complete_caller = _completed_by("callers")
complete_word = _completed_by("words")
complete_command = _completed_by("commands")
complete_file = _completed_by("files")
complete_folder = _completed_by("folders")


def by_caller(help: str) -> Callable[[_Command], _Command]:
    """The option ``--caller``, which completes the callers that the mesh knows."""
    return click.option("--caller", metavar="NAME", shell_complete=complete_caller, help=help)


_SPEECH = {
    "voice": click.option(
        *("-v", "--voice"),
        metavar="NAME",
        shell_complete=complete_voice,
        help="Voice, or a blend like af_sky:2,bf_emma:1; '?' lists.",
    ),
    "language": click.option(
        *("-l", "--lang", "language"),
        metavar="CODE",
        shell_complete=complete_language,
        help="Language, or auto; by itself it implies a voice.",
    ),
    "speed": click.option(
        "-r", "--speed", type=SPEED, help=f"Speaking rate, {SPEED.least:g} to {SPEED.most:g}; 1 is normal."
    ),
    "volume": click.option("-i", "--volume", type=VOLUME, help=f"Loudness, 0 to {VOLUME.most:g} percent; never clips."),
    "pitch": click.option(
        "--pitch", type=PITCH, default=1.0, help=f"Times the voice's own pitch, {PITCH.least:g} to {PITCH.most:g}."
    ),
    "read_as": click.option(
        *("--as", "read_as"),
        type=click.Choice(READ_AS),
        help="What the text is; auto, which is the default, finds out.",
    ),
    "ssml": click.option("-x", "--ssml", is_flag=True, help="The text is SSML; the same as --as ssml."),
    "tags": click.option(
        "--tags", is_flag=True, help="[voice:NAME] and [pause:1.5s] in the text change the voice, and pause."
    ),
    "punctuation": click.option(
        "--punctuation", type=click.Choice(PUNCTUATION), default="none", help="Which marks are named."
    ),
    "spell": click.option("--spell", is_flag=True, help="Say each character by its name."),
    "capitals": click.option(
        "--capitals",
        type=click.Choice(CAPITALS),
        default="none",
        help="Announce words with a capital: spell says so, icon plays a short sound.",
    ),
    "queue": click.option(
        "-q", "--queue", is_flag=True, help="Speak after everything accepted before; interrupt nothing."
    ),
    "priority": click.option(
        "--priority",
        type=click.Choice(PRIORITIES),
        default="text",
        help="important is not interrupted; notification waits its turn; progress replaces older progress only.",
    ),
    "caller": by_caller("Who says it, for `stop --mine`; by default this terminal's session."),
    "device": click.option(
        *("-a", "--audio-device", "device"), metavar="NAME", help="Speak through this device; '?' lists them."
    ),
}
"""The options about how a text is spoken, by the fields of ``Say``; ``ssml`` is no field."""


def speech(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options about how a text is spoken. They come to the command by the names of the fields of ``Say``."""

    @functools.wraps(command)
    def checked(*arguments: Any, ssml: bool, **options: Any) -> None:
        if ssml and options["read_as"] not in (None, SSML):
            raise click.UsageError(f"--ssml is --as {SSML}, so there is no --as {options['read_as']}")
        if ssml:
            options["read_as"] = SSML
        command(*arguments, **options)

    for option in reversed(_SPEECH.values()):
        checked = option(checked)
    return checked


def some(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add those of ``speech`` that have these ``names``, which are fields of ``Say``."""

    def add(command: Callable[..., None]) -> Callable[..., None]:
        for name in reversed(names):
            command = _SPEECH[name](command)
        return command

    return add


_SAMPLES = (
    click.option("--sample-rate", type=int, metavar="HZ", help="Samples a second of what is saved; 24000 by default."),
    click.option("--bits", type=int, metavar="N", help="Bits of a sample, 16, 24 or 32, for wav, flac and raw."),
)


def samples(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options about the samples of what is saved, which come to the command as ``sample_rate`` and ``bits``."""
    for option in reversed(_SAMPLES):
        command = option(command)
    return command
