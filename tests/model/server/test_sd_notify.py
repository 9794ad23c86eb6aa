"""What systemd hears, over real datagram sockets."""

import asyncio
import secrets
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from ttsmesh.model.server.sd_notify import Notifier


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """The manager's end; its name is the address."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(tmp_path / "notify"))
        sock.settimeout(10)
        yield sock


def test_states_arrive_in_one_datagram(manager: socket.socket) -> None:
    Notifier({"NOTIFY_SOCKET": manager.getsockname()}).tell("READY=1", "STATUS=serves")
    assert manager.recv(100) == b"READY=1\nSTATUS=serves"


def test_an_abstract_socket_is_written_with_an_at_sign() -> None:
    name = f"ttsmesh-{secrets.token_hex(8)}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind("\0" + name)
        manager.settimeout(10)
        Notifier({"NOTIFY_SOCKET": "@" + name}).tell("STOPPING=1")
        assert manager.recv(100) == b"STOPPING=1"


def test_without_a_manager_nothing_is_sent_and_nothing_fails() -> None:
    notifier = Notifier({})
    notifier.tell("READY=1")
    assert notifier.watchdog is None


def test_a_manager_that_is_gone_is_no_reason_to_fail(tmp_path: Path) -> None:
    Notifier({"NOTIFY_SOCKET": str(tmp_path / "gone")}).tell("READY=1")


@pytest.mark.parametrize(
    ("period", "seconds"), [("20000000", 20.0), ("1", 1e-6), ("0", None), ("", None), ("-5", None), ("soon", None)]
)
def test_the_watchdogs_period_is_in_microseconds(period: str, seconds: float | None) -> None:
    assert Notifier({"NOTIFY_SOCKET": "/run/notify", "WATCHDOG_USEC": period}).watchdog == seconds


def test_e4_the_watchdog_is_fed_while_healthy_and_not_when_stuck(manager: socket.socket) -> None:
    async def main() -> None:
        asked = 0
        enough = asyncio.Event()

        def healthy() -> bool:
            nonlocal asked
            asked += 1
            if asked == 6:
                enough.set()
            return asked <= 2

        notifier = Notifier({"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "2000"})
        feeding = asyncio.create_task(notifier.keep_alive(healthy))
        async with asyncio.timeout(10):
            await enough.wait()
        feeding.cancel()

    asyncio.run(main())
    assert [manager.recv(100), manager.recv(100)] == [b"WATCHDOG=1", b"WATCHDOG=1"]
    manager.setblocking(False)
    with pytest.raises(BlockingIOError):
        manager.recv(100)
