"""What is known of a session is kept from one hook to the next, and never from before the machine was started anew."""

import stat
from pathlib import Path

import pytest

from ttsmesh.cli.commands.agent import sessions
from ttsmesh.cli.commands.agent.events import Piece
from ttsmesh.cli.commands.agent.sessions import began, session
from ttsmesh.wire.sockets import runtime_dir

PIECE = Piece("m", "One.", 0, True)


@pytest.fixture(autouse=True)
def _private(private: Path) -> None:
    """The runtime directory is the test's own."""


def hushed_at(began: int) -> None:
    with session("claude-1") as found:
        assert found is not None
        found.turn.hush(began)
        found.keep()


def spoken() -> bool:
    with session("claude-1") as found:
        assert found is not None
        return found.turn.piece(PIECE, began()) is not None


def test_a_prompt_is_remembered_by_the_next_hook() -> None:
    hushed_at(began())
    assert not spoken()


def test_a_prompt_of_before_the_machine_was_started_anew_is_forgotten() -> None:
    hushed_at(began() + 10**9)
    assert spoken()


def test_a_file_that_a_killed_hook_has_damaged_is_a_new_session() -> None:
    hushed_at(began())
    (file,) = Path(runtime_dir(), "agents").iterdir()
    file.write_bytes(file.read_bytes()[:-1])
    assert spoken()


def test_the_file_is_for_its_owner_only_whatever_the_session_is_called() -> None:
    with session("claude-../../x\n" + "y" * 300) as found:
        assert found is not None
    folder = Path(runtime_dir(), "agents")
    (file,) = folder.iterdir()
    assert (stat.S_IMODE(folder.stat().st_mode), stat.S_IMODE(file.stat().st_mode)) == (0o700, 0o600)


def test_one_hook_of_a_session_waits_for_another_and_not_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "_WAIT", 0.05)
    with session("claude-1") as first, session("claude-1") as second, session("claude-2") as other:
        assert (first is None, second is None, other is None) == (False, True, False)
