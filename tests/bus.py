"""A session bus of a test's own, and playerctl as the keyboard on it. It needs dbus-daemon and playerctl."""

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

PATIENCE = 30.0
"""Seconds after which a test gives up waiting."""

_CONFIG = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={}</listen>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class Bus:
    """A dbus-daemon that reads no file of the system's. Leaving the context ends it."""

    def __init__(self) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="bus-", dir="/tmp"))
        config = self._directory / "bus.conf"
        config.write_text(_CONFIG.format(self._directory / "bus"))
        self._process = subprocess.Popen(
            ["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile", "--print-address"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        self.address = self._process.stdout.readline().strip()
        assert self.address, "dbus-daemon did not come up"
        self._players: list[Player] = []

    @property
    def env(self) -> dict[str, str]:
        return {"DBUS_SESSION_BUS_ADDRESS": self.address}

    def playerctl(self, *arguments: str) -> str:
        """What playerctl prints. Without a player it fails, and prints nothing."""
        run = subprocess.run(
            ["playerctl", *arguments], env=os.environ | self.env, capture_output=True, text=True, timeout=PATIENCE
        )
        return run.stdout.strip()

    def player(self) -> "Player":
        player = Player(self)
        self._players.append(player)
        return player

    def freeze(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        for player in self._players:
            player.close()
        self.kill()
        if self._process.stdout is not None:
            self._process.stdout.close()
        shutil.rmtree(self._directory)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class Player:
    """What a desktop would show of the player, as it changes: playerctl follows it."""

    def __init__(self, bus: Bus) -> None:
        self._process = subprocess.Popen(
            ["playerctl", "--player=ttsmesh", "--follow", "status"],
            env=os.environ | bus.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.shown: list[str] = []
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, name="playerctl", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._news:
                self.shown.append(line.strip())
                self._news.notify_all()

    def until(self, status: str) -> None:
        """Wait until the status is this one; "" when there is no player any more."""
        with self._news:
            came = self._news.wait_for(lambda: self.shown[-1:] == [status], PATIENCE)
        assert came, self.shown

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        if self._process.stdout is not None:
            self._process.stdout.close()
