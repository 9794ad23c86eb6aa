"""Mutes and unmutes, and has the state directory keep that."""

import logging
from pathlib import Path

from ttsmesh.errors import TtsmeshError, os_reason
from ttsmesh.host import mutes
from ttsmesh.host.offload import Worker
from ttsmesh.model.speech.hub import Hub
from ttsmesh.wire.messages import Accepted

logger = logging.getLogger(__name__)


class Muting:
    """Keeps what ``hub`` mutes in the file at ``path``, which is read now. A file that cannot be read mutes nothing."""

    def __init__(self, hub: Hub, path: Path) -> None:
        self._hub = hub
        self._path = path
        self._disk = Worker("the state directory")
        try:
            hub.mutes = mutes.read(path)
        except OSError as error:
            logger.warning("%s cannot be read, so nothing is muted: %s", path, os_reason(error))

    async def change(self, caller: str | None, *, over: bool) -> Accepted:
        """Mute ``caller``, or everybody; or end that, if it is ``over``. It holds even if it cannot be kept.

        Raises:
            RejectedError: too many callers are muted already.
        """
        now = self._hub.mutes.unmuted(caller) if over else self._hub.mutes.muted(caller)
        count = self._hub.mute(now)
        notice = "everything is muted; `ttsmesh unmute` ends that" if over and now.everyone else None
        try:
            await self._disk.run(lambda: mutes.write(self._path, now))
        except OSError as error:
            notice = f"not kept over a restart: {self._path}: {os_reason(error)}"
        except TtsmeshError as error:
            notice = f"not kept over a restart: {error.message}"
        return Accepted(count=count, notice=notice)
