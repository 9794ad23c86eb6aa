"""``ttsmesh voices``: lists languages and voices, saves a blend as a voice, and plays a sentence of each voice."""

import json
import os
import re
from collections.abc import Sequence

import click

from ttsmesh.cli.client import ask
from ttsmesh.cli.commands.programs import become, list_devices
from ttsmesh.cli.options import complete_folder, complete_language, complete_voice
from ttsmesh.cli.output_path import current_directory, umask
from ttsmesh.errors import Code, RejectedError, TtsmeshError, printable, system_faults
from ttsmesh.languages import language_code
from ttsmesh.wire.messages import Failed, Interrupted, LanguageEntry, Say, VoiceEntry, Voices

SENTENCES = {
    "en-us": "My name is {name}, and this is how I sound.",
    "en-gb": "My name is {name}, and this is how I sound.",
    "es": "Me llamo {name}, y así es como sueno.",
    "fr-fr": "Je m'appelle {name}, et voici ma voix.",
    "hi": "नमस्ते, मेरी आवाज़ ऐसी सुनाई देती है।",
    "it": "Mi chiamo {name}, e questa è la mia voce.",
    "ja": "こんにちは、これが私の声です。",
    "pt-br": "Meu nome é {name}, e esta é a minha voz.",
    "zh": "你好，这就是我的声音。",
}
"""What each voice says in a demonstration, by its language."""


_language = click.option(
    *("-l", "--lang"), metavar="CODE", shell_complete=complete_language, help="Only voices of this language."
)


@click.group(invoke_without_command=True)
@_language
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def voices(ctx: click.Context, lang: str | None, as_json: bool) -> None:
    """List voices: name, language, gender and source. Also: save a blend, and hear them all."""
    if ctx.invoked_subcommand is None:
        print_voices(lang, as_json)
    elif lang is not None or as_json:
        raise click.UsageError("--lang and --json before a subcommand mean nothing")


@voices.command()
@click.argument("name")
@click.argument("formula", shell_complete=complete_voice)
@click.option("--force", is_flag=True, help="Replace a voice of yours that has this name.")
def save(name: str, formula: str, force: bool) -> None:
    """Keep the blend FORMULA, for example af_heart:0.6,bf_emma:0.4, as a voice called NAME."""
    become("save-voice", *(["--force"] if force else []), "--", name, formula)


@voices.command()
@_language
@click.option(
    *("-o", "--output"),
    metavar="DIR",
    shell_complete=complete_folder,
    help="Save one file for each voice there instead of speaking.",
)
@click.option("--force", is_flag=True, help="Replace files that exist.")
def demo(lang: str | None, output: str | None, force: bool) -> None:
    """One sentence by every voice, one after the other; `ttsmesh stop` ends it."""
    directory = None if output is None else os.path.join(current_directory(output), output)
    _, found = _ask(lang)
    if directory is not None:
        with system_faults(f"cannot make {output}", Code.OUTPUT):
            os.makedirs(directory, exist_ok=True)
    for voice in found:
        if voice.fault is None and voice.language in SENTENCES:
            try:
                _introduce(voice, directory, force)
            except RejectedError as error:
                if error.code != Code.LANGUAGE:
                    raise
                click.echo(f"ttsmesh: {voice.name}: {printable(error.message)}", err=True)


def _introduce(voice: VoiceEntry, directory: str | None, force: bool) -> None:
    name = re.sub(r"^[a-z]{2}_", "", voice.name).capitalize()
    request = Say(
        text=SENTENCES[voice.language].format(name=name),
        voice=voice.name,
        language=voice.language,
        queue=True,
        output=os.path.join(directory, f"{voice.name}.wav") if directory is not None else None,
        force=force,
        umask=umask(),
        wait=directory is not None,
    )
    with ask(request, may_start=True) as client:
        for message in client:
            if isinstance(message, Failed):
                raise TtsmeshError(f"{voice.name}: {message.message}", Code(message.code))
            if isinstance(message, Interrupted):
                raise TtsmeshError(f"{voice.name}: {message.reason}", Code.UNAVAILABLE)


def _ask(lang: str | None) -> tuple[list[LanguageEntry], list[VoiceEntry]]:
    """All languages and voices, or only those of ``lang``."""
    wanted = language_code(lang) if lang is not None else None
    with ask(Voices(), may_start=True) as client:
        messages = [client.first, *client]
    languages = [m for m in messages if isinstance(m, LanguageEntry) and wanted in (None, m.code)]
    found = [m for m in messages if isinstance(m, VoiceEntry) and wanted in (None, m.language)]
    return languages, found


def print_list(lang: str | None, *, devices: bool) -> None:
    """Print what a ``?`` as an option's value asks for: the audio devices, or the voices of ``lang``."""
    list_devices() if devices else print_voices(lang)


def print_voices(lang: str | None = None, as_json: bool = False) -> None:
    """Print languages, then voices, in columns. Voices that cannot be used are named on standard error."""
    languages, found = _ask(lang)
    if as_json:
        entries = {"languages": _maps(languages), "voices": _maps(found)}
        click.echo(json.dumps(entries, indent=2))
        return
    click.echo("Languages:")
    for language in languages:
        click.echo(f"  {language.code:<6} {language.name:<22} {language.voice or '(no voice installed)'}")
    click.echo("Voices:")
    usable = [voice for voice in found if voice.fault is None]
    width = max((len(voice.name) for voice in usable), default=0)
    for voice in usable:
        known = f"{voice.language or '-':<6} {voice.gender or '-':<7} {voice.source:<8}"
        click.echo(f"  {voice.name:<{width}}  {known}{'  (default)' if voice.default else ''}".rstrip())
    for voice in found:
        if voice.fault is not None:
            click.echo(f"ttsmesh: skipped: {printable(voice.fault)}", err=True)


def _maps(messages: Sequence[LanguageEntry | VoiceEntry]) -> list[dict[str, object]]:
    return [{field: getattr(message, field) for field in message.rules} for message in messages]
