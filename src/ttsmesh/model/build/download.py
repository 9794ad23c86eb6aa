"""Downloads for ``ttsmesh setup`` with npm, pip or the hub's client, whose complaints become one line."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from ttsmesh.errors import ConfigError, failure_line

TIMEOUT = 600.0
"""Seconds for one program to download some ten MB. The programs themselves try again a few times."""

HubClient = Callable[[str, str], str]
"""Takes a repository and a file's name, and gives the path of the local copy: ``huggingface_hub.hf_hub_download``."""


def run(program: str, command: list[str], directory: Path, what: str, alternative: str) -> None:
    """Run ``command``, which downloads ``what`` into ``directory``. Raises ``ConfigError`` with the ``alternative``."""
    try:
        done = subprocess.run(
            command,
            cwd=directory,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT,
            check=False,
        )
    except FileNotFoundError as error:
        raise ConfigError(f"{program} is not installed, and it fetches {what}; {alternative}") from error
    except subprocess.TimeoutExpired as error:
        raise ConfigError(f"{program} did not fetch {what} within {TIMEOUT:.0f} s; {alternative}") from error
    if done.returncode:
        raise ConfigError(f"{program} could not fetch {what}: {failure_line(done.stderr, 0)}; {alternative}")


def hub_client() -> HubClient:
    """The hub's client. Raises ``ConfigError`` if it is not installed."""
    try:
        from huggingface_hub import hf_hub_download
    except ImportError as error:
        raise ConfigError("the hub needs huggingface_hub; run: pip install 'ttsmesh[hub]'") from error
    client: HubClient = hf_hub_download
    return client


def from_hub(client: HubClient, repository: str, name: str, what: str) -> Path:
    """The local copy of the file ``name`` in a ``repository`` on the hub. Raises ``ConfigError``."""
    try:
        return Path(client(repository, name))
    except Exception as error:  # reason: the client raises its own errors, its transport's and the system's
        raise ConfigError(f"cannot fetch {what} from {repository}: {failure_line(str(error), 0)}") from error
