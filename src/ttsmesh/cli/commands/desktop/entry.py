"""``ttsmesh desktop``: tell the desktop of ttsmesh, by a .desktop file in the user's applications."""

import re
from pathlib import Path

import click

from ttsmesh.cli.program import program
from ttsmesh.errors import Code, RejectedError, os_reason
from ttsmesh.host import files
from ttsmesh.paths import base_dir

NAME = "ttsmesh.desktop"

MARK = "# Written by `ttsmesh desktop install`, removed by `ttsmesh desktop uninstall`."
"""The first line of the file that we may replace and remove."""

_PROGRAM = re.compile(r"^(?P<key>TryExec|Exec)=ttsmesh\b", re.MULTILINE)

_SPECIAL = re.compile(r'(["`$\\])')
"""What has a backslash before it between quotes."""


@click.group()
def desktop() -> None:
    """Have the desktop offer to speak what is selected, in its menus and in its settings of keys."""


@desktop.command()
def install() -> None:
    """Write ttsmesh.desktop to your applications. Do so again when ttsmesh has moved."""
    path = place()
    _refuse_foreign(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write(path, text(program()).encode())
    except OSError as error:
        raise RejectedError(f"cannot write {path}: {os_reason(error)}", Code.OUTPUT) from None
    click.echo(f"installed: {path}")


@desktop.command()
def uninstall() -> None:
    """Remove it. One that `desktop install` did not write is left alone."""
    path = place()
    _refuse_foreign(path)
    try:
        path.unlink()
    except FileNotFoundError:
        click.echo("not installed")
    except OSError as error:
        raise RejectedError(f"cannot remove {path}: {os_reason(error)}", Code.OUTPUT) from None
    else:
        click.echo("uninstalled")


def place() -> Path:
    """Where the file is, if it is installed."""
    return Path(base_dir("XDG_DATA_HOME", ".local", "share"), "applications", NAME)


def text(path: str) -> str:
    """The file, which runs the program at ``path``."""
    template = Path(__file__).with_name(NAME).read_text(encoding="utf-8")

    def runs(found: re.Match[str]) -> str:
        return f"{found['key']}={_escaped(path if found['key'] == 'TryExec' else _quoted(path))}"

    return f"{MARK}\n{_PROGRAM.sub(runs, template)}"


def _quoted(path: str) -> str:
    """``path`` as one argument of ``Exec`` (Desktop Entry Specification, "The Exec key")."""
    return '"{}"'.format(_SPECIAL.sub(r"\\\1", path).replace("%", "%%"))


def _escaped(value: str) -> str:
    """``value`` as a string in the file, in which a backslash begins an escape."""
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def _refuse_foreign(path: Path) -> None:
    try:
        written = path.read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise RejectedError(f"cannot read {path}: {os_reason(error)}", Code.IO) from None
    if written.partition("\n")[0] != MARK:
        raise RejectedError(f"{path} is not ours; move it away first", Code.EXISTS)
