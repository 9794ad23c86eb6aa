"""The systemd user units: their text, their place, and whether systemd is in charge of the mesh. Blocking, stdlib."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ttsmesh.errors import Code, TtsmeshError, failure_line
from ttsmesh.limits import START_TIMEOUT
from ttsmesh.paths import base_dir

if TYPE_CHECKING:
    import subprocess

SOCKET = "ttsmesh.socket"
SERVICE = "ttsmesh.service"

MARK = "# Written by `ttsmesh service install`, removed by `ttsmesh service uninstall`."
"""The first line of the files that we may replace and remove."""

REPAIR = f"systemctl --user reset-failed {SOCKET} {SERVICE} && systemctl --user restart {SOCKET}"
"""The command that a user types when the units have failed."""

_CARRIED = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")
"""Variables that say where the user's files are. The units carry them, because a shell may have set them, of which the
user manager does not know."""

# The service has no RuntimeDirectory=, with which systemd would delete the live socket whenever the service stops.
_SOCKET_TEXT = """\
{mark}
[Unit]
Description=Text to speech, on demand (ttsmesh)

[Socket]
ListenStream=%t/ttsmesh/model.sock
SocketMode=0600
DirectoryMode=0700
Backlog=512
RemoveOnStop=yes

[Install]
WantedBy=sockets.target
"""

# These are the hardening options that work in user units. MemoryDenyWriteExecute is left out because OpenVINO compiles
# kernels at run time. AF_UNIX is all that PulseAudio and PipeWire need. OOMPolicy: a child that the kernel kills is
# replaced by the server. CPUWeight: beside a busy program on each core a render takes 2.4 times as long, and with this
# weight as long as alone.
_SERVICE_TEXT = """\
{mark}
[Unit]
Description=Text to speech (ttsmesh)
Requires=ttsmesh.socket
After=ttsmesh.socket
StartLimitIntervalSec=60
StartLimitBurst=5

[Service]
Type=notify
NotifyAccess=main
ExecStart={python} -Pm ttsmesh.model serve
{environment}\
WatchdogSec=20
TimeoutStartSec=30
TimeoutStopSec=15
Restart=on-failure
RestartSec=200ms
RestartPreventExitStatus=2 78
KillMode=mixed
OOMPolicy=continue
LimitCORE=0
CPUWeight=500
UMask=0077
NoNewPrivileges=yes
LockPersonality=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_UNIX
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
"""


class SystemdError(TtsmeshError):
    """The user's systemd does not run, or does not do what it is told."""

    code = Code.UNAVAILABLE


def texts() -> dict[str, str]:
    """The texts of the units for this installation and environment, by file name."""
    carried = [(name, os.environ.get(name, "")) for name in _CARRIED]
    environment = "".join(f"Environment={_quoted(f'{name}={value}')}\n" for name, value in carried if _is_path(value))
    return {
        SOCKET: _SOCKET_TEXT.format(mark=MARK),
        SERVICE: _SERVICE_TEXT.format(mark=MARK, python=_quoted(sys.executable), environment=environment),
    }


def _is_path(value: str) -> bool:
    return os.path.isabs(value) and value.isprintable()


def _quoted(word: str) -> str:
    """``word`` in quotes, with nothing special to systemd in it (systemd.service(5), "Command lines")."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'


def directory() -> Path:
    """The directory of the user's own unit files."""
    return Path(base_dir("XDG_CONFIG_HOME", ".config"), "systemd", "user")


def installed(name: str) -> str | None:
    """The text of the unit file ``name``, whether it is ours or not, or None if there is none."""
    try:
        return (directory() / name).read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        return None


def is_ours(text: str) -> bool:
    """Whether `ttsmesh service install` has written the unit file with this ``text``."""
    return text.partition("\n")[0] == MARK


def manager_runs(runtime_directory: str) -> bool:
    """Whether the user's systemd runs, and its ``%t/ttsmesh`` is ``runtime_directory``."""
    return os.path.exists(os.path.join(os.path.dirname(runtime_directory), "systemd", "private"))


def in_charge(runtime_directory: str) -> bool:
    """Whether systemd binds the model server's socket and starts the server."""
    text = installed(SOCKET)
    return text is not None and is_ours(text) and manager_runs(runtime_directory)


def systemctl(runtime_directory: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run ``systemctl --user`` for the manager whose runtime directory contains ``runtime_directory``.

    Raises:
        SystemdError: systemctl is not installed, or does not return.
    """
    import subprocess  # reason: callers that only look for the units do not need it

    try:
        return subprocess.run(
            ["systemctl", "--user", *arguments],
            env=os.environ | {"XDG_RUNTIME_DIR": os.path.dirname(runtime_directory)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=START_TIMEOUT,
            check=False,
        )
    except FileNotFoundError:
        raise SystemdError("systemctl is not installed") from None
    except subprocess.TimeoutExpired:
        raise SystemdError(f"systemctl --user {arguments[0]} does not come back") from None


def show(runtime_directory: str, name: str) -> dict[str, str]:
    """The properties of unit ``name`` that systemd knows, of ActiveState, SubState, UnitFileState, Result and MainPID.

    Raises:
        SystemdError: as ``systemctl``, or systemd knows nothing of the unit.
    """
    wanted = "--property=ActiveState,SubState,UnitFileState,Result,MainPID"
    run = systemctl(runtime_directory, "show", wanted, name)
    if run.returncode:
        raise SystemdError(f"systemctl --user show: {failure_line(run.stderr)}")
    return dict(line.split("=", 1) for line in run.stdout.splitlines() if "=" in line)
