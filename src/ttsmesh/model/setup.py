"""``ttsmesh setup``: installs the voices and what the engine needs. No other command downloads anything.

This is a command-line program in the server's package, since ``cli`` may not import ``model``: ``cli`` replaces its
process with ``python -m ttsmesh.model setup``.
"""

import time
from collections.abc import Callable
from typing import TextIO

from ttsmesh.model.build.prepared_model import OnProgress
from ttsmesh.model.engine.kind import EngineKind
from ttsmesh.model.voices import install as voices
from ttsmesh.voice_files import default_folder

PLAIN_INTERVAL = 2.0
"""Seconds between lines of progress about the same activity where lines stay, as in a pipe or a log."""


class ProgressPrinter:
    """Shows progress on ``stream``: a percentage that changes in place on a terminal, and plain lines elsewhere."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._in_place = stream.isatty()
        self._activity = ""
        self._shown_at = 0.0

    def __call__(self, activity: str, fraction: float) -> None:
        """Show ``activity`` and the ``fraction`` of all work that is done, 0 to 1. A new activity is always shown."""
        now = self._clock()
        if self._in_place:
            end = "\n" if fraction >= 1 else ""
            self._stream.write(f"\r\x1b[K{activity} {fraction:.0%}{end}")
        elif activity != self._activity or now - self._shown_at >= PLAIN_INTERVAL:
            self._stream.write(f"{activity}\n" if activity != self._activity else f"{activity} {fraction:.0%}\n")
            self._shown_at = now
        self._activity = activity
        self._stream.flush()


def run_setup(voices_from: str | None, weights_from: str | None, engine: EngineKind, progress: OnProgress) -> None:
    """Make this user's installation complete, and repeat nothing that is done. Raises ``ConfigError`` with advice.

    Args:
        voices_from: see ``voices.find``. Unless it is ``None``, voices are installed even if all of them are there.
        weights_from: see ``EngineKind.install``.
        engine: the one that is to be used.
    """
    directory = default_folder()
    if voices_from is not None or not voices.all_official(directory):
        voices.install(voices.find(voices_from, progress), directory, progress)
    engine.install(weights_from, progress)
    progress("ready", 1.0)
