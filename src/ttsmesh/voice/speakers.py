"""The audio devices of this process: which one is in use, by which utterance, and when it is closed."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator

from ttsmesh.config import VoiceProcessSettings
from ttsmesh.errors import SinkError
from ttsmesh.voice.device import DeviceSink
from ttsmesh.voice.pace import Pace
from ttsmesh.voice.portaudio import load


class Speakers:
    """The device sinks of this process by name. One of them is in use at a time, by one utterance.

    After ``settings.release`` seconds of silence a device is closed, so that it may sleep. An open one keeps a laptop's
    or a headset's battery busy.
    """

    def __init__(self, settings: VoiceProcessSettings) -> None:
        self._settings = settings
        self._sinks: dict[tuple[str | None, float], DeviceSink] = {}
        self._open: DeviceSink | None = None
        # A superseded utterance may still fade out while the next one is being prepared.
        self._free = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._releasing: asyncio.Task[None] | None = None
        self._loading = False

    def sink(self, device: str | None, prime_s: float) -> DeviceSink:
        """The sink of ``device`` (None: the default one). It may be used only within ``turn``."""
        if not self._loading:
            # Loading takes 30-60 ms. Now another utterance may still be sounding; later this would be silence. A
            # process that only saves never loads. The thread is a daemon, because with a frozen audio server it hangs.
            self._loading = True
            threading.Thread(target=_load, name="load audio", daemon=True).start()
        return self._sinks.setdefault((device, prime_s), DeviceSink(device, prime_s=prime_s))

    @contextlib.asynccontextmanager
    async def turn(self, sink: DeviceSink) -> AsyncIterator[None]:
        """Reserve the devices, to use ``sink``. Waits until an earlier utterance has faded out."""
        async with self._free:
            if self._timer is not None:
                self._timer.cancel()
            if self._open is not None and self._open is not sink:
                await self._open.release()
            self._open = sink
            try:
                yield
            finally:
                self._timer = asyncio.get_running_loop().call_later(self._settings.release, self._rest)

    async def probe(self, sink: DeviceSink) -> None:
        """Raise SinkError unless ``sink`` can sound now, or is sounding."""
        if self._free.locked() and self._open is sink:
            return
        async with self.turn(sink):
            try:
                sink.start(Pace())
                await sink.ready()
            finally:
                await sink.cancel()

    @property
    def stuck(self) -> bool:
        """Whether a device does not answer. Only a new process is rid of it."""
        return any(sink.stuck for sink in self._sinks.values())

    async def close(self) -> None:
        """Close every device."""
        if self._timer is not None:
            self._timer.cancel()
        if self._releasing is not None:
            await asyncio.wait([self._releasing])
        for sink in self._sinks.values():
            await sink.release()

    def _rest(self) -> None:
        if not self._free.locked():
            self._releasing = asyncio.create_task(self._release(), name="release the device")

    async def _release(self) -> None:
        async with self._free:
            if self._open is not None:
                await self._open.release()
                self._open = None


def _load() -> None:
    with contextlib.suppress(SinkError):  # opening the device will raise it again, and then it is reported
        load()
