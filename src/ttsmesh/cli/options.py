"""Options that both `say` and `pipe` take."""

import click

from ttsmesh.cli.complete import LANGUAGE, VOICE
from ttsmesh.cli.numbers import PITCH, SPEED, VOLUME

voice = click.option(
    "-v", "--voice", metavar="NAME", type=VOICE, help="Voice, or a blend like af_sky:2,bf_emma:1; '?' lists."
)
language = click.option(
    "-l", "--lang", metavar="CODE", type=LANGUAGE, help="Language, or auto; by itself it implies a voice."
)
speed = click.option(
    "-r", "--speed", type=SPEED, help=f"Speaking rate, {SPEED.least:g} to {SPEED.most:g}; 1 is normal."
)
volume = click.option("-i", "--volume", type=VOLUME, help=f"Loudness, 0 to {VOLUME.most:g} percent; never clips.")
pitch = click.option(
    "--pitch", type=PITCH, default=1.0, help=f"Times the voice's own pitch, {PITCH.least:g} to {PITCH.most:g}."
)
queue = click.option("-q", "--queue", is_flag=True, help="Speak after everything accepted before; interrupt nothing.")
priority = click.option(
    "--priority",
    type=click.Choice(["important", "text", "notification", "progress"]),
    default="text",
    help="important is not interrupted; notification waits its turn; progress replaces older progress only.",
)
caller = click.option(
    "--caller", metavar="NAME", help="Who says it, for `stop --mine`; by default this terminal's session."
)
device = click.option("-a", "--audio-device", metavar="NAME", help="Speak through this device; '?' lists them.")


def listed(voice: str | None, lang: str | None, audio_device: str | None) -> bool:
    """Whether a ``?`` asked for a list instead; then it was printed."""
    if voice == "?":
        from ttsmesh.cli.voices import print_voices

        print_voices(lang)
    elif audio_device == "?":
        from ttsmesh.cli.servers import list_devices

        list_devices()
    return "?" in (voice, audio_device)
