"""Ending a render from another thread."""

import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

from numpy.typing import NDArray

from ttsmesh.model.engine.protocol import RenderCancelled

Inputs = Mapping[str, NDArray[Any]]


class CancelScope(AbstractContextManager[None]):
    """The inferences of one render, during which it is entered. ``cancel`` ends them, and none before or after."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entered = False
        self._cancelled = False
        self._request: Any = None

    def __enter__(self) -> None:
        with self._lock:
            self._entered = True
            self._cancelled = False

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._lock:
            self._entered = False

    def cancel(self) -> None:
        with self._lock:
            self._cancelled = self._entered
            if self._request is not None:
                self._request.cancel()

    def check(self) -> None:
        """Raise ``RenderCancelled`` if ``cancel`` was called. For what takes time and is no inference."""
        with self._lock:
            if self._cancelled:
                raise RenderCancelled

    def infer(self, request: Any, inputs: Inputs) -> None:
        """Run ``request``. Raises ``RenderCancelled``, and ``RuntimeError`` when OpenVINO fails."""
        with self._lock:
            if self._cancelled:
                raise RenderCancelled
            request.start_async(dict(inputs))
            self._request = request
        try:
            request.wait()
        except RuntimeError:
            if not self._cancelled:
                raise
        finally:
            with self._lock:
                self._request = None
        if self._cancelled:
            raise RenderCancelled
