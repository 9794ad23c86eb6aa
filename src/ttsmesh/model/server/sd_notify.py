"""What a service tells systemd (sd_notify(3)): that it is ready, stopping, or alive."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Mapping

_SEND_TIMEOUT = 1.0
"""Seconds to wait for systemd to read a message, which it does at once when it is well."""


class Notifier:
    """Tells the systemd whose socket ``NOTIFY_SOCKET`` names, if there is one.

    ``watchdog``: seconds within which systemd wants a sign of life, or None.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        period = environment.get("WATCHDOG_USEC", "")
        self.watchdog = int(period) / 1e6 if self._address and period.isdigit() and int(period) else None

    def tell(self, *states: str) -> None:
        """Send ``states`` such as ``READY=1``. That systemd cannot be reached is not an error."""
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
        """Give signs of life while the service is ``healthy``, twice as often as they are wanted."""
        if self.watchdog is None:
            return
        while True:
            if healthy():
                self.tell("WATCHDOG=1")
            await asyncio.sleep(self.watchdog / 2)
