"""``ttsmesh service``: have systemd bind the socket, and start the mesh when a client connects."""

import contextlib
import json
import os
from pathlib import Path
from typing import Any

import click

from ttsmesh.errors import Code, RejectedError, failure_line, os_reason
from ttsmesh.host import files, locks, systemd
from ttsmesh.host.systemd import SERVICE, SOCKET, SystemdError
from ttsmesh.limits import START_TIMEOUT
from ttsmesh.wire import sockets


@click.group()
def service() -> None:
    """Let systemd look after the mesh. Without it the mesh starts by itself when it is needed."""


@service.command()
def install() -> None:
    """Write and enable the user's ttsmesh.socket and ttsmesh.service."""
    directory = sockets.runtime_dir()
    _need_manager(directory)
    _refuse_foreign()
    # No client may bind the socket meanwhile, because systemd would take its path away without a word.
    with locks.start_lock(directory, START_TIMEOUT) as ours:
        if not ours:
            raise RejectedError("the mesh is just being started; try again", Code.BUSY)
        _refuse_rival(directory)
        written = [_write(systemd.directory() / name, text) for name, text in systemd.texts().items()]
        try:
            _do(directory, "daemon-reload")
            _do(directory, "enable", "--now", SOCKET)
        except SystemdError:
            # With half of an installation, clients would not start the mesh themselves.
            if any(written):
                _remove(directory)
            raise
    click.echo(f"installed: systemd listens on {os.path.join(directory, sockets.MODEL_SOCKET)}")


@service.command()
def uninstall() -> None:
    """Stop the mesh and remove its units. Units that `service install` did not write are left alone."""
    directory = sockets.runtime_dir()
    _refuse_foreign()
    if all(systemd.installed(name) is None for name in (SOCKET, SERVICE)):
        click.echo("not installed")
        return
    _remove(directory)
    click.echo("uninstalled")


@service.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status(as_json: bool) -> None:
    """Show whether the units are installed, enabled and in order."""
    directory = sockets.runtime_dir()
    report = {name: _state(directory, name, wanted) for name, wanted in systemd.texts().items()}
    if as_json:
        click.echo(json.dumps({"systemd": systemd.manager_runs(directory), "units": report}, indent=2))
        return
    if not systemd.manager_runs(directory):
        click.echo("systemd --user does not run here")
    for name, unit in report.items():
        facts = [unit[key] for key in ("file", "active", "enabled") if unit[key]]
        click.echo(f"{name:<15} {', '.join(facts)}")
    if any(unit["active"] == "failed" for unit in report.values()):
        click.echo(f"to repair: {systemd.REPAIR}")


def _state(directory: str, name: str, wanted: str) -> dict[str, Any]:
    text = systemd.installed(name)
    if text is None:
        file = "not installed"
    elif not systemd.is_ours(text):
        file = "not ours"
    else:
        file = "installed" if text == wanted else "out of date (run: ttsmesh service install)"
    known = systemd.show(directory, name) if text is not None and systemd.manager_runs(directory) else {}
    return {
        "file": file,
        "active": known.get("ActiveState"),
        "enabled": known.get("UnitFileState") or None,
        "pid": int(known.get("MainPID") or 0) or None,
    }


def _need_manager(directory: str) -> None:
    if not systemd.manager_runs(directory):
        raise SystemdError("systemd --user does not run here; the mesh starts without it when it is needed")


def _refuse_foreign() -> None:
    for name in (SOCKET, SERVICE):
        text = systemd.installed(name)
        if text is not None and not systemd.is_ours(text):
            raise RejectedError(f"{systemd.directory() / name} is not ours; move it away first", Code.EXISTS)


def _refuse_rival(directory: str) -> None:
    """Refuse to go on if a server runs that systemd did not start, because it would lose its socket."""
    pid = locks.server_pid(directory)
    if pid is not None and str(pid) != systemd.show(directory, SERVICE).get("MainPID"):
        raise RejectedError(f"the mesh runs already (pid {pid}), not by systemd; end it first: ttsmesh kill", Code.BUSY)


def _write(path: Path, text: str) -> bool:
    """Write ``text`` to ``path`` as a whole. Returns whether the file is new."""
    new = not path.exists()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write(path, text.encode())
    except OSError as error:
        raise RejectedError(f"cannot write {path}: {os_reason(error)}", Code.OUTPUT) from None
    return new


def _remove(directory: str) -> None:
    """Stop the units and remove their files. Without a manager, none runs."""
    manager = systemd.manager_runs(directory)
    if manager:
        # The socket first, because it would start the service again.
        _try(directory, "disable", "--now", SOCKET)
        _try(directory, "stop", SERVICE)
    enabled = systemd.directory() / "sockets.target.wants" / SOCKET
    for path in (enabled, systemd.directory() / SOCKET, systemd.directory() / SERVICE):
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
    if manager:
        _try(directory, "daemon-reload")
        _try(directory, "reset-failed", SOCKET, SERVICE)


def _do(directory: str, *arguments: str) -> None:
    run = systemd.systemctl(directory, *arguments)
    if run.returncode:
        raise SystemdError(f"systemctl --user {arguments[0]}: {failure_line(run.stderr)}")


def _try(directory: str, *arguments: str) -> None:
    with contextlib.suppress(SystemdError):
        _do(directory, *arguments)
