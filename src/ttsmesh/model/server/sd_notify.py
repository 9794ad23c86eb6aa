"""What systemd wants to hear of a service (sd_notify(3)): ready, stopping, still alive. Silent without systemd."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Mapping

_SEND_TIMEOUT = 1.0
"""Seconds; the manager reads at once, or has other troubles."""


class Notifier:
    """Tells the manager whose socket is in ``NOTIFY_SOCKET``, if one is there.

    ``watchdog``: seconds within which it wants a sign of life, or None.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        period = environment.get("WATCHDOG_USEC", "")
        self.watchdog = int(period) / 1e6 if self._address and period.isdigit() and int(period) else None

    def tell(self, *states: str) -> None:
        """Send ``states`` such as ``READY=1``. A manager that cannot be reached is no reason to fail."""
        if not self._address:
            return
        with (
            contextlib.suppress(OSError),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock,
        ):
            sock.settimeout(_SEND_TIMEOUT)
            sock.connect(self._address)
            sock.send("\n".join(states).encode())

    async def keep_alive(self, healthy: Callable[[], bool]) -> None:
        """Give signs of life for as long as we are ``healthy``, at twice the pace that is wanted."""
        if self.watchdog is None:
            return
        while True:
            if healthy():
                self.tell("WATCHDOG=1")
            await asyncio.sleep(self.watchdog / 2)
