"""``ttsmesh mute`` and ``unmute``. They start no mesh: while none runs, the next one finds in a file what is muted."""

import os

import click

from ttsmesh.cli.client import NotRunning, ask
from ttsmesh.cli.options import by_caller
from ttsmesh.errors import ConfigError, os_reason, printable
from ttsmesh.wire.client_messages import Accepted, Mute


@click.command()
@click.option("--mine", is_flag=True, help="Only what this terminal's session says, or --caller.")
@by_caller("Only what is said with this --caller.")
def mute(mine: bool, caller: str | None) -> None:
    """Be silent, also after a restart: what sounds or waits ends, and what is said from now on is not heard.

    It is acknowledged all the same, and in the history. Files are saved.
    """
    _change(Mute(mine=mine, caller=caller))


@click.command()
@click.option("--mine", is_flag=True, help="Only what this terminal's session says, or --caller.")
@by_caller("Only what is said with this --caller.")
def unmute(mine: bool, caller: str | None) -> None:
    """End all that `ttsmesh mute` has muted, or one caller's."""
    _change(Mute(over=True, mine=mine, caller=caller))


def _change(request: Mute) -> None:
    notice = change(request).notice
    if notice is not None:
        click.echo(f"ttsmesh: {printable(notice)}", err=True)


def change(request: Mute) -> Accepted:
    """Have the mesh do as ``request`` says, or the next one.

    Raises:
        ConfigError: there is no mesh, and what is muted cannot be kept for the next one.
    """
    try:
        return _told(request)
    except NotRunning:
        _keep(request)
    try:
        return _told(request)  # one that has started meanwhile may have read the file before
    except NotRunning:
        return Accepted(count=0)


def _told(request: Mute) -> Accepted:
    with ask(request, may_start=False) as client:
        assert isinstance(client.first, Accepted)
        return client.first


def _keep(request: Mute) -> None:
    from ttsmesh.host import mutes
    from ttsmesh.host.callers import caller_name
    from ttsmesh.paths import state_dir

    meant = request.mine or request.caller is not None
    caller = caller_name(request.caller, os.getpid()) if meant else None
    path = state_dir() / mutes.FILE
    try:
        before = mutes.read(path)
        mutes.write(path, before.unmuted(caller) if request.over else before.muted(caller))
    except OSError as error:
        raise ConfigError(f"cannot keep what is muted: {path}: {os_reason(error)}") from None
