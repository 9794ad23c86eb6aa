"""What the sound of a book depends on."""

import contextlib
from collections.abc import Iterator

import pytest

from ttsmesh.cli.commands.books import manner
from ttsmesh.wire.messages import End, ServerState, Status


class FakeClient(list[End]):
    """What came of a request, without a server."""

    def __init__(self, first: ServerState) -> None:
        super().__init__([End()])
        self.first = first


def state(engine: str) -> ServerState:
    return ServerState(
        pid=1, uptime_s=1.0, release="1.0", model="ready", engine=engine, queued=0, finished=0, interrupted=0, failed=0
    )


@pytest.mark.parametrize(
    ("cold", "warm"),
    [("openvino auto", "openvino int8"), ("openvino auto", "openvino f32, vnni"), ("kokoro", "kokoro cuda f32")],
)
def test_an_engine_is_the_same_before_its_model_is_loaded_and_after(
    monkeypatch: pytest.MonkeyPatch, cold: str, warm: str
) -> None:
    names = iter([cold, warm, "tone"])

    @contextlib.contextmanager
    def ask(request: Status, *, may_start: bool) -> Iterator[FakeClient]:
        yield FakeClient(state(next(names)))

    monkeypatch.setattr(manner, "ask", ask)
    before, after, other = (manner._engine() for _ in range(3))
    assert before == after != other
