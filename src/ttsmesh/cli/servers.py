"""``ttsmesh serve`` and ``setup``: commands that become a model server's process."""

import os
import sys

import click


def _become(*arguments: str) -> None:
    """Programs do not import one another: this one is replaced."""
    os.execv(sys.executable, [sys.executable, "-Pm", "ttsmesh.model", *arguments])


@click.command()
def serve() -> None:
    """Run the model server in the foreground, logging to stderr."""
    _become("serve")


@click.command()
@click.option(
    "--voices-from", metavar="DIR|hub", help="Take the voices from a directory of .bin files, or from the hub."
)
def setup(voices_from: str | None) -> None:
    """Install the voices and prepare the model. The only command that downloads anything."""
    _become("setup", *([] if voices_from is None else ["--voices-from", voices_from]))
