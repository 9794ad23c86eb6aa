"""Where this program is, for those who have it written into the settings of others. Blocking."""

import os
import shutil
import sys

from ttsmesh.errors import ConfigError


def program() -> str:
    """The absolute path of this program, since others may have another PATH. A link that is on the PATH stays one.

    Raises:
        ConfigError: there is none, as where only the module is run.
    """
    ours = os.path.abspath(sys.argv[0])
    if os.path.basename(ours) != "ttsmesh" or not os.access(ours, os.X_OK):
        ours = os.path.join(os.path.dirname(sys.executable), "ttsmesh")
        if not os.access(ours, os.X_OK):
            raise ConfigError("the program ttsmesh was not found beside this Python; install the package")
    known = shutil.which("ttsmesh")
    return os.path.abspath(known) if known is not None and os.path.samefile(known, ours) else ours
