"""The list of languages and voices."""

import click

from ttsmesh.cli.client import ask
from ttsmesh.messages import LanguageEntry, VoiceEntry, Voices


def print_voices() -> None:
    """Languages, then voices, aligned; the default voice is marked."""
    with ask(Voices(), may_start=True) as client:
        messages = [client.first, *client]
    languages = [message for message in messages if isinstance(message, LanguageEntry)]
    voices = [message for message in messages if isinstance(message, VoiceEntry)]
    click.echo("Languages:")
    for language in languages:
        click.echo(f"  {language.code:<6} {language.name:<22} {language.voice or '(no voice installed)'}")
    click.echo("Voices:")
    for voice in voices:
        click.echo(f"  {voice.name:<14} {voice.language:<6} {voice.gender}{'  (default)' if voice.default else ''}")
