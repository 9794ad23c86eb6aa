"""Holds the media keys while something sounds or is paused, and leaves them to music at any other time."""

import asyncio
import logging
import os
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING

from ttsmesh.config import Settings
from ttsmesh.errors import os_reason
from ttsmesh.limits import BUS_TIMEOUT
from ttsmesh.model.server.media_keys.available import available, bus_address
from ttsmesh.model.server.media_keys.controls import Controls
from ttsmesh.model.speech.hub import Hub

if TYPE_CHECKING:
    from ttsmesh.model.server.media_keys.mpris import Player

logger = logging.getLogger(__name__)

PATIENCE = 0.3
"""Seconds for which a text must have sounded. Nobody presses a key sooner, a desktop would only flicker at each
letter that a screen reader says, and a first word has the machine for itself."""

RETRY = 30.0
"""Seconds after which a bus is tried again that could not be reached, or has gone away."""


class MediaKeys:
    """Presents what sounds on the session bus. Nothing waits for it: a bus that hangs or dies costs the media keys."""

    def __init__(self, hub: Hub, settings: Settings, stop: Callable[[], object]) -> None:
        self._hub = hub
        self._settings = settings
        self._controls = Controls(hub, stop)
        self._changed = asyncio.Event()
        self._fault = ""

    @property
    def state(self) -> str:
        """One of ``ttsmesh.wire.messages.MEDIA_KEYS``."""
        return available(self._settings, os.environ)

    async def run(self) -> None:
        """Go on until cancelled."""
        if self.state in ("off", "not installed"):
            return
        self._hub.on_change = self._changed.set
        while True:
            try:
                await self._until_sounding()
                await self._present()
            except Exception as error:  # dbus-fast raises many kinds, and none may end the server
                self._note(error)
                await asyncio.sleep(RETRY)

    async def _until_sounding(self) -> None:
        """Wait until one text has sounded for a while."""
        while True:
            while (begun := self._controls.begun()) is None:
                await self._change()
            await asyncio.sleep(PATIENCE)
            if self._controls.begun() == begun:
                return

    async def _change(self) -> None:
        await self._changed.wait()
        self._changed.clear()

    async def _present(self) -> None:
        """Be a player until nothing sounds or waits."""
        address = bus_address(os.environ)
        if address is None:
            raise FileNotFoundError
        mpris = await asyncio.to_thread(_mpris)  # the first time it takes 15 ms
        async with asyncio.timeout(BUS_TIMEOUT):
            player: Player = await mpris.connect(address, self._controls)
        try:
            while (sounding := self._controls.sounding()) is not None:
                player.show(sounding)
                await self._change_or(player.lost)
        finally:
            player.leave()

    async def _change_or(self, lost: "asyncio.Future[None]") -> None:
        """Wait for a change. Raises if the bus is ``lost`` before."""
        change = asyncio.create_task(self._change())
        try:
            await asyncio.wait([change, lost], return_when=asyncio.FIRST_COMPLETED)
        finally:
            change.cancel()
        if lost.done():
            raise lost.exception() or ConnectionResetError

    def _note(self, error: Exception) -> None:
        """Log why there are no media keys, once for each reason. Where there is no bus, that is nothing to tell of."""
        fault = os_reason(error) if isinstance(error, OSError) and error.strerror else type(error).__name__
        if fault != self._fault and bus_address(os.environ) is not None:
            logger.info("no media keys for now: %s", fault)
        self._fault = fault


def _mpris() -> ModuleType:
    from ttsmesh.model.server.media_keys import mpris  # reason: dbus-fast, where something sounds and there is a bus

    return mpris
