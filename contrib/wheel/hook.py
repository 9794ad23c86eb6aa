"""Has hatchling put the manual pages and the shells' completion into the wheel, below ``share``.

They are made of the commands when a wheel is built, so they are of the same version. Those of an editable installation
are of the day on which it was made.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WheelHook(BuildHookInterface):  # type: ignore[type-arg]  # generic in some versions only
    """The hook, for which hatchling looks by its base class."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the files, and tell hatchling where they go."""
        sys.path[:0] = [str(Path(self.root, "src")), self.root]
        from contrib.wheel.man import pages

        from ttsmesh.cli import shells
        from ttsmesh.cli.main import cli

        del sys.path[:2]
        self._made = tempfile.TemporaryDirectory(prefix="ttsmesh-wheel-")
        shared = {("man", "man1", name): page for name, page in pages(cli)}
        shared |= {place: shells.script(cli, shell) for shell, place in shells.PLACES.items()}
        for place, content in shared.items():
            file = Path(self._made.name, place[-1])
            file.write_text(content, encoding="utf-8")
            build_data["shared_data"][str(file)] = "/".join(("share", *place))

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove them: they are in the wheel now."""
        self._made.cleanup()
