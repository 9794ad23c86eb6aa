"""The one place that imports OpenVINO, for its import also reports to a web analytics service."""

import sys
from typing import Any


def import_openvino() -> Any:
    """The ``openvino`` module (0.1 s), without its converter: that part reports every import over the network.

    Blocking it is what OpenVINO itself provides for: it goes on without the converter, which nothing here needs.
    """
    sys.modules.setdefault("openvino.tools.ovc", None)  # type: ignore[arg-type]  # documented: makes importing it fail
    import openvino

    return openvino
