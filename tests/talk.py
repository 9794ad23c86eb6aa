"""Exchanges with a mesh's model server over its socket, which are cheaper than a command for each."""

import contextlib
import socket
import threading
import time
import wave
from collections.abc import Iterable
from typing import Any, Self, TypeVar

import numpy as np

from tests.heard import Samples
from tests.mesh import PATIENCE, Mesh
from ttsmesh.cli.client import Client
from ttsmesh.errors import PeerGone
from ttsmesh.wire import sockets
from ttsmesh.wire.messages import Accepted, Failed, Finished, Interrupted, Say
from ttsmesh.wire.schema import Message, Request

Outcome = Finished | Interrupted | Failed
OUTCOMES = (Finished, Interrupted, Failed)

_M = TypeVar("_M", bound=Message)


def ask(mesh: Mesh, request: Request) -> Message:
    """Return the first reply, which most requests have only one of. Raises RejectedError."""
    with Client(sockets.connect(mesh.socket()), request, PATIENCE) as client:
        return client.first


def ask_all(mesh: Mesh, request: Request) -> list[Message]:
    """Return every reply. Raises RejectedError."""
    with Client(sockets.connect(mesh.socket()), request, PATIENCE) as client:
        return [client.first, *client]


class Saying:
    """A ``say --wait`` that is under way. It keeps every message, and when it came. Raises RejectedError."""

    def __init__(self, mesh: Mesh, text: str, **options: Any) -> None:
        self.begun = time.monotonic()
        self._sock = sockets.connect(mesh.socket())
        self._client = Client(self._sock, Say(text=text, wait=True, **options), PATIENCE)
        self.accepted_at = time.monotonic()
        assert isinstance(self._client.first, Accepted)
        assert self._client.first.id is not None
        self.id = self._client.first.id
        self.told: list[tuple[float, Message]] = []
        self.left = False
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, name=f"saying {self.id}", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        try:
            for message in self._client:
                with self._news:
                    self.told.append((time.monotonic(), message))
                    self._news.notify_all()
        except (PeerGone, OSError):
            pass  # ``leave`` was called, or the server is gone: there is no outcome
        finally:
            self._client.close()

    def until(self, kind: type[_M]) -> _M:
        """Wait for a message of this kind. Fails with what came instead."""

        def found() -> list[_M]:
            return [message for _, message in self.told if isinstance(message, kind)]

        with self._news:
            came = self._news.wait_for(lambda: found() or self.ended, PATIENCE)
        assert came and found(), self._shown()
        return found()[-1]

    def wait(self, kind: type[Message] | tuple[type[Message], ...], timeout: float) -> bool:
        """Whether a message of this kind, or the end, comes within ``timeout`` seconds."""

        def came() -> bool:
            return self.over or any(isinstance(message, kind) for _, message in self.told)

        with self._news:
            return self._news.wait_for(came, timeout)

    def leave(self) -> None:
        """Wait no longer, which cancels the utterance."""
        self.left = True
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.ended or not self._reader.is_alive()

    def outcome(self) -> Outcome:
        """Wait for the outcome. There must be exactly one."""
        self._reader.join(PATIENCE)
        ends = [message for _, message in self.told if isinstance(message, OUTCOMES)]
        assert not self._reader.is_alive() and len(ends) == 1, self._shown()
        return ends[0]

    def _shown(self) -> str:
        return f"{self.id}: {[message.to_map() for _, message in self.told]}"

    @property
    def ended(self) -> bool:
        return any(isinstance(message, OUTCOMES) for _, message in self.told)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()


def say_in_each(mesh: Mesh, voices: Iterable[str]) -> None:
    """Let each voice speak once, so that its process is there afterwards."""
    for voice in voices:
        with Saying(mesh, "warm", voice=voice) as saying:
            assert isinstance(saying.outcome(), Finished)


def saved(mesh: Mesh, text: str, *options: str) -> Samples:
    """The samples in the file when ``text`` is saved. The tone engine renders a text the same each time."""
    name = f"{time.monotonic_ns()}.wav"
    run = mesh.run("say", "--wait", "-o", name, *options, text, timeout=4 * PATIENCE)
    assert (run.returncode, run.stderr) == (0, b""), run
    with wave.open(str(mesh.work / name)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")
