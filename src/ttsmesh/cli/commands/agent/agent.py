"""``ttsmesh agent``: have a coding agent speak its answers."""

from typing import Any

import click

from ttsmesh.cli import options
from ttsmesh.cli.commands.agent.agents import AGENTS
from ttsmesh.cli.commands.agent.hook import hook
from ttsmesh.errors import Code, RejectedError, printable, quoted

_agent = click.argument("agent", type=click.Choice(tuple(AGENTS)))
_project = click.option("--project", is_flag=True, help="In your settings for the project in this directory.")


@click.group()
def agent() -> None:
    """Have a coding agent speak its answers while it writes them, and be quiet when you type."""


agent.add_command(hook)


@agent.command()
@_agent
@options.some("voice", "language", "speed", "volume")
@click.option("--voices", metavar="NAME,...", help="Voices, one of which speaks for each session.")
@click.option("--brief/--full", help="Only the last paragraph of each answer, or all of it, which is the default.")
@_project
def install(agent: str, voices: str | None, brief: bool, project: bool, **speech: Any) -> None:
    """Write our hooks into the settings of AGENT. They replace those of before, and nothing else."""
    from ttsmesh.cli.commands.agent import installing  # reason: a hook must be quick, and needs none of it
    from ttsmesh.cli.program import program

    if voices is not None and speech["voice"] is not None:
        raise click.UsageError("give --voice or --voices, not both")
    _check_voices(voices if voices is not None else speech["voice"])
    words = [program(), "agent", "hook", agent]
    speech["lang"] = speech.pop("language")
    for option, value in {**speech, "voices": voices}.items():
        if value is not None:
            words += [f"--{option}", f"{value:g}" if isinstance(value, float) else value]
    words += ["--brief"] if brief else []
    files, other = installing.install(agent, words, brief=brief, project=project)
    if other is not None:
        click.echo(f"ttsmesh: {printable(other)} notifies another program; a hook speaks instead", err=True)
    for file in files:
        click.echo(printable(f"installed: {file}"))
    if agent == "codex":
        click.echo("Codex skips new hooks until you trust them: it asks when you start it, and in /hooks")


@agent.command()
@_agent
@_project
def uninstall(agent: str, project: bool) -> None:
    """Take our hooks out of the settings of AGENT. Nothing else in there changes."""
    from ttsmesh.cli.commands.agent import installing

    files = installing.uninstall(agent, project=project)
    for file in files:
        click.echo(printable(f"uninstalled: {file}"))
    if not files:
        click.echo("not installed")


@agent.command()
def status() -> None:
    """Show where our hooks are installed, with which options, and what failed last."""
    import os
    import shlex
    import shutil
    import time

    from ttsmesh.cli.commands.agent import failures, installing

    for name, known in AGENTS.items():
        found = installing.installed(name)
        if not found:
            click.echo(f"{name:7} {'not installed' if os.path.isdir(known.file('')) else 'not found'}")
        for file, words, fault in found:
            if words is None:
                line = f"unclear    {fault}"
            else:
                line = f"installed  {file}  {shlex.join(words[4:])}".rstrip()
                if shutil.which(words[0]) is None:
                    line += f"  (there is no {words[0]}: install it again)"
            click.echo(printable(f"{name:7} {line}"))
    failure = failures.last()
    if failure is not None:
        at = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(failure.at))
        click.echo(printable(f"last failure, {at}, {failure.agent}: {failure.message}"))


def _check_voices(voices: str | None) -> None:
    """Refuse a voice that there is not, as nobody learns what a hook says of it. A blend has shares behind colons."""
    known = options.voice_names()
    for share in voices.split(",") if voices is not None and known else ():
        name = share.partition(":")[0].strip()
        if name not in known:
            raise RejectedError(f"no voice {quoted(name)}; ttsmesh voices lists them", Code.VOICE)
