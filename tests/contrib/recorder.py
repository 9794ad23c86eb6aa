"""A fake ``ttsmesh`` for tests of programs that call it: it records its arguments and its input, and says nothing."""

import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.mesh import PATIENCE

_FAKE = """\
#!{python} -SE
import json, os, sys, time

here = os.path.dirname(os.path.realpath(__file__))
with open(f"{{here}}/answers.json") as file:
    answer = json.load(file).get(sys.argv[1], {{}})
call = {{"arguments": sys.argv[1:], "input": sys.stdin.buffer.read().decode(), "pid": os.getpid()}}
name = f"{{here}}/calls/{{time.monotonic_ns()}}"
with open(name, "w") as file:
    json.dump(call, file)
os.rename(name, name + ".json")
if answer.get("hangs"):
    time.sleep({patience})
sys.stdout.write(answer.get("output", ""))
sys.stderr.write(answer.get("errors", ""))
sys.exit(answer.get("status", 0))
"""


@dataclass(frozen=True)
class Call:
    """One call of the fake: its arguments, what came through its standard input, and its process."""

    arguments: list[str]
    input: str
    pid: int


class Recorder:
    """The fake, in ``directory``."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._calls = directory / "calls"
        self._calls.mkdir(parents=True)
        self._answers: dict[str, dict[str, object]] = {}
        self.answer("say")
        program = directory / "ttsmesh"
        program.write_text(_FAKE.format(python=sys.executable, patience=2 * PATIENCE))
        program.chmod(0o755)

    @property
    def env(self) -> dict[str, str]:
        """The environment in which the fake is the first ``ttsmesh`` in the path."""
        return os.environ | {"PATH": f"{self.directory}:{os.environ['PATH']}"}

    def answer(self, command: str, **answer: object) -> None:
        """What the fake does when its first argument is ``command``: ``output``, ``errors``, ``status``, ``hangs``."""
        self._answers[command] = answer
        (self.directory / "answers.json").write_text(json.dumps(self._answers))

    def calls(self, count: int) -> list[Call]:
        """The first ``count`` calls, when they have been made. There must be no more of them."""
        deadline = time.monotonic() + PATIENCE
        while len(found := sorted(self._calls.glob("*.json"))) < count:
            assert time.monotonic() < deadline, f"{len(found)} calls instead of {count}"
            time.sleep(0.005)  # reason: the fake runs in a process of the editor's
        assert len(found) == count
        return [Call(**json.loads(path.read_text())) for path in found]

    def until_ended(self, call: Call) -> None:
        """Wait until the call's process has ended. Nobody may have waited for it yet."""
        deadline = time.monotonic() + PATIENCE
        command = Path(f"/proc/{call.pid}/cmdline")
        while command.exists() and command.read_bytes():
            assert time.monotonic() < deadline, f"{call} goes on"
            time.sleep(0.005)  # reason: it is no child of ours
