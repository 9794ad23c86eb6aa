"""Whether media keys can work here: what is set, what is installed, whether there is a session bus. Loads nothing."""

import os
import stat
from collections.abc import Iterator, Mapping
from importlib.util import find_spec

from ttsmesh import config
from ttsmesh.config import Settings
from ttsmesh.model.findings import OK, Finding

_ADVICE = {
    "off": "",
    "not installed": "for these: pip install 'ttsmesh[media-keys]'",
    "no session bus": "",
}


def available(settings: Settings, environment: Mapping[str, str]) -> str:
    """One of ``ttsmesh.wire.messages.MEDIA_KEYS``."""
    if not settings.media_keys:
        return "off"
    if find_spec("dbus_fast") is None:
        return "not installed"
    return "on" if bus_address(environment) is not None else "no session bus"


def bus_address(environment: Mapping[str, str]) -> str | None:
    """The address of the session bus: what the ``environment`` names, or else the usual place, if there is a socket."""
    if address := environment.get("DBUS_SESSION_BUS_ADDRESS"):
        return address
    path = os.path.join(environment.get("XDG_RUNTIME_DIR", ""), "bus")
    return f"unix:path={path}" if os.path.isabs(path) and _is_socket(path) else None


def check_keys() -> Iterator[Finding]:
    """For ``ttsmesh doctor``."""
    found = available(config.load(), os.environ)
    yield Finding("keys", OK, f"media keys: {found}", _ADVICE.get(found, ""))


def _is_socket(path: str) -> bool:
    try:
        return stat.S_ISSOCK(os.stat(path).st_mode)
    except OSError:
        return False
