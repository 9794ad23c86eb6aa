"""Imports OpenVINO without its reports to a web analytics service. All modules import OpenVINO through this one."""

import sys
from typing import Any


def import_openvino() -> Any:
    """The ``openvino`` module (0.1 s) without its converter, which reports every import over the network.

    OpenVINO works without the converter, and nothing here needs it.
    """
    sys.modules.setdefault("openvino.tools.ovc", None)  # type: ignore[arg-type]  # documented: makes importing it fail
    import openvino

    return openvino
