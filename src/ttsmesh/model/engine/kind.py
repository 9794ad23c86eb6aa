"""What the rest of ttsmesh asks of a kind of engine: to make one, to install what it needs, and to examine that.

A module is a kind when it has these three. ``tone`` is the shortest; docs/engines.md goes through it.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from ttsmesh.config import Settings
from ttsmesh.model.build.prepared_model import OnProgress
from ttsmesh.model.engine.protocol import Engine
from ttsmesh.model.findings import Check


class EngineKind(Protocol):
    """A module, here or in another package. Importing it must be quick: it imports its runtime when that is used."""

    @property
    def CHECKS(self) -> Sequence[Check]:
        """Checks of ``ttsmesh doctor``: whether what the engine needs is there. A module has them as a plain tuple."""

    def make(self, environment: Mapping[str, str], settings: Settings) -> Engine:
        """An engine that is not loaded. ``settings.engine`` is what the user asks for, ``auto`` or this engine's name.

        Raises ``ConfigError`` if it cannot be as the environment or the settings want it.
        """

    def install(self, source: str | None, progress: OnProgress) -> None:
        """Have ready what the engine needs, and repeat nothing that is done. Only ``ttsmesh setup`` calls it.

        ``source`` is what ``--weights-from`` says; ``None`` if it is not given. Raises ``ConfigError`` with advice.
        """
