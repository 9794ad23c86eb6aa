"""A stage whose runs are cancelled, on a stand-in for OpenVINO's nodes. The real ones: test_engine.py."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import numpy as np
import pytest

from ttsmesh.model.engine.cancelling import CancelScope
from ttsmesh.model.engine.openvino.stage import CompiledStage
from ttsmesh.model.engine.protocol import RenderCancelled

NODES = 3
SHORTEST = 4


class FakeNodes:
    """An inference request whose nodes skip work that seems to be the same: one that has had this length before, while
    the node before it had another one since, has its old shapes. ``ends`` says at which node each run is cancelled."""

    def __init__(self, scope: CancelScope, ends: Iterator[int]) -> None:
        self.runs: list[int] = []
        self._scope = scope
        self._ends = ends
        self._lengths = [0] * NODES
        self._wrong = False

    def create_infer_request(self) -> "FakeNodes":
        return self

    def start_async(self, inputs: Mapping[str, Any]) -> None:
        length, end = inputs["length"].size, next(self._ends, NODES)
        self.runs.append(length)
        stale = [node for node in range(NODES) if self._lengths[node] == length]
        self._wrong = 0 < len(stale) < NODES
        for node in range(end):
            self._lengths[node] = length
        self._cancelled = end < NODES

    def wait(self) -> None:
        if self._cancelled:
            self._scope.cancel()
            raise RuntimeError("cancelled")
        if self._wrong:
            raise RuntimeError("Argument shapes are inconsistent")

    def cancel(self) -> None:
        pass


def dummy(length: int) -> Mapping[str, Any]:
    return {"length": np.zeros(length)}


def run(stage: CompiledStage, scope: CancelScope, length: int) -> bool:
    """Whether the run of this length has ended."""
    try:
        with scope:
            stage.infer(dummy(length), length)
    except RenderCancelled:
        return False
    return True


@pytest.mark.parametrize("ends", list(product((1, 2, NODES), repeat=4)))
def test_whichever_runs_were_cancelled_the_next_one_is_whole(ends: tuple[int, ...]) -> None:
    """Also those that put a stage right are cancelled, and have the length of a text."""
    for lengths in product((SHORTEST, SHORTEST + 1, 9), repeat=4):
        scope = CancelScope()
        nodes = FakeNodes(scope, iter(ends))
        stage = CompiledStage(nodes, scope, dummy, SHORTEST)
        for length in lengths:
            run(stage, scope, length)
        assert any(run(stage, scope, lengths[-1]) for _ in range(NODES + len(ends)))
        assert nodes.runs[-1] == lengths[-1]


def test_a_stage_without_a_cancelled_run_runs_each_text_once() -> None:
    scope = CancelScope()
    nodes = FakeNodes(scope, iter(()))
    stage = CompiledStage(nodes, scope, dummy, SHORTEST)
    assert all(run(stage, scope, length) for length in (9, 9, SHORTEST, 7))
    assert nodes.runs == [9, 9, SHORTEST, 7]


def test_a_stage_that_fails_without_a_cancelled_run_says_so() -> None:
    scope = CancelScope()

    class Broken(FakeNodes):
        def wait(self) -> None:
            raise RuntimeError("out of memory")

    stage = CompiledStage(Broken(scope, iter(())), scope, dummy, SHORTEST)
    with pytest.raises(RuntimeError, match="out of memory"):
        run(stage, scope, 9)
