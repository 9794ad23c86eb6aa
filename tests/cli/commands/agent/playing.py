"""An agent that does what its settings say: it calls the commands there with recorded inputs."""

import json
import subprocess
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.mesh import PATIENCE, Mesh

RECORDED = Path(__file__).parent / "recorded"

Said = dict[str, Any]


def recorded(name: str) -> list[Said]:
    """What an agent has written to its hooks, in the order of its calls."""
    return [json.loads(line) for line in (RECORDED / name).read_text(encoding="utf-8").splitlines()]


class Agent:
    """An agent whose settings are in a directory of the mesh, with our hooks installed by the command."""

    def __init__(self, mesh: Mesh, name: str, *options: str) -> None:
        self._mesh = mesh
        self.home = mesh.directory / f"home-{name}-{len(list(mesh.directory.iterdir()))}"
        self.home.mkdir()
        self.env = {
            "HOME": str(self.home),
            "CLAUDE_CONFIG_DIR": str(self.home / "claude"),
            "CODEX_HOME": str(self.home / "codex"),
        }
        self._settings = {
            "claude": self.home / "claude" / "settings.json",
            "codex": self.home / "codex" / "hooks.json",
            "qwen": self.home / ".qwen" / "settings.json",
        }[name]
        self.run("install", name, *options)

    def run(self, *arguments: str) -> str:
        """Run ``ttsmesh agent``, and return what it prints."""
        run = self._mesh.run("agent", *arguments, env=self.env)
        assert (run.returncode, run.stderr) == (0, b""), run
        return run.stdout.decode()

    def commands(self, event: str) -> list[str]:
        """What the settings have for ``event``."""
        groups = json.loads(self._settings.read_text())["hooks"].get(event, [])
        return [hook["command"] for group in groups for hook in group["hooks"]]

    def call(self, said: Said) -> list[subprocess.CompletedProcess[bytes]]:
        """Call what is to be called. It must be silent, and succeed."""
        if "hook_event_name" in said:
            return [self._called(["sh", "-c", command], said) for command in self.commands(said["hook_event_name"])]
        notify = tomllib.loads(self._settings.with_name("config.toml").read_text()).get("notify", [])
        return [self._called([*notify, json.dumps(said)], None)]

    def play(self, all_: Iterable[Said]) -> None:
        """Call for each of ``all_``, one after the other."""
        for said in all_:
            self.call(said)

    def _called(self, command: list[str], said: Said | None) -> subprocess.CompletedProcess[bytes]:
        run = subprocess.run(
            command,
            input=b"" if said is None else json.dumps(said).encode(),
            env=self._mesh.env,
            cwd=self._mesh.work,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        assert (run.returncode, run.stdout, run.stderr) == (0, b"", b""), run
        return run
