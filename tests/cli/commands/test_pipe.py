"""What `ttsmesh pipe` prints of an outcome."""

import json

import pytest

from ttsmesh.cli.commands.pipe import _report
from ttsmesh.wire.client_messages import Interrupted


def test_how_many_characters_were_heard_is_told_of_texts_and_not_of_groups(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _report(1, {"id": "a-1"}, "", Interrupted(heard=24000, characters=3, reason="stopped"))
    _report(2, {"group": "g"}, "", Interrupted(heard=24000, reason="stopped"))
    text, group = map(json.loads, capsys.readouterr().out.splitlines())
    assert text == {"ref": 1, "event": "interrupted", "id": "a-1", "reason": "stopped", "characters": 3, "heard_s": 1.0}
    assert group == {"ref": 2, "event": "interrupted", "group": "g", "reason": "stopped", "heard_s": 1.0}
