"""``ttsmesh serve`` and ``setup``: commands that become a model server's process."""

import os
import sys
from typing import NoReturn

import click


def become(*arguments: str) -> None:
    """Programs do not import one another: this one is replaced."""
    os.execv(sys.executable, [sys.executable, "-Pm", "ttsmesh.model", *arguments])


def list_devices() -> NoReturn:
    """Print the audio devices. Only voice servers touch the audio system, so it is their program that looks."""
    os.execv(sys.executable, [sys.executable, "-Pm", "ttsmesh.voice", "--list-devices"])


@click.command()
def serve() -> None:
    """Run the model server in the foreground, logging to stderr."""
    become("serve")


@click.command()
@click.option(
    "--voices-from", metavar="DIR|hub", help="Take the voices from a directory of .bin files, or from the hub."
)
def setup(voices_from: str | None) -> None:
    """Install the voices and prepare the model. The only command that downloads anything."""
    become("setup", *([] if voices_from is None else ["--voices-from", voices_from]))
