"""How ``ttsmesh setup`` fetches: with npm, pip or the hub's client. What they complain of becomes one line."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from ttsmesh.errors import ConfigError, failure_line

TIMEOUT = 600.0
"""Seconds for one program to fetch some ten MB; the programs themselves try again a few times."""

Download = Callable[[str, str], str]
"""Repository and file name to the path of the local copy: ``huggingface_hub.hf_hub_download``."""


def fetch(program: str, command: list[str], directory: Path, what: str, alternative: str) -> None:
    """Have ``program`` fetch ``what`` into ``directory``. Raises ``ConfigError``, which tells the ``alternative``."""
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


def hub_download() -> Download:
    """The hub's client."""
    try:
        from huggingface_hub import hf_hub_download
    except ImportError as error:
        raise ConfigError("the hub needs huggingface_hub; run: pip install 'ttsmesh[hub]'") from error
    download: Download = hf_hub_download
    return download


def from_hub(download: Download, repository: str, name: str, what: str) -> Path:
    """The local copy of the file ``name`` of a ``repository`` on the hub."""
    try:
        return Path(download(repository, name))
    except Exception as error:  # reason: the hub's client raises its own, its transport's and the system's errors
        raise ConfigError(f"cannot fetch {what} from {repository}: {failure_line(str(error), 0)}") from error
