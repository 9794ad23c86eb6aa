"""One of the model's stages, compiled. Its one inference request can be cancelled, and computes rightly afterwards."""

from collections.abc import Callable
from itertools import count
from typing import Any

from numpy.typing import NDArray

from ttsmesh.model.engine.cancelling import CancelScope, Inputs
from ttsmesh.model.engine.protocol import RenderCancelled

Array = NDArray[Any]

SETTLE_TRIES = 4
"""How often a stage is run, at most, to put it right after a cancelled run."""


class CompiledStage:
    """Runs one compiled stage.

    ``dummy`` makes meaningless inputs of a given length. ``shortest`` is the least length that it can have.
    """

    def __init__(self, compiled: Any, scope: CancelScope, dummy: Callable[[int], Inputs], shortest: int) -> None:
        self._compiled = compiled
        self._request = compiled.create_infer_request()
        self._scope = scope
        self._dummy = dummy
        self._shortest = shortest
        self._lengths: set[int] = set()  # of the last run that ended, and of those that did not end since
        self._unsettled = False  # a run was cancelled, and no run has ended since

    def infer(self, inputs: Inputs, length: int) -> None:
        """Run the stage. Raises ``RenderCancelled``, and ``RuntimeError`` when OpenVINO fails.

        OpenVINO's nodes skip work that seems to be the same as in their last run. After a cancelled run some of them
        have its lengths, and some still have those of runs before. A run of one of these lengths may then fail in its
        shape checks or give a result of another length (2026.4; seen in 6 of 8 tries, with a new request in 8 of 8,
        and never with wrong sound). A whole run of any other length puts the nodes right.
        """
        if self._unsettled and length in self._lengths:
            self._settle()
        try:
            self._run(inputs, length)
        except RuntimeError:
            if not self._unsettled:
                raise
            self._settle()
            self._run(inputs, length)

    def _settle(self) -> None:
        """Run the stage with a length that no node has. What depends on the content has a length of its own, which one
        may have, so there is more than one try."""
        for attempt in range(SETTLE_TRIES):
            other = next(few for few in count(self._shortest) if few not in self._lengths)
            try:
                self._run(self._dummy(other), other)
            except RuntimeError:
                if attempt == SETTLE_TRIES - 1:
                    raise
            else:
                return

    def prepare(self, length: int) -> None:
        """Make the next run of ``length`` a quick one."""
        self.infer(self._dummy(length), length)

    def output(self, name: str) -> Array:
        """An output of the last run. It is valid until the next run begins, which writes to the same memory."""
        array: Array = self._request.get_tensor(name).data
        return array

    def release(self) -> None:
        """Give back the memory that runs computed in, which has grown with their lengths. The next run takes what it
        needs."""
        self._compiled.release_memory()

    def _run(self, inputs: Inputs, length: int) -> None:
        self._lengths.add(length)
        try:
            self._scope.infer(self._request, inputs)
        except RenderCancelled:
            self._unsettled = True
            raise
        self._unsettled = False
        self._lengths = {length}
