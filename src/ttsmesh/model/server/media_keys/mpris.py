"""The player on the session bus, by the MPRIS D-Bus interface specification 2.2. Only this module needs dbus-fast."""

import asyncio
import os
from typing import Annotated

from dbus_fast import NameFlag, PropertyAccess, RequestNameReply, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.annotations import (
    DBusBool,
    DBusDict,
    DBusDouble,
    DBusInt64,
    DBusObjectPath,
    DBusSignature,
    DBusStr,
)
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property

from ttsmesh.model.server.media_keys.controls import Controls, Sounding

NAME = "org.mpris.MediaPlayer2.ttsmesh"
PATH = "/org/mpris/MediaPlayer2"

_Strings = Annotated[list[str], DBusSignature("as")]

_read = dbus_property(PropertyAccess.READ)


class _Program(ServiceInterface):
    """``org.mpris.MediaPlayer2``: a program without a window, which no player's button ends."""

    def __init__(self) -> None:
        super().__init__("org.mpris.MediaPlayer2")

    @dbus_method()
    def Raise(self) -> None:
        pass

    @dbus_method()
    def Quit(self) -> None:
        pass

    @_read
    def Identity(self) -> DBusStr:
        return "ttsmesh"

    @_read
    def DesktopEntry(self) -> DBusStr:
        return "ttsmesh"

    @_read
    def CanQuit(self) -> DBusBool:
        return False

    @_read
    def CanRaise(self) -> DBusBool:
        return False

    @_read
    def HasTrackList(self) -> DBusBool:
        return False

    @_read
    def SupportedUriSchemes(self) -> _Strings:
        return []

    @_read
    def SupportedMimeTypes(self) -> _Strings:
        return []


class _Keys(ServiceInterface):
    """``org.mpris.MediaPlayer2.Player``: what sounds, and its keys."""

    def __init__(self, controls: Controls, sounding: Sounding) -> None:
        super().__init__("org.mpris.MediaPlayer2.Player")
        self._controls = controls
        self._sounding = sounding

    def show(self, sounding: Sounding) -> None:
        """Tell all who look at it what has changed."""
        before = self.PlaybackStatus, self.Metadata
        self._sounding = sounding
        now = {"PlaybackStatus": self.PlaybackStatus, "Metadata": self.Metadata}
        changed = {name: value for (name, value), old in zip(now.items(), before, strict=True) if value != old}
        if changed:
            self.emit_properties_changed(changed)

    @dbus_method()
    def PlayPause(self) -> None:
        self._controls.play_pause()

    @dbus_method()
    def Play(self) -> None:
        self._controls.play()

    @dbus_method()
    def Pause(self) -> None:
        self._controls.pause()

    @dbus_method()
    def Stop(self) -> None:
        self._controls.stop()

    @dbus_method()
    def Next(self) -> None:
        self._controls.next()

    @dbus_method()
    def Previous(self) -> None:
        self._controls.previous()

    @dbus_method()
    def Seek(self, offset: DBusInt64) -> None:
        pass

    @dbus_method()
    def SetPosition(self, track: DBusObjectPath, position: DBusInt64) -> None:
        pass

    @dbus_method()
    def OpenUri(self, uri: DBusStr) -> None:
        pass

    @_read
    def PlaybackStatus(self) -> DBusStr:
        return "Paused" if self._sounding.paused else "Playing"

    @_read
    def Metadata(self) -> DBusDict:
        id, title, voice, _ = self._sounding
        if not id:  # what sounded has ended while the bus was asked for the name
            return {}
        return {
            "mpris:trackid": Variant("o", f"/ttsmesh/utterance/{id.replace('-', '_')}"),
            "xesam:title": Variant("s", title),
            "xesam:artist": Variant("as", [voice]),
        }

    @_read
    def Position(self) -> DBusInt64:
        return round(self._controls.heard_s() * 1e6)

    @_read
    def Rate(self) -> DBusDouble:
        return 1.0

    @_read
    def MinimumRate(self) -> DBusDouble:
        return 1.0

    @_read
    def MaximumRate(self) -> DBusDouble:
        return 1.0

    @_read
    def Volume(self) -> DBusDouble:
        return 1.0

    @_read
    def CanGoNext(self) -> DBusBool:
        return True

    @_read
    def CanGoPrevious(self) -> DBusBool:
        return True

    @_read
    def CanPlay(self) -> DBusBool:
        return True

    @_read
    def CanPause(self) -> DBusBool:
        return True

    @_read
    def CanSeek(self) -> DBusBool:
        return False

    @_read
    def CanControl(self) -> DBusBool:
        return True


class Player:
    """A player that is on the bus until it leaves, or the bus goes away, which completes ``lost``."""

    def __init__(self, bus: MessageBus, keys: _Keys) -> None:
        gone = bus.wait_for_disconnect()  # type: ignore[no-untyped-call]
        self.lost: asyncio.Future[None] = asyncio.ensure_future(gone)
        self._bus = bus
        self._keys = keys

    def show(self, sounding: Sounding) -> None:
        self._keys.show(sounding)

    def leave(self) -> None:
        """Give the name back, at once."""
        if self._bus.connected:
            self._bus.disconnect()


async def connect(address: str, controls: Controls) -> Player:
    """A player on the bus at ``address``, in which ``controls`` are what the keys do.

    Raises:
        Exception: of many kinds, if that cannot be.
    """
    bus = await MessageBus(bus_address=address).connect()
    try:
        keys = _Keys(controls, controls.sounding() or Sounding("", "", "", False))
        for interface in (_Program(), keys):
            bus.export(PATH, interface)
        if await bus.request_name(NAME, NameFlag.DO_NOT_QUEUE) is not RequestNameReply.PRIMARY_OWNER:
            # Another mesh of this session has it.
            await bus.request_name(f"{NAME}.instance{os.getpid()}", NameFlag.DO_NOT_QUEUE)
    except BaseException:
        bus.disconnect()
        raise
    return Player(bus, keys)
