"""``ttsmesh completion``: have the shell complete commands, options and values."""

import os
import shlex
from pathlib import Path

import click

from ttsmesh.cli.shells import PLACES, script
from ttsmesh.errors import Code, TtsmeshError, os_reason, printable
from ttsmesh.host import files
from ttsmesh.paths import base_dir

_shell = click.argument("shell", type=click.Choice(list(PLACES)), required=False, metavar="[bash|zsh|fish]")


@click.group()
def completion() -> None:
    """Have the shell complete commands, options, voices, languages, ids and more: bash, zsh or fish.

    A package of the system installs this by itself. For pipx and virtual environments, `ttsmesh completion install`
    does.
    """


def _printing(shell: str) -> None:
    @completion.command(shell, help=f"Print the script for {shell}.")
    @click.pass_context
    def show(ctx: click.Context) -> None:
        click.echo(script(ctx.find_root().command, shell), nl=False)


for _name in PLACES:
    _printing(_name)


@completion.command()
@_shell
@click.pass_context
def install(ctx: click.Context, shell: str | None) -> None:
    """Write the script where the shell looks for it: the shell in $SHELL, or the one that is named."""
    shell = shell or _own_shell()
    path = _path(shell)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write(path, script(ctx.find_root().command, shell).encode(), durable=False)
    except OSError as error:
        raise _cannot("write", path, error) from None
    click.echo(f"installed: {printable(str(path))}")
    click.echo(printable(_advice(shell, path)))


@completion.command()
@_shell
def uninstall(shell: str | None) -> None:
    """Remove what `completion install` has written."""
    path = _path(shell or _own_shell())
    try:
        path.unlink()
    except FileNotFoundError:
        click.echo("not installed")
    except OSError as error:
        raise _cannot("remove", path, error) from None
    else:
        click.echo(f"uninstalled: {printable(str(path))}")


def _own_shell() -> str:
    shell = os.path.basename(os.environ.get("SHELL", ""))
    if shell not in PLACES:
        raise click.UsageError("which shell? Add bash, zsh or fish")
    return shell


def _path(shell: str) -> Path:
    return Path(base_dir("XDG_DATA_HOME", ".local", "share"), *PLACES[shell])


def _advice(shell: str, path: Path) -> str:
    """What else is to be done."""
    if shell == "zsh":
        return f"zsh needs this line in ~/.zshrc, before compinit: fpath=({shlex.quote(str(path.parent))} $fpath)"
    if shell == "bash":
        return "a new bash loads it where the package bash-completion is installed"
    return "a new fish loads it"


def _cannot(what: str, path: Path, error: OSError) -> TtsmeshError:
    return TtsmeshError(f"cannot {what} {path}: {os_reason(error)}", Code.OUTPUT)
